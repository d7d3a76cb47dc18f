import { error, warning } from '../codes.js';
import { messageFields } from '../convert/message.js';
import type { Place } from '../files.js';
import { checker } from '../json-schema/check.js';
import { telling } from '../json-schema/telling.js';
import { type Cursor, isRecord } from '../json-schema/types.js';
import { visitSchemas } from '../json-schema/visit.js';
import {
  allMessages,
  type Context,
  endOf,
  messagesV2,
  operationsV2,
  partsOf,
  type Rule,
  rootMembers,
  valueAt,
} from '../rules/sites.js';
import { gather } from '../structure/describe.js';
import { idOf } from '../tree.js';
import type { Diagnostic } from '../types.js';
import { nameOf, sentence } from '../wording.js';

/** Defaults and examples that their schema does not allow: errors where the official rules of 2.x look, warnings elsewhere. */
export const values: Rule = (context) => [...ofSchemas(context), ...ofMessages(context)];

/** References were followed, so that a schema has none; formats are a matter of taste in examples. */
const check = checker({ target: () => true, formats: {} });

function ofSchemas(context: Context): readonly Diagnostic[] {
  const official = officialSchemas(context);
  const found: Diagnostic[] = [];
  visitSchemas(allSchemas(context), new Set(), (schema) => {
    const at: Cursor = { value: schema };
    const judge = (
      value: unknown,
      key: readonly string[],
      code: 'FS_DEFAULT_INVALID' | 'FS_EXAMPLE_INVALID',
    ) => {
      // The official rules pass over text, which may be meant as JSON.
      const isError = official.has(schema) && typeof value !== 'string';
      const cursor = key.reduce<Cursor>((parent, each) => ({ value: undefined, parent, key: each }), at);
      found.push(...misfits(schema, { ...cursor, value }, code, isError, context));
    };
    if (schema.default !== undefined) judge(schema.default, ['default'], 'FS_DEFAULT_INVALID');
    const examples = Array.isArray(schema.examples) ? schema.examples : [];
    for (const [i, value] of examples.entries()) judge(value, ['examples', String(i)], 'FS_EXAMPLE_INVALID');
  });
  return found;
}

function misfits(
  schema: unknown,
  at: Cursor,
  code: 'FS_DEFAULT_INVALID' | 'FS_EXAMPLE_INVALID',
  isError: boolean,
  { tree, files }: Context,
): readonly Diagnostic[] {
  const [breach] = gather(telling(check(schema, at)), tree);
  if (breach === undefined) return [];
  const { place, failures } = breach;
  const what = code === 'FS_DEFAULT_INVALID' ? 'The default' : 'The example';
  const subject = failures[0].keyword === 'additionalProperties' ? place.path.slice(0, -1) : place.path;
  const { message, hint } = sentence(failures, `\`${nameOf(subject)}\``);
  const say = isError ? error : warning;
  return [
    say(code, `${what} does not fit its schema: ${message}`, files.valueOf(place), {
      path: place.path,
      hint,
    }),
  ];
}

/** `examples` of messages, which have a payload and headers each. */
function ofMessages(context: Context): readonly Diagnostic[] {
  const { tree, major } = context;
  return allMessages(context).flatMap((message) => {
    const fields = messageFields(message, context);
    const list = tree.child(message, 'examples');
    const examples = list && tree.value(list);
    if (!Array.isArray(examples) || !isPlain(fields)) return [];
    return examples.flatMap((example) =>
      (['payload', 'headers'] as const).flatMap((part) => {
        if (!isRecord(example) || example[part] === undefined || fields[part] === undefined) return [];
        const at: Cursor = { value: example[part], parent: { value: example }, key: part };
        return misfits(fields[part], at, 'FS_EXAMPLE_INVALID', major === 2, context);
      }),
    );
  });
}

/** The schemas that messages, parameters and components have, where they are JSON Schema. */
function allSchemas(context: Context): readonly unknown[] {
  return [
    ...allMessages(context).flatMap((message) => {
      const plain = isPlain(messageFields(message, context));
      return partsOf(message, context).flatMap(({ payload, headers }) =>
        plain ? [payload, headers] : [headers],
      );
    }),
    ...rootMembers(['components', 'schemas'], context).map(({ place }) => valueAt(place, [], context)),
    ...parameterSchemas(context),
  ].filter((schema) => !(isRecord(schema) && 'schemaFormat' in schema));
}

function parameterSchemas(context: Context): readonly unknown[] {
  const owners: readonly Place[] = [
    ...rootMembers(['channels'], context),
    ...rootMembers(['components', 'channels'], context),
  ].map(({ place }) => place);
  const parameters = owners.flatMap((place) =>
    Object.values(Object(valueAt(place, ['parameters'], context))),
  );
  const shared = rootMembers(['components', 'parameters'], context).map(({ place }) =>
    valueAt(place, [], context),
  );
  return [...parameters, ...shared].map((parameter) => (isRecord(parameter) ? parameter.schema : undefined));
}

/** Written in AsyncAPI's own dialect. */
function isPlain({ schemaFormat, payload }: Readonly<Record<string, unknown>>): boolean {
  return schemaFormat === undefined && !(isRecord(payload) && 'schemaFormat' in payload);
}

/** Where version 2's rules look: no deeper than the outermost schema. */
function officialSchemas(context: Context): ReadonlySet<unknown> {
  if (context.major === 3) return new Set();
  const single = operationsV2(context, true).flatMap(({ place }) => {
    const messages = messagesV2(place, context);
    const [message] = messages;
    return messages.length === 1 && message !== undefined ? [message] : [];
  });
  const components = rootMembers(['components', 'messages'], context).map(({ place }) => place);
  const unique = new Map([...single, ...components].map((place) => [idOf(endOf(place, context)), place]));
  const payloads = [...unique.values()]
    .filter((place) => isPlain(messageFields(place, context)))
    .map((place) => valueAt(place, ['payload'], context));
  const schemas = rootMembers(['components', 'schemas'], context).map(({ place }) =>
    valueAt(place, [], context),
  );
  return new Set([...payloads, ...schemas, ...parameterSchemas(context)]);
}
