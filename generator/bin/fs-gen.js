#!/usr/bin/env node
import { existsSync } from 'node:fs';

// Whoever reads the output may have seen enough: `fs-gen … | head`.
process.stdout.on('error', (error) => {
  if (error.code === 'EPIPE') process.exit(process.exitCode ?? 0);
  throw error;
});

const cli = new URL('../dist/cli.js', import.meta.url);

if (existsSync(cli)) {
  const { main } = await import(cli.href);
  process.exitCode = await main(process.argv.slice(2));
} else {
  console.error('fs-gen has not been built yet: run `npm run build` in its repository first.');
  process.exitCode = 3;
}
