import type { FsExtensions, RedisBinding } from '../types.js';
import { type Fields, fieldsOf, texts } from './fields.js';

/** `bindings.redis`, when there is one. */
export function redisBinding(fields: Fields): { readonly redis?: RedisBinding } {
  const redis = fieldsOf(fields.bindings).redis;
  if (redis === undefined) return {};
  return { redis: texts(fieldsOf(redis), ['channel', 'method', 'groupName', 'consumerName']) };
}

/** The `x-fs-*` members; they have been validated. */
export function fsExtensions(fields: Fields): FsExtensions {
  const found = Object.entries(fields).filter(([key]) => key.startsWith('x-fs-'));
  return Object.fromEntries(found.map(([key, value]) => [key, fieldsOf(value)]));
}
