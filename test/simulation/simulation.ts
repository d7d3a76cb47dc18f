import { Disasters } from './disasters.js';
import type { Violation } from './invariants.js';
import { drawPlan, type Plan } from './plan.js';
import { type Publication, PublisherProcess } from './publisher-process.js';
import type { Random } from './random.js';
import { judge, judgeSoFar } from './verdict.js';
import { WorkerProcess } from './worker-process.js';
import { type SimulateOptions, STREAM, World } from './world.js';

/** After this much quiet time, ms, whatever is still open will stay so. */
const SETTLING = 300_000;

/** Virtual milliseconds. */
const BETWEEN_JUDGEMENTS = 100;

/** Numbers that no publisher has. */
const KEYLESS = 90_000;

export interface Result {
  readonly plan: Plan;
  /** Empty is what we want. */
  readonly violations: readonly Violation[];
  /** Of all that happened, in its order. */
  readonly hash: string;
  readonly log: readonly string[];
  /** How often what happened, so that nobody mistakes a quiet run for a good one. */
  readonly counts: ReadonlyMap<string, number>;
}

/** Runs one seed from its beginning to its verdict. */
export async function simulate(seed: number, options: SimulateOptions = {}): Promise<Result> {
  const plan = drawPlan(seed);
  const undo = options.mutation?.patch?.();
  // Thousands of errors are made, and nobody reads where.
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    const world = new World(plan, options);
    await new Simulation(world).run();
    const { violations, hash, log, counts } = world;
    for (const [kind, count] of world.fates.counts) world.count(`request ${kind}`, count);
    return { plan, violations, hash, log, counts };
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
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
  readonly #disasters: Disasters;
  #calm = false;
  #ending = false;
  #incarnations = 0;

  constructor(world: World) {
    this.#world = world;
    this.#random = world.random.fork(3);
    this.#disasters = new Disasters(world, this.#random);
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
    this.#scheduleKeyless();
    this.#disasters.befallBroker(() => [...this.#live, ...this.#publishers].map(({ host }) => host));
    for (const publisher of this.#publishers) this.#disasters.befallPublisher(publisher);
    this.#judgeNowAndThen();
    await scheduler.run(() => false, plan.duration);
    await this.#settle();
    await this.#end();
    if (!scheduler.halted) judge(this.#world, this.#publications(), this.#disasters.deleted);
  }

  #judgeNowAndThen(): void {
    judgeSoFar(this.#world);
    if (!this.#ending) this.#world.scheduler.after(BETWEEN_JUDGEMENTS, () => this.#judgeNowAndThen());
  }

  /** Nothing goes wrong any more, and everything comes to its end. */
  async #settle(): Promise<void> {
    const { scheduler, fates } = this.#world;
    this.#world.note('world', 'calms down');
    this.#calm = true;
    this.#disasters.callOff();
    fates.calm();
    for (const { host } of [...this.#live, ...this.#publishers]) host.resume('as it came');
    this.#workers.forEach((worker, place) => {
      if (worker === undefined) this.#startWorker(place);
    });
    const settled = await scheduler.run(() => this.#isSettled(), scheduler.now + SETTLING);
    if (!settled && !scheduler.halted)
      this.#world.violated('everything comes to its end', this.#whatIsOpen());
  }

  async #end(): Promise<void> {
    const { scheduler } = this.#world;
    this.#ending = true;
    for (const worker of this.#live) worker.stop(1_000);
    for (const publisher of this.#publishers) if (publisher.host.alive) publisher.close();
    const ended = () => this.#live.size === 0 && this.#publishers.every(({ closed }) => closed);
    if (!(await scheduler.run(ended, scheduler.now + SETTLING)) && !scheduler.halted) {
      const names = [...this.#live].map(({ host }) => host.name);
      this.#world.violated('stop() adds up', `never that of ${names.join(', ')}`);
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
    this.#disasters.befall(worker, () => {
      this.#live.delete(worker);
      if (this.#workers[place] !== worker) return;
      this.#workers[place] = undefined;
      this.#startLater(place);
    });
  }

  /** Somebody has to be there in the end; until then a place may stay empty for a while. */
  #startLater(place: number): void {
    const wait = this.#calm ? 1 : this.#random.between(0, 1_500);
    this.#world.scheduler.after(wait, () => this.#startWorker(place));
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

  /** Jobs without a key, past the publishers, which may have to refuse them. */
  #scheduleKeyless(): void {
    const { memory, plan, scheduler, streams } = this.#world;
    if (plan.order === undefined || plan.order.keyless === 0) return;
    for (let i = 0; i < 3; i++) {
      const [at, stream] = [this.#random.between(0, plan.duration), this.#random.pick(streams)];
      const body = JSON.stringify({ n: KEYLESS + i });
      scheduler.after(at, () => void memory.append(stream, [Buffer.from('__data__'), Buffer.from(body)]));
    }
  }

  #isSettled(): boolean {
    if (this.#world.underWay > 0 || !this.#publishers.every(({ quiet }) => quiet)) return false;
    if (this.#world.pending().size > 0) return false;
    for (const { id } of this.#world.stored()) {
      const { succeeded, deadLettered, dropped } = this.#world.entry(id);
      if (!succeeded && deadLettered === 0 && !dropped) return false;
    }
    return true;
  }

  #whatIsOpen(): string {
    const pending = [...this.#world.pending().values()].map(({ id, consumer }) => `${id} at ${consumer}`);
    const open = this.#publications().filter(({ state }) => state === 'open');
    return `pending: ${pending.join(', ') || 'none'}; ${open.length} publications`;
  }

  #publications(): Publication[] {
    return this.#publishers.flatMap(({ publications }) => publications);
  }
}
