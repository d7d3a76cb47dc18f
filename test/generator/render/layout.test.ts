/** What the layout of types and expressions prints is what Prettier makes of it, whatever they look like. */
import fc from 'fast-check';
import { printer } from 'prettier/doc';
import { expect, it } from 'vitest';
import { type Doc, layOut, TAB_WIDTH } from '../../../generator/src/render/code/layout.js';
import { aliasDoc, interfaceDoc, type TypeExpr } from '../../../generator/src/render/code/type-doc.js';
import { assignmentDoc, type ValueExpr } from '../../../generator/src/render/code/value-doc.js';
import { prettier } from './prettier.js';

const RUNS = { numRuns: 300 };

const word = fc
  .tuple(
    fc.constantFrom('a', 'some', 'aRatherLongIdentifier', 'anEvenMuchLongerIdentifierThanThat'),
    fc.nat(99),
  )
  .map(([stem, number]) => stem + number);
const string = fc.constantFrom("'a'", "'some text'", "'a rather long string literal with words'");

const { type } = fc.letrec<{ type: TypeExpr }>((tie) => {
  const several = (unlike: TypeExpr['kind'], maxLength: number) =>
    fc.array(
      tie('type').filter(({ kind }) => kind !== unlike),
      { minLength: 2, maxLength },
    );
  return {
    type: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      fc
        .oneof(
          word.map((name) => `types.${name}`),
          fc.constantFrom('string', 'null', 'unknown'),
          string,
        )
        .map((text) => ({ kind: 'plain' as const, text })),
      fc.record({ kind: fc.constant('array' as const), items: tie('type') }),
      fc.record({
        kind: fc.constant('tuple' as const),
        items: fc.array(fc.record({ mark: fc.constant('' as const), type: tie('type') }), { maxLength: 4 }),
      }),
      fc.record({ kind: fc.constant('union' as const), members: several('union', 6) }),
      fc.record({ kind: fc.constant('intersection' as const), members: several('intersection', 3) }),
      fc.record({
        kind: fc.constant('object' as const),
        members: fc.array(
          fc.record({ key: word, type: tie('type'), comment: fc.constantFrom([], ['/** Said. */']) }),
          { maxLength: 3 },
        ),
      }),
      fc.record({
        kind: fc.constant('generic' as const),
        name: word,
        args: fc.array(tie('type'), { minLength: 1, maxLength: 3 }),
      }),
    ),
  };
});

const atom = (form: 'name' | 'string' | 'number' | 'regex' | 'word') => (text: string) => ({
  kind: 'atom' as const,
  form,
  text,
});

const { value } = fc.letrec<{ value: ValueExpr }>((tie) => {
  const args = fc.array(tie('value'), { maxLength: 3 });
  return {
    value: fc.oneof(
      { depthSize: 'medium', withCrossShrink: true },
      word.map(atom('name')),
      string.map(atom('string')),
      fc.nat(99_999).map(String).map(atom('number')),
      fc.constantFrom('/^a$/u', '/^[a-z]+$/u').map(atom('regex')),
      fc.constantFrom('true', 'null').map(atom('word')),
      fc.record({ kind: fc.constant('list' as const), items: fc.array(tie('value'), { maxLength: 5 }) }),
      // A record is either short enough for any line, or always opened: so the schemas use them.
      fc.record({
        kind: fc.constant('record' as const),
        entries: fc.uniqueArray(
          fc.record({
            key: fc.constantFrom('min', 'max'),
            value: fc.nat(99).map(String).map(atom('number')),
          }),
          {
            maxLength: 2,
            selector: ({ key }) => key,
          },
        ),
      }),
      fc.record({
        kind: fc.constant('record' as const),
        expanded: fc.constant(true),
        entries: fc.uniqueArray(
          fc.record(
            { key: word, value: tie('value'), form: fc.constant('getter' as const) },
            { requiredKeys: ['key', 'value'] },
          ),
          { minLength: 1, maxLength: 4, selector: ({ key }) => key },
        ),
      }),
      fc.record({
        kind: fc.constant('chain' as const),
        head: fc.constantFrom('z', 'schemas.SomeLongName', 'Model'),
        calls: fc.array(
          fc.record({ name: fc.constantFrom('string', 'min', 'looseObject', 'check', 'optional'), args }),
          {
            minLength: 1,
            maxLength: 4,
          },
        ),
      }),
      fc.record({ kind: fc.constant('call' as const), name: word, args }),
      word.map((name) => ({
        kind: 'chain' as const,
        head: 'z',
        calls: [{ name: 'lazy', args: [{ kind: 'lazy' as const, body: atom('name')(name) }] }],
      })),
    ),
  };
});

const called = value.filter(({ kind }) => kind === 'chain' || kind === 'call');

it('type aliases', () =>
  fc.assert(
    fc.asyncProperty(type, (each) => agrees(aliasDoc('SomeName', each))),
    RUNS,
  ));

it('interfaces', () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ key: word, type, comment: fc.constant([]) }), { minLength: 1, maxLength: 2 }),
      (members) => agrees(interfaceDoc('SomeName', members)),
    ),
    RUNS,
  ));

it('constants', () =>
  fc.assert(
    fc.asyncProperty(called, (each) => agrees([assignmentDoc('export const someName =', each), ';'])),
    RUNS,
  ));

it('constants with a cast', () =>
  fc.assert(
    fc.asyncProperty(called, (each) => {
      const cast: ValueExpr = { kind: 'cast', value: each, type: 'unknown as z.ZodType<types.SomeName>' };
      return agrees([assignmentDoc('export const SomeName =', cast), ';']);
    }),
    RUNS,
  ));

/**
 * Prettier keeps a record open that it finds open, and may then lay out what is around it in another way: it changes
 * its own output. So what it makes of the same code on one line counts as well.
 */
async function agrees(doc: Doc): Promise<void> {
  const text = `${layOut(doc)}\n`;
  const again = await prettier(text);
  if (again === text) return;
  const { formatted: unbroken } = printer.printDocToString(doc, {
    printWidth: Number.POSITIVE_INFINITY,
    tabWidth: TAB_WIDTH,
    useTabs: false,
  });
  if (text !== (await prettier(`${unbroken}\n`))) expect(text).toBe(again);
}
