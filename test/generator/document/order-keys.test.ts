/** What `orderBy` points to, held against the messages, the shards and what is said of messages without a key. */
import { describe, expect, test } from 'vitest';
import { HEAD_V2, HEAD_V3, load } from './workspace.js';

interface Case {
  /** Fields of the channel besides its messages. */
  readonly policy: string;
  /** Payloads of its messages, or whole messages in braces with `payload`. */
  readonly messages: Readonly<Record<string, string>>;
  readonly operations?: string;
  readonly root?: string;
}

const ID =
  '{type: object, required: [id], properties: {id: {type: string}, opt: {type: string}, o: {type: object}}}';
const CLOSED = ID.replace('type: object,', 'type: object, additionalProperties: false,');

async function saidOf({ policy, messages, operations = '', root = '' }: Case) {
  const lines = Object.entries(messages).map(([name, text]) => {
    return `      ${name}: ${text.includes('payload:') ? text : `{payload: ${text}}`}\n`;
  });
  const channel = `channels:\n  a:\n    address: a\n${policy.replaceAll(/^/gm, '    ')}\n    messages:\n`;
  const { diagnostics } = await load(`${HEAD_V3}${root}${channel}${lines.join('')}${operations}`);
  return diagnostics.map(({ severity, code, message, hint, location: { line, column } }) => {
    return { at: `${line}:${column}`, severity, code, message, hint };
  });
}

const order = (key: string, more = '') => `x-fs-concurrency: {orderBy: $message.${key}${more}}`;
const SHARDS = '\nx-fs-stream: {shards: 4}';
const ERROR = { severity: 'error', code: 'FS_ORDER_KEY_MISSING' };
const WARNING = { severity: 'warning', code: 'FS_ORDER_KEY_UNDESCRIBED' };

describe('a key that messages may have', () => {
  test.each([
    ['a required text', 'payload#/id', ID],
    ['a number', 'payload#/id', ID.replace('{type: string}', '{type: integer}')],
    ['in an object', 'payload#/u/id', `{type: object, required: [u], properties: {u: ${ID}}}`],
    ['with a default', 'payload#/opt', ID.replace('opt: {type: string}', 'opt: {type: string, default: x}')],
    ['by a part of allOf', 'payload#/id', `{allOf: [${ID}, {type: object, required: [opt]}]}`],
    ['an optional one', 'payload#/opt', ID],
    ['one that may be null', 'payload#/id', ID.replace('type: string', 'type: [string, "null"]')],
    [
      'in an object that may be null',
      'payload#/u/id',
      `{type: object, properties: {u: {type: [object, "null"], properties: {id: {}}}}}`,
    ],
    ['of one alternative', 'payload#/id', `{oneOf: [${ID}, {type: string}]}`],
    ['behind a condition', 'payload#/id', `{if: {required: [opt]}, then: ${ID}, else: {type: string}}`],
    [
      'by a pattern',
      'payload#/id',
      '{type: object, additionalProperties: false, patternProperties: {^i: {type: string}}}',
    ],
    ['of a map', 'payload#/id', '{type: object, additionalProperties: {type: string}}'],
    ['in every alternative', 'payload#/id', `{oneOf: [${ID}, ${CLOSED}]}`],
    ['of an enum', 'payload#/id', ID.replace('{type: string}', '{enum: [a, b]}')],
    [
      'percent-encoded',
      'payload#/a%20b',
      '{type: object, required: [a b], properties: {a b: {type: string}}}',
    ],
    ['in a list', 'payload#/0', '{type: array, minItems: 1, items: {type: string}}'],
    ['of a type that nobody says', 'payload#/id', '{type: object, required: [id]}'],
    [
      'of the frame',
      'header#/correlation_id',
      '{payload: {}, headers: {type: object, additionalProperties: false}}',
    ],
    ['in headers of which nothing is said', 'header#/tenant', ID],
  ])('%s: nothing to say, shards or not', async (_, key, message) => {
    expect(await saidOf({ policy: order(key) + SHARDS, messages: { m: message } })).toEqual([]);
  });
});

