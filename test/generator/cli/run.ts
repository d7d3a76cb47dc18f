/** The command line, run inside the test's process. */
import { main } from '../../../generator/src/cli.js';
import { HEAD_V3 } from '../document/workspace.js';

/** A document of one channel that is received. */
export const JOBS = `${HEAD_V3}channels:
  jobs:
    address: jobs
    messages: {job: {payload: {type: object, properties: {id: {type: integer}}}}}
operations:
  doJob: {action: receive, channel: {$ref: '#/channels/jobs'}}
`;

export interface Run {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface RunOptions {
  readonly env?: Record<string, string>;
  /** Whether it writes to a screen, of 80 columns. */
  readonly isTTY?: boolean;
  readonly stdin?: NodeJS.ReadableStream & { readonly isTTY?: boolean };
}

/** Runs `fs-gen` with the arguments. */
export async function run(
  argv: readonly string[],
  { env = {}, isTTY = false, stdin }: RunOptions = {},
): Promise<Run> {
  const [out, err] = [capture(isTTY), capture(isTTY)];
  const code = await main(argv, { stdout: out, stderr: err, env, ...(stdin && { stdin }) });
  return { code, out: out.text(), err: err.text() };
}

function capture(isTTY: boolean) {
  let text = '';
  return {
    isTTY,
    columns: 80,
    write(chunk: string) {
      text += chunk;
      return true;
    },
    text: () => text,
  };
}
