import type { Perspective } from '../../model/types.js';

/** What was asked for, checked as far as that is possible without the document. */
export type DeadCommand =
  | { readonly kind: 'list'; readonly target: Target; readonly filter: Filter; readonly json: boolean }
  | { readonly kind: 'show'; readonly target: Target; readonly id: string; readonly json: boolean }
  | MoveCommand;

/** Takes dead letters off their stream. */
export interface MoveCommand {
  readonly kind: 'replay' | 'discard';
  readonly target: Target;
  readonly filter: Filter;
  readonly dryRun: boolean;
  readonly yes: boolean;
  readonly json: boolean;
}

/** Which streams of which Redis. */
export interface Target {
  readonly document: string;
  readonly perspective: Perspective;
  /** Names, ids or addresses; none: all. */
  readonly channels: readonly string[];
  readonly parameters: Readonly<Record<string, string>>;
  readonly address: string | undefined;
  /** May hold a password: never printed. */
  readonly redis: string;
}

/** Which of their dead letters. */
export interface Filter {
  /** None: whatever the other fields let through. */
  readonly ids: readonly string[];
  readonly reason: string | undefined;
  /** Milliseconds since 1970. */
  readonly since: number | undefined;
  readonly limit: number;
}
