import type { Check } from './check.js';
import { expression } from './scalars.js';
import { type Cursor, type Failure, isRecord } from './types.js';

type Fields = Readonly<Record<string, unknown>>;

export function objectFailures(schema: Fields, at: Cursor, check: Check): readonly Failure[] {
  const value = at.value as Fields;
  const keys = Object.keys(value).filter((key) => value[key] !== undefined);
  const { required, minProperties, maxProperties, propertyNames, dependencies } = schema;
  const failures: Failure[] = [];
  for (const field of Array.isArray(required) ? required : [])
    if (typeof field === 'string' && !Object.hasOwn(value, field))
      failures.push({ keyword: 'required', at, schema, field });
  if (typeof minProperties === 'number' && keys.length < minProperties)
    failures.push({ keyword: 'minProperties', at, schema });
  if (typeof maxProperties === 'number' && keys.length > maxProperties)
    failures.push({ keyword: 'maxProperties', at, schema });
  for (const key of keys) {
    if (propertyNames !== undefined && check(propertyNames, { value: key, parent: at, key }).length > 0)
      failures.push({ keyword: 'propertyNames', at, schema, field: key });
    failures.push(...memberFailures(schema, key, at, check));
  }
  if (isRecord(dependencies)) failures.push(...dependencyFailures(schema, dependencies, at, check));
  return failures;
}

function memberFailures(schema: Fields, key: string, at: Cursor, check: Check): readonly Failure[] {
  const { properties, patternProperties, additionalProperties } = schema;
  const below: Cursor = { value: (at.value as Fields)[key], parent: at, key };
  const schemas: unknown[] = [];
  if (isRecord(properties) && Object.hasOwn(properties, key)) schemas.push(properties[key]);
  if (isRecord(patternProperties))
    for (const [pattern, each] of Object.entries(patternProperties))
      if (expression(pattern)?.test(key) === true) schemas.push(each);
  if (schemas.length > 0 || additionalProperties === undefined)
    return schemas.flatMap((each) => check(each, below));
  if (additionalProperties === false)
    return [{ keyword: 'additionalProperties', at: below, schema, field: key }];
  return check(additionalProperties, below);
}

function dependencyFailures(
  schema: Fields,
  dependencies: Fields,
  at: Cursor,
  check: Check,
): readonly Failure[] {
  const value = at.value as Fields;
  return Object.entries(dependencies).flatMap(([key, needed]): readonly Failure[] => {
    if (!Object.hasOwn(value, key)) return [];
    if (!Array.isArray(needed)) return check(needed, at);
    return needed
      .filter((field) => !Object.hasOwn(value, String(field)))
      .map((field) => ({ keyword: 'required', at, schema, field: String(field) }));
  });
}
