import { describeViolation } from './invariants.js';
import { simulate } from './simulation.js';

const args = process.argv.slice(2);
const value = (name: string) => {
  const at = args.indexOf(name);
  return at < 0 ? undefined : Number(args[at + 1]);
};
const seed = value('--seed');
if (seed !== undefined) {
  const result = await simulate(seed, { verbose: true });
  console.log(result.log.join('\n'));
  console.log(JSON.stringify(result.plan));
  console.log(result.hash, result.violations);
} else {
  const from = value('--from') ?? 1;
  const count = value('--seeds') ?? 100;
  const start = performance.now();
  const total = new Map<string, number>();
  let failed = 0;
  for (let s = from; s < from + count; s++) {
    const { violations, counts } = await simulate(s);
    for (const [k, v] of counts) total.set(k, (total.get(k) ?? 0) + v);
    if (violations.length > 0) {
      failed += 1;
      console.log(s, violations.slice(0, 2).map(describeViolation).join(' | '));
    }
  }
  console.log(
    failed,
    'failed',
    ((performance.now() - start) / count).toFixed(1),
    'ms each',
    Object.fromEntries(total),
  );
}
