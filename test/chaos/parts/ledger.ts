import { type FileHandle, open } from 'node:fs/promises';

/**
 * Where a process writes down what it has done: a file of its own, one line an effect. What comes up while the disk is
 * busy goes out together, with one `fdatasync` for all; a write resolves when its line is on the disk, so that no
 * kill of the process, nor of the machine, takes back what was said to be done.
 */
export class Ledger {
  readonly #file: FileHandle;
  #lines: string[] = [];
  #current: Promise<void> = Promise.resolve();
  #next: Promise<void> | undefined;

  private constructor(file: FileHandle) {
    this.#file = file;
  }

  static async open(path: string): Promise<Ledger> {
    return new Ledger(await open(path, 'a'));
  }

  /** Resolves when the line is on the disk. The words must not hold spaces or line ends. */
  write(...words: readonly (string | number)[]): Promise<void> {
    this.#lines.push(`${words.join(' ')}\n`);
    this.#next ??= this.#afterCurrent();
    return this.#next;
  }

  async close(): Promise<void> {
    await (this.#next ?? this.#current);
    await this.#file.close();
  }

  async #afterCurrent(): Promise<void> {
    await this.#current;
    this.#current = this.#commit();
    this.#next = undefined;
    await this.#current;
  }

  async #commit(): Promise<void> {
    const text = this.#lines.join('');
    this.#lines = [];
    await this.#file.appendFile(text);
    await this.#file.datasync();
  }
}

/** Milliseconds since 1970, with fractions: one clock for all processes of a machine. */
export function wallClock(): number {
  return performance.timeOrigin + performance.now();
}
