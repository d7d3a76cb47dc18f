/** The binary frame: the published vectors, the offsets, and frames that arrive damaged. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readFrame, writeFrame } from '../../../runtime/src/codec/frame.js';
import { isFsError } from '../../../runtime/src/errors.js';
import { charCountFrame, rawFrame } from './frames.js';

const PLAIN =
  '8942494e0d0a1a0a000100000012000000490002000e636f7272656c6174696f6e5f69640003632d31000c636f6e74656e742d7479706500106170706c69636174696f6e2f6a736f6e7b226964223a317d';
const TENANT =
  '8942494e0d0a1a0a0001000000120000005d0003000e636f7272656c6174696f6e5f69640003632d31000c636f6e74656e742d7479706500106170706c69636174696f6e2f6a736f6e0008782d74656e616e7400086dc3bc6e6368656e7b226964223a317d';

const plainHeaders = ['correlation_id', 'c-1', 'content-type', 'application/json'];
const tenantHeaders = [...plainHeaders, 'x-tenant', 'münchen'];

function read(frame: Buffer) {
  const { headers, body } = readFrame(frame);
  return { headers: Object.entries(headers).flat(), body: body.toString('latin1') };
}

describe('vectors', () => {
  test.each([
    ['plain', plainHeaders, PLAIN],
    ['with a non-ASCII value', tenantHeaders, TENANT],
  ])('%s: written and read', (_name, headers, hex) => {
    expect(writeFrame(headers, '{"id":1}').toString('hex')).toBe(hex);
    expect(writeFrame(headers, Buffer.from('{"id":1}')).toString('hex')).toBe(hex);
    expect(read(Buffer.from(hex, 'hex'))).toEqual({ headers, body: '{"id":1}' });
  });
});

describe('offsets', () => {
  test('a reader seeks the headers where the frame says they are', () => {
    const frame = rawFrame({ headers: tenantHeaders, gapBefore: 5, body: 'x' });
    expect(read(frame)).toEqual({ headers: tenantHeaders, body: 'x' });
  });

  test.each([
    ['plain', plainHeaders],
    ['non-ASCII', tenantHeaders],
  ])('a reader seeks the body where the frame says it is (%s headers)', (_name, headers) => {
    const frame = rawFrame({ headers, gapAfter: 3, body: 'x' });
    expect(read(frame)).toEqual({ headers, body: 'x' });
  });

  test('an empty body and an empty table', () => {
    expect(read(writeFrame([], ''))).toEqual({ headers: [], body: '' });
  });

  test.each([
    ['another version', { version: 2 }],
    ['a body beyond the end', { dataOffset: 1_000 }],
    ['an enormous body offset', { dataOffset: 0xffff_ffff }],
    ['a body before the headers', { dataOffset: 19 }],
    ['headers inside the fixed part', { headersOffset: 4 }],
    ['headers beyond the end', { headersOffset: 0xffff_fff0 }],
  ])('%s is refused', (_name, fields) => {
    const frame = rawFrame({ headers: plainHeaders, body: 'x', ...fields });
    expect(() => readFrame(frame)).toThrow(expect.objectContaining({ code: 'FS_FRAME_INVALID' }));
  });

  test('every cut of a frame before its body is refused', () => {
    const frame = writeFrame(plainHeaders, 'x');
    for (let size = 0; size < frame.length - 1; size++) {
      expect(() => readFrame(frame.subarray(0, size)), `${size} bytes`).toThrow(
        expect.objectContaining({ code: 'FS_FRAME_INVALID' }),
      );
    }
  });
});

describe('damaged header tables', () => {
  test.each([
    ['value', tenantHeaders],
    ['value, then another header', [...tenantHeaders, 'x-next', 'n']],
    ['name', [...plainHeaders, 'größe', '12', 'x-next', 'n']],
    ['value outside the basic plane', [...plainHeaders, 'mood', '🙂🙂', 'x-next', 'ü']],
  ])('lengths in characters, non-ASCII %s: nothing is lost', (_name, headers) => {
    expect(read(charCountFrame(headers, '{"id":1}'))).toEqual({ headers, body: '{"id":1}' });
  });

  test('what fits neither way keeps the headers before the damage, and the whole body', () => {
    const frame = rawFrame({ headers: [...tenantHeaders, 'x-next', 'n'], body: '{"id":1}', count: 9 });
    expect(read(frame)).toEqual({ headers: plainHeaders, body: '{"id":1}' });
  });

  test('an ASCII table that claims more headers than it has keeps those it has', () => {
    const frame = rawFrame({ headers: plainHeaders, body: 'x', count: 60_000 });
    expect(read(frame)).toEqual({ headers: plainHeaders, body: 'x' });
  });
});

describe('headers', () => {
  test('a value of 65,535 bytes goes in and comes out, whatever its length in characters', () => {
    for (const value of ['a'.repeat(65_535), `${'ü'.repeat(32_767)}a`]) {
      expect(read(writeFrame(['h', value], ''))).toEqual({ headers: ['h', value], body: '' });
    }
  });

  test('more headers than the count can say are refused', () => {
    const headers = Array.from({ length: 65_536 }, (_, i) => [`h${i}`, '']).flat();
    expect(() => writeFrame(headers, '')).toThrow(expect.objectContaining({ code: 'FS_HEADER_INVALID' }));
  });

  test('__proto__ is a header like any other', () => {
    const { headers } = readFrame(writeFrame(['__proto__', 'x', 'constructor', 'y'], ''));
    expect(Object.entries(headers)).toEqual([
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ]);
    expect(headers.toString).toBeUndefined();
    expect(({} as Record<string, unknown>).x).toBeUndefined();
  });
});

describe('at random', () => {
  const text = fc.oneof(
    fc.string(),
    fc.string({ unit: 'binary' }),
    fc.string({ minLength: 120, maxLength: 400 }),
  );
  // A set of headers has each name once.
  const headers = fc.uniqueArray(fc.tuple(text, text), { selector: ([name]) => name, maxLength: 12 });
  const body = fc.uint8Array({ maxLength: 300 });

  test('what was written is read', () => {
    fc.assert(
      fc.property(headers, body, (pairs, bytes) => {
        const frame = readFrame(writeFrame(pairs.flat(), bytes));
        expect(new Map(Object.entries(frame.headers))).toEqual(new Map(pairs));
        expect(frame.body.equals(bytes)).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  test('a frame with lengths in characters keeps its body whole', () => {
    fc.assert(
      fc.property(headers, body, (pairs, bytes) => {
        expect(readFrame(charCountFrame(pairs.flat(), bytes)).body.equals(bytes)).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  test('damage is survived or refused, never anything else', () => {
    const damage = fc.array(fc.tuple(fc.nat(400), fc.nat(255)), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(headers, body, damage, fc.nat(400), (pairs, bytes, changes, cut) => {
        const frame = writeFrame(pairs.flat(), bytes);
        for (const [at, value] of changes) if (at < frame.length) frame[at] = value;
        try {
          readFrame(frame.subarray(0, Math.max(8, frame.length - cut)));
        } catch (error) {
          if (!isFsError(error, 'FS_FRAME_INVALID')) throw error;
        }
      }),
      { numRuns: 5_000 },
    );
  });
});
