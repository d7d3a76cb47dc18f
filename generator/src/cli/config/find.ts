import { existsSync } from 'node:fs';

/** In this order, in the folder in which the command runs. */
const NAMES = ['fs-gen.config.ts', 'fs-gen.config.mts', 'fs-gen.config.js', 'fs-gen.config.mjs'];

/** The config file that a command takes when it is told of no document. */
export function findConfig(): string | undefined {
  return NAMES.find((name) => existsSync(name));
}
