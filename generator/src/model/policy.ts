import { parseDuration } from '../document/duration.js';
import type { FsExtensions, LoadedChannel, LoadedDocument, LoadedOperation } from '../document/types.js';
import { kebabCase } from './naming/words.js';
import type { PolicyModel } from './types.js';

type Fields = Readonly<Record<string, unknown>>;
type Section = keyof PolicyModel;

/** In the order in which they are shown. */
const SECTIONS: readonly Section[] = ['concurrency', 'batch', 'retry', 'timeout', 'stream'];

/** Fields that hold a duration; inside `rateLimit`, `per` is one. */
const DURATIONS: ReadonlySet<string> = new Set([
  'batch.maxWait',
  'retry.delay',
  'retry.maxDelay',
  'retry.deadLetterTrim',
  'timeout.handler',
  'timeout.lease',
  'stream.trim',
  'rateLimit.per',
]);

/** The vocabulary's own order, in which fields are shown. */
const FIELDS: readonly string[] = (
  'maxWorkers prefetch orderBy missingKey adaptive rateLimit maxSize maxWait maxAttempts backoff delay maxDelay jitter ' +
  'deadLetter deadLetterTrim handler lease group startFrom shards trim maxBacklog format min max groupMax per scope'
).split(' ');

/** What matters to those who only publish. */
const PUBLISHING: Partial<Record<Section, readonly string[]>> = {
  concurrency: ['orderBy', 'missingKey'],
  stream: ['format', 'shards', 'trim', 'maxBacklog'],
};

/** The policy by which an operation is worked: document, channel, operation, the later one wins field by field. */
export function operationPolicy(
  document: LoadedDocument,
  channel: LoadedChannel,
  operation: Pick<LoadedOperation, 'extensions' | 'redis'>,
): PolicyModel {
  const merged = merge([document.extensions, channel.extensions, operation.extensions]);
  const group =
    merged.stream?.group ??
    operation.redis?.groupName ??
    channel.redis?.groupName ??
    (kebabCase(document.title) || 'fs-gen');
  const { stream, ...others } = merged;
  return { ...others, stream: { group, ...stream } };
}

/** What publishers to a channel go by. */
export function channelPolicy(document: LoadedDocument, channel: LoadedChannel): PolicyModel {
  const merged = merge([document.extensions, channel.extensions]);
  return bySection((section) => {
    const fields = Object.entries(merged[section] ?? {});
    return Object.fromEntries(fields.filter(([field]) => PUBLISHING[section]?.includes(field)));
  });
}

function merge(levels: readonly FsExtensions[]): PolicyModel {
  return bySection((section) => {
    const fields: Fields = Object.assign({}, ...levels.map((extensions) => extensions[`x-fs-${section}`]));
    return inMilliseconds(section, fields);
  });
}

/** Only sections that say something. */
function bySection(fieldsOf: (section: Section) => Fields): PolicyModel {
  const sections = SECTIONS.map((section) => [section, fieldsOf(section)] as const);
  return Object.fromEntries(sections.filter(([, fields]) => Object.keys(fields).length > 0));
}

function inMilliseconds(section: string, fields: Fields): Fields {
  return Object.fromEntries(
    Object.entries(fields)
      .sort(([a], [b]) => FIELDS.indexOf(a) - FIELDS.indexOf(b))
      .map(([field, value]) => [field, fieldValue(section, field, value)]),
  );
}

function fieldValue(section: string, field: string, value: unknown): unknown {
  if (typeof value === 'object' && value !== null) return inMilliseconds(field, value as Fields);
  // `never` stays what it is.
  return DURATIONS.has(`${section}.${field}`) ? (parseDuration(value) ?? value) : value;
}
