import type { JsonSchemaObject, Origin } from '../../document/types.js';
import { below } from '../report.js';
import type { ArrayNode, CheckNode, TupleNode } from '../types.js';
import type { Building, Part } from './build.js';
import { numberAt, schemaAt, schemasAt } from './keywords.js';
import { defined } from './scalars.js';

/** `items`, `additionalItems`, `minItems`, `maxItems`, `uniqueItems`, `contains`. */
export function arrayNode(schema: JsonSchemaObject, at: Origin, building: Building): Part {
  const checks: CheckNode[] = [];
  if (schema.uniqueItems === true) checks.push({ kind: 'uniqueItems' });
  const contained = schemaAt(schema, 'contains');
  if (contained !== undefined) {
    checks.push({ kind: 'contains', schema: building.use(contained, below(at, 'contains')) });
  }
  const positions = schemasAt(schema, 'items');
  if (positions !== undefined) return tupleNode(schema, at, building, checks);
  const node: ArrayNode = {
    kind: 'array',
    items: building.use(schemaAt(schema, 'items') ?? true, below(at, 'items')),
    ...defined(boundsOf(schema)),
  };
  return { node, checks };
}

function tupleNode(
  schema: JsonSchemaObject,
  at: Origin,
  building: Building,
  checks: readonly CheckNode[],
): Part {
  const all = (schemasAt(schema, 'items') ?? []).map((item, index) =>
    building.use(item, below(at, 'items', index)),
  );
  const { minItems = 0, maxItems = Number.POSITIVE_INFINITY } = boundsOf(schema);
  const following = building.use(schemaAt(schema, 'additionalItems') ?? true, below(at, 'additionalItems'));
  const rest = following.kind === 'never' || maxItems <= all.length ? undefined : following;
  const items = all.slice(0, maxItems);
  const node: TupleNode = {
    kind: 'tuple',
    items,
    required: Math.min(minItems, items.length),
    ...(rest !== undefined && { rest }),
  };
  return { node, checks: [...countCheck(node, minItems, maxItems), ...checks] };
}

/** What the tuple itself does not say about its length. */
function countCheck({ items, rest }: TupleNode, min: number, max: number): readonly CheckNode[] {
  const tooFew = min > items.length;
  const tooMany = rest !== undefined && Number.isFinite(max);
  if (!tooFew && !tooMany) return [];
  return [{ kind: 'itemCount', ...(tooFew && { min }), ...(tooMany && { max }) }];
}

function boundsOf(schema: JsonSchemaObject): Record<'minItems' | 'maxItems', number | undefined> {
  return { minItems: numberAt(schema, 'minItems'), maxItems: numberAt(schema, 'maxItems') };
}
