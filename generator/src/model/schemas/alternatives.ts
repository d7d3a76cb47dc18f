import type { JsonSchema, JsonSchemaObject, Origin } from '../../document/types.js';
import { below } from '../report.js';
import type { SchemaNode } from '../types.js';
import type { Building, Part } from './build.js';
import type { Catalog } from './catalog.js';
import { flatten } from './flatten.js';
import {
  discriminatorOf,
  isSchemaObject,
  schemaAt,
  schemaMapAt,
  schemasAt,
  stringsAt,
  valuesOf,
} from './keywords.js';
import type { TypeName } from './types-of.js';

/** Keywords of a branch that only checks: no type comes of it. */
const CHECKING = new Set([
  'required',
  'not',
  'if',
  'then',
  'else',
  'minProperties',
  'maxProperties',
  'propertyNames',
]);

/**
 * `anyOf` and `oneOf`.
 *
 * @param schema with `allOf` taken apart
 * @param self the schema as it was written
 */
export function alternatives(
  schema: JsonSchemaObject,
  self: JsonSchemaObject,
  at: Origin,
  types: ReadonlySet<TypeName> | undefined,
  building: Building,
): readonly Part[] {
  return (['anyOf', 'oneOf'] as const).flatMap((keyword): readonly Part[] => {
    const branches = branchesOf(schema, self, keyword);
    if (branches.length === 0) return [];
    const nodes = branches.map((branch, index) => building.use(branch, below(at, keyword, index), types));
    if (branches.every((branch) => onlyChecks(branch, building.catalog))) {
      return [{ node: { kind: 'unknown' }, checks: [{ kind: keyword, schemas: nodes }] }];
    }
    return [{ node: unionOf(schema, branches, nodes, keyword === 'oneOf', building), checks: [] }];
  });
}

/** Branches that lead back to the schema itself are replaced by their own. */
function branchesOf(
  schema: JsonSchemaObject,
  self: JsonSchemaObject,
  keyword: 'anyOf' | 'oneOf',
): readonly JsonSchema[] {
  const seen = new Set<JsonSchema>([self]);
  const expand = (branch: JsonSchema): readonly JsonSchema[] => {
    if (branch !== self && !leadsTo(branch, self, keyword)) return [branch];
    if (!isSchemaObject(branch) || seen.has(branch)) return [];
    seen.add(branch);
    return (schemasAt(branch, keyword) ?? []).flatMap(expand);
  };
  return (schemasAt(schema, keyword) ?? []).flatMap(expand);
}

/** Whether a schema is among the branches of another, or the branches of these. */
function leadsTo(from: JsonSchema, target: JsonSchemaObject, keyword: 'anyOf' | 'oneOf'): boolean {
  const seen = new Set<JsonSchema>();
  const open = [from];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (seen.has(next) || !isSchemaObject(next)) continue;
    seen.add(next);
    const branches = schemasAt(next, keyword) ?? [];
    if (branches.includes(target)) return true;
    open.push(...branches);
  }
  return false;
}

function unionOf(
  schema: JsonSchemaObject,
  branches: readonly JsonSchema[],
  members: readonly SchemaNode[],
  exclusive: boolean,
  building: Building,
): SchemaNode {
  const [only] = members;
  if (members.length === 1 && only !== undefined) return only;
  const property = discriminatorOf(schema);
  const values = property === undefined ? undefined : schemaNames(schema, property, branches, building);
  if (property === undefined || values === undefined) return { kind: 'union', members, exclusive };
  return {
    kind: 'tagged',
    property,
    members: members.map((node, index) => ({ value: values[index] ?? '', node })),
  };
}

/**
 * By what names a `discriminator` tells the branches apart: those of the schemas, as AsyncAPI has it, or those
 * that OpenAPI's `mapping` gives them. Undefined where constants tell them apart, or where nothing does.
 */
function schemaNames(
  schema: JsonSchemaObject,
  property: string,
  branches: readonly JsonSchema[],
  building: Building,
): readonly string[] | undefined {
  const names = branches.map((branch) => {
    const key = isSchemaObject(branch) ? building.catalog.keyOf(branch) : undefined;
    if (key === undefined || !isSchemaObject(branch)) return undefined;
    const name = mappedName(schema, key) ?? key;
    const { own } = flatten(branch, building.catalog);
    const [, declared] = schemaMapAt(own, 'properties').find(([each]) => each === property) ?? [];
    if (!isSchemaObject(declared) || !stringsAt(own, 'required').includes(property)) return undefined;
    const values = valuesOf(flatten(declared, building.catalog).own);
    return values === undefined || (values.length > 1 && values.includes(name)) ? name : undefined;
  });
  const telling = names.filter((name) => name !== undefined);
  return telling.length === branches.length && new Set(telling).size === branches.length
    ? telling
    : undefined;
}

function mappedName(schema: JsonSchemaObject, key: string): string | undefined {
  const { discriminator } = schema;
  const mapping = isSchemaObject(discriminator) ? schemaAt(discriminator, 'mapping') : undefined;
  if (!isSchemaObject(mapping)) return undefined;
  const found = Object.entries(mapping).find(([, target]) => String(target).split('/').at(-1) === key);
  return found?.[0];
}

/** Whether no type comes of a branch: `required` and the like, for what is described elsewhere. */
export function onlyChecks(branch: JsonSchema, catalog: Catalog): boolean {
  if (!isSchemaObject(branch)) return true;
  if (catalog.nameOf(branch) !== undefined) return false;
  const { own, rest } = flatten(branch, catalog);
  return rest.length === 0 && Object.keys(own).every((keyword) => CHECKING.has(keyword));
}
