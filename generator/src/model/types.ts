/**
 * The SDK as data, before a single character of it is written: every reference resolved, every name
 * final, everything in a fixed order. Rendering decides nothing any more.
 */

export type Perspective = 'application' | 'peer';

export interface SdkModel {
  readonly kind: 'sdk';
  readonly title: string;
  readonly version: string;
  readonly description?: string;
  /** Base name of the document's file, for headers of generated files. */
  readonly source: string;
  readonly perspective: Perspective;
  /** Sorted by name. */
  readonly channels: readonly ChannelModel[];
  /** Sorted by name. Directions are already swapped for `peer`. */
  readonly operations: readonly OperationModel[];
  /** Every schema that gets a TypeScript name; sorted so that a schema follows what it uses where it can. */
  readonly schemas: readonly NamedSchema[];
}

/** Doc comment material. */
export interface Docs {
  readonly summary?: string;
  readonly description?: string;
  readonly deprecated: boolean;
  /** JSDoc tags such as `@default`, in the order in which they are shown. */
  readonly tags: readonly DocTag[];
}

export interface DocTag {
  readonly name: 'default' | 'example' | 'format' | 'readonly' | 'remarks';
  readonly text: string;
}

export interface ChannelModel {
  readonly kind: 'channel';
  /** Key in the document. */
  readonly id: string;
  /** camelCase identifier in the generated code. */
  readonly name: string;
  /** PascalCase stem for types. */
  readonly typeName: string;
  /** Key in Redis, with `{parameters}`; `null` when only known at run time. */
  readonly address: string | null;
  readonly transport: 'stream' | 'pubsub' | 'list';
  readonly parameters: readonly ParameterModel[];
  /** Sorted by name; empty when the contract says nothing about what the channel carries. */
  readonly messages: readonly MessageModel[];
  /** What publishers need to know: format, shards, backlog. */
  readonly policy: PolicyModel;
  readonly docs: Docs;
}

export interface ParameterModel {
  readonly name: string;
  readonly values?: readonly string[];
  readonly default?: string;
  /** Where a message says what it is; a runtime expression that the runtime understands. */
  readonly location?: string;
  readonly docs: Docs;
}

export interface MessageModel {
  readonly kind: 'message';
  /** camelCase, unique within its channel. */
  readonly name: string;
  readonly contentType: string;
  readonly payload: SchemaNode;
  readonly headers?: HeadersModel;
  /** Where its correlation id stands, if not in the frame's own header. */
  readonly correlationId?: string;
  readonly docs: Docs;
}

export interface HeadersModel {
  readonly node: SchemaNode;
  /** Headers of the frame itself that the schema speaks of. */
  readonly frame: readonly string[];
}

export interface ReplyModel {
  /** Name of the channel. */
  readonly channel: string;
  /** Names of the channel's messages. */
  readonly messages: readonly string[];
  /** Where a request says to which stream its reply goes. */
  readonly address?: string;
}

export interface OperationModel {
  readonly kind: 'operation';
  readonly name: string;
  readonly typeName: string;
  /** Base name of the handler's file. */
  readonly fileName: string;
  readonly action: 'send' | 'receive';
  /** Name of the channel. */
  readonly channel: string;
  /** Names of the channel's messages, in the order in which an entry is held against them. */
  readonly messages: readonly string[];
  /** Names of channels that a handler of this operation may publish to: its reply, and all that the application sends. */
  readonly publishes: readonly string[];
  readonly reply?: ReplyModel;
  /** Merged: root, channel, operation; durations in milliseconds; only what was declared (and the group). */
  readonly policy: PolicyModel;
  readonly docs: Docs;
}

/** Mirrors `PolicyDeclaration` of the runtime, key by key. */
export interface PolicyModel {
  readonly concurrency?: Readonly<Record<string, unknown>>;
  readonly batch?: Readonly<Record<string, unknown>>;
  readonly retry?: Readonly<Record<string, unknown>>;
  readonly timeout?: Readonly<Record<string, unknown>>;
  readonly stream?: Readonly<Record<string, unknown>>;
}

// ── Schemas ──────────────────────────────────────────────────────────────────────────────────────

export interface NamedSchema {
  readonly kind: 'named';
  /** PascalCase; the TypeScript type and the zod schema share it. */
  readonly name: string;
  readonly node: SchemaNode;
  readonly docs: Docs;
  /** It contains itself, directly or through others. */
  readonly recursive: boolean;
  /** Name of the type before defaults are filled in; undefined when that makes no difference. */
  readonly input?: string;
}

