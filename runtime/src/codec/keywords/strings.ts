import { type Bounds, type Check, checkOf, isString, range, within } from './check.js';

/** `minLength`, `maxLength`. JSON Schema counts code points; zod's `.min()` counts UTF-16 units, two for an emoji. */
export function codePoints(bounds: Bounds): Check {
  return checkOf(isString, (text) => lengthWithin(text, bounds), `Must have ${range(bounds)} characters`);
}

/** A `pattern` that can't stand as a literal in the code. */
export function pattern(source: string, flags: '' | 'u' = 'u'): Check {
  const expression = new RegExp(source, flags);
  return checkOf(isString, (text) => expression.test(text), `Must match the pattern ${source}`);
}

/** Counts only when the number of UTF-16 units leaves it open. */
function lengthWithin(text: string, bounds: Bounds): boolean {
  const { min = 0, max = Number.POSITIVE_INFINITY } = bounds;
  const units = text.length;
  if (units < min || units > max * 2) return false;
  if (units >= min * 2 && units <= max) return true;
  return within(count(text), bounds);
}

function count(text: string): number {
  let points = 0;
  for (const _ of text) points += 1;
  return points;
}
