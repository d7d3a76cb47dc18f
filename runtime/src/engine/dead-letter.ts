import { FsError } from '../errors.js';
import type { EntryId, StreamKey } from '../types.js';

/** Why and where an entry failed for good. */
export interface DeadLetterInfo {
  readonly stream: StreamKey;
  readonly id: EntryId;
  readonly group: string;
  readonly consumer: string;
  readonly attempts: number;
  readonly reason: string;
  /** ISO 8601. */
  readonly failedAt: string;
  readonly error?: unknown;
}

const STACK_LINES = 6;

/**
 * The fields of a dead letter: the entry's own, untouched, then what became of it. The prefix keeps them
 * apart from the fields of an entry that another tool wrote.
 */
export function deadLetterFields(original: readonly Uint8Array[], info: DeadLetterInfo): Uint8Array[] {
  const about: Record<string, string> = {
    'fs:stream': info.stream,
    'fs:id': info.id,
    'fs:group': info.group,
    'fs:consumer': info.consumer,
    'fs:attempts': String(info.attempts),
    'fs:reason': info.reason,
    'fs:failed-at': info.failedAt,
    ...describeError(info.error),
  };
  const fields = [...original];
  for (const [name, value] of Object.entries(about)) fields.push(Buffer.from(name), Buffer.from(value));
  return fields;
}

function describeError(error: unknown): Record<string, string> {
  if (error === undefined) return {};
  if (!(error instanceof Error)) return { 'fs:error-message': text(error) };
  const issues = error instanceof FsError ? error.issues : undefined;
  return {
    'fs:error-name': error instanceof FsError ? error.code : error.name,
    'fs:error-message': String(error.message),
    'fs:error-stack': String(error.stack ?? '')
      .split('\n')
      .slice(0, STACK_LINES)
      .join('\n'),
    ...(issues && { 'fs:issues': JSON.stringify(issues) }),
  };
}

/** Anything can be thrown, even what has no text. */
function text(value: unknown): string {
  try {
    return typeof value === 'object' ? JSON.stringify(value) : String(value);
  } catch {
    return typeof value;
  }
}
