import { error } from '../codes.js';
import type { Files, Place } from '../files.js';
import { type Cursor, type Failure, isRecord } from '../json-schema/types.js';
import { nearest } from '../near.js';
import { parsePointer } from '../pointer.js';
import type { Tree } from '../tree.js';
import type { Diagnostic } from '../types.js';
import { FIELDS } from '../vocabulary.js';
import { nameOf, type Said, sentence } from '../wording.js';

/** Failures of one keyword at one place. */
export interface Breach {
  readonly failures: readonly [Failure, ...Failure[]];
  readonly place: Place;
}

/** Puts together what is one mistake. */
export function gather(failures: readonly Failure[], tree: Tree): readonly Breach[] {
  const breaches = new Map<string, Breach>();
  for (const failure of failures) {
    const place = failure.keyword === '$ref' ? linkOf(failure.at, tree) : placeOf(failure.at, tree);
    const keyword = failure.keyword === 'const' ? 'enum' : failure.keyword;
    const key = JSON.stringify([place, keyword, failure.field]);
    breaches.set(key, { place, failures: [failure, ...(breaches.get(key)?.failures ?? [])] });
  }
  return [...breaches.values()];
}

/** Where a value stands in its own file. */
export function placeOf(at: Cursor, tree: Tree): Place {
  const names: string[] = [];
  for (let holder: Cursor | undefined = at; holder !== undefined; holder = holder.parent) {
    const { value, key } = holder;
    const origin = typeof value === 'object' && value !== null ? tree.originOf(value) : undefined;
    if (origin !== undefined)
      return { file: origin.file, path: [...(parsePointer(origin.pointer) ?? []), ...names] };
    if (key !== undefined) names.unshift(key);
  }
  return { ...tree.root, path: names };
}

/** Where the `$ref` stands in whose place the value is, not the value itself. */
function linkOf({ parent, key, ...at }: Cursor, tree: Tree): Place {
  if (parent === undefined || key === undefined) return placeOf(at, tree);
  const { file, path } = placeOf(parent, tree);
  return { file, path: [...path, key] };
}

/** A departure from the specification in plain words. */
export function describeBreach({ failures, place }: Breach, files: Files): Diagnostic {
  const [{ keyword, field = '' }] = failures;
  const isName = keyword === 'propertyNames';
  const path = isName ? [...place.path, field] : place.path;
  const { message, hint } = inTermsOfAsyncApi(failures, path);
  const location = AT_KEY.has(keyword) ? files.keyOf({ ...place, path }) : files.valueOf({ ...place, path });
  return error('FS_SPEC_INVALID', message, location, { hint, path });
}

/** Where the value itself says nothing, or isn't there. */
const AT_KEY: ReadonlySet<string> = new Set([
  '$ref',
  'additionalProperties',
  'propertyNames',
  'required',
  'uniqueItems',
]);

function inTermsOfAsyncApi(failures: readonly [Failure, ...Failure[]], path: readonly string[]): Said {
  const [failure] = failures;
  const { keyword, schema, field = '' } = failure;
  const said = sentence(failures, path.length === 0 ? 'The document' : `\`${nameOf(path)}\``);
  switch (keyword) {
    case 'additionalProperties':
      return { message: `AsyncAPI knows no field \`${field}\` here.`, hint: meantField(failure) };
    case 'required':
      return { ...said, hint: `AsyncAPI requires \`${field}\`.` };
    case '$ref':
      return { message: 'A `$ref` is not allowed here.', hint: 'Write down here what it refers to.' };
    case 'propertyNames':
      return { ...said, hint: nameHint(schema.propertyNames) };
    default:
      return said;
  }
}

/** First among what the place allows and does not have yet, then among everything that AsyncAPI has. */
function meantField({ field = '', schema, at }: Failure): string {
  const holder = at.parent?.value;
  const free = Object.keys(isRecord(schema.properties) ? schema.properties : {}).filter(
    (name) => !(isRecord(holder) && Object.hasOwn(holder, name)),
  );
  const meant =
    nearest(field, free) ??
    nearest(
      field,
      [...FIELDS].filter((name) => name !== field),
    );
  return meant === undefined
    ? 'Take it out, indent it to where it belongs, or begin its name with `x-`.'
    : `Did you mean \`${meant}\`?`;
}

function nameHint(schema: unknown): string | undefined {
  if (!isRecord(schema)) return undefined;
  if (schema.format === 'uri-template')
    return 'It must be a URI template: letters, digits and `_` in braces; no spaces, quotes, `<` or `>`.';
  return typeof schema.pattern === 'string' ? `Names match ${schema.pattern} here.` : undefined;
}