describe('a key that a message can’t have', () => {
  test.each([
    [
      'one that is forbidden',
      'payload#/id',
      '{type: object, properties: {id: false}}',
      'its payload has no such place',
    ],
    [
      'a part of allOf that is closed',
      'payload#/x',
      `{allOf: [{type: object, properties: {x: {}}}, ${CLOSED}]}`,
      'its payload has no such place',
    ],
    ['a closed payload', 'payload#/key', CLOSED, 'its payload has no such place'],
    ['an object', 'payload#/o', ID, 'what stands there is an object'],
    [
      'nothing but null',
      'payload#/id',
      ID.replace('type: string', 'type: "null"'),
      'what stands there is `null`',
    ],
    ['a place inside a text', 'payload#/id/x', ID, 'its payload has no such place'],
    ['a payload that is a text', 'payload#/id', '{type: string}', 'its payload has no such place'],
    [
      'bytes',
      'payload#/id',
      '{contentType: image/png, payload: {type: string}}',
      'its payload is bytes (image/png)',
    ],
    [
      'closed headers',
      'header#/id',
      '{payload: {}, headers: {type: object, additionalProperties: false}}',
      'its headers have no such place',
    ],
    [
      'one that no alternative has',
      'payload#/key',
      `{oneOf: [${CLOSED}, {type: string}]}`,
      'its payload has no such place',
    ],
  ])('%s: an error, whatever missingKey says', async (_, key, message, why) => {
    const text = `message m of channel a can't have the key $message.${key}: ${why}.`;
    for (const more of ['', ', missingKey: shared', ', missingKey: deadLetter']) {
      const said = await saidOf({ policy: order(key, more), messages: { m: message } });
      expect(said).toMatchObject([{ ...ERROR, at: '8:33', message: `x-fs-concurrency.orderBy: ${text}` }]);
    }
  });

  test('a misspelt one is known', async () => {
    const closed = await saidOf({ policy: order('payload#/idd'), messages: { m: CLOSED } });
    expect(closed).toMatchObject([{ ...ERROR, hint: 'Did you mean `$message.payload#/id`?' }]);
    const nested = `{type: object, properties: {user: ${CLOSED}}}`;
    const inside = await saidOf({ policy: order('payload#/usr/id'), messages: { m: nested } });
    expect(inside).toMatchObject([{ ...WARNING, hint: 'Did you mean `$message.payload#/user/id`?' }]);
  });

  test('one of several: an error, unless it is said that such messages share a lane', async () => {
    const messages = { good: ID, bad: CLOSED.replaceAll('id', 'no') };
    const unsaid = await saidOf({ policy: order('payload#/id'), messages });
    expect(unsaid).toMatchObject([
      {
        ...ERROR,
        message: expect.stringContaining('message bad of'),
        hint: expect.stringContaining('shared'),
      },
    ]);
    expect(await saidOf({ policy: order('payload#/id', ', missingKey: shared'), messages })).toEqual([]);
    const dead = await saidOf({ policy: order('payload#/id', ', missingKey: deadLetter'), messages });
    expect(dead).toMatchObject([{ ...ERROR, hint: expect.stringContaining('would be a dead letter') }]);
  });

  test('only messages that are received count', async () => {
    const operations = `operations:
  on: {action: receive, channel: {$ref: '#/channels/a'}, messages: [{$ref: '#/channels/a/messages/good'}]}
`;
    const messages = { good: ID, bad: CLOSED.replaceAll('id', 'no') };
    expect(await saidOf({ policy: order('payload#/id'), messages, operations })).toEqual([]);
  });

  test('what is only sent does not', async () => {
    const operations = `operations:
  on: {action: receive, channel: {$ref: '#/channels/a'}, messages: [{$ref: '#/channels/a/messages/good'}]}
  off: {action: send, channel: {$ref: '#/channels/a'}, messages: [{$ref: '#/channels/a/messages/bad'}]}
`;
    const messages = { good: ID, bad: CLOSED.replaceAll('id', 'no') };
    expect(await saidOf({ policy: order('payload#/id'), messages, operations })).toEqual([]);
  });

  test('a default of the whole document shows where it stands, and names the channel', async () => {
    const root = `${order('payload#/id')}\n`;
    const said = await saidOf({ policy: 'title: A', messages: { m: '{type: string}' }, root });
    expect(said).toMatchObject([{ ...ERROR, at: '5:29', message: expect.stringContaining('of channel a ') }]);
  });

  test('in 2.x, of an operation', async () => {
    const { found } = await load(`${HEAD_V2}channels:
  a:
    publish:
      ${order('payload#/no')}
      message: {payload: ${CLOSED}}
`);
    expect(found).toEqual(['api.yaml:8:35 error FS_ORDER_KEY_MISSING']);
  });

  test('in a schema of another language', async () => {
    const avro = `{name: R, type: record, fields: [{name: id, type: string}]}`;
    const message = (key: string) =>
      saidOf({
        policy: order(key),
        messages: {
          m: `{payload: {schemaFormat: 'application/vnd.apache.avro;version=1.9.0', schema: ${avro}}}`,
        },
      });
    expect(await message('payload#/id')).toEqual([]);
    expect(await message('payload#/ib')).toMatchObject([{ hint: 'Did you mean `$message.payload#/id`?' }]);
  });

  test('shows beside other mistakes of the extensions', async () => {
    const said = await saidOf({ policy: `${order('payload#/x')}\nx-fs-retri: {}`, messages: { m: CLOSED } });
    expect(said.map(({ code }) => code)).toEqual(['FS_ORDER_KEY_MISSING', 'FS_EXTENSION_UNKNOWN']);
  });
});

