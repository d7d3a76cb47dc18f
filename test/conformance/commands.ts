/** What a random sequence for both brokers is made of. */
import fc from 'fast-check';

/** What happens to entries is said by number: the n-th one appended, whose id differs on the two sides. */
export type Command =
  | { readonly kind: 'append'; readonly count: number }
  | { readonly kind: 'read' | 'take'; readonly who: number; readonly count: number }
  | { readonly kind: 'own' | 'disown'; readonly who: number }
  | {
      readonly kind: 'drain';
      readonly who: number;
      readonly count: number;
      readonly goOn: boolean;
      readonly known: readonly number[];
    }
  | { readonly kind: 'ack' | 'renew' | 'stranded'; readonly who: number; readonly entries: readonly number[] }
  | { readonly kind: 'recordAttempt'; readonly who: number; readonly entry: number; readonly attempt: number }
  | {
      readonly kind: 'handBack';
      readonly who: number;
      readonly entries: readonly number[];
      readonly deliveries: number;
    }
  | {
      readonly kind: 'takeOver';
      readonly who: number;
      readonly stale: boolean;
      readonly count: number;
      readonly goOn: boolean;
    }
  | { readonly kind: 'deadLetter' | 'drop' | 'fetch'; readonly who: number; readonly entry: number }
  | { readonly kind: 'tidy'; readonly who: number; readonly trim: boolean }
  | { readonly kind: 'deleteEntry'; readonly entry: number }
  | { readonly kind: 'inspect'; readonly who: number }
  | { readonly kind: 'destroyGroup' | 'deleteStream' };

/** How many consumers share the group. */
export const CONSUMERS = 3;
const who = fc.nat(CONSUMERS - 1);
const entry = fc.nat(29);
const entries = fc.array(entry, { minLength: 1, maxLength: 8 });
const count = fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 5, max: 40 }));

const command: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant('append' as const), count: fc.integer({ min: 1, max: 9 }) }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constantFrom('read' as const, 'read' as const, 'take' as const),
      who,
      count,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constantFrom('own' as const, 'own' as const, 'disown' as const), who }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('drain' as const),
      who,
      count,
      goOn: fc.boolean(),
      known: fc.array(entry, { maxLength: 12 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constantFrom('ack' as const, 'renew' as const, 'stranded' as const),
      who,
      entries,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('recordAttempt' as const),
      who,
      entry,
      attempt: fc.integer({ min: 1, max: 9 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('handBack' as const),
      who,
      entries: fc.uniqueArray(entry, { minLength: 1, maxLength: 4 }),
      deliveries: fc.nat(9),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('takeOver' as const),
      who,
      stale: fc.boolean(),
      count,
      goOn: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constantFrom('deadLetter' as const, 'drop' as const, 'fetch' as const),
      who,
      entry,
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('tidy' as const), who, trim: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('deleteEntry' as const), entry }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('inspect' as const), who }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constantFrom('destroyGroup' as const, 'deleteStream' as const) }),
  },
);

export const sequence = fc.array(command, { minLength: 1, maxLength: 30, size: 'max' });
