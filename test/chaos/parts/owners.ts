import type { Redis } from 'ioredis';
import { besides } from '../../../runtime/src/redis/keys.js';
import { GROUP } from './contract.js';

/** Consumers are called after their host, process, and chance. */
const PROCESS = /-(\d+)-[0-9a-f]+$/;

/** The process that owns each of the streams, by Redis's word; `undefined`: nobody, or its lease is over. */
export async function ownersOf(
  redis: Redis,
  streams: readonly string[],
): Promise<readonly (number | undefined)[]> {
  const [seconds = 0, micros = 0] = (await redis.time()).map(Number);
  const now = seconds * 1_000 + micros / 1_000;
  return Promise.all(
    streams.map(async (stream) => {
      const [consumer, until] = await redis.hmget(besides(stream, `owner:${GROUP}`), 'consumer', 'until');
      const live = Number(until ?? 0) > now;
      const pid = PROCESS.exec(consumer ?? '')?.[1];
      return live && pid !== undefined ? Number(pid) : undefined;
    }),
  );
}
