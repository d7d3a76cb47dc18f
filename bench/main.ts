/** `npm run bench -- io [workers …]`: prints a table, and exits with 1 when a target is missed. */
import { io } from './io.js';

const [name = 'io', ...rest] = process.argv.slice(2);
if (name !== 'io') {
  console.error(`There is no benchmark called ${name}; there is: io`);
  process.exitCode = 2;
} else {
  const limits = rest.length === 0 ? [1, 5, 10, 100] : rest.map(Number);
  if (!(await io(limits))) process.exitCode = 1;
}
