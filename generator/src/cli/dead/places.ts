import type { Receiver } from './receivers.js';

/** One dead-letter stream, and what is wanted of it. */
export interface Place {
  /** Key of the dead-letter stream. */
  readonly dead: string;
  /** Names of the channels that feed it. */
  readonly channels: readonly string[];
  readonly receivers: readonly Receiver[];
  /** It is shared, and only what came from these streams is meant. */
  readonly streams: readonly string[] | undefined;
}

/** Every dead-letter stream once, and the channels whose streams are not known. */
export function placesOf(
  receivers: readonly Receiver[],
  deadLetterKey: (stream: string) => string,
  { chosen }: { readonly chosen: boolean },
): { readonly places: readonly Place[]; readonly unknown: readonly Receiver[] } {
  const byKey = new Map<string, Receiver[]>();
  const unknown: Receiver[] = [];
  for (const receiver of receivers) {
    const { stream, deadLetters } = receiver;
    const dead = deadLetters ?? (stream === undefined ? undefined : deadLetterKey(stream));
    if (dead === undefined) unknown.push(receiver);
    else byKey.set(dead, [...(byKey.get(dead) ?? []), receiver]);
  }
  const places = [...byKey].map(([dead, feeding]): Place => {
    const streams = feeding.map(({ stream }) => stream);
    const named = feeding.some(({ deadLetters }) => deadLetters !== undefined);
    const known = streams.filter((stream) => stream !== undefined);
    return {
      dead,
      channels: [...new Set(feeding.map(({ channel }) => channel.name))],
      receivers: feeding,
      streams: chosen && named && known.length === streams.length ? known : undefined,
    };
  });
  return { places, unknown };
}

/** Who gave up on a dead letter; its group when the contract has no such operation any more. */
export function operationOf(
  { receivers }: Place,
  origin: { readonly group: string; readonly stream: string },
): string {
  const ofGroup = receivers.filter(({ group }) => group === origin.group);
  const names = ofGroup.filter(({ stream }) => stream === undefined || stream === origin.stream);
  return names.length === 0 ? origin.group : names.map(({ operation }) => operation).join('+');
}
