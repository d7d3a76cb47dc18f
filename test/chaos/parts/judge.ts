import { Redis } from 'ioredis';
import type { HandlerContext } from '../../../runtime/src/types.js';
import { GROUP, type Job, type WorkerConfig } from './contract.js';
import { type Ledger, wallClock } from './ledger.js';

/** For each key the place and the entry of the message that was last started. */
const LATEST = 'chaos.latest';

/** What is wrong with a start, as an event of the ledger. */
export const WRONGS = {
  'start-unsettled': 'started before the one before it was settled',
  'start-skipping': 'started although the one before it was never started',
  'start-behind': 'started after a later one',
  'start-settled': 'started after it was settled itself',
} as const;

/** One script: nothing happens between the looks. A start of the same message again is a repetition, and right. */
const JUDGE = `
local stream, group, key, place, id = KEYS[2], ARGV[1], ARGV[2], tonumber(ARGV[3]), ARGV[4]
local function pending(entry) return #redis.call('XPENDING', stream, group, entry, entry, 1) > 0 end
local before, entry = string.match(redis.call('HGET', KEYS[1], key) or '-1 0-0', '^(%S+) (%S+)$')
before = tonumber(before)
if place >= before then redis.call('HSET', KEYS[1], key, place .. ' ' .. id) end
if not pending(id) then return 'start-settled' end
if place < before then return 'start-behind' end
if place > before + 1 then return 'start-skipping' end
if place == before + 1 and before >= 0 and pending(entry) then return 'start-unsettled' end
return 'start-right'`;

/**
 * Asks Redis at every start of a handler whether the message before it of the same key is settled: whether it was started,
 * and is not pending any more.
 */
export class Judge {
  readonly #redis: Redis;
  readonly #ledger: Ledger;

  constructor({ url = '' }: WorkerConfig['target'], ledger: Ledger) {
    this.#redis = new Redis(url);
    this.#redis.on('error', () => {});
    this.#ledger = ledger;
  }

  async started({ key = '', place = 0 }: Job, { stream, entryId }: HandlerContext): Promise<void> {
    const verdict = await this.#redis.eval(JUDGE, 2, LATEST, stream, GROUP, key, place, entryId);
    if (verdict !== 'start-right')
      console.error(`${verdict}: ${key} ${place}, entry ${entryId} of ${stream}`);
    await this.#ledger.write('event', String(verdict), 1, wallClock());
  }

  close(): void {
    this.#redis.disconnect();
  }
}
