/**
 * Which characters a name in code may have. Compilers carry the table of one Unicode version, Node that of another, and
 * each new version adds letters: a name made of the newest ones compiles here and not there. So only letters count that
 * have been there for long: those of the basic plane, apart from the blocks in which versions after 15 added some.
 */
const STILL_GROWING =
  '\\u0870-\\u089f\\u0c5c\\u0cdc\\u1ab0-\\u1aff\\u1c80-\\u1c8f\\ua7cb-\\ua7f1\\u{10000}-\\u{10ffff}';

/** One character that no name in code has. */
export const OUTSIDE_NAMES = new RegExp(`[^\\p{ID_Continue}]|[${STILL_GROWING}]`, 'gu');

const NAME = /^[\p{ID_Start}_$][\p{ID_Continue}$\u200c\u200d]*$/u;
const NEW_LETTER = new RegExp(`[${STILL_GROWING}]`, 'u');

/** Whether a property may stand under this name without quotes. */
export function isName(text: string): boolean {
  return NAME.test(text) && !NEW_LETTER.test(text);
}
