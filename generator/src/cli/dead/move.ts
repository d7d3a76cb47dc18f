import { GeneratorError } from '../../errors.js';
import type { Console } from '../console.js';
import { json } from './json.js';
import { type Found, isFiltered, printFound } from './list.js';
import type { Place } from './places.js';
import { Progress } from './progress.js';
import { Reasons } from './reasons.js';
import type { DeadLetter, Replay } from './runtime.js';
import { type Session, search, searchShown } from './session.js';
import { counted, oneLine } from './text.js';
import type { MoveCommand } from './types.js';

/** What was found before anything is touched. */
interface Survey {
  readonly total: number;
  readonly reasons: Reasons;
  /** The first few, to be shown. */
  readonly first: readonly Found[];
  /** Last entry seen in each place: what fails again meanwhile lies behind it and is left alone. */
  readonly bounds: ReadonlyMap<Place, string>;
  /** Ids that were named and are not there. */
  readonly missing: readonly string[];
  /** Entries that can't be replayed, because nobody knows where they came from. */
  readonly foreign: number;
}

const PREVIEW = 12;

/** `fs-gen dead replay` and `fs-gen dead discard` */
export async function move(session: Session, command: MoveCommand): Promise<void> {
  const { terminal } = session;
  const survey = await look(session, command);
  for (const id of survey.missing)
    terminal.complain(`${terminal.err.yellow('warning')}  There is no dead letter ${id}.`);
  if (command.dryRun || survey.total === 0) {
    report(command, survey, {}, terminal);
    return;
  }
  if (!(await agreed(command, survey, terminal))) {
    terminal.complain('Nothing was changed.');
    return;
  }
  report(command, survey, await carryOut(session, command, survey), terminal);
}

async function look(session: Session, { kind, filter }: MoveCommand): Promise<Survey> {
  const reasons = new Reasons();
  const first: Found[] = [];
  const bounds = new Map<Place, string>();
  const missing = new Set(filter.ids);
  let [total, foreign] = [0, 0];
  for await (const { place, letters, last } of searchShown(session, filter)) {
    if (last !== undefined) bounds.set(place, last);
    for (const letter of letters) {
      missing.delete(letter.id);
      missing.delete(letter.origin?.id ?? '');
      if (kind === 'replay' && letter.origin === null) foreign += 1;
      else if (total < filter.limit) {
        total += 1;
        reasons.add(letter);
        if (first.length < PREVIEW) first.push({ place, letter });
      }
    }
  }
  return { total, reasons, first, bounds, missing: [...missing], foreign };
}

/**
 * Whether to go on. Who names ids has said what is meant, unless several shards have given the same one; discarding can't
 * be undone, and is asked about in any case.
 *
 * @throws GeneratorError `FS_CONFIRMATION_MISSING`
 */
async function agreed(
  { kind, filter, yes }: MoveCommand,
  { total, reasons, first }: Survey,
  terminal: Console,
) {
  if (yes || (kind === 'replay' && total <= filter.ids.length)) return true;
  const channels = new Set(first.flatMap(({ place }) => place.channels));
  const what = `${counted(total, 'dead letter')} (${reasons.summary}) of ${[...channels].join(', ')}`;
  if (terminal.interactive) {
    return terminal.confirm(kind === 'replay' ? `Replay ${what}?` : `Discard ${what} for good?`);
  }
  if (kind === 'replay' && total === 1) return true;
  throw new GeneratorError(
    'FS_CONFIRMATION_MISSING',
    `This would ${kind} ${what}, and nobody is here to be asked.`,
    {
      ...((kind === 'discard' || filter.ids.length > 0) && {
        hint: 'Add --yes; --dry-run shows what would be done.',
      }),
    },
  );
}

/** How often each thing happened. */
type Tally = Readonly<Record<string, number>>;

async function carryOut(session: Session, command: MoveCommand, survey: Survey): Promise<Tally> {
  const { terminal, deadLetters } = session;
  const { kind, filter } = command;
  const progress = new Progress(terminal, kind === 'replay' ? 'replaying' : 'discarding', survey.total);
  const tally = new Map<string, number>();
  const count = (what: string, times: number) => tally.set(what, (tally.get(what) ?? 0) + times);
  try {
    for await (const { place, letters } of limited(session, command, survey)) {
      if (kind === 'replay') {
        for await (const batch of deadLetters.replay(place.dead, letters)) {
          for (const { letter, result } of batch) count(outcomeOf(result, letter, terminal), 1);
          progress.add(batch.length);
        }
      } else {
        for await (const discarded of deadLetters.discard(place.dead, letters)) {
          count('discarded', discarded);
          progress.add(discarded);
        }
      }
    }
  } finally {
    progress.end();
  }
  return Object.fromEntries(tally);

  /** What `look` has counted, once more: nothing of it was kept in memory. */
  async function* limited(from: Session, { kind: what }: MoveCommand, { bounds }: Survey) {
    let left = filter.limit;
    for await (const { place, letters } of search(from, filter, bounds)) {
      const movable = letters.filter(({ origin }) => what === 'discard' || origin !== null).slice(0, left);
      left -= movable.length;
      if (movable.length > 0) yield { place, letters: movable };
      if (left === 0) return;
    }
  }
}

function outcomeOf(result: Replay, { id }: DeadLetter, terminal: Console): string {
  if (result.kind === 'refused') {
    terminal.complain(`${terminal.err.yellow('warning')}  ${id} was not replayed: ${oneLine(result.error)}`);
    return 'failed';
  }
  return result.kind;
}

function report(command: MoveCommand, survey: Survey, tally: Tally, terminal: Console): void {
  const { kind, dryRun, filter } = command;
  const done = kind === 'replay' ? (tally.replayed ?? 0) : (tally.discarded ?? 0);
  const failed = tally.failed ?? 0;
  if (command.json) {
    const { total, reasons, foreign, missing } = survey;
    const verb = kind === 'replay' ? 'replayed' : 'discarded';
    terminal.print(
      json({ dryRun, matched: total, reasons: reasons.counts, [verb]: done, failed, foreign, missing }),
    );
    return;
  }
  const { green, dim } = terminal.out;
  if (survey.total === 0)
    terminal.print(
      `${green('✔')} Nothing to ${kind}${isFiltered(filter) ? ': no dead letter matches' : ''}.`,
    );
  else if (dryRun) preview(command, survey, terminal);
  else
    terminal.print(
      `${green('✔')} ${counted(done, 'dead letter')} ${kind === 'replay' ? 'replayed' : 'discarded'}`,
    );
  const gone = survey.total - done - failed;
  if (!dryRun && gone > 0)
    terminal.print(dim(`  ${counted(gone, 'dead letter')} had been taken by somebody else`));
  if (survey.foreign > 0) {
    const entries =
      survey.foreign === 1 ? '1 foreign entry' : `${survey.foreign.toLocaleString('en')} foreign entries`;
    terminal.print(dim(`  ${entries} left alone: another tool wrote them`));
  }
}

function preview({ kind }: MoveCommand, { total, first, reasons }: Survey, terminal: Console): void {
  printFound(first, terminal);
  if (total > first.length)
    terminal.print(terminal.out.dim(`… and ${(total - first.length).toLocaleString('en')} more`));
  terminal.print(`Would ${kind} ${counted(total, 'dead letter')}: ${reasons.summary}`);
  terminal.print('Nothing was changed (--dry-run).');
}
