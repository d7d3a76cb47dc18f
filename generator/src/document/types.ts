/**
 * What the document station hands on: plain data in which 2.x and 3.x look alike. Nothing of the
 * parser's API leaves this folder.
 */

/** A place in a file, for people: lines and columns count from 1. */
export interface Location {
  /** The document as the user named it; files that it refers to are named relative to that. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

export type Severity = 'error' | 'warning';

/** One problem, with everything a person needs to mend it. */
export interface Diagnostic {
  readonly severity: Severity;
  /** From the generator's own table (`document/codes.ts`). */
  readonly code: string;
  /** Plain words, one sentence, no trailing stack or library jargon. */
  readonly message: string;
  readonly location: Location;
  /** What to do about it. */
  readonly hint?: string;
  /** The field concerned, e.g. `channels.chatQueries.x-fs-concurrency.maxWorkers`. */
  readonly path?: string;
}

/** A JSON Schema as it stands after references were resolved: identity is kept, cycles are real. */
export type JsonSchema = boolean | JsonSchemaObject;
export interface JsonSchemaObject {
  readonly [keyword: string]: unknown;
}

/** Where an object of the document was written down. */
export interface Origin {
  /** As in `Location`. */
  readonly file: string;
  /** JSON pointer inside that file, `/components/schemas/User`. */
  readonly pointer: string;
}

export interface LoadedMessage {
  /**
   * Key in the channel's `messages`, or what a 2.x document gives: messageId, key of the component or name of
   * the file that it is written in, name, title, else `message`. Unique in its channel.
   */
  readonly id: string;
  readonly name?: string;
  readonly title?: string;
  readonly summary?: string;
  readonly description?: string;
  readonly deprecated: boolean;
  /** The message's own, else the document's default, else `application/json`. */
  readonly contentType: string;
  /** The content type is neither JSON nor plain text: the payload is bytes, and its schema is left out. */
  readonly binary?: true;
  /** In JSON Schema's terms, whatever it is written in; undefined when there is none, or it can't be read. */
  readonly payload?: JsonSchema;
  readonly headers?: JsonSchema;
  /** Runtime expression such as `$message.header#/correlation_id`. */
  readonly correlationId?: string;
  readonly origin: Origin;
}

export interface LoadedParameter {
  readonly name: string;
  readonly description?: string;
  /** The only values allowed, when they are limited. */
  readonly values?: readonly string[];
  readonly default?: string;
  /** Runtime expression: where a message says what the parameter is. */
  readonly location?: string;
}

/** Fields of `bindings.redis`, as FastStream writes them. */
export interface RedisBinding {
  readonly channel?: string;
  readonly method?: string;
  readonly groupName?: string;
  readonly consumerName?: string;
}

/** The `x-fs-*` extensions found at one place, validated, durations still as written. */
export type FsExtensions = Readonly<Record<`x-fs-${string}`, Readonly<Record<string, unknown>>>>;

export interface LoadedChannel {
  /** Key in the document's `channels`. */
  readonly id: string;
  /** As written, with `{parameters}`; `null` when only known at run time. */
  readonly address: string | null;
  readonly title?: string;
  readonly summary?: string;
  readonly description?: string;
  /** Those in the channel's key, in order, declared or not; then those that are only declared. */
  readonly parameters: readonly LoadedParameter[];
  readonly messages: readonly LoadedMessage[];
  readonly redis?: RedisBinding;
  readonly extensions: FsExtensions;
  readonly origin: Origin;
}

export interface LoadedReply {
  readonly channelId?: string;
  readonly messageIds: readonly string[];
  /** Runtime expression: where a request says to which address its reply goes. */
  readonly address?: string;
}

export interface LoadedOperation {
  /** 3.x: the key; 2.x: the operationId, else undefined. */
  readonly id?: string;
  /** Seen from the application that the document describes. 2.x `publish` is `receive`. */
  readonly action: 'send' | 'receive';
  readonly channelId: string;
  /** Ids of the channel's messages that this operation works with, in the document's order. */
  readonly messageIds: readonly string[];
  readonly title?: string;
  readonly summary?: string;
  readonly description?: string;
  readonly deprecated: boolean;
  readonly reply?: LoadedReply;
  readonly redis?: RedisBinding;
  readonly extensions: FsExtensions;
  readonly origin: Origin;
}

export interface LoadedDocument {
  /** Path as the user gave it. */
  readonly file: string;
  /** `2.6.0`, `3.0.0` … */
  readonly asyncapi: string;
  readonly title: string;
  readonly version: string;
  readonly description?: string;
  readonly channels: readonly LoadedChannel[];
  readonly operations: readonly LoadedOperation[];
  /** `components.schemas`, by key, whether used or not. */
  readonly schemas: ReadonlyMap<string, JsonSchema>;
  /** Extensions at the root: defaults for every channel. */
  readonly extensions: FsExtensions;
  /**
   * Where a schema object was written, if it is more than an inline detail: a component, or what some reference
   * leads to. By identity: what was written once is one object, over files too.
   */
  originOf(schema: JsonSchemaObject): Origin | undefined;
  /** File, line and column of a pointer inside one of the document's files. */
  locate(origin: Origin): Location;
}

/** A file that was read. */
export interface Source {
  /** Absolute path, or URL. */
  readonly path: string;
  readonly text: string;
}

/** A document that can be generated from, or none, and what is wrong with it either way. */
export interface LoadResult {
  readonly document?: LoadedDocument;
  readonly diagnostics: readonly Diagnostic[];
  /** Every file that was read, by absolute path or URL, the document first; as far as reading came. */
  readonly sources: readonly Source[];
}
