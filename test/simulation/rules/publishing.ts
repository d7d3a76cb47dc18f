import type { Rule } from './rule.js';

let numbers = 0;

/** Writing: once, in order. */
export const PUBLISHING: readonly Rule[] = [
  {
    name: 'same-number-again',
    says: 'a batch whose reply was lost is sent again under its number',
    mutation: { batch: ({ entries }) => ({ entries, sequence: ++numbers }) },
    breaks: 'published once',
  },
  {
    name: 'new-number',
    says: 'a new batch has a number of its own',
    mutation: { batch: ({ entries }) => ({ entries, sequence: 1 }) },
    breaks: 'published once',
  },
  {
    name: 'order',
    says: 'messages are written in the order in which they were published',
    mutation: { batch: ({ entries, sequence }) => ({ entries: entries.toReversed(), sequence }) },
    breaks: 'published in order',
  },
];
