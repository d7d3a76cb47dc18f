import type { NumberNode, StringNode } from '../../model/types.js';

/** Whether every number of one kind is of the other too. */
export function numbersHold(a: NumberNode, b: NumberNode): boolean {
  if (b.integer && !isWhole(a)) return false;
  return (
    isAtLeast(lowerBound(a), lowerBound(b), 1) &&
    isAtLeast(upperBound(a), upperBound(b), -1) &&
    (b.multipleOf === undefined || isMultiple(a, b.multipleOf))
  );
}

interface Bound {
  readonly at: number;
  readonly exclusive: boolean;
}

/** The stricter of the two keywords; whole numbers begin at the next whole one. */
function lowerBound({ minimum, exclusiveMinimum, ...kind }: NumberNode): Bound {
  const open = exclusiveMinimum !== undefined && exclusiveMinimum >= (minimum ?? Number.NEGATIVE_INFINITY);
  const at = (open ? exclusiveMinimum : minimum) ?? Number.NEGATIVE_INFINITY;
  if (!isWhole(kind) || !Number.isSafeInteger(Math.ceil(at))) return { at, exclusive: open };
  return { at: open && Number.isInteger(at) ? at + 1 : Math.ceil(at), exclusive: false };
}

function upperBound({ maximum, exclusiveMaximum, ...kind }: NumberNode): Bound {
  const open = exclusiveMaximum !== undefined && exclusiveMaximum <= (maximum ?? Number.POSITIVE_INFINITY);
  const at = (open ? exclusiveMaximum : maximum) ?? Number.POSITIVE_INFINITY;
  if (!isWhole(kind) || !Number.isSafeInteger(Math.floor(at))) return { at, exclusive: open };
  return { at: open && Number.isInteger(at) ? at - 1 : Math.floor(at), exclusive: false };
}

/** @param sign 1 for lower bounds, -1 for upper ones */
function isAtLeast(a: Bound, b: Bound, sign: 1 | -1): boolean {
  if (a.at === b.at) return a.exclusive || !b.exclusive;
  return sign * a.at > sign * b.at;
}

function isWhole({ integer, multipleOf }: Pick<NumberNode, 'integer' | 'multipleOf'>): boolean {
  return integer || (multipleOf !== undefined && Number.isInteger(multipleOf));
}

/** Only where no rounding is in the way: whole divisors, or one that is the other times a power of two. */
function isMultiple(a: NumberNode, of: number): boolean {
  if (of === 1 && isWhole(a)) return true;
  const { multipleOf } = a;
  if (multipleOf === undefined) return false;
  const ratio = multipleOf / of;
  if (Number.isInteger(multipleOf) && Number.isInteger(of)) return Number.isInteger(ratio);
  return ratio >= 1 && Number.isInteger(Math.log2(ratio)) && ratio * of === multipleOf;
}

/** Whether every string of one kind is of the other too. A pattern or a format only follows from the same one. */
export function stringsHold(a: StringNode, b: StringNode): boolean {
  return (
    (a.minLength ?? 0) >= (b.minLength ?? 0) &&
    (a.maxLength ?? Number.POSITIVE_INFINITY) <= (b.maxLength ?? Number.POSITIVE_INFINITY) &&
    (b.pattern === undefined ||
      (a.pattern?.source === b.pattern.source && a.pattern.flags === b.pattern.flags)) &&
    (b.format === undefined || a.format === b.format)
  );
}
