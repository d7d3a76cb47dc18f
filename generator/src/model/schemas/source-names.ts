import type { LoadedChannel, Origin } from '../../document/types.js';
import { pascalCase, words } from '../naming/words.js';
import { isSchemaObject, stringAt } from './keywords.js';
import type { Source } from './sources.js';

type Names = readonly [string, ...string[]];

/** Message ids that tell nothing apart. */
const GENERIC_MESSAGE = /^(anonymous|default|message|payload|publish|subscribe|[\W\d_])*$/i;

/** Pointer segments that tell nothing. */
const GENERIC_SEGMENT =
  /^(\d+|payload|headers|schema|schemas|items|properties|additionalProperties|definitions|\$defs)$/;

/** A title as a name; a whole sentence is none. */
const MOST_WORDS = 5;

/** What a component, a payload or headers would like to be called, and who goes first. */
export function nameOfSource(source: Source): { readonly names: Names; readonly rank: number } {
  const { kind, key = '' } = source;
  if (kind === 'component') {
    const name = pascalCase(key) || 'Schema';
    return { names: [name], rank: name === key ? 0 : 1 };
  }
  const stem = messageStem(source);
  // Channels may call their messages alike: `event` of `trades` and of `prices`.
  const full = stemWithin(source.channel, stem);
  if (kind === 'headers') return { names: [`${stem}Headers`, `${full}Headers`], rank: 3 };
  const title = isSchemaObject(source.schema) ? titleName(stringAt(source.schema, 'title')) : undefined;
  const names = [stem, `${stem}Payload`, full, `${full}Payload`] as const;
  return { names: title === undefined ? names : [title, ...names], rank: 3 };
}

/** `UserSignedUp`; for a message called `message`, the channel's name goes before. */
function messageStem({ message, channel }: Source): string {
  const component = /^\/components\/messages\/([^/]+)$/.exec(message?.origin.pointer ?? '')?.[1];
  const called = [component && unescaped(component), message?.name, message?.id, message?.title].find(
    (name) => name !== undefined && !GENERIC_MESSAGE.test(name) && words(name).length <= MOST_WORDS,
  );
  const name = called === undefined ? '' : pascalCase(called);
  return name || `${pascalCase(channel?.id ?? '')}Message`;
}

/** The channel's name goes before, unless it is there already. */
function stemWithin(channel: LoadedChannel | undefined, stem: string): string {
  const name = pascalCase(channel?.id ?? '');
  return stem.startsWith(name) ? stem : name + stem;
}

/** What a schema is called that a reference leads to, after its place and the file it stands in. */
export function nameOfTarget(at: Origin, title: string | undefined): Names {
  const segments = at.pointer.split('/').slice(1).map(unescaped);
  const file = pascalCase(baseName(at.file));
  const telling = segments.filter((segment) => !GENERIC_SEGMENT.test(segment)).map(pascalCase);
  const name = (segments.length > 0 ? telling.at(-1) : undefined) || titleName(title) || file || 'Schema';
  const parent = telling.at(-2);
  return parent ? [name, file + name, parent + name] : [name, file + name];
}

function titleName(title: string | undefined): string | undefined {
  if (title === undefined || words(title).length > MOST_WORDS) return undefined;
  return pascalCase(title) || undefined;
}

/** `schemas/user.v1.json` → `user.v1`. */
function baseName(file: string): string {
  return (file.split(/[\\/]/).at(-1) ?? '').replace(/\.(ya?ml|json|avsc|jsonc|schema\.json)$/i, '');
}

function unescaped(segment: string): string {
  return segment.replaceAll('~1', '/').replaceAll('~0', '~');
}
