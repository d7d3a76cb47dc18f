import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { ChannelDescriptor, Contract, OperationDescriptor } from '../../../runtime/src/contract.js';
import { type PlanOptions, planSubscriptions } from '../../../runtime/src/engine/plan.js';
import { FsError } from '../../../runtime/src/errors.js';

function channel(over: Partial<ChannelDescriptor> = {}): ChannelDescriptor {
  const message = (name: string) => ({ name, contentType: 'application/json', payload: z.unknown() });
  return {
    name: 'events',
    address: 'events',
    transport: 'stream',
    parameters: [],
    messages: { joined: message('joined'), left: message('left') },
    policy: {},
    ...over,
  };
}

function operation(name: string, over: Partial<OperationDescriptor> = {}): OperationDescriptor {
  return { name, channel: channel(), messages: ['joined', 'left'], publishes: [], policy: {}, ...over };
}

function plan(operations: readonly OperationDescriptor[], options: PlanOptions) {
  const contract: Contract = {
    service: 'test',
    channels: {},
    operations: Object.fromEntries(operations.map((op) => [op.name, op])),
  };
  return planSubscriptions(contract, options);
}

function failure(run: () => unknown): FsError {
  try {
    run();
  } catch (error) {
    if (error instanceof FsError) return error;
    throw error;
  }
  throw new Error('was accepted');
}

const handler = () => {};

describe('planSubscriptions', () => {
  it.each([
    ['an operation that there is none of', { onEvent: {} }, 'onEvent, which it does not receive'],
    ['batches', { onEvents: { batch: { maxSize: 2, maxWait: 1 } } as object }, 'can not be overridden'],
    [
      'an order over shards that publishers don’t know of',
      { onEvents: { stream: { shards: 2 }, concurrency: { orderBy: '$message.payload#/id' } } },
      'different x-fs-concurrency.orderBy',
    ],
    ['a time in words', { onEvents: { timeout: { lease: '1s' as never } } }, 'must be a number'],
  ])('refuses a policy for %s', (_, policy, message) => {
    const error = failure(() => plan([operation('onEvents')], { handlers: { onEvents: handler }, policy }));
    expect(error.code).toBe('FS_POLICY_INVALID');
    expect(error.message).toContain(message);
  });

  it('names every handler that is missing, one for each message of a channel that has several', () => {
    const error = failure(() =>
      plan([operation('onEvents'), operation('onOther', { messages: ['joined'] })], {
        handlers: { onEvents: { joined: handler } },
      }),
    );
    expect(error.code).toBe('FS_HANDLER_MISSING');
    expect(error.message).toBe('createWorker was given no handler for onEvents.left, onOther');
  });

  it('asks about a handler that nobody knows', () => {
    const error = failure(() => plan([operation('onEvents')], { handlers: { onEvent: handler } }));
    expect(error.hint).toContain('onEvent;');
  });

  it('shows the caller and not the runtime', () => {
    const error = failure(() => plan([operation('onEvents')], { handlers: {} }));
    const lines = error.stack?.split('\n') ?? [];
    expect(lines[0]).toBe('FS_HANDLER_MISSING: createWorker was given no handler for onEvents');
    expect(lines[1]).toMatch(/^ {2}hint: /);
    expect(lines[2]).toContain('plan.test.ts');
    expect(error.stack).not.toContain('runtime/src');
  });

  it('makes a subscription for each set of parameters', () => {
    const room = channel({ address: 'rooms.{room}.{_}', parameters: ['room', '_'] });
    const sets = [
      { room: 'a', _: '1' },
      { room: 'b', _: '2' },
    ];
    const planned = plan([operation('onRoom', { channel: room })], {
      handlers: { onRoom: { joined: handler, left: handler } },
      parameters: { onRoom: sets },
    });
    expect(planned.map(({ stream }) => stream)).toEqual(['rooms.a.1', 'rooms.b.2']);
    expect(planned.map(({ parameters }) => parameters)).toEqual(sets);
  });

  it('wants a value for every parameter', () => {
    const room = channel({ address: 'rooms.{room}', parameters: ['room'] });
    const handlers = { onRoom: { joined: handler, left: handler } };
    expect(failure(() => plan([operation('onRoom', { channel: room })], { handlers })).code).toBe(
      'FS_PUBLISH_PARAMETER',
    );
  });

  it('takes an address from the options where the contract has none', () => {
    const handlers = { onEvents: { joined: handler, left: handler } };
    const nowhere = operation('onEvents', { channel: channel({ address: null }) });
    expect(failure(() => plan([nowhere], { handlers })).code).toBe('FS_PUBLISH_PARAMETER');
    const [planned] = plan([nowhere], { handlers, addresses: { onEvents: ['here'] } });
    expect(planned?.stream).toBe('here');
  });

  it('serves two operations on one stream and group with one subscriber', () => {
    const one = operation('onJoined', { messages: ['joined'] });
    const two = operation('onLeft', { messages: ['left'] });
    const planned = plan([one, two], { handlers: { onJoined: handler, onLeft: handler } });
    expect(planned).toHaveLength(1);
    expect(planned[0]?.name).toBe('onJoined+onLeft');
    expect(planned[0]?.routes.map(({ message }) => message?.name)).toEqual(['joined', 'left']);
  });

  it('refuses two operations that would take messages from each other', () => {
    const handlers = { one: handler, two: handler };
    const same = failure(() => plan([operation('one'), operation('two')], { handlers }));
    expect(same.message).toContain('both joined');
    const policies = failure(() =>
      plan(
        [
          operation('one', { messages: ['joined'] }),
          operation('two', { messages: ['left'], policy: { concurrency: { maxWorkers: 2 } } }),
        ],
        { handlers },
      ),
    );
    expect(policies.message).toContain('different policies');
    const apart = plan([operation('one'), operation('two', { policy: { stream: { group: 'own' } } })], {
      handlers,
    });
    expect(apart).toHaveLength(2);
  });

  it('refuses transports that it does not work', () => {
    const list = operation('onList', { channel: channel({ transport: 'list' }) });
    expect(failure(() => plan([list], { handlers: { onList: handler } })).code).toBe(
      'FS_TRANSPORT_UNSUPPORTED',
    );
  });

  it('lets options replace fields of the contract', () => {
    const [planned] = plan([operation('on', { policy: { concurrency: { maxWorkers: 5, prefetch: 0 } } })], {
      handlers: { on: handler },
      policy: { on: { concurrency: { maxWorkers: 2 } } },
    });
    expect(planned?.policy).toMatchObject({ maxWorkers: 2, prefetch: 0 });
  });
});
