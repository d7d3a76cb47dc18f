import { Random } from '../../test/simulation/random.js';
import { Agenda } from './agenda.js';
import { Thread } from './cpu.js';
import { Downstream, USUAL } from './downstream.js';
import type { Limiter, Options } from './limiters.js';
import { BusyProcess } from './process.js';
import type { Phase } from './scenarios.js';

export const [MIN, MAX, START] = [1, 200, 10];

export type MakeLimiter = (options: Options) => Limiter;

/** One run of all phases by so many processes on one downstream, each with a limiter of its own. */
export function run(
  phases: readonly Phase[],
  make: MakeLimiter,
  seed: number,
  processes = 1,
): readonly BusyProcess[] {
  const agenda = new Agenda();
  const random = new Random(seed);
  let conditions = phases[0]?.conditions ?? USUAL;
  const downstream = new Downstream(agenda, random.fork(1), conditions);
  const running = Array.from({ length: processes }, (_, i) => {
    const thread = new Thread(agenda, random.fork(1_000 + i));
    const limiter = make({
      min: MIN,
      max: MAX,
      start: START,
      now: () => agenda.now,
      random: random.fork(2_000 + i).next,
      ...(conditions.cpu !== undefined && { loop: thread.sample }),
    });
    return new BusyProcess(agenda, limiter, (done) => {
      const { cpu } = conditions;
      if (cpu === undefined) downstream.call(done);
      else thread.handler(cpu.cpu, cpu.io)(done);
    });
  });
  let end = 0;
  for (const phase of phases) {
    conditions = phase.conditions;
    downstream.conditions = conditions;
    end += phase.seconds * 1_000;
    agenda.until(end);
  }
  return running;
}
