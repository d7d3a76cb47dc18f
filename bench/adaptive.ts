import { bestFixed, judge, mean, type Verdict } from './adaptive/judge.js';
import { aimd, fixed, goodputClimb, gradient2 } from './adaptive/limiters.js';
import { MAX, type MakeLimiter, MIN, START } from './adaptive/run.js';
import { CONTENDED, type Phase, SCENARIOS, STEADY } from './adaptive/scenarios.js';

const SEEDS = 20;
/** What is compared with it varies little from seed to seed. */
const OTHER_SEEDS = 5;
const PROCESSES = 4;
const KNEE = 24;
/** What AIMD takes for too slow: twice the latency that there is at first. */
const TARGET_MS = 200;

/**
 * Limiters in virtual time: what limit do they find, and what goodput does it give, as a share of that of the best fixed
 * limit? Gives `false` when the adaptive limit misses a target of docs/adaptive.md.
 */
export async function adaptive(): Promise<boolean> {
  console.log(
    `limit ${MIN}..${MAX}, from ${START}; ${SEEDS} seeds, ${OTHER_SEEDS} for the others; cells: mean limit · share of the best goodput\n`,
  );
  console.log(
    '| conditions | best fixed | **adaptive** | its p5–p95 | worst seed | worst window | settled after | Gradient2 | AIMD | best fixed of the first line | maxWorkers: 10 |',
  );
  console.log(`|${' --- |'.repeat(11)}`);
  const reached = SCENARIOS.map(scenario);
  console.log(`\n${PROCESSES} processes on one downstream, all together\n`);
  console.log('| conditions | groupMax | mean limit | p5–p95 | share of the best | worst window |');
  console.log(`|${' --- |'.repeat(6)}`);
  for (const phases of [STEADY, CONTENDED]) {
    group(phases, undefined);
    reached.push(group(phases, KNEE));
  }
  return reached.every(Boolean);
}

function scenario(phases: readonly Phase[]): boolean {
  const bestAtFirst = phases[0] === undefined ? 1 : bestFixed(phases[0].conditions).limit;
  const ours = seeds(phases, goodputClimb);
  const others = [
    seeds(phases, gradient2, OTHER_SEEDS),
    seeds(phases, (options) => aimd(options, TARGET_MS), OTHER_SEEDS),
    seeds(phases, () => fixed(bestAtFirst), OTHER_SEEDS),
    seeds(phases, () => fixed(START), OTHER_SEEDS),
  ];
  const reached = phases.map((phase, p) => {
    const best = bestFixed(phase.conditions);
    const mine = at(ours, p);
    const shares = mine.map(({ share }) => share);
    const worst = Math.min(...mine.map((verdict) => verdict.worst));
    const settled = mine.map((verdict) => verdict.settled);
    const nothing = best.goodput === 0;
    const cells = [
      phase.name,
      nothing ? '–' : `${best.limit}: ${best.goodput.toFixed(best.goodput < 20 ? 1 : 0)}/s`,
      `**${cell(mine)}**`,
      range(mine),
      nothing ? '–' : Math.min(...shares).toFixed(2),
      nothing ? '–' : worst.toFixed(2),
      nothing ? '–' : `${Math.max(...settled)} s`,
      ...others.map((verdicts) => cell(at(verdicts, p))),
    ];
    console.log(`| ${cells.join(' | ')} |`);
    const within = mine.every(({ lowest, highest }) => lowest >= MIN && highest <= MAX);
    if (phases === STEADY) {
      const near = mine.every(({ low, high }) => low >= 0.7 * KNEE && high <= 1.3 * KNEE);
      return within && near && Math.min(...shares) >= 0.88;
    }
    return within && (nothing || worst >= 0.8);
  });
  return reached.every(Boolean);
}

function group(phases: readonly Phase[], groupMax: number | undefined): boolean {
  const make: MakeLimiter = (options) =>
    goodputClimb(groupMax === undefined ? options : { ...options, cap: groupMax / PROCESSES });
  const verdicts = at(seeds(phases, make, SEEDS, PROCESSES), 0);
  const worst = Math.min(...verdicts.map((verdict) => verdict.worst));
  const cells = [
    phases[0]?.name,
    groupMax ?? '–',
    mean(verdicts.map(({ limit }) => limit)).toFixed(1),
    range(verdicts),
    mean(verdicts.map(({ share }) => share)).toFixed(2),
    worst.toFixed(2),
  ];
  console.log(`| ${cells.join(' | ')} |`);
  return worst >= 0.8;
}

function seeds(phases: readonly Phase[], make: MakeLimiter, count = SEEDS, processes = 1) {
  return Array.from({ length: count }, (_, i) => judge(phases, make, i + 1, processes));
}

function at(verdicts: readonly (readonly Verdict[])[], phase: number): readonly Verdict[] {
  return verdicts.flatMap((phases) => phases[phase] ?? []);
}

function cell(verdicts: readonly Verdict[]): string {
  const limit = mean(verdicts.map((verdict) => verdict.limit)).toFixed(0);
  const share = mean(verdicts.map((verdict) => verdict.share));
  return Number.isFinite(share) ? `${limit} · ${share.toFixed(2)}` : limit;
}

function range(verdicts: readonly Verdict[]): string {
  return `${Math.min(...verdicts.map(({ low }) => low))}–${Math.max(...verdicts.map(({ high }) => high))}`;
}
