import { amount, fine, lessIsWorse, worseForReceivers, worseForSenders } from './judge.js';
import type { Judgement, PolicyFieldChange, PolicyRule } from './types.js';

/** How often a message is tried, for how long, and what becomes of it then. */
const workRules: readonly PolicyRule[] = [
  {
    section: 'retry',
    field: 'maxAttempts',
    default: 5,
    judge: (change) =>
      lessIsWorse(
        change,
        'what succeeded at a later attempt fails for good now',
        'a message is tried more often before it fails for good',
      ),
  },
  {
    section: 'retry',
    field: 'backoff',
    default: 'exponential',
    judge: () => fine('attempts come at other times, as many as before'),
  },
  {
    section: 'retry',
    field: 'delay',
    default: 200,
    isDuration: true,
    judge: () => fine('attempts come at other times, as many as before'),
  },
  {
    section: 'retry',
    field: 'maxDelay',
    default: 30_000,
    isDuration: true,
    judge: () => fine('attempts come at other times, as many as before'),
  },
  {
    section: 'retry',
    field: 'jitter',
    default: true,
    judge: () => fine('attempts come at other times, as many as before'),
  },
  { section: 'retry', field: 'deadLetter', default: 'the channel’s own', judge: judgeDeadLetter },
  {
    section: 'retry',
    field: 'deadLetterTrim',
    default: 2_592_000_000,
    isDuration: true,
    judge: (change) =>
      lessIsWorse(
        change,
        'dead letters are removed sooner than whoever looks after them may expect',
        'dead letters are kept longer',
      ),
  },
  {
    section: 'timeout',
    field: 'handler',
    isDuration: true,
    judge: (change) =>
      lessIsWorse(change, 'handlers that ended in time are aborted now', 'handlers may take longer'),
  },
  {
    section: 'timeout',
    field: 'lease',
    default: 30_000,
    isDuration: true,
    judge: (change) =>
      lessIsWorse(
        change,
        'a process that is silent for a while is taken for dead sooner, and its messages are worked twice',
        'messages of a dead process are taken over later',
      ),
  },
];

/** The stream itself, and who reads it. */
const streamRules: readonly PolicyRule[] = [
  {
    section: 'stream',
    field: 'group',
    judge: () =>
      worseForReceivers(
        'a new group begins by itself: what the old one had not finished stays with it, and what it had finished may come again',
      ),
  },
  {
    section: 'stream',
    field: 'startFrom',
    default: 'beginning',
    judge: () => fine('it only says where a group begins that does not exist yet'),
  },
  {
    section: 'stream',
    field: 'shards',
    default: 1,
    judge: judgeShards,
  },
  {
    section: 'stream',
    field: 'trim',
    default: 86_400_000,
    isDuration: true,
    judge: () => fine('only what every group has settled is removed'),
  },
  { section: 'stream', field: 'maxBacklog', judge: judgeBacklog },
  {
    section: 'stream',
    field: 'format',
    default: 'binary',
    judge: ({ after }) =>
      after === 'binary'
        ? worseForSenders('peers that only know the older envelope can’t read it')
        : fine('every reader understands the older envelope'),
  },
];

export const deliveryRules: readonly PolicyRule[] = [...workRules, ...streamRules];

function judgeDeadLetter({ before, after }: PolicyFieldChange): Judgement {
  if (after === false) return worseForReceivers('what fails for good is dropped, and was kept');
  if (before === false) return fine('what fails for good is kept, and was dropped');
  return worseForReceivers('whoever looks after the old stream of dead letters sees no more of them');
}

function judgeShards({ before, after }: PolicyFieldChange): Judgement {
  return amount(after) < amount(before)
    ? fine('a channel stays spread over as many streams as it ever was')
    : fine('those who go by the old document learn of the new streams, and the order of a key is kept');
}

function judgeBacklog({ before, after }: PolicyFieldChange): Judgement {
  return amount(after) < amount(before)
    ? worseForSenders('publishers are refused, or wait, where they were not')
    : fine('publishers are refused later');
}
