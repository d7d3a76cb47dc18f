import type { JsonSchema, JsonSchemaObject, LoadedDocument, Location, Origin } from '../document/types.js';
import { below } from '../model/report.js';
import type { WrittenSchema } from '../model/schemas/index.js';
import {
  isSchema,
  isSchemaObject,
  sameJson,
  schemaAt,
  schemaMapAt,
  schemasAt,
  valuesOf,
} from '../model/schemas/keywords.js';

/** One step into a schema. */
export type Step =
  | { readonly kind: 'property'; readonly name: string }
  | { readonly kind: 'keyword'; readonly name: 'items' | 'additionalItems' | 'additionalProperties' }
  | { readonly kind: 'item'; readonly index: number }
  /** The alternative whose property has this value. */
  | { readonly kind: 'branch'; readonly property: string; readonly value: string };

/** A part of a schema that is written in a document; the model itself has no places. */
export interface Spot {
  readonly written: WrittenSchema;
  readonly steps: readonly Step[];
}

export function stepInto(spot: Spot | undefined, step: Step): Spot | undefined {
  return spot && { ...spot, steps: [...spot.steps, step] };
}

/**
 * Where a part of a schema stands, or as much of the way there as is written down.
 *
 * @param keyword the keyword of the part that is meant, if it has it
 */
export function locateSpot({ written, steps }: Spot, document: LoadedDocument, keyword?: string): Location {
  let found: Written = { schema: written.schema, at: written.at };
  for (const step of steps) {
    const next = partsOf(found, document).flatMap((part) => take(part, step, document))[0];
    if (next === undefined) break;
    found = next;
  }
  const holder = keyword === undefined ? undefined : partsOf(found, document).find(has(keyword));
  return document.locate(
    holder === undefined || keyword === undefined ? found.at : below(homeOf(holder, document), keyword),
  );
}

interface Written {
  readonly schema: JsonSchema;
  readonly at: Origin;
}

function has(keyword: string) {
  return ({ schema }: Written) => isSchemaObject(schema) && Object.hasOwn(schema, keyword);
}

/** Where the schema itself stands, when the place is that of a reference to it. */
function homeOf({ schema, at }: Written, document: LoadedDocument): Origin {
  return (isSchemaObject(schema) ? document.originOf(schema) : undefined) ?? at;
}

/** A schema and everything that is said of the same value inside it, the schema first. */
function partsOf(whole: Written, document: LoadedDocument): readonly Written[] {
  const parts: Written[] = [];
  const seen = new Set<JsonSchema>();
  const open = [whole];
  for (let next = open.shift(); next !== undefined; next = open.shift()) {
    const { schema } = next;
    if (seen.has(schema)) continue;
    seen.add(schema);
    parts.push(next);
    if (!isSchemaObject(schema)) continue;
    const home = homeOf(next, document);
    for (const keyword of ['allOf', 'anyOf', 'oneOf']) {
      for (const [i, part] of (schemasAt(schema, keyword) ?? []).entries()) {
        open.push({ schema: part, at: below(home, keyword, i) });
      }
    }
    for (const keyword of ['then', 'else', 'not']) {
      const part = schemaAt(schema, keyword);
      if (part !== undefined) open.push({ schema: part, at: below(home, keyword) });
    }
  }
  return parts;
}

function take(part: Written, step: Step, document: LoadedDocument): readonly Written[] {
  const { schema } = part;
  if (!isSchemaObject(schema)) return [];
  const home = homeOf(part, document);
  switch (step.kind) {
    case 'property': {
      const found = schemaMapAt(schema, 'properties').find(([name]) => name === step.name);
      return found === undefined ? [] : [{ schema: found[1], at: below(home, 'properties', step.name) }];
    }
    case 'keyword': {
      const found = schemaAt(schema, step.name);
      return found === undefined ? [] : [{ schema: found, at: below(home, step.name) }];
    }
    case 'item': {
      const found: unknown = Array.isArray(schema.items) ? schema.items[step.index] : undefined;
      return isSchema(found) ? [{ schema: found, at: below(home, 'items', step.index) }] : [];
    }
    case 'branch':
      return isBranch(schema, step.property, step.value) ? [part] : [];
    default:
      return step satisfies never;
  }
}

function isBranch(schema: JsonSchemaObject, property: string, value: string): boolean {
  const [, declared] = schemaMapAt(schema, 'properties').find(([name]) => name === property) ?? [];
  return isSchemaObject(declared) && (valuesOf(declared)?.some((each) => sameJson(each, value)) ?? false);
}
