import type { StreamKey } from '../types.js';

/**
 * A key of ours that belongs to a stream: `{chat.queries}:fs:producer:…`. The braces put it into the stream's Cluster
 * slot, so that one script may touch both; a stream with a hash tag of its own keeps that.
 */
export function besides(stream: StreamKey, name: string): string {
  return `${/\{[^}]+\}/.test(stream) ? stream : `{${stream}}`}:fs:${name}`;
}

/** The part of a key that decides about its slot: two keys with the same one may be touched by one script. */
export function hashTag(key: StreamKey): string {
  const open = key.indexOf('{');
  const close = key.indexOf('}', open + 1);
  return open >= 0 && close > open + 1 ? key.slice(open + 1, close) : key;
}

/** The Cluster's slot of a key: CRC16 (XMODEM) of its hash tag, modulo 16,384. */
export function slotOf(key: StreamKey): number {
  let crc = 0;
  for (const byte of Buffer.from(hashTag(key))) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit++) crc = ((crc << 1) ^ (crc & 0x8000 ? 0x1021 : 0)) & 0xffff;
  }
  return crc % 16_384;
}

/** Commands without a key. */
const KEYLESS = new Set(['CLIENT', 'CLUSTER', 'COMMAND', 'INFO', 'PING', 'TIME', 'WAIT', 'WAITAOF']);
/** Commands whose first argument says what is to be done. */
const CONTAINERS = new Set(['XINFO', 'XGROUP']);
/** Commands with options before their keys. */
const READS = new Set(['XREAD', 'XREADGROUP']);

/** The first key of a command; `undefined`: it has none, and any server can answer it. */
export function keyOf(command: string, args: readonly unknown[]): StreamKey | undefined {
  const name = command.toUpperCase();
  if (KEYLESS.has(name)) return undefined;
  // A group may be called anything.
  if (READS.has(name)) return String(args[args.indexOf('STREAMS', name === 'XREADGROUP' ? 3 : 0) + 1]);
  return String(args[CONTAINERS.has(name) ? 1 : 0]);
}
