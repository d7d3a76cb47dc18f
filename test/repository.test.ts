/** What has to hold for a clone of the repository to install and pass anywhere. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (file: string) => readFileSync(`${root}${file}`, 'utf8');

interface LockedPackage {
  readonly resolved?: string;
  readonly link?: boolean;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

describe('package-lock.json', () => {
  const { packages }: { packages: Readonly<Record<string, LockedPackage>> } = JSON.parse(
    read('package-lock.json'),
  );

  test('names no host, so that it serves every registry and mirror', () => {
    const resolved = Object.values(packages).flatMap((entry) => (entry.link ? [] : (entry.resolved ?? [])));
    expect(resolved).toEqual([]);
  });

  test('has an entry for every platform of every optional dependency, or `npm ci` refuses it', () => {
    const missing = Object.entries(packages).flatMap(([path, entry]) =>
      Object.keys(entry.optionalDependencies ?? {}).filter((name) => !isLocked(path, name)),
    );
    expect(missing).toEqual([]);
  });

  /** Looks where Node would: beside the package, then one level up after the other. */
  function isLocked(path: string, name: string): boolean {
    const parts = path.split('/node_modules/');
    const folders = parts.map((_, i) => parts.slice(0, i + 1).join('/node_modules/'));
    return [...folders, ''].some((folder) => `${folder}/node_modules/${name}`.replace(/^\//, '') in packages);
  }
});

describe('committed files', () => {
  const git = ['-c', `safe.directory=${root.replace(/\/$/, '')}`];
  const listed = execFileSync(
    'git',
    [...git, 'ls-files', '-z', '--cached', '--others', '--exclude-standard'],
    {
      cwd: root,
      encoding: 'utf8',
    },
  );
  // Looked at when they are read: samples of the documentation are there only while another test compiles them.
  const files = listed
    .split('\0')
    .filter((file) => /\.(ts|js|mjs|json|jsonc|md|ya?ml|hbs|lua|grit)$|^\.ci\//.test(file));

  /** Nothing for a file that git lists and that is not there, or not any more. */
  function textOf(file: string): string {
    try {
      return read(file);
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
      throw error;
    }
  }

  test('name no folder of one machine and no registry', () => {
    const place = /(?<![\w.:/-])\/(?:home|root|Users|work)\/\w|\bregistry\.[a-z]+\.(?:org|com)\b/;
    const found = files.flatMap((file) => {
      const at = place.exec(textOf(file));
      return at === null ? [] : [`${file}: ${at[0]}`];
    });
    expect(found).toEqual([]);
  });
});

describe('the two commands', () => {
  test.each(['npm cit', 'npm run demo'])('`%s` is in the README, and what CI runs', (command) => {
    expect(read('README.md')).toContain(command);
    expect(read('.ci/run').split('\n')).toContain(command);
  });
});

test('every decision is in the index', () => {
  const notes = readdirSync(`${root}docs/decisions`).filter((name) => /^\d{4}-.+\.md$/.test(name));
  const index = read('docs/decisions/README.md');
  expect(notes.length).toBeGreaterThan(0);
  expect(notes.filter((name) => !index.includes(`(${name})`))).toEqual([]);
});

describe('the two packages', () => {
  const manifest = (folder: string) => JSON.parse(read(`${folder}/package.json`));

  test('are released together, under one version', () => {
    expect(manifest('generator').version).toBe(manifest('runtime').version);
  });

  test('bring no install scripts', () => {
    const scripts = [manifest('generator'), manifest('runtime')].flatMap((m) => Object.keys(m.scripts));
    expect(scripts.filter((name) => /^(pre|post)?(install|prepare)$/.test(name))).toEqual([]);
  });

  test('the runtime depends on nothing but its peers', () => {
    expect(manifest('runtime').dependencies ?? {}).toEqual({});
    const { peerDependencies, peerDependenciesMeta } = manifest('runtime');
    expect(Object.keys(peerDependencies).sort()).toEqual(['ioredis', 'piscina', 'zod']);
    expect(peerDependenciesMeta).toEqual({ piscina: { optional: true } });
  });
});
