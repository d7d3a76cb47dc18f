import { isRecord } from './types.js';

const SINGLE = [
  'additionalItems',
  'additionalProperties',
  'contains',
  'else',
  'if',
  'not',
  'propertyNames',
  'then',
];
const LISTS = ['allOf', 'anyOf', 'oneOf', 'items'];
const MAPS = ['properties', 'patternProperties', 'definitions', '$defs', 'dependencies'];

type SchemaObject = Readonly<Record<string, unknown>>;

/** Visits schemas and all the schemas inside them, each object once; `seen` lasts over several calls. */
export function visitSchemas(
  roots: readonly unknown[],
  seen: Set<object>,
  visit: (schema: SchemaObject) => void,
): void {
  const open = roots.toReversed();
  while (open.length > 0) {
    const schema = open.pop();
    if (!isRecord(schema) || seen.has(schema)) continue;
    seen.add(schema);
    visit(schema);
    open.push(...childrenOf(schema).toReversed());
  }
}

function childrenOf(schema: SchemaObject): readonly unknown[] {
  return [
    ...SINGLE.map((key) => schema[key]),
    ...LISTS.flatMap((key) => schema[key]),
    ...MAPS.flatMap((key) => (isRecord(schema[key]) ? Object.values(schema[key]) : [])),
  ];
}
