import { type Check, checkOf, isString } from './check.js';
import { formats } from './formats/index.js';

/** `format`, for the formats of draft 7, `uuid` and `duration`. */
export function format(name: keyof typeof formats): Check {
  return checkOf(isString, formats[name], `Must be a valid ${name}`);
}
