/** What has to hold whatever goes wrong, by the name under which a violation is reported. */
export const INVARIANTS = {
  'nothing is lost':
    'added = acked + pending + unread + dead, at every moment; in the end each entry was handled or is a dead letter',
  'everything comes to its end':
    'once nothing goes wrong any more, nothing stays pending, unread or unpublished',
  'losses are reported': 'what was deleted while it was pending is named in an event',
  'who shows life is not robbed':
    'nothing is taken over from a process that runs, is well connected and has had a lease to show it',
  'who lost the lease is told': 'the signal of a handler is aborted as soon as its process knows',
  'a late failure settles nothing': 'what another process has is changed by nothing but a late success',
  'what is acknowledged was handled': 'nothing leaves the pending list before its handler has succeeded',
  'what counts as acknowledged is': 'what was reported as acknowledged is off the pending list',
  'one settle for each delivery': 'a delivery is reported as settled once at most',
  'one dead letter each': 'a dead letter is written once, with its reason',
  'attempts <= maxAttempts':
    'the handler is not started more often than allowed, once more where a process died, and every start is counted',
  'given up only after maxAttempts': 'a message is given up when its attempts are used up, and not before',
  'held <= limit + prefetch': 'no more is asked for than there is room, and no more is held',
  'running <= maxWorkers': 'no more handlers run at once',
  'what is stranded comes first': 'after a lost reply, what it held is read before anything new',
  'what is handed back is free at once':
    'what a calm stop leaves pending can be taken over now, and what never started is not counted',
  'stop() adds up': 'its report says what happened, and it resolves',
  'nothing is left': 'after stop() or close() no timer is left',
  'published once': 'what was published stands in the stream once, what was refused at most once',
  'published in order': 'what a publisher wrote to a stream stands in the order in which it was published',
  'in the order of the key':
    'a handler starts when every earlier message of its key in the stream is settled, not before',
  'one of a key at a time':
    'at most one handler of a key runs, those aside that have lost their place or their stream',
  'one owner of a stream':
    'what only the owner may do is done by the one who is it by the record of the broker, and there is one at most',
  'handed over at rest':
    'who gives a stream up has nothing of it running, except what ignores the end of a stop',
  'batches hold together': 'a batch has one key, and its messages in order',
} as const;

export type Invariant = keyof typeof INVARIANTS;

export interface Violation {
  readonly invariant: Invariant;
  readonly how: string;
  /** Virtual milliseconds. */
  readonly at: number;
}

export function describeViolation({ invariant, how, at }: Violation): string {
  return `${invariant}: ${how} (at ${at.toFixed(3)})`;
}
