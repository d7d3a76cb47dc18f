/** `npm run bench -- <name>`: prints a table; exits with 1 when a target is missed. */
import { adaptive } from './adaptive.js';
import { generation } from './generate.js';
import { io } from './io.js';
import { plan } from './plan.js';
import { rate } from './rate.js';
import { scaling } from './scaling.js';
import { zipf } from './zipf.js';

const [name = 'io', ...rest] = process.argv.slice(2);
const limits = rest.length === 0 ? [1, 5, 10, 100] : rest.map(Number);
const benchmarks = new Map([
  ['io', () => io(limits)],
  ['generate', generation],
  ['adaptive', adaptive],
  ['scaling', scaling],
  ['plan', () => plan(Number(rest[0] ?? 40))],
  ['zipf', zipf],
  ['rate', rate],
]);
const benchmark = benchmarks.get(name);
if (benchmark === undefined) {
  console.error(`There is no benchmark called ${name}; there are: ${[...benchmarks.keys()].join(', ')}`);
  process.exitCode = 2;
} else if (!(await benchmark())) {
  process.exitCode = 1;
}
