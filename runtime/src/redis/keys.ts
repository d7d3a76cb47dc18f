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
