import type { Console } from '../console.js';
import { merge } from './merge.js';
import type { Place } from './places.js';
import { Progress } from './progress.js';
import type { DeadLetter, DeadLetters, LetterFilter } from './runtime.js';
import type { Filter } from './types.js';

/** What every command works with. */
export interface Session {
  readonly terminal: Console;
  readonly deadLetters: DeadLetters;
  readonly places: readonly Place[];
}

/** Letters of one place that are meant. */
export interface Page {
  readonly place: Place;
  readonly letters: readonly DeadLetter[];
  /** How many entries were looked at, and the last of them. */
  readonly scanned: number;
  readonly last: string | undefined;
}

/**
 * Goes through everything that is meant, a page at a time: the oldest of all places first if there is a limit, else
 * place by place.
 *
 * @param bounds the last id to look at in each place; without one, up to the end
 */
export async function* search(
  { deadLetters, places }: Session,
  filter: Filter,
  bounds?: ReadonlyMap<Place, string>,
): AsyncGenerator<Page> {
  const scans = places.map((place) => scan(deadLetters, place, filter, bounds));
  if (scans.length > 1 && Number.isFinite(filter.limit)) yield* merge(scans);
  else for (const pages of scans) yield* pages;
}

async function* scan(
  deadLetters: DeadLetters,
  place: Place,
  filter: Filter,
  bounds?: ReadonlyMap<Place, string>,
): AsyncGenerator<Page> {
  const meant = filterFor(place, filter);
  if (filter.ids.length > 0) {
    const letters = await deadLetters.find(place.dead, filter.ids, meant);
    yield { place, letters, scanned: letters.length, last: undefined };
    return;
  }
  const to = bounds?.get(place);
  if (bounds !== undefined && to === undefined) return;
  for await (const page of deadLetters.scan(place.dead, meant, to)) yield { place, ...page };
}

/** `search` that shows how far it is, because a long stream takes its time. */
export async function* searchShown(session: Session, filter: Filter): AsyncGenerator<Page> {
  const { terminal, deadLetters, places } = session;
  let total = 0;
  for (const { dead } of places) total += await deadLetters.count(dead);
  // Less than that is over before anybody could read it.
  const progress = total > 2_000 ? new Progress(terminal, 'reading', total) : undefined;
  try {
    for await (const page of search(session, filter)) {
      progress?.add(page.scanned);
      yield page;
    }
  } finally {
    progress?.end();
  }
}

function filterFor({ streams }: Place, { reason, since }: Filter): LetterFilter {
  return {
    ...(reason !== undefined && { reason }),
    ...(since !== undefined && { since }),
    ...(streams !== undefined && { streams }),
  };
}
