/** What a user gets: both packages, packed and installed where nothing else is. */
import { cp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startRedis } from '../support/redis-server.js';
import { filesBelow, installedPackages, installInto, type Packed, packPackages, run } from './install.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** npm may have to fetch what it has not in its cache. */
const TEN_MINUTES = 600_000;

/** A whole service in one file: handles one query, answers it, and ends by itself. */
const service = (redis: string) => `
import { createClient, createWorker, type Handlers } from './generated/index.js';

declare const console: { log(text: string): void };

let report: (text: string) => void = () => {};
const handled = new Promise<string>((resolve) => {
  report = resolve;
});

const handlers: Handlers = {
  async answerQuery(query, context) {
    const { queryId, conversationId } = query;
    const usage = { promptTokens: 1, completionTokens: 1 };
    const answeredAt = new Date().toISOString();
    await context.publish.chatReplies({ queryId, conversationId, text: 'Yes.', model: 'small', usage, answeredAt });
    report(query.text);
  },
  async applyCommand() {},
};

const redis = ${JSON.stringify(redis)};
const worker = createWorker({ handlers, redis });
await worker.start();
const client = createClient({ redis });
await client.publish.chatQueries({
  queryId: 'q1',
  conversationId: 'c1',
  text: 'Does it run?',
  askedAt: new Date().toISOString(),
});
console.log('handled: ' + (await handled));
await worker.stop({ grace: 5_000 });
await client.close();
`;

const TSCONFIG = {
  compilerOptions: {
    target: 'ES2022',
    module: 'NodeNext',
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    // The libraries' own types ask for @types/node, which is not among the three packages.
    skipLibCheck: true,
    types: [],
    outDir: 'dist',
    noEmitOnError: true,
  },
  include: ['*.ts', 'generated', 'handlers'],
};

let packed: Packed;
let generating = '';
let running = '';

beforeAll(async () => {
  packed = await packPackages();
  generating = join(packed.folder, 'generating');
  running = join(packed.folder, 'running');
  await Promise.all([
    installInto(generating, [packed.generator]),
    installInto(running, [packed.runtime, 'ioredis@6', 'zod@4']),
  ]);
}, TEN_MINUTES);

afterAll(() => rm(packed.folder, { recursive: true, force: true }));

test.each([
  {
    name: 'fs-gen',
    folder: 'generating/node_modules/fs-gen',
    needs: ['bin/fs-gen.js', 'schema/extensions.json'],
  },
  {
    name: '@fs-gen/runtime',
    folder: 'running/node_modules/@fs-gen/runtime',
    needs: ['dist/codegen/v1.d.ts'],
  },
])('$name holds what was built and nothing else', async ({ folder, needs }) => {
  const files = await filesBelow(join(packed.folder, folder));
  expect(files).toEqual(expect.arrayContaining(['LICENSE', 'dist/index.d.ts', 'dist/index.js', ...needs]));
  const built = /^(LICENSE|README\.md|package\.json|bin\/.+\.js|schema\/.+\.json|dist\/.+\.(js|d\.ts|hbs))$/;
  expect(files.filter((file) => !built.test(file) || file.includes('.test.'))).toEqual([]);
});

test(
  'the generator alone generates, and what it wrote runs with runtime, ioredis and zod alone',
  async () => {
    await cp(join(root, 'specs/api.yaml'), join(generating, 'api.yaml'));
    await run(join(generating, 'node_modules/.bin/fs-gen'), ['api.yaml'], generating);
    expect(await filesBelow(join(generating, 'generated'))).toContain('index.ts');

    for (const folder of ['generated', 'handlers']) {
      await cp(join(generating, folder), join(running, folder), { recursive: true });
    }
    await using redis = await startRedis();
    await writeFile(join(running, 'main.ts'), service(redis.url));
    await writeFile(join(running, 'tsconfig.json'), JSON.stringify(TSCONFIG));
    await run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc')], running);
    const output = await run(process.execPath, ['dist/main.js'], running);
    expect(output).toContain('handled: Does it run?');

    // What that service gives up on is looked after by the generator, with the runtime of the service's folder.
    const admin = new Redis(redis.url);
    await admin.xadd('chat.queries', '*', '__data__', '{"text":"poison"}');
    admin.disconnect();
    await run(process.execPath, ['dist/main.js'], running);
    await cp(join(root, 'specs/api.yaml'), join(running, 'api.yaml'));
    const dead = (...args: readonly string[]) =>
      run(join(generating, 'node_modules/.bin/fs-gen'), ['dead', ...args, '--redis', redis.url], generating);
    expect(await dead('list', join(running, 'api.yaml'))).toContain('1 dead letter: 1 FS_MESSAGE_INVALID\n');
    expect(await dead('replay', join(running, 'api.yaml'))).toContain('1 dead letter replayed\n');
    await expect(dead('list', 'api.yaml')).rejects.toThrow('npm install @fs-gen/runtime ioredis zod');
  },
  TEN_MINUTES,
);

test('production sees neither the parser nor the templates', async () => {
  const names = await installedPackages(running);
  expect(names).toEqual(expect.arrayContaining(['@fs-gen/runtime', 'ioredis', 'zod']));
  expect(
    names.filter((name) => /asyncapi|handlebars|stoplight|fs-gen$|prettier|commander/.test(name)),
  ).toEqual([]);
  expect(names.length, names.join(', ')).toBeLessThanOrEqual(12);
});

test('threads ask for piscina where it is missing, and everything else runs without it', async () => {
  const script = `
    const { inThreads } = await import('@fs-gen/runtime/threads');
    try { inThreads(new URL('file:///handler.js')); } catch ({ code, hint }) { console.log(code, hint); }
    const { supervise } = await import('@fs-gen/runtime/processes');
    console.log(typeof supervise);`;
  const output = await run(process.execPath, ['--input-type=module', '-e', script], running);
  expect(output).toContain('FS_THREADS_UNAVAILABLE');
  expect(output).toContain('npm install piscina');
  expect(output).toContain('function');
});
