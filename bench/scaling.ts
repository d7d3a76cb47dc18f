import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { openClient } from '@fs-gen/runtime/codegen/v1';
import { type RedisServer, startRedis } from '../test/support/redis-server.js';
import { median } from './figures.js';
import { type ScalingMessage, type Shape, scalingContract } from './scaling-contract.js';

const HANDLER_MS = 20;
const WORKERS = 10;
const KEYS = 1_000;
const WORKER = new URL('./scaling-worker.ts', import.meta.url);

type Publishers = Record<string, (message: ScalingMessage) => Promise<unknown>>;

/**
 * Does it grow with processes and shards, and does it stand many channels? Processes are real; all of them, the server
 * and the measuring share this machine.
 */
export async function scaling(): Promise<boolean> {
  const server = await startRedis();
  try {
    const grows = await byProcesses(server);
    const stands = await byChannels(server);
    return grows && stands;
  } finally {
    await server.stop();
  }
}

async function byProcesses(server: RedisServer): Promise<boolean> {
  console.log(
    `messages/s of a ${HANDLER_MS} ms handler, maxWorkers ${WORKERS} in each process; ideal ${ideal(1)} each\n`,
  );
  console.log('| order | shards | 1 process | 2 processes | 4 processes |');
  console.log('| --- | --- | --- | --- | --- |');
  let reached = true;
  for (const ordered of [false, true]) {
    for (const shards of [1, 2, 4, 8]) {
      const cells: string[] = [];
      for (const processes of [1, 2, 4]) {
        // A shard of an ordered channel is worked by one process.
        const working = ordered ? Math.min(processes, shards) : processes;
        const shape: Shape = {
          prefix: `grow:${ordered}:${shards}:${processes}`,
          channels: 1,
          shards,
          ordered,
          maxWorkers: WORKERS,
          handlerMs: HANDLER_MS,
        };
        const rate = await drain(server.url, shape, processes, ideal(working) * 4);
        const share = rate / ideal(working);
        if (share < 0.85) reached = false;
        cells.push(`${Math.round(rate)} (${share.toFixed(2)} of ideal)`);
      }
      console.log(`| ${ordered ? 'by key' : 'none'} | ${shards} | ${cells.join(' | ')} |`);
    }
  }
  return reached;
}

async function byChannels(server: RedisServer): Promise<boolean> {
  const total = 100_000;
  console.log(`\ndrain of ${total} messages with an empty handler in one process, by number of channels\n`);
  console.log('| channels | messages/s | of one channel |');
  console.log('| --- | --- | --- |');
  const rates = new Map<number, number[]>();
  const counts = [1, 10, 50, 200];
  // In turns, so that all of them see the same machine.
  for (let round = 0; round < 3; round++) {
    for (const channels of counts) {
      const shape: Shape = {
        prefix: `many:${round}:${channels}`,
        channels,
        shards: 1,
        ordered: false,
        maxWorkers: WORKERS,
        handlerMs: 0,
      };
      const rate = await drain(server.url, shape, 1, total);
      rates.set(channels, [...(rates.get(channels) ?? []), rate]);
    }
  }
  const one = median(rates.get(1) ?? []);
  let reached = true;
  for (const channels of counts) {
    const rate = median(rates.get(channels) ?? []);
    if (rate < 0.9 * one) reached = false;
    console.log(`| ${channels} | ${Math.round(rate)} | ${(rate / one).toFixed(2)} |`);
  }
  return reached;
}

/** Messages a second from the first to the last, with everything published before. */
async function drain(url: string, shape: Shape, processes: number, total: number): Promise<number> {
  await fill(url, shape, total);
  const children = await Promise.all(Array.from({ length: processes }, () => start(url, shape)));
  // Who owns what has settled by then.
  await sleep(shape.ordered ? 1_500 : 100);
  const before = await acked(children);
  const started = performance.now();
  for (const child of children) child.send('go');
  let done = before;
  while (done < total) {
    await sleep(10);
    done = await acked(children);
  }
  const took = performance.now() - started;
  for (const child of children) child.send('stop');
  await Promise.all(children.map((child) => once(child, 'exit')));
  return ((total - before) / took) * 1_000;
}

async function fill(url: string, shape: Shape, total: number): Promise<void> {
  const contract = scalingContract(shape);
  const client = openClient<Publishers>(contract, { redis: url });
  const names = Object.keys(contract.channels);
  for (let sent = 0; sent < total; sent += 1_000) {
    const count = Math.min(1_000, total - sent);
    await Promise.all(
      Array.from({ length: count }, (_, i) => {
        const n = sent + i;
        const publish = client.publish[names[n % names.length] ?? ''];
        return publish?.({ n, key: `k${n % KEYS}`, text: 'x'.repeat(190) });
      }),
    );
  }
  await client.close();
}

async function start(url: string, shape: Shape): Promise<ChildProcess> {
  const child = fork(WORKER, [JSON.stringify({ url, shape })], { execArgv: ['--import', 'tsx'] });
  await once(child, 'message');
  return child;
}

async function acked(children: readonly ChildProcess[]): Promise<number> {
  const counts = await Promise.all(
    children.map(async (child) => {
      child.send('count');
      const [answer] = (await once(child, 'message')) as [{ acked: number }];
      return answer.acked;
    }),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}

function ideal(processes: number): number {
  return (processes * WORKERS * 1_000) / HANDLER_MS;
}
