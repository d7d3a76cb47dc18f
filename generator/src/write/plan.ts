import { dirname, isAbsolute, join } from 'node:path';
import { GeneratorError } from '../errors.js';
import type { RenderedFile } from '../render/types.js';
import { filesBelow, look, TEMPORARY } from './disk.js';
import {
  handlersFolder,
  isInside,
  MANIFEST_NAME,
  type Manifest,
  outputDigest,
  readManifest,
  writeManifest,
} from './manifest.js';
import { digest, type RunRecord, seenFrom } from './run.js';
import type { OutputFolders, PlannedManifest, RunInputs, WriteAction, WritePlan } from './types.js';

/** Foreign files that a message names. */
const SHOWN = 3;

/** Where files go, and what they came from if the next run is to know. */
type Destination = OutputFolders & { readonly inputs?: RunInputs | undefined };

/**
 * Compares rendered files with what is on the disk. Changes nothing.
 *
 * @throws GeneratorError `FS_OUTPUT_FOREIGN`, `FS_OUTPUT_BLOCKED`, `FS_MANIFEST_INVALID`, `FS_OPTION_INVALID`
 */
export async function planWrite(
  files: readonly RenderedFile[],
  { inputs, ...folders }: Destination,
): Promise<WritePlan> {
  checkPaths(files);
  checkFolders(folders);
  const { outDir, handlersDir } = folders;
  await refuseBlocked(folders);
  const manifestPath = join(outDir, MANIFEST_NAME);
  const manifestFound = await look(manifestPath);
  if (manifestFound.kind === 'folder') throw blocked(manifestPath);
  const before = manifestFound.kind === 'file' ? readManifest(manifestFound.text, manifestPath) : undefined;
  const generated = files.filter(({ owner }) => owner === 'tool');
  if (before === undefined) await refuseForeign(generated, outDir);

  const stubs = files.filter(({ owner }) => owner === 'user');
  const writtenBefore = await stubsWrittenBefore(before, folders);
  const actions = await Promise.all([
    ...generated.map((file) => planGenerated(file, outDir, before)),
    ...stubs.map((file) => planStub(file, handlersDir, writtenBefore)),
    ...stale(before, generated).map((path) => planRemoval(path, outDir)),
  ]);
  const after: Manifest = {
    files: generated.map(({ path }) => path),
    handlers: { folder: handlersFolder(folders), files: stubs.map(({ path }) => path) },
  };
  const run = inputs && recordOf(inputs, after, generated, outDir);
  return {
    outDir,
    handlersDir,
    actions: actions.flat().sort((a, b) => (a.path < b.path ? -1 : 1)),
    manifest: planManifest(
      manifestPath,
      manifestFound.kind === 'file' ? manifestFound.text : undefined,
      before,
      { ...after, run },
    ),
  };
}

async function planGenerated(
  { path, text, owner }: RenderedFile,
  outDir: string,
  before: Manifest | undefined,
): Promise<WriteAction> {
  const target = join(outDir, path);
  const found = await look(target);
  if (found.kind === 'folder') throw blocked(target);
  if (found.kind === 'nothing') return { kind: 'create', path: target, text, owner };
  if (isSame(found.text, text)) return { kind: 'unchanged', path: target };
  if (before !== undefined && !before.files.includes(path)) {
    const message = `${target} would be overwritten, and fs-gen has not written it.`;
    throw new GeneratorError('FS_OUTPUT_FOREIGN', message, { hint: 'Move it out of the generated folder.' });
  }
  return { kind: 'update', path: target, text, owner };
}

async function planStub(
  { path, text, owner }: RenderedFile,
  handlersDir: string,
  writtenBefore: ReadonlySet<string>,
): Promise<WriteAction> {
  const target = join(handlersDir, path);
  const found = await look(target);
  if (found.kind !== 'nothing') return { kind: 'keep', path: target, present: true };
  if (writtenBefore.has(path)) return { kind: 'keep', path: target, present: false };
  return { kind: 'create', path: target, text, owner };
}

async function planRemoval(path: string, outDir: string): Promise<readonly WriteAction[]> {
  const target = join(outDir, path);
  return (await look(target)).kind === 'file' ? [{ kind: 'remove', path: target }] : [];
}

/** Stubs that the user has taken away stay away, unless the whole folder went. */
async function stubsWrittenBefore(
  before: Manifest | undefined,
  folders: OutputFolders,
): Promise<ReadonlySet<string>> {
  if (before === undefined || before.handlers.folder !== handlersFolder(folders)) return new Set();
  const { done: gone } = await filesBelow(folders.handlersDir).next();
  return new Set(gone ? [] : before.handlers.files);
}

