import { existsSync, type FSWatcher, promises as fs, realpathSync, watch } from 'node:fs';
import { dirname, isAbsolute, relative } from 'node:path';

/** Milliseconds without a further event, after which whoever writes is taken to be done. */
const SETTLED = 80;

interface Options {
  /** Documents that were not read count too: one of them may be what was missing. */
  readonly anyDocument: boolean;
  readonly signal: AbortSignal;
}

/**
 * Waits until one of the files is no longer what it was. Folders are watched, not files, because many editors
 * write a new file and rename it over the old one; what counts is the text, not the event.
 *
 * @param files by absolute path, with the text that was read; what is no such path can't be watched
 * @returns the file, as seen from the working folder; `undefined` when the signal came first
 */
export async function untilChanged(
  files: ReadonlyMap<string, string>,
  { anyDocument, signal }: Options,
): Promise<string | undefined> {
  const watched = new Map([...files].filter(([path]) => isAbsolute(path)));
  // An event may come while the files are being looked at: it must not be lost.
  let happened = false;
  let wake = () => {};
  const notify = () => {
    happened = true;
    wake();
  };
  let created: string | undefined;
  const watchers = foldersOf(watched.keys()).flatMap((folder) =>
    start(folder, (name) => {
      if (anyDocument && /\.(ya?ml|json|avsc|proto|raml)$/i.test(name) && !isKnown(name, watched))
        created = name;
      notify();
    }),
  );
  signal.addEventListener('abort', notify);
  try {
    // The first look is for what has changed since it was read. Whoever writes now is waited for: a file may be
    // empty on its way from one text to another.
    for (;;) {
      do {
        happened = false;
        await new Promise((resolve) => setTimeout(resolve, SETTLED));
      } while (happened && !signal.aborted);
      const changed = created ?? (await firstChanged(watched));
      if (signal.aborted) return undefined;
      if (changed !== undefined) return changed;
      if (!happened) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    }
  } finally {
    signal.removeEventListener('abort', notify);
    for (const watcher of watchers) watcher.close();
  }
}

/** Where the files are, and where they really are; the nearest folder above for one that isn't there. */
function foldersOf(paths: Iterable<string>): readonly string[] {
  const folders = [...paths].flatMap((path) => {
    const real = existsSync(path) ? realpathSync(path) : path;
    return [dirname(path), dirname(real)].map(existing);
  });
  return [...new Set(folders)];
}

function existing(folder: string): string {
  return existsSync(folder) || dirname(folder) === folder ? folder : existing(dirname(folder));
}

function start(folder: string, happened: (name: string) => void): readonly FSWatcher[] {
  try {
    const watcher = watch(folder, (_event, name) => happened(name ?? ''));
    // A folder that goes away is an event of its files, or of the folder above.
    watcher.on('error', () => happened(''));
    return [watcher];
  } catch {
    return [];
  }
}

function isKnown(name: string, files: ReadonlyMap<string, string>): boolean {
  return [...files.keys()].some((path) => path.endsWith(name));
}

async function firstChanged(files: ReadonlyMap<string, string>): Promise<string | undefined> {
  for (const [path, text] of files) {
    const now = await fs.readFile(path, 'utf8').catch(() => '');
    if (now !== text) return relative('.', path);
  }
  return undefined;
}
