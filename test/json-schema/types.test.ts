/**
 * The type and the schema that are generated for the same thing agree: what a schema takes can be published, what it
 * gives is what its type says, and what it refuses does not compile.
 */
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { buildModel } from '../../generator/src/model/index.js';
import type { NamedSchema } from '../../generator/src/model/types.js';
import { documentOfSchema } from '../generator/model/document.js';
import { evaluateSchemas } from '../generator/render/evaluate.js';
import { render } from '../generator/render/render.js';
import type { Schema } from './random-schema.js';
import { SHARED, spoilt, typedSchema, validFor } from './typed-schema.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const SCHEMAS = 120;
const VALUES = 5;

interface Sample {
  readonly schema: Schema;
  readonly valid: readonly unknown[];
  readonly spoilt: readonly unknown[];
}

const sample: fc.Arbitrary<Sample> = typedSchema.chain((schema) => {
  const valid = validFor(schema, {});
  const values = <T>(value: fc.Arbitrary<T>) => fc.array(value, { minLength: VALUES, maxLength: VALUES });
  return fc.record({
    schema: fc.constant(schema),
    valid: values(valid),
    spoilt: values(valid.chain(spoilt)),
  });
});

it('types say what schemas take, give and refuse', async () => {
  const samples = fc.sample(sample, SCHEMAS);
  const components = Object.fromEntries(samples.map(({ schema }, index) => [`S${index}`, schema]));
  const document = documentOfSchema(true, { ...components, Shared: SHARED });
  const files = render(document);
  const schemas = evaluateSchemas(files);
  const named = new Map(
    buildModel(document, { perspective: 'application' }).model.schemas.map((each) => [each.name, each]),
  );
  const lines = samples.flatMap((each, index) => linesOf(each, named.get(`S${index}`), schemas));
  const refused = lines.filter((line) => line.includes('@ts-expect-error')).length;
  console.log(`${lines.length - refused} lines about ${SCHEMAS} schemas; ${refused} must not compile`);
  expect(refused).toBeGreaterThan(SCHEMAS / 2);

  await mkdir(join(ROOT, '.tmp'), { recursive: true });
  const folder = await mkdtemp(join(ROOT, '.tmp/types-'));
  try {
    const types = files.find(({ path }) => path === 'types.ts');
    await writeFile(join(folder, 'types.ts'), types?.text ?? '');
    await writeFile(join(folder, 'samples.ts'), [...HEAD, ...lines].join('\n'));
    await writeFile(
      join(folder, 'tsconfig.json'),
      JSON.stringify({
        extends: join(ROOT, 'tsconfig.base.json'),
        compilerOptions: { noEmit: true, types: [] },
      }),
    );
    const tsc = join(ROOT, 'node_modules/typescript7/bin/tsc');
    const { stdout } = spawnSync(process.execPath, [tsc, '-p', folder], { encoding: 'utf8' });
    expect(explained(stdout, lines)).toEqual([]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

const HEAD = [
  "import type * as types from './types.js';",
  // Unlike an annotation, a constraint lets properties pass that nobody has heard of, as schemas do.
  'declare function takes<T>(): <const Value extends T>(value: Value) => void;',
];

function linesOf(
  { schema, valid, spoilt: others }: Sample,
  named: NamedSchema | undefined,
  schemas: ReturnType<typeof evaluateSchemas>,
): readonly string[] {
  const name = named?.name ?? '';
  const validator = schemas[name];
  const line = (type: string, value: unknown) =>
    `takes<types.${type}>()(${JSON.stringify(value)}); // ${JSON.stringify(schema)}`;
  return [
    ...valid.flatMap((value) => {
      const result = validator?.safeParse(value);
      expect(result?.success, line(name, value)).toBe(true);
      return [line(name, result?.data), line(named?.input ?? name, value)];
    }),
    ...others.flatMap((value) => {
      if (validator?.safeParse(value).success !== false) return [line(named?.input ?? name, value)];
      return ['// @ts-expect-error', line(named?.input ?? name, value)];
    }),
  ];
}

/** What the compiler says first, each with the lines that it speaks of. */
function explained(output: string, lines: readonly string[]): readonly string[] {
  return output
    .split('\n')
    .filter((text) => text.includes('samples.ts('))
    .slice(0, 5)
    .map((text) => {
      const number = Number(/samples\.ts\((\d+),/.exec(text)?.[1]);
      return `${text}\n  ${lines.slice(number - HEAD.length - 1, number - HEAD.length + 1).join('\n  ')}`;
    });
}
