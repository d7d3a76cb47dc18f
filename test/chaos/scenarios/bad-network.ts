import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { repeated } from '../parts/book.js';
import { STREAM } from '../parts/contract.js';
import type { Crew, Ending } from '../parts/crew.js';
import { wallClock } from '../parts/ledger.js';
import { type Fate, FaultyProxy } from '../parts/proxy.js';
import type { Publisher } from '../parts/publisher.js';
import { settled } from '../parts/verdict.js';
import { atLeast, atMost, exactly, scenario, told } from '../scenario.js';
import type { Stage } from '../stage.js';

const LEASE_MS = 6_000;
const PUBLISH_TIMEOUT_MS = 20_000;
const BACKLOG = 500;
const LATENCY_MS = 500;
/** A connection that has gone silent is given up after 5 s; then a new one is made. */
const AGAIN_MS = 12_000;
const RATE = 200;
/** How long it may take until every command has met every fate once. */
const GIVE_UP_MS = 60_000;
/** A publish is given up when its time is over; what it takes to say so comes on top. */
const GIVING_UP_MS = 1_000;

const FATES: readonly Fate[] = ['reset-before', 'reset-after', 'drop-reply'];

/** All that is sent once a worker runs. Those of a start are not among them: a start that fails says so. */
const COMMANDS: readonly string[] = [
  'fsAppend',
  'XREADGROUP',
  'XACK',
  'XPENDING',
  'CLIENT UNBLOCK',
  'fsRenew',
  'fsAttempt',
  'fsTakeOver',
  'fsDeadLetter',
  'fsHandBack',
  'fsLeave',
];

interface Net {
  readonly stage: Stage;
  readonly proxy: FaultyProxy;
  readonly publisher: Publisher;
}

export const badNetwork = scenario({
  name: 'bad-network',
  what: 'a proxy drops replies, leaves connections half-open, takes 500 ms, and resets them at each command',
  sizes: {
    messages: { what: 'messages while replies are dropped', long: 20_000, short: 2_000 },
    drops: { what: 'replies to XADD dropped', long: 200, short: 20 },
    silences: { what: 'times that all connections fall silent', long: 5, short: 1 },
    latency: { what: 'seconds with 500 ms latency', long: 30, short: 4 },
    resets: { what: 'resets at each command, before and after it', long: 10, short: 1 },
  },
  async run(stage, sizes) {
    const server = await stage.redis();
    const admin = stage.admin(server.url);
    const proxy = await FaultyProxy.start(server.port);
    stage.atEnd(() => proxy.close());
    const target = { url: `redis://127.0.0.1:${proxy.port}` };
    const policy = {
      concurrency: { maxWorkers: 10, prefetch: 50 },
      timeout: { lease: LEASE_MS },
      retry: { maxAttempts: 2, delay: 20 },
    };
    const crew = stage.crew({ target, policy });
    const publisher = stage.publisher(target, { publishTimeout: PUBLISH_TIMEOUT_MS });
    const net: Net = { stage, proxy, publisher };
    await crew.hireReady(2);
    const dropped = await dropReplies(net, sizes.messages, sizes.drops);
    const silences = [];
    for (let i = 0; i < sizes.silences; i++) silences.push(await silence(net));
    const slow = await slowDown(net, sizes.latency);
    const { hits, badEndings } = await resetAtEach(net, crew, sizes.resets);
    const { findings } = await settled(stage, { admin, publisher, crew }, 60_000);
    return [
      atLeast('replies to XADD dropped', sizes.drops, dropped),
      atMost(
        'after a silence, until publishing and handling went again, at most',
        stage.patience(AGAIN_MS),
        Math.max(0, ...silences),
        'ms',
      ),
      atLeast(`messages handled with ${LATENCY_MS} ms latency`, 1, slow),
      exactly(
        'commands that did not meet every fate',
        0,
        [...hits.values()].filter((count) => count < sizes.resets * FATES.length).length,
      ),
      told('resets', [...hits].map(([command, count]) => `${command} ${count}`).join(', ')),
      exactly('processes that did not end in order', 0, badEndings),
      exactly('written twice', 0, await doubles(admin)),
      exactly('publishes not settled', 0, publisher.open),
      atMost('slowest publish', PUBLISH_TIMEOUT_MS + stage.patience(GIVING_UP_MS), publisher.slowest, 'ms'),
      told('published and possibly written', publisher.unconfirmed.size),
      told('handler starts repeated', repeated(stage.book.starts)),
      ...findings,
    ];
  },
});

