import type { Redis } from 'ioredis';
import type { Crew, Ending, Member } from '../parts/crew.js';
import { WRONGS } from '../parts/judge.js';
import { ownersOf } from '../parts/owners.js';
import type { Publisher } from '../parts/publisher.js';
import { settled } from '../parts/verdict.js';
import { atLeast, atMost, exactly, type Finding, scenario, told } from '../scenario.js';
import type { Stage } from '../stage.js';

const LEASE_MS = 1_500;
const HANDLER_MS = 3;
/** Messages that may be ahead of the handlers: every kill hits a process under load. */
const BACKLOG = 2_000;
const FAILING = 0.02;
/** A message may be in the hands of many processes that are killed. */
const RETRY = { maxAttempts: 100, delay: 50 };
/** Nobody needs longer to see that a process is gone, and to take its shards. */
const TAKEN_MS = 30_000;
/** A clean hand-over, from the signal. */
const HANDED_MS = 1_000;

/** A process is killed and replaced at once; or only after others have taken its shards; or told to end. */
type Act = 'kill' | 'take-over' | 'hand-over';

export const order = scenario({
  name: 'order',
  what: 'messages of many keys over shards with owners, which are killed (SIGKILL), stay away, or hand over (SIGTERM)',
  sizes: {
    keys: { what: 'keys', long: 1_000, short: 200 },
    each: { what: 'messages of a key', long: 100, short: 20 },
    kills: { what: 'processes killed', long: 50, short: 6 },
    takeovers: { what: 'of them not replaced before others have their shards', long: 10, short: 2 },
    handovers: { what: 'processes told to end', long: 10, short: 2 },
    processes: { what: 'worker processes at once', long: 3, short: 3 },
    shards: { what: 'shards', long: 4, short: 4 },
    workers: { what: 'handlers at once in a process', long: 20, short: 20 },
  },
  async run(stage, { keys, each, kills, takeovers, handovers, processes, shards, workers }) {
    const server = await stage.redis();
    const admin = stage.admin(server.url);
    const policyOf = (orderBy: string) => ({
      concurrency: { maxWorkers: workers, orderBy },
      retry: RETRY,
      timeout: { lease: LEASE_MS },
      stream: { shards },
    });
    const policy = policyOf('$message.payload#/key');
    const crew = stage.crew({
      target: { url: server.url },
      // Each message a key of its own: still one owner for a shard, and nothing that holds a key together.
      policy: stage.sabotage === 'no-lanes' ? policyOf('$message.payload#/n') : policy,
      handlerMs: HANDLER_MS,
      judged: true,
    });
    const publisher = stage.publisher({ url: server.url }, { policy });
    await crew.hireReady(processes);
    const acts = shuffled(stage, [
      ...Array<Act>(Math.max(0, kills - takeovers)).fill('kill'),
      ...Array<Act>(takeovers).fill('take-over'),
      ...Array<Act>(handovers).fill('hand-over'),
    ]);
    const draw = stage.random.fork(1);
    const jobs = jobsOf(stage, keys, each);
    const fed = publisher.feed({
      count: jobs.length,
      backlog: BACKLOG,
      handled: stage.handled,
      job: (n) => ({ ...jobs[n], ...(draw.chance(FAILING) && { failAfter: 0, failures: 1 }) }),
    });
    const play = new Play(stage, admin, crew, publisher);
    const step = (0.95 * jobs.length) / acts.length;
    for (const [i, act] of acts.entries()) {
      const at = step * (i + stage.random.next());
      if (!(await stage.reaches(at))) break;
      await play.perform(act, stage.random.next());
      if ((i + 1) % 10 === 0) stage.say(`${i + 1} of ${acts.length} done, ${stage.handled()} handled`);
    }
    await fed;
    const { balance, findings } = await settled(stage, { admin, publisher, crew }, 60_000);
    return [
      exactly('kills', kills, play.kills),
      exactly(
        'shards taken over by others while a process stayed away, times',
        takeovers,
        play.takeOvers.length,
      ),
      told('longest of these, from the kill', Math.max(0, ...play.takeOvers), 'ms'),
      exactly('clean hand-overs', handovers, play.endings.length),
      exactly('exit codes other than 0', 0, play.endings.filter(({ code }) => code !== 0).length),
      atMost(
        'longest until others had its shards, from the signal',
        stage.patience(HANDED_MS),
        Math.max(0, ...play.handOvers),
        'ms',
      ),
      ...judgement(stage, jobs.length),
      ...findings,
      exactly('dead letters', 0, balance.dead),
      told('taken over', stage.book.event('taken-over')),
      told('handlers that failed', failed(stage)),
      told('starts repeated, beside those', balance.repeatedStarts - failed(stage)),
      told('done twice', balance.repeatedEffects),
    ] satisfies Finding[];
  },
});

