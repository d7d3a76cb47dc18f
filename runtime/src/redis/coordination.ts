import type {
  Coordination,
  CoordinationSource,
  GroupView,
  MeetRequest,
  PermitGrant,
  PermitRequest,
  Steering,
} from '../types.js';
import { type Connection, type Reply, translated } from './connection.js';
import { besides } from './keys.js';
import { fieldMap, list, number, text } from './replies.js';
import type { ScriptName } from './scripts/index.js';
import { spreadKey } from './spreading.js';

/** How long past its window a process that says nothing keeps its permits, ms. */
const PATIENCE = 10_000;

let holders = 0;

export class RedisCoordination implements Coordination {
  readonly #source: CoordinationSource;
  readonly #commands: Connection;
  /** Of its own for each: whatever is under the same member, permits are counted apart. */
  readonly #holder: string;
  /** Permits that were granted, and told neither used nor returned. */
  #held = 0;
  #asking: Promise<unknown> = Promise.resolve();

  constructor(source: CoordinationSource, commands: Connection) {
    this.#source = source;
    this.#commands = commands;
    this.#holder = `${source.member}:${++holders}`;
  }

  async meet({ ttlMs }: MeetRequest): Promise<GroupView> {
    return viewOf(await this.#script('fsMeet', this.#known, this.#source.member, Math.ceil(ttlMs)));
  }

  async look(): Promise<GroupView> {
    return viewOf(await this.#script('fsLook', this.#known));
  }

  async leave(): Promise<void> {
    const { group, member } = this.#source;
    const leave = () => this.#commands.call('ZREM', this.#key(`members:${group}`), member);
    await translated(this.#commands, leave);
  }

  async steer({ paused, limit }: Partial<Steering>): Promise<Steering> {
    const change: (string | number)[] = [];
    if (paused !== undefined) change.push('paused', paused ? 1 : '');
    if (limit !== undefined) change.push('limit', limit ?? '');
    return steeringOf(await this.#script('fsSteer', [this.#steering], ...change));
  }

  /** One at a time: each says what is held, which the reply before it has changed. */
  permits(request: PermitRequest): Promise<PermitGrant> {
    const asked = this.#asking.then(() => this.#ask(request));
    this.#asking = asked.catch(() => undefined);
    return asked;
  }

  async #ask({ max, per, want, used, ago, returned }: PermitRequest): Promise<PermitGrant> {
    const { group } = this.#source;
    const keys = [this.#key(`starts:${group}`), this.#key(`permits:${group}`)];
    const held = Math.max(0, this.#held - used - returned);
    const args = [max, Math.ceil(per), want, used, Math.max(0, Math.floor(ago)), held, PATIENCE];
    const reply = await this.#script('fsPermits', keys, this.#holder, ...args);
    const [granted = 0, waitMs = 0] = list(reply).map(number);
    this.#held = held + granted;
    return { granted, waitMs };
  }

  /** Keys of everything that a group knows of itself. */
  get #known(): readonly string[] {
    const { stream, group } = this.#source;
    return [this.#key(`members:${group}`), spreadKey(stream), this.#steering];
  }

  get #steering(): string {
    return this.#key(`steer:${this.#source.group}`);
  }

  #key(name: string): string {
    return besides(this.#source.stream, name);
  }

  #script(name: ScriptName, keys: readonly string[], ...args: (string | number)[]): Promise<Reply> {
    return translated(this.#commands, () => this.#commands.script(name, keys, ...args));
  }
}

function viewOf(reply: Reply): GroupView {
  const [members, shards, steering] = list(reply);
  return {
    members: list(members).map(text).sort(),
    shards: number(shards),
    steering: steeringOf(steering ?? null),
  };
}

function steeringOf(reply: Reply): Steering {
  const fields = fieldMap(reply);
  const limit = fields.get('limit');
  return { paused: fields.has('paused'), limit: limit === undefined ? null : number(limit) };
}
