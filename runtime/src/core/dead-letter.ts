import type { StreamKey } from '../types.js';

/**
 * The dead-letter stream of a stream: `{chat.queries}.dead`. The braces put it into the same Redis Cluster
 * slot, so that writing it and acknowledging is one step; a key with a hash tag of its own keeps that.
 */
export function deadLetterKey(stream: StreamKey): StreamKey {
  return /\{[^}]+\}/.test(stream) ? `${stream}.dead` : `{${stream}}.dead`;
}

/**
 * Last field of an entry that was replayed: the group whose dead letter it was. The other groups of the stream have
 * handled it already, and acknowledge it unseen.
 */
export const FOR_GROUP = 'fs:for-group';

/** First of the fields that say what became of a dead letter; what stands before it is the entry's own. */
const FIRST_OF_OURS = 'fs:stream';

/** The group that a replayed entry is for; `undefined` for every other entry. */
export function replayedFor(fields: readonly Uint8Array[]): string | undefined {
  // Nearly every entry has one field, its frame.
  if (fields.length < 4 || !isNamed(fields, fields.length - 2, FOR_GROUP)) return undefined;
  return text(fields[fields.length - 1]);
}

/** The fields without the mark of a replay: those that the publisher wrote. */
export function withoutReplayMark(fields: readonly Uint8Array[]): readonly Uint8Array[] {
  let end = fields.length;
  while (end >= 4 && isNamed(fields, end - 2, FOR_GROUP)) end -= 2;
  return end === fields.length ? fields : fields.slice(0, end);
}

/**
 * A dead letter's fields: the entry's own, as they came, and what became of it. `undefined`: nobody has dead-lettered
 * this entry, some other tool wrote it.
 */
export function splitDeadLetter(
  fields: readonly Uint8Array[],
): { readonly own: readonly Uint8Array[]; readonly about: ReadonlyMap<string, string> } | undefined {
  let start = fields.length - 2;
  // The last one: the entry itself may have a field of that name.
  while (start >= 0 && !isNamed(fields, start, FIRST_OF_OURS)) start -= 2;
  if (start < 0) return undefined;
  const about = new Map<string, string>();
  for (let i = start; i + 1 < fields.length; i += 2) about.set(text(fields[i]), text(fields[i + 1]));
  return { own: fields.slice(0, start), about };
}

function isNamed(fields: readonly Uint8Array[], at: number, name: string): boolean {
  const field = fields[at];
  return field !== undefined && field.length === name.length && text(field) === name;
}

const UTF8 = new TextDecoder('utf-8', { ignoreBOM: true });

function text(bytes: Uint8Array | undefined): string {
  return bytes === undefined ? '' : UTF8.decode(bytes);
}
