/**
 * For those who operate a service: their programs steer its groups with it, and `fs-gen dead` loads it from the project
 * whose document it is given. The service itself never needs it.
 */
export { deadLetterKey } from '../core/dead-letter.js';
export type { Replay } from '../redis/dead-letters.js';
export { DeadLetters, type ScanPage } from './dead-letters.js';
export type { DeadLetterFilter } from './filter.js';
export type { DeadLetter, DeadLetterDetail, Origin, Payload } from './letter.js';
export { type GroupOfChannel, groupView, steer } from './steer.js';

/** Raised when what stands above changes so that an older `fs-gen` would not fit any more. */
export const operateVersion = 2;
