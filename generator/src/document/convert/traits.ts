import { type Fields, fieldsOf } from './fields.js';

/**
 * An operation or a message with its traits merged in, by JSON merge patch: in 2.x the traits win over what
 * they are applied to, in 3.x it is the other way round.
 */
export function withTraits(value: unknown, major: 2 | 3): Fields {
  const { traits, ...own } = fieldsOf(value);
  if (!Array.isArray(traits)) return own;
  const layers = major === 2 ? [own, ...traits] : [...traits, own];
  return layers.reduce<Fields>((merged, layer) => merge(merged, fieldsOf(layer)), {});
}

/** What only one side has stays the very same object, so that it keeps its origin. */
function merge(base: Fields, over: Fields): Fields {
  const merged: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(over)) {
    if (value === null) delete merged[key];
    else if (isMapping(base[key]) && isMapping(value) && base[key] !== value)
      merged[key] = merge(base[key], value);
    else merged[key] = value;
  }
  return merged;
}

function isMapping(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