/** Does the acts, one after the other, each to a process that owns a shard. */
class Play {
  kills = 0;
  readonly endings: Ending[] = [];
  /** Milliseconds until others had all the shards of a process. */
  readonly takeOvers: number[] = [];
  readonly handOvers: number[] = [];
  readonly #stage: Stage;
  readonly #admin: Redis;
  readonly #crew: Crew;
  readonly #streams: readonly string[];

  constructor(stage: Stage, admin: Redis, crew: Crew, { streams }: Publisher) {
    this.#stage = stage;
    this.#admin = admin;
    this.#crew = crew;
    this.#streams = streams;
  }

  async perform(act: Act, chance: number): Promise<void> {
    const successor = act === 'hand-over' ? this.#crew.hire() : undefined;
    await successor?.ready;
    const [victim, shards] = await this.#owner(chance, successor);
    switch (act) {
      case 'kill':
        void victim.end('SIGKILL');
        this.#crew.hire();
        this.kills += 1;
        return;
      case 'take-over': {
        void victim.end('SIGKILL');
        this.kills += 1;
        this.takeOvers.push(await this.#othersHave(shards, victim));
        this.#crew.hire();
        return;
      }
      case 'hand-over': {
        const ending = victim.end('SIGTERM');
        this.handOvers.push(await this.#othersHave(shards, victim));
        this.endings.push(await ending);
        return;
      }
      default:
        act satisfies never;
    }
  }

  /** One of those that own something, once every shard has an owner that works; and what it owns. */
  async #owner(chance: number, besides: Member | undefined): Promise<readonly [Member, readonly string[]]> {
    let owners: readonly (number | undefined)[] = [];
    const isOwned = async () => {
      owners = await ownersOf(this.#admin, this.#streams);
      const pids = new Set(this.#crew.working.map(({ pid }) => pid));
      return owners.every((pid) => pid !== undefined && pids.has(pid));
    };
    if ((await this.#stage.until(isOwned, TAKEN_MS)) === undefined)
      throw new Error('some shards have no owner');
    const own = this.#crew.working.filter((member) => member !== besides && owners.includes(member.pid));
    const victim = own[Math.floor(chance * own.length)];
    if (victim === undefined) throw new Error('all shards are owned by one process');
    return [victim, this.#streams.filter((_, shard) => owners[shard] === victim.pid)];
  }

  async #othersHave(shards: readonly string[], victim: Member): Promise<number> {
    const haveAll = async () => {
      const owners = await ownersOf(this.#admin, shards);
      return owners.every((pid) => pid !== undefined && pid !== victim.pid);
    };
    const took = await this.#stage.until(haveAll, TAKEN_MS);
    if (took === undefined) throw new Error(`nobody has taken over ${shards.join(' and ')}`);
    return took;
  }
}

/** Every key as often as every other, in an order of chance; numbered within its key. */
function jobsOf(stage: Stage, keys: number, each: number): readonly { key: string; place: number }[] {
  const all = Array.from({ length: keys * each }, (_, i) => i % keys);
  const places = Array<number>(keys).fill(0);
  return shuffled(stage, all).map((key) => {
    const place = places[key] ?? 0;
    places[key] = place + 1;
    return { key: `key-${key}`, place };
  });
}

function shuffled<T>(stage: Stage, items: readonly T[]): T[] {
  const draws = items.map((item) => ({ item, draw: stage.random.next() }));
  return draws.sort((a, b) => a.draw - b.draw).map(({ item }) => item);
}

function judgement({ book }: Stage, messages: number): readonly Finding[] {
  const wrongs = Object.entries(WRONGS);
  return [
    atLeast('starts that were judged to be right', messages, book.event('start-right')),
    ...wrongs.map(([name, what]) => exactly(what, 0, book.event(name))),
  ];
}

function failed({ book }: Stage): number {
  return book.fails.reduce((sum, count = 0) => sum + count, 0);
}
