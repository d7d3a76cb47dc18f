import type protobuf from 'protobufjs';
import type { Enum, Field, MapField, OneOf, ReflectionObject, Root, Type } from 'protobufjs';
import type { JsonSchema, JsonSchemaObject } from '../types.js';
import { type Reading, Unreadable, unreadable } from './problems.js';
import { initialOf, jsonName, scalar, wellKnown } from './protobuf-types.js';

/**
 * Reads the text of a .proto file in JSON Schema's terms, for values in ProtoJSON, protobuf's own mapping to JSON: names in camelCase,
 * enums by name, 64-bit integers as text, bytes as base64, fields at their default left out.
 *
 * @param called names of which one may tell which of several messages is meant
 */
export type ReadProtobuf = (text: unknown, called: readonly string[]) => Reading;

/** Loads the library. What one text holds is read once: its messages stay the same schemas. */
export async function loadProtobuf(): Promise<ReadProtobuf> {
  const { default: library } = await import('protobufjs');
  const texts = new Map<string, Messages>();
  return (text, called) => {
    try {
      if (typeof text !== 'string') {
        throw new Unreadable('it is not text', { hint: 'Write down the text of the .proto file.' });
      }
      const messages = texts.get(text) ?? new Messages(library, text);
      texts.set(text, messages);
      return { schema: messages.schema(called), named: messages.named, problems: [] };
    } catch (cause) {
      return unreadable(cause, 'protobuf');
    }
  };
}

type Library = typeof protobuf;
type Draft = Record<string, unknown>;

/** Well-known types are at hand; files of the user's own are not looked for. */
function includeImport(
  name: string,
  root: Root,
  common: { get(file: string): { nested?: unknown } | null },
): void {
  const known = common.get(name);
  if (known?.nested !== undefined) root.addJSON(known.nested as Parameters<Root['addJSON']>[0] & object);
  else if (!/^google\/protobuf\//.test(name)) {
    const hint = 'Put the messages that it brings into the same text.';
    throw new Unreadable(`it imports ${name}, and imports are not followed`, { hint });
  }
}

function messagesIn(space: { readonly nestedArray: readonly ReflectionObject[] }): readonly Type[] {
  return space.nestedArray.flatMap((each) => {
    if (!('nestedArray' in each)) return [];
    const inner = messagesIn(each as ReflectionObject & { readonly nestedArray: ReflectionObject[] });
    return 'fieldsArray' in each ? [each as Type, ...inner] : inner;
  });
}

/** The one that no other uses; of several, the one marked `@RootNode` or called as the message is. */
function rootOf(messages: readonly Type[], called: readonly string[]): Type {
  const used = new Set(
    messages.flatMap((message) =>
      message.fieldsArray.map((field) => field.resolve().resolvedType).filter((type) => type !== message),
    ),
  );
  const free = messages.filter((message) => !used.has(message) && !isInside(message, messages));
  const candidates = free.length > 0 ? free : messages;
  const plain = (name: string) => name.replace(/\W|_/g, '').toLowerCase();
  const names = called.map(plain);
  const root =
    messages.find(({ comment }) => /@RootNode/i.test(comment ?? '')) ??
    messages.find(({ name }) => names.includes(plain(name))) ??
    (candidates.length === 1 ? candidates[0] : undefined);
  if (root !== undefined) return root;
  if (messages.length === 0) throw new Unreadable('it has no message');
  const hint = 'Write `@RootNode` into the comment of the one that is meant.';
  throw new Unreadable(`it has several messages: ${candidates.map(({ name }) => name).join(', ')}`, { hint });
}

/** A message written inside another one, as a part of it. */
function isInside(message: Type, messages: readonly Type[]): boolean {
  return messages.some((other) => message.parent === other);
}

class Messages {
  readonly named = new Map<JsonSchemaObject, readonly string[]>();
  readonly #byType = new Map<ReflectionObject, JsonSchemaObject>();

  readonly #library: Library;
  /** What the text itself holds; imports lie in packages of their own. */
  readonly #own: readonly Type[];

