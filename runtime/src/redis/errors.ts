import { FsError, type FsErrorCode } from '../errors.js';
import type { Address } from './connection.js';

/** Replies after which the same command may be tried again: the server or its role is changing. */
const BUSY = /^(LOADING|READONLY|CLUSTERDOWN|TRYAGAIN|MASTERDOWN|BUSY|NOREPLICAS)\b/;
/** What a master that is none any more says to who waits for its replicas. */
const DEMOTED = /^(UNBLOCKED\b|ERR WAIT(AOF)? cannot be used with replica)/;
/** A node of a Cluster has not run the command: another one holds the key, or is about to. */
const ELSEWHERE = /^(MOVED|ASK) (\d+) (.*):(\d+)$/;
const FULL = /^OOM\b/;
/** The first line of a script says how it may run; servers before Redis 7 take it for a mistake. */
const TOO_OLD = /compiling script .*near '#'/;
const AUTH = /^(NOAUTH|WRONGPASS|NOPERM)\b|invalid password|invalid username-password/i;

/** Whether the reply came from the server, so that the connection itself is in order. */
export function isReply(error: unknown): error is Error {
  return error instanceof Error && error.name === 'ReplyError';
}

/** The consumer group (or its stream) isn't there any more. */
export function isGroupGone(error: unknown): boolean {
  return error instanceof Error && /^NOGROUP\b|UNBLOCKED.*(key|group)|no longer exists/i.test(error.message);
}

export function isStreamGone(error: unknown): boolean {
  return isReply(error) && error.message.includes('no such key');
}

/** Where a Cluster wants a command to be sent instead. */
export interface Redirect {
  /** `moved`: from now on; `ask`: this time, behind ASKING. */
  readonly kind: 'moved' | 'ask';
  readonly slot: number;
  readonly address: Address;
}

/** @param from who said so: a node that doesn't know its own name means its own host */
export function redirectOf(error: unknown, from: Address): Redirect | undefined {
  const [, kind, slot, host, port] = (isReply(error) && ELSEWHERE.exec(error.message)) || [];
  if (kind === undefined) return undefined;
  const address = { host: host || from.host, port: Number(port) };
  return { kind: kind === 'ASK' ? 'ask' : 'moved', slot: Number(slot), address };
}

/** Some keys of a slot have moved and some have not: the command was not run. */
export function isTryAgain(error: unknown): boolean {
  return isReply(error) && error.message.startsWith('TRYAGAIN');
}

/** A server says that it is not, or no longer, the one to ask. */
export function isRoleChange(error: Error): boolean {
  return /^(CLUSTERDOWN|READONLY|MASTERDOWN)\b/.test(error.message) || DEMOTED.test(error.message);
}

/** As ioredis says it: what was sent may have been run or not. */
export function connectionClosed(): Error {
  return new Error('Connection is closed.');
}

/**
 * An `FsError` for whatever ioredis rejected with. `lastError` is what the connection itself reported last,
 * because ioredis answers pending commands with nothing more than "Connection is closed".
 */
export function toFsError(error: unknown, location: string, lastError?: Error): FsError {
  if (error instanceof FsError) return error;
  // The cause would add a stack of ioredis's and nothing that the message doesn't say.
  if (isReply(error)) {
    const hint = ELSEWHERE.test(error.message) && {
      hint: 'It is a node of a Cluster: connect with `cluster`.',
    };
    return new FsError(codeOf(error.message), `Redis at ${location} answered: ${error.message}`, hint || {});
  }
  if (lastError !== undefined && AUTH.test(lastError.message)) {
    return new FsError('FS_BROKER_AUTH', `Redis at ${location} answered: ${lastError.message}`);
  }
  const why = lastError?.message ?? (error instanceof Error ? error.message : String(error));
  return new FsError('FS_BROKER_UNREACHABLE', `Redis at ${location} can't be reached: ${plain(why)}`);
}

function codeOf(reply: string): FsErrorCode {
  if (AUTH.test(reply)) return 'FS_BROKER_AUTH';
  if (BUSY.test(reply) || DEMOTED.test(reply)) return 'FS_BROKER_BUSY';
  if (reply.startsWith('SHARDS ')) return 'FS_SHARDS_CHANGED';
  if (TOO_OLD.test(reply)) return 'FS_BROKER_TOO_OLD';
  return FULL.test(reply) ? 'FS_BROKER_FULL' : 'FS_BROKER_COMMAND';
}

function plain(message: string): string {
  if (message.includes('ECONNREFUSED')) return 'the connection was refused';
  if (message.includes('ENOTFOUND') || message.includes('EAI_AGAIN')) return 'the host name is not known';
  if (/ETIMEDOUT|timed? ?out/i.test(message)) return 'no answer in time';
  return message;
}
