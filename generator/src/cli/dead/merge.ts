import type { DeadLetter } from './runtime.js';
import type { Page } from './session.js';

interface Scan {
  readonly pages: AsyncIterator<Page>;
  /** Letters of its last page that have not been given yet. */
  page: Page | undefined;
}

/** Several scans as one, oldest letter first: shards of a channel fail side by side. A page has letters of one place. */
export async function* merge(scans: readonly AsyncIterable<Page>[]): AsyncGenerator<Page> {
  const open: Scan[] = scans.map((pages) => ({ pages: pages[Symbol.asyncIterator](), page: undefined }));
  for (const scan of open) yield* next(scan);
  for (;;) {
    const [oldest, second] = open.filter(({ page }) => page !== undefined).sort(byFirstLetter);
    if (oldest?.page === undefined) return;
    const { place, letters } = oldest.page;
    const bound = second?.page?.letters[0];
    const end = bound === undefined ? -1 : letters.findIndex((letter) => byAge(letter, bound) > 0);
    const run = end < 0 ? letters : letters.slice(0, end);
    yield { place, letters: run, scanned: 0, last: undefined };
    if (run.length === letters.length) yield* next(oldest);
    else oldest.page = { ...oldest.page, letters: letters.slice(run.length) };
  }
}

/** Goes on to the next page that has letters; tells how far that is, and keeps the letters back. */
async function* next(scan: Scan): AsyncGenerator<Page> {
  for (;;) {
    const { done, value } = await scan.pages.next();
    scan.page = done || value.letters.length === 0 ? undefined : value;
    if (done) return;
    yield { ...value, letters: [] };
    if (scan.page !== undefined) return;
  }
}

function byFirstLetter({ page: a }: Scan, { page: b }: Scan): number {
  const [one, other] = [a?.letters[0], b?.letters[0]];
  return one === undefined || other === undefined ? 0 : byAge(one, other);
}

/** `2-10` comes after `2-9`. */
export function byAge(a: Pick<DeadLetter, 'id'>, b: Pick<DeadLetter, 'id'>): number {
  const [one, other] = [partsOf(a.id), partsOf(b.id)];
  return one.time - other.time || one.sequence - other.sequence;
}

function partsOf(id: string) {
  const [time, sequence] = id.split('-');
  return { time: Number(time), sequence: Number(sequence) };
}
