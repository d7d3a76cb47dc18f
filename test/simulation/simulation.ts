import type { EntryId } from '../../runtime/src/types.js';
import { type Mutation, NO_MUTATION } from './mutation.js';
import { drawPlan, type Plan } from './plan.js';
import { type Publication, PublisherProcess } from './publisher-process.js';
import type { Random } from './random.js';
import { judge, numberOf } from './verdict.js';
import { WorkerProcess } from './worker-process.js';
import { GROUP, STREAM, World } from './world.js';

/** After this much quiet time, ms, whatever is still open will stay so. */
const SETTLING = 300_000;

export interface Result {
  readonly plan: Plan;
  /** Rules that were broken, and how; empty is what we want. */
  readonly violations: readonly string[];
  /** Of all that happened, in its order. */
  readonly hash: string;
  readonly log: readonly string[];
  /** How often what happened, so that nobody mistakes a quiet run for a good one. */
  readonly counts: ReadonlyMap<string, number>;
}

export interface SimulateOptions {
  readonly mutation?: Mutation;
  /** Keeps the log. */
  readonly verbose?: boolean;
}

/** Runs one seed from its beginning to its verdict. */
export async function simulate(seed: number, options: SimulateOptions = {}): Promise<Result> {
  const plan = drawPlan(seed);
  const mutation = options.mutation ?? NO_MUTATION;
  const undo = mutation.patch?.();
  try {
    const world = new World(plan, mutation, options.verbose ?? false);
    await new Simulation(world).run();
    const { violations, hash, log, counts } = world;
    for (const [kind, count] of world.fates.counts) world.count(`request ${kind}`, count);
    return { plan, violations, hash, log, counts };
  } finally {
    undo?.();
  }
}

class Simulation {
  readonly #world: World;
  readonly #random: Random;
  /** The process in each place, and those that still stop. */
  readonly #workers: (WorkerProcess | undefined)[];
  readonly #live = new Set<WorkerProcess>();
  readonly #publishers: PublisherProcess[] = [];
  readonly #deleted = new Map<EntryId, number>();
  #calm = false;
  #ending = false;
  #incarnations = 0;

  constructor(world: World) {
    this.#world = world;
    this.#random = world.random.fork(3);
    this.#workers = Array.from({ length: world.plan.workers }, () => undefined);
    world.scheduler.afterEach = () => {
      for (const worker of this.#live) worker.check();
    };
  }

  async run(): Promise<void> {
    const { scheduler, plan } = this.#world;
    for (let i = 0; i < plan.publishers; i++) {
      const publisher = new PublisherProcess(this.#world, `p${i}`);
      this.#publishers.push(publisher);
      publisher.start(i * 1_000);
    }
    this.#workers.forEach((_, place) => {
      scheduler.after(this.#random.between(0, plan.duration / 4), () => this.#startWorker(place));
    });
    this.#scheduleStrays();
    this.#scheduleDisasters();
    await scheduler.run(() => false, plan.duration);
    await this.#settle();
    await this.#end();
    judge(this.#world, this.#publications(), this.#deleted);
  }

  /** Nothing goes wrong any more, and everything comes to its end. */
  async #settle(): Promise<void> {
    const { scheduler, fates } = this.#world;
    this.#world.note('world', 'calms down');
    this.#calm = true;
    fates.calm();
    for (const { host } of [...this.#live, ...this.#publishers]) host.resume('as it came');
    this.#workers.forEach((worker, place) => {
      if (worker === undefined) this.#startWorker(place);
    });
    const settled = await scheduler.run(() => this.#isSettled(), scheduler.now + SETTLING);
    if (!settled) this.#world.violated('everything comes to its end', this.#whatIsOpen());
  }

  async #end(): Promise<void> {
    const { scheduler } = this.#world;
    this.#ending = true;
    for (const worker of this.#live) worker.stop(1_000);
    for (const publisher of this.#publishers) if (publisher.host.alive) publisher.close();
    const ended = () => this.#live.size === 0 && this.#publishers.every(({ closed }) => closed);
    if (!(await scheduler.run(ended, scheduler.now + SETTLING))) {
      const names = [...this.#live].map(({ host }) => host.name);
      this.#world.violated('stop() resolves', `not that of ${names.join(', ')}`);
    }
    // What was still on its way, and timers that should not be.
    await scheduler.run(() => false, scheduler.now + 10_000);
  }

  #startWorker(place: number): void {
    if (this.#ending || this.#workers[place] !== undefined) return;
    this.#incarnations += 1;
    const worker = new WorkerProcess(this.#world, `w${place}.${this.#incarnations}`, () => {
      this.#live.delete(worker);
      if (this.#workers[place] !== worker) return;
      this.#workers[place] = undefined;
      this.#startLater(place);
    });
    this.#workers[place] = worker;
    this.#live.add(worker);
    worker.start();
    this.#scheduleEnds(place, worker);
  }

  /** Somebody has to be there in the end; until then a place may stay empty for a while. */
  #startLater(place: number): void {
    const wait = this.#calm ? 1 : this.#random.between(0, 1_500);
    this.#world.scheduler.after(wait, () => this.#startWorker(place));
  }

  #scheduleEnds(place: number, worker: WorkerProcess): void {
    const { disasters, lease } = this.#world.plan;
    this.#repeat(disasters.pause, () => {
      if (!worker.host.alive || worker.host.paused) return;
      this.#world.count('pause');
      this.#pause(worker.host, this.#random.between(0.2, 4) * lease);
    });
    this.#once(disasters.crash, () => {
      if (!this.#live.delete(worker)) return;
      this.#world.count('crash');
      worker.crash();
      if (this.#workers[place] !== worker) return;
      this.#workers[place] = undefined;
      this.#startLater(place);
    });
    this.#once(disasters.stop, () => {
      if (!this.#live.has(worker)) return;
      this.#world.count('stop');
      worker.stop(this.#random.pick([0, 50, 500, 3_000]));
    });
  }

