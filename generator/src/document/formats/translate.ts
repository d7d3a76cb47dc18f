import { isRecord } from '../json-schema/types.js';
import type { JsonSchemaObject } from '../types.js';
import type { Draft } from './format.js';
import type { Problem } from './problems.js';

type Keywords = Record<string, unknown>;

const LATER = [
  'dependentRequired',
  'dependentSchemas',
  'unevaluatedProperties',
  'unevaluatedItems',
  'minContains',
  'maxContains',
  'example',
];

/** Keywords that draft 7 has no word for, or another. */
export const TRANSLATED: Readonly<Record<Draft, readonly string[]>> = {
  'draft-07': [],
  'openapi-3.0': ['example', 'nullable'],
  '2019-09': [...LATER, '$recursiveRef'],
  '2020-12': [...LATER, 'prefixItems', '$dynamicRef'],
};

/** Keywords beside which others have looked at properties or items that this schema doesn't name. */
const IN_PLACE = ['allOf', 'anyOf', 'oneOf', 'if', 'then', 'else', 'not', 'dependentSchemas', 'dependencies'];

/**
 * One schema in the words of draft 7; those inside it are left as they are. What draft 7 can't say is left out,
 * so that more is valid than should be, and reported.
 *
 * @param root what a recursive reference leads to
 */
export function translate(
  schema: JsonSchemaObject,
  draft: Draft,
  root: JsonSchemaObject,
  report: (problem: Problem) => void,
): JsonSchemaObject {
  if (draft === 'draft-07') return schema;
  const keywords: Keywords = { ...schema };
  const ignored = (keyword: string) => {
    const message = `\`${keyword}\` is not checked here: it says what draft 7 of JSON Schema has no word for.`;
    report({ severity: 'warning', code: 'FS_SCHEMA_KEYWORD_IGNORED', message, part: schema });
  };
  if (keywords.example !== undefined) {
    keywords.examples ??= [keywords.example];
    delete keywords.example;
  }
  if (draft === 'openapi-3.0') return nullableEnum(keywords);
  unevaluated(keywords, ignored);
  tuple(keywords);
  dependencies(keywords);
  contains(keywords, ignored);
  recursion(keywords, root, ignored);
  return keywords;
}

/** OpenAPI 3.0: who writes `nullable` means that `null` is valid, whether or not the enum lists it. */
function nullableEnum(keywords: Keywords): Keywords {
  const { nullable, enum: values } = keywords;
  if (nullable !== true || !Array.isArray(values) || values.includes(null)) return keywords;
  return { ...keywords, enum: [...values, null] };
}

function tuple(keywords: Keywords): void {
  const { prefixItems, items } = keywords;
  if (!Array.isArray(prefixItems) || Array.isArray(items)) return;
  keywords.items = prefixItems;
  if (items !== undefined) keywords.additionalItems = items;
  delete keywords.prefixItems;
}

function dependencies(keywords: Keywords): void {
  const { dependentRequired, dependentSchemas } = keywords;
  for (const [keyword, needs] of [
    ['dependentRequired', dependentRequired],
    ['dependentSchemas', dependentSchemas],
  ] as const) {
    if (!isRecord(needs)) continue;
    const known = isRecord(keywords.dependencies) ? keywords.dependencies : {};
    const both = Object.entries(needs).map(([name, need]) => [name, together(known[name], need)]);
    keywords.dependencies = { ...known, ...Object.fromEntries(both) };
    delete keywords[keyword];
  }
}

/** Names that are required, a schema, or both. */
function together(known: unknown, need: unknown): unknown {
  if (known === undefined) return need;
  const asSchema = (part: unknown) => (Array.isArray(part) ? { required: part } : part);
  return { allOf: [asSchema(known), asSchema(need)] };
}

function contains(keywords: Keywords, ignored: (keyword: string) => void): void {
  const { minContains, maxContains } = keywords;
  if (keywords.contains !== undefined) {
    if (typeof minContains === 'number' && minContains > 1) ignored('minContains');
    if (maxContains !== undefined) ignored('maxContains');
    if (minContains === 0) delete keywords.contains;
  }
  delete keywords.minContains;
  delete keywords.maxContains;
}

/** With nothing beside it that looks at the same value, what is not evaluated is what is not named. */
function unevaluated(keywords: Keywords, ignored: (keyword: string) => void): void {
  const alone = !IN_PLACE.some((keyword) => keywords[keyword] !== undefined);
  for (const [keyword, plain] of [
    ['unevaluatedProperties', 'additionalProperties'],
    ['unevaluatedItems', Array.isArray(keywords.prefixItems ?? keywords.items) ? 'additionalItems' : 'items'],
  ] as const) {
    const schema = keywords[keyword];
    delete keywords[keyword];
    // Where something else speaks of all the rest, nothing is left.
    const rest = keyword === 'unevaluatedItems' && keywords.prefixItems !== undefined ? 'items' : plain;
    if (schema === undefined || schema === true || keywords[rest] !== undefined) continue;
    if (!alone || (keyword === 'unevaluatedItems' && keywords.contains !== undefined)) ignored(keyword);
    else keywords[rest] = schema;
  }
}

function recursion(keywords: Keywords, root: JsonSchemaObject, ignored: (keyword: string) => void): void {
  for (const keyword of ['$recursiveRef', '$dynamicRef']) {
    const reference = keywords[keyword];
    if (reference === undefined) continue;
    delete keywords[keyword];
    const anchors = ['#', ...(typeof root.$dynamicAnchor === 'string' ? [`#${root.$dynamicAnchor}`] : [])];
    if (!anchors.includes(String(reference))) ignored(keyword);
    else keywords.allOf = [...(Array.isArray(keywords.allOf) ? keywords.allOf : []), root];
  }
}
