import { isUtf8 } from 'node:buffer';

const REPLACEMENT = '\uFFFD';

/**
 * Decodes UTF-8; `undefined` when the bytes are something else. Node puts U+FFFD in place of broken bytes,
 * so that only a text with that character has to be looked at again.
 */
export function decodeText(buffer: Buffer, start = 0, end = buffer.length): string | undefined {
  const text = buffer.toString('utf8', start, end);
  if (text.includes(REPLACEMENT) && !isUtf8(buffer.subarray(start, end))) return undefined;
  return text;
}