  constructor(library: Library, text: string) {
    this.#library = library;
    const root = new library.Root();
    const { imports } = library.parse(text, root, { keepCase: true, alternateCommentMode: true });
    for (const name of imports ?? []) includeImport(name, root, library.common);
    // Only then is it known which fields can tell their default from nothing.
    root.resolveAll();
    this.#own = messagesIn(root).filter(({ fullName }) => !fullName.startsWith('.google.protobuf.'));
  }

  schema(called: readonly string[]): JsonSchemaObject {
    return this.#message(rootOf(this.#own, called));
  }

  #message(type: Type): JsonSchemaObject {
    const known = this.#byType.get(type);
    if (known !== undefined) return known;
    const schema: Draft = { title: type.name, ...described(type) };
    this.#remember(type, schema);
    const properties: Record<string, JsonSchema> = {};
    const required: string[] = [];
    for (const field of type.fieldsArray) {
      const name = jsonName(field);
      Object.defineProperty(properties, name, { value: this.#field(field), enumerable: true });
      if (field.required) required.push(name);
    }
    const choices = type.oneofsArray.flatMap(exclusions);
    return Object.assign(schema, {
      type: 'object',
      properties,
      ...(required.length > 0 && { required }),
      ...(choices.length > 0 && { dependencies: Object.fromEntries(choices) }),
    });
  }

  #field(field: Field): JsonSchema {
    field.resolve();
    const said: Draft = { ...described(field), ...this.#initial(field) };
    const value = this.#value(field);
    if (field instanceof this.#library.MapField) {
      const names = keysOf(field);
      return { ...said, type: 'object', ...(names && { propertyNames: names }), additionalProperties: value };
    }
    if (field.repeated) return { ...said, type: 'array', items: value };
    if (Object.keys(said).length === 0) return value;
    return value.title === undefined ? { ...value, ...said } : { ...said, allOf: [value] };
  }

  /** A field that can't tell its default from nothing reads as its default when it is left out. */
  #initial(field: Field): Draft {
    if (field.hasPresence || field.required) return {};
    const isMessage = field.resolvedType instanceof this.#library.Type;
    if (isMessage && !field.repeated && !(field instanceof this.#library.MapField)) return {};
    if (field instanceof this.#library.MapField) return { default: {} };
    if (field.repeated) return { default: [] };
    if (field.resolvedType instanceof this.#library.Enum) {
      const { valuesById } = field.resolvedType;
      return { default: valuesById[Number(field.defaultValue)] ?? Object.values(valuesById)[0] };
    }
    return { default: initialOf(field.type) };
  }

  #value({ type, resolvedType }: Field): JsonSchemaObject {
    if (resolvedType === null) return scalar(type);
    if (resolvedType instanceof this.#library.Enum) return this.#enum(resolvedType);
    return wellKnown(resolvedType.fullName) ?? this.#message(resolvedType);
  }

  #enum(type: Enum): JsonSchemaObject {
    if (type.fullName === '.google.protobuf.NullValue') return { type: 'null' };
    const known = this.#byType.get(type);
    if (known !== undefined) return known;
    const schema = { title: type.name, ...described(type), type: 'string', enum: Object.keys(type.values) };
    this.#remember(type, schema);
    return schema;
  }

  #remember(type: Type | Enum, schema: JsonSchemaObject): void {
    this.#byType.set(type, schema);
    const steps = type.fullName.split('.').slice(1);
    this.named.set(schema, steps.length > 1 ? [steps.slice(0, -1).join('.'), type.name] : [type.name]);
  }
}

function described({ comment, options }: ReflectionObject): Draft {
  const text = comment?.replace(/@RootNode/gi, '').trim();
  return { ...(text && { description: text }), ...(options?.deprecated === true && { deprecated: true }) };
}

/** Of a `oneof`, one field at most; a oneof of one field is only another way to say `optional`. */
function exclusions({ fieldsArray }: OneOf): readonly (readonly [string, JsonSchema])[] {
  const names = fieldsArray.map(jsonName);
  if (names.length < 2) return [];
  return names.map((name) => {
    const others = names.filter((other) => other !== name);
    return [name, { properties: Object.fromEntries(others.map((other) => [other, false])) }];
  });
}

function keysOf({ keyType }: MapField): JsonSchemaObject | undefined {
  if (keyType === 'string') return undefined;
  return keyType === 'bool' ? { enum: ['true', 'false'] } : { pattern: '^-?[0-9]+$' };
}
