import type { Diagnostic, Location } from './types.js';

/** Everything that this station finds wrong, with what to do about it where nothing better is known. */
const CODES = {
  FS_FILE_MISSING: 'Check the path: it counts from the folder in which the command runs.',
  FS_FILE_IS_FOLDER: 'Name the document itself.',
  FS_FILE_UNREADABLE: 'Check the permissions of the file and of the folders above it.',
  FS_FILE_EMPTY: 'An AsyncAPI document begins with `asyncapi: 3.0.0`.',
  FS_SYNTAX: 'Mend the syntax first; everything else is checked after that.',
  FS_NOT_ASYNCAPI:
    'fs-gen reads AsyncAPI 2.0 to 2.6, 3.0 and 3.1; such a document begins with `asyncapi: 3.0.0`.',
  FS_VERSION_UNSUPPORTED: 'Supported are 2.0.0 to 2.6.0, 3.0.0 and 3.1.0.',
  FS_REF_BROKEN: 'Correct the reference, or write down what it points to.',
  FS_SPEC_INVALID: 'See the AsyncAPI specification of the document’s version.',
  FS_DEFAULT_INVALID: 'Correct the default, or the schema.',
  FS_EXAMPLE_INVALID: 'Correct the example, or the schema.',
  FS_PAYLOAD_MISSING: 'Add a `payload`; until then the message is `unknown`, and nothing is checked.',
  FS_CORRELATION_BROKEN: 'Correct the location, or add the field to the schema.',
  FS_TRAIT_REQUIRED_LOST: 'Repeat in the message what the trait requires.',
  FS_PARAMETER_UNDECLARED: 'Declare it in `parameters`.',
  FS_ADDRESS_SHARED: 'Merge the two channels, or name different `servers` in each.',
  FS_REPLY_MESSAGE_FOREIGN: 'List the message in the channel of the reply, and refer to it there.',
  FS_REF_SIBLINGS: 'Move them to what the reference leads to, or use `allOf` with the reference in it.',
  FS_DISCRIMINATOR_BROKEN: 'Add the property to each alternative, and to its `required`.',
  FS_EXTENSION_UNKNOWN:
    'The extensions are x-fs-concurrency, x-fs-batch, x-fs-retry, x-fs-timeout and x-fs-stream.',
  FS_EXTENSION_MISPLACED: 'Move it to the document’s root, to a channel or to an operation.',
  FS_EXTENSION_FIELD_UNKNOWN: 'Take the field out, or correct its name.',
  FS_EXTENSION_FIELD_MISSING: 'Add the field.',
  FS_EXTENSION_VALUE: 'Correct the value.',
  FS_EXTENSION_DURATION: 'Write `250ms`, `30s`, `5m`, `1h`, or a number of milliseconds.',
  FS_EXTENSION_CONTRADICTION: 'Change one of the two.',
  FS_ORDER_KEY_MISSING:
    'Point `orderBy` to a text, a number or a boolean that every message of the channel has.',
  FS_ORDER_KEY_UNNAMED:
    'Name the key with `orderBy` if order matters; if it does not, leave `maxWorkers` out: the default is 1.',
  FS_ORDER_KEY_UNDESCRIBED: 'Correct `orderBy`, or describe the place in the schema.',
  FS_SCHEMA_FORMAT_UNKNOWN:
    'Write the schema in JSON Schema, OpenAPI, Avro, protobuf or RAML to have it typed and checked.',
  FS_SCHEMA_FORMAT_PLUGIN:
    'Run `npm install -D @asyncapi/raml-dt-schema-parser` in the project, then this again.',
  FS_SCHEMA_FORMAT_INVALID: 'Correct the schema, or the `schemaFormat` that it is said to be written in.',
  FS_SCHEMA_KEYWORD_IGNORED: 'Say the same with keywords of draft 7, or check it in the handler.',
  FS_CONTENT_TYPE_BYTES:
    'Take the bytes apart in the handler, or write `application/json` if JSON is what is sent.',
  FS_TRANSPORT_UNAVAILABLE: 'Leave the channel out of the worker, or bind it to a stream.',
} as const;

export type DiagnosticCode = keyof typeof CODES;

/** All codes with their hints, for documentation and tests. */
export const diagnosticHints: Readonly<Record<DiagnosticCode, string>> = CODES;

interface Extras {
  readonly hint?: string | undefined;
  /** The field concerned, token by token. */
  readonly path?: readonly string[] | undefined;
}

export function error(
  code: DiagnosticCode,
  message: string,
  location: Location,
  extras?: Extras,
): Diagnostic {
  return diagnostic('error', code, message, location, extras);
}

export function warning(
  code: DiagnosticCode,
  message: string,
  location: Location,
  extras?: Extras,
): Diagnostic {
  return diagnostic('warning', code, message, location, extras);
}

function diagnostic(
  severity: Diagnostic['severity'],
  code: DiagnosticCode,
  message: string,
  location: Location,
  { hint = CODES[code], path }: Extras = {},
): Diagnostic {
  return { severity, code, message, location, hint, ...(path?.length ? { path: path.join('.') } : {}) };
}
