import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { standing } from '../parts/balance.js';
import { GROUP, STREAM } from '../parts/contract.js';
import type { Crew, Member } from '../parts/crew.js';
import { wallClock } from '../parts/ledger.js';
import { settled } from '../parts/verdict.js';
import { atMost, scenario, told } from '../scenario.js';
import type { Stage } from '../stage.js';

const LEASE_MS = 5_000;
const WORKERS = 10;
const HANDLER_MS = 50;
/** The one that lasts, and the one that is killed. */
const PROCESSES = 2;
/** More than all can hold: there is always something to read. */
const UNREAD = 1_000;
const GROWTH_MB = 15;
/** A process that has just started still grows into its work; a leak of many kilobytes a message would show all the same. */
const YOUNG_S = 300;
const YOUNG_GROWTH_MB = 50;
const MEGABYTE = 1 << 20;
/** A consumer without a process is removed when it has been idle for a minute, at the next round of tidying. */
const FORGOTTEN_MS = 90_000;
/** A round of tidying, and what a dead process holds: its lease, until it is noticed, and until it is handled. */
const TRIM_LATE_S = 20;

/** What is looked at every second. */
interface Sample {
  readonly length: number;
  readonly pending: number;
  /** Of the consumer that has the most. */
  readonly held: number;
  readonly consumers: number;
  /** Consumers beyond the living processes and those that were killed a short time ago. */
  readonly strangers: number;
}

export const soak = scenario({
  name: 'soak',
  what: 'as much load as two processes can take, a large prefetch, one of them killed again and again',
  sizes: {
    seconds: { what: 'how long the load lasts', long: 1_800, short: 10 },
    prefetch: { what: 'messages held beyond the handlers', long: 1_000, short: 1_000 },
    every: { what: 'seconds between two kills', long: 20, short: 3 },
    trim: { what: 'seconds after which settled entries are removed', long: 60, short: 1 },
  },
  async run(stage, { seconds, prefetch, every, trim }) {
    const server = await stage.redis();
    const admin = stage.admin(server.url);
    const policy = {
      concurrency: { maxWorkers: WORKERS, prefetch },
      timeout: { lease: LEASE_MS },
      stream: { trim: trim * 1_000 },
    };
    const crew = stage.crew({ target: { url: server.url }, policy, handlerMs: HANDLER_MS });
    const publisher = stage.publisher({ url: server.url });
    const hold = WORKERS + prefetch;
    const backlog = PROCESSES * hold + UNREAD;
    const [lasting] = await crew.hireReady(PROCESSES);
    if (lasting === undefined) throw new Error('nobody was hired');
    const memory = memoryOf(stage, lasting);
    let over = false;
    const fed = publisher.feed({
      count: Number.MAX_SAFE_INTEGER,
      backlog,
      handled: stage.handled,
      until: () => over,
    });
    const { samples, kills } = await watch({ stage, admin, crew, lasting, memory }, seconds, every);
    const handled = stage.handled();
    over = true;
    await fed;
    const { balance, findings } = await settled(stage, { admin, publisher, crew }, 60_000);
    const most = (figure: keyof Sample) => Math.max(...samples.map((sample) => sample[figure]));
    const rate = (1_000 * PROCESSES * WORKERS) / HANDLER_MS;
    const [second, last] = [medianOf(memory, 1), medianOf(memory, 4)];
    return [
      told('kills', kills),
      told('messages handled a second', handled / seconds),
      told('memory of the process that lasts: median of the second fifth', second, 'MB'),
      told('and of the last fifth', last, 'MB'),
      atMost('growth of its memory', seconds < YOUNG_S ? YOUNG_GROWTH_MB : GROWTH_MB, last - second, 'MB'),
      atMost('pending of one consumer, at most', hold, most('held')),
      // What a dead process held stays with it for a while, and meanwhile others may have died.
      atMost('pending, at most', (PROCESSES + Math.ceil(TRIM_LATE_S / every)) * hold, most('pending')),
      atMost('length of the stream, at most', rate * (trim + TRIM_LATE_S) + backlog, most('length')),
      told('consumers, at most', most('consumers')),
      atMost('consumers beyond the living and the latest dead, at most', 0, most('strangers')),
      ...findings,
      told('handler starts repeated', balance.repeatedStarts),
    ];
  },
});

interface Watched {
  readonly stage: Stage;
  readonly admin: Redis;
  readonly crew: Crew;
  readonly lasting: Member;
  readonly memory: readonly number[];
}

/** Looks every second, and kills whoever is not to last when it is time. */
async function watch(watched: Watched, seconds: number, every: number) {
  const { stage, admin, crew, lasting, memory } = watched;
  const samples: Sample[] = [];
  const kills: number[] = [];
  const start = performance.now();
  for (let second = 1; second <= seconds; second++) {
    await sleep(Math.max(0, start + 1_000 * second - performance.now()));
    const sample = await look(admin, crew, kills);
    samples.push(sample);
    if (second % 60 === 0) stage.say(inWords(second, sample, memory));
    if (second % every !== 0) continue;
    const victim = crew.working.find((member) => member !== lasting);
    // Still starting, when it was killed a moment ago and the machine is slow.
    if (victim === undefined) continue;
    await victim.end('SIGKILL');
    kills.push(wallClock());
    crew.hire();
  }
  return { samples, kills: kills.length };
}

async function look(admin: Redis, crew: Crew, kills: readonly number[]): Promise<Sample> {
  const [length, { pending, consumers }, details] = await Promise.all([
    admin.xlen(STREAM),
    standing(admin),
    admin.xinfo('CONSUMERS', STREAM, GROUP) as Promise<unknown[][]>,
  ]);
  const held = details.map((fields) => Number(fields[fields.indexOf('pending') + 1]));
  const latest = kills.filter((at) => wallClock() - at < FORGOTTEN_MS).length;
  const strangers = consumers - crew.members.length - latest;
  return { length, pending, held: Math.max(0, ...held), consumers, strangers };
}

/** Resident memory as the process itself reports it each second, in MB; grows on. */
function memoryOf(stage: Stage, { pid }: Member): readonly number[] {
  const memory: number[] = [];
  const end = stage.book.onLine((line) => {
    if (line.kind !== 'event' || line.pid !== pid || line.name !== 'rss') return;
    memory.push(line.count / MEGABYTE);
  });
  stage.atEnd(end);
  return memory;
}

/** Of one fifth of the run, counted from 0. */
function medianOf(memory: readonly number[], fifth: number): number {
  const share = memory.length / 5;
  const part = memory.slice(Math.floor(fifth * share), Math.floor((fifth + 1) * share));
  const sorted = [...part].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.POSITIVE_INFINITY;
}

function inWords(second: number, sample: Sample, memory: readonly number[]): string {
  const { length, pending, consumers } = sample;
  const megabytes = Math.round(memory.at(-1) ?? 0);
  return `${second} s: ${megabytes} MB, pending ${pending}, length ${length}, consumers ${consumers}`;
}
