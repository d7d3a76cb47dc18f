import { resolve } from 'node:path';
import type { DocumentConfig } from '../../config.js';
import { nearest } from '../../document/near.js';
import type { Location } from '../../document/types.js';
import { type GeneratorErrorCode, generatorHints } from '../../errors.js';
import { foldersOf } from '../../folders.js';
import type { Problem } from '../report/index.js';
import type { Places } from './places.js';

type Entry = Readonly<Record<string, unknown>>;
interface Field {
  readonly takes: string;
  fits(value: unknown): boolean;
}

const path: Field = {
  takes: 'a path, which counts from the folder of the config file',
  fits: (value) => typeof value === 'string' && value !== '',
};

/** Fields of an entry of `documents`, and what their values must be. */
const FIELDS: Readonly<Record<keyof DocumentConfig, Field>> = {
  document: path,
  out: path,
  handlers: path,
  perspective: {
    takes: '`application` or `peer`',
    fits: (value) => value === 'application' || value === 'peer',
  },
  lenient: { takes: '`true` or `false`', fits: (value) => typeof value === 'boolean' },
};

/** An entry of `documents`, and where its fields are written. */
export interface CheckedDocument {
  readonly entry: DocumentConfig;
  readonly placeOf: (field: keyof DocumentConfig) => Location;
}

/** Everything that is wrong with what a config file exports; the documents count only when nothing is. */
export function checkConfig(
  value: unknown,
  places: Places,
): { readonly documents: readonly CheckedDocument[]; readonly problems: readonly Problem[] } {
  if (!isObject(value)) {
    const message = 'The config file has no default export that is an object.';
    return { documents: [], problems: [problem('FS_CONFIG_VALUE', message, places.start)] };
  }
  const strays = Object.keys(value)
    .filter((key) => key !== 'documents')
    .map((key) => unknownField(key, ['documents'], key, places.ofField(key, 0, 1)));
  const list = value.documents;
  if (!Array.isArray(list) || list.length === 0) {
    const at = places.ofField('documents', 0, 1);
    const message = '`documents` takes a list of at least one document.';
    return { documents: [], problems: [...strays, problem('FS_CONFIG_VALUE', message, at, 'documents')] };
  }
  const placeOf = placesIn(list, places);
  const wrong = list.flatMap((entry: unknown, index) => checkEntry(entry, index, placeOf));
  const problems = [...strays, ...wrong];
  if (problems.length > 0) return { documents: [], problems };
  const documents = (list as readonly DocumentConfig[]).map((entry, index) => ({
    entry,
    placeOf: (field: string) => placeOf(index, field),
  }));
  return { documents, problems: sharedFolders(documents) };
}

type PlaceOf = (index: number, field: string) => Location;

function placesIn(list: readonly unknown[], places: Places): PlaceOf {
  return (index, field) => {
    const has = (entry: unknown) => isObject(entry) && Object.hasOwn(entry, field);
    if (!has(list[index])) return places.ofField('documents', 0, 1);
    return places.ofField(field, list.slice(0, index).filter(has).length, list.filter(has).length);
  };
}

function checkEntry(entry: unknown, index: number, placeOf: PlaceOf): readonly Problem[] {
  const name = `documents[${index}]`;
  if (!isObject(entry)) {
    const message = `\`${name}\` takes an object with the field \`document\`.`;
    return [problem('FS_CONFIG_VALUE', message, placeOf(index, 'document'), name)];
  }
  const unknown = Object.keys(entry)
    .filter((key) => !Object.hasOwn(FIELDS, key))
    .map((key) => unknownField(key, Object.keys(FIELDS), `${name}.${key}`, placeOf(index, key)));
  const wrong = Object.entries(FIELDS).flatMap(([field, { takes, fits }]) => {
    const value = entry[field];
    if (value === undefined && field !== 'document') return [];
    if (fits(value)) return [];
    const said = value === undefined ? 'is missing' : `is ${JSON.stringify(value)}, which can't be`;
    const at = placeOf(index, field);
    const found = problem('FS_CONFIG_VALUE', `\`${name}.${field}\` ${said}.`, at, `${name}.${field}`);
    return [{ ...found, hint: `It takes ${takes}.` }];
  });
  return [...unknown, ...wrong];
}

/** Each folder belongs to one document: a second one would take the files of the first for stale. */
function sharedFolders(documents: readonly CheckedDocument[]): readonly Problem[] {
  const owners = new Map<string, string>();
  return documents.flatMap(({ entry, placeOf }, index) => {
    const { outDir, handlersDir } = foldersOf(entry);
    const folders = [
      ['out', outDir],
      ['handlers', handlersDir],
    ] as const;
    return folders.flatMap(([field, folder]) => {
      const name = `documents[${index}].${field}`;
      const owner = owners.get(resolve(folder));
      owners.set(resolve(folder), owner ?? name);
      if (owner === undefined) return [];
      const message = `\`${name}\` is ${folder}, which is \`${owner}\` already.`;
      return [problem('FS_CONFIG_CONFLICT', message, placeOf(field), name)];
    });
  });
}

function unknownField(key: string, known: readonly string[], path: string, location: Location): Problem {
  const near = nearest(key, known);
  const hint =
    near === undefined
      ? `The fields are ${known.map((each) => `\`${each}\``).join(', ')}.`
      : `Did you mean \`${near}\`?`;
  return { ...problem('FS_CONFIG_FIELD_UNKNOWN', `There is no field \`${key}\`.`, location, path), hint };
}

function problem(code: GeneratorErrorCode, message: string, location: Location, path?: string): Problem {
  const hint = generatorHints[code];
  return { severity: 'error', code, message, location, hint, ...(path !== undefined && { path }) };
}

function isObject(value: unknown): value is Entry {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
