import type { z } from 'zod';
import { type Bounds, type Check, checkOf, isList, matches, range, within } from './check.js';
import { equal } from './equal.js';

/** `uniqueItems`: no two items are equal as JSON. */
export function uniqueItems(): Check {
  return checkOf(isList, allDifferent, 'Items must differ from each other');
}

/** `contains`: at least one item matches. */
export function contains(schema: z.ZodType): Check {
  return checkOf(
    isList,
    (items) => items.some((item) => matches(schema, item)),
    'Must contain an item that the contract asks for',
  );
}

/** `minItems`, `maxItems` of a tuple. */
export function itemCount(bounds: Bounds): Check {
  return checkOf(isList, ({ length }) => within(length, bounds), `Must have ${range(bounds)} items`);
}

/** Scalars are told apart in one go; only objects and arrays are compared pair by pair. */
function allDifferent(items: readonly unknown[]): boolean {
  const scalars = new Set<unknown>();
  const deep: unknown[] = [];
  for (const item of items) {
    if (typeof item === 'object' && item !== null) {
      if (deep.some((other) => equal(other, item))) return false;
      deep.push(item);
    } else {
      if (scalars.has(item)) return false;
      scalars.add(item);
    }
  }
  return true;
}
