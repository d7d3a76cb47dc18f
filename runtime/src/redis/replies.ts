/** Redis's replies as the ports want them. RESP2 and RESP3 look alike here: ioredis flattens maps. */
import type { Entry, EntryId, TakeOver } from '../types.js';
import type { Reply } from './connection.js';

export function list(reply: Reply | undefined): readonly Reply[] {
  return Array.isArray(reply) ? reply : [];
}

export function text(reply: Reply | undefined): string {
  return String(reply);
}

export function number(reply: Reply | undefined): number {
  return Number(reply);
}

/** XREADGROUP of one stream: `[[key, [[id, fields], …]]]`. Entries read by `>` have been delivered once. */
export function entriesOf(reply: Reply): Entry[] {
  const [stream] = list(reply);
  return list(list(stream)[1]).map((raw) => {
    const [id, fields] = list(raw);
    return { id: text(id), fields: bytes(fields), deliveries: 1 };
  });
}

/** XRANGE of one id: names and values in turn, or `null` when it isn't there. */
export function fieldsOf(reply: Reply): readonly Uint8Array[] | null {
  const [entry] = list(reply);
  return entry === undefined ? null : bytes(list(entry)[1]);
}

/** XPENDING with a range: `[[id, consumer, idle, deliveries], …]`. */
export function pendingOf(reply: Reply): { id: EntryId; deliveries: number }[] {
  return list(reply).map((raw) => {
    const [id, , , deliveries] = list(raw);
    return { id: text(id), deliveries: number(deliveries) };
  });
}

/** Result of the take-over script. */
export function takenOver(reply: Reply): TakeOver {
  const [cursor, entries, deleted] = list(reply);
  return {
    cursor: text(cursor),
    deleted: list(deleted).map(text),
    entries: list(entries).map((raw) => {
      const [id, deliveries, fields] = list(raw);
      return { id: text(id), deliveries: number(deliveries), fields: bytes(fields) };
    }),
  };
}

/** Names and values in turn, as a map. */
export function fieldMap(reply: Reply): Map<string, Reply> {
  const flat = list(reply);
  const map = new Map<string, Reply>();
  for (let i = 0; i + 1 < flat.length; i += 2) map.set(text(flat[i]), flat[i + 1] ?? null);
  return map;
}

function bytes(fields: Reply | undefined): readonly Uint8Array[] | null {
  return Array.isArray(fields) ? (fields as Buffer[]) : null;
}
