/** `fs-gen dead`, against a real Redis in which real workers have given up on messages. */
import { describe, expect, test } from 'vitest';
import { useRedis } from '../../support/shared-redis.js';
import { deadProject, keyboard } from './dead-project.js';

const redis = useRedis();

describe('list', () => {
  test('shows what failed, why, and how often', async () => {
    const { dead_, fail, admin, stream, dead, work } = await deadProject(redis.url);
    await fail([1, 2]);
    await admin.xadd(stream, '*', '__data__', '{"n":"one"}');
    await work(1, () => {});
    await admin.xadd(dead, '*', 'made', 'elsewhere');
    const { code, out, err } = await dead_('list');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const [title, , head, ...rows] = out.split('\n');
    expect(title).toBe(`jobs  ${dead}`);
    expect(head).toMatch(/^ID {14,}WHEN {18}OPERATION {2}TRIES {2}REASON$/);
    const when = String.raw`\d+-\d+  \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ`;
    expect(rows[0]).toMatch(new RegExp(`^${when}  onJob          1  TypeError: it broke$`));
    expect(rows[2]).toMatch(
      new RegExp(`^${when}  onJob          1  FS_MESSAGE_INVALID: The payload .* at n: `),
    );
    expect(rows[3]).toMatch(new RegExp(`^${when}  -              -  foreign: .* 13 bytes$`));
    expect(out.trimEnd()).toMatch(/4 dead letters: 2 TypeError, 1 FS_MESSAGE_INVALID, 1 foreign$/);
  });

  test('fits on a screen of 80 columns, in colours unless they are not wanted', async () => {
    const { dead_, fail } = await deadProject(redis.url);
    await fail([1], `the model ${'really '.repeat(20)}broke`);
    const { out } = await dead_('list', [], { isTTY: true, env: { NO_COLOR: '1' } });
    expect(out.split('\n').filter((line) => line.length > 80)).toEqual([]);
    expect(out).toMatch(/\n {2}TypeError: the model really .*…\n/);
    expect(out).not.toContain('\u001b');
    const colourful = await dead_('list', [], { isTTY: true });
    expect(colourful.out).toContain('\u001b[31mTypeError');
  });

  test('lets no escape sequence of a stranger through to the terminal', async () => {
    const { dead_, fail, ids } = await deadProject(redis.url);
    await fail([1], 'red \u001b[31m, title \u001b]0;gotcha\u0007, \u009b2J and \u202eback\nnext line');
    const [id = ''] = await ids();
    const hostile = /[^\P{Cc}\n]|\u202e|gotcha/u;
    expect((await dead_('list')).out).not.toMatch(hostile);
    expect((await dead_('list')).out).toContain('TypeError: red , title ,');
    expect((await dead_('show', [id])).out).not.toMatch(hostile);
  });

  test('--reason, --since, --limit and ids choose', async () => {
    const { dead_, fail, ids, admin, dead } = await deadProject(redis.url);
    await fail([1, 2, 3]);
    await fail([4], 'the Disk is full');
    const [first = '', second = ''] = await ids();
    const listed = async (...args: string[]) => {
      const { out } = await dead_('list', [...args, '--json']);
      const { deadLetters, matched } = JSON.parse(out);
      return { ids: deadLetters.map((letter: { id: string }) => letter.id), matched };
    };
    const [, , , fourth] = await ids();
    expect(await listed('--reason', 'disk')).toEqual({ ids: [fourth], matched: 1 });
    expect(await listed('--reason', 'typeerror', '--limit', '2')).toEqual({
      ids: [first, second],
      matched: 4,
    });
    expect(await listed('--id', second)).toEqual({ ids: [second], matched: 1 });
    const [[, fields = []] = ['', []]] = await admin.xrange(dead, second, second);
    const was = fields[fields.indexOf('fs:id') + 1] ?? '';
    expect(await listed('--id', was)).toEqual({ ids: [second], matched: 1 });
    // Two days old by its id, which is Redis's clock in all others.
    const old = `${Date.now() - 2 * 86_400_000}-0`;
    await admin.del(dead);
    for (const id of [old, `${Date.now()}-0`]) await admin.xadd(dead, id, ...fields);
    expect(await listed('--since', '1d')).toMatchObject({ matched: 1 });
    expect(await listed('--since', '3d')).toMatchObject({ matched: 2 });
    expect(await listed('--since', new Date(Date.now() - 3_600_000).toISOString())).toMatchObject({
      matched: 1,
    });
  });

  test('says how many more there are', async () => {
    const { dead_, fail } = await deadProject(redis.url);
    await fail([1, 2, 3]);
    const { out } = await dead_('list', ['--limit', '1']);
    expect(out).toContain('… and 2 more; --limit all lists them\n3 dead letters: 3 TypeError\n');
  });

  test('says so when there is nothing', async () => {
    const { dead_ } = await deadProject(redis.url);
    expect(await dead_('list')).toEqual({ code: 0, out: '✔ No dead letters.\n', err: '' });
    expect((await dead_('list', ['--since', '1h'])).out).toBe('✔ No dead letter matches.\n');
  });
});

