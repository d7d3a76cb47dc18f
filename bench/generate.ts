import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generate } from '../generator/src/index.js';

/** Most milliseconds that a document may take. */
const TARGET_MS = 10_000;

/** How long it takes from a document to the files in memory: many channels, and long chains of references. */
export async function generation(): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), 'fs-gen-bench-'));
  const file = join(folder, 'api.yaml');
  let met = true;
  console.log('document              ms');
  const documents = [
    ...[10, 100, 1_000].map((count) => ({ name: `${count} channels`, text: channels(count) })),
    ...[100, 200, 400].map((count) => ({ name: `${count} chained schemas`, text: chain(count) })),
  ];
  for (const { name, text } of documents) {
    await writeFile(file, text);
    const started = performance.now();
    const { files } = await generate({ document: file });
    const took = performance.now() - started;
    met &&= files !== undefined && took <= TARGET_MS;
    console.log(`${name.padEnd(20)} ${took.toFixed(0).padStart(5)}`);
  }
  await rm(folder, { recursive: true });
  return met;
}

const HEAD = 'asyncapi: 3.0.0\ninfo: {title: Bench, version: 1.0.0}\n';

function channels(count: number): string {
  const indices = Array.from({ length: count }, (_, i) => i);
  const payload =
    '{type: object, required: [id], properties: {id: {type: string}, count: {type: integer, minimum: 0}}}';
  const each = indices.map((i) => `  c${i}: {address: c.${i}, messages: {m: {payload: ${payload}}}}\n`);
  const operations = indices.map((i) => `  on${i}: {action: receive, channel: {$ref: '#/channels/c${i}'}}\n`);
  return `${HEAD}channels:\n${each.join('')}operations:\n${operations.join('')}`;
}

function chain(count: number): string {
  const schemas = Array.from({ length: count }, (_, i) => {
    return `    S${i}: {type: object, properties: {next: {$ref: '#/components/schemas/S${i + 1}'}}}\n`;
  });
  return `${HEAD}channels:
  a: {address: a, messages: {m: {payload: {$ref: '#/components/schemas/S0'}}}}
operations: {on: {action: receive, channel: {$ref: '#/channels/a'}}}
components:
  schemas:
${schemas.join('')}    S${count}: {type: string}
`;
}
