import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { isRecord, type Schema } from '../json-schema/types.js';
import { parsePointer } from '../pointer.js';

const require = createRequire(import.meta.url);

/** The official JSON Schema of one version of AsyncAPI. */
export interface Specification {
  readonly root: Schema;
  /** What a `$ref` inside it means. */
  target(ref: string): Schema;
  /** A schema that allows nothing but a reference. */
  isReference(schema: Schema): boolean;
  /** What a reference there has to lead to; the schema itself where the specification doesn't say. */
  behind(schema: Schema): Schema;
}

/**
 * Where version 3 allows references only, and what these lead to: owner, field (or the items of it), target.
 * The official schema can't say that itself.
 */
const BEHIND = [
  ['channel', 'servers', 'server'],
  ['operation', 'channel', 'channel'],
  ['operation', 'messages', 'messageObject'],
  ['operationReply', 'channel', 'channel'],
  ['operationReply', 'messages', 'messageObject'],
] as const;

const known = new Map<string, Specification>();

/** @param version one that `identify` lets through */
export function specification(version: string): Specification {
  const found = known.get(version) ?? load(version);
  known.set(version, found);
  return found;
}

function load(version: string): Specification {
  const file = require.resolve(`@asyncapi/specs/schemas/${version}.json`);
  const root: unknown = JSON.parse(readFileSync(file, 'utf8'));
  const definitions = member(root, 'definitions');
  for (const [name, definition] of Object.entries(isRecord(definitions) ? definitions : {}))
    makeAbsolute(definition, name);
  const targets = new Map<string, Schema>();
  const named = (name: string) =>
    member(definitions, `http://asyncapi.com/definitions/${version}/${name}.json`);
  const behind = new Map<Schema, Schema>();
  for (const [owner, field, target] of BEHIND) {
    const schema = member(member(named(owner), 'properties'), field);
    behind.set(member(schema, 'items') ?? schema, named(target));
  }
  return {
    root,
    target: (ref) => {
      if (!targets.has(ref)) {
        const [name = '', fragment = ''] = ref.split('#');
        targets.set(ref, (parsePointer(fragment) ?? []).reduce(member, member(definitions, name)));
      }
      return targets.get(ref);
    },
    isReference: (schema) =>
      String(member(schema, '$ref')).endsWith('/Reference.json') || schema === named('Reference'),
    behind: (schema) => behind.get(schema) ?? schema,
  };
}

/** Every definition counts its references from itself. */
function makeAbsolute(schema: unknown, base: string): void {
  if (typeof schema !== 'object' || schema === null) return;
  const holder = schema as { $ref?: unknown };
  if (typeof holder.$ref === 'string' && holder.$ref.startsWith('#')) holder.$ref = base + holder.$ref;
  for (const member of Object.values(schema)) makeAbsolute(member, base);
}

function member(value: unknown, key: string): unknown {
  return isRecord(value) ? value[key] : undefined;
}
