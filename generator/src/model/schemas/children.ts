import type { JsonSchema, JsonSchemaObject } from '../../document/types.js';
import { pascalCase } from '../naming/words.js';
import {
  discriminatorOf,
  isSchema,
  isSchemaObject,
  schemaAt,
  schemaMapAt,
  schemasAt,
  stringAt,
  valuesOf,
} from './keywords.js';

/** A schema directly inside another. */
export interface Child {
  readonly schema: JsonSchema;
  /** Segments of its JSON pointer below the parent. */
  readonly path: readonly (string | number)[];
  /**
   * What it adds to its parent's name, should it need one; `''` where it is a part of the parent itself;
   * undefined where it only checks, and no type comes of it.
   */
  readonly label: string | undefined;
}

/** Everything in a schema that is a schema, in a fixed order of keywords. */
export function childrenOf(schema: JsonSchemaObject): readonly Child[] {
  return [
    ...mapped(schema, 'properties', (name) => pascalCase(name)),
    ...mapped(schema, 'patternProperties', () => 'Value'),
    ...single(schema, 'additionalProperties', 'Value'),
    ...items(schema),
    ...single(schema, 'additionalItems', 'Item'),
    ...listed(schema, 'allOf', () => ''),
    ...listed(schema, 'anyOf', (member) => branchLabel(schema, member)),
    ...listed(schema, 'oneOf', (member) => branchLabel(schema, member)),
    ...['not', 'if', 'then', 'else', 'contains', 'propertyNames'].flatMap((keyword) =>
      single(schema, keyword),
    ),
    ...mapped(schema, 'dependencies'),
  ];
}

/** The same without `true` and `false`, and without words. */
export function schemasIn(schema: JsonSchemaObject): readonly JsonSchemaObject[] {
  return childrenOf(schema).flatMap((child) => (isSchemaObject(child.schema) ? [child.schema] : []));
}

function single(schema: JsonSchemaObject, keyword: string, label?: string): readonly Child[] {
  const child = schemaAt(schema, keyword);
  return child === undefined ? [] : [{ schema: child, path: [keyword], label }];
}

function mapped(
  schema: JsonSchemaObject,
  keyword: string,
  label?: (name: string) => string,
): readonly Child[] {
  return schemaMapAt(schema, keyword).map(([name, child]) => ({
    schema: child,
    path: [keyword, name],
    label: label?.(name),
  }));
}

function listed(
  schema: JsonSchemaObject,
  keyword: string,
  label: (member: JsonSchema, index: number) => string,
): readonly Child[] {
  return (schemasAt(schema, keyword) ?? []).map((child, index) => ({
    schema: child,
    path: [keyword, index],
    label: label(child, index),
  }));
}

function items(schema: JsonSchemaObject): readonly Child[] {
  if (Array.isArray(schema.items)) return listed(schema, 'items', (_, index) => `Item${index + 1}`);
  return isSchema(schema.items) ? single(schema, 'items', 'Item') : [];
}

/** A branch is called after its title, or after the constant that tells it from the others. */
function branchLabel(parent: JsonSchemaObject, branch: JsonSchema): string {
  if (!isSchemaObject(branch)) return '';
  const title = stringAt(branch, 'title');
  if (title !== undefined) return pascalCase(title);
  const constants = schemaMapAt(branch, 'properties').flatMap(([name, property]) => {
    const values = isSchemaObject(property) ? valuesOf(property) : undefined;
    const [value] = values ?? [];
    return values?.length === 1 && typeof value === 'string' ? [{ name, value }] : [];
  });
  const declared = discriminatorOf(parent);
  const telling = constants.find(({ name }) => name === declared) ?? constants[0];
  return telling === undefined ? '' : pascalCase(telling.value);
}
