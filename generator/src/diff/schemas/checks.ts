import { valueTypes } from '../../model/schemas/facts.js';
import { canonical } from '../../model/schemas/keywords.js';
import type { CheckNode, DependencyRule, JsonType, ObjectNode, SchemaNode } from '../../model/types.js';
import { type Claims, isList, timesClaimed } from './claims.js';
import { type Conjuncts, conjunctsOf, isSilent, objectsIn, requiredIn, unionOf } from './conjuncts.js';
import type { Containment } from './containment.js';
import { disjoint } from './disjoint.js';

const UNKNOWN: SchemaNode = { kind: 'unknown' };

/** Checks that let values of every other type pass. */
const SUBJECTS: Partial<Record<CheckNode['kind'], JsonType>> = {
  contains: 'array',
  uniqueItems: 'array',
  itemCount: 'array',
  propertyNames: 'object',
  propertyCount: 'object',
  required: 'object',
  ownProperties: 'object',
  patternProperties: 'object',
  additionalProperties: 'object',
  dependencies: 'object',
};

type Check<Kind extends CheckNode['kind']> = CheckNode & { readonly kind: Kind };

/** Whether every value of `a` passes a check of the other side. */
export function checkFollows(proof: Containment, a: SchemaNode, check: CheckNode, claims: Claims): boolean {
  const subject = SUBJECTS[check.kind];
  if (subject !== undefined && !valueTypes(a, proof.inA).has(subject)) return true;
  const conjuncts = conjunctsOf(a, proof.inA);
  const same = <Kind extends CheckNode['kind']>(kind: Kind, follows: (own: Check<Kind>) => boolean) =>
    conjuncts.checks.some((own) => own.kind === kind && follows(own as Check<Kind>));
  switch (check.kind) {
    case 'also':
      return proof.holds(a, check.schema, claims);
    case 'anyOf':
    case 'oneOf':
      return proof.holds(a, unionOf(check), claims);
    case 'not':
      return (
        disjoint(a, proof.inA, check.schema, proof.inB) ||
        same('not', (own) => proof.opposite.holds(check.schema, own.schema, 'all'))
      );
    case 'contains':
      return same('contains', (own) => proof.holds(own.schema, check.schema, 'all'));
    case 'propertyNames':
      return same('propertyNames', (own) => proof.holds(own.schema, check.schema, 'all'));
    case 'conditional':
      return same('conditional', (own) => conditionFollows(proof, own, check));
    case 'uniqueItems':
      return same('uniqueItems', () => true);
    case 'itemCount':
    case 'propertyCount':
      return isWithin(countOf(conjuncts, check.kind), check);
    case 'required':
      return check.names.every((name) => requiredIn(conjuncts).has(name));
    case 'ownProperties':
      return check.schemas.every(({ name, schema }) => {
        const asObject: ObjectNode = {
          kind: 'object',
          properties: [
            { name, node: schema, required: false, inherited: true, docs: { deprecated: false, tags: [] } },
          ],
          additional: 'allowed',
        };
        return proof.holds(a, asObject, claims);
      });
    case 'patternProperties':
      return check.schemas.every(({ name, schema }) =>
        same('patternProperties', ({ schemas }) =>
          schemas.some((own) => own.name === name && proof.holds(own.schema, schema, 'all')),
        ),
      );
    case 'additionalProperties':
      return same('additionalProperties', (own) => restFollows(proof, conjuncts, own, check));
    case 'dependencies':
      return check.rules.every(
        (rule) =>
          isAbsent(rule.name, conjuncts, claims) ||
          needsFollow(proof, a, conjuncts, rule) ||
          same('dependencies', ({ rules }) => rules.some((own) => ruleFollows(proof, own, rule))),
      );
    default:
      return check satisfies never;
  }
}

/** The condition splits the values in the same way, and each half follows. */
function conditionFollows(
  proof: Containment,
  own: Check<'conditional'>,
  check: Check<'conditional'>,
): boolean {
  return (
    proof.sameValues(own.condition, check.condition) &&
    proof.holds(own.consequent ?? UNKNOWN, check.consequent ?? UNKNOWN, 'all') &&
    proof.holds(own.alternative ?? UNKNOWN, check.alternative ?? UNKNOWN, 'all')
  );
}

interface Count {
  readonly min: number;
  readonly max: number;
}

/** How many items or properties a value has at least and at most. */
function countOf(conjuncts: Conjuncts, kind: 'itemCount' | 'propertyCount'): Count {
  const counts = conjuncts.checks.flatMap((check): Count[] => (check.kind === kind ? [boundsOf(check)] : []));
  if (kind === 'propertyCount') {
    counts.push({ min: requiredIn(conjuncts).size, max: Number.POSITIVE_INFINITY });
    for (const { additional, properties } of objectsIn(conjuncts)) {
      if (additional === 'forbidden') counts.push({ min: 0, max: properties.length });
    }
  } else {
    for (const part of conjuncts.parts) {
      if (part.kind === 'array') counts.push(boundsOf({ min: part.minItems, max: part.maxItems }));
      if (part.kind === 'tuple') {
        const max = part.rest === undefined ? part.items.length : undefined;
        counts.push(boundsOf({ min: part.required, max }));
      }
    }
  }
  return {
    min: Math.max(0, ...counts.map(({ min }) => min)),
    max: Math.min(Number.POSITIVE_INFINITY, ...counts.map(({ max }) => max)),
  };
}

function boundsOf(given: { readonly min?: number | undefined; readonly max?: number | undefined }): Count {
  return { min: given.min ?? 0, max: given.max ?? Number.POSITIVE_INFINITY };
}

function isWithin({ min, max }: Count, given: Parameters<typeof boundsOf>[0]): boolean {
  const bounds = boundsOf(given);
  return min >= bounds.min && max <= bounds.max;
}

/** What neither names nor patterns describe, with the same patterns. */
function restFollows(
  proof: Containment,
  conjuncts: Conjuncts,
  own: Check<'additionalProperties'>,
  check: Check<'additionalProperties'>,
): boolean {
  if (canonical([...own.patterns].sort()) !== canonical([...check.patterns].sort())) return false;
  const declared = new Map(
    objectsIn(conjuncts).flatMap(({ properties }) => properties.map(({ name, node }) => [name, node])),
  );
  const further = own.known.filter((name) => !check.known.includes(name));
  return (
    proof.holds(own.schema, check.schema, 'all') &&
    further.every((name) => proof.holds(declared.get(name) ?? UNKNOWN, check.schema, 'all'))
  );
}

function isAbsent(name: string, conjuncts: Conjuncts, claims: Claims): boolean {
  const objects = objectsIn(conjuncts);
  const isDeclared = objects.some(({ properties }) => properties.some((each) => each.name === name));
  if (isDeclared || objects.length === 0) return false;
  if (objects.some(({ additional }) => additional === 'forbidden')) return true;
  return objects.every(isSilent) && timesClaimed(claims, name) === 0;
}

function needsFollow(
  proof: Containment,
  a: SchemaNode,
  conjuncts: Conjuncts,
  { needs }: DependencyRule,
): boolean {
  if (!isList(needs)) return proof.holds(a, needs, 'all');
  const required = requiredIn(conjuncts);
  return needs.every((name) => required.has(name));
}

function ruleFollows(proof: Containment, own: DependencyRule, rule: DependencyRule): boolean {
  if (own.name !== rule.name) return false;
  const { needs } = own;
  if (isList(needs)) return isList(rule.needs) && rule.needs.every((name) => needs.includes(name));
  return !isList(rule.needs) && proof.holds(needs, rule.needs, 'all');
}
