import { nearest } from '../near.js';

/** The languages in which schemas may be written. */
export type Format =
  /** JSON Schema, or a dialect of it, that says the same in the same words as draft 7. */
  { readonly kind: 'json-schema'; readonly draft: Draft } | { readonly kind: 'avro' | 'protobuf' | 'raml' };

/** `draft-07` stands for AsyncAPI's own dialect too, and for all that came before. */
export type Draft = 'draft-07' | 'openapi-3.0' | '2019-09' | '2020-12';

/** A media type in pieces; lower case, without `+json` and the like. */
interface MediaType {
  readonly type: string;
  readonly version: string;
}

/** Spelt as a person would be told to spell them. */
const SPELLINGS = [
  'application/vnd.aai.asyncapi;version=3.0.0',
  'application/vnd.aai.asyncapi+json;version=3.0.0',
  'application/vnd.aai.asyncapi+yaml;version=3.0.0',
  'application/schema+json;version=draft-07',
  'application/schema+yaml;version=draft-07',
  'application/schema+json;version=draft-04',
  'application/schema+json;version=draft-06',
  'application/schema+json;version=2019-09',
  'application/schema+json;version=2020-12',
  'application/vnd.oai.openapi;version=3.0.0',
  'application/vnd.oai.openapi+json;version=3.0.0',
  'application/vnd.oai.openapi+yaml;version=3.0.0',
  'application/vnd.oai.openapi;version=3.1.0',
  'application/vnd.apache.avro;version=1.9.0',
  'application/vnd.apache.avro+json;version=1.9.0',
  'application/vnd.apache.avro+yaml;version=1.9.0',
  'application/vnd.google.protobuf;version=3',
  'application/vnd.google.protobuf;version=2',
  'application/raml+yaml;version=1.0',
] as const;

/** The format that a `schemaFormat` names; `undefined` for one that nothing is known of. */
export function formatOf(written: string): Format | undefined {
  const { type, version } = mediaType(written);
  switch (type) {
    case 'application/vnd.aai.asyncapi':
      return { kind: 'json-schema', draft: 'draft-07' };
    case 'application/schema':
      return jsonSchema(version);
    case 'application/vnd.oai.openapi':
      return openApi(version);
    case 'application/vnd.apache.avro':
      return version === '' || /^1\.\d+(\.\d+)?$/.test(version) ? { kind: 'avro' } : undefined;
    case 'application/vnd.google.protobuf':
      return ['', '2', '3', 'proto2', 'proto3'].includes(version) ? { kind: 'protobuf' } : undefined;
    case 'application/raml':
      return version === '' || /^1(\.0)?$/.test(version) ? { kind: 'raml' } : undefined;
    default:
      return undefined;
  }
}

/** The spelling that a `schemaFormat` was most likely meant to have; `undefined` when none is close. */
export function nearestFormat(written: string): string | undefined {
  const { type, version } = mediaType(written);
  const sameType = SPELLINGS.find((spelling) => mediaType(spelling).type === type);
  if (sameType !== undefined) return version === '' ? sameType : (nearest(written, ofType(type)) ?? sameType);
  // Half of a media type is the same in all: what tells them apart must be close.
  const meant = nearest(
    subtype(type),
    SPELLINGS.map((spelling) => subtype(mediaType(spelling).type)),
  );
  const candidates = SPELLINGS.filter((spelling) => subtype(mediaType(spelling).type) === meant);
  return nearest(written, candidates) ?? candidates[0];
}

function ofType(type: string): readonly string[] {
  return SPELLINGS.filter((spelling) => mediaType(spelling).type === type);
}

function subtype(type: string): string {
  return (type.split('/').at(-1) ?? type)
    .replace(/^(vnd|x)[.-]/, '')
    .replace(/^(aai|oai|apache|google)\./, '');
}

function mediaType(written: string): MediaType {
  const [type = '', ...parameters] = written
    .toLowerCase()
    .split(';')
    .map((part) => part.trim());
  const version = parameters
    .map((parameter) => /^version\s*=\s*"?([^"]*?)"?$/.exec(parameter)?.[1])
    .find((found) => found !== undefined);
  return { type: type.replace(/\+(json|yaml)$/, ''), version: version ?? '' };
}

/** `draft-07`, `draft-7`, `draft7` and `7` are all in use. */
function jsonSchema(version: string): Format | undefined {
  const draft = version.replace(/^draft[-/]?/, '');
  if (draft === '' || /^0?[3467]$/.test(draft)) return { kind: 'json-schema', draft: 'draft-07' };
  if (draft === '2019-09' || draft === '2020-12') return { kind: 'json-schema', draft };
  return undefined;
}

function openApi(version: string): Format | undefined {
  if (version === '' || /^3(\.0(\.\d+)?)?$/.test(version))
    return { kind: 'json-schema', draft: 'openapi-3.0' };
  return /^3\.[12](\.\d+)?$/.test(version) ? { kind: 'json-schema', draft: '2020-12' } : undefined;
}
