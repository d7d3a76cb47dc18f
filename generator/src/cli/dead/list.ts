import type { Console } from '../console.js';
import { json, letterJson } from './json.js';
import { operationOf, type Place } from './places.js';
import { Reasons, whyOf } from './reasons.js';
import type { DeadLetter } from './runtime.js';
import { type Session, searchShown } from './session.js';
import { counted, cut, oneLine, time } from './text.js';
import type { Filter } from './types.js';

/** Narrower screens get the reason on a line of its own. */
const WIDE = 110;

/** `fs-gen dead list` */
export async function list(session: Session, filter: Filter, asJson: boolean): Promise<void> {
  const { terminal, places } = session;
  const reasons = new Reasons();
  const shown: { letter: DeadLetter; place: Place }[] = [];
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
  for (const place of places) {
    const letters = shown.filter((each) => each.place === place).map(({ letter }) => letter);
    if (letters.length > 0) printPlace(place, letters, terminal);
  }
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

/** One dead-letter stream: a row for each, below names of the columns. */
export function printPlace(place: Place, letters: readonly DeadLetter[], terminal: Console): void {
  const { bold, cyan, dim, red } = terminal.out;
  const stacked = terminal.width < WIDE;
  const rows = letters.map((letter) => ({
    id: letter.id,
    when: time(letter.at),
    operation: letter.origin === null ? '-' : oneLine(operationOf(place, letter.origin)),
    tries: letter.origin === null ? '-' : String(letter.origin.attempts),
    why: whyOf(letter),
  }));
  const width = (column: 'id' | 'operation', name: string) =>
    Math.max(name.length, ...rows.map((row) => row[column].length));
  const [idWidth, operationWidth] = [width('id', 'ID'), width('operation', 'OPERATION')];
  const line = (id: string, when: string, operation: string, tries: string) =>
    `${id.padEnd(idWidth)}  ${when.padEnd(20)}  ${operation.padEnd(operationWidth)}  ${tries.padStart(5)}`;
  terminal.print(`${bold(place.channels.join(', '))}  ${dim(place.dead)}`);
  terminal.print('');
  terminal.print(dim(`${line('ID', 'WHEN', 'OPERATION', 'TRIES')}${stacked ? '' : '  REASON'}`));
  for (const { id, when, operation, tries, why } of rows) {
    const text = line(id, when, operation, tries);
    const coloured = cyan(id) + text.slice(id.length);
    if (stacked) {
      terminal.print(coloured);
      terminal.print(`  ${red(cut(why, terminal.width - 2))}`);
    } else {
      terminal.print(`${coloured}  ${red(cut(why, terminal.width - text.length - 2))}`);
    }
  }
  terminal.print('');
}
