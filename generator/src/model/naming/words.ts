/**
 * Identifiers out of whatever people call things: `user-signed.up`, `USER_SIGNED_UP`, `{tenant}/événements`,
 * `3D Point`. Letters of every script stay as they are, but for the newest.
 */
import { OUTSIDE_NAMES } from '../../characters.js';

/** `orders.created:Handle` → `orders`, `created`, `Handle`; `HTTPServer` → `HTTP`, `Server`. */
export function words(text: string): string[] {
  return text
    .normalize('NFC')
    .replace(OUTSIDE_NAMES, ' ')
    .replace(/\p{Pc}/gu, ' ')
    .replace(/(\p{Ll}|\p{N})(\p{Lu})/gu, '$1 $2')
    .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
    .split(/ +/)
    .filter((word) => word !== '');
}

/** `user-signed.up` → `UserSignedUp`. Empty when there is no letter or digit in it. */
export function pascalCase(text: string): string {
  return startable(casedWords(text).map(upperFirst).join(''));
}

/** `UserSignedUp` → `userSignedUp`, `APIKey` → `apiKey`. */
export function camelCase(text: string): string {
  const [first = '', ...others] = casedWords(text);
  return startable(
    (isUpper(first) ? first.toLowerCase() : lowerFirst(first)) + others.map(upperFirst).join(''),
  );
}

/** `answerQuery` → `answer-query`. */
export function kebabCase(text: string): string {
  return words(text).join('-').toLowerCase();
}

/** In a text without small letters, capitals say nothing about where words begin or what is an acronym. */
function casedWords(text: string): string[] {
  const found = words(text);
  return found.length > 1 && found.every(isUpper) ? found.map((word) => word.toLowerCase()) : found;
}

function isUpper(word: string): boolean {
  return !/\p{Ll}/u.test(word) && /\p{Lu}/u.test(word);
}

function upperFirst(word: string): string {
  const [first = ''] = word;
  return first.toUpperCase() + word.slice(first.length);
}

function lowerFirst(word: string): string {
  const [first = ''] = word;
  return first.toLowerCase() + word.slice(first.length);
}

/** An identifier can't begin with a digit or a combining mark. */
function startable(name: string): string {
  return name === '' || /^\p{ID_Start}/u.test(name) ? name : `_${name}`;
}
