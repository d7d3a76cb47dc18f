import { FsError } from '../errors.js';

/** A long number where JSON may have one. Most texts have none, and are looked at no further. */
const SUSPICIOUS = /(?:^|[\s:,[-])\d{16}/;

const QUOTE_OR_NUMBER = /"|-?\d[\d.eE+-]*/g;

/**
 * Refuses a text of JSON in which a whole number would come out as another one: `JSON.parse` rounds to the nearest
 * double without a word, and an id that ends in other digits is somebody else's.
 *
 * @throws FsError `FS_MESSAGE_INVALID`
 */
export function refuseRounded(text: string): void {
  if (!SUSPICIOUS.test(text)) return;
  const tokens = new RegExp(QUOTE_OR_NUMBER);
  for (let match = tokens.exec(text); match !== null; match = tokens.exec(text)) {
    const [token] = match;
    if (token === '"') tokens.lastIndex = endOfString(text, match.index);
    else if (token.length >= 16 && /^-?\d+$/.test(token) && !isKept(token)) throw rounded(token);
  }
}

/** Not by an expression: on a string of megabytes it would run out of stack. */
function endOfString(text: string, start: number): number {
  let end = start;
  let escaped: boolean;
  do {
    end = text.indexOf('"', end + 1);
    if (end === -1) return text.length;
    let before = end;
    while (text[before - 1] === '\\') before -= 1;
    escaped = (end - before) % 2 === 1;
  } while (escaped);
  return end + 1;
}

function rounded(token: string): FsError {
  const shown = token.length <= 40 ? token : `${token.slice(0, 37)}...`;
  const message = `The payload holds the number ${shown}, which JavaScript can't hold: it would become ${Number(token)}`;
  return new FsError('FS_MESSAGE_INVALID', message, {
    hint: 'Numbers beyond 9007199254740991 have to be sent as strings.',
  });
}

/** Held exactly, or written by somebody who had no more digits of it. */
function isKept(token: string): boolean {
  const value = Number(token);
  return String(value) === token || (Number.isFinite(value) && BigInt(value) === BigInt(token));
}
