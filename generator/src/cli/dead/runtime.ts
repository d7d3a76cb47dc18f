/**
 * The part of the runtime that knows dead letters, as far as it is used here. The generator never depends on the
 * runtime: it is loaded from the project whose document was named. docs/decisions/0006 says why.
 */
import { loadFromProject } from '../project.js';

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

const MODULE = {
  name: '@fs-gen/runtime/operate',
  versionField: 'operateVersion',
  version: 2,
  lacking: 'no dead letters',
} as const;

/**
 * Loads it from the project that the document lies in, else from the one that the command runs in.
 *
 * @throws GeneratorError `FS_RUNTIME_MISSING`, `FS_RUNTIME_UNFIT`
 */
export function loadOperate(document: string, cwd: string): Promise<Operate> {
  return loadFromProject<Operate>(MODULE, document, cwd);
}
