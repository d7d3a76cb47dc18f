import type { ObjectNode, PropertyModel, SchemaNode } from '../../model/types.js';
import { stepInto } from '../places.js';
import type { Breaks } from '../types.js';
import { isSilent } from './conjuncts.js';
import { either, NOBODY, type Where, without } from './difference.js';
import { unproved, type Walk } from './explain.js';
import { defaultChange, docsChanges } from './explain-docs.js';
import type { KeywordChange } from './explain-scalars.js';
import { wordsFor } from './words.js';

export function explainObjects(
  walk: Walk,
  o: ObjectNode,
  n: ObjectNode,
  where: Where,
  quiet: Breaks,
): Breaks {
  const [before, after] = [byName(o), byName(n)];
  const found: Breaks[] = [];
  for (const property of o.properties) {
    const next = after.get(property.name);
    const at = insideProperty(where, property.name);
    if (next !== undefined) found.push(explainProperty(walk, property, next, at, quiet));
    else {
      found.push(walk.addKeywords([removed(walk, property, n)], { ...at, new: undefined }, quiet));
      walk.add({
        ...at,
        new: undefined,
        kind: 'property-removed',
        area: 'code',
        message: 'is no property any more: code that names it has to be changed',
        before: wordsFor(property.node),
        breaks: NOBODY,
      });
    }
  }
  for (const property of n.properties) {
    if (before.has(property.name)) continue;
    const at = insideProperty(where, property.name);
    found.push(walk.addKeywords([added(walk, property, o)], { ...at, old: undefined }, quiet));
  }
  found.push(explainAdditional(walk, o, n, where, quiet));
  return found.reduce(either, NOBODY);
}

function byName({ properties }: ObjectNode): ReadonlyMap<string, PropertyModel> {
  return new Map(properties.map((property) => [property.name, property]));
}

function insideProperty({ path, old, new: now }: Where, name: string): Where {
  const shown = /^[\p{L}_$][\p{L}\p{N}_$-]*$/u.test(name) ? `.${name}` : `[${JSON.stringify(name)}]`;
  const step = { kind: 'property', name } as const;
  return { path: path + shown, old: stepInto(old, step), new: stepInto(now, step) };
}

function explainProperty(
  walk: Walk,
  o: PropertyModel,
  n: PropertyModel,
  where: Where,
  quiet: Breaks,
): Breaks {
  const found = [walk.node(o.node, n.node, where, quiet)];
  if (o.required !== n.required) {
    const change: KeywordChange = n.required
      ? {
          kind: 'property-required',
          message: 'must be there now, and could be left out',
          before: 'optional',
          after: 'required',
          breaks: { sending: false, receiving: true },
        }
      : {
          kind: 'property-optional',
          message: 'may be left out now, and had to be there',
          before: 'required',
          after: 'optional',
          breaks: { sending: true, receiving: false },
        };
    found.push(walk.addKeywords([change], where, quiet));
  }
  walk.add(...docsChanges(o.docs, n.docs, where));
  for (const change of defaultChange(o.docs, n.docs, { required: o.required && n.required, where })) {
    // What it means is no matter of what is valid: no proof settles it.
    walk.add(change);
  }
  return found.reduce(either, NOBODY);
}

/** Nothing but one property. */
function alone(property: PropertyModel, additional: ObjectNode['additional']): ObjectNode {
  return { kind: 'object', properties: [property], additional };
}

/** Everything but properties. */
function bare({ properties: _, ...others }: ObjectNode): ObjectNode {
  return { ...others, properties: [] };
}

function added(walk: Walk, property: PropertyModel, o: ObjectNode): KeywordChange {
  const { forward, backward } = walk.explainer;
  const breaks = {
    sending: !backward.holds(alone(property, 'forbidden'), bare(o)),
    receiving: !forward.holds(bare(o), alone(property, 'allowed')),
  };
  return {
    kind: 'property-added',
    message: property.required ? 'is new, and must be there' : 'is new, and may be left out',
    after: wordsFor(property.node),
    breaks,
  };
}

function removed(walk: Walk, property: PropertyModel, n: ObjectNode): KeywordChange {
  const { forward, backward } = walk.explainer;
  const breaks = {
    sending: !backward.holds(bare(n), alone(property, 'allowed')),
    receiving: !forward.holds(alone(property, 'forbidden'), bare(n)),
  };
  const fate = breaks.receiving ? 'and is refused' : 'and nobody looks at it any more';
  return {
    kind: 'property-removed',
    message: property.required ? `was always there, is gone, ${fate}` : `is gone, ${fate}`,
    before: wordsFor(property.node),
    breaks,
  };
}

function explainAdditional(walk: Walk, o: ObjectNode, n: ObjectNode, where: Where, quiet: Breaks): Breaks {
  if (typeof o.additional !== 'string' && typeof n.additional !== 'string') {
    const step = { kind: 'keyword', name: 'additionalProperties' } as const;
    const inside = {
      path: `${where.path}.*`,
      old: stepInto(where.old, step),
      new: stepInto(where.new, step),
    };
    return walk.node(o.additional, n.additional, inside, quiet);
  }
  if (o.additional === n.additional && isSilent(o) === isSilent(n)) return NOBODY;
  const breaks = unproved(walk.proof(bare(o), bare(n)));
  if (o.additional === n.additional && !breaks.sending && !breaks.receiving) return NOBODY;
  const change: KeywordChange = {
    kind: 'additional-changed',
    keyword: 'additionalProperties',
    message: breaks.receiving
      ? 'takes fewer further properties than it did'
      : 'takes further properties that it did not',
    before: additionalWords(o.additional),
    after: additionalWords(n.additional),
    breaks,
  };
  walk.addKeywords([change], where, quiet);
  return without(breaks, quiet);
}

function additionalWords(additional: 'allowed' | 'forbidden' | SchemaNode): string {
  return typeof additional === 'string' ? additional : wordsFor(additional);
}
