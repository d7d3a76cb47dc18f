/** What a contract says of headers, correlation ids, parameters and replies holds at run time, through generated code. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Published } from '../../../runtime/src/contract.js';
import { isFsError, memory, silentLogger } from '../../../runtime/src/index.js';
import type { AnyContext, Broker } from '../../../runtime/src/types.js';
import {
  type CreateWorkerOptions,
  createClient,
  createWorker,
  type Handlers,
  type Publishers,
} from '../../golden/exchange/expected/generated/index.js';

interface Arrived {
  readonly message: unknown;
  readonly context: AnyContext;
  readonly headers: Record<string, unknown>;
  readonly correlationId: unknown;
}

let broker: Broker;
let publish: Publishers;
let close: (() => Promise<unknown>)[];

beforeEach(() => {
  broker = memory();
  const client = createClient({ broker });
  publish = client.publish;
  close = [() => client.close(), () => broker.close()];
});

afterEach(async () => {
  for (const each of close) await each();
});

/** Starts a worker, and gives what arrives at the handlers, in order. */
async function work(
  handlers: Partial<Handlers> = {},
  where: Pick<CreateWorkerOptions, 'parameters'> = {
    parameters: { onQuote: [{ symbol: 'ACME', depth: '1' }] },
  },
): Promise<{ next: () => Promise<Arrived> }> {
  const arrived: Arrived[] = [];
  let wake = () => {};
  const note = (message: unknown, context: AnyContext) => {
    const { correlation_id: correlationId, ...others } = context.headers;
    const frame = ['message_id', 'content-type', 'fs-message'];
    const headers = Object.fromEntries(Object.entries(others).filter(([name]) => !frame.includes(name)));
    arrived.push({ message, context, headers, correlationId });
    wake();
  };
  const worker = createWorker({
    broker,
    logger: silentLogger,
    handlers: {
      answerPing: note,
      onQuote: note,
      onTicks: note,
      takeOrder: { cancel: note, place: note },
      ...handlers,
    },
    ...where,
  });
  close.unshift(() => worker.stop({ grace: 0 }));
  await worker.start();
  return {
    async next() {
      while (arrived.length === 0) await new Promise<void>((resolve) => (wake = resolve));
      return arrived.shift() as Arrived;
    },
  };
}

async function failure(published: Promise<Published>) {
  const error = await published.then(
    () => undefined,
    (cause: unknown) => cause,
  );
  if (!isFsError(error)) throw new Error(`no FsError, but ${String(error)}`);
  return error;
}

const order = { orderId: 'o-1', quantity: 2 };

describe('headers', () => {
  test('go and come with the types of the contract; others stay text', async () => {
    const { next } = await work();
    await publish.orders.place(order, { headers: { tenant: '7', priority: 3 }, correlationId: 'c-1' });
    const { headers, message } = await next();
    expect(message).toEqual(order);
    expect(headers).toEqual({ tenant: '7', priority: 3, trace: 'c-1' });
  });

  test('that break the contract are refused where they are published', async () => {
    const options = { headers: { tenant: 'a', priority: 10 } };
    const error = await failure(publish.orders.place(order, options));
    expect(error.code).toBe('FS_PUBLISH_INVALID');
    expect(error.message).toMatch(
      /^The headers of place for channel orders do not match .* at header priority: /,
    );
    // @ts-expect-error the contract wants a tenant
    await expect(publish.orders.place(order, { headers: {} })).rejects.toThrow('header tenant');
    // @ts-expect-error and so it wants headers
    await expect(publish.orders.place(order)).rejects.toThrow('header tenant');
  });

  test('that arrive and break the contract are poison, with the header named', async () => {
    const dead = new Promise<string>((resolve) => {
      const worker = createWorker({
        broker,
        logger: silentLogger,
        handlers: { answerPing() {}, onQuote() {}, onTicks() {}, takeOrder: { cancel() {}, place() {} } },
        parameters: { onQuote: [] },
      });
      worker.on('dead-lettered', ({ reason }) => resolve(reason));
      close.unshift(() => worker.stop({ grace: 0 }));
      void worker.start();
    });
    await broker.append('pings', [
      Buffer.from('__data__'),
      Buffer.from(
        JSON.stringify({ data: 'hello', headers: { correlation_id: 'c', 'content-type': 'text/plain' } }),
      ),
    ]);
    expect(await dead).toMatch(/^The headers do not match the contract at header replyTo: /);
  });
});

