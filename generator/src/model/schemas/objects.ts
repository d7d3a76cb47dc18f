import type { JsonSchema, JsonSchemaObject, Origin } from '../../document/types.js';
import { docsOfSchema } from '../docs.js';
import { isInherited } from '../naming/reserved.js';
import { below } from '../report.js';
import type {
  CheckNode,
  DependencyRule,
  NamedPart,
  ObjectNode,
  PropertyModel,
  SchemaNode,
} from '../types.js';
import type { Building, Part } from './build.js';
import { defaultOf } from './defaults.js';
import { isSchemaObject, numberAt, schemaAt, schemaMapAt, stringsAt } from './keywords.js';
import { compilable, defined } from './scalars.js';

const UNKNOWN: SchemaNode = { kind: 'unknown' };

/** `properties`, `required`, `additionalProperties` and all else that is said of objects. */
export function objectNode(schema: JsonSchemaObject, at: Origin, building: Building): Part {
  const patterns = patternsOf(schema, at, building);
  const additional = additionalOf(schema, at, building);
  const properties = propertiesOf(schema, at, building, undescribedNode(additional, patterns));
  const inherited = properties.filter((property) => property.inherited);
  // A zod object looks up every name it knows, and calls every other one unknown. Where neither is right,
  // checks take over.
  const byCheck = patterns.length > 0 || (additional !== 'allowed' && inherited.length > 0);
  const index = indexOf(schema, properties, patterns, additional);
  const node: ObjectNode = {
    kind: 'object',
    properties,
    additional: byCheck ? 'allowed' : additional,
    ...(index !== undefined && { index }),
  };
  const checks: CheckNode[] = [];
  const early = inherited.some(({ name }) => name === '__proto__');
  if (!early) checks.push(...inheritedChecks(inherited));
  if (patterns.length > 0) checks.push({ kind: 'patternProperties', schemas: patterns });
  if (byCheck && additional !== 'allowed') {
    checks.push({
      kind: 'additionalProperties',
      known: schemaMapAt(schema, 'properties').map(([name]) => name),
      patterns: patterns.map(({ name }) => name),
      schema: additional === 'forbidden' ? { kind: 'never' } : additional,
    });
  }
  checks.push(...rareChecks(schema, at, building));
  if (!early) return { node, checks };
  // A zod object leaves `__proto__` out of what it gives, so that it must be looked at before.
  const first: SchemaNode = { kind: 'refined', base: UNKNOWN, checks: inheritedChecks(inherited) };
  return { node: { kind: 'intersection', members: [first, node] }, checks };
}

function propertiesOf(
  schema: JsonSchemaObject,
  at: Origin,
  building: Building,
  undescribed: SchemaNode,
): readonly PropertyModel[] {
  const required = new Set(stringsAt(schema, 'required'));
  const declared = schemaMapAt(schema, 'properties').map(([name, property]): PropertyModel => {
    const parts = propertyOf(name, property, below(at, 'properties', name), building);
    // What has to be there is refused without it, whatever its default.
    if (required.delete(name)) return { ...parts, required: true };
    const filled = parts.inherited ? undefined : defaultOf(property, building.catalog);
    return { ...parts, required: false, ...(filled !== undefined && { default: filled }) };
  });
  const undeclared = [...required].map((name) => ({
    name,
    node: undescribed,
    required: true,
    inherited: isInherited(name),
    docs: { deprecated: false, tags: [] },
  }));
  return [...declared, ...undeclared];
}

/** What is required and nowhere described is what `additionalProperties` lets it be. */
function undescribedNode(additional: ObjectNode['additional'], patterns: readonly NamedPart[]): SchemaNode {
  // A pattern may match its name; checks will tell.
  if (additional === 'allowed' || patterns.length > 0) return UNKNOWN;
  return additional === 'forbidden' ? { kind: 'never' } : additional;
}

function propertyOf(
  name: string,
  schema: JsonSchema,
  at: Origin,
  building: Building,
): Omit<PropertyModel, 'required'> {
  // A named type carries its own words.
  const named = isSchemaObject(schema) && building.catalog.nameOf(schema) !== undefined;
  return {
    name,
    node: building.use(schema, at),
    inherited: isInherited(name),
    docs: docsOfSchema(name, named ? true : schema),
  };
}

function additionalOf(schema: JsonSchemaObject, at: Origin, building: Building): ObjectNode['additional'] {
  const additional = schemaAt(schema, 'additionalProperties') ?? true;
  const node = building.use(additional, below(at, 'additionalProperties'));
  if (node.kind === 'unknown') return 'allowed';
  return node.kind === 'never' ? 'forbidden' : node;
}

function patternsOf(schema: JsonSchemaObject, at: Origin, building: Building): readonly NamedPart[] {
  return schemaMapAt(schema, 'patternProperties').flatMap(([source, property]) => {
    const place = below(at, 'patternProperties', source);
    if (compilable(source, place, building.report) === undefined) return [];
    return [{ name: source, schema: building.use(property, place) }];
  });
}

/**
 * An index signature where the contract speaks of further properties. Where it is silent they are let through
 * and kept, but a misspelt name should not compile.
 */
function indexOf(
  schema: JsonSchemaObject,
  properties: readonly PropertyModel[],
  patterns: readonly NamedPart[],
  additional: ObjectNode['additional'],
): readonly SchemaNode[] | undefined {
  const matching = patterns.map((pattern) => pattern.schema);
  if (additional === 'forbidden') return matching.length === 0 ? undefined : matching;
  if (additional !== 'allowed') return [...matching, additional];
  const spoken = schema.additionalProperties !== undefined || matching.length > 0 || properties.length === 0;
  return spoken ? [UNKNOWN] : undefined;
}

function inheritedChecks(properties: readonly PropertyModel[]): readonly CheckNode[] {
  const names = properties.filter(({ required }) => required).map(({ name }) => name);
  const schemas = properties
    .filter(({ node }) => node.kind !== 'unknown')
    .map(({ name, node }) => ({ name, schema: node }));
  return [
    ...(names.length > 0 ? [{ kind: 'required', names } as const] : []),
    ...(schemas.length > 0 ? [{ kind: 'ownProperties', schemas } as const] : []),
  ];
}

function rareChecks(schema: JsonSchemaObject, at: Origin, building: Building): readonly CheckNode[] {
  const checks: CheckNode[] = [];
  const count = defined({ min: numberAt(schema, 'minProperties'), max: numberAt(schema, 'maxProperties') });
  if (Object.keys(count).length > 0) checks.push({ kind: 'propertyCount', ...count });
  const names = schemaAt(schema, 'propertyNames');
  if (names !== undefined) {
    const string = new Set(['string'] as const);
    checks.push({ kind: 'propertyNames', schema: building.use(names, below(at, 'propertyNames'), string) });
  }
  const rules = dependencyRules(schema, at, building);
  if (rules.length > 0) checks.push({ kind: 'dependencies', rules });
  return checks;
}

function dependencyRules(
  schema: JsonSchemaObject,
  at: Origin,
  building: Building,
): readonly DependencyRule[] {
  const { dependencies } = schema;
  if (!isSchemaObject(dependencies)) return [];
  const object = new Set(['object'] as const);
  return Object.entries(dependencies).flatMap(([name, needs]): readonly DependencyRule[] => {
    if (Array.isArray(needs)) return [{ name, needs: stringsAt(dependencies, name) }];
    if (!isSchemaObject(needs) && typeof needs !== 'boolean') return [];
    return [{ name, needs: building.use(needs, below(at, 'dependencies', name), object) }];
  });
}
