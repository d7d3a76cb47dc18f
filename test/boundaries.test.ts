/** The imports that architecture forbids are forbidden by the linter: each rule is broken once here. */
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const IMPORT = 'lint/style/noRestrictedImports';
const GLOBAL = 'lint/style/noRestrictedGlobals';

/** Folder of the importing file, what it imports. */
const forbiddenImports: readonly (readonly [string, string])[] = [
  ['generator/src', '@asyncapi/parser'],
  ['generator/src', 'handlebars'],
  ['generator/src', 'commander'],
  ['generator/src', '@fs-gen/runtime'],
  ['generator/src', '../../runtime/src/index.js'],
  ['generator/src/document', 'handlebars'],
  ['generator/src/document', '../model/types.js'],
  ['generator/src/document', 'commander'],
  ['generator/src/document', 'protobufjs'],
  ['generator/src/model', '@asyncapi/parser'],
  ['generator/src/model', '../document/load.js'],
  ['generator/src/model', '../render/types.js'],
  ['generator/src/model', '../write/plan.js'],
  ['generator/src/model', 'node:fs'],
  ['generator/src/model', 'node:fs/promises'],
  ['generator/src/diff', '../document/index.js'],
  ['generator/src/diff', '../render/types.js'],
  ['generator/src/diff', 'node:fs'],
  ['generator/src/diff/schemas', '../../document/index.js'],
  ['generator/src/diff/schemas', '@asyncapi/parser'],
  ['generator/src/render', '../model/names.js'],
  ['generator/src/render', '../document/load.js'],
  ['generator/src/render', '@asyncapi/parser'],
  ['generator/src/write', '../model/types.js'],
  ['generator/src/write', '../render/emit.js'],
  ['generator/src/write', 'handlebars'],
  ['generator/src/document/extensions', '../../model/types.js'],
  ['generator/src/document/extensions', '@asyncapi/parser'],
  ['generator/src/cli', 'handlebars'],
  ['generator/src/cli', '../../../runtime/src/index.js'],
  ['generator/src/cli/dead', '../../../../runtime/src/operate/index.js'],
  ['generator/src/cli/dead', '@fs-gen/runtime/operate'],
  ['generator/src/cli/dead', 'ioredis'],
  ['generator/src/model/schemas', '../../document/load.js'],
  ['generator/src/render/views', '../../model/names.js'],
  ['runtime/src', 'zod'],
  ['runtime/src', 'ioredis'],
  ['runtime/src', 'fs-gen'],
  ['runtime/src', '../../generator/src/index.js'],
  ['runtime/src/core', 'node:timers'],
  ['runtime/src/core', 'ioredis'],
  ['runtime/src/core', '../redis/broker.js'],
  ['runtime/src/core', '../memory/broker.js'],
  ['runtime/src/core', '../engine/subscriber.js'],
  ['runtime/src/core', '../codec/schema.js'],
  ['runtime/src/codec', 'ioredis'],
  ['runtime/src/codec', '../engine/subscriber.js'],
  ['runtime/src/codec/keywords', '../../engine/subscriber.js'],
  ['runtime/src/engine', '../redis/broker.js'],
  ['runtime/src/engine', '../memory/broker.js'],
  ['runtime/src/engine', './../redis/broker.js'],
  ['runtime/src/engine', '../telemetry/logger.js'],
  ['runtime/src/engine', 'zod'],
  ['runtime/src/redis', 'zod'],
  ['runtime/src/redis', '../engine/subscriber.js'],
  ['runtime/src/memory', 'ioredis'],
  ['runtime/src/memory', '../redis/broker.js'],
  ['runtime/src/telemetry', '../engine/subscriber.js'],
  ['runtime/src/threads', 'zod'],
  ['runtime/src/threads', '../engine/worker.js'],
  ['runtime/src/engine', 'piscina'],
  ['runtime/src/engine', '../threads/index.js'],
  ['runtime/src/processes', 'piscina'],
  ['runtime/src/processes', '../engine/worker.js'],
  ['runtime/src/operate', 'ioredis'],
  ['runtime/src/operate', 'zod'],
  ['runtime/src/operate', '../engine/subscriber.js'],
  ['runtime/src/operate', '../memory/broker.js'],
  ['runtime/src/plan', 'ioredis'],
  ['runtime/src/plan', 'zod'],
  ['runtime/src/plan', '../redis/broker.js'],
  ['runtime/src/engine', '../plan/index.js'],
  ['runtime/src/memory', '../plan/clock.js'],
  ['generator/src/cli/plan', '@fs-gen/runtime/plan'],
  ['generator/src/cli/plan', '../../../../runtime/src/plan/index.js'],
  ['runtime/src/engine', '../operate/index.js'],
  ['runtime/src/redis', '../operate/index.js'],
];

