/** The dead letters of a real Redis: large ones, wide ones, hostile ones, two operators, a connection that breaks. */
import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { DeadLetters } from '../../../runtime/src/operate/dead-letters.js';
import type { DeadLetter } from '../../../runtime/src/operate/letter.js';
import { startProxy } from '../../support/proxy.js';
import { useRedis } from '../../support/shared-redis.js';

const redis = useRedis();
let admin: Redis;
beforeAll(() => {
  admin = new Redis(redis.url);
});
afterAll(() => admin.disconnect());

function open(url = redis.url): DeadLetters {
  const deadLetters = new DeadLetters(url);
  onTestFinished(() => deadLetters.close());
  return deadLetters;
}

/** What the engine adds to an entry that has failed. */
const about = (stream: string, reason = 'broken') =>
  ['fs:stream', stream, 'fs:id', '7-0', 'fs:group', 'g', 'fs:attempts', '3', 'fs:reason', reason] as const;

async function scanned(
  deadLetters: DeadLetters,
  ...args: Parameters<DeadLetters['scan']>
): Promise<DeadLetter[]> {
  const all: DeadLetter[] = [];
  for await (const { letters } of deadLetters.scan(...args)) all.push(...letters);
  return all;
}

async function replayed(deadLetters: DeadLetters, dead: string, letters: readonly DeadLetter[]) {
  const kinds: string[] = [];
  for await (const batch of deadLetters.replay(dead, letters))
    kinds.push(...batch.map(({ result }) => result.kind));
  return kinds;
}

/** A stream and its dead letters, in one slot. */
function pair(name: string): { stream: string; dead: string } {
  const stream = redis.key(name);
  return { stream, dead: `{${stream}}.dead` };
}

describe('reading', () => {
  it('goes on where a page ends, up to the last id that it may', async () => {
    const { stream, dead } = pair('pages');
    const ids = Array.from({ length: 1_203 }, (_, n) => `${n + 1}-0`);
    const pipeline = admin.pipeline();
    for (const id of ids) pipeline.xadd(dead, id, 'a', 'b', ...about(stream));
    await pipeline.exec();
    const deadLetters = open();
    expect((await scanned(deadLetters, dead)).map(({ id }) => id)).toEqual(ids);
    expect(await scanned(deadLetters, dead, {}, '600-0')).toHaveLength(600);
    expect(await scanned(deadLetters, dead, { since: 1_200 })).toHaveLength(4);
    expect(await deadLetters.count(dead)).toBe(1_203);
  });

  it('leaves payloads on the server', async () => {
    const { stream, dead } = pair('large');
    for (let n = 0; n < 8; n++)
      await admin.xadd(dead, '*', '__data__', Buffer.alloc(4_000_000, 120), ...about(stream));
    const sent = async () => Number(/total_net_output_bytes:(\d+)/.exec(await admin.info('stats'))?.[1]);
    const deadLetters = open();
    await deadLetters.start();
    const before = await sent();
    const letters = await scanned(deadLetters, dead);
    expect(letters.map(({ size }) => size)).toEqual(Array(8).fill(4_000_008));
    expect((await sent()) - before).toBeLessThan(50_000);
    expect(await replayed(deadLetters, dead, letters)).toEqual(Array(8).fill('replayed'));
    expect((await sent()) - before).toBeLessThan(100_000);
    expect(await admin.xlen(stream)).toBe(8);
  });

  it('takes the last of several fields of one name for its own, and cuts reasons short', async () => {
    const { stream, dead } = pair('spoofed');
    await admin.xadd(
      dead,
      '*',
      ...about('elsewhere', 'spoofed'),
      'a',
      'b',
      ...about(stream, 'x'.repeat(10_000)),
    );
    const deadLetters = open();
    const [letter] = await scanned(deadLetters, dead);
    expect(letter?.origin).toMatchObject({ stream, attempts: 3 });
    expect(letter?.origin?.reason).toHaveLength(4_096);
    // The entry's own fields, those that look like ours among them, go back as they were.
    const own = [...about('elsewhere', 'spoofed'), 'a', 'b'];
    expect(letter?.size).toBe(own.join('').length);
    expect(await replayed(deadLetters, dead, letter === undefined ? [] : [letter])).toEqual(['replayed']);
    const [[, written = []] = ['', []]] = await admin.xrange(stream, '-', '+');
    expect(written).toEqual([...own, 'fs:for-group', 'g']);
  });
});

