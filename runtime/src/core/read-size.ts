/** Bytes that one reply should not exceed by much. */
const REPLY_BYTES = 16 << 20;
/** Entries asked for at once; more would hold up the event loop while they are decoded. */
const MOST = 500;
/** Nothing is known of the first entries. */
const FIRST = 16;
const GROWTH = 4;
/** How much of the largest size seen is still believed in after a read without one as large. */
const FORGETTING = 0.9;

/**
 * How many entries to ask for at once. COUNT is all that Redis can be told, so that large entries in large numbers would
 * fill the memory with one reply: begins with few, and asks for no more than fit, going by the largest seen lately.
 */
export class ReadSize {
  #most = FIRST;
  #largest = 1;

  /** Entries to ask for where there is room for so many. */
  of(room: number): number {
    return Math.min(room, this.#most);
  }

  /** What a read brought: the size of its largest entry, in bytes. */
  learn(largest: number): void {
    this.#largest = Math.max(largest, this.#largest * FORGETTING, 1);
    const fitting = Math.max(1, Math.floor(REPLY_BYTES / this.#largest));
    this.#most = Math.min(MOST, this.#most * GROWTH, fitting);
  }
}
