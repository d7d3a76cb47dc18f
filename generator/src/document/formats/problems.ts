import type { DiagnosticCode } from '../codes.js';
import type { JsonSchema, JsonSchemaObject, Origin } from '../types.js';

/** Something about a schema that its reader has to say. */
export interface Problem {
  readonly severity: 'error' | 'warning';
  readonly code: DiagnosticCode;
  readonly message: string;
  readonly hint?: string;
  /** The part of the schema concerned, as the document holds it; undefined for the whole. */
  readonly part?: object;
  /** Of a schema that is text: the line in it, from 1. */
  readonly line?: number;
}

/** A schema of another language, in JSON Schema's terms. */
export interface Reading {
  /** Undefined when nothing is to be had of it. */
  readonly schema?: JsonSchema;
  /** What has a name of its own inside the schema, each with the steps to it, such as `[namespace, name]`. */
  readonly named: ReadonlyMap<JsonSchemaObject, readonly string[]>;
  readonly problems: readonly Problem[];
}

/** A schema that says nothing sensible; ends its reading. */
export class Unreadable extends Error {
  constructor(
    message: string,
    readonly extras: { readonly part?: object; readonly hint?: string } = {},
  ) {
    super(message);
  }
}

/** The reading of what was found wrong. */
export function unreadable(cause: unknown, language: string): Reading {
  const { message } = cause instanceof Error ? cause : new Error(String(cause));
  const extras = cause instanceof Unreadable ? cause.extras : {};
  const said = `This is no ${language} schema: ${message.replace(/\.$/, '')}.`;
  const line = Number(/\bline (\d+)\)$/.exec(message)?.[1] ?? Number.NaN);
  const problem: Problem = {
    severity: 'error',
    code: 'FS_SCHEMA_FORMAT_INVALID',
    message: said,
    ...(line > 0 && { line }),
    ...extras,
  };
  return { named: new Map(), problems: [problem] };
}

/** Where what is named inside a schema counts as written: as if these were definitions beside it. */
export function definitionOf({ file, pointer }: Origin, steps: readonly string[]): Origin {
  const escaped = steps.map((step) => `/${step.replaceAll('~', '~0').replaceAll('/', '~1')}`);
  return { file, pointer: `${pointer}/definitions${escaped.join('')}` };
}
