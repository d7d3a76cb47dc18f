/** Whole numbers arrive as they were sent, or not at all. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseJson } from '../../../runtime/src/codec/body.js';
import { decodeEntry, encodeMessage } from '../../../runtime/src/codec/codec.js';

describe('parseJson', () => {
  it.each([
    '9007199254740993',
    '-9007199254740993',
    '[1, {"id": 9223372036854775807}]',
    '{"a":"\\\\","b":18446744073709551615}',
    `[${'9'.repeat(400)}]`,
  ])('refuses %s', (text) => {
    expect(() => parseJson(text)).toThrowError(
      expect.objectContaining({ code: 'FS_MESSAGE_INVALID', hint: expect.stringContaining('as strings') }),
    );
  });

  it.each([
    '9007199254740991',
    '9007199254740992',
    '1152921504606846976',
    '12345678901234567000',
    '"9007199254740993"',
    '"a\\": 9007199254740993"',
    '0.12345678901234567890123',
    '12345678901234567890.5',
    '12345678901234567890e2',
    '0.1234567890123456789e-10',
  ])('takes %s', (text) => {
    expect(parseJson(text)).toEqual(JSON.parse(text));
  });

  it('keeps every whole number that it does not refuse, and refuses only what would change', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 70n), max: 2n ** 70n }), fc.string(), (id, text) => {
        const json = `{"text":${JSON.stringify(text)},"id":${id}}`;
        const changes = BigInt(Number(id)) !== id && String(Number(id)) !== String(id);
        if (changes) expect(() => parseJson(json)).toThrow();
        else expect(parseJson(json)).toEqual({ text, id: Number(id) });
      }),
    );
  });

  it('passes over strings of megabytes', () => {
    const long = JSON.stringify('a\\"'.repeat(1_000_000));
    expect(() => parseJson(`[${long},9007199254740993]`)).toThrowError('9007199254740993');
    expect(parseJson(`[${long},9007199254740991]`)).toHaveLength(2);
  });

  it('takes whatever JSON.stringify writes', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.double(), (value, number) => {
        const json = JSON.stringify([value, number]);
        if (!json.includes('__proto__')) expect(parseJson(json)).toEqual(JSON.parse(json));
      }),
    );
  });
});

it('an entry with such a number is refused, in a frame, in an envelope and bare', () => {
  const json = '{"id":9007199254740993}';
  const ids = { correlationId: 'c', messageId: 'm', contentType: 'application/json' } as const;
  // Bytes of JSON under a label that promises JSON: what a peer in another language sends.
  const framed = (format: 'binary' | 'json') =>
    encodeMessage({ ...ids, value: { id: 0 }, format }).map((part) => {
      const text = Buffer.from(part).toString('latin1');
      return Buffer.from(
        text.replace('{"id":0}', json).replace('{\\"id\\":0}', json.replaceAll('"', '\\"')),
        'latin1',
      );
    });
  const entries = [framed('binary'), framed('json'), [Buffer.from('__data__'), Buffer.from(json)]];
  for (const entry of entries) {
    expect(entry.join()).toContain('9007199254740993');
    expect(() => decodeEntry(entry)).toThrowError(expect.objectContaining({ code: 'FS_MESSAGE_INVALID' }));
  }
});
