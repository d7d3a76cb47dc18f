import type { EntryId } from '../../runtime/src/types.js';
import type { Host } from './host.js';
import type { PublisherProcess } from './publisher-process.js';
import type { Random } from './random.js';
import { type Deleted, numberOf } from './verdict.js';
import type { WorkerProcess } from './worker-process.js';
import { GROUP, STREAM, type World } from './world.js';

/** What happens to processes and to the broker, at times that the plan decides, until it is called off. */
export class Disasters {
  /** What was deleted while it was pending, by its id. */
  readonly deleted = new Map<EntryId, Deleted>();
  readonly #world: World;
  readonly #random: Random;
  #calledOff = false;

  constructor(world: World, random: Random) {
    this.#world = world;
    this.#random = random;
  }

  callOff(): void {
    this.#calledOff = true;
  }

  /** @param crashed it crashed just now */
  befall(worker: WorkerProcess, crashed: () => void): void {
    const { disasters, lease } = this.#world.plan;
    const hit = (callback: () => void) => this.#inTheMidst(worker, callback);
    this.#repeat(disasters.pause, () => {
      const ms = this.#random.pick([this.#random.between(0.2, 1), this.#random.between(1.1, 4)]) * lease;
      hit(() => {
        if (!worker.host.alive || worker.host.paused || worker.member.stopped) return;
        this.#world.count('pause');
        this.#pause(worker.host, ms);
      });
    });
    this.#once(disasters.crash, () =>
      hit(() => {
        if (!worker.host.alive || worker.member.stopped) return;
        this.#world.count('crash');
        worker.crash();
        crashed();
      }),
    );
    this.#once(disasters.stop, () =>
      hit(() => {
        if (!worker.host.alive || worker.member.stopped) return;
        this.#world.count('stop');
        worker.stop(this.#random.pick([0, 50, 500, 3_000]));
      }),
    );
  }

  befallPublisher(publisher: PublisherProcess): void {
    const { disasters } = this.#world.plan;
    this.#repeat(4 * disasters.pause, () => this.#pause(publisher.host, this.#random.between(10, 3_000)));
    this.#once(6 * disasters.crash, () => publisher.crash());
  }

  /** @param hosts those that are there at the moment */
  befallBroker(hosts: () => readonly Host[]): void {
    const { disasters } = this.#world.plan;
    this.#repeat(disasters.outage, () => {
      const host = this.#random.pick(hosts());
      this.#outage([host], host);
    });
    this.#repeat(disasters.globalOutage, () => this.#outage(hosts(), undefined));
    this.#repeat(disasters.clockJump, () => {
      this.#world.count('clock jump');
      this.#world.calendarOffset += this.#random.between(-5_000, 5_000);
    });
    this.#repeat(disasters.deletion, () => this.#deletePending());
    this.#repeat(disasters.groupDestroyed, () => this.#destroyGroup());
  }

  /** At once, or in the midst of the next handler: most of the time none runs. */
  #inTheMidst({ member }: WorkerProcess, callback: () => void): void {
    if (this.#random.chance(0.25)) {
      callback();
      return;
    }
    const wait = this.#random.pick([0, this.#random.between(0, 20)]);
    member.atNextStart.push(() => {
      this.#world.scheduler.after(wait, () => {
        if (!this.#calledOff) callback();
      });
    });
  }

  #pause(host: Host, ms: number): void {
    this.#world.note(host.name, `pauses for ${ms.toFixed(0)}`);
    host.pause();
    const order = this.#random.pick(['as it came', 'timers first', 'replies first'] as const);
    this.#world.scheduler.after(ms, () => {
      this.#world.note(host.name, 'goes on');
      host.resume(order);
    });
  }

  #outage(disturbed: readonly Host[], only: Host | undefined): void {
    const { scheduler, plan, fates } = this.#world;
    const until = scheduler.now + this.#random.between(50, 3 * plan.lease);
    this.#world.count('outage');
    for (const host of disturbed) host.disturbed(until);
    fates.outage(only, until);
  }

  #deletePending(): void {
    const { memory } = this.#world;
    const pending = [...this.#world.pending().keys()];
    if (pending.length === 0) return;
    const id = this.#random.pick(pending);
    const entry = this.#world.stored().find((candidate) => candidate.id === id);
    const n = entry === undefined ? undefined : numberOf(entry.fields);
    if (entry === undefined || !memory.deleteEntry(entry.stream, id)) return;
    if (n !== undefined) this.deleted.set(id, { n, stream: entry.stream });
    this.#world.count('deletion');
    this.#world.note('world', `deletes ${id}`);
    this.#world.entry(id).deleted = true;
  }

  #destroyGroup(): void {
    const { memory, streams } = this.#world;
    const stream = streams.length === 1 ? STREAM : this.#random.pick(streams);
    const pending = memory.pending(stream, GROUP);
    if (!memory.destroyGroup(stream, GROUP)) return;
    // With the list goes all that was known of what had been deleted.
    for (const { id } of pending) {
      const record = this.#world.entry(id);
      if (record.deleted) record.reportedLost = true;
    }
    this.#world.count('group destroyed');
    this.#world.note('world', 'destroys the group');
    this.#world.generation += 1;
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
      if (!this.#calledOff) callback();
    });
  }
}
