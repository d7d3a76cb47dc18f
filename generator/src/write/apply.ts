import { randomUUID } from 'node:crypto';
import { promises as fs } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { GeneratorError } from '../errors.js';
import { codeOf, messageOf } from './disk.js';
import type { WriteAction, WritePlan } from './types.js';

interface Staged {
  readonly temporary: string;
  readonly target: string;
  /** Somebody else's file that has come in between stays. */
  readonly exclusive: boolean;
}

/**
 * Carries a plan out. Everything is written beside its place first, so that a full disk changes nothing; then
 * it is renamed into place, each file whole. The manifest names old and new files as long as both may be there,
 * so that a run after a crash knows what is its own.
 *
 * @throws GeneratorError `FS_WRITE_FAILED`
 */
export async function applyPlan(plan: WritePlan): Promise<void> {
  const writes = plan.actions.filter(isWrite);
  const removals = plan.actions.filter((action) => action.kind === 'remove');
  if (writes.length === 0 && removals.length === 0 && plan.manifest.kind === 'unchanged') return;

  const made: string[] = [];
  const temporaries: string[] = [];
  const stage = async (target: string, text: string, exclusive = false): Promise<Staged> => {
    await makeFolder(dirname(target), made);
    const temporary = join(dirname(target), `.fs-gen-${randomUUID()}.tmp`);
    temporaries.push(temporary);
    await attempt(target, () => fs.writeFile(temporary, text));
    return { temporary, target, exclusive };
  };
  try {
    const { path, kind, text, interimText } = plan.manifest;
    const manifests = kind === 'unchanged' ? [] : [await stage(path, interimText), await stage(path, text)];
    const staged: Staged[] = [];
    for (const action of writes) staged.push(await stage(action.path, action.text, action.owner === 'user'));
    for (const each of [...manifests.slice(0, 1), ...staged]) await moveIntoPlace(each);
    for (const action of removals) await remove(action, plan.outDir);
    for (const each of manifests.slice(1)) await moveIntoPlace(each);
  } catch (cause) {
    await Promise.all(temporaries.map((path) => fs.rm(path, { force: true }).catch(() => undefined)));
    for (const folder of made.reverse()) await fs.rmdir(folder).catch(() => undefined);
    throw cause;
  }
}

type Write = Extract<WriteAction, { readonly text: string }>;

function isWrite(action: WriteAction): action is Write {
  return action.kind === 'create' || action.kind === 'update';
}

async function moveIntoPlace({ temporary, target, exclusive }: Staged): Promise<void> {
  if (!exclusive) return attempt(target, () => fs.rename(temporary, target));
  try {
    await fs.link(temporary, target);
  } catch (cause) {
    // A file system without links; the moment between the look and the rename is all that is lost.
    if (codeOf(cause) !== 'EEXIST') return attempt(target, () => fs.rename(temporary, target));
  }
  await attempt(target, () => fs.rm(temporary));
}

/** Removes a stale file, and the folders that it leaves empty. */
async function remove({ path }: WriteAction, outDir: string): Promise<void> {
  await attempt(path, () => fs.rm(path, { force: true }));
  for (let folder = dirname(resolve(path)); folder !== resolve(outDir); folder = dirname(folder)) {
    const emptied = await fs.rmdir(folder).then(
      () => true,
      () => false,
    );
    if (!emptied) return;
  }
}

/** Makes a folder and those above it; `made` takes note of each, the outermost first. */
async function makeFolder(folder: string, made: string[]): Promise<void> {
  const first = await attempt(folder, () => fs.mkdir(folder, { recursive: true }));
  if (first === undefined) return;
  const chain: string[] = [];
  for (let at = resolve(folder); at !== dirname(resolve(first)); at = dirname(at)) chain.unshift(at);
  made.push(...chain);
}

async function attempt<T>(path: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (cause) {
    throw new GeneratorError('FS_WRITE_FAILED', `${path} can't be written: ${messageOf(cause)}.`, { cause });
  }
}
