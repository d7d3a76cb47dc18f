import ts from 'typescript';
import { expect, it } from 'vitest';
import { isName } from '../../generator/src/characters.js';
import { pascalCase } from '../../generator/src/model/naming/words.js';

const EVERY = Array.from({ length: 0x110000 }, (_, point) => point).filter(
  (point) => point < 0xd800 || point > 0xdfff,
);

/** The compiler knows an older Unicode than Node: 𓑠 is a letter here, and there an invalid character. */
it('no name is made of a letter that a compiler may not know', () => {
  const known = (text: string) =>
    [...text].every((char) => ts.isIdentifierPart(char.codePointAt(0) ?? 0, ts.ScriptTarget.ES2022));
  const wrong = EVERY.filter((point) => {
    const name = `a${String.fromCodePoint(point)}`;
    return (isName(name) && !known(name)) || !known(pascalCase(name));
  });
  expect(wrong).toEqual([]);
});

it('letters of living scripts stay', () => {
  expect(pascalCase('événements été')).toBe('ÉvénementsÉté');
  for (const name of ['größe', 'заказ', '注文', 'طلب', 'आदेश']) expect(isName(name)).toBe(true);
});
