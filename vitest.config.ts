import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const source = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  resolve: {
    // Tests run the sources, so that a failure points at them. The longer name first: an alias matches prefixes.
    alias: [
      { find: '@fs-gen/runtime/codegen/v1', replacement: source('runtime/src/codegen/v1.ts') },
      { find: '@fs-gen/runtime/operate', replacement: source('runtime/src/operate/index.ts') },
      { find: '@fs-gen/runtime/plan', replacement: source('runtime/src/plan/index.ts') },
      { find: '@fs-gen/runtime/threads', replacement: source('runtime/src/threads/index.ts') },
      { find: '@fs-gen/runtime/processes', replacement: source('runtime/src/processes/index.ts') },
      { find: '@fs-gen/runtime', replacement: source('runtime/src/index.ts') },
      { find: 'fs-gen', replacement: source('generator/src/index.ts') },
    ],
  },
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/support/fast-check.ts'],
    // A process for each file: what a file leaves behind can't reach the next one, and ends with it.
    pool: 'forks',
    maxWorkers: 2,
    // For what hangs, not for what is slow: a busy machine may take many times as long as an idle one.
    testTimeout: 240_000,
    hookTimeout: 120_000,
  },
});
