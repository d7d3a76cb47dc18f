import { Client } from '../../runtime/src/engine/client.js';
import { FsError } from '../../runtime/src/errors.js';
import { type Job, simulatedContract } from './contract.js';
import { Host } from './host.js';
import { keyOf } from './ordered-plan.js';
import { SimulatedBroker } from './port.js';
import type { Random } from './random.js';
import type { World } from './world.js';

interface Publishers {
  readonly jobs: {
    readonly job: (job: Job, options?: { signal?: AbortSignal }) => Promise<{ entryId: string }>;
  };
}

/** What became of one message, as its publisher knows it. */
export interface Publication {
  readonly n: number;
  readonly publisher: string;
  /** `unsent`: the promise says that it was not written; `doubtful`: that it may have been. */
  state: 'open' | 'written' | 'unsent' | 'doubtful';
  entryId: string | undefined;
}

/** A process that publishes now and then. */
export class PublisherProcess {
  readonly host: Host;
  readonly publications: Publication[] = [];
  readonly #world: World;
  readonly #client: Client<Publishers>;
  readonly #random: Random;
  #closed = false;

  constructor(world: World, name: string) {
    this.#world = world;
    this.host = new Host(name, world.scheduler, world.calendar);
    this.#random = world.random.fork(name.charCodeAt(1));
    this.#client = new Client<Publishers>(simulatedContract(world), {
      broker: new SimulatedBroker(world, this.host),
      ownsBroker: false,
      timeout: world.plan.publishTimeout,
      clock: this.host.clock,
      random: this.#random.fork(1).next,
    });
  }

  /** Numbers from `from`, some alone and some together, while things go wrong. */
  start(from: number): void {
    const { messagesEach, duration } = this.#world.plan;
    let n = from;
    while (n < from + messagesEach) {
      const first = n;
      n = Math.min(from + messagesEach, n + this.#random.pick([1, 1, 2, 8]));
      const end = n;
      this.host.schedule(this.#random.between(0, 0.9 * duration), 'world', () => {
        for (let each = first; each < end; each++) this.#publish(each);
      });
    }
  }

  /** Whether it has nothing under way. */
  get quiet(): boolean {
    if (!this.host.alive) return true;
    const begun = this.publications.length === this.#world.plan.messagesEach;
    return begun && this.publications.every(({ state }) => state !== 'open');
  }

  get closed(): boolean {
    return this.#closed || !this.host.alive;
  }

  close(): void {
    void this.#client.close().then(() => {
      this.#closed = true;
      if (this.host.timers.size > 0) {
        this.#world.violated('nothing is left', `${this.host.name}: ${this.host.timers.size} timers`);
      }
    });
  }

  crash(): void {
    this.#world.note(this.host.name, 'crashes');
    this.host.crash();
  }

  #publish(n: number): void {
    const publication: Publication = { n, publisher: this.host.name, state: 'open', entryId: undefined };
    this.publications.push(publication);
    const key = keyOf(this.#world.plan, n);
    const withdrawn = this.#random.chance(0.05) ? new AbortController() : undefined;
    if (withdrawn !== undefined) {
      this.host.schedule(this.#random.wait(20), 'timer', () => withdrawn.abort(new Error('withdrawn')));
    }
    this.#client.publish.jobs
      .job(key === undefined ? { n } : { n, k: key }, withdrawn && { signal: withdrawn.signal })
      .then(
        ({ entryId }) => {
          publication.state = 'written';
          publication.entryId = entryId;
          this.#world.note(this.host.name, `published ${n} as ${entryId.slice(-7)}`);
        },
        (error: unknown) => {
          const doubtful = error instanceof FsError && error.code === 'FS_PUBLISH_UNCERTAIN';
          publication.state = doubtful ? 'doubtful' : 'unsent';
          const said = error instanceof FsError ? error.code : String(error);
          this.#world.note(this.host.name, `could not publish ${n}: ${said}`);
          this.#world.count(said);
        },
      );
  }
}
