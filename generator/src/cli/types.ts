import type { Perspective } from '../model/types.js';
import type { DeadCommand } from './dead/types.js';
import type { Format } from './report/index.js';

/** What to generate, and where to. */
export interface Target {
  readonly document: string;
  readonly out: string;
  readonly handlers?: string;
  readonly perspective: Perspective;
}

export interface GenerateCommand {
  readonly kind: 'generate';
  readonly target: Target;
  /** Write nothing; `check` also fails when there is a difference. */
  readonly mode: 'write' | 'check' | 'dry-run';
  /** Also when nothing has changed since the last run. */
  readonly force: boolean;
  readonly quiet: boolean;
  readonly format: Format;
}

export interface ValidateCommand {
  readonly kind: 'validate';
  readonly document: string;
  readonly perspective: Perspective;
  readonly quiet: boolean;
  readonly format: Format;
}

/** What to do, or the end: help or the version was asked for, or the arguments are wrong. */
export type Parsed =
  | GenerateCommand
  | ValidateCommand
  | { readonly kind: 'dead'; readonly command: DeadCommand }
  | { readonly kind: 'end'; readonly wrong: boolean };
