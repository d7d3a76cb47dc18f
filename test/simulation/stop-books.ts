import type { EngineEvent, StopReport } from '../../runtime/src/events.js';
import { HANDED_BACK } from './guard.js';
import type { Member } from './member.js';
import { batchSize } from './plan.js';
import type { World } from './world.js';

/** What the report of one process's stop has to say, and what the stop may leave behind. */
export class StopBooks {
  readonly #world: World;
  readonly #member: Member;
  #handedBack = 0;
  /** Handlers that succeeded, less acknowledgements. */
  #unconfirmed = 0;
  /** Successes of what was given up meanwhile: nobody is told whether they are acknowledged. */
  #silent = 0;
  /** Acknowledgements that came while it closed, too late to be in its report. */
  #confirmedLate = 0;

  constructor(world: World, member: Member) {
    this.#world = world;
    this.#member = member;
  }

  heard(event: EngineEvent): void {
    const { endedWell, givenBack, closing } = this.#member;
    switch (event.kind) {
      case 'worker-stopping':
        this.#handedBack = 0;
        return;
      case 'handed-back':
        this.#handedBack += event.count;
        return;
      case 'released':
        if (givenBack.has(event.id)) this.#handedBack += 1;
        return;
      case 'handler-succeeded':
        if (!endedWell.has(event.id)) return;
        if (givenBack.has(event.id)) this.#silent += 1;
        else this.#unconfirmed += 1;
        return;
      case 'acked':
        this.#unconfirmed -= 1;
        if (closing.has(event.stream)) this.#confirmedLate += 1;
        return;
      default:
    }
  }

  checkReport({ drained, aborted, released, unacknowledged }: StopReport): void {
    const { maxWorkers = 1 } = this.#world.plan.policy.concurrency ?? {};
    const most = maxWorkers * batchSize(this.#world.plan);
    if (drained < 0 || drained + aborted > most) this.#wrong(`${drained} drained and ${aborted} aborted`);
    if (released !== this.#handedBack) {
      this.#wrong(`${released} released, and ${this.#handedBack} handed back`);
    }
    if (this.#member.ignored.size > 0 || this.#world.generation > 0) return;
    const mostOpen = this.#unconfirmed + this.#confirmedLate + this.#silent;
    if (unacknowledged < this.#unconfirmed || unacknowledged > mostOpen) {
      this.#wrong(`${unacknowledged} unacknowledged, and ${this.#unconfirmed} not confirmed`);
    }
  }

  /** After a stop during which all went well, nobody waits for what it could not finish. */
  checkHandedBack(since: number): void {
    const world = this.#world;
    const { host, deliveries: given, overtaken } = this.#member;
    if (host.calmSince > since || world.generation > 0) return;
    for (const { id, consumer, idleMs, deliveries } of world.pending().values()) {
      const { deleted, takeOvers, starts } = world.entry(id);
      if (consumer !== host.name || deleted || given.get(id) !== 'open' || overtaken.has(id)) continue;
      const counted = takeOvers === 0 && deliveries > starts;
      if (idleMs >= HANDED_BACK && !counted) continue;
      world.violated(
        'what is handed back is free at once',
        `${host.name}: ${id}, seen ${idleMs} ms ago, count ${deliveries} after ${starts} starts`,
      );
    }
  }

  #wrong(what: string): void {
    this.#world.violated('stop() adds up', `${this.#member.host.name}: ${what}`);
  }
}
