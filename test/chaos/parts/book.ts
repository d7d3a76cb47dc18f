import { closeSync, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';

/** One line of a ledger. */
export type Line =
  | {
      readonly kind: 'start' | 'done' | 'fail';
      readonly pid: number;
      readonly n: number;
      readonly attempt: number;
      readonly at: number;
    }
  | {
      readonly kind: 'event';
      readonly pid: number;
      readonly name: string;
      readonly count: number;
      readonly at: number;
    };

const CHUNK = 1 << 20;

/** Reads the ledgers of all processes as they grow, and keeps count. A file is called after its process. */
export class Book {
  /** By number of the message: how often its handler was started, has ended well, has ended badly. */
  readonly starts: number[] = [];
  readonly dones: number[] = [];
  readonly fails: number[] = [];
  /** When it was started first. */
  readonly firstStart: number[] = [];
  /** When its handler has first ended well. */
  readonly firstDone: number[] = [];
  /** Messages whose handler has ended well at least once. */
  handled = 0;
  /** When anything was last started, or has ended. */
  lastStart = 0;
  lastDone = 0;
  readonly #folder: string;
  readonly #listeners = new Set<(line: Line) => void>();
  readonly #events = new Map<string, number>();
  readonly #read = new Map<string, { at: number; rest: string }>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** How often something happened in all processes together. */
  event(name: string): number {
    return this.#events.get(name) ?? 0;
  }

  /** Gives a function that ends it. */
  onLine(listener: (line: Line) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Takes in what was written since the last time. A line without its end was never confirmed to anybody. */
  update(): void {
    for (const name of readdirSync(this.#folder)) {
      const pid = Number.parseInt(name, 10);
      if (name.endsWith('.ledger') && pid > 0) this.#readOn(name, pid);
    }
  }

  #readOn(name: string, pid: number): void {
    const state = this.#read.get(name) ?? { at: 0, rest: '' };
    const file = openSync(join(this.#folder, name), 'r');
    const buffer = Buffer.allocUnsafe(CHUNK);
    for (;;) {
      const size = readSync(file, buffer, 0, CHUNK, state.at);
      if (size === 0) break;
      state.at += size;
      const lines = (state.rest + buffer.toString('latin1', 0, size)).split('\n');
      state.rest = lines.pop() ?? '';
      for (const text of lines) this.#take(text, pid);
    }
    closeSync(file);
    this.#read.set(name, state);
  }

  #take(text: string, pid: number): void {
    const line = lineOf(text, pid);
    if (line.kind === 'event') {
      // A maximum replaces the one before; everything else adds up.
      const before = this.#events.get(line.name) ?? 0;
      const now = line.name.startsWith('most-') ? Math.max(before, line.count) : before + line.count;
      this.#events.set(line.name, now);
    } else {
      this.#count(line.kind, line.n, line.at);
    }
    for (const listener of this.#listeners) listener(line);
  }

  #count(kind: 'start' | 'done' | 'fail', n: number, at: number): void {
    switch (kind) {
      case 'start':
        if (this.starts[n] === undefined) this.firstStart[n] = at;
        this.starts[n] = (this.starts[n] ?? 0) + 1;
        this.lastStart = Math.max(this.lastStart, at);
        break;
      case 'done':
        if (this.dones[n] === undefined) {
          this.firstDone[n] = at;
          this.handled += 1;
        }
        this.dones[n] = (this.dones[n] ?? 0) + 1;
        this.lastDone = Math.max(this.lastDone, at);
        break;
      case 'fail':
        this.fails[n] = (this.fails[n] ?? 0) + 1;
        break;
      default:
        kind satisfies never;
    }
  }
}

function lineOf(text: string, pid: number): Line {
  const [kind = '', first = '', second, third] = text.split(' ');
  switch (kind) {
    case 'start':
    case 'done':
    case 'fail':
      return { kind, pid, n: Number(first), attempt: Number(second), at: Number(third) };
    case 'event':
      return { kind, pid, name: first, count: Number(second), at: Number(third) };
    default:
      throw new Error(`ledger of process ${pid}: what does "${text}" mean?`);
  }
}

/** How many of the counts are beyond the first: `[1, 3]` has 2. */
export function repeated(counts: readonly (number | undefined)[]): number {
  return counts.reduce<number>((sum, count = 0) => sum + Math.max(0, count - 1), 0);
}
