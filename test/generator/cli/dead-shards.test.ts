/** `fs-gen dead` where a channel is spread over several streams, each of which has dead letters of its own. */
import { expect, test } from 'vitest';
import { useRedis } from '../../support/shared-redis.js';
import { type DeadProject, deadProject, keyboard } from './dead-project.js';

const redis = useRedis();

/** So many that no shard is left without one. */
const NUMBERS = Array.from({ length: 40 }, (_, n) => n);

const shardKeys = ({ stream }: DeadProject) =>
  [0, 1, 2, 3].map((shard) => (shard === 0 ? stream : `${stream}:shard:${shard}`));

/** How many entries the dead letters of each shard have. */
async function counts(project: DeadProject): Promise<number[]> {
  return Promise.all(shardKeys(project).map((key) => project.admin.xlen(`{${key}}.dead`)));
}

async function listed({ dead_ }: DeadProject, ...args: string[]) {
  const { out } = await dead_('list', [...args, '--json']);
  interface Listed {
    readonly id: string;
    readonly shard: number | null;
    readonly deadLetterStream: string;
    readonly origin: { readonly stream: string; readonly id: string };
  }
  return JSON.parse(out) as { matched: number; deadLetters: readonly Listed[] };
}

const byId = (a: string, b: string) => {
  const [one = [], other = []] = [a, b].map((id) => id.split('-').map(Number));
  return Number(one[0]) - Number(other[0]) || Number(one[1]) - Number(other[1]);
};

test('list shows all shards as one table, the oldest first, also with a limit', async () => {
  const project = await deadProject(redis.url, {}, { shards: 4 });
  await project.fail(NUMBERS);
  expect((await counts(project)).every((count) => count > 0)).toBe(true);
  const { matched, deadLetters } = await listed(project);
  expect(matched).toBe(40);
  const ids = deadLetters.map(({ id }) => id);
  expect(ids).toEqual([...ids].sort(byId));
  const keys = shardKeys(project);
  for (const { shard, origin, deadLetterStream } of deadLetters) {
    expect(origin.stream).toBe(keys[shard ?? -1]);
    expect(deadLetterStream).toBe(`{${origin.stream}}.dead`);
  }
  const few = await listed(project, '--limit', '7');
  expect(few.matched).toBe(40);
  expect(few.deadLetters.map(({ id }) => id)).toEqual(ids.slice(0, 7));

  const { out } = await project.dead_('list', ['--limit', 'all']);
  const [title, , head, ...rows] = out.split('\n');
  expect(title).toBe(`jobs  {${project.stream}}.dead  4 shards`);
  expect(head).toMatch(/^ID {14,}WHEN {18}OPERATION {2}SHARD {2}TRIES {2}REASON$/);
  expect(rows.slice(0, 40).map((row) => row.split(' ', 1)[0])).toEqual(ids);
  expect(rows[0]).toMatch(new RegExp(`onJob {6,}${deadLetters[0]?.shard} {6}1 {2}TypeError: it broke$`));
  expect(out).toContain('40 dead letters: 40 TypeError');
});

test('shards that were added later than the document knows are seen', async () => {
  const project = await deadProject(redis.url, {}, { shards: 4, declared: 1 });
  await project.fail(NUMBERS);
  expect(await listed(project)).toMatchObject({ matched: 40 });
});

test('shards that the document has and nobody has made yet are looked at', async () => {
  const project = await deadProject(redis.url, {}, { shards: 1, declared: 4 });
  await project.fail([1]);
  const [[, fields = []] = ['', []]] = await project.admin.xrange(project.dead, '-', '+');
  const elsewhere = `${project.stream}:shard:3`;
  const moved = fields.map((value) => (value === project.stream ? elsewhere : value));
  await project.admin.xadd(`{${elsewhere}}.dead`, '*', ...moved);
  expect((await listed(project)).deadLetters.map(({ shard }) => shard)).toEqual([0, 3]);
});