describe('replaying', () => {
  it.each([
    ['one slot', 3_950],
    ['one slot', 3_951],
    ['one slot', 9_000],
    ['two slots', 3_949],
    ['two slots', 9_000],
  ])('puts back an entry of many fields: %s, %i', async (where, count) => {
    const { stream, dead: near } = pair('wide');
    const dead = where === 'one slot' ? near : redis.key('wide.dead');
    const fields = Array.from({ length: count }, (_, n) => [`f${n}`, 'v']).flat();
    await admin.xadd(dead, '*', ...fields, ...about(stream));
    const deadLetters = open();
    expect(await replayed(deadLetters, dead, await scanned(deadLetters, dead))).toEqual(['replayed']);
    expect((await admin.xrange(stream, '-', '+')).map(([, written]) => written)).toEqual([
      [...fields, 'fs:for-group', 'g'],
    ]);
    expect(await admin.xlen(dead)).toBe(0);
  });

  it.each(['one slot', 'two slots'])(
    'leaves it where it is when Redis refuses to write: %s',
    async (where) => {
      const { stream, dead: near } = pair('refused');
      const dead = where === 'one slot' ? near : redis.key('refused.dead');
      await admin.set(stream, 'not a stream');
      await admin.xadd(dead, '*', 'a', 'b', ...about(stream));
      const deadLetters = open();
      expect(await replayed(deadLetters, dead, await scanned(deadLetters, dead))).toEqual(['refused']);
      expect(await admin.xlen(dead)).toBe(1);
    },
  );

  it('happens once, however many operators ask for it', async () => {
    const { stream, dead } = pair('operators');
    for (let n = 0; n < 250; n++) await admin.xadd(dead, '*', 'n', n, ...about(stream));
    const operators = [open(), open(), open()];
    const letters = await scanned(open(), dead);
    const kinds = await Promise.all(operators.map((operator) => replayed(operator, dead, letters)));
    expect(kinds.flat().filter((kind) => kind === 'replayed')).toHaveLength(250);
    expect(kinds.flat().filter((kind) => kind === 'gone')).toHaveLength(500);
    expect(await admin.xlen(stream)).toBe(250);
  });

  it('does not write twice what was cut off before it was removed from another slot', async () => {
    const stream = redis.key('apart');
    const dead = redis.key('everything.dead');
    for (let n = 0; n < 3; n++) await admin.xadd(dead, '*', 'n', n, 'fs:for-group', 'old', ...about(stream));
    const proxy = await startProxy(redis.server.port);
    const unlucky = open(`redis://127.0.0.1:${proxy.port}`);
    const letters = await scanned(unlucky, dead);
    // The reply to the script that writes is the new entry's id, as a bulk string.
    const dropped = proxy.dropReply((reply) => /^\$\d+\r\n\d+-\d+\r\n$/.test(reply.toString('latin1')));
    await expect(replayed(unlucky, dead, letters)).rejects.toMatchObject({ code: 'FS_BROKER_UNREACHABLE' });
    await dropped;
    expect([await admin.xlen(stream), await admin.xlen(dead)]).toEqual([1, 3]);
    const again = open();
    expect(await replayed(again, dead, await scanned(again, dead))).toEqual(Array(3).fill('replayed'));
    const written = (await admin.xrange(stream, '-', '+')).map(([, fields]) => fields);
    expect(written).toEqual(['0', '1', '2'].map((n) => ['n', n, 'fs:for-group', 'g']));
    expect(await admin.xlen(dead)).toBe(0);
    for (const key of await admin.keys(`{${stream}}:fs:replayed:*`)) {
      expect(await admin.pttl(key)).toBeLessThanOrEqual(60_000);
    }
    await proxy.close();
  });
});
