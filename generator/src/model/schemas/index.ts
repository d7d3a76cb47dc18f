import type { JsonSchema, LoadedDocument, Origin } from '../../document/types.js';
import { docsOfSchema } from '../docs.js';
import { OWN_TYPES } from '../naming/reserved.js';
import type { Report } from '../report.js';
import type { NamedSchema, SchemaNode } from '../types.js';
import { createBuilder } from './build.js';
import { buildCatalog } from './catalog.js';
import { fillingOf, withoutIdleDefaults } from './defaults.js';
import { areDisjoint, objectOf, propertyNames } from './facts.js';
import { lintTypes } from './lint.js';
import { inOrder, namesIn } from './order.js';
import { settle } from './settle.js';
import { sourcesOf } from './sources.js';

export interface Schemas {
  /** The node of a payload or of headers. */
  use(schema: JsonSchema, at: Origin): SchemaNode;
  /** Names of the properties that some object of the node speaks of. */
  propertyNames(node: SchemaNode): ReadonlySet<string>;
  /** How many properties a value must have; 0 for what need not be an object. */
  demandsOf(node: SchemaNode): number;
  /** Whether no value can match both; `false` when that isn't certain. */
  areDisjoint(one: SchemaNode, other: SchemaNode): boolean;
  /** Those with names that are components, or that one of `used` leads to. */
  named(used: readonly SchemaNode[]): readonly NamedSchema[];
  /** What each name stands for in the document. */
  readonly written: ReadonlyMap<string, WrittenSchema>;
}

/** A schema as the document has it, and where. */
export interface WrittenSchema {
  readonly schema: JsonSchema;
  readonly at: Origin;
}

/** Everything that the contract says in JSON Schema. */
export function buildSchemas(document: LoadedDocument, reserved: readonly string[], report: Report): Schemas {
  const sources = sourcesOf(document);
  const catalog = buildCatalog(document, sources, reserved);
  lintTypes(sources, catalog, report);
  const { use, define } = createBuilder(catalog, report);
  const raw = new Map(
    catalog.entries.map(({ name, schema, at, alias }): [string, SchemaNode] => [
      name,
      alias === undefined ? define(schema, at) : { kind: 'ref', name: alias },
    ]),
  );
  const lookup = (name: string): SchemaNode => raw.get(name) ?? { kind: 'unknown' };
  const settled = (node: SchemaNode) => withoutIdleDefaults(settle(node, lookup), lookup);
  const nodes = new Map([...raw].map(([name, node]) => [name, settled(node)]));
  const { inputs, mark } = fillingOf(nodes, [...nodes.keys(), ...OWN_TYPES, ...reserved]);
  const all = catalog.entries.map(({ name, schema }) => {
    const input = inputs.get(name);
    return {
      kind: 'named' as const,
      name,
      node: mark(nodes.get(name) ?? lookup(name)),
      docs: docsOfSchema(name, schema),
      ...(input !== undefined && { input }),
    };
  });
  const roots = catalog.entries.filter(({ root }) => root).map(({ name }) => name);
  return {
    written: new Map(catalog.entries.map(({ name, schema, at }) => [name, { schema, at }])),
    use: (schema, at) => mark(settled(use(schema, at))),
    propertyNames: (node) => propertyNames(node, lookup),
    demandsOf: (node) => objectOf(node, lookup)?.properties.filter(({ required }) => required).length ?? 0,
    areDisjoint: (one, other) => areDisjoint(one, other, lookup),
    named(used) {
      const nodes = new Map(all.map(({ name, node }) => [name, node]));
      const wanted = new Set<string>();
      const open = [...roots, ...used.flatMap((node) => [...namesIn(node)])];
      for (let next = open.pop(); next !== undefined; next = open.pop()) {
        if (wanted.has(next)) continue;
        wanted.add(next);
        const node = nodes.get(next);
        if (node !== undefined) open.push(...namesIn(node));
      }
      return inOrder(all.filter(({ name }) => wanted.has(name)));
    },
  };
}
