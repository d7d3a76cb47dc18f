import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { connect } from '../../runtime/src/redis/broker.js';
import { Random } from '../simulation/random.js';
import { type RedisServer, type RedisServerOptions, startRedis } from '../support/redis-server.js';
import { Book } from './parts/book.js';
import { STREAM, type WorkerConfig } from './parts/contract.js';
import { Crew } from './parts/crew.js';
import { openPublishing, Publisher, type PublishingOptions } from './parts/publisher.js';
import { type Sabotage, sabotaged } from './sabotage.js';

/** The ledgers of many processes aren't opened more often than this. */
const LOOK_EVERY_MS = 20;
/** So many times as long as in the long form may anything take in the short one. */
const SHORT_FORM_PATIENCE = 4;
/** Far longer than any lease or pause of the scenarios that wait for this. */
const STANDSTILL_MS = 20_000;

export interface StageOptions {
  readonly seed: number;
  readonly short: boolean;
  readonly sabotage: Sabotage | undefined;
  /** Told what goes on, for people. */
  readonly say: (what: string) => void;
}

/** What every scenario needs, and the end of all that it has started. */
export class Stage {
  readonly random: Random;
  readonly short: boolean;
  readonly sabotage: Sabotage | undefined;
  readonly say: (what: string) => void;
  /** Of this run alone; removed with it. */
  readonly folder: string;
  readonly book: Book;
  redisVersion = 'not started';
  readonly #ledgers: string;
  readonly #endings: (() => unknown)[] = [];
  #lookedAt = 0;

  constructor(options: StageOptions) {
    this.random = new Random(options.seed);
    this.short = options.short;
    this.sabotage = options.sabotage;
    this.say = options.say;
    this.folder = mkdtempSync(join(tmpdir(), 'fs-gen-chaos-'));
    this.#ledgers = join(this.folder, 'ledgers');
    mkdirSync(this.#ledgers);
    this.book = new Book(this.#ledgers);
  }

  /** Called when the run is over, however it ended; the latest first. */
  atEnd(end: () => unknown): void {
    this.#endings.push(end);
  }

  /** What the worker processes have printed, for when something went wrong. */
  workersLog(): string {
    const path = join(this.folder, 'workers.log');
    return existsSync(path) ? readFileSync(path, 'utf8') : '';
  }

  /** Ends everything; `beforeRemoval` may still look at what was written. */
  async end(beforeRemoval: () => void = () => {}): Promise<void> {
    for (const end of this.#endings.splice(0).reverse()) {
      await Promise.resolve()
        .then(end)
        .catch((error: unknown) => this.say(`while ending: ${String(error)}`));
    }
    beforeRemoval();
    // A process that was told to end may still write a last line meanwhile.
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  /** A redis-server that keeps what it confirms: AOF, flushed for each command unless told otherwise. */
  async redis(
    options: RedisServerOptions & { readonly fsync?: 'always' | 'everysec' } = {},
  ): Promise<RedisServer> {
    const { fsync = 'everysec', args = [], ...rest } = options;
    const aof = this.sabotage === 'no-aof' ? [] : ['--appendonly', 'yes', '--appendfsync', fsync];
    const server = await startRedis({ ...rest, args: [...aof, ...args] });
    this.atEnd(() => server.stop());
    const info = await this.admin(server.url).info('server');
    this.redisVersion = /(?:valkey|redis)_version:(\S+)/.exec(info)?.[1] ?? 'unknown';
    return server;
  }

  /** A connection of our own, to look at things. */
  admin(url: string): Redis {
    const redis = new Redis(url, { retryStrategy: () => 50, maxRetriesPerRequest: null });
    redis.on('error', () => {});
    this.atEnd(() => redis.disconnect());
    return redis;
  }

  crew(config: Pick<WorkerConfig, 'target' | 'policy'> & Partial<WorkerConfig>): Crew {
    const { book } = this;
    const crew = new Crew(
      {
        handlerMs: 0,
        grace: 10_000,
        fixed: false,
        stream: STREAM,
        acks: false,
        judged: false,
        ledgers: this.#ledgers,
        sabotage: this.sabotage,
        ...config,
      },
      this.folder,
    );
    this.atEnd(async () => {
      await crew.dismiss(3_000);
      book.update();
    });
    return crew;
  }

  publisher(target: WorkerConfig['target'], options?: PublishingOptions): Publisher {
    const publisher = new Publisher(openPublishing(sabotaged(connect(target), this.sabotage), options));
    this.atEnd(() => publisher.close());
    return publisher;
  }

  /**
   * A limit of time, ms. The long form measures, on a machine of which it is known what it does besides. The short one says
   * whether a change goes in, on any machine, beside whatever else runs there: it has to tell what hangs from what goes on,
   * and not what is fast from what is slow.
   */
  patience(ms: number): number {
    return this.short ? SHORT_FORM_PATIENCE * ms : ms;
  }

  /** Asks every few milliseconds until the answer is yes. Gives the milliseconds it took, or `undefined`: not in time. */
  async until(
    ask: () => boolean | Promise<boolean>,
    withinMs: number,
    everyMs = 20,
  ): Promise<number | undefined> {
    const start = performance.now();
    for (;;) {
      if (await ask()) return performance.now() - start;
      if (performance.now() - start > withinMs) return undefined;
      await sleep(everyMs);
    }
  }

  /** Waits until so many have been handled. Gives whether that came true, or nothing was handled for a long time. */
  async reaches(count: number): Promise<boolean> {
    let [before, since] = [-1, 0];
    for (;;) {
      const now = this.handled();
      if (now >= count) return true;
      if (now > before) [before, since] = [now, performance.now()];
      else if (performance.now() - since > STANDSTILL_MS) return false;
      await sleep(20);
    }
  }

  /** How many messages have been handled by now, give or take a few milliseconds. */
  readonly handled = (): number => {
    const now = performance.now();
    if (now - this.#lookedAt > LOOK_EVERY_MS) {
      this.book.update();
      this.#lookedAt = now;
    }
    return this.book.handled;
  };
}
