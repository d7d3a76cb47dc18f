/** What a scenario is, and what it says when it is over. */
import type { Stage } from './stage.js';

/** A figure that the command line may change: `--kills 20`. */
export interface Size {
  readonly what: string;
  readonly long: number;
  readonly short: number;
}

export type Sizes = Readonly<Record<string, Size>>;
export type Chosen<S extends Sizes> = { readonly [Name in keyof S]: number };

export interface Scenario<S extends Sizes = Sizes> {
  /** As it is called on the command line. */
  readonly name: string;
  /** What is done, in one sentence. */
  readonly what: string;
  readonly sizes: S;
  /** Runs it, and gives what was found. Rejects only when it could not be run to its end. */
  run(stage: Stage, sizes: Chosen<S>): Promise<readonly Finding[]>;
}

/** Keeps the exact names of the sizes. */
export function scenario<const S extends Sizes>(definition: Scenario<S>): Scenario<S> {
  return definition;
}

/** One figure of a run, with the line that it must not cross; without a limit it is told and nothing more. */
export interface Finding {
  readonly what: string;
  readonly figure: number | string;
  readonly limit?: string;
  readonly ok: boolean;
}

export function atMost(what: string, limit: number, figure: number, unit = ''): Finding {
  return { what, figure: withUnit(figure, unit), limit: `≤ ${withUnit(limit, unit)}`, ok: figure <= limit };
}

export function atLeast(what: string, limit: number, figure: number, unit = ''): Finding {
  return { what, figure: withUnit(figure, unit), limit: `≥ ${withUnit(limit, unit)}`, ok: figure >= limit };
}

export function exactly(what: string, limit: number, figure: number): Finding {
  return { what, figure, limit: String(limit), ok: figure === limit };
}

/** A figure that nothing depends on. */
export function told(what: string, figure: number | string, unit = ''): Finding {
  return { what, figure: typeof figure === 'number' ? withUnit(figure, unit) : figure, ok: true };
}

function withUnit(figure: number, unit: string): number | string {
  const rounded = Number.isInteger(figure) ? figure : Number(figure.toFixed(figure < 10 ? 2 : 0));
  return unit === '' ? rounded : `${rounded} ${unit}`;
}
