import type { Console } from '../console.js';
import { json, letterJson } from './json.js';
import { byAge } from './merge.js';
import { operationOf, type Place, shardOf, shardsOf } from './places.js';
import { Reasons, whyOf } from './reasons.js';
import type { DeadLetter } from './runtime.js';
import { type Session, searchShown } from './session.js';
import { counted, cut, oneLine, time } from './text.js';
import type { Filter } from './types.js';

/** Narrower screens get the reason on a line of its own. */
const WIDE = 110;

/** A dead letter, and where it lies. */
export interface Found {
  readonly place: Place;
  readonly letter: DeadLetter;
}

/** `fs-gen dead list` */
export async function list(session: Session, filter: Filter, asJson: boolean): Promise<void> {
  const { terminal } = session;
  const reasons = new Reasons();
  const shown: Found[] = [];
  let matched = 0;
  for await (const { place, letters } of searchShown(session, filter)) {
    matched += letters.length;
    for (const letter of letters) {
      reasons.add(letter);
      if (shown.length < filter.limit) shown.push({ letter, place });
    }
  }
  if (asJson) {
    const deadLetters = shown.map(({ letter, place }) => letterJson(letter, place));
    terminal.print(json({ matched, reasons: reasons.counts, deadLetters }));
    return;
  }
  printFound(shown, terminal);
  const { dim, green } = terminal.out;
  if (matched === 0) {
    terminal.print(`${green('✔')} ${isFiltered(filter) ? 'No dead letter matches.' : 'No dead letters.'}`);
    return;
  }
  if (matched > shown.length)
    terminal.print(
      dim(`… and ${(matched - shown.length).toLocaleString('en')} more; --limit all lists them`),
    );
  terminal.print(cut(`${counted(matched, 'dead letter')}: ${reasons.summary}`, terminal.width));
}

/** Whether anything but the number of lines is limited. */
export function isFiltered({ ids, reason, since }: Filter): boolean {
  return ids.length > 0 || reason !== undefined || since !== undefined;
}

/** Channel by channel, oldest first. */
export function printFound(found: readonly Found[], terminal: Console): void {
  for (const first of new Set(found.map(({ place }) => place.first))) {
    const together = found.filter(({ place }) => place.first === first);
    printTable(
      together.sort((a, b) => byAge(a.letter, b.letter)),
      terminal,
    );
  }
}

interface Column {
  readonly name: string;
  readonly width?: number;
  readonly toTheRight?: boolean;
  readonly text: (found: Found) => string;
}

const COLUMNS: readonly Column[] = [
  { name: 'ID', text: ({ letter }) => letter.id },
  { name: 'WHEN', width: 20, text: ({ letter }) => time(letter.at) },
  {
    name: 'OPERATION',
    text: ({ place, letter: { origin } }) => (origin === null ? '-' : oneLine(operationOf(place, origin))),
  },
  {
    name: 'SHARD',
    toTheRight: true,
    text: ({ place, letter }) => String(shardOf(place, letter.origin) ?? '-'),
  },
  { name: 'TRIES', toTheRight: true, text: ({ letter }) => String(letter.origin?.attempts ?? '-') },
];

/** The dead letters of one channel: a row for each, below names of the columns. */
function printTable(found: readonly Found[], terminal: Console): void {
  const [{ place } = {}] = found;
  if (place === undefined) return;
  const { bold, cyan, dim, red } = terminal.out;
  const stacked = terminal.width < WIDE;
  const shards = shardsOf(place);
  const columns = COLUMNS.filter(({ name }) => name !== 'SHARD' || shards > 1).map((column) => {
    const cells = found.map(column.text);
    const width = Math.max(column.width ?? 0, column.name.length, ...cells.map(({ length }) => length));
    const padded = (cell: string) => (column.toTheRight ? cell.padStart(width) : cell.padEnd(width));
    return [column.name, ...cells].map(padded);
  });
  const [head = '', ...rows] = ['', ...found].map((_, i) => columns.map((cells) => cells[i]).join('  '));
  const spread = shards > 1 ? `  ${shards} shards` : '';
  terminal.print(`${bold(place.channels.join(', '))}  ${dim(`${place.first}${spread}`)}`);
  terminal.print('');
  terminal.print(dim(`${head}${stacked ? '' : '  REASON'}`));
  for (const [i, { letter }] of found.entries()) {
    const text = rows[i] ?? '';
    const coloured = cyan(letter.id) + text.slice(letter.id.length);
    const why = whyOf(letter);
    if (stacked) {
      terminal.print(coloured);
      terminal.print(`  ${red(cut(why, terminal.width - 2))}`);
    } else {
      terminal.print(`${coloured}  ${red(cut(why, terminal.width - text.length - 2))}`);
    }
  }
  terminal.print('');
}
