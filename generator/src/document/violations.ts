import { error } from './codes.js';
import type { Files, Place } from './files.js';
import { nearest } from './near.js';
import type { RawFinding } from './parser.js';
import { toPointer } from './pointer.js';
import type { Diagnostic } from './types.js';
import { FIELDS, MESSAGE_FIELDS } from './vocabulary.js';

/** What is wrong at one place, sorted by how much it tells a person. */
type Violation =
  | { readonly kind: 'unexpected'; readonly field: string }
  | { readonly kind: 'missing'; readonly field: string }
  | { readonly kind: 'rule'; readonly text: string }
  | { readonly kind: 'type'; readonly types: string }
  /** Alternatives of the specification's schema that did not apply: no news beside any other kind. */
  | { readonly kind: 'noise' };

interface Found {
  readonly place: Place;
  readonly violation: Violation;
}

const RANK = { unexpected: 0, missing: 1, rule: 2, type: 3, noise: 4 } as const;

/** Breaches of the specification, one sentence for each place that has any. */
export function violations(findings: readonly RawFinding[], files: Files): Diagnostic[] {
  const found = findings
    .filter(({ code }) => code !== 'parser' && code !== 'invalid-ref' && code !== 'uncaught-error')
    .map((finding): Found & { readonly structural: boolean } => ({
      place: { file: files.shownName(finding.source), path: finding.path },
      violation: read(finding),
      structural: finding.code === 'asyncapi-document-resolved',
    }));
  const structural = withoutAlternatives(found.filter((each) => each.structural));
  const others = found.filter((each) => !each.structural);
  const unique = new Map<string, Diagnostic>();
  for (const each of [...bestByPlace(structural), ...others]) {
    const diagnostic = describe(each, files);
    unique.set(JSON.stringify([diagnostic.location, diagnostic.message]), diagnostic);
  }
  return [...unique.values()];
}

