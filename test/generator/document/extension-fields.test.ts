/** x-fs-* extensions, field by field: what is refused, at which place, and with which advice. */
import { describe, expect, test } from 'vitest';
import { HEAD_V3, load, loaded } from './workspace.js';

interface Complaint {
  /** `2:7`: line of the case, from 1, and column. */
  readonly place: string;
  readonly severity: string;
  readonly code: string;
  readonly message: string;
  readonly hint: string | undefined;
}

/** Loads all cases as the channels of one document, which is fast, and gives what is said of one of them. */
function complaintsAbout(cases: readonly string[]) {
  const channels = cases.map(
    (text, i) => `  c${i}:\n    address: a${i}\n${text.replaceAll(/^/gm, '    ')}\n`,
  );
  const document = `${HEAD_V3}channels:\n${channels.join('')}`;
  const lines = document.split('\n');
  let loading: ReturnType<typeof load> | undefined;
  return async (wanted: string): Promise<readonly Complaint[]> => {
    loading ??= load(document);
    const { diagnostics } = await loading;
    const before = lines.indexOf(`    address: a${cases.indexOf(wanted)}`) + 1;
    const last = before + wanted.split('\n').length;
    return diagnostics
      .filter(({ location: { line } }) => line > before && line <= last)
      .map(({ location: { line, column }, severity, code, message, hint }) => {
        return { place: `${line - before}:${column}`, severity, code, message, hint };
      });
  };
}

/** One test for each case, which comes first in its row; errors only. */
function eachOf(
  rows: readonly (readonly [string, ...string[]])[],
  check: (found: readonly Complaint[], ...expected: string[]) => void,
): void {
  const complaints = complaintsAbout(rows.map(([text]) => text));
  test.each(rows.map((row) => ({ name: row[0].replaceAll(/\s+/g, ' '), row })))('$name', async ({ row }) => {
    const [text, ...expected] = row;
    const errors = (await complaints(text)).filter(({ severity }) => severity === 'error');
    check(errors, ...expected);
  });
}

test('every field of the vocabulary, written right, is taken', async () => {
  const document = await loaded(`${HEAD_V3}channels:
  a:
    address: a
    x-fs-concurrency: {maxWorkers: 5, prefetch: 0}
    x-fs-retry: {maxAttempts: 3, backoff: fixed, delay: 1s, maxDelay: 1000, jitter: false, deadLetter: a.failed}
    x-fs-timeout: {handler: 1m, lease: 250ms}
    x-fs-stream: {group: g, startFrom: now, shards: 1, trim: never, format: json}
`);
  expect(document.channels[0]?.extensions).toEqual({
    'x-fs-concurrency': { maxWorkers: 5, prefetch: 0 },
    'x-fs-retry': {
      maxAttempts: 3,
      backoff: 'fixed',
      delay: '1s',
      maxDelay: 1000,
      jitter: false,
      deadLetter: 'a.failed',
    },
    'x-fs-timeout': { handler: '1m', lease: '250ms' },
    'x-fs-stream': { group: 'g', startFrom: 'now', shards: 1, trim: 'never', format: 'json' },
  });
});

