import pc from 'picocolors';

interface Stream {
  write(text: string): unknown;
  readonly isTTY?: boolean;
}

export interface Streams {
  readonly stdout: Stream;
  readonly stderr: Stream;
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
}

/** https://no-color.org and https://force-color.org: set and not empty. */
function wantsColour(stream: Stream, env: Streams['env']): boolean {
  if (env.NO_COLOR) return false;
  if (env.FORCE_COLOR) return env.FORCE_COLOR !== '0';
  return stream.isTTY === true && env.TERM !== 'dumb';
}
