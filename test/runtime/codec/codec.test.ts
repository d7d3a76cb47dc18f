/** Entries: what a reader accepts and in which order, and what a writer puts into the stream. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeEntry, encodeMessage, type OutgoingMessage } from '../../../runtime/src/codec/codec.js';
import { isFsError } from '../../../runtime/src/errors.js';
import { charCountFrame, rawFrame } from './frames.js';

const invalidFrame = expect.objectContaining({ code: 'FS_FRAME_INVALID' });

function fields(...values: (string | Uint8Array)[]): Uint8Array[] {
  return values.map((value) => Buffer.from(value));
}

function decode(...values: (string | Uint8Array)[]) {
  const { headers, body, correlationId, messageId } = decodeEntry(fields(...values));
  return { headers: { ...headers }, body, correlationId, messageId };
}

function encode(message: Partial<OutgoingMessage>): Uint8Array[] {
  return encodeMessage({
    value: { id: 1 },
    correlationId: 'c-1',
    messageId: 'm-1',
    format: 'binary',
    ...message,
  });
}

/** A reviver; what it makes undefined is left out. */
function withoutProto(key: string, value: unknown): unknown {
  return key === '__proto__' ? undefined : value;
}

function headerNames(message: Partial<OutgoingMessage>): string[] {
  return Object.keys(decodeEntry(encode(message)).headers);
}

const nothing = { headers: {}, correlationId: undefined, messageId: undefined };

describe('what a reader accepts', () => {
  test('1. the binary frame', () => {
    const headers = ['correlation_id', 'c-1', 'content-type', 'application/json', 'message_id', 'm-1'];
    expect(decode('__data__', rawFrame({ headers, body: '{"id":1}' }))).toEqual({
      headers: { correlation_id: 'c-1', 'content-type': 'application/json', message_id: 'm-1' },
      body: { id: 1 },
      correlationId: 'c-1',
      messageId: 'm-1',
    });
  });

  test('1. the binary frame with damaged headers keeps body and identity', () => {
    const headers = ['correlation_id', 'c-1', 'content-type', 'application/json', 'city', 'münchen'];
    const decoded = decode('__data__', charCountFrame(headers, '{"id":1}'));
    expect(decoded).toMatchObject({ body: { id: 1 }, correlationId: 'c-1' });
  });

  test('2. the legacy envelope', () => {
    const envelope =
      '{"data":"{\\"id\\":1}","headers":{"correlation_id":"c-1","content-type":"application/json"}}';
    const expected = {
      headers: { correlation_id: 'c-1', 'content-type': 'application/json' },
      body: { id: 1 },
      correlationId: 'c-1',
      messageId: undefined,
    };
    expect(decode('__data__', envelope)).toEqual(expected);
    expect(decode('__data__', ` \n${envelope}`)).toEqual(expected);
  });

  test.each([
    ['text', '{"data":"1","headers":{"content-type":"text/plain"}}', '1'],
    ['without a type, JSON', '{"data":"1","headers":{}}', 1],
    ['without a type, no JSON', '{"data":"hé","headers":{}}', Buffer.from('hé')],
    ['of another type', '{"data":"1","headers":{"content-type":"image/png"}}', Buffer.from('1')],
  ])('2. an envelope around %s', (_name, envelope, body) => {
    expect(decode('__data__', envelope).body).toEqual(body);
  });

  test.each([
    ['data is an object', { data: { id: 1 }, headers: {} }],
    ['there are no headers', { data: 'x' }],
    ['headers are a list', { data: 'x', headers: ['a'] }],
    ['headers are null', { data: 'x', headers: null }],
    ['a header is a number', { data: 'x', headers: { a: 1 } }],
  ])('3. JSON that is no envelope because %s is the payload itself', (_name, json) => {
    expect(decode('__data__', JSON.stringify(json))).toEqual({ ...nothing, body: json });
  });

  test.each([
    ['a JSON array', '[1,2]', [1, 2]],
    ['a JSON number', '12', 12],
    ['text', 'hello', Buffer.from('hello')],
    ['half of an object', '{"data":', Buffer.from('{"data":')],
    ['bytes', new Uint8Array([0xff, 0x00]), Buffer.from([0xff, 0x00])],
    [
      'an object with broken UTF-8',
      Buffer.from('{"a":"\xff"}', 'latin1'),
      Buffer.from('{"a":"\xff"}', 'latin1'),
    ],
    ['nothing', '', Buffer.alloc(0)],
  ])('3. %s in __data__ is the body', (_name, data, body) => {
    expect(decode('__data__', data)).toEqual({ ...nothing, body });
  });

  test('4. an entry of another tool becomes an object of strings', () => {
    expect(decode('user', 'zoë', 'n', '1')).toEqual({ ...nothing, body: { user: 'zoë', n: '1' } });
  });

  test('4. its field `data` is not unwrapped', () => {
    expect(decode('data', '{"id":1}').body).toEqual({ data: '{"id":1}' });
  });

  test('4. its fields must be text', () => {
    expect(() => decode('blob', new Uint8Array([0xff]))).toThrow(invalidFrame);
  });

  test('__data__ is found wherever it stands', () => {
    expect(decode('a', '1', '__data__', '{"id":1}', 'b', '2').body).toEqual({ id: 1 });
    expect(decode('a', '__data__').body).toEqual({ a: '__data__' });
  });

  test('empty ids are none', () => {
    const decoded = decode(
      '__data__',
      rawFrame({ headers: ['correlation_id', '', 'message_id', ''], body: '' }),
    );
    expect(decoded).toMatchObject({ correlationId: undefined, messageId: undefined });
  });

  test('bytes are a copy: the frame stays as it came, whatever a handler does to them', () => {
    for (const [name, value] of [
      ['image/png', Buffer.from('abc')],
      [undefined, Buffer.from('abc')],
      [undefined, Buffer.from([0xff])],
    ] as const) {
      const entry = encode({ value, contentType: name });
      const before = Buffer.from(entry[1] ?? []);
      const { body } = decodeEntry(entry);
      if (body instanceof Uint8Array) body.fill(0);
      expect(Buffer.from(entry[1] ?? [])).toEqual(before);
    }
  });

  test('plain Uint8Arrays serve as well as Buffers', () => {
    const [name, frame] = encode({});
    const copy = [new Uint8Array(name ?? []), new Uint8Array(frame ?? [])];
    expect(decodeEntry(copy).body).toEqual({ id: 1 });
  });
});