  #pause(host: WorkerProcess['host'], ms: number): void {
    this.#world.note(host.name, `pauses for ${ms.toFixed(0)}`);
    host.pause();
    const order = this.#random.pick(['as it came', 'timers first', 'replies first'] as const);
    this.#world.scheduler.after(ms, () => {
      this.#world.note(host.name, 'goes on');
      host.resume(order);
    });
  }

  #scheduleDisasters(): void {
    const { memory, plan } = this.#world;
    const { disasters, lease } = plan;
    const outage = (hosts: readonly WorkerProcess['host'][], all: boolean) => {
      const until = this.#world.scheduler.now + this.#random.between(50, 3 * lease);
      this.#world.count('outage');
      for (const host of hosts) host.disturbed(until);
      this.#world.fates.outage(all ? undefined : hosts[0], until);
    };
    const hosts = () => [...this.#live, ...this.#publishers].map(({ host }) => host);
    this.#repeat(disasters.outage, () => outage([this.#random.pick(hosts())], false));
    this.#repeat(disasters.globalOutage, () => outage(hosts(), true));
    this.#repeat(disasters.clockJump, () => {
      this.#world.count('clock jump');
      this.#world.calendarOffset += this.#random.between(-5_000, 5_000);
    });
    this.#repeat(disasters.deletion, () => this.#deletePending());
    this.#repeat(disasters.groupDestroyed, () => {
      if (!memory.destroyGroup(STREAM, GROUP)) return;
      this.#world.count('group destroyed');
      this.#world.note('world', 'destroys the group');
      this.#world.generation += 1;
    });
    for (const publisher of this.#publishers) {
      this.#repeat(4 * disasters.pause, () => this.#pause(publisher.host, this.#random.between(10, 3_000)));
      this.#once(6 * disasters.crash, () => publisher.crash());
    }
  }

  #deletePending(): void {
    const { memory } = this.#world;
    const pending = memory.pending(STREAM, GROUP);
    if (pending.length === 0) return;
    const { id } = this.#random.pick(pending);
    const entry = memory.entries(STREAM).find((candidate) => candidate.id === id);
    const n = entry === undefined ? undefined : numberOf(entry.fields);
    if (!memory.deleteEntry(STREAM, id)) return;
    if (n !== undefined) this.#deleted.set(id, n);
    this.#world.count('deletion');
    this.#world.note('world', `deletes ${id}`);
    this.#world.entry(id).deleted = true;
  }

  #scheduleStrays(): void {
    const { memory, plan, scheduler } = this.#world;
    for (let i = 0; i < plan.strays; i++) {
      const [body, known] = this.#random.pick([
        ['{"note":"for somebody else"}', true],
        ['{"n":"not a number"}', false],
        ['no json at all', false],
      ] as const);
      scheduler.after(this.#random.between(0, plan.duration), () => {
        void memory.append(STREAM, [Buffer.from('__data__'), Buffer.from(body)]).then((id) => {
          // Nobody receives it, so that nobody has to handle it.
          if (known) this.#world.entry(id).succeeded = true;
        });
      });
    }
  }

  /** Again and again, `mean` milliseconds apart on average, while things go wrong. */
  #repeat(mean: number, callback: () => void): void {
    this.#once(mean, () => {
      callback();
      this.#repeat(mean, callback);
    });
  }

  #once(mean: number, callback: () => void): void {
    if (mean === Number.POSITIVE_INFINITY) return;
    this.#world.scheduler.after(this.#random.wait(mean), () => {
      if (!this.#calm) callback();
    });
  }

  #isSettled(): boolean {
    const { memory } = this.#world;
    if (this.#world.stragglers > 0 || !this.#publishers.every(({ quiet }) => quiet)) return false;
    if (memory.pending(STREAM, GROUP).length > 0) return false;
    for (const { id } of memory.entries(STREAM)) {
      const { succeeded, deadLettered, dropped } = this.#world.entry(id);
      if (!succeeded && deadLettered === 0 && !dropped) return false;
    }
    return true;
  }

  #whatIsOpen(): string {
    const pending = this.#world.memory
      .pending(STREAM, GROUP)
      .map(({ id, consumer }) => `${id} at ${consumer}`);
    const open = this.#publications().filter(({ state }) => state === 'open');
    return `pending: ${pending.join(', ') || 'none'}; ${open.length} publications`;
  }

  #publications(): Publication[] {
    return this.#publishers.flatMap(({ publications }) => publications);
  }
}