describe('show', () => {
  test('shows everything, by either id', async () => {
    const { dead_, publish, work, ids, stream } = await deadProject(redis.url);
    await publish(7, { headers: { tenant: 'acmé' }, messageId: 'm-7' });
    await work(1, () => {
      throw new TypeError('it broke');
    });
    const [id = ''] = await ids();
    const { code, out } = await dead_('show', [id]);
    expect(code).toBe(0);
    for (const text of [
      `Dead letter ${id}`,
      '  operation   onJob',
      '  group       test',
      '  tries       1',
    ]) {
      expect(out).toContain(text);
    }
    expect(out).toContain('  reason      the handler failed once\n  error       TypeError: it broke\n');
    expect(out).toMatch(/\nStack\n {2}TypeError: it broke\n {6}at /);
    expect(out).toContain('  tenant: acmé\n');
    expect(out).toContain('  message_id: m-7\n');
    expect(out).toContain('  {\n    "n": 7\n  }\n');
    const [, was = ''] = /was {9}(\S+) of (.*)\n/.exec(out) ?? [];
    expect(out).toContain(`${was} of ${stream}`);
    expect((await dead_('show', [was])).out).toBe(out);
  });

  test('shows issues, and bytes that nobody can read', async () => {
    const { dead_, admin, stream, work, ids } = await deadProject(redis.url);
    await admin.xadd(stream, '*', '__data__', '{"n":"one"}');
    const frame = Buffer.concat([Buffer.from('8942494e0d0a1a0a0009', 'hex'), Buffer.alloc(400, 0xfe)]);
    await admin.xadd(stream, '*', '__data__', frame);
    await work(2, () => {});
    const [invalid = '', unreadable = ''] = await ids();
    expect((await dead_('show', [invalid])).out).toMatch(/\nIssues\n {2}n: .*expected (int|number)/);
    const { out } = await dead_('show', [unreadable]);
    expect(out).toContain('  0000  89 42 49 4e 0d 0a 1a 0a 00 09 fe fe fe fe fe fe  .BIN............\n');
    expect(out).toContain('… and 154 bytes more; --json has all');
    const { entryBase64 } = JSON.parse((await dead_('show', [unreadable, '--json'])).out);
    expect(Buffer.from(entryBase64, 'base64')).toEqual(frame);
  });

  test('--json has the payload as it is', async () => {
    const { dead_, fail, ids } = await deadProject(redis.url);
    await fail([3]);
    const [id = ''] = await ids();
    const shown = JSON.parse((await dead_('show', [id, '--json'])).out);
    expect(shown).toMatchObject({
      id,
      payload: { n: 3 },
      operation: 'onJob',
      origin: { group: 'test', attempts: 1 },
    });
  });
});

