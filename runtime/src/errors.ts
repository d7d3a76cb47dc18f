/**
 * Every error that the runtime makes on purpose. The code is for programs, the message says what
 * happened, and the hint says what to do about it.
 */
const HINTS = {
  FS_BROKER_UNREACHABLE:
    'Is Redis running there, and is the URL right? Set REDIS_URL, or pass `redis: "redis://host:port"`.',
  FS_BROKER_URL:
    'Write it as redis://user:password@host:port/db, or redis+cluster://user:password@host:port,host:port; in user and password, characters such as / @ : # stand percent-encoded.',
  FS_BROKER_AUTH: 'Check the user name and password in the URL, and what the ACL lets that user do.',
  FS_BROKER_COMMAND: 'Redis refused the command; the message is its own.',
  FS_BROKER_BUSY:
    'The server is starting, failing over, or has lost its master; this passes. If it does not, look at the server.',
  FS_BROKER_FULL:
    'Redis is at its maxmemory. Consumers go on and free memory; publish again later, or raise maxmemory.',
  FS_BROKER_TOO_OLD:
    'Use Redis 7.0.5 or later, or Valkey 8: scripts of older servers are refused when memory is full.',
  FS_BROKER_CLOSED: 'The client or worker was closed before this call.',
  FS_PUBLISH_UNCERTAIN:
    'The connection broke before Redis answered, and did not come back in time: the message may or may not be in the stream. Publish it again if handling it twice does no harm.',
  FS_PUBLISH_UNCONFIRMED:
    'The message is in the stream, and would be lost if the master died now. Look at the replicas, or ask for fewer of them.',
  FS_CONFIRM_UNSUPPORTED: 'Leave `onDisk` out, or use Redis 7.2 or later, or Valkey 8.',
  FS_BACKLOG_FULL:
    'Publish again later, or wait for room with `whenFull: "wait"`; raise x-fs-stream.maxBacklog or add workers if it lasts.',
  FS_PUBLISH_INVALID: 'The payload does not match the contract; see `issues` for each field.',
  FS_PUBLISH_PARAMETER: 'Give a value for every parameter of the channel address.',
  FS_PUBLISH_TOO_LARGE:
    'Put large data elsewhere and publish where it is; or raise `maxMessageBytes` here and in the workers alike.',
  FS_HEADER_INVALID: 'Header names and values are strings of at most 65,535 bytes of UTF-8.',
  FS_HANDLER_MISSING: 'Pass one handler for each operation that the contract receives.',
  FS_HANDLER_TIMEOUT:
    'Pass `context.signal` on to what the handler waits for, or raise x-fs-timeout.handler.',
  FS_ATTEMPTS_EXHAUSTED:
    'Look for what the message does to the process (memory, exit, native crash) before it is replayed.',
  FS_LEASE_LOST: 'Another process took the message over, because this one showed no life for a whole lease.',
  FS_NOT_OWNER:
    'Another process has become the owner of the stream; this one waits until it is its turn again.',
  FS_SHARDS_CHANGED:
    'The channel has been spread over more streams; the message is published again to its new one.',
  FS_KEY_MISSING:
    'Put the key into the message, or set x-fs-concurrency.missingKey to `shared`: then messages without one share a lane.',
  FS_STOPPING: 'The worker was stopping and the grace period was over.',
  FS_POLICY_INVALID: 'Correct the x-fs-* extension in the contract, or the `policy` option.',
  FS_POLICY_UNSUPPORTED: 'Take the field out of the contract, or use a runtime that has it.',
  FS_PLAN_INVALID: 'Correct what the message names; the types of `SimulationOptions` say what may be there.',
  FS_TRANSPORT_UNSUPPORTED:
    'This runtime works Redis streams; leave the channel out, or bind it to a stream.',
  FS_THREADS_UNAVAILABLE: 'Install it beside the runtime: `npm install piscina`.',
  FS_THREAD_ENDED:
    'Look for what ends it: process.exit(), an error that nobody catches, memory (`resourceLimits`), native code.',
  FS_FRAME_INVALID: 'The bytes in the stream are not a frame that the runtime knows.',
  FS_MESSAGE_TOO_LARGE: 'Raise `maxMessageBytes` of the worker if messages of this size are meant to be.',
  FS_MESSAGE_INVALID: 'The payload in the stream does not match the contract; see `issues` for each field.',
} as const;

export type FsErrorCode = keyof typeof HINTS;

/** All codes with their hints, for documentation and tests. */
export const errorHints: Readonly<Record<FsErrorCode, string>> = HINTS;

/** One thing that is wrong with a payload. */
export interface PayloadIssue {
  /** Where in the payload, e.g. `user.address[0].zip`; empty for the payload itself. */
  readonly path: string;
  readonly message: string;
}

export interface FsErrorDetails {
  readonly cause?: unknown;
  /** The channel concerned, where there is one. */
  readonly channel?: string;
  readonly issues?: readonly PayloadIssue[];
  /** How many messages there is room for, where the backlog has a bound. */
  readonly room?: number;
  /** Replaces the code's own hint where the place knows better. */
  readonly hint?: string;
}

export class FsError extends Error {
  static {
    // On the prototype, so that it doesn't show among the properties of every error that Node prints.
    FsError.prototype.name = 'FsError';
  }
  readonly code: FsErrorCode;
  readonly hint: string;
  declare readonly channel?: string;
  declare readonly issues?: readonly PayloadIssue[];
  declare readonly room?: number;

  constructor(code: FsErrorCode, message: string, details: FsErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.hint = details.hint ?? HINTS[code];
    if (details.channel !== undefined) this.channel = details.channel;
    if (details.issues !== undefined) this.issues = details.issues;
    if (details.room !== undefined) this.room = details.room;
    this.stack = readableStack(this);
  }
}

/** In stack frames it stands as a path or inside a file URL. */
const OWN_FOLDER = new URL('.', import.meta.url).pathname;

/**
 * What Node prints when nobody catches the error: what is wrong, what to do about it, and where in the
 * caller's code. The runtime's own frames and Node's would only hide that.
 */
function readableStack(error: FsError): string {
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  const callers = frames.filter((line) => !line.includes(OWN_FOLDER) && !line.includes('node:internal/'));
  const issues = (error.issues ?? []).map(({ path, message }) => `  ${path || 'the payload'}: ${message}`);
  return [`${error.code}: ${error.message}`, ...issues, `  hint: ${error.hint}`, ...callers].join('\n');
}

export function isFsError(value: unknown, code?: FsErrorCode): value is FsError {
  return value instanceof FsError && (code === undefined || value.code === code);
}

/** A batch that the bound on a stream's backlog leaves no room for. */
export function backlogFull(stream: string, maxBacklog: number | undefined, room: number): FsError {
  const left = Math.max(0, room);
  const message = `${stream} may have ${maxBacklog} unsettled messages, and has room for ${left === 0 ? 'none' : left} now`;
  return new FsError('FS_BACKLOG_FULL', message, { room: left });
}
