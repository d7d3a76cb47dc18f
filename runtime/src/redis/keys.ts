import type { StreamKey } from '../types.js';

/**
 * A key of ours that belongs to a stream: `{chat.queries}:fs:producer:…`. The braces put it into the stream's Cluster
 * slot, so that one script may touch both; a stream with a hash tag of its own keeps that.
 */
export function besides(stream: StreamKey, name: string): string {
  return `${/\{[^}]+\}/.test(stream) ? stream : `{${stream}}`}:fs:${name}`;
}
