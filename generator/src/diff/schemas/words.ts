import type { JsonValue, NumberNode, SchemaNode, StringNode } from '../../model/types.js';

/** Longest list of values that is written out. */
const SHOWN = 5;

/** A schema in a few words. */
export function wordsFor(node: SchemaNode): string {
  switch (node.kind) {
    case 'ref':
      return node.name;
    case 'unknown':
      return 'anything';
    case 'never':
      return 'nothing';
    case 'number':
      return node.integer ? 'integer' : 'number';
    case 'literal':
      return listed(node.values, ' | ');
    case 'array':
      return `array of ${wordsFor(node.items)}`;
    case 'union':
      return node.members.length > SHOWN
        ? `one of ${node.members.length}`
        : node.members.map(wordsFor).join(' | ');
    case 'tagged':
      return `one of ${node.members.length} by \`${node.property}\``;
    case 'intersection':
      return node.members.map(wordsFor).join(' & ');
    case 'others':
      return `anything but ${node.types.join(', ')}`;
    case 'refined':
      return wordsFor(node.base);
    default:
      return node.kind;
  }
}

export function listed(values: readonly JsonValue[], separator = ', '): string {
  const shown = values.slice(0, SHOWN).map((value) => JSON.stringify(value));
  return values.length > SHOWN ? `${shown.join(separator)} … (${values.length})` : shown.join(separator);
}

/** `1 ≤ x < 10`. */
export function rangeWords(node: Partial<NumberNode>): string {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = node;
  const parts = [
    minimum !== undefined && `≥ ${minimum}`,
    exclusiveMinimum !== undefined && `> ${exclusiveMinimum}`,
    maximum !== undefined && `≤ ${maximum}`,
    exclusiveMaximum !== undefined && `< ${exclusiveMaximum}`,
  ].filter((part) => part !== false);
  return parts.length === 0 ? 'any' : parts.join(' and ');
}

export function lengthWords(min: number | undefined, max: number | undefined): string {
  if ((min ?? 0) === 0)
    return max === undefined || max === Number.POSITIVE_INFINITY ? 'any' : `at most ${max}`;
  return max === undefined || max === Number.POSITIVE_INFINITY ? `at least ${min}` : `${min} to ${max}`;
}

export function patternWords({ pattern }: StringNode): string {
  return pattern === undefined ? 'any' : `/${pattern.source}/`;
}
