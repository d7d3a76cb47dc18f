import type { StreamKey } from '../types.js';

/**
 * The dead-letter stream of a stream: `{chat.queries}.dead`. The braces put it into the same Redis Cluster
 * slot, so that writing it and acknowledging is one step; a key with a hash tag of its own keeps that.
 */
export function deadLetterKey(stream: StreamKey): StreamKey {
  return /\{[^}]+\}/.test(stream) ? `${stream}.dead` : `{${stream}}.dead`;
}