describe('content types', () => {
  const body = (contentType: string, bytes: string | Uint8Array) =>
    decode('__data__', rawFrame({ headers: ['content-type', contentType], body: bytes })).body;

  test('beginning with application/json is JSON', () => {
    expect(body('application/json; charset=utf-8', '{"id":1}')).toEqual({ id: 1 });
  });

  test('exactly text/plain is text, anything else bytes', () => {
    expect(body('text/plain', '1')).toBe('1');
    expect(body('text/plain; charset=utf-8', '1')).toEqual(Buffer.from('1'));
    expect(body('application/vnd.a+json', '1')).toEqual(Buffer.from('1'));
  });

  test.each([
    ['application/json', '{"id":'],
    ['application/json', ''],
    ['application/json', new Uint8Array([0x22, 0xff, 0x22])],
    ['text/plain', new Uint8Array([0xff])],
  ])('a body that is not %s is refused', (contentType, bytes) => {
    expect(() => body(contentType, bytes)).toThrow(invalidFrame);
  });

  test('a replacement character that was really sent is kept', () => {
    expect(body('text/plain', 'a\uFFFDb')).toBe('a\uFFFDb');
  });
});

describe('__proto__ in bodies', () => {
  const poisoned = '{"id":1,"__proto__":{"admin":true},"in":[{"\\u005f_proto__":{"admin":true},"k":2}]}';

  test.each([
    ['binary frame', rawFrame({ headers: ['content-type', 'application/json'], body: poisoned })],
    ['envelope', JSON.stringify({ data: poisoned, headers: { 'content-type': 'application/json' } })],
    ['bare JSON', poisoned],
  ])('%s: the key is dropped at every depth', (_name, data) => {
    const { body } = decode('__data__', data);
    expect(body).toEqual({ id: 1, in: [{ k: 2 }] });
    expect(JSON.stringify(body)).not.toContain('admin');
    const copied: { admin?: boolean } = Object.assign({}, body);
    expect(copied.admin).toBeUndefined();
  });

  test('as a field of an entry too', () => {
    expect(Object.getOwnPropertyNames(decode('__proto__', 'x', 'a', '1').body)).toEqual(['a']);
  });

  test('the words as a value stay', () => {
    expect(decode('__data__', '{"a":"__proto__","b":"\\u005f"}').body).toEqual({ a: '__proto__', b: '_' });
  });

  test('at any depth of nesting', () => {
    const deep = `${'['.repeat(50_000)}{"__proto__":1}${']'.repeat(50_000)}`;
    expect(() => decode('__data__', deep)).not.toThrow();
  });
});

