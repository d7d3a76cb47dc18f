import type { Receiver } from './receivers.js';

/** A receiver, and the streams that its channel is spread over; none: they are not known. */
export interface Feeder extends Receiver {
  readonly streams: readonly string[];
}

/** One dead-letter stream, and what is wanted of it. */
export interface Place {
  /** Key of the dead-letter stream. */
  readonly dead: string;
  /** Key of the dead-letter stream of the channel's first shard: those that share it are shown together. */
  readonly first: string;
  /** Names of the channels that feed it. */
  readonly channels: readonly string[];
  readonly feeders: readonly Feeder[];
  /** It is shared, and only what came from these streams is meant. */
  readonly streams: readonly string[] | undefined;
}

interface Origin {
  readonly group: string;
  readonly stream: string;
}

/** Every dead-letter stream once: one for each shard of a channel, unless the contract names one for all of them. */
export function placesOf(
  feeders: readonly Feeder[],
  deadLetterKey: (stream: string) => string,
  { chosen }: { readonly chosen: boolean },
): readonly Place[] {
  const byKey = new Map<string, { readonly first: string; readonly feeding: Feeder[] }>();
  for (const feeder of feeders) {
    const named = feeder.deadLetters;
    const keys = named === undefined ? feeder.streams.map(deadLetterKey) : [named];
    const [first = ''] = keys;
    for (const dead of keys) {
      const known = byKey.get(dead);
      if (known === undefined) byKey.set(dead, { first, feeding: [feeder] });
      else known.feeding.push(feeder);
    }
  }
  return [...byKey].map(([dead, { first, feeding }]): Place => {
    const named = feeding.some(({ deadLetters }) => deadLetters !== undefined);
    const known = feeding.every(({ streams }) => streams.length > 0);
    return {
      dead,
      first,
      channels: [...new Set(feeding.map(({ channel }) => channel.name))],
      feeders: feeding,
      streams: chosen && named && known ? feeding.flatMap(({ streams }) => streams) : undefined,
    };
  });
}

/** Who gave up on a dead letter; its group when the contract has no such operation any more. */
export function operationOf({ feeders }: Place, origin: Origin): string {
  const ofGroup = feeders.filter(({ group }) => group === origin.group);
  const names = ofGroup.filter(({ streams }) => streams.length === 0 || streams.includes(origin.stream));
  return names.length === 0 ? origin.group : names.map(({ operation }) => operation).join('+');
}

/** How many streams feed a place, at most, through one channel. */
export function shardsOf({ feeders }: Place): number {
  return Math.max(1, ...feeders.map(({ streams }) => streams.length));
}

/** Which shard of its channel a dead letter came from, from 0; `undefined`: the channel has but one, or it is unknown. */
export function shardOf({ feeders }: Place, origin: Origin | null): number | undefined {
  if (origin === null) return undefined;
  const spread = feeders.find(({ streams }) => streams.length > 1 && streams.includes(origin.stream));
  return spread?.streams.indexOf(origin.stream);
}
