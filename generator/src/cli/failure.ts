import { GeneratorError } from '../errors.js';
import type { Console } from './console.js';

interface ErrorForUsers extends Error {
  readonly code: string;
  readonly hint: string;
}

/** The generator's own, or the runtime's, whose class is not known here. */
function isForUsers(cause: unknown): cause is ErrorForUsers {
  return (
    cause instanceof GeneratorError ||
    (cause instanceof Error && cause.name === 'FsError' && 'code' in cause && 'hint' in cause)
  );
}

/** Says in one sentence what has gone wrong, and whose fault it is. */
export function printFailure(cause: unknown, terminal: Console): 'user' | 'fs-gen' {
  const { bold, dim, red } = terminal.err;
  const trace = terminal.env.FS_GEN_DEBUG === '1' && cause instanceof Error ? cause.stack : undefined;
  if (isForUsers(cause)) {
    terminal.complain(`${red('error')}  ${dim(cause.code)}  ${bold(cause.message)}`);
    terminal.complain(`  hint: ${cause.hint}`);
    if (trace !== undefined) terminal.complain(dim(trace));
    return 'user';
  }
  const reason = (cause instanceof Error ? cause.message : String(cause)).split('\n', 1)[0];
  terminal.complain(`${red('error')}  ${bold(`fs-gen itself has failed: ${reason}`)}`);
  terminal.complain(
    trace === undefined
      ? '  hint: please report it, with the document if you can; FS_GEN_DEBUG=1 shows where it happened.'
      : dim(trace),
  );
  return 'fs-gen';
}
