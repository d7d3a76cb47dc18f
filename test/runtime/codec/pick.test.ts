/** Which message of a channel arrived, by payload and headers, and what its headers become. */
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { pickMessage } from '../../../runtime/src/codec/pick.js';
import type { MessageDescriptor } from '../../../runtime/src/contract.js';

function message(name: string, payload: z.ZodType): MessageDescriptor {
  return { name, contentType: 'application/json', payload };
}

const body = (value: unknown) => ({ body: value, headers: {} });

describe('pickMessage', () => {
  const setModel = message('setModel', z.looseObject({ type: z.literal('setModel'), model: z.string() }));
  const checkpoint = message('checkpoint', z.looseObject({ type: z.literal('checkpoint'), at: z.number() }));
  const anything = message('anything', z.unknown());

  test('the first that accepts', () => {
    const value = { type: 'checkpoint', at: 1 };
    expect(pickMessage([setModel, checkpoint, anything], body(value))).toEqual({
      ok: true,
      message: checkpoint,
      value,
      headers: {},
    });
    expect(pickMessage([anything, checkpoint], body(value))).toMatchObject({ ok: true, message: anything });
  });

  test('the one that a header names, if it accepts', () => {
    const value = { type: 'checkpoint', at: 1 };
    const named = (name: string) =>
      pickMessage([anything, checkpoint, setModel], { body: value, headers: { 'fs-message': name } });
    expect(named('checkpoint')).toMatchObject({ ok: true, message: checkpoint });
    expect(named('setModel')).toMatchObject({ ok: true, message: anything });
    expect(named('unheardOf')).toMatchObject({ ok: true, message: anything });
  });

  test('issues are those of the message that was meant', () => {
    const wide = message(
      'wide',
      z.object({ type: z.literal('wide'), a: z.string(), b: z.string(), c: z.string() }),
    );
    const picked = pickMessage([setModel, checkpoint, wide], body({ type: 'wide' }));
    expect(picked).toMatchObject({ ok: false, message: wide });
    expect(picked.ok ? [] : picked.issues.map(({ path }) => path)).toEqual(['a', 'b', 'c']);
  });

  test('a message of another shape altogether is the last to be meant', () => {
    const list = message('list', z.array(z.string()));
    expect(pickMessage([list, setModel], body({ type: 'other', model: 1 }))).toMatchObject({
      message: setModel,
    });
  });

  test('no message at all', () => {
    expect(pickMessage([], body({}))).toMatchObject({ ok: false, message: undefined });
  });
});

describe('headers', () => {
  const typed = (schema: z.ZodType, frame: string[] = []): MessageDescriptor => ({
    ...message('typed', z.unknown()),
    headers: { schema, frame },
  });
  const read = (schema: z.ZodType, headers: Record<string, string>, frame?: string[]) => {
    const picked = pickMessage([typed(schema, frame)], { body: null, headers });
    return picked.ok ? { ...picked.headers } : picked.issues;
  };

  test('have the types of the contract; others stay text', () => {
    const schema = z.looseObject({
      tries: z.int(),
      urgent: z.boolean(),
      tags: z.array(z.string()),
      tenant: z.string(),
    });
    expect(read(schema, { tries: '3', urgent: 'true', tags: '["a"]', tenant: '7', other: '7' })).toEqual({
      tries: 3,
      urgent: true,
      tags: ['a'],
      tenant: '7',
      other: '7',
    });
  });

  test('are text where text will do', () => {
    expect(read(z.object({ either: z.union([z.number(), z.string()]) }), { either: '3' })).toEqual({
      either: '3',
    });
    expect(read(z.object({ quoted: z.literal('a') }), { quoted: '"a"' })).toMatchObject([
      { path: 'header quoted' },
    ]);
  });

  test('are told apart by a rule about all of them as well', () => {
    const schema = z
      .record(z.string(), z.unknown())
      .refine((all) => typeof all.n === 'number', 'n is no number');
    expect(read(schema, { n: '1' })).toEqual({ n: 1 });
    expect(read(schema, { n: 'x' })).toEqual([{ path: 'header', message: 'n is no number' }]);
  });

  test('of the frame are put before a schema that speaks of them, and are there in any case', () => {
    const frame = { correlation_id: 'c', message_id: 'm', 'content-type': 'application/json' };
    expect(read(z.strictObject({}), frame)).toEqual(frame);
    const strict = z.strictObject({ correlation_id: z.literal('c') });
    expect(read(strict, frame, ['correlation_id'])).toEqual(frame);
    expect(read(strict, { ...frame, correlation_id: 'd' }, ['correlation_id'])).toMatchObject([
      { path: 'header correlation_id' },
    ]);
  });

  test('get the defaults of the contract', () => {
    expect(read(z.object({ tries: z.int().default(1) }), {})).toEqual({ tries: 1 });
  });

  test('called __proto__ are headers like any other', () => {
    const headers = Object.defineProperty({}, '__proto__', { value: 'x', enumerable: true });
    const picked = pickMessage([typed(z.looseObject({}))], { body: null, headers });
    expect(picked.ok && Object.hasOwn(picked.headers, '__proto__')).toBe(true);
  });

  test('choose between messages of one payload', () => {
    const created = { ...typed(z.looseObject({ kind: z.literal('created') })), name: 'created' };
    const gone = { ...typed(z.looseObject({ kind: z.literal('gone') })), name: 'gone' };
    const picked = pickMessage([created, gone], { body: {}, headers: { kind: 'gone' } });
    expect(picked).toMatchObject({ ok: true, message: { name: 'gone' } });
  });

  test('that break the contract are told after a payload that fits', () => {
    const other = message('other', z.literal(1));
    const picked = pickMessage([other, typed(z.object({ a: z.string() }))], { body: 2, headers: {} });
    expect(picked).toMatchObject({
      ok: false,
      part: 'headers',
      message: { name: 'typed' },
      issues: [{ path: 'header a' }],
    });
  });
});