test('show finds one in any shard by either id, and says which', async () => {
  const project = await deadProject(redis.url, {}, { shards: 4 });
  await project.fail(NUMBERS);
  const { deadLetters } = await listed(project);
  const last = deadLetters.find(({ shard }) => shard === 3);
  const { out } = await project.dead_('show', [last?.id ?? '']);
  expect(out).toContain('  shard       3, from 0 to 3\n');
  expect(out).toContain(`${last?.origin.id} of ${project.stream}:shard:3\n`);
  const byOrigin = await project.dead_('show', [last?.origin.id ?? '']);
  expect(byOrigin.out).toContain(`Dead letter ${last?.id}  {${project.stream}:shard:3}.dead\n`);
});

test('an id that several shards have given is asked about', async () => {
  const project = await deadProject(redis.url, {}, { shards: 4 });
  await project.fail([1]);
  const [only] = (await listed(project)).deadLetters;
  const [one = '', other = ''] = shardKeys(project);
  await project.admin.del(...shardKeys(project).map((key) => `{${key}}.dead`));
  for (const key of [one, other]) {
    const about = ['fs:stream', key, 'fs:id', '7-0', 'fs:group', 'test', 'fs:reason', 'broken'];
    await project.admin.xadd(`{${key}}.dead`, only?.id ?? '', '__data__', 'x', ...about);
  }
  for (const id of [only?.id ?? '', '7-0']) {
    const { code, err } = await project.dead_('replay', [id]);
    expect(code).toBe(2);
    expect(err).toContain('This would replay 2 dead letters');
  }
  expect((await project.dead_('replay', ['7-0', '--yes'])).out).toContain('✔ 2 dead letters replayed');
  expect(await Promise.all([one, other].map((key) => project.admin.xlen(`{${key}}.dead`)))).toEqual([0, 0]);
});

test('replay puts each back into the shard that it came from, the oldest first', async () => {
  const project = await deadProject(redis.url, {}, { shards: 4 });
  await project.fail(NUMBERS);
  const before = await counts(project);
  const { deadLetters } = await listed(project);
  const lengths = () => Promise.all(shardKeys(project).map((key) => project.admin.xlen(key)));
  const stood = await lengths();

  const dry = await project.dead_('replay', ['--limit', '5', '--dry-run']);
  expect(dry.out).toContain('Would replay 5 dead letters');
  for (const { id } of deadLetters.slice(0, 5)) expect(dry.out).toContain(id);
  const some = await project.dead_('replay', ['--limit', '5', '--yes']);
  expect(some.out).toContain('✔ 5 dead letters replayed');
  const left = await listed(project);
  expect(left.deadLetters.map(({ id }) => id)).toEqual(deadLetters.slice(5).map(({ id }) => id));

  const rest = await project.dead_('replay', [], {
    isTTY: true,
    stdin: keyboard('y'),
    env: { NO_COLOR: '1' },
  });
  expect(rest.out).toContain('✔ 35 dead letters replayed');
  expect(await counts(project)).toEqual([0, 0, 0, 0]);
  expect((await lengths()).map((length, shard) => length - (stood[shard] ?? 0))).toEqual(before);
  const seen: number[] = [];
  await project.work(40, ({ n }) => void seen.push(n));
  expect(seen.sort((a, b) => a - b)).toEqual(NUMBERS);
});

test('discard takes them off all shards', async () => {
  const project = await deadProject(redis.url, {}, { shards: 4 });
  await project.fail(NUMBERS);
  const { out } = await project.dead_('discard', ['--yes']);
  expect(out).toContain('✔ 40 dead letters discarded');
  expect(await counts(project)).toEqual([0, 0, 0, 0]);
});

test('one dead-letter stream that the contract names has those of all shards', async () => {
  const named = redis.key('graveyard');
  const project = await deadProject(redis.url, { deadLetter: named }, { shards: 4 });
  await project.fail(NUMBERS);
  await project.admin.xadd(named, '*', 'made', 'elsewhere');
  // Only what came from this channel is meant, from whatever shard.
  const { deadLetters, matched } = await listed(project, '--channel', 'jobs');
  expect(matched).toBe(40);
  expect(new Set(deadLetters.map(({ shard }) => shard))).toEqual(new Set([0, 1, 2, 3]));
  const { out } = await project.dead_('replay', ['--channel', 'jobs', '--yes']);
  expect(out).toContain('✔ 40 dead letters replayed');
  expect(await project.admin.xlen(named)).toBe(1);
});
