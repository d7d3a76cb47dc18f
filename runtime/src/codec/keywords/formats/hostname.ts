import { domainToASCII, domainToUnicode } from 'node:url';
import { isInternationalLabel, isRightToLeft } from './idna.js';

const LABEL = /^[a-zA-Z\d](?:[a-zA-Z\d-]{0,61}[a-zA-Z\d])?$/;
const LONGEST = 253;

/** RFC 1123, and RFC 5890 for labels that begin with `xn--`. */
export function isHostname(text: string): boolean {
  return text.length <= LONGEST && text.split('.').every(isAsciiLabel);
}

function isAsciiLabel(label: string): boolean {
  if (!LABEL.test(label)) return false;
  if (!/^..--/.test(label) || !/^xn--/i.test(label)) return true;
  return /^xn--/.test(label) && decodes(label);
}

/** RFC 5890: labels in any script, of which each must have a form that a name server can take. */
export function isIdnHostname(text: string): boolean {
  const labels = text.split(/[.\u3002\uff0e\uff61]/);
  if (!labels.every(isIdnLabel)) return false;
  // RFC 5893: in a name with labels that run from right to left, no label begins with a digit.
  if (labels.some(isRightToLeft) && labels.some((label) => /^\d/.test(label))) return false;
  const ascii = domainToASCII(labels.join('.'));
  return ascii !== '' && ascii.length <= LONGEST && ascii.split('.').every((label) => label.length <= 63);
}

function isIdnLabel(label: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the range of ASCII
  if (/^[\u0000-\u007f]*$/.test(label)) return isAsciiLabel(label);
  return isInternationalLabel(label) && domainToASCII(label) !== '';
}

/** Whether an `xn--` label is the only way to write a valid label. */
function decodes(label: string): boolean {
  const decoded = domainToUnicode(label);
  return (
    decoded !== '' &&
    decoded !== label &&
    isInternationalLabel(decoded) &&
    domainToASCII(decoded) === label.toLowerCase()
  );
}
