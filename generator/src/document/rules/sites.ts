import { child, type Files, type Place } from '../files.js';
import { isRecord } from '../json-schema/types.js';
import type { Tree } from '../tree.js';
import type { Diagnostic } from '../types.js';

/** What every rule works from. */
export interface Context {
  readonly tree: Tree;
  readonly files: Files;
  readonly major: 2 | 3;
}

/** Looks at one side of a document, and says what is wrong. */
export type Rule = (context: Context) => readonly Diagnostic[];

/** A member of a mapping or a list. */
export interface Member {
  readonly key: string;
  /** Where it is written, or where a `$ref` stands in its place. */
  readonly place: Place;
}

/** The members at a path below a place, in their order; none when there is nothing. */
export function membersAt(
  from: Place | undefined,
  path: readonly string[],
  { tree }: Context,
): readonly Member[] {
  const parent = from && tree.child(from, ...path);
  const value = parent && tree.value(parent);
  if (parent === undefined || typeof value !== 'object' || value === null) return [];
  return Object.keys(value).flatMap((key) => {
    const place = tree.child(parent, key);
    return place === undefined ? [] : [{ key, place }];
  });
}

export function rootMembers(path: readonly string[], context: Context): readonly Member[] {
  return membersAt(context.tree.root, path, context);
}

/** The resolved value at a path below a place. */
export function valueAt(from: Place, path: readonly string[], { tree }: Context): unknown {
  const place = tree.child(from, ...path);
  return place && tree.value(place);
}

/** Where a place is really written; the place itself when its reference is broken. */
export function endOf(place: Place, { tree }: Context): Place {
  return tree.end(place) ?? place;
}

/** The text of a `$ref` that stands at a place. */
export function refAt(place: Place | undefined, { files }: Context): string | undefined {
  const ref = place && child(files.raw(place), '$ref');
  return typeof ref === 'string' ? ref : undefined;
}

/** The names in braces of an address or a URL. */
export function bracedNames(text: unknown): readonly string[] {
  return typeof text === 'string' ? [...text.matchAll(/\{(.+?)\}/g)].flatMap(([, name]) => name ?? []) : [];
}

/** Operations of 2.x: in channels, and in those of components when asked for. */
export function operationsV2(context: Context, all = false): readonly Member[] {
  const channels = [
    ...rootMembers(['channels'], context),
    ...(all ? rootMembers(['components', 'channels'], context) : []),
  ];
  return channels.flatMap(({ place }) =>
    ['subscribe', 'publish'].flatMap((key) => {
      const operation = context.tree.child(place, key);
      return operation === undefined ? [] : [{ key, place: operation }];
    }),
  );
}

/** Messages of an operation of 2.x: one, or those of its `oneOf`. */
export function messagesV2(operation: Place, context: Context): readonly Place[] {
  const message = context.tree.child(operation, 'message');
  if (message === undefined) return [];
  const alternatives = membersAt(message, ['oneOf'], context);
  return alternatives.length > 0 ? alternatives.map(({ place }) => place) : [message];
}

/** Every message that some channel or component has, each once. */
export function allMessages(context: Context): readonly Place[] {
  const places = [
    ...(context.major === 2
      ? operationsV2(context, true).flatMap(({ place }) => messagesV2(place, context))
      : [...rootMembers(['channels'], context), ...rootMembers(['components', 'channels'], context)].flatMap(
          ({ place }) => membersAt(place, ['messages'], context).map((member) => member.place),
        )),
    ...rootMembers(['components', 'messages'], context).map(({ place }) => place),
  ];
  const ends = new Map(places.map((place) => [JSON.stringify(endOf(place, context)), place]));
  // What a broken reference leads to is complained of already.
  return [...ends.values()].filter((place) => isRecord(valueAt(place, [], context)));
}

/** A message and its traits, each as written: what is merged of them stands nowhere. */
export function partsOf(message: Place, context: Context): readonly Readonly<Record<string, unknown>>[] {
  const traits = membersAt(message, ['traits'], context).map(({ place }) => place);
  return [message, ...traits].map((place) => valueAt(place, [], context)).filter(isRecord);
}
