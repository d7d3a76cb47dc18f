import type { Command } from 'commander';
import type { Perspective } from '../model/types.js';
import type { Shell } from './completion/tree.js';
import type { DeadCommand } from './dead/types.js';
import type { DiffCommand } from './diff/types.js';
import type { PlanCommand } from './plan/types.js';
import type { Format } from './report/index.js';

/** What to generate, and where to. */
export interface Target {
  readonly document: string;
  readonly out: string;
  readonly handlers?: string;
  readonly perspective: Perspective;
  /** Leaves out what the official rules refuse. */
  readonly lenient?: boolean;
}

/** Where a command learns what to work on. */
export type Source =
  | { readonly kind: 'document'; readonly target: Target }
  | { readonly kind: 'config'; readonly file: string };

export interface GenerateCommand {
  readonly kind: 'generate';
  readonly source: Source;
  /** Write nothing; `check` also fails when there is a difference. */
  readonly mode: 'write' | 'check' | 'dry-run';
  /** Stay, and generate again on every change. */
  readonly watch: boolean;
  /** Also when nothing has changed since the last run. */
  readonly force: boolean;
  readonly quiet: boolean;
  readonly format: Format;
}

export interface ValidateCommand {
  readonly kind: 'validate';
  readonly source: Source;
  readonly quiet: boolean;
  readonly format: Format;
}

/** What to do, or the end: help or the version was asked for, or the arguments are wrong. */
export type Parsed =
  | GenerateCommand
  | ValidateCommand
  | { readonly kind: 'init'; readonly document: string }
  | { readonly kind: 'completion'; readonly shell: Shell; readonly program: Command }
  | { readonly kind: 'dead'; readonly command: DeadCommand }
  | { readonly kind: 'plan'; readonly command: PlanCommand }
  | { readonly kind: 'diff'; readonly command: DiffCommand; readonly format: Format }
  | { readonly kind: 'end'; readonly wrong: boolean };
