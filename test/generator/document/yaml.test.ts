/** Reading of YAML and JSON: the data, and where each key and value stands. */
import { describe, expect, test } from 'vitest';
import { parseYaml } from '../../../generator/src/document/yaml.js';

const at = (text: string, ...path: string[]) => {
  const file = parseYaml(text);
  const shown = ({ line, character }: { line: number; character: number }) => `${line + 1}:${character + 1}`;
  return [shown(file.keyAt(path)), shown(file.valueAt(path))];
};

describe('places', () => {
  test.each([
    ['a value', 'a:\n  b: c\n', ['a', 'b'], ['2:3', '2:6']],
    ['a mapping stands where its key does', 'x: 1\na:\n  b: c\n', ['a'], ['2:1', '2:1']],
    ['a value that is missing', 'a:\nb: 1\n', ['a'], ['1:1', '1:1']],
    ['an item', 'a:\n  - b\n  - c: 1\n', ['a', '1', 'c'], ['3:5', '3:8']],
    ['a quoted key', '{"a b": {"c": 1}}', ['a b', 'c'], ['1:10', '1:15']],
    ['the nearest that is written', 'a:\n  b: 1\n', ['a', 'z', 'y'], ['1:1', '1:1']],
    ['what came in by a merge key', 'x: &x\n  b: 1\na:\n  <<: *x\n', ['a', 'b'], ['2:3', '2:6']],
    ['an alias', 'x: &x 1\na: *x\n', ['a'], ['2:1', '2:4']],
    ['below an alias', 'x: &x {b: 1}\na: *x\n', ['a', 'b'], ['1:8', '1:11']],
    [
      'after an emoji: columns are UTF-16 units, as editors count',
      '{"🎉": {"b": 1}}',
      ['🎉', 'b'],
      ['1:9', '1:14'],
    ],
    ['with CRLF', 'a: 1\r\nb: 2\r\n', ['b'], ['2:1', '2:4']],
    ['after a byte order mark', '\uFEFFa: 1\nb: 2', ['b'], ['2:1', '2:4']],
    ['a key that is written twice: the last', 'a: 1\na: 2\n', ['a'], ['2:1', '2:4']],
  ] as const)('%s', (_, text, path, places) => {
    expect(at(text, ...path)).toEqual(places);
  });
});

describe('data', () => {
  test.each([
    [
      'numbers, words, nothing',
      'a: 1\nb: 1.5\nc: yes\nd: true\ne:\nf: 0x1f\ng: 2020-01-01',
      { a: 1, b: 1.5, c: 'yes', d: true, e: null, f: 31, g: '2020-01-01' },
    ],
    [
      'own members win over merged ones',
      'x: &x {a: 1, b: 1}\ny: {b: 2, <<: *x}',
      { x: { a: 1, b: 1 }, y: { b: 2, a: 1 } },
    ],
    [
      'of several merged, the first',
      'x: [&p {a: 1}, &q {a: 2, b: 2}]\ny: {<<: [*p, *q]}',
      { x: [{ a: 1 }, { a: 2, b: 2 }], y: { a: 1, b: 2 } },
    ],
    ['tabs inside JSON', '{\n\t"a": [\n\t\t1\n\t]\n}', { a: [1] }],
    ['a comma at the end', '{"a": 1,}', { a: 1 }],
    ['brackets that close at the margin', 'a: {\n  b: 1\n}\nc: [\n  1\n]\n', { a: { b: 1 }, c: [1] }],
  ])('%s', (_, text, data) => {
    expect(parseYaml(text)).toMatchObject({ data, problems: [] });
  });

  test('`__proto__` is a key like any other', () => {
    const { data } = parseYaml('__proto__: {a: 1}\n');
    expect(Object.keys(data as object)).toEqual(['__proto__']);
  });
});

describe('problems, each at its place', () => {
  test.each([
    [
      'every key that is there twice',
      'a: 1\nb: {c: 1, c: 2}\na: 2\n',
      ['1:10 Duplicate key: c', '2:0 Duplicate key: a'],
    ],
    ['a number as a key', 'a:\n  1: x\n', ['1:2 mapping key must be a string scalar rather than number']],
    ['a list as a key', '? [a]\n: x\n', ['0:2 mapping key must be a string scalar rather than collection']],
    ['a value inside itself', 'a: &a\n  b: *a\n', ['1:2 a value contains itself']],
  ])('%s', (_, text, problems) => {
    const found = parseYaml(text).problems.map(
      ({ line, character, message }) => `${line}:${character} ${message}`,
    );
    expect(found).toEqual(problems);
  });

  test('aliases that multiply each other end', () => {
    const levels = Array.from(
      { length: 12 },
      (_, i) => `a${i + 1}: &a${i + 1} [${Array(10).fill(`*a${i}`).join(', ')}]`,
    );
    const { problems } = parseYaml(`a0: &a0 x\n${levels.join('\n')}\n`);
    expect(problems.map(({ message }) => message)).toEqual(['aliases multiply each other']);
  });

  test('nothing throws', () => {
    for (const text of [
      '\u0000',
      '{',
      '[}',
      '%',
      '- - -',
      '!!',
      '&',
      '*',
      '"\\u',
      '---\n---',
      '\t',
      '? ',
      ': ',
      '{a',
      '|',
      'a: "\\u',
      'a: "x\n---\n',
      '? k\n: !!str',
    ])
      expect(() => parseYaml(text)).not.toThrow();
  });
});
