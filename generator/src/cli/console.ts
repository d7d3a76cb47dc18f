import { createInterface } from 'node:readline';
import pc from 'picocolors';

interface Stream {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

export interface Streams {
  readonly stdout: Stream;
  readonly stderr: Stream;
  /** Where answers to questions come from; nobody is asked unless it is a terminal. */
  readonly stdin?: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly env: Readonly<Record<string, string | undefined>>;
}

type Colors = ReturnType<typeof pc.createColors>;

/** The two output streams, each with colours only where somebody sees them. */
export class Console {
  readonly out: Colors;
  readonly err: Colors;
  readonly env: Streams['env'];
  readonly #streams: Streams;

  constructor(streams: Streams, plain: boolean) {
    this.#streams = streams;
    this.env = streams.env;
    const colourful = (stream: Stream) => !plain && wantsColour(stream, streams.env);
    this.out = pc.createColors(colourful(streams.stdout));
    this.err = pc.createColors(colourful(streams.stderr));
  }

  /** Results: what scripts may read. */
  print(text: string): void {
    this.#streams.stdout.write(`${text}\n`);
  }

  /** Diagnostics and whatever went wrong. */
  complain(text: string): void {
    this.#streams.stderr.write(`${text}\n`);
  }

  /** Columns of the screen that results go to; without one they may be as wide as they like. */
  get width(): number {
    const { isTTY, columns } = this.#streams.stdout;
    return isTTY === true ? (columns ?? 80) : Number.POSITIVE_INFINITY;
  }

  /** The screen that shows what goes on, if somebody looks. */
  get screen(): NodeJS.WritableStream | undefined {
    const { stderr, env } = this.#streams;
    // What redraws lines asks for nothing but `write` and `columns`.
    return stderr.isTTY === true && env.TERM !== 'dumb' ? (stderr as NodeJS.WriteStream) : undefined;
  }

  /** Whether anybody is there to be asked. */
  get interactive(): boolean {
    return this.#streams.stderr.isTTY === true && this.#streams.stdin?.isTTY === true;
  }

  /** Asks a question to be answered with yes or no; anything but yes is no. */
  async confirm(question: string): Promise<boolean> {
    const { stdin, stderr } = this.#streams;
    if (stdin === undefined) return false;
    stderr.write(`${question} [y/N] `);
    const lines = createInterface({ input: stdin });
    try {
      for await (const answer of lines) return /^y(es)?$/i.test(answer.trim());
      stderr.write('\n');
      return false;
    } finally {
      lines.close();
    }
  }
}

/** https://no-color.org and https://force-color.org: set and not empty. */
function wantsColour(stream: Stream, env: Streams['env']): boolean {
  if (env.NO_COLOR) return false;
  if (env.FORCE_COLOR) return env.FORCE_COLOR !== '0';
  return stream.isTTY === true && env.TERM !== 'dumb';
}
