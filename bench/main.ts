/** `npm run bench -- io [workers …]`, `generate` or `plan [seconds]`: prints a table, and exits with 1 when a target is missed. */
import { generation } from './generate.js';
import { io } from './io.js';
import { plan } from './plan.js';

const [name = 'io', ...rest] = process.argv.slice(2);
if (name === 'generate') {
  if (!(await generation())) process.exitCode = 1;
} else if (name === 'plan') {
  if (!(await plan(Number(rest[0] ?? 30)))) process.exitCode = 1;
} else if (name !== 'io') {
  console.error(`There is no benchmark called ${name}; there are: io, generate, plan`);
  process.exitCode = 2;
} else {
  const limits = rest.length === 0 ? [1, 5, 10, 100] : rest.map(Number);
  if (!(await io(limits))) process.exitCode = 1;
}