describe('a name that is not in the vocabulary', () => {
  eachOf(
    [
      ['x-fs-concurency: {maxWorkers: 2}', '1:5', 'FS_EXTENSION_UNKNOWN', 'Did you mean x-fs-concurrency?'],
      ['x-fs-max-workers: 2', '1:5', 'FS_EXTENSION_UNKNOWN', 'The extensions are x-fs-concurrency,'],
      ['x-fs-maxAttempts: 2', '1:5', 'FS_EXTENSION_UNKNOWN', 'maxAttempts is a field of x-fs-retry'],
      ['x-fs-retry:\n  maxAtempts: 2', '2:7', 'FS_EXTENSION_FIELD_UNKNOWN', 'Did you mean `maxAttempts`?'],
      [
        'x-fs-retry: {maxWorkers: 2}',
        '1:18',
        'FS_EXTENSION_FIELD_UNKNOWN',
        '`maxWorkers` belongs to x-fs-concurrency.',
      ],
      [
        'x-fs-timeout: {after: 2s}',
        '1:20',
        'FS_EXTENSION_FIELD_UNKNOWN',
        'Known fields: `handler`, `lease`.',
      ],
      [
        'x-fs-concurrency:\n  adaptive:\n    min: 1\n    max: 2\n    maximum: 3',
        '5:9',
        'FS_EXTENSION_FIELD_UNKNOWN',
        'Known fields: `min`, `max`, `groupMax`.',
      ],
    ],
    (found, place, code, hint) => {
      expect(found).toMatchObject([{ place, code, hint: expect.stringContaining(hint) }]);
    },
  );
});

describe('a value that a field does not take', () => {
  eachOf(
    [
      [
        'x-fs-concurrency: {maxWorkers: 0}',
        '1:36',
        'maxWorkers is `0`, but takes a whole number of at least 1.',
      ],
      ['x-fs-concurrency: {maxWorkers: 1.5}', '1:36', 'maxWorkers is `1.5`, but'],
      ['x-fs-concurrency: {maxWorkers: five}', '1:36', 'maxWorkers is the text `five`, but'],
      ['x-fs-concurrency: {maxWorkers: }', '1:24', 'maxWorkers is empty, but'],
      ['x-fs-concurrency: {maxWorkers: [1]}', '1:24', 'maxWorkers is a list, but'],
      ['x-fs-concurrency: {prefetch: -1}', '1:34', 'takes a whole number of at least 0 or `auto`.'],
      ['x-fs-concurrency: {orderBy: id}', '1:33', 'takes text such as `$message.payload#/conversationId`.'],
      ['x-fs-concurrency: {missingKey: drop}', '1:36', 'takes `shared` or `deadLetter`.'],
      ['x-fs-concurrency: {rateLimit: {max: 0, per: 1s}}', '1:41', 'takes a whole number of at least 1.'],
      ['x-fs-concurrency: {adaptive: {min: 0, max: 4}}', '1:40', 'takes a whole number of at least 1.'],
      ['x-fs-stream: {shards: 0}', '1:27', 'takes a whole number of at least 1.'],
      ['x-fs-batch: {maxSize: 0, maxWait: 1s}', '1:27', 'takes a whole number of at least 1.'],
      ['x-fs-retry: {jitter: "true"}', '1:26', 'takes `true` or `false`.'],
      ['x-fs-retry: {backoff: linear}', '1:27', 'takes `exponential` or `fixed`.'],
      ['x-fs-retry: {deadLetter: true}', '1:30', 'takes text or `false`.'],
      ['x-fs-retry: {maxAttempts: 0}', '1:31', 'at least 1'],
      ['x-fs-stream: {group: ""}', '1:26', 'group is the text ``, but takes text.'],
      ['x-fs-timeout: {lease: 0}', '1:27', 'takes a duration above zero.'],
      ['x-fs-timeout: {lease: 50ms}', '1:27', 'lease is 50ms, but takes at least 100ms.'],
      ['x-fs-timeout: 5', '1:19', 'x-fs-timeout is `5`, but takes fields: `handler`, `lease`.'],
      ['x-fs-timeout:', '1:5', 'x-fs-timeout is empty, but takes fields'],
    ],
    (found, place, message) => {
      const code = 'FS_EXTENSION_VALUE';
      expect(found).toMatchObject([
        { place, code, message: expect.stringContaining(message), hint: expect.any(String) },
      ]);
    },
  );

  eachOf(
    [
      ['x-fs-retry:\n  delay: 30 sec', 'Write `30s`.'],
      ['x-fs-retry:\n  delay: 1.5h', 'Write `90m`.'],
      ['x-fs-retry:\n  delay: 2 minutes', 'Write `2m`.'],
      ['x-fs-retry:\n  delay: 1d', 'Write `24h`.'],
      ['x-fs-retry:\n  delay: soon', 'Write `250ms`, `30s`, `5m`, `1h`, or a number of milliseconds.'],
    ],
    (found, hint) => {
      expect(found).toMatchObject([{ place: '2:14', code: 'FS_EXTENSION_DURATION', hint }]);
    },
  );

  eachOf([['x-fs-concurrency: {rateLimit: {max: 5, per: 0s}}']], (found) => {
    const message = expect.stringContaining('per is the text `0s`, but takes a duration above zero.');
    expect(found).toMatchObject([{ place: '1:49', code: 'FS_EXTENSION_DURATION', message }]);
  });

  eachOf(
    [
      ['x-fs-concurrency:\n  orderBy: conversationId', 'Write `$message.payload#/conversationId`.'],
      ['x-fs-concurrency:\n  orderBy: payload.user.id', 'Write `$message.payload#/user/id`.'],
      ['x-fs-concurrency:\n  orderBy: $message.headers#/tenant', 'Write `$message.header#/tenant`.'],
    ],
    (found, hint) => {
      expect(found).toMatchObject([{ place: '2:16', code: 'FS_EXTENSION_VALUE', hint }]);
    },
  );

  eachOf([['x-fs-concurrency: {maxWorkers: "5"}']], (found) => {
    expect(found).toMatchObject([{ hint: 'Write it without quotes: `maxWorkers: 5`.' }]);
  });

  eachOf([['x-fs-concurrency: {adaptive: {min: 5}}']], (found) => {
    expect(found).toMatchObject([{ place: '1:24', code: 'FS_EXTENSION_FIELD_MISSING' }]);
  });
});

