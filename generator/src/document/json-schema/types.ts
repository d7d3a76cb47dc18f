/** A JSON Schema of draft 7 as plain data. */
export type Schema = unknown;

/** A value that is looked at, and the way to it. */
export interface Cursor {
  readonly value: unknown;
  readonly parent?: Cursor;
  /** Name or index of the value in its parent. */
  readonly key?: string;
}

/** A keyword that a value does not meet. */
export interface Failure {
  readonly keyword: string;
  readonly at: Cursor;
  /** The schema with the keyword. */
  readonly schema: Readonly<Record<string, unknown>>;
  /** The field that is missing, or one too many. */
  readonly field?: string;
  /** What each alternative of `oneOf` or `anyOf` found wrong. */
  readonly branches?: readonly (readonly Failure[])[];
}

/** What a check may ask of its surroundings. */
export interface Surroundings {
  /** The schema that a `$ref` of a schema means. */
  target(ref: string): Schema;
  /** Formats are checked that have an entry here. */
  readonly formats: Readonly<Record<string, (text: string) => boolean>>;
  /**
   * Called for every member of a value before it is looked at. Gives what is wrong with it when the look is left
   * to others, `undefined` to have it looked at.
   */
  divert?(at: Cursor, schema: Schema): readonly Failure[] | undefined;
  /** An alternative that is not considered for this value. */
  skips?(alternative: Schema, value: unknown): boolean;
  /** Called before an alternative is tried; the result is called when it doesn't fit, and voids what `divert` noted. */
  mark?(): () => void;
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
