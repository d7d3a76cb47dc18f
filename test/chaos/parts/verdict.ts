import type { Redis } from 'ioredis';
import { atMost, exactly, type Finding, told } from '../scenario.js';
import type { Stage } from '../stage.js';
import { type Balance, balance, standing } from './balance.js';
import type { Crew } from './crew.js';
import type { Publisher } from './publisher.js';

export interface Settled {
  readonly balance: Balance;
  readonly findings: readonly Finding[];
}

/**
 * Waits until everything that was confirmed is handled or a dead letter and nothing is pending, for `withinMs` at most (and
 * the patience of the short form), and says how it stands then: what every scenario owes.
 */
export async function settled(
  stage: Stage,
  parts: { readonly admin: Redis; readonly publisher: Publisher; readonly crew: Crew },
  withinMs: number,
): Promise<Settled> {
  const { admin, publisher, crew } = parts;
  const took = await stage.until(
    async () => {
      const { pending, unread } = await standing(admin, publisher.streams);
      return pending + unread === 0;
    },
    stage.patience(withinMs),
    50,
  );
  const result = await balance(admin, publisher, stage.book);
  if (result.lost.length > 0) stage.say(`lost: ${result.lost.slice(0, 20).join(' ')}`);
  if (took === undefined) stage.say(`not settled within ${stage.patience(withinMs)} ms`);
  return {
    balance: result,
    findings: [
      told('messages confirmed', result.confirmed),
      told('published and not confirmed', publisher.next - result.confirmed),
      exactly('lost', 0, result.lost.length),
      exactly('pending at the end', 0, result.pending),
      exactly('unread at the end', 0, result.unread),
      exactly('worker processes that ended by themselves', 0, crew.crashed),
    ],
  };
}

/** Handler starts beyond the first of a message. Their share depends on the machine, so that the short form only tells it. */
export function repetitions(
  { short }: Stage,
  { repeatedStarts, repeatedEffects, confirmed }: Balance,
  limit: number,
): Finding[] {
  const [share, percent] = ['repeated, of all messages', (100 * repeatedStarts) / Math.max(1, confirmed)];
  return [
    atMost('handler starts repeated', limit, repeatedStarts),
    told('of which done twice', repeatedEffects),
    short ? told(share, percent, '%') : atMost(share, 1, percent, '%'),
  ];
}
