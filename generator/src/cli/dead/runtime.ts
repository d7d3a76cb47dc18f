/**
 * The part of the runtime that knows dead letters, as far as it is used here. The generator never depends on the
 * runtime: it is loaded from the project whose document was named. docs/decisions/0006 says why.
 */
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { GeneratorError } from '../../errors.js';

/** `@fs-gen/runtime/operate`; a test holds the two together. */
export interface Operate {
  readonly operateVersion: number;
  readonly deadLetterKey: (stream: string) => string;
  readonly DeadLetters: new (redis: string) => DeadLetters;
}

export interface DeadLetters {
  start(): Promise<void>;
  close(): void;
  streamsOf(stream: string, atLeast?: number): Promise<readonly string[]>;
  count(dead: string): Promise<number>;
  scan(dead: string, filter: LetterFilter, to?: string): AsyncIterable<ScanPage>;
  find(dead: string, ids: readonly string[], filter: LetterFilter): Promise<readonly DeadLetter[]>;
  read(dead: string, id: string): Promise<DeadLetterDetail | undefined>;
  replay(
    dead: string,
    letters: readonly DeadLetter[],
  ): AsyncIterable<readonly { readonly letter: DeadLetter; readonly result: Replay }[]>;
  discard(dead: string, letters: readonly DeadLetter[]): AsyncIterable<number>;
}

export interface LetterFilter {
  readonly since?: number;
  readonly reason?: string;
  readonly streams?: readonly string[];
}

interface ScanPage {
  readonly letters: readonly DeadLetter[];
  readonly scanned: number;
  readonly last: string;
}

export interface DeadLetter {
  readonly id: string;
  readonly at: number;
  readonly size: number;
  readonly origin: Origin | null;
}

interface Origin {
  readonly stream: string;
  readonly id: string;
  readonly group: string;
  readonly attempts: number;
  readonly reason: string;
  readonly error: { readonly name: string | undefined; readonly message: string } | undefined;
}

export interface DeadLetterDetail extends DeadLetter {
  readonly consumer: string | undefined;
  readonly errorStack: string | undefined;
  readonly issues: readonly { readonly path: string; readonly message: string }[];
  readonly headers: Readonly<Record<string, string>>;
  readonly payload: Payload;
}

export type Payload =
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'undecodable'; readonly bytes: Uint8Array; readonly why: string };

export type Replay =
  | { readonly kind: 'replayed'; readonly entryId: string }
  | { readonly kind: 'gone' }
  | { readonly kind: 'foreign' }
  | { readonly kind: 'refused'; readonly error: string };

const NAME = '@fs-gen/runtime/operate';
const VERSION = 2;

/**
 * Loads it from the project that the document lies in, else from the one that the command runs in.
 *
 * @throws GeneratorError `FS_RUNTIME_MISSING`, `FS_RUNTIME_UNFIT`
 */
export async function loadOperate(document: string, cwd: string): Promise<Operate> {
  const folders = [...new Set([dirname(resolve(cwd, document)), resolve(cwd)])];
  for (const folder of folders) {
    const file = find(folder);
    if (file === undefined) continue;
    const loaded: Partial<Operate> = await load(file, folder);
    if (loaded.operateVersion !== VERSION) throw unfit(folder);
    return loaded as Operate;
  }
  throw new GeneratorError('FS_RUNTIME_MISSING', `@fs-gen/runtime is not installed for ${document}.`);
}

function find(folder: string): string | undefined {
  try {
    return createRequire(join(folder, 'from-here.js')).resolve(NAME);
  } catch (cause) {
    // The package is there, and has nothing under that name.
    if (codeOf(cause) === 'ERR_PACKAGE_PATH_NOT_EXPORTED') throw unfit(folder);
    if (codeOf(cause) === 'MODULE_NOT_FOUND') return undefined;
    throw cause;
  }
}

async function load(file: string, folder: string): Promise<Partial<Operate>> {
  try {
    return await import(/* @vite-ignore */ pathToFileURL(file).href);
  } catch (cause) {
    const [, missing] =
      /^Cannot find package '([^']+)'/.exec(cause instanceof Error ? cause.message : '') ?? [];
    if (missing === undefined) throw cause;
    throw new GeneratorError(
      'FS_RUNTIME_MISSING',
      `@fs-gen/runtime in ${folder} lacks its peer ${missing}.`,
      {
        cause,
      },
    );
  }
}

function unfit(folder: string): GeneratorError {
  return new GeneratorError(
    'FS_RUNTIME_UNFIT',
    `The @fs-gen/runtime that ${folder} uses is of another version than this fs-gen, and has no dead letters for it.`,
  );
}

function codeOf(cause: unknown): unknown {
  return cause instanceof Error && 'code' in cause ? cause.code : undefined;
}
