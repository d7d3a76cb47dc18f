/** A user's project with a contract of jobs, the runtime installed, and a Redis that has seen things fail. */
import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { Redis } from 'ioredis';
import { onTestFinished } from 'vitest';
import type { PolicyDeclaration } from '../../../runtime/src/contract.js';
import { connect } from '../../../runtime/src/redis/broker.js';
import type { Handler } from '../../../runtime/src/types.js';
import {
  type Job,
  type JobContract,
  jobContract,
  jobPublisher,
  jobWorker,
} from '../../runtime/engine/harness.js';
import { folderWith, HEAD_V3 } from '../document/workspace.js';
import { type Run, type RunOptions, run } from './run.js';

const modules = fileURLToPath(new URL('../../../node_modules', import.meta.url));

export interface DeadProject {
  readonly stream: string;
  /** Key of the dead-letter stream. */
  readonly dead: string;
  readonly admin: Redis;
  readonly contract: JobContract;
  /** Publishes jobs with these numbers, and lets a worker give up on them. */
  fail(numbers: readonly number[], message?: string): Promise<void>;
  /** Runs a worker until it has settled `count` messages. */
  work(count: number, handler: Handler<Job>): Promise<void>;
  publish(n: number, options?: object): Promise<unknown>;
  /** `fs-gen dead <command> <document> …` */
  dead_(command: string, args?: readonly string[], options?: RunOptions): Promise<Run>;
  /** Ids in the dead-letter stream, oldest first. */
  ids(): Promise<readonly string[]>;
}

/** Fails at once, so that tests needn't wait for a second attempt. */
const ONCE = { maxAttempts: 1, delay: 0, jitter: false } as const;

/** @param shards of the workers; the document says `declared` */
export async function deadProject(
  url: string,
  retry: PolicyDeclaration['retry'] = {},
  { shards = 1, declared = shards }: { readonly shards?: number; readonly declared?: number } = {},
): Promise<DeadProject> {
  const contract = jobContract({ retry: { ...ONCE, ...retry }, stream: { shards } });
  const { stream } = contract;
  const deadLetter = typeof retry.deadLetter === 'string' ? retry.deadLetter : undefined;
  const folder = await folderWith({ 'api.yaml': documentOf(stream, deadLetter, declared) });
  await symlink(modules, join(folder, 'node_modules'), 'dir');
  const broker = connect(url);
  const admin = new Redis(url);
  onTestFinished(async () => {
    admin.disconnect();
    await broker.close();
  });
  const { jobs: publish } = jobPublisher(broker, contract, 20_000);
  const dead = deadLetter ?? `{${stream}}.dead`;

  async function work(count: number, handler: Handler<Job>): Promise<void> {
    const { worker, events, until } = jobWorker(broker, contract, handler);
    await worker.start();
    const settled = () =>
      events.filter(({ kind }) => ['acked', 'dead-lettered', 'ignored'].includes(kind)).length;
    while (settled() < count) await Promise.race([next(until, 'acked'), next(until, 'dead-lettered')]);
    await worker.stop({ grace: 0 });

    function next(wait: typeof until, kind: 'acked' | 'dead-lettered') {
      return wait(kind, events.filter((event) => event.kind === kind).length + 1);
    }
  }

  return {
    stream,
    dead,
    admin,
    contract,
    publish: (n, options) => publish({ n }, options),
    work,
    async fail(numbers, message = 'it broke') {
      await Promise.all(numbers.map((n) => publish({ n })));
      await work(numbers.length, () => {
        throw new TypeError(message);
      });
    },
    dead_: (command, args = [], options) =>
      run(['dead', command, join(folder, 'api.yaml'), ...args, '--redis', url], options),
    ids: async () => (await admin.xrange(dead, '-', '+')).map(([id]) => id),
  };
}

/** What the contract of `jobContract` looks like as a document. */
export function documentOf(stream: string, deadLetter?: string, shards = 1): string {
  return `${HEAD_V3}channels:
  jobs:
    address: '${stream}'
    messages: {job: {payload: {type: object, properties: {n: {type: integer}}}}}
    x-fs-stream: {group: test, shards: ${shards}}
${deadLetter === undefined ? '' : `    x-fs-retry: {deadLetter: '${deadLetter}'}\n`}operations:
  onJob: {action: receive, channel: {$ref: '#/channels/jobs'}}
`;
}

/** A keyboard on which somebody types `text`; without text, presses Ctrl-D. */
export function keyboard(text?: string) {
  const keys = Object.assign(new PassThrough(), { isTTY: true });
  keys.end(text === undefined ? '' : `${text}\n`);
  return keys;
}
