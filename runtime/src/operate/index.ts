/**
 * For those who operate a service: `fs-gen dead` loads this from the project whose document it is given. The service
 * itself never imports it.
 */
export { deadLetterKey } from '../core/dead-letter.js';
export type { Replay } from '../redis/dead-letters.js';
export { DeadLetters, type ScanPage } from './dead-letters.js';
export type { DeadLetterFilter } from './filter.js';
export type { DeadLetter, DeadLetterDetail, Origin, Payload } from './letter.js';

/** Raised when what stands above changes so that an older `fs-gen` would not fit any more. */
export const operateVersion = 1;
