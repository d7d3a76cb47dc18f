import { decodeEntry } from '../codec/codec.js';
import { splitDeadLetter, withoutReplayMark } from '../core/dead-letter.js';
import type { PayloadIssue } from '../errors.js';
import type { DeadEntry } from '../redis/dead-letters.js';
import type { EntryId, Headers, StreamKey } from '../types.js';

/** One entry of a dead-letter stream, without its payload. */
export interface DeadLetter {
  /** Of the dead letter; the entry that it was has another, `origin.id`. */
  readonly id: EntryId;
  /** When it became one, milliseconds since 1970. */
  readonly at: number;
  /** Bytes of the fields that the entry had when it was published. */
  readonly size: number;
  /** Where it came from and why it failed; `null`: another tool wrote it, and it can't be replayed. */
  readonly origin: Origin | null;
}

export interface Origin {
  readonly stream: StreamKey;
  readonly id: EntryId;
  readonly group: string;
  /** Handler starts; for poison, deliveries. */
  readonly attempts: number;
  /** Why it is here. This and the error's message are cut after 4,096 bytes. */
  readonly reason: string;
  /** What was thrown; a `code` of the runtime's where it has one. */
  readonly error: { readonly name: string | undefined; readonly message: string } | undefined;
}

/** Everything that is known of one dead letter. */
export interface DeadLetterDetail extends DeadLetter {
  readonly consumer: string | undefined;
  readonly errorStack: string | undefined;
  /** What is wrong with the payload, where that is the reason. */
  readonly issues: readonly PayloadIssue[];
  readonly headers: Headers;
  readonly payload: Payload;
}

export type Payload =
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  /** `bytes` is the frame, or what else the first field holds. */
  | { readonly kind: 'undecodable'; readonly bytes: Uint8Array; readonly why: string };

export function letterOf({ id, size, about }: DeadEntry): DeadLetter {
  return { id, at: Number(id.split('-', 1)[0]), size, origin: originOf(about) };
}

/** @param fields of the dead letter, names and values in turn */
export function detailOf(id: EntryId, fields: readonly Uint8Array[]): DeadLetterDetail {
  const split = splitDeadLetter(fields);
  const about = split?.about ?? new Map<string, string>();
  const own = withoutReplayMark(split?.own ?? fields);
  const size = own.reduce((sum, { length }) => sum + length, 0);
  return {
    ...letterOf({ id, size, about }),
    consumer: about.get('fs:consumer'),
    errorStack: about.get('fs:error-stack'),
    issues: issuesOf(about.get('fs:issues')),
    ...contentOf(own),
  };
}

function originOf(about: ReadonlyMap<string, string>): Origin | null {
  const [stream, id, group] = ['fs:stream', 'fs:id', 'fs:group'].map((name) => about.get(name));
  if (!stream || !id || !group) return null;
  const message = about.get('fs:error-message');
  return {
    stream,
    id,
    group,
    attempts: Number(about.get('fs:attempts') ?? 0),
    reason: about.get('fs:reason') ?? '',
    error: message === undefined ? undefined : { name: about.get('fs:error-name'), message },
  };
}

function contentOf(own: readonly Uint8Array[]): Pick<DeadLetterDetail, 'headers' | 'payload'> {
  try {
    const { headers, body } = decodeEntry(own);
    const payload: Payload =
      body instanceof Uint8Array ? { kind: 'bytes', bytes: body } : { kind: 'value', value: body };
    return { headers, payload };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { headers: {}, payload: { kind: 'undecodable', bytes: own[1] ?? new Uint8Array(), why } };
  }
}

/** Our own JSON, but from a stream that others can write to. */
function issuesOf(text: string | undefined): readonly PayloadIssue[] {
  if (text === undefined) return [];
  try {
    const list: unknown = JSON.parse(text);
    if (!Array.isArray(list)) return [];
    return list.map((issue) => ({ path: String(issue?.path ?? ''), message: String(issue?.message ?? '') }));
  } catch {
    return [];
  }
}