const allowedImports: readonly (readonly [string, string])[] = [
  ['generator/src/model/naming', '../../characters.js'],
  ['generator/src/render/code', '../../characters.js'],
  ['generator/src/document', '@stoplight/yaml-ast-parser'],
  ['generator/src/document', 'js-yaml'],
  ['generator/src/document', 'ajv'],
  ['generator/src/model', '../document/types.js'],
  ['generator/src/model', '../document/duration.js'],
  ['generator/src/render', 'handlebars'],
  ['generator/src/render', 'prettier/doc'],
  ['generator/src/render', '../model/types.js'],
  ['generator/src/write', '../render/types.js'],
  ['generator/src/document/extensions', '../types.js'],
  ['generator/src/document/formats', 'protobufjs'],
  ['generator/src/cli', 'commander'],
  ['generator/src/cli/dead', '../../model/index.js'],
  ['generator/src/cli/dead', 'log-update'],
  ['generator/src/cli/plan', 'log-update'],
  ['runtime/src/operate', '../redis/dead-letters.js'],
  ['runtime/src/plan', '../engine/worker.js'],
  ['runtime/src/plan', '../memory/broker.js'],
  ['generator/src/diff', '../model/schemas/facts.js'],
  ['generator/src/diff/schemas', '../../document/types.js'],
  ['generator/src/diff/schemas', '../places.js'],
  ['generator/src/model/schemas', '../naming/words.js'],
  ['generator/src/model/schemas', '../../document/types.js'],
  ['generator/src/render/views', '../../model/types.js'],
  ['runtime/src/codec/keywords', '../issues.js'],
  ['runtime/src/core', '../types.js'],
  ['runtime/src/codec', 'zod'],
  ['runtime/src/redis', 'ioredis'],
  ['runtime/src/engine', '../core/clock.js'],
  ['runtime/src/telemetry', '../events.js'],
  ['runtime/src/threads', 'piscina'],
  ['runtime/src/threads', '../core/outcome.js'],
  ['runtime/src/processes', '../engine/signals.js'],
];

interface Case {
  readonly file: string;
  readonly source: string;
  readonly rule: string | null;
}

const importing = (specifier: string) => `export { x } from '${specifier}';\n`;

const cases: readonly Case[] = [
  ...forbiddenImports.map(([folder, from], i) => ({
    file: `${folder}/forbidden-${i}.ts`,
    source: importing(from),
    rule: IMPORT,
  })),
  ...allowedImports.map(([folder, from], i) => ({
    file: `${folder}/allowed-${i}.ts`,
    source: importing(from),
    rule: null,
  })),
  // Only the second of the two is refused.
  { file: 'generator/src/cli.ts', source: importing('commander') + importing('handlebars'), rule: IMPORT },
  { file: 'runtime/src/core/lazy.ts', source: "export const x = import('ioredis');\n", rule: IMPORT },
  { file: 'runtime/src/core/typed.ts', source: "export type X = import('ioredis').Redis;\n", rule: 'plugin' },
  { file: 'runtime/src/core/now.ts', source: 'export const x = Date.now();\n', rule: GLOBAL },
  { file: 'runtime/src/core/pid.ts', source: 'export const x = process.pid;\n', rule: GLOBAL },
  { file: 'runtime/src/engine/wait.ts', source: 'setTimeout(() => {}, 5);\n', rule: GLOBAL },
  { file: 'runtime/src/engine/around.ts', source: 'globalThis.setTimeout(() => {}, 5);\n', rule: GLOBAL },
  { file: 'runtime/src/core/clock.ts', source: 'export const x = Date.now();\n', rule: null },
  { file: 'runtime/src/redis/now.ts', source: 'export const x = Date.now();\n', rule: null },
];

let folder = '';
let found: ReadonlyMap<string, readonly string[]> = new Map();

beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'fs-gen-boundaries-')));
  await cp(join(root, 'biome.json'), join(folder, 'biome.json'));
  await cp(join(root, 'scripts/lint'), join(folder, 'scripts/lint'), { recursive: true });
  for (const { file, source } of cases) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), source);
  }
  found = await lint(folder);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

test.each(cases)('$file: $source', ({ file, rule }) => {
  const rules = (found.get(file) ?? []).filter((name) => [IMPORT, GLOBAL, 'plugin'].includes(name));
  expect(rules).toEqual(rule === null ? [] : [rule]);
});

/** Names of the rules that each file breaks. */
async function lint(cwd: string): Promise<ReadonlyMap<string, readonly string[]>> {
  const biome = join(root, 'node_modules/@biomejs/biome/bin/biome');
  const args = [biome, 'lint', '--vcs-enabled=false', '--max-diagnostics=none', '--reporter=json', '.'];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd }).catch(
    (failed: { stdout: string }) => failed,
  );
  const report: { diagnostics: { category: string; location: { path: string } }[] } = JSON.parse(stdout);
  const rules = new Map<string, string[]>();
  for (const { category, location } of report.diagnostics) {
    rules.set(location.path, [...(rules.get(location.path) ?? []), category]);
  }
  return rules;
}
