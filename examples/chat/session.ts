import type { ControlCommand } from './generated/index.js';

/** What operators have set, and in which order their commands came. */
export interface Session {
  readonly applied: readonly number[];
  apply(command: ControlCommand): void;
}

export function createSession(): Session {
  const applied: number[] = [];
  return {
    applied,
    apply(command) {
      applied.push(command.sequence);
    },
  };
}
