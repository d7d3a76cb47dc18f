/** The only ways in which text of a document gets into code. */
import { isName } from '../../characters.js';

const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
};

/** Control characters, the line separators of JavaScript, and halves of surrogate pairs. */
const UNSAFE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not get through
  /[\\\u0000-\u001f\u007f-\u009f\u2028\u2029\ufeff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** A string literal; in whichever quotes need fewer escapes, single ones if it makes no difference. */
export function quote(text: string): string {
  const single = text.split("'").length > text.split('"').length ? '"' : "'";
  const safe = text.replace(UNSAFE, (unit) => ESCAPES[unit] ?? unicodeEscape(unit));
  return single + safe.replaceAll(single, `\\${single}`) + single;
}

function unicodeEscape(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** A number as the formatter leaves it: `1e21`, not `1e+21`. */
export function numberLiteral(value: number): string {
  return String(value).replace('e+', 'e');
}

/** `30_000`: long numbers are read in groups. */
export function groupedNumber(value: number): string {
  const digits = String(value);
  return /^\d{5,}$/.test(digits) ? digits.replace(/\B(?=(\d{3})+$)/g, '_') : numberLiteral(value);
}

/** A property's name in a type or an object literal. */
export function propertyKey(name: string): string {
  return isName(name) ? name : quote(name);
}

/** A property's name in an object literal, where `__proto__: x` would set the prototype. */
export function literalKey(name: string): string {
  return name === '__proto__' ? "['__proto__']" : propertyKey(name);
}

/** An expression that can stand as a literal, or undefined: some features the compiler may not know yet. */
export function regexLiteral({ source, flags }: { source: string; flags: string }): string | undefined {
  const plain = source !== '' && !/[^\u0020-\u007e]|\\[pPk]|\(\?[<:]?[<=!a-z-]/.test(source);
  return plain ? `/${new RegExp(source, flags).source}/${flags}` : undefined;
}

/** One line of text inside a comment. */
export function commentText(text: string): string {
  return text
    .replaceAll('*/', '*\\/')
    .replace(UNSAFE, (unit) => (unit === '\\' || unit === '\t' ? unit : ' '));
}
