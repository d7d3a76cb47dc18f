/** Nothing that a document says can become code. */
import fc from 'fast-check';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { docComment } from '../../../generator/src/render/code/comment.js';
import {
  groupedNumber,
  literalKey,
  propertyKey,
  quote,
  regexLiteral,
} from '../../../generator/src/render/code/quote.js';
import { channelOf, documentOf, documentOfSchema, messageOf, operationOf } from '../model/document.js';
import { evaluate } from './evaluate.js';
import { render } from './render.js';

/** Text made of what ends strings, templates and comments, and of anything else. */
const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc
    .array(
      fc.constantFrom(
        '*/',
        '/*',
        '//',
        '`',
        '${',
        '}',
        "'",
        '"',
        '\\',
        '\n',
        '\r',
        '\u2028',
        '\u2029',
        '\ud800',
        '\0',
        'x',
        ' ',
      ),
      {
        maxLength: 12,
      },
    )
    .map((parts) => parts.join('')),
);

describe('quote', () => {
  it('gives a literal of the same text', () =>
    fc.assert(
      fc.property(hostile, (text) => {
        expect(run(`return ${quote(text)};`)).toBe(text);
      }),
    ));

  it('takes the quotes that need fewer escapes', () => {
    expect([quote("it's"), quote('a "b"'), quote(`'"`)]).toEqual([`"it's"`, `'a "b"'`, `'\\'"'`]);
  });
});

it('propertyKey and literalKey name the property itself', () =>
  fc.assert(
    fc.property(
      fc.oneof(hostile, fc.constantFrom('__proto__', 'constructor', 'class', '1', 'größe')),
      (name) => {
        expect(Object.keys(run(`return { ${literalKey(name)}: 1 };`) as object)).toEqual([name]);
        const [member] = parse(`interface X { ${propertyKey(name)}: 1 }`).statements;
        expect(member && ts.isInterfaceDeclaration(member) && member.members).toHaveLength(1);
      },
    ),
  ));

it('regexLiteral gives the same expression, or leaves it to a string', () => {
  expect(regexLiteral({ source: '^a/b$', flags: 'u' })).toBe('/^a\\/b$/u');
  expect(regexLiteral({ source: '', flags: 'u' })).toBeUndefined();
  expect(regexLiteral({ source: '\\p{Lu}', flags: 'u' })).toBeUndefined();
  fc.assert(
    fc.property(fc.string({ maxLength: 12 }), (source) => {
      fc.pre(isRegex(source));
      const literal = regexLiteral({ source, flags: 'u' });
      if (literal === undefined) return;
      const expression = run(`return ${literal};`) as RegExp;
      expect(expression.source).toBe(new RegExp(source, 'u').source);
    }),
  );
});

it.each([
  [0, '0'],
  [1500, '1500'],
  [30_000, '30_000'],
  [1_234_567, '1_234_567'],
  [0.25, '0.25'],
])('groupedNumber(%s) is %s', (value, text) => expect(groupedNumber(value)).toBe(text));

it('a comment ends where it is meant to', () =>
  fc.assert(
    fc.property(hostile, hostile, (summary, description) => {
      const lines = docComment({
        summary,
        description,
        deprecated: false,
        tags: [{ name: 'example', text: description }],
      });
      const source = parse([...lines, 'const one = 1;'].join('\n'));
      expect(source.statements).toHaveLength(1);
      expect(lines.join('\n').split('*/')).toHaveLength(lines.length === 0 ? 1 : 2);
    }),
  ));

it('a document full of hostile text gives code that says the same, and nothing more', () => {
  fc.assert(
    fc.property(hostile, hostile, hostile, (one, two, three) => {
      const base = documentOfSchema({
        type: 'object',
        title: one,
        description: two,
        required: [three],
        properties: {
          [three]: { enum: [one, two, three], description: one, default: two, examples: [three] },
          deep: { const: { [one]: [two] } },
        },
      });
      const [channel] = base.channels;
      const files = render(
        documentOf({
          ...base,
          title: one || 'x',
          version: two,
          channels: [
            {
              ...(channel ?? channelOf('c')),
              address: three.replaceAll('{', '('),
              description: one,
              summary: two,
            },
            channelOf(two, { messages: [messageOf(three, { type: 'string' })] }),
          ],
          operations: [operationOf(one, 'receive', 'c', { messageIds: ['m'], description: three })],
        }),
      );
      for (const { text } of files) expect(parse(text)).toBeDefined();
      const { channels } = evaluate(files);
      expect(channels.c?.address).toBe(three.replaceAll('{', '('));
      const payload = channels.c?.messages.m?.payload;
      for (const value of [one, two, three]) {
        expect(payload?.safeParse({ [three]: value }).success, JSON.stringify(value)).toBe(
          three !== '__proto__',
        );
      }
      expect(payload?.safeParse({ [three]: `${one}${two}${three}!` }).success).toBe(false);
      expect(payload?.safeParse({ [three]: one, deep: { [one]: [two] } }).success).toBe(true);
      expect(payload?.safeParse({ [three]: one, deep: { [one]: [] } }).success).toBe(false);
    }),
    { numRuns: 60 },
  );
});

function run(code: string): unknown {
  return new Function(code)();
}

function isRegex(source: string): boolean {
  try {
    return new RegExp(source, 'u') !== undefined;
  } catch {
    return false;
  }
}

/** Throws on a syntax error. */
function parse(text: string): ts.SourceFile {
  const { diagnostics = [] } = ts.transpileModule(text, {
    reportDiagnostics: true,
    compilerOptions: { target: ts.ScriptTarget.ES2022 },
  });
  expect(diagnostics.map(({ messageText }) => messageText)).toEqual([]);
  return ts.createSourceFile('x.ts', text, ts.ScriptTarget.ES2022);
}