describe('messages of one channel', () => {
  test('arrive as what they were published as, though they look alike', async () => {
    const { next } = await work();
    // As open as it is, it is a whole order too.
    await publish.orders.cancel({ orderId: 'o-1', quantity: 2 } as { orderId: string });
    expect((await next()).context.message).toBe('cancel');
  });

  test('from others are what demands most and fits', async () => {
    const { next } = await work();
    const append = (body: object, headers: object) =>
      broker.append('orders', [
        Buffer.from('__data__'),
        Buffer.from(JSON.stringify({ data: JSON.stringify(body), headers })),
      ]);
    await append(order, { correlation_id: 'c', 'content-type': 'application/json', tenant: 'a', trace: 't' });
    expect((await next()).context.message).toBe('place');
    await append(order, { correlation_id: 'c', 'content-type': 'application/json' });
    expect((await next()).context.message).toBe('cancel');
  });
});

describe('correlation ids', () => {
  test('are taken from where the contract says, in payloads and in headers', async () => {
    const { next } = await work();
    await publish.orders.cancel({ orderId: 'o-9' });
    expect((await next()).correlationId).toBe('o-9');
    await publish.orders.place(order, { headers: { tenant: 'a', trace: 't-1' } });
    expect(await next()).toMatchObject({ correlationId: 't-1', headers: { trace: 't-1' } });
  });

  test('one that is given goes before, and stands in the header as well', async () => {
    const { next } = await work();
    const headers = { tenant: 'a', trace: 't-1' };
    await publish.orders.place(order, { headers, correlationId: 'c-2' });
    expect(await next()).toMatchObject({ correlationId: 'c-2', headers: { trace: 'c-2' } });
  });
});

describe('parameters', () => {
  test('come from the message or their defaults, and are all there for the handler', async () => {
    const { next } = await work();
    await publish.quotes({ symbol: 'ACME', price: 1 }, { parameters: { depth: '1' } });
    const { context } = await next();
    expect(context.stream).toBe('quotes.eu.ACME.1');
    expect(context.parameters).toEqual({ region: 'eu', symbol: 'ACME', depth: '1' });
  });

  test.each([
    [
      'a value that the contract does not have',
      { region: 'mars', depth: '1' },
      /\{region\} .* can not be `mars`/,
    ],
    ['one that the message contradicts', { symbol: 'OTHER', depth: '1' }, /is `OTHER`, but .* is `ACME`/],
    ['one that is missing', {}, /needs a value for \{depth\}/],
  ])('refuses %s', async (_, parameters, message) => {
    const error = await failure(publish.quotes({ symbol: 'ACME', price: 1 }, { parameters } as never));
    expect(error.code).toBe('FS_PUBLISH_PARAMETER');
    expect(error.message).toMatch(message);
  });
});

describe('replies', () => {
  test('go to the channel of the contract, with the correlation id of the request', async () => {
    const answered = new Promise<Published>((resolve, reject) => {
      void work({
        takeOrder: {
          cancel() {},
          place: ({ orderId }, { reply }) => reply.fill({ orderId }).then(resolve, reject),
        },
      });
    });
    await publish.orders.place(order, { headers: { tenant: 'a' }, correlationId: 'c-3' });
    await answered;
    expect(await entriesOf('fills')).toEqual([{ data: { orderId: 'o-1' }, correlationId: 'c-3' }]);
  });

  test('go to where the request says', async () => {
    const answered = new Promise<Published>((resolve, reject) => {
      void work({ answerPing: (ping, { reply }) => reply(`${ping}?`).then(resolve, reject) });
    });
    await publish.pings('anybody', { headers: { replyTo: 'inbox.7' }, correlationId: 'c-4' });
    await answered;
    expect(await entriesOf('inbox.7')).toEqual([{ data: 'anybody?', correlationId: 'c-4' }]);
  });
});

/** What stands in a stream, read by a group of its own. */
async function entriesOf(stream: string) {
  const { decodeEntry } = await import('../../../runtime/src/codec/codec.js');
  const consumer = await broker.consume({ stream, group: 'look', consumer: 'me', startFrom: 'beginning' });
  const entries = await consumer.read(10, 100);
  await consumer.close();
  return entries.map(({ fields }) => {
    const { body, correlationId } = decodeEntry(fields ?? []);
    return { data: body, correlationId };
  });
}
