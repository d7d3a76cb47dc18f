import { decodeEntry } from '../../runtime/src/codec/codec.js';
import { deadLetterKey } from '../../runtime/src/core/dead-letter.js';
import type { EntryId, StreamKey } from '../../runtime/src/types.js';
import type { Publication } from './publisher-process.js';
import type { World } from './world.js';

/** A job that is no more in its stream. */
export interface Deleted {
  readonly n: number;
  readonly stream: StreamKey;
}

/** Says at the end whether the promise was kept: nothing lost, nothing twice in the stream, nothing open. */
export function judge(
  world: World,
  publications: readonly Publication[],
  deleted: ReadonlyMap<EntryId, Deleted>,
): void {
  judgeEntries(world);
  judgePublications(world, publications, deleted);
  judgeDeadLetters(world);
}

/** At any moment: what has been read is pending, or was handled or given up. What has not been read is in the stream. */
export function judgeSoFar(world: World): void {
  // A group that was destroyed takes its list along, and everything is read again.
  if (world.generation > 0) return;
  const pending = world.pending();
  for (const [id, { read, succeeded, deadLettered, dropped, deleted }] of world.entries) {
    if (!read || pending.has(id) || succeeded || deadLettered > 0 || dropped || deleted) continue;
    world.violated('nothing is lost', `nobody has ${id} any more, and nobody handled it`);
  }
}

/** Every entry was handled, or is a dead letter, or was deleted and reported. */
function judgeEntries(world: World): void {
  for (const { id } of world.stored()) {
    const { succeeded, deadLettered, dropped } = world.entry(id);
    if (!succeeded && deadLettered === 0 && !dropped)
      world.violated('nothing is lost', `nobody handled ${id}`);
  }
  for (const [id, record] of world.entries) {
    if (!record.deleted) continue;
    const { succeeded, deadLettered, dropped, reportedLost, removedBy } = record;
    // Who took it off the list and died can't tell any more; who had given it back meanwhile does not listen.
    const overtaken = [...world.members.values()].some((member) => member.overtaken.has(id));
    const told = reportedLost || removedBy?.alive === false || overtaken;
    if (!succeeded && deadLettered === 0 && !dropped && !told) {
      world.violated('losses are reported', `${id} was deleted, and nobody said so`);
    }
  }
}

/** What was published stands in the stream once, in its publisher's order; what was refused, at most once. */
function judgePublications(
  world: World,
  publications: readonly Publication[],
  deleted: ReadonlyMap<EntryId, Deleted>,
): void {
  const written = new Map<number, EntryId[]>();
  const streams = new Map<EntryId, StreamKey>();
  const add = (n: number, id: EntryId) => written.set(n, [...(written.get(n) ?? []), id]);
  for (const [id, { n, stream }] of deleted) {
    streams.set(id, stream);
    add(n, id);
  }
  for (const { id, fields, stream } of world.stored()) {
    const n = numberOf(fields);
    streams.set(id, stream);
    if (n !== undefined) add(n, id);
  }
  const last = new Map<string, EntryId>();
  for (const { n, publisher, state, entryId } of publications) {
    const ids = written.get(n) ?? [];
    const times = `${n} (${state}) is in the stream ${ids.length} times`;
    if (
      ids.length > 1 ||
      (state === 'written' && ids.length !== 1) ||
      (state === 'unsent' && ids.length > 0)
    ) {
      world.violated('published once', times);
    }
    const [id] = ids;
    if (id === undefined) continue;
    if (state === 'written' && id !== entryId)
      world.violated('published once', `${n} is ${id}, not ${entryId}`);
    const line = `${publisher} ${streams.get(id)}`;
    if (before(id, last.get(line) ?? '0-0')) world.violated('published in order', `${n} is ${id}`);
    last.set(line, id);
  }
}

/** Each stands there once, with its reason. */
function judgeDeadLetters(world: World): void {
  const { deadLetter } = world.plan.policy.retry ?? {};
  if (deadLetter === false) return;
  const seen = new Map<string, number>();
  const targets = deadLetter === undefined ? world.streams.map(deadLetterKey) : [deadLetter];
  for (const { fields } of targets.flatMap((target) => world.memory.entries(target))) {
    const texts = fields.map((field) => Buffer.from(field).toString('latin1'));
    const id = texts[texts.indexOf('fs:id') + 1] ?? '';
    seen.set(id, (seen.get(id) ?? 0) + 1);
    const reason = texts[texts.indexOf('fs:reason') + 1];
    if (!texts.includes('fs:reason') || reason === '')
      world.violated('one dead letter each', `${id} has no reason`);
  }
  for (const [id, times] of seen) {
    if (times > world.generation + 1) world.violated('one dead letter each', `${id}: ${times}`);
  }
}

/** The message's number, if it is a job. */
export function numberOf(fields: readonly Uint8Array[]): number | undefined {
  try {
    const { n } = decodeEntry(fields).body as { n?: unknown };
    return typeof n === 'number' ? n : undefined;
  } catch {
    return undefined;
  }
}

function before(id: EntryId, other: EntryId): boolean {
  const [ms = 0, sequence = 0] = id.split('-').map(Number);
  const [otherMs = 0, otherSequence = 0] = other.split('-').map(Number);
  return ms < otherMs || (ms === otherMs && sequence < otherSequence);
}