function read({ message, path }: RawFinding): Violation {
  const unexpected = /^Property "(.*)" is not expected to be here$/.exec(message)?.[1];
  if (unexpected !== undefined) {
    // Elsewhere than at the property: the place of what it refers to, which may well be right.
    return unexpected === path.at(-1) ? { kind: 'unexpected', field: unexpected } : { kind: 'noise' };
  }
  const missing = /must have required property "(.*)"$/.exec(message)?.[1];
  if (missing !== undefined) return { kind: 'missing', field: missing };
  const types = /(?:property type|Item at index \d+) must be ([a-z, ]+)$/.exec(message)?.[1];
  if (types !== undefined) return { kind: 'type', types };
  if (/must match "(then|else)" schema|exactly one schema in "?oneOf/.test(message)) return { kind: 'noise' };
  return { kind: 'rule', text: message };
}

/**
 * A message may be one object or `oneOf` several, and the official schema complains of both at once: that
 * `oneOf` is missing, and that every field of a message is one too many. Those are taken out, and so are
 * complaints about a value as a whole when something inside it is known to be wrong.
 */
function withoutAlternatives(found: readonly Found[]): readonly Found[] {
  const id = ({ file, path }: Place) => `${file}#${toPointer(path)}`;
  const messages = new Set(
    found
      .filter(({ violation: v }) => v.kind === 'missing' && v.field === 'oneOf')
      .map(({ place }) => id(place)),
  );
  return found.map(({ place, violation }) => {
    const parent = { file: place.file, path: place.path.slice(0, -1) };
    const inside = found.some(
      (other) => other.violation.kind !== 'noise' && id(other.place).startsWith(`${id(place)}/`),
    );
    const noise =
      (violation.kind === 'missing' && violation.field === 'oneOf') ||
      (violation.kind === 'unexpected' && messages.has(id(parent)) && MESSAGE_FIELDS.has(violation.field)) ||
      (violation.kind === 'type' && inside);
    return { place, violation: noise ? { kind: 'noise' } : violation };
  });
}

/** The most telling violation of each place; places with nothing but noise only if there is nothing else at all. */
function bestByPlace(found: readonly Found[]): readonly Found[] {
  const telling = found.filter(({ violation }) => violation.kind !== 'noise');
  const best = new Map<string, Found>();
  for (const each of telling.length > 0 ? telling : found.slice(0, 1)) {
    const id = `${each.place.file}#${toPointer(each.place.path)}`;
    const known = best.get(id);
    if (known === undefined || RANK[each.violation.kind] < RANK[known.violation.kind]) best.set(id, each);
    else if (known.violation.kind === 'type' && each.violation.kind === 'type')
      best.set(id, {
        ...known,
        violation: { kind: 'type', types: `${known.violation.types} or ${each.violation.types}` },
      });
  }
  return [...best.values()];
}

function describe({ place, violation }: Found, files: Files): Diagnostic {
  const { path } = place;
  const subject = path.length === 0 ? 'The document' : `\`${nameOf(path)}\``;
  switch (violation.kind) {
    case 'unexpected': {
      const meant = nearest(
        violation.field,
        [...FIELDS].filter((field) => field !== violation.field),
      );
      const hint =
        meant === undefined
          ? 'Take it out, indent it to where it belongs, or begin its name with `x-`.'
          : `Did you mean \`${meant}\`?`;
      return error(
        'FS_SPEC_INVALID',
        `AsyncAPI knows no field \`${violation.field}\` here.`,
        files.keyOf(place),
        {
          hint,
          path,
        },
      );
    }
    case 'missing':
      return error(
        'FS_SPEC_INVALID',
        `${subject} lacks the field \`${violation.field}\`.`,
        files.keyOf(place),
        {
          hint: `AsyncAPI requires \`${violation.field}\`.`,
          path,
        },
      );
    case 'type':
      return error(
        'FS_SPEC_INVALID',
        `${subject} must be ${typesInWords(violation.types)}.`,
        files.valueOf(place),
        {
          hint: typeHint(violation.types, files.raw(place)),
          path,
        },
      );
    case 'rule': {
      const [said = '', meant] = violation.text.split(/\.? Did you mean /);
      const hint = meant && `Did you mean ${inCode(meant)}`;
      return error('FS_SPEC_INVALID', plain(said), files.valueOf(place), { hint, path });
    }
    case 'noise':
      return error('FS_SPEC_INVALID', `${subject} is not what AsyncAPI allows here.`, files.keyOf(place), {
        path,
      });
    default:
      throw violation satisfies never;
  }
}

/** The last key; an item of a list with the list's name: `fields[0]`. */
function nameOf(path: readonly string[]): string {
  const items = [...path].reverse().findIndex((key) => !/^\d+$/.test(key));
  const named = path.slice(items < 0 ? 0 : -1 - items);
  return named.map((key, i) => (i === 0 ? key : `[${key}]`)).join('');
}

const TYPES: Readonly<Record<string, string>> = {
  array: 'a list',
  boolean: '`true` or `false`',
  integer: 'a whole number',
  null: 'empty',
  number: 'a number',
  object: 'a mapping',
  string: 'text',
};

function typesInWords(types: string): string {
  return types.replaceAll(/[a-z]+/g, (word) => TYPES[word] ?? word);
}

function typeHint(types: string, given: unknown): string | undefined {
  if (types.includes('string') && (typeof given === 'number' || typeof given === 'boolean'))
    return `Put it in quotes: \`"${given}"\`.`;
  if (given === null || given === undefined) return 'It is empty: write its value, or indent what follows.';
  return undefined;
}

const PLAIN: readonly (readonly [RegExp, string])[] = [
  [
    /^Not all channel's parameters are described .* Missed: (.*)\.$/,
    '`parameters` lacks $1, which the address has.',
  ],
  [
    /^Channel's "parameters" object has redundant defined "(.*)" parameter\.$/,
    'The address has no parameter `{$1}`.',
  ],
  [
    /^Not all server's variables are described .* Missed: (.*)\.$/,
    '`variables` lacks $1, which the URL has.',
  ],
  [/^Referencing in this place is not allowed$/, 'A `$ref` is not allowed here.'],
  [/^"(.*)" property must match format "(.*)"$/, '`$1` must be a valid $2.'],
  [/^"(.*)" property must match pattern "(.*)"$/, '`$1` must match the pattern $2'],
  [/^Item at index \d+ must (.*)$/, 'This item must $1'],
  [/^"(.*)" property must be equal to (.*)$/, '`$1` must be $2'],
];

function plain(text: string): string {
  const [pattern, sentence] = PLAIN.find(([each]) => each.test(text)) ?? [];
  const said = pattern === undefined ? text : text.replace(pattern, sentence ?? '');
  const quoted = inCode(said);
  return /[.?!]$/.test(quoted) ? quoted : `${quoted}.`;
}

function inCode(text: string): string {
  return text.replaceAll(/"([^"]+)"/g, '`$1`');
}
