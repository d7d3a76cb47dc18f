import pc from 'picocolors';
import type { Contender } from './contender.js';

export interface Result {
  readonly one: Contender;
  readonly five: Contender;
  readonly questions: number;
  readonly commands: number;
  readonly replies: ReadonlyMap<string, number>;
}

/** Prints what the run has shown; gives whether it is what was promised. */
export function report({ one, five, questions, commands, replies }: Result): boolean {
  const contenders = [one, five];
  const [slow, fast] = [one.progress().elapsed, five.progress().elapsed];
  const inOrder = contenders.every((contender) => isCount(contender.applied(), commands));
  const lost = contenders.length * questions - [...replies.values()].reduce((sum, n) => sum + n, 0);
  const answered = replies.size === questions && lost === 0;
  const bounded = one.mostBusy() === 1 && five.mostBusy() <= 5;
  const row = (ok: boolean, what: string, figure: string) =>
    console.log(`  ${ok ? pc.green('✔') : pc.red('✘')} ${what.padEnd(33)} ${figure}`);

  console.log(pc.bold('Summary'));
  row(true, '1 worker', `${seconds(slow)}, never more than ${one.mostBusy()} at once`);
  row(
    bounded,
    '5 workers (x-fs-concurrency)',
    `${seconds(fast)}, never more than ${five.mostBusy()} at once`,
  );
  row(fast < slow, 'speed-up', pc.bold(`${(slow / fast).toFixed(2)} ×`));
  row(inOrder, 'order kept on the serial channel', `${commands} commands, in both services`);
  row(answered, 'nothing lost', `${replies.size} of ${questions} answered by both, ${lost} lost`);
  return bounded && fast < slow && inOrder && answered;
}

function isCount(sequence: readonly number[], to: number): boolean {
  return sequence.length === to && sequence.every((number, i) => number === i + 1);
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
