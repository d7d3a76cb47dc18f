import { Worker } from '../../runtime/src/engine/worker.js';
import type { EngineEvent, StopReport } from '../../runtime/src/events.js';
import { silentLogger } from '../../runtime/src/telemetry/logger.js';
import type { EntryId } from '../../runtime/src/types.js';
import { EVENT_KINDS } from '../support/event-kinds.js';
import { simulatedContract } from './contract.js';
import { handlerOf } from './handler.js';
import { Host } from './host.js';
import { Member } from './member.js';
import { batchSize } from './plan.js';
import { SimulatedBroker } from './port.js';
import { StopBooks } from './stop-books.js';
import { describeEvent, type World } from './world.js';

/** One process with a worker, from its start to its end. */
export class WorkerProcess {
  readonly host: Host;
  readonly member: Member;
  readonly #world: World;
  readonly #worker: Worker;
  /** Told that it stops; a second time is not needed. */
  #stopping: { readonly since: number; readonly grace: number } | undefined;
  readonly #books: StopBooks;
  readonly #ended: () => void;

  /** @param ended it can't start, or has stopped */
  constructor(world: World, name: string, ended: () => void) {
    this.#world = world;
    this.#ended = ended;
    this.host = new Host(name, world.scheduler, world.calendar);
    this.member = new Member(this.host);
    this.#books = new StopBooks(world, this.member);
    world.members.set(name, this.member);
    this.#worker = new Worker(simulatedContract(world), {
      broker: new SimulatedBroker(world, this.host, this.member),
      consumerName: name,
      ownsBroker: false,
      logger: silentLogger,
      handlers: { onJob: handlerOf(world, this.member) },
      clock: this.host.clock,
      random: world.random.fork(world.members.size).next,
    });
    this.member.status = () => this.#worker.status()[0];
    this.#worker.on(EVENT_KINDS, (event) => this.#heard(event));
  }

  get stopping(): boolean {
    return this.#stopping !== undefined;
  }

  start(): void {
    this.host.schedule(0, 'world', () => {
      this.#worker.start().catch((error: unknown) => {
        this.#world.note(this.host.name, `can't start: ${error instanceof Error ? error.message : error}`);
        // A stop that was asked for meanwhile goes on, and is waited for.
        if (!this.stopping) this.#over();
      });
    });
  }

  crash(): void {
    this.#world.note(this.host.name, 'crashes');
    this.host.crash();
    for (const callback of this.member.onCrash) callback();
  }

  stop(grace: number): void {
    if (this.#stopping !== undefined) return;
    this.#stopping = { since: this.#world.scheduler.now, grace };
    this.host.schedule(0, 'world', () => {
      this.#worker.stop({ grace }).then(
        (report) => this.#stopped(report),
        (error) => this.#world.violated('stop() adds up', `${this.host.name}: ${error}`),
      );
    });
  }

  /** What must hold after each step. */
  check(): void {
    const status = this.member.status();
    if (status === undefined) return;
    const { prefetch } = this.#world.plan.policy.concurrency ?? {};
    const { held, limit, running } = status;
    const capacity = limit * batchSize(this.#world.plan) + status.prefetch;
    // With `auto` the bound falls while more than that is held; then nothing is read (see SimulatedConsumer). In lanes
    // what comes free counts from then on, whatever has been asked for.
    const bounded = typeof prefetch === 'number' && this.#world.order === undefined;
    if ((bounded && held > capacity) || running > held) {
      this.#world.violated('held <= limit + prefetch', `${this.host.name}: ${held} of ${capacity}`);
    }
  }

  #heard(event: EngineEvent): void {
    this.#world.note(this.host.name, `- ${describeEvent(event)}`);
    this.#world.count(event.kind);
    this.#books.heard(event);
    switch (event.kind) {
      case 'acked':
        this.#checkAcked(event.id);
        this.#settled(event.id, event.kind);
        return;
      case 'dead-lettered':
        if (event.target === null) this.#world.entry(event.id).dropped = true;
        this.#checkExhausted(event.id, event.reason);
        this.#settled(event.id, event.kind);
        return;
      case 'released':
        this.#released(event.id);
        return;
      case 'disowned':
        // What a stop or a hand-over gives up, it has ended before.
        if (!/stops|handed over/.test(event.reason)) this.member.disowned(event.stream);
        return;
      case 'lease-lost':
        this.member.leaseLost(event.id);
        // To whoever holds a deleted entry it looks as if it were somebody else's.
        this.#world.entry(event.id).reportedLost = true;
        return;
      case 'ignored':
        this.member.ignored.add(event.id);
        return;
      case 'entries-lost':
        for (const id of event.ids) this.#world.entry(id).reportedLost = true;
        return;
      default:
    }
  }

  /** Given back; or, where only the owner may have it, put aside here for the same attempt again. */
  #released(id: EntryId): void {
    if (this.member.givenBack.has(id)) this.#settled(id, 'released');
    else this.#world.entry(id).uncounted += 1;
  }

  #settled(id: EntryId, how: string): void {
    const { deliveries, host } = this.member;
    if (deliveries.get(id) === 'settled') {
      this.#world.violated('one settle for each delivery', `${host.name}: ${how} of ${id}`);
    }
    deliveries.set(id, 'settled');
  }

  #checkAcked(id: EntryId): void {
    const pending = this.#world.pending().get(id);
    if (pending?.consumer !== this.host.name || this.#world.generation > 0) return;
    this.#world.violated('what counts as acknowledged is', `${this.host.name}: ${id} is still pending`);
  }

  /** Given up only after as many starts as there may be; a process that died counts as one. */
  #checkExhausted(id: EntryId, reason: string): void {
    if (!/handler failed|process died/.test(reason) || this.#world.generation > 0) return;
    const { counted, starts } = this.#world.entry(id);
    const { maxAttempts = 0 } = this.#world.plan.policy.retry ?? {};
    // A start whose count was taken back counts after all where the reply to that was overtaken.
    if (Math.max(counted, starts) >= maxAttempts) return;
    this.#world.violated(
      'given up only after maxAttempts',
      `${id} after ${starts} starts, with ${counted} of ${maxAttempts} counted`,
    );
  }

  #stopped(report: StopReport): void {
    this.#books.checkReport(report);
    this.#over();
  }

  #over(): void {
    if (this.member.stopped) return;
    this.member.stopped = true;
    this.#checkNothingLeft();
    this.#ended();
  }

  /** As soon as the last request is answered, no timer is left. */
  #checkNothingLeft(): void {
    if (this.host.inFlight > 0) {
      this.#world.scheduler.after(10, () => this.#checkNothingLeft());
      return;
    }
    if (!this.host.alive) return;
    if (this.#stopping !== undefined) this.#books.checkHandedBack(this.#stopping.since);
    if (this.host.timers.size > 0) {
      this.#world.violated('nothing is left', `${this.host.name}: ${this.host.timers.size} timers`);
    }
  }
}
