/** What strangers may write into a stream: it becomes a message or poison, and nothing else happens. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { writeFrame } from '../../../runtime/src/codec/frame.js';
import { resolvePolicy } from '../../../runtime/src/core/policy.js';
import { decode, NOT_RECEIVED } from '../../../runtime/src/engine/decode.js';
import type { Subscription } from '../../../runtime/src/engine/route.js';
import { FsError } from '../../../runtime/src/errors.js';
import { jobContract } from '../engine/harness.js';

const MAX = 1 << 20;
const POISON = new Set(['FS_FRAME_INVALID', 'FS_MESSAGE_INVALID', 'FS_MESSAGE_TOO_LARGE']);
const DATA = Buffer.from('__data__');

/** Nested as deep as anybody likes. */
interface Tree {
  readonly n?: number | undefined;
  readonly child?: Tree | undefined;
}
const tree: z.ZodType<Tree> = z.lazy(() => z.looseObject({ n: z.int().optional(), child: tree.optional() }));

function subscription(payload: z.ZodType<unknown>): Subscription {
  const { contract } = jobContract();
  const message = { name: 'job', contentType: 'application/json', payload };
  const channel = { ...contract.channels.jobs, messages: { job: message } };
  const operation = { ...contract.operations.onJob, channel };
  return {
    name: 'onJob',
    channel,
    policy: resolvePolicy({}, 'onJob'),
    routes: [{ operation, message, handler: () => undefined }],
    messages: [message],
  } as unknown as Subscription;
}

const anything = subscription(z.unknown());
const strict = subscription(z.looseObject({ n: z.int() }));

function isAccountedFor(fields: readonly Uint8Array[], by = anything): void {
  const result = decode(fields, by, MAX);
  if (result instanceof FsError) {
    if (!POISON.has(result.code)) throw result;
    return;
  }
  if (result === NOT_RECEIVED) throw new Error('there is nobody else who could receive it');
}

/** A frame that was sound, with some of its bytes replaced, or cut off. */
const damagedFrame = fc
  .tuple(
    fc.array(fc.string({ unit: 'binary', maxLength: 12 }), { maxLength: 8 }),
    fc.uint8Array({ maxLength: 40 }),
    fc.array(fc.tuple(fc.nat(80), fc.nat(255)), { maxLength: 12 }),
    fc.nat(120),
  )
  .map(([headers, body, changes, length]) => {
    const frame = writeFrame(headers.slice(0, headers.length & ~1), body);
    for (const [at, byte] of changes) if (at < frame.length) frame[at] = byte;
    return frame.subarray(0, Math.max(0, frame.length - (length > 100 ? length - 100 : 0)));
  });

/** Offsets of every size, in an otherwise sound frame. */
const offsets = fc
  .tuple(fc.integer({ min: 0, max: 0xffffffff }), fc.integer({ min: 0, max: 0xffffffff }), fc.nat(0xffff))
  .map(([headersAt, dataAt, count]) => {
    const frame = writeFrame(['correlation_id', 'c'], '{"n":1}');
    frame.writeUInt32BE(headersAt, 10);
    frame.writeUInt32BE(dataAt, 14);
    frame.writeUInt16BE(count, 18);
    return frame;
  });

describe('untrusted entries', () => {
  it.each([
    ['random bytes', fc.uint8Array({ maxLength: 300 })],
    ['damaged frames', damagedFrame],
    ['frames with any offsets', offsets],
    ['any JSON', fc.json().map((text) => Buffer.from(text))],
    ['text', fc.string({ unit: 'binary' }).map((text) => Buffer.from(text))],
  ])('%s', (_, bytes) =>
    fc.assert(
      fc.property(bytes, (data) => {
        isAccountedFor([DATA, data]);
        isAccountedFor([DATA, data], strict);
      }),
      { numRuns: 2_000 },
    ),
  );

  it('fields of other tools, odd in number and name', () =>
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 20 }), { maxLength: 9 }), (fields) =>
        isAccountedFor(fields),
      ),
    ));

  it.each(['{"__proto__":{"polluted":1},"n":1}', '{"constructor":{"prototype":{"polluted":1}},"n":1}'])(
    '%s pollutes nothing',
    (json) => {
      isAccountedFor([DATA, Buffer.from(json)], strict);
      isAccountedFor([DATA, writeFrame(['__proto__', 'x', 'content-type', 'application/json'], json)]);
      isAccountedFor([Buffer.from('__proto__'), Buffer.from('x'), Buffer.from('n'), Buffer.from('1')]);
      expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    },
  );

  it('JSON nested 200,000 deep is poison or a message, and no crash', () => {
    const deep = `${'{"child":'.repeat(100_000)}{}${'}'.repeat(100_000)}`;
    isAccountedFor([DATA, Buffer.from(deep)], subscription(tree));
    isAccountedFor([DATA, Buffer.from('['.repeat(500_000))]);
    isAccountedFor([DATA, Buffer.from(`${'['.repeat(200_000)}${']'.repeat(200_000)}`)], strict);
  });

  it('a header table of 65,535 headers', () => {
    const headers = Array.from({ length: 65_535 }, (_, i) => [`h${i}`, '']).flat();
    const result = decode([DATA, writeFrame(headers, '{"n":1}')], strict, MAX);
    expect(result).toMatchObject({ payload: { n: 1 } });
    const bomb = writeFrame(['a', 'b'], '{"n":1}');
    bomb.writeUInt16BE(65_535, 18);
    isAccountedFor([DATA, bomb]);
  });

  it('a payload of 50 MB is not even looked at', () => {
    const payload = Buffer.alloc(50_000_000, '[');
    expect(decode([DATA, payload], anything, 16 << 20)).toMatchObject({ code: 'FS_MESSAGE_TOO_LARGE' });
  });
});
