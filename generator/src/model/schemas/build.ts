import type { JsonSchema, JsonSchemaObject, Origin } from '../../document/types.js';
import { below, type Report } from '../report.js';
import type { CheckNode, JsonType, SchemaNode } from '../types.js';
import { alternatives } from './alternatives.js';
import { arrayNode } from './arrays.js';
import type { Catalog } from './catalog.js';
import { aliasOf, flatten } from './flatten.js';
import { isSchemaObject, schemaAt, valuesOf } from './keywords.js';
import { objectNode } from './objects.js';
import { numberNode, stringNode } from './scalars.js';
import { commonTypes, isOfType, type TypeName, typesOf, typesSpokenOf } from './types-of.js';

type Types = ReadonlySet<TypeName> | undefined;

/** What the parts of the builder share. */
export interface Building {
  readonly catalog: Catalog;
  readonly report: Report;
  /** The node of a schema where it is used: a reference if it has a name. */
  use(schema: JsonSchema, at: Origin, types?: Types): SchemaNode;
}

/** A node, and checks that go with it. */
export interface Part {
  readonly node: SchemaNode;
  readonly checks: readonly CheckNode[];
}

const UNKNOWN: SchemaNode = { kind: 'unknown' };
const NEVER: SchemaNode = { kind: 'never' };

/**
 * Turns JSON Schemas into nodes that validate exactly the same values. Types handed down from above (`types`)
 * spare a branch that says `required: [a]` from having to say `type: object` again.
 */
export function createBuilder(catalog: Catalog, report: Report) {
  const building: Building = { catalog, report, use };
  return { use, define };

  function use(schema: JsonSchema, at: Origin, types?: Types): SchemaNode {
    if (!isSchemaObject(schema)) return schema ? UNKNOWN : NEVER;
    const name = catalog.nameOf(schema);
    return name === undefined ? define(schema, at, types) : { kind: 'ref', name };
  }

  /** The node of a schema itself, whatever it is called. */
  function define(schema: JsonSchema, at: Origin, types?: Types): SchemaNode {
    if (!isSchemaObject(schema)) return schema ? UNKNOWN : NEVER;
    if (typeof schema.$ref === 'string') return unresolved(schema.$ref, at);
    const alias = aliasOf(schema);
    const node = alias === undefined ? compose(schema, at, types) : use(alias, below(at, 'allOf', 0), types);
    // Beside `type`, `nullable` is one more type; beside anything else it widens the whole.
    return schema.nullable === true && typesOf(schema) === undefined && node.kind !== 'unknown'
      ? { kind: 'union', members: [node, { kind: 'null' }], exclusive: false }
      : node;
  }

  function compose(schema: JsonSchemaObject, at: Origin, handedDown: Types): SchemaNode {
    const { own, rest, impossible } = flatten(schema, catalog);
    const types = commonTypes(typesOf(own), handedDown);
    if (impossible) return never(at);
    // A branch for values that can't come this way is none of the author's mistakes.
    if (types?.size === 0) return NEVER;
    const base = baseOf(own, at, types);
    const parts = [
      base,
      ...rest.map((member) => ({ node: use(member, at, types), checks: [] })),
      ...alternatives(own, schema, at, types, building),
    ];
    const checks = [...parts.flatMap((part) => part.checks), ...logic(own, at, types)];
    return refine(intersect(parts.map(({ node }) => node)), checks);
  }

  /** What `type` and the keywords of each type say, or `enum` and `const`. */
  function baseOf(own: JsonSchemaObject, at: Origin, types: Types): Part {
    const values = valuesOf(own);
    if (values === undefined) return typed(own, at, types);
    const allowed = types === undefined ? values : values.filter((value) => isOfType(value, types));
    if (allowed.length === 0) {
      const types = typesOf(own);
      const possible = types === undefined || values.some((value) => isOfType(value, types));
      return { node: possible && values.length > 0 ? NEVER : never(at), checks: [] };
    }
    const spoken = typesSpokenOf(own);
    const others = spoken.size === 0 ? [] : [{ kind: 'also', schema: whole(typed(own, at, types)) } as const];
    return { node: { kind: 'literal', values: allowed }, checks: others };
  }

  function typed(own: JsonSchemaObject, at: Origin, types: Types): Part {
    const spoken = typesSpokenOf(own);
    if (types === undefined && spoken.size === 0) return { node: UNKNOWN, checks: [] };
    const parts = [...(types ?? spoken)].map((type) => ofType(type, own, at));
    const [only] = parts;
    if (types !== undefined && parts.length === 1 && only !== undefined) return only;
    const members = parts.map(whole);
    if (types === undefined) members.push({ kind: 'others', types: [...spoken] as JsonType[] });
    return { node: { kind: 'union', members, exclusive: false }, checks: [] };
  }

  function ofType(type: TypeName, own: JsonSchemaObject, at: Origin): Part {
    if (type === 'object') return objectNode(own, at, building);
    if (type === 'array') return arrayNode(own, at, building);
    if (type === 'string') return { node: stringNode(own, at, report), checks: [] };
    if (type === 'number' || type === 'integer')
      return { node: numberNode(own, type === 'integer'), checks: [] };
    return { node: { kind: type satisfies 'boolean' | 'null' }, checks: [] };
  }

  function logic(own: JsonSchemaObject, at: Origin, types: Types): readonly CheckNode[] {
    const part = (keyword: string): SchemaNode | undefined => {
      const schema = schemaAt(own, keyword);
      return schema === undefined ? undefined : use(schema, below(at, keyword), types);
    };
    const [not, condition, consequent, alternative] = ['not', 'if', 'then', 'else'].map(part);
    const checks: CheckNode[] = [];
    if (not !== undefined) checks.push({ kind: 'not', schema: not });
    if (condition !== undefined && (consequent !== undefined || alternative !== undefined)) {
      checks.push({
        kind: 'conditional',
        condition,
        ...(consequent && { consequent }),
        ...(alternative && { alternative }),
      });
    }
    return checks;
  }

  function unresolved(reference: string, at: Origin): SchemaNode {
    report({
      code: 'FS_SCHEMA_REFERENCE_OPEN',
      at,
      message: `The reference ${reference} leads nowhere, so that any value is taken here.`,
    });
    return UNKNOWN;
  }

  function never(at: Origin): SchemaNode {
    report({
      code: 'FS_SCHEMA_IMPOSSIBLE',
      at,
      message: 'No value can match this schema: what it asks for rules each other out.',
    });
    return NEVER;
  }
}

/** A part as one node. */
function whole({ node, checks }: Part): SchemaNode {
  return refine(node, checks);
}

function refine(base: SchemaNode, checks: readonly CheckNode[]): SchemaNode {
  return checks.length === 0 ? base : { kind: 'refined', base, checks };
}

/** Both, and all of them: what says nothing falls out. */
function intersect(nodes: readonly SchemaNode[]): SchemaNode {
  const members = nodes.filter(({ kind }) => kind !== 'unknown');
  const [only = UNKNOWN] = members;
  return members.length > 1 ? { kind: 'intersection', members } : only;
}
