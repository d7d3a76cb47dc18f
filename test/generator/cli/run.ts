/** The command line, run inside the test's process. */
import { main } from '../../../generator/src/cli.js';

export interface Run {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs `fs-gen` with the arguments; a screen when `isTTY`. */
export async function run(
  argv: readonly string[],
  { env = {}, isTTY = false }: { env?: Record<string, string>; isTTY?: boolean } = {},
): Promise<Run> {
  const [out, err] = [capture(isTTY), capture(isTTY)];
  const code = await main(argv, { stdout: out, stderr: err, env });
  return { code, out: out.text(), err: err.text() };
}

function capture(isTTY: boolean) {
  let text = '';
  return {
    isTTY,
    write(chunk: string) {
      text += chunk;
      return true;
    },
    text: () => text,
  };
}
