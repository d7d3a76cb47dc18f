/** Packs both packages from a copy of their sources, and installs what was packed. */
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, realpath, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** What building and packing needs of the repository. */
const SOURCES = ['generator', 'runtime', 'templates', 'scripts', 'package.json', 'tsconfig.base.json'];

export interface Packed {
  readonly folder: string;
  readonly generator: string;
  readonly runtime: string;
}

/**
 * Builds in a copy, because packing empties `dist/`, which other suites use at the same time. The copy
 * starts without `dist/`, so that nothing stale can be packed.
 */
export async function packPackages(): Promise<Packed> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'fs-gen-pack-')));
  const sources = join(folder, 'sources');
  const filter = (path: string) => !['node_modules', 'dist'].includes(basename(path));
  await mkdir(sources);
  await Promise.all(
    SOURCES.map((name) => cp(join(root, name), join(sources, name), { recursive: true, filter })),
  );
  await symlink(join(root, 'node_modules'), join(sources, 'node_modules'), 'dir');
  await run('npm', ['pack', '--workspaces', '--pack-destination', folder], sources);
  const archives = await readdir(folder);
  const archive = (prefix: string) =>
    join(folder, archives.find((name) => name.startsWith(prefix) && name.endsWith('.tgz')) ?? prefix);
  return { folder, generator: archive('fs-gen-0'), runtime: archive('fs-gen-runtime-') };
}

/** Installs packages into a new folder that holds nothing else; what npm has in its cache is not fetched again. */
export async function installInto(folder: string, packages: readonly string[]): Promise<void> {
  await mkdir(folder);
  await writeFile(join(folder, 'package.json'), '{ "private": true, "type": "module" }\n');
  const flags = ['--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts', '--no-package-lock'];
  await run('npm', ['install', ...flags, ...packages], folder);
}

/** Names of all packages in a folder's tree, nested ones too. */
export async function installedPackages(folder: string): Promise<readonly string[]> {
  const listed = await run('npm', ['query', '*'], folder);
  const found: { name?: string; location: string }[] = JSON.parse(listed);
  const names = found.filter(({ location }) => location !== '').map(({ name, location }) => name ?? location);
  return [...new Set(names)].sort();
}

/** All files below a folder, as paths relative to it, sorted. */
export async function filesBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return files.map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1)).sort();
}

/** Runs a program without a shell, gives its output, and rejects with all that it printed. */
export async function run(program: string, args: readonly string[], cwd: string): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(program, [...args], { cwd, timeout: 300_000 });
    return stdout;
  } catch (failed) {
    const { stdout = '', stderr = '' } = failed as { stdout?: string; stderr?: string };
    throw new Error(`${program} ${args.join(' ')} failed\n${stdout}${stderr}`, { cause: failed });
  }
}
