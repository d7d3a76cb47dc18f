import { arrayFailures } from './arrays.js';
import { equal } from './equal.js';
import { objectFailures } from './objects.js';
import { numberFailures, textFailures, typeFailure } from './scalars.js';
import { type Cursor, type Failure, isRecord, type Schema, type Surroundings } from './types.js';

/** Finds what is wrong with a value by a schema; nothing when it is valid. */
export type Check = (schema: Schema, at: Cursor) => readonly Failure[];

/**
 * A validator of JSON Schema draft 7 that interprets: nothing is compiled, so that it costs nothing to use a
 * schema of half a megabyte for a small document, and both schema and value may be graphs with cycles.
 */
export function checker(around: Surroundings): Check {
  /** Pairs in progress: a schema that leads back to itself for the same value adds nothing. */
  const open = new Map<unknown, Set<unknown>>();

  const check: Check = (schema, at) => {
    if (schema === false) return [{ keyword: 'false', at, schema: {} }];
    if (!isRecord(schema)) return [];
    if (typeof schema.$ref === 'string') return check(around.target(schema.$ref), at);
    const pairs = open.get(schema) ?? new Set();
    if (pairs.has(at)) return [];
    open.set(schema, pairs.add(at));
    try {
      return keywordFailures(schema, at);
    } finally {
      pairs.delete(at);
    }
  };

  const member: Check = (schema, at) => around.divert?.(at, schema) ?? check(schema, at);

  function keywordFailures(schema: Readonly<Record<string, unknown>>, at: Cursor): readonly Failure[] {
    const { value } = at;
    const failures: Failure[] = [...typeFailure(schema, at)];
    if ('const' in schema && !equal(schema.const, value)) failures.push({ keyword: 'const', at, schema });
    if (Array.isArray(schema.enum) && !schema.enum.some((each) => equal(each, value)))
      failures.push({ keyword: 'enum', at, schema });
    if (typeof value === 'string') failures.push(...textFailures(schema, at, around.formats));
    if (typeof value === 'number') failures.push(...numberFailures(schema, at));
    if (Array.isArray(value)) failures.push(...arrayFailures(schema, at, member));
    else if (isRecord(value)) failures.push(...objectFailures(schema, at, member));
    failures.push(...combined(schema, at));
    return failures;
  }

  function combined(schema: Readonly<Record<string, unknown>>, at: Cursor): readonly Failure[] {
    const failures = list(schema.allOf).flatMap((each) => check(each, at));
    for (const keyword of ['anyOf', 'oneOf'] as const)
      if (Array.isArray(schema[keyword])) failures.push(...alternatives(schema, keyword, at));
    if ('not' in schema && tried(schema.not, at).length === 0) failures.push({ keyword: 'not', at, schema });
    if ('if' in schema) {
      const branch = tried(schema.if, at).length === 0 ? schema.then : schema.else;
      if (branch !== undefined) failures.push(...check(branch, at));
    }
    return failures;
  }

  function alternatives(
    schema: Readonly<Record<string, unknown>>,
    keyword: 'anyOf' | 'oneOf',
    at: Cursor,
  ): readonly Failure[] {
    const considered = list(schema[keyword]).filter((each) => around.skips?.(each, at.value) !== true);
    const branches = considered.map((each) => {
      const undo = around.mark?.();
      const failures = check(each, at);
      if (failures.length > 0) undo?.();
      return failures;
    });
    const fitting = branches.filter((failures) => failures.length === 0).length;
    if (fitting === 0) return [{ keyword, at, schema, branches }];
    return keyword === 'oneOf' && fitting > 1 ? [{ keyword: 'oneOf', at, schema }] : [];
  }

  /** A check that leaves no trace. */
  function tried(schema: Schema, at: Cursor): readonly Failure[] {
    const undo = around.mark?.();
    const failures = check(schema, at);
    undo?.();
    return failures;
  }

  return check;
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
