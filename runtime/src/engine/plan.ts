import type { ChannelDescriptor, Contract, OperationDescriptor } from '../contract.js';
import { mergePolicy, type Policy, type PolicyOverride, resolvePolicy } from '../core/policy.js';
import { FsError } from '../errors.js';
import type { AnyContext, Handler } from '../types.js';
import { type AddressOptions, placeOf } from './address.js';
import { unsupportedTransport } from './publisher.js';
import type { Route, Subscription } from './route.js';

/** One handler, or one for each message of the channel. */
export type AnyHandler = Handler<never, never> | Readonly<Record<string, Handler<never, never>>>;

export interface PlanOptions {
  readonly handlers: Readonly<Record<string, AnyHandler | undefined>>;
  readonly policy?: Readonly<Record<string, PolicyOverride | undefined>>;
  /** For operations on a channel whose address has parameters: one subscriber for each set. */
  readonly parameters?: Readonly<Record<string, readonly Readonly<Record<string, string>>[] | undefined>>;
  /** For operations on a channel without an address in the contract. */
  readonly addresses?: Readonly<Record<string, readonly string[] | undefined>>;
}

/**
 * Which streams a worker subscribes to, and who handles what comes. Everything that can be wrong with a
 * contract, its handlers and the options shows here, before anything is read.
 *
 * @throws FsError `FS_HANDLER_MISSING`, `FS_TRANSPORT_UNSUPPORTED`, `FS_POLICY_INVALID`, `FS_POLICY_UNSUPPORTED`,
 * `FS_PUBLISH_PARAMETER`
 */
export function planSubscriptions(contract: Contract, options: PlanOptions): Subscription[] {
  const operations = Object.values(contract.operations);
  refuseMissing(operations, options);
  refuseStrayPolicies(operations, options);
  const planned = new Map<string, Subscription>();
  for (const operation of operations) {
    for (const subscription of subscriptionsOf(operation, options)) {
      const key = JSON.stringify([subscription.stream, subscription.policy.group]);
      const other = planned.get(key);
      planned.set(key, other === undefined ? subscription : merged(other, subscription));
    }
  }
  return [...planned.values()];
}

function subscriptionsOf(operation: OperationDescriptor, options: PlanOptions): Subscription[] {
  const { channel, name } = operation;
  if (channel.transport !== 'stream') throw unsupportedTransport(channel);
  const policy = resolvePolicy(mergePolicy(operation.policy, options.policy?.[name]), `Operation ${name}`);
  refuseOtherKey(operation, policy);
  const routes = routesOf(operation, options.handlers[name]);
  return placesOf(operation, options).map((place) => ({
    name,
    channel,
    ...placeOf(channel, place),
    policy,
    ...dispatch(channel, routes),
  }));
}

/**
 * Publishers choose the shard by the key that the channel names. How many shards there are they learn, but not by which
 * other key an operation is ordered.
 */
function refuseOtherKey({ channel, name }: OperationDescriptor, policy: Policy): void {
  const published = resolvePolicy(channel.policy, `Channel ${channel.name}`);
  const shards = Math.max(policy.shards, published.shards);
  if (shards === 1 || policy.orderBy === undefined || policy.orderBy === published.orderBy) return;
  const where = `Operation ${name} and channel ${channel.name}`;
  const message = `${where} have ${shards} shards and a different x-fs-concurrency.orderBy`;
  throw new FsError('FS_POLICY_INVALID', message, { hint: 'Set it on the channel, not on the operation.' });
}

/** Who takes which message of the channel, and what an entry may be at all. */
function dispatch(
  channel: ChannelDescriptor,
  routes: readonly Route[],
): Pick<Subscription, 'routes' | 'messages'> {
  const received = routes.flatMap(({ message }) => message ?? []);
  return { routes, messages: [...new Set([...received, ...Object.values(channel.messages)])] };
}

function placesOf({ channel, name }: OperationDescriptor, options: PlanOptions): readonly AddressOptions[] {
  const sets = options.parameters?.[name]?.map((parameters) => ({ parameters }));
  const addresses = options.addresses?.[name]?.map((address) => ({ address }));
  if (channel.parameters.length > 0 && channel.address !== null) return sets ?? [{}];
  if (channel.address === null) return addresses ?? [{}];
  return [{}];
}

function routesOf(operation: OperationDescriptor, handler: AnyHandler | undefined): Route[] {
  const messages = operation.messages.map((name) => operation.channel.messages[name]);
  // The compiler has matched handlers and messages; here only their names are left.
  const single = (messages.length === 0 ? [undefined] : messages).map((message) => {
    const own = typeof handler === 'function' ? handler : message && handler?.[message.name];
    return { operation, message, handler: own as Handler<unknown, AnyContext> };
  });
  return single;
}

function refuseMissing(operations: readonly OperationDescriptor[], { handlers }: PlanOptions): void {
  const missing = operations.flatMap(({ name, messages }) => {
    const handler = handlers[name];
    if (typeof handler === 'function') return [];
    if (handler === undefined || handler === null || messages.length < 2) return [name];
    return messages.filter((message) => typeof handler[message] !== 'function').map((m) => `${name}.${m}`);
  });
  if (missing.length === 0) return;
  const known = new Set(operations.map(({ name }) => name));
  const stray = Object.keys(handlers).filter((name) => !known.has(name));
  const hint =
    stray.length === 0
      ? undefined
      : `The contract receives nothing called ${stray.join(', ')}; is it spelt right?`;
  throw new FsError(
    'FS_HANDLER_MISSING',
    `createWorker was given no handler for ${missing.join(', ')}`,
    hint === undefined ? {} : { hint },
  );
}

/** What is meant for another operation, or can't be overridden, would be ignored. */
function refuseStrayPolicies(operations: readonly OperationDescriptor[], { policy = {} }: PlanOptions): void {
  const known = operations.map(({ name }) => name);
  for (const [name, override] of Object.entries(policy)) {
    if (!known.includes(name)) {
      throw new FsError(
        'FS_POLICY_INVALID',
        `createWorker was given a policy for ${name}, which it does not receive`,
        {
          hint: `It receives ${known.join(', ') || 'nothing'}.`,
        },
      );
    }
    if (override !== undefined && 'batch' in override) {
      throw new FsError('FS_POLICY_INVALID', `Operation ${name}: x-fs-batch can not be overridden`, {
        hint: 'It changes what the handler is given, and has to stand in the contract.',
      });
    }
  }
}

/** Two operations that share stream and group share its entries too, so one subscriber serves both. */
function merged(one: Subscription, other: Subscription): Subscription {
  const where = `Operations ${one.name} and ${other.name} receive ${one.stream} in one group`;
  if (!samePolicy(one.policy, other.policy)) {
    throw new FsError('FS_POLICY_INVALID', `${where}, with different policies`, { hint: OWN_GROUP });
  }
  const taken = new Set(one.routes.map(({ message }) => message?.name));
  const twice = other.routes.find(({ message }) => taken.has(message?.name));
  if (twice !== undefined) {
    const what = twice.message === undefined ? 'the same messages' : `both ${twice.message.name}`;
    throw new FsError('FS_POLICY_INVALID', `${where} and take ${what}, so that only one would see each`, {
      hint: OWN_GROUP,
    });
  }
  const routes = [...one.routes, ...other.routes];
  return { ...one, name: `${one.name}+${other.name}`, ...dispatch(one.channel, routes) };
}

const OWN_GROUP = 'Give one of them an x-fs-stream.group of its own: then each sees every message.';

function samePolicy(one: Policy, other: Policy): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
