import type { ObjectNode, SchemaNode } from '../../model/types.js';
import { type Claims, claimsInside, timesClaimed } from './claims.js';
import { type Conjuncts, isSilent, objectsIn, requiredIn } from './conjuncts.js';
import type { Containment } from './containment.js';

const UNKNOWN: SchemaNode = { kind: 'unknown' };

/**
 * Whether values for which all of `a` holds are valid for the object `b`.
 *
 * @param claims what else describes these values
 */
export function objectFollows(proof: Containment, a: Conjuncts, b: ObjectNode, claims: Claims): boolean {
  const objects = objectsIn(a);
  const required = requiredIn(a);
  const declared = new Map<string, SchemaNode[]>();
  for (const { name, node } of objects.flatMap(({ properties }) => properties)) {
    declared.set(name, [...(declared.get(name) ?? []), node]);
  }
  const names = new Set(b.properties.map(({ name }) => name));
  return (
    b.properties.every((property) => {
      if (property.required && !required.has(property.name)) return false;
      const nodes = declared.get(property.name);
      return nodes === undefined
        ? undeclaredHolds(property.name, property.node)
        : partsHold(property.name, nodes, property.node);
    }) &&
    [...declared].every(
      ([name, nodes]) => names.has(name) || b.additional === 'allowed' || furtherHolds(name, nodes),
    ) &&
    restHolds()
  );

  function partsHold(name: string, nodes: readonly SchemaNode[], target: SchemaNode): boolean {
    const isAbsent = !required.has(name) && nodes.some(({ kind }) => kind === 'never');
    const inside = nodes.length > 1 ? 'all' : claimsInside(claims, name);
    return isAbsent || nodes.some((node) => proof.holds(node, target, inside));
  }

  /** A property that only `b` describes. */
  function undeclaredHolds(name: string, target: SchemaNode): boolean {
    if (objects.some(({ additional }) => additional === 'forbidden')) return true;
    if (objects.every(isSilent) && timesClaimed(claims, name) === 0) return true;
    return restsOf(objects).some((node) => proof.holds(node, target, 'all'));
  }

  /** A property that only `a` describes. */
  function furtherHolds(name: string, nodes: readonly SchemaNode[]): boolean {
    return partsHold(name, nodes, typeof b.additional === 'string' ? { kind: 'never' } : b.additional);
  }

  /** Properties that neither describes. */
  function restHolds(): boolean {
    if (b.additional === 'allowed' || objects.some(({ additional }) => additional === 'forbidden'))
      return true;
    const { additional } = b;
    return (
      additional !== 'forbidden' && restsOf(objects).some((node) => proof.holds(node, additional, 'all'))
    );
  }
}

/** What a property that no object describes has to be. */
function restsOf(objects: readonly ObjectNode[]): readonly SchemaNode[] {
  return objects.map(({ additional }) => (typeof additional === 'string' ? UNKNOWN : additional));
}
