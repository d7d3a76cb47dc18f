import { Random } from '../../test/simulation/random.js';
import { Agenda } from './agenda.js';
import { Thread } from './cpu.js';
import { type Conditions, Downstream, USUAL } from './downstream.js';
import type { Limiter, Options } from './limiters.js';
import { BusyProcess } from './process.js';
import type { Phase } from './scenarios.js';

export const [MIN, MAX, START] = [1, 200, 10];

export type MakeLimiter = (options: Options) => Limiter;

/** One run of all phases. Gives, for each process, good ends and limit by the second. */
export function run(phases: readonly Phase[], make: MakeLimiter, seed: number, processes = 1, options: Partial<Options> = {}): BusyProcess[] {
  const agenda = new Agenda();
  const random = new Random(seed);
  let conditions: Conditions = phases[0]?.conditions ?? USUAL;
  const downstream = new Downstream(agenda, random.fork(1), conditions);
  const made = Array.from({ length: processes }, (_, i) => {
    const thread = new Thread(agenda, random.fork(10 + i));
    const limiter = make({
      min: MIN,
      max: MAX,
      start: START,
      now: () => agenda.now,
      random: random.fork(100 + i).next,
      ...(conditions.cpu !== undefined && { loop: thread.sample }),
      ...options,
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
  return made;
}