/** Messages go out in many small batches; some of the replies never come. */
async function dropReplies(
  { stage, proxy, publisher }: Net,
  messages: number,
  drops: number,
): Promise<number> {
  let dropped = 0;
  let seen = 0;
  const every = Math.max(2, Math.floor(messages / 20 / drops));
  proxy.fate = (command) => {
    if (command !== 'fsAppend' || dropped >= drops) return 'pass';
    seen += 1;
    if (seen % every !== 0) return 'pass';
    dropped += 1;
    return 'drop-reply';
  };
  const end = publisher.next + messages;
  while (publisher.next < end) {
    await Promise.all(Array.from({ length: Math.min(10, end - publisher.next) }, () => publisher.publish()));
  }
  await stage.until(() => stage.handled() >= publisher.confirmed.size, 60_000);
  proxy.fate = () => 'pass';
  return dropped;
}

/** Everybody waits for an answer that never comes. Gives the ms until messages are published and handled again. */
async function silence({ stage, proxy, publisher }: Net): Promise<number> {
  const busy = publisher.feed({
    count: publisher.next + 50,
    backlog: BACKLOG,
    handled: stage.handled,
    rate: 200,
  });
  await sleep(100);
  proxy.halfOpen();
  const start = wallClock();
  await busy;
  const from = publisher.next;
  await publisher.publish();
  const again = await stage.until(() => {
    stage.book.update();
    return stage.book.dones[from] !== undefined;
  }, 60_000);
  if (again === undefined) throw new Error('a minute after all fell silent nothing is handled');
  const took = wallClock() - start;
  stage.say(`silence: going again after ${Math.round(took)} ms`);
  return took;
}

async function slowDown({ stage, proxy, publisher }: Net, seconds: number): Promise<number> {
  proxy.latency = LATENCY_MS;
  const [before, end] = [stage.handled(), performance.now() + seconds * 1_000];
  await publisher.feed({
    count: Number.MAX_SAFE_INTEGER,
    rate: 100,
    backlog: BACKLOG,
    handled: stage.handled,
    until: () => performance.now() > end,
  });
  await stage.until(() => stage.handled() >= publisher.confirmed.size, 30_000);
  proxy.latency = 0;
  return stage.handled() - before;
}

/**
 * Each command that a running or stopping worker sends, and each of its publisher's, meets each fate so many times.
 * Gives how often each was hit, and how many processes did not end in order.
 */
async function resetAtEach(net: Net, crew: Crew, times: number) {
  const { stage, proxy, publisher } = net;
  const wanted = times * FATES.length;
  const hits = new Map(COMMANDS.map((command) => [command, 0]));
  const quietUntil = new Map<string, number>();
  proxy.fate = (command) => {
    const count = hits.get(command) ?? wanted;
    const now = performance.now();
    if (count >= wanted || now < (quietUntil.get(command) ?? 0)) return 'pass';
    hits.set(command, count + 1);
    quietUntil.set(command, now + stage.random.between(100, 300));
    return FATES[count % FATES.length] ?? 'pass';
  };
  const end = performance.now() + stage.patience(times * GIVE_UP_MS);
  const over = () => [...hits.values()].every((count) => count >= wanted) || performance.now() > end;
  const failing = new Set<number>();
  let paused = false;
  const fed = publisher.feed({
    count: Number.MAX_SAFE_INTEGER,
    rate: RATE,
    backlog: BACKLOG,
    handled: () => (paused ? Number.NEGATIVE_INFINITY : stage.handled() + failing.size),
    until: over,
    job: (n) => {
      // Some fail for good and some take longer than a heartbeat, so that every command is sent.
      if (n % 50 === 0) failing.add(n);
      return n % 50 === 0 ? { failAfter: 0 } : n % 50 === 1 ? { ms: LEASE_MS / 2 } : {};
    },
  });
  const endings: Ending[] = [];
  while (!over()) {
    // Under load there is something to hand back; without it there is a read that waits, to be ended.
    paused = !paused;
    const [leaver] = crew.working;
    await crew.hireReady(1);
    if (leaver !== undefined) endings.push(await leaver.end('SIGTERM'));
  }
  await fed;
  proxy.fate = () => 'pass';
  return { hits, badEndings: endings.filter(({ code }) => code !== 0).length };
}

/** Entries whose message number stands in the stream more than once. */
async function doubles(admin: Redis): Promise<number> {
  const numbers = (await admin.xrangeBuffer(STREAM, '-', '+')).map(([, fields]) =>
    Number(/"n":(\d+)/.exec(fields[1]?.toString('latin1') ?? '')?.[1]),
  );
  return numbers.length - new Set(numbers).size;
}