describe('what a writer writes', () => {
  test('one field, __data__', () => {
    const entry = encode({});
    expect(entry).toHaveLength(2);
    expect(Buffer.from(entry[0] ?? []).toString()).toBe('__data__');
  });

  test('headers stand in order', () => {
    expect(headerNames({ replyTo: 'r', headers: { b: '1', a: '2' } })).toEqual([
      'correlation_id',
      'content-type',
      'reply_to',
      'message_id',
      'b',
      'a',
    ]);
    expect(headerNames({ value: undefined })).toEqual(['correlation_id', 'message_id']);
  });

  test("the frame's own headers win over those passed on from another message", () => {
    const passedOn = {
      correlation_id: 'old',
      message_id: 'old',
      reply_to: 'old',
      'content-type': 'old',
      own: 'x',
    };
    expect({ ...decodeEntry(encode({ headers: passedOn })).headers }).toEqual({
      correlation_id: 'c-1',
      message_id: 'm-1',
      'content-type': 'application/json',
      own: 'x',
    });
  });

  test.each<[string, unknown, string | undefined]>([
    ['nothing', undefined, undefined],
    ['bytes', Buffer.from([0, 0xff]), undefined],
    ['text', '12', 'text/plain'],
    ['empty text', '', 'text/plain'],
    ['an object', { a: [1, 'ü'] }, 'application/json'],
    ['a number', 12, 'application/json'],
    ['null', null, 'application/json'],
  ])('%s', (_name, value, contentType) => {
    const { headers, body } = decodeEntry(encode({ value }));
    expect(headers['content-type']).toBe(contentType);
    expect(body).toEqual(value === undefined ? Buffer.alloc(0) : value);
  });

  test.each<[string, unknown, string, string | undefined]>([
    ['bytes take it', Buffer.from('1'), 'image/png', 'image/png'],
    ['bytes are not made JSON by it', Buffer.from('x'), 'application/json', undefined],
    ['bytes are not made text by it', Buffer.from('\xff', 'latin1'), 'text/plain', undefined],
    ['JSON takes its parameters', { a: 1 }, 'application/json; v=2', 'application/json; v=2'],
    ['JSON stays JSON', { a: 1 }, 'application/xml', 'application/json'],
    ['text stays text', 'x', 'application/json', 'text/plain'],
  ])('a declared content type: %s', (_name, value, declared, written) => {
    const { headers, body } = decodeEntry(encode({ value, contentType: declared }));
    expect(headers['content-type']).toBe(written);
    expect(body).toEqual(value);
  });

  test('the legacy envelope, byte by byte', () => {
    const [, data] = encode({ format: 'json', headers: { 'x-tenant': 'münchen' } });
    expect(Buffer.from(data ?? []).toString()).toBe(
      '{"data":"{\\"id\\":1}","headers":{"correlation_id":"c-1","content-type":"application/json","message_id":"m-1","x-tenant":"münchen"}}',
    );
  });

  test('bytes in an envelope must be text', () => {
    expect(decodeEntry(encode({ format: 'json', value: Buffer.from('é') })).body).toEqual(Buffer.from('é'));
    expect(() => encode({ format: 'json', value: Buffer.from([0xff]) })).toThrow(
      expect.objectContaining({ code: 'FS_PUBLISH_INVALID' }),
    );
  });

  test.each(['binary', 'json'] as const)('unfit headers are refused (%s)', (format) => {
    const unfit: Record<string, unknown>[] = [
      { 'x-n': 1 },
      { 'x-n': null },
      { 'x-n': 'a'.repeat(65_536) },
      { 'x-n': 'ü'.repeat(32_768) },
      { ['n'.repeat(65_536)]: 'a' },
    ];
    for (const headers of unfit) {
      expect(() => encode({ format, headers: headers as Record<string, string> })).toThrow(
        expect.objectContaining({ code: 'FS_HEADER_INVALID' }),
      );
    }
    expect(() => encode({ format, correlationId: '' })).toThrow(
      expect.objectContaining({ code: 'FS_HEADER_INVALID' }),
    );
  });

  test('what has no JSON is refused', () => {
    const cycle: Record<string, unknown> = {};
    cycle.self = cycle;
    for (const value of [cycle, 1n, () => 1, Symbol('s')]) {
      expect(() => encode({ value })).toThrow(expect.objectContaining({ code: 'FS_PUBLISH_INVALID' }));
    }
  });
});

describe('at random', () => {
  const text = fc.string({ unit: 'binary', maxLength: 40 });
  const headers = fc.dictionary(
    fc.string({ minLength: 1 }).map((name) => `x-${name}`),
    text,
    { maxKeys: 6 },
  );

  test.each(['binary', 'json'] as const)('what goes in comes out (%s)', (format) => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), headers, text, (value, extra, id) => {
        const decoded = decodeEntry(encode({ value, headers: extra, messageId: `m${id}`, format }));
        expect(decoded.messageId).toBe(`m${id}`);
        expect(decoded.headers).toMatchObject(extra);
        expect(decoded.body).toEqual(JSON.parse(JSON.stringify(value), withoutProto));
      }),
      { numRuns: 1_000 },
    );
  });

  test('entries of any bytes are read or refused', () => {
    const magic = Buffer.from('8942494e0d0a1a0a0001', 'hex');
    const data = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.uint8Array({ maxLength: 200 }).map((tail) => Buffer.concat([magic, tail])),
      fc.json().map((json) => Buffer.from(json)),
    );
    const name = fc.oneof(fc.constant(Buffer.from('__data__')), fc.uint8Array({ maxLength: 9 }));
    fc.assert(
      fc.property(fc.array(fc.tuple(name, data), { minLength: 1, maxLength: 4 }), (pairs) => {
        try {
          decodeEntry(pairs.flat());
        } catch (error) {
          if (!isFsError(error, 'FS_FRAME_INVALID')) throw error;
        }
      }),
      { numRuns: 5_000 },
    );
  });
});
