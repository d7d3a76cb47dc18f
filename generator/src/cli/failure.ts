import { GeneratorError, generatorHints } from '../errors.js';
import type { Problem, Reporter } from './report/index.js';

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

/**
 * Says in one sentence what has gone wrong.
 *
 * @returns whose fault it is: 2 the user's, 3 that of fs-gen
 */
export function reportFailure(cause: unknown, reporter: Reporter): 2 | 3 {
  const traced = reporter.terminal.env.FS_GEN_DEBUG === '1' && cause instanceof Error;
  reporter.failure(problemOf(cause, traced), traced ? cause.stack : undefined);
  return isForUsers(cause) ? 2 : 3;
}

function problemOf(cause: unknown, traced: boolean): Problem {
  if (isForUsers(cause)) {
    const { code, message, hint } = cause;
    return { severity: 'error', code, message, hint };
  }
  const reason = (cause instanceof Error ? cause.message : String(cause)).split('\n', 1)[0];
  return {
    severity: 'error',
    code: 'FS_INTERNAL',
    message: `fs-gen itself has failed: ${reason}`,
    ...(!traced && { hint: generatorHints.FS_INTERNAL }),
  };
}
