import type { Place } from './places.js';
import { operationOf, shardOf } from './places.js';
import type { DeadLetter, DeadLetterDetail, Payload } from './runtime.js';

/** A dead letter as `--json` prints it. */
export function letterJson(letter: DeadLetter, place: Place): object {
  const { id, at, size, origin } = letter;
  return {
    id,
    at: Number.isNaN(new Date(at).getTime()) ? null : new Date(at).toISOString(),
    deadLetterStream: place.dead,
    channels: place.channels,
    size,
    operation: origin === null ? null : operationOf(place, origin),
    shard: shardOf(place, origin) ?? null,
    origin,
  };
}

export function detailJson(letter: DeadLetterDetail, place: Place): object {
  const { consumer, errorStack, issues, headers, payload } = letter;
  return {
    ...letterJson(letter, place),
    consumer: consumer ?? null,
    errorStack: errorStack ?? null,
    issues,
    headers,
    ...payloadJson(payload),
  };
}

function payloadJson(payload: Payload): object {
  switch (payload.kind) {
    case 'value':
      return { payload: payload.value };
    case 'bytes':
      return { payloadBase64: Buffer.from(payload.bytes).toString('base64') };
    case 'undecodable':
      return { undecodable: payload.why, entryBase64: Buffer.from(payload.bytes).toString('base64') };
    default:
      return payload satisfies never;
  }
}

export function json(value: object): string {
  return JSON.stringify(value, null, 2);
}
