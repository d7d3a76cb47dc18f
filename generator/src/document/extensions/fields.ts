import type { ErrorObject } from 'ajv';
import { error } from '../codes.js';
import { UNITS as DURATIONS } from '../duration.js';
import type { Files, Place } from '../files.js';
import { nearest } from '../near.js';
import { parsePointer } from '../pointer.js';
import type { Tree } from '../tree.js';
import type { Diagnostic, Location } from '../types.js';
import { describe, extensions, isDuration, resolved, schemaAt, validator } from './schema.js';
import type { Site } from './sites.js';

/** Holds the extensions of one site against the published schema. */
export async function checkFields(site: Site, tree: Tree, files: Files): Promise<readonly Diagnostic[]> {
  const written = extensionsOf(site.place, tree);
  if (Object.keys(written).length === 0) return [];
  const validate = await validator();
  if (validate(written)) return [];
  const found = new Map<string, Diagnostic>();
  for (const mistake of validate.errors ?? []) {
    const diagnostic = describeMistake(mistake, { site, tree, files });
    const key = JSON.stringify([diagnostic.path, diagnostic.code]);
    if (!found.has(key)) found.set(key, diagnostic);
  }
  return [...found.values()];
}

/** The `x-fs-*` members of a place, resolved. */
export function extensionsOf(place: Place, tree: Tree): Readonly<Record<string, unknown>> {
  const value = tree.value(place);
  if (typeof value !== 'object' || value === null) return {};
  return Object.fromEntries(Object.entries(value).filter(([key]) => key.startsWith('x-fs-')));
}

interface Context {
  readonly site: Site;
  readonly tree: Tree;
  readonly files: Files;
}

function describeMistake(mistake: ErrorObject, context: Context): Diagnostic {
  const at = parsePointer(mistake.instancePath) ?? [];
  switch (mistake.keyword) {
    case 'false schema':
      return unknownExtension(at, context);
    case 'additionalProperties':
      return unknownField([...at, String(mistake.params.additionalProperty)], context);
    case 'required':
      return missingField([...at, String(mistake.params.missingProperty)], context);
    default:
      return wrongValue(at, context);
  }
}

function unknownExtension(at: readonly string[], context: Context): Diagnostic {
  const [key = ''] = at;
  const field = key.slice('x-fs-'.length);
  const near = nearest(key, Object.keys(extensions));
  const owner = ownerOf(field);
  const hint =
    near !== undefined
      ? `Did you mean ${near}?`
      : owner && `${field} is a field of ${owner}: write \`${owner}: { ${field}: … }\`.`;
  return error('FS_EXTENSION_UNKNOWN', `There is no extension ${key}.`, locateKey(at, context), {
    hint,
    path: [...context.site.name, ...at],
  });
}

function unknownField(at: readonly string[], context: Context): Diagnostic {
  const field = at.at(-1) ?? '';
  const parent = at.slice(0, -1);
  const known = Object.keys(resolved(schemaAt(parent) ?? {}).properties ?? {});
  const near = nearest(field, known);
  const owner = ownerOf(field);
  const hint =
    near !== undefined
      ? `Did you mean \`${near}\`?`
      : owner !== undefined
        ? `\`${field}\` belongs to ${owner}.`
        : `Known fields: ${known.map((each) => `\`${each}\``).join(', ')}.`;
  const message = `${parent.join('.')} has no field \`${field}\`.`;
  return error('FS_EXTENSION_FIELD_UNKNOWN', message, locateKey(at, context), {
    hint,
    path: [...context.site.name, ...at],
  });
}

function missingField(at: readonly string[], context: Context): Diagnostic {
  const parent = at.slice(0, -1);
  const field = at.at(-1) ?? '';
  const message = `${parent.join('.')} lacks the field \`${field}\`.`;
  const hint = schemaAt(at)?.description;
  return error('FS_EXTENSION_FIELD_MISSING', message, locateKey(parent, context), {
    hint: hint && `\`${field}\`: ${hint}`,
    path: [...context.site.name, ...at],
  });
}

function wrongValue(at: readonly string[], context: Context): Diagnostic {
  const schema = schemaAt(at) ?? {};
  const given = at.reduce<unknown>(
    (value, key) => (value as Readonly<Record<string, unknown>>)[key],
    extensionsOf(context.site.place, context.tree),
  );
  const duration = isDuration(schema) && typeof given === 'string';
  const message = `${at.join('.')} is ${inWords(given)}, but takes ${describe(schema)}.`;
  const location = locateValue(at, context);
  const extras = { hint: valueHint(at, given) ?? schema.description, path: [...context.site.name, ...at] };
  if (duration)
    return error('FS_EXTENSION_DURATION', message, location, { ...extras, hint: durationHint(given) });
  return error('FS_EXTENSION_VALUE', message, location, extras);
}

function inWords(given: unknown): string {
  if (given === null) return 'empty';
  if (Array.isArray(given)) return 'a list';
  switch (typeof given) {
    case 'object':
      return 'a mapping';
    case 'string':
      return `the text \`${given}\``;
    default:
      return `\`${String(given)}\``;
  }
}

function valueHint(at: readonly string[], given: unknown): string | undefined {
  const field = at.at(-1) ?? '';
  if (field === 'orderBy') return expressionHint(given);
  if (typeof given !== 'string' || !/^(\d+|true|false)$/.test(given)) return undefined;
  return `Write it without quotes: \`${field}: ${given}\`.`;
}

/** How to write what is nearly an expression: `conversationId`, `$message.headers#/tenant`, `payload.user.id`. */
function expressionHint(given: unknown): string | undefined {
  const [, source = 'payload', names] =
    /^(?:\$?(?:message\.)?(payload|header)s?[#./]+|[#./]*)([\w-]+(?:[./][\w-]+)*)$/.exec(String(given)) ?? [];
  return names && `Write \`$message.${source}#/${names.replaceAll('.', '/')}\`.`;
}

const UNITS: readonly (readonly [RegExp, number])[] = [
  [/^(ms|msecs?|millis.*)$/i, 1],
  [/^(s|secs?|seconds?)$/i, 1_000],
  [/^(m|mins?|minutes?)$/i, 60_000],
  [/^(h|hrs?|hours?)$/i, 3_600_000],
  [/^(d|days?)$/i, 86_400_000],
];

/** How to write what is nearly a duration: `1.5s`, `30 sec`, `2 min`. */
function durationHint(given: string): string | undefined {
  const [, count, word = ''] = /^\s*(\d+(?:\.\d+)?)\s*([a-z]+)\s*$/i.exec(given) ?? [];
  const factor = UNITS.find(([pattern]) => pattern.test(word))?.[1];
  const ms = Math.round(Number(count) * (factor ?? 0));
  if (!(ms > 0)) return undefined;
  const unit = (['h', 'm', 's', 'ms'] as const).find((each) => ms % DURATIONS[each] === 0) ?? 'ms';
  return `Write \`${ms / DURATIONS[unit]}${unit}\`.`;
}

function ownerOf(field: string): string | undefined {
  return Object.keys(extensions).find((key) => schemaAt([key, field]) !== undefined);
}

function locateKey(at: readonly string[], { site, tree, files }: Context): Location {
  return files.keyOf(tree.child(site.place, ...at) ?? site.place);
}

function locateValue(at: readonly string[], { site, tree, files }: Context): Location {
  const place = tree.child(site.place, ...at);
  return files.valueOf((place && tree.end(place)) ?? site.place);
}