export type SchemaNode =
  | RefNode
  | { readonly kind: 'unknown' }
  | { readonly kind: 'never' }
  | { readonly kind: 'null' }
  | { readonly kind: 'boolean' }
  /** A payload that is no JSON. */
  | { readonly kind: 'bytes' }
  | NumberNode
  | StringNode
  | LiteralNode
  | ArrayNode
  | TupleNode
  | ObjectNode
  | UnionNode
  | TaggedNode
  | IntersectionNode
  | OthersNode
  | RefinedNode;

export interface RefNode {
  readonly kind: 'ref';
  readonly name: string;
  /** As in `NamedSchema`. */
  readonly input?: string;
}

export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

export type JsonType = 'string' | 'number' | 'boolean' | 'null' | 'array' | 'object';

/** One of these values. Never empty. */
export interface LiteralNode {
  readonly kind: 'literal';
  readonly values: readonly JsonValue[];
}

export interface NumberNode {
  readonly kind: 'number';
  readonly integer: boolean;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly multipleOf?: number;
}

export interface StringNode {
  readonly kind: 'string';
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: Pattern;
  /** One that the runtime checks. */
  readonly format?: string;
}

export interface Pattern {
  readonly source: string;
  /** `u` unless the expression is only valid without. */
  readonly flags: '' | 'u';
}

export interface ArrayNode {
  readonly kind: 'array';
  readonly items: SchemaNode;
  readonly minItems?: number;
  readonly maxItems?: number;
}

export interface TupleNode {
  readonly kind: 'tuple';
  readonly items: readonly SchemaNode[];
  /** How many of `items` must be there. */
  readonly required: number;
  /** What may follow; undefined when nothing may. */
  readonly rest?: SchemaNode;
}

export interface ObjectNode {
  readonly kind: 'object';
  readonly properties: readonly PropertyModel[];
  /** JSON Schema keeps unknown properties unless told otherwise. */
  readonly additional: 'allowed' | 'forbidden' | SchemaNode;
  /** What the type's index signature holds besides the properties; undefined: it has none. */
  readonly index?: readonly SchemaNode[];
}

export interface PropertyModel {
  /** As in the document; may need quotes. */
  readonly name: string;
  readonly node: SchemaNode;
  readonly required: boolean;
  /** Filled in where the property is missing; never beside `required`. */
  readonly default?: JsonValue;
  /** Every object inherits something of this name, so that a check of its own looks at it. */
  readonly inherited: boolean;
  readonly docs: Docs;
}

export interface UnionNode {
  readonly kind: 'union';
  readonly members: readonly SchemaNode[];
  /** The property whose literal tells the members apart, when one does. */
  readonly discriminator?: string;
  /** oneOf: exactly one member may match. False where the members can't overlap anyway. */
  readonly exclusive: boolean;
}

/** Objects told apart by a property that holds the name of their schema: AsyncAPI's own `discriminator`. */
export interface TaggedNode {
  readonly kind: 'tagged';
  readonly property: string;
  readonly members: readonly { readonly value: string; readonly node: SchemaNode }[];
}

export interface IntersectionNode {
  readonly kind: 'intersection';
  readonly members: readonly SchemaNode[];
}

/** Any JSON value of none of these types: what keywords without a `type` let pass. Types leave it out. */
export interface OthersNode {
  readonly kind: 'others';
  readonly types: readonly JsonType[];
}

/** A base plus keywords that plain zod has no word for. They don't change the type. */
export interface RefinedNode {
  readonly kind: 'refined';
  readonly base: SchemaNode;
  readonly checks: readonly CheckNode[];
}

export type CheckNode =
  | { readonly kind: 'also' | 'not' | 'contains' | 'propertyNames'; readonly schema: SchemaNode }
  | { readonly kind: 'anyOf' | 'oneOf'; readonly schemas: readonly SchemaNode[] }
  | ConditionalCheck
  | { readonly kind: 'uniqueItems' }
  | { readonly kind: 'itemCount' | 'propertyCount'; readonly min?: number; readonly max?: number }
  | { readonly kind: 'required'; readonly names: readonly string[] }
  | { readonly kind: 'ownProperties' | 'patternProperties'; readonly schemas: readonly NamedPart[] }
  | {
      readonly kind: 'additionalProperties';
      readonly known: readonly string[];
      readonly patterns: readonly string[];
      readonly schema: SchemaNode;
    }
  | { readonly kind: 'dependencies'; readonly rules: readonly DependencyRule[] };

export interface ConditionalCheck {
  readonly kind: 'conditional';
  readonly condition: SchemaNode;
  /** `then`. */
  readonly consequent?: SchemaNode;
  /** `else`. */
  readonly alternative?: SchemaNode;
}

/** A property's name, or the pattern of its name, and what it must be. */
export interface NamedPart {
  readonly name: string;
  readonly schema: SchemaNode;
}

export interface DependencyRule {
  readonly name: string;
  readonly needs: readonly string[] | SchemaNode;
}