describe('replay', () => {
  test('gives the message to the handler again, with the same id and headers', async () => {
    const { dead_, publish, work, ids, admin, stream } = await deadProject(redis.url);
    const seen: object[] = [];
    await publish(1, { headers: { tenant: 'acmé' }, messageId: 'm-1' });
    await work(1, (job, { id, headers }) => {
      seen.push({ job, id, headers });
      throw new TypeError('not yet');
    });
    const { code, out } = await dead_('replay', ['--reason', 'not yet', '--yes']);
    expect({ code, out }).toEqual({ code: 0, out: '✔ 1 dead letter replayed\n' });
    expect(await ids()).toEqual([]);
    await work(1, (job, { id, headers }) => void seen.push({ job, id, headers }));
    expect(seen[1]).toEqual(seen[0]);
    expect(seen[0]).toMatchObject({ job: { n: 1 }, id: 'm-1', headers: { tenant: 'acmé' } });
    const [first, second] = (await admin.xrangeBuffer(stream, '-', '+')).map(([, fields]) =>
      fields.map(String),
    );
    expect(second).toEqual([...(first ?? []), 'fs:for-group', 'test']);
    expect((await admin.xpending(stream, 'test'))[0]).toBe(0);
  });

  test('replayed again after it failed again, it carries the mark once', async () => {
    const { dead_, fail, work, admin, stream } = await deadProject(redis.url);
    await fail([1]);
    for (let round = 0; round < 2; round++) {
      await dead_('replay', ['--yes']);
      await work(1, () => {
        throw new Error('again');
      });
    }
    await dead_('replay', ['--yes']);
    const fields = (await admin.xrange(stream, '-', '+')).map(([, [name, , ...more]]) => [name, ...more]);
    expect(fields).toEqual([['__data__'], ...Array(3).fill(['__data__', 'fs:for-group', 'test'])]);
  });

  test('leaves alone what fails again meanwhile', async () => {
    const { dead_, fail, work, ids } = await deadProject(redis.url);
    // More than a page: the second is read when the first is on its way back already.
    const numbers = Array.from({ length: 700 }, (_, n) => n);
    await fail(numbers);
    const failing = work(numbers.length, () => {
      throw new Error('again');
    });
    const { out } = await dead_('replay', ['--yes']);
    expect(out).toBe('✔ 700 dead letters replayed\n');
    await failing;
    expect(await ids()).toHaveLength(700);
  });

  test('--dry-run shows what it would do, and does not', async () => {
    const { dead_, fail, ids, admin, stream } = await deadProject(redis.url);
    await fail([1, 2]);
    const before = await ids();
    const { code, out } = await dead_('replay', ['--dry-run']);
    expect(code).toBe(0);
    expect(out).toContain('Would replay 2 dead letters: 2 TypeError\nNothing was changed (--dry-run).\n');
    expect(out).toContain(before[1]);
    expect(await ids()).toEqual(before);
    expect(await admin.xlen(stream)).toBe(2);
  });

  test('takes ids, and names those that are not there', async () => {
    const { dead_, fail, ids } = await deadProject(redis.url);
    await fail([1, 2, 3]);
    const [first = '', second = '', third = ''] = await ids();
    const { code, out, err } = await dead_('replay', [first, third, '5-5']);
    expect({ code, out }).toEqual({ code: 0, out: '✔ 2 dead letters replayed\n' });
    expect(err).toBe('warning  There is no dead letter 5-5.\n');
    expect(await ids()).toEqual([second]);
    expect(await dead_('replay', [first])).toMatchObject({
      code: 0,
      out: '✔ Nothing to replay: no dead letter matches.\n',
    });
  });

  test('--limit takes the oldest, and --json tells the counts', async () => {
    const { dead_, fail, ids, admin, dead } = await deadProject(redis.url);
    await admin.xadd(dead, '*', 'made', 'elsewhere');
    await fail([1, 2, 3]);
    const [foreign, , , last] = await ids();
    const { out } = await dead_('replay', ['--limit', '2', '--yes', '--json']);
    expect(JSON.parse(out)).toEqual({
      dryRun: false,
      matched: 2,
      reasons: { TypeError: 2 },
      replayed: 2,
      failed: 0,
      foreign: 1,
      missing: [],
    });
    expect(await ids()).toEqual([foreign, last]);
  });

  test('asks, where somebody is there to answer', async () => {
    const { dead_, fail, ids } = await deadProject(redis.url);
    await fail([1, 2]);
    const answered = (text?: string) =>
      dead_('replay', [], { isTTY: true, env: { NO_COLOR: '1' }, stdin: keyboard(text) });
    for (const answer of ['n', '', undefined]) {
      const { code, err } = await answered(answer);
      expect(code).toBe(0);
      expect(err).toContain('Replay 2 dead letters (2 TypeError) of jobs? [y/N] ');
      expect(err).toContain('Nothing was changed.\n');
      expect(await ids()).toHaveLength(2);
    }
    const { out, err } = await answered('y');
    expect(out).toBe('✔ 2 dead letters replayed\n');
    expect(err).toContain('replaying  ████████████████████████  2 of 2');
    expect(await ids()).toEqual([]);
  });

  test('refuses more than one where nobody is', async () => {
    const { dead_, fail, ids } = await deadProject(redis.url);
    await fail([1, 2]);
    const { code, out, err } = await dead_('replay');
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain('FS_CONFIRMATION_MISSING');
    expect(err).toContain('hint: Add --yes, or name the ids');
    expect(await ids()).toHaveLength(2);
    expect(await dead_('replay', ['--limit', '1'])).toMatchObject({ code: 0 });
  });
});

describe('discard', () => {
  test('deletes what is chosen, foreign entries too', async () => {
    const { dead_, fail, ids, admin, dead, stream } = await deadProject(redis.url);
    await fail([1, 2]);
    await fail([3], 'the disk is full');
    await admin.xadd(dead, '*', 'made', 'elsewhere');
    expect((await dead_('discard', ['--reason', 'broke', '--yes'])).out).toBe('✔ 2 dead letters discarded\n');
    expect(await ids()).toHaveLength(2);
    expect((await dead_('discard', ['--yes'])).out).toBe('✔ 2 dead letters discarded\n');
    expect(await ids()).toEqual([]);
    expect(await admin.xlen(stream)).toBe(3);
  });

  test('asks even for one whose id is given, because it is for good', async () => {
    const { dead_, fail, ids } = await deadProject(redis.url);
    await fail([1]);
    const [id = ''] = await ids();
    expect(await dead_('discard', [id])).toMatchObject({ code: 2 });
    const options = { isTTY: true, env: { NO_COLOR: '1' } };
    expect((await dead_('discard', [id], { ...options, stdin: keyboard('no') })).err).toContain(
      'for good? [y/N]',
    );
    expect(await ids()).toEqual([id]);
    await dead_('discard', [id], { ...options, stdin: keyboard('yes') });
    expect(await ids()).toEqual([]);
  });
});
