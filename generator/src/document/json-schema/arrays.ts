import type { Check } from './check.js';
import { equal } from './equal.js';
import type { Cursor, Failure } from './types.js';

export function arrayFailures(
  schema: Readonly<Record<string, unknown>>,
  at: Cursor,
  check: Check,
): readonly Failure[] {
  const items = at.value as readonly unknown[];
  const { minItems, maxItems, uniqueItems, contains } = schema;
  const failures: Failure[] = [];
  const fail = (keyword: string) => failures.push({ keyword, at, schema });
  const below = (value: unknown, i: number): Cursor => ({ value, parent: at, key: String(i) });
  if (typeof minItems === 'number' && items.length < minItems) fail('minItems');
  if (typeof maxItems === 'number' && items.length > maxItems) fail('maxItems');
  if (uniqueItems === true && hasTwins(items)) fail('uniqueItems');
  for (const [i, value] of items.entries()) {
    const each = schemaOfItem(schema, i);
    // What is left out of a list leaves a gap, which is no item.
    if (each !== undefined && value !== undefined) failures.push(...check(each, below(value, i)));
  }
  if (contains !== undefined && !items.some((value, i) => check(contains, below(value, i)).length === 0))
    fail('contains');
  return failures;
}

function schemaOfItem({ items, additionalItems }: Readonly<Record<string, unknown>>, index: number): unknown {
  if (!Array.isArray(items)) return items;
  return index < items.length ? items[index] : additionalItems;
}

function hasTwins(items: readonly unknown[]): boolean {
  const scalars = new Set<unknown>();
  const others: unknown[] = [];
  for (const item of items) {
    if (item === undefined) continue;
    if (typeof item !== 'object' || item === null) {
      if (scalars.has(item)) return true;
      scalars.add(item);
    } else {
      if (others.some((other) => equal(other, item))) return true;
      others.push(item);
    }
  }
  return false;
}