describe('fields that can’t hold together', () => {
  eachOf(
    [
      ['x-fs-retry: {delay: 1m, maxDelay: 30s}', '1:25', 'delay (1m) is longer than maxDelay (30s)'],
      ['x-fs-concurrency: {adaptive: {min: 5, max: 2}}', '1:40', 'adaptive.min (5) is above its max (2)'],
      [
        'x-fs-concurrency: {maxWorkers: 9, adaptive: {min: 1, max: 4}}',
        '1:36',
        'maxWorkers (9) is outside of adaptive',
      ],
      ['x-fs-retry: {deadLetter: a3}', '1:30', 'the channel itself'],
      [
        'x-fs-concurrency: {adaptive: {min: 5, max: 9, groupMax: 4}}',
        '1:61',
        'adaptive.groupMax (4) is below its min (5)',
      ],
      [
        'x-fs-concurrency: {maxWorkers: 8, adaptive: {min: 5, max: 9, groupMax: 7}}',
        '1:36',
        'maxWorkers (8) is outside of adaptive, 5 to 7',
      ],
    ],
    (found, place, message) => {
      const code = 'FS_EXTENSION_CONTRADICTION';
      expect(found).toMatchObject([{ place, code, message: expect.stringContaining(message) }]);
    },
  );
});

describe('channels that are no streams', () => {
  const binding = (method: string) => `bindings: {redis: {method: ${method}}}`;
  const refused = ['subscribe', 'psubscribe', 'publish', 'lpop', 'rpush'];
  const streams = ['xreadgroup', 'xread', 'xadd'];
  const transports = complaintsAbout([...refused, ...streams].map(binding));

  test.each(refused)('worked by %s: a warning', async (method) => {
    const warning = { place: '1:32', severity: 'warning', code: 'FS_TRANSPORT_UNAVAILABLE' };
    expect(await transports(binding(method))).toMatchObject([warning]);
  });

  test.each(streams)('worked by %s: a stream', async (method) => {
    expect(await transports(binding(method))).toEqual([]);
  });

  test('there is a document all the same', async () => {
    await loaded(`${HEAD_V3}channels:\n  a: {address: a, ${binding('lpop')}}\n`);
  });
});