describe('a key that an open schema does not describe', () => {
  const said = (more: string) => saidOf({ policy: order('payload#/key', more), messages: { m: ID } });

  test('is a warning', async () => {
    const inOneLane = expect.stringContaining('is worked one after the other');
    expect(await said('')).toMatchObject([{ ...WARNING, at: '8:33', message: inOneLane }]);
    const dead = expect.stringContaining('is a dead letter');
    expect(await said(', missingKey: deadLetter')).toMatchObject([{ ...WARNING, message: dead }]);
  });

  test('is an error where the channel is spread by it, unless missingKey is written', async () => {
    const spread = (more: string) =>
      saidOf({ policy: order('payload#/key', more) + SHARDS, messages: { m: ID } });
    const message = expect.stringContaining('goes to one of the 4 shards');
    const hint = expect.stringContaining('`missingKey`');
    expect(await spread('')).toMatchObject([{ ...WARNING, severity: 'error', at: '8:33', message, hint }]);
    expect(await spread(', missingKey: shared')).toMatchObject([WARNING]);
  });

  test('in headers too', async () => {
    const message = '{payload: {}, headers: {type: object, properties: {tenant: {type: string}}}}';
    const complaints = await saidOf({ policy: order('header#/tenent'), messages: { m: message } });
    expect(complaints).toMatchObject([{ ...WARNING, hint: 'Did you mean `$message.header#/tenant`?' }]);
  });
});

describe('order over shards', () => {
  const on = (policy: string) =>
    `operations:\n  on: {action: receive, channel: {$ref: '#/channels/a'}, ${policy}}\n`;
  const messages = { m: ID };
  const CONTRADICTION = { severity: 'error', code: 'FS_EXTENSION_CONTRADICTION' };

  test('asked for by an operation alone, of which publishers never hear', async () => {
    const operations = on(order('payload#/id'));
    const said = await saidOf({ policy: SHARDS.trim(), messages, operations });
    const message = expect.stringContaining('the channel is spread over 4 shards without a key');
    expect(said).toMatchObject([{ ...CONTRADICTION, at: '12:86', message }]);
    expect(await saidOf({ policy: 'title: A', messages, operations })).toEqual([]);
  });

  test('by another key than that of the channel', async () => {
    const policy = order('payload#/id') + SHARDS;
    const other = await saidOf({ policy, messages, operations: on(order('payload#/id2')) });
    const message = expect.stringContaining('by another key, $message.payload#/id.');
    expect(other).toContainEqual(expect.objectContaining({ ...CONTRADICTION, message }));
    expect(await saidOf({ policy, messages, operations: on(order('payload#/id')) })).toEqual([]);
  });

  test('shards of an operation alone are no matter: publishers learn of them', async () => {
    const operations = on('x-fs-stream: {shards: 2}');
    expect(await saidOf({ policy: order('payload#/id'), messages, operations })).toEqual([]);
  });

  test('one worker, written down, over shards without a key: a warning', async () => {
    const said = (policy: string) =>
      saidOf({ policy: policy + SHARDS, messages, operations: on('title: T') });
    const warning = { severity: 'warning', code: 'FS_ORDER_KEY_UNNAMED', at: '8:36' };
    expect(await said('x-fs-concurrency: {maxWorkers: 1}')).toMatchObject([warning]);
    expect(await said('x-fs-concurrency: {maxWorkers: 2}')).toEqual([]);
    expect(await said('title: A')).toEqual([]);
    expect(await said('x-fs-concurrency: {maxWorkers: 1, orderBy: $message.payload#/id}')).toEqual([]);
  });

  test('a missingKey that nobody hears of', async () => {
    const policy = 'x-fs-concurrency: {missingKey: deadLetter}';
    const said = await saidOf({ policy, messages });
    const message = 'x-fs-concurrency.missingKey needs orderBy beside it, which names the key.';
    expect(said).toMatchObject([{ code: 'FS_EXTENSION_FIELD_MISSING', at: '8:36', message }]);
    expect(await saidOf({ policy, messages, operations: on(order('payload#/id')) })).toEqual([]);
    const root = `${policy}\n`;
    expect(await saidOf({ policy: order('payload#/id'), messages, root })).toEqual([]);
  });
});
