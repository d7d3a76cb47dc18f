import type { ArrayNode, SchemaNode, TupleNode } from '../../model/types.js';
import { stepInto } from '../places.js';
import type { Breaks } from '../types.js';
import { shapeOf } from './containment.js';
import { either, NOBODY, type Where } from './difference.js';
import type { Walk } from './explain.js';
import { lengthWords } from './words.js';

type ListNode = ArrayNode | TupleNode;

/** Two arrays, or two tuples. */
export function explainLists(walk: Walk, o: ListNode, n: SchemaNode, where: Where, quiet: Breaks): Breaks {
  if (n.kind !== 'array' && n.kind !== 'tuple') return NOBODY;
  const [one, other] = [shapeOf(o), shapeOf(n)];
  const found: Breaks[] = [];
  const positions = Math.min(Math.max(one.items.length, other.items.length), Math.min(one.max, other.max));
  for (let index = 0; index < positions; index += 1) {
    const inside = step(where, `[${index}]`, { kind: 'item', index });
    found.push(walk.node(one.items[index] ?? one.rest, other.items[index] ?? other.rest, inside, quiet));
  }
  if (Math.min(one.max, other.max) > positions) {
    const name = o.kind === 'array' ? 'items' : 'additionalItems';
    found.push(walk.node(one.rest, other.rest, step(where, '[]', { kind: 'keyword', name }), quiet));
  }
  if (one.min !== other.min || one.max !== other.max) {
    const breaks = {
      sending: other.min < one.min || other.max > one.max,
      receiving: one.min < other.min || one.max > other.max,
    };
    const change = {
      kind: 'length-changed',
      keyword: one.max === other.max ? 'minItems' : 'maxItems',
      message: 'has another number of items',
      before: lengthWords(one.min, one.max),
      after: lengthWords(other.min, other.max),
      breaks,
    } as const;
    found.push(walk.addKeywords([change], where, quiet));
  }
  return found.reduce(either, NOBODY);
}

function step({ path, old, new: now }: Where, shown: string, into: Parameters<typeof stepInto>[1]): Where {
  return { path: path + shown, old: stepInto(old, into), new: stepInto(now, into) };
}