function stale(before: Manifest | undefined, generated: readonly RenderedFile[]): readonly string[] {
  const wanted = new Set(generated.map(({ path }) => path));
  return (before?.files ?? []).filter((path) => !wanted.has(path));
}

function planManifest(
  path: string,
  found: string | undefined,
  before: Manifest | undefined,
  after: Manifest,
): PlannedManifest {
  const text = writeManifest(after);
  const interim: Manifest = {
    files: [...new Set([...(before?.files ?? []), ...after.files])],
    handlers: before?.handlers ?? { folder: after.handlers.folder, files: [] },
  };
  const interimText = writeManifest(interim);
  if (found === undefined) return { kind: 'create', path, text, interimText };
  if (isSame(found, text)) return { kind: 'unchanged', path, text, interimText };
  const without = (manifest: Manifest) => writeManifest({ ...manifest, run: undefined });
  const kind = before !== undefined && without(before) === without(after) ? 'refresh' : 'update';
  return { kind, path, text, interimText };
}

/** What the next run compares with. */
function recordOf(
  { key, sources, warnings }: RunInputs,
  manifest: Manifest,
  generated: readonly RenderedFile[],
  outDir: string,
): RunRecord {
  const read = sources.map(({ path, text }) => [seenFrom(outDir, path), text] as const);
  return {
    sources: read.map(([path]) => path),
    input: digest(key, read),
    output: outputDigest(
      manifest,
      generated.map(({ path, text }) => [path, text]),
    ),
    warnings: warnings.map((warning) => ({
      ...warning,
      file: seenFrom(dirname(sources[0]?.path ?? '.'), warning.file),
    })),
  };
}

/** A folder without a manifest is somebody else's, unless all that it holds is what would be written anyway. */
async function refuseForeign(generated: readonly RenderedFile[], outDir: string): Promise<void> {
  const wanted = new Map(generated.map(({ path, text }) => [path, text]));
  const foreign: string[] = [];
  for await (const path of filesBelow(outDir)) {
    const text = wanted.get(path);
    const found = text === undefined ? undefined : await look(join(outDir, path));
    const same = found?.kind === 'file' && isSame(found.text, text);
    if (!same && !TEMPORARY.test(path.split('/').at(-1) ?? '')) foreign.push(path);
    if (foreign.length > SHOWN) break;
  }
  if (foreign.length === 0) return;
  const some = foreign.slice(0, SHOWN).join(', ');
  const more = foreign.length > SHOWN ? ' and more' : '';
  const message = `${outDir} is not empty, and fs-gen has not written what is in it: ${some}${more}.`;
  throw new GeneratorError('FS_OUTPUT_FOREIGN', message);
}

/** A checkout may have turned the line ends. */
function isSame(found: string, wanted: string | undefined): boolean {
  return found === wanted || found.replaceAll('\r\n', '\n') === wanted;
}

async function refuseBlocked({ outDir, handlersDir }: OutputFolders): Promise<void> {
  for (const folder of [outDir, handlersDir]) {
    if ((await look(folder)).kind === 'file')
      throw new GeneratorError('FS_OUTPUT_BLOCKED', `${folder} is a file, and was to be a folder.`);
  }
}

function checkFolders({ outDir, handlersDir }: OutputFolders): void {
  const inside = handlersFolder({ outDir, handlersDir });
  if (inside === '..' || inside.startsWith('../') || isAbsolute(inside)) return;
  const message = `The handlers' folder ${handlersDir} lies in the generated one, ${outDir}, which belongs to the tool.`;
  throw new GeneratorError('FS_OPTION_INVALID', message, {
    hint: 'Give the handlers a folder of their own.',
  });
}

/** Rendered paths are our own doing: a bad one is a mistake of the tool. */
function checkPaths(files: readonly RenderedFile[]): void {
  const seen = new Set<string>();
  for (const { folder, path } of files) {
    const id = `${folder}/${path}`.toLowerCase();
    if (!isInside(path) || seen.has(id))
      throw new Error(`Two files of one name, or a bad path: ${folder}/${path}`);
    seen.add(id);
  }
}

function blocked(path: string): GeneratorError {
  return new GeneratorError('FS_OUTPUT_BLOCKED', `${path} can't be written: it is a folder.`);
}
