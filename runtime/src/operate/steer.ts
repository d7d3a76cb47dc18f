import { FsError } from '../errors.js';
import type { Broker, GroupView, Steering, StreamKey } from '../types.js';

/** A channel, in one consumer group: `worker.status()` shows both. */
export interface GroupOfChannel {
  /** Key of the channel's own stream; of its first shard, where there are several. */
  readonly stream: StreamKey;
  readonly group: string;
}

/** Nobody of this name ever works a channel: it is not shown among the members. */
const OPERATOR = 'operator';

/**
 * Tells every process of a group how to work a channel, from its next meeting on, which is about a second away: `paused`,
 * nothing new is started; `limit`, so many handlers at once in each process, `null` for the contract's own. What is left
 * out stays. It holds until it is changed again, whoever restarts, and for processes that come later.
 *
 * Nothing says whether the names are right: where nobody works the channel, nobody hears it. See `groupView`.
 *
 * @param broker `connect(…)`, or the one that workers share with `memory()`; it stays open
 * @returns what holds now
 * @throws FsError `FS_POLICY_INVALID`, `FS_BROKER_UNREACHABLE`, `FS_BROKER_AUTH`, `FS_BROKER_COMMAND`, `FS_BROKER_CLOSED`
 */
export async function steer(
  broker: Broker,
  where: GroupOfChannel,
  change: Partial<Steering>,
): Promise<Steering> {
  check(change);
  const source = sourceOf(where);
  await broker.start();
  return broker.coordinate(source).steer(change);
}

/**
 * Who works a channel in a group, how many shards it has, and what has been ordered. Changes nothing.
 *
 * @throws FsError `FS_POLICY_INVALID`, `FS_BROKER_UNREACHABLE`, `FS_BROKER_AUTH`, `FS_BROKER_COMMAND`, `FS_BROKER_CLOSED`
 */
export async function groupView(broker: Broker, where: GroupOfChannel): Promise<GroupView> {
  const source = sourceOf(where);
  await broker.start();
  return broker.coordinate(source).look();
}

function sourceOf({ stream, group }: GroupOfChannel) {
  if (!stream || !group) {
    fail('A stream and a group have to be named');
  }
  return { stream, group, member: OPERATOR };
}

/** Programs without types may give anything. */
function check(change: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(change)) {
    if (value === undefined) continue;
    if (name === 'paused') {
      if (typeof value !== 'boolean') fail(`paused is ${shown(value)}, and must be true or false`);
    } else if (name === 'limit') {
      const whole = typeof value === 'number' && Number.isSafeInteger(value) && value >= 1;
      if (value !== null && !whole) {
        fail(`The limit is ${shown(value)}, and must be a whole number from 1, or null`);
      }
    } else {
      fail(`A group can be paused, or given a limit; there is no ${name}`);
    }
  }
}

function shown(value: unknown): string {
  return typeof value === 'string' ? `'${value}'` : String(value);
}

function fail(message: string): never {
  throw new FsError('FS_POLICY_INVALID', message, {
    hint: 'steer(broker, { stream, group }, { paused: true, limit: 5 }); either may be left out.',
  });
}
