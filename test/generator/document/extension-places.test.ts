/** x-fs-* extensions: where they may stand, and how levels, files and forms of writing come together. */
import { describe, expect, test } from 'vitest';
import { HEAD_V2, HEAD_V3, load } from './workspace.js';

describe('levels that can’t hold together', () => {
  test('over levels: where the nearer one is, once', async () => {
    const { found } = await load(`${HEAD_V3}x-fs-retry: {maxDelay: 1s}
channels:
  a: {address: a}
  b: {address: b}
operations:
  onA: {action: receive, channel: {$ref: '#/channels/a'}, x-fs-retry: {delay: 2s}}
  onB: {action: receive, channel: {$ref: '#/channels/b'}, x-fs-retry: {delay: 500ms}}
`);
    expect(found).toEqual(['api.yaml:10:79 error FS_EXTENSION_CONTRADICTION']);
  });

  test('a batch is whole when everything is merged, not before', async () => {
    const document = (operation: string) => `${HEAD_V3}x-fs-batch: {maxWait: 1s}
channels:
  a: {address: a}
operations:
  onA: {action: receive, channel: {$ref: '#/channels/a'}${operation}}
`;
    expect((await load(document(', x-fs-batch: {maxSize: 10}'))).document).toBeDefined();
    const { found, diagnostics } = await load(document(''));
    expect(found[0]).toBe('api.yaml:5:23 error FS_EXTENSION_FIELD_MISSING');
    expect(diagnostics[0]?.message).toBe('x-fs-batch.maxWait needs maxSize beside it.');
  });
});

describe('places', () => {
  test('root, channel, operation and operation trait carry them, in 3.x', async () => {
    const { found, document } = await load(`${HEAD_V3}x-fs-timeout: {lease: 1m}
channels:
  a: {address: a, x-fs-timeout: {lease: 2m}}
operations:
  onA:
    action: receive
    channel: {$ref: '#/channels/a'}
    traits:
      - x-fs-timeout: {lease: 3m, handler: 3s}
    x-fs-timeout: {lease: 4m}
`);
    expect(found).toEqual([]);
    expect(document?.extensions).toEqual({ 'x-fs-timeout': { lease: '1m' } });
    expect(document?.channels[0]?.extensions).toEqual({ 'x-fs-timeout': { lease: '2m' } });
    expect(document?.operations[0]?.extensions).toEqual({ 'x-fs-timeout': { lease: '4m', handler: '3s' } });
  });

  test('and in 2.x, where a trait wins', async () => {
    const { found, document } = await load(`${HEAD_V2}channels:
  a:
    x-fs-timeout: {lease: 2m}
    publish:
      x-fs-timeout: {lease: 4m}
      traits:
        - x-fs-timeout: {lease: 3m}
      message: {payload: {type: string}}
`);
    expect(found).toEqual([]);
    expect(document?.operations[0]?.extensions).toEqual({ 'x-fs-timeout': { lease: '3m' } });
  });

  test('nothing else does', async () => {
    const { found, diagnostics } = await load(`${HEAD_V3}  x-fs-retry: {maxAttempts: 1}
channels:
  a:
    address: a
    messages:
      m:
        x-fs-timeout: {lease: 1m}
        payload: {type: object, x-fs-stream: {group: g}}
`);
    expect(found).toEqual([
      'api.yaml:5:3 error FS_EXTENSION_MISPLACED',
      'api.yaml:11:9 error FS_EXTENSION_MISPLACED',
      'api.yaml:12:33 error FS_EXTENSION_MISPLACED',
    ]);
    expect(diagnostics.map(({ message }) => message)).toEqual([
      'x-fs-retry is not allowed in info.',
      'x-fs-timeout is not allowed in channels.a.messages.m.',
      'x-fs-stream is not allowed in channels.a.messages.m.payload.',
    ]);
  });

  test('properties and data of that name are none', async () => {
    const { found } = await load(`${HEAD_V3}channels:
  a:
    address: a
    messages:
      m:
        payload:
          type: object
          properties: {x-fs-retry: {type: string}}
          default: {x-fs-retry: x}
          examples: [{x-fs-retry: x}]
`);
    expect(found).toEqual([]);
  });

  test('a channel in another file is held to the same, and the place is there', async () => {
    const { found } = await load({
      'api.yaml': `${HEAD_V3}channels:\n  a:\n    $ref: './shared/channels.yaml#/a'\n`,
      'shared/channels.yaml': 'a:\n  address: a\n  x-fs-concurrency:\n    maxWorkers: 0\n  x-fs-retri: {}\n',
    });
    expect(found).toEqual([
      'shared/channels.yaml:4:17 error FS_EXTENSION_VALUE',
      'shared/channels.yaml:5:3 error FS_EXTENSION_UNKNOWN',
    ]);
  });

  test('a policy may itself be referred to', async () => {
    const { found, document } = await load(`${HEAD_V3}channels:
  a: {address: a, x-fs-retry: {$ref: '#/components/x-policies/slow'}}
components:
  x-policies:
    slow: {delay: 5s, maxDelay: 1m}
`);
    expect(found).toEqual([]);
    expect(document?.channels[0]?.extensions).toEqual({ 'x-fs-retry': { delay: '5s', maxDelay: '1m' } });
  });

  test('a value that came in by a YAML merge key shows where it is written', async () => {
    const { found } = await load(`${HEAD_V3}x-policy: &policy
  maxWorkers: 0
channels:
  a:
    address: a
    x-fs-concurrency:
      prefetch: 1
      <<: *policy
`);
    expect(found).toEqual(['api.yaml:6:15 error FS_EXTENSION_VALUE']);
  });

  test('the same in JSON on one line', async () => {
    const json =
      '{"asyncapi":"3.0.0","info":{"title":"T","version":"1"},"channels":{"a":{"address":"a","x-fs-concurrency":{"maxWorkers":0,"prefetsh":1}}}}';
    const { found } = await load(json, 'api.json');
    expect(found).toEqual([
      `api.json:1:${json.indexOf(':0') + 2} error FS_EXTENSION_VALUE`,
      `api.json:1:${json.indexOf('"prefetsh"') + 1} error FS_EXTENSION_FIELD_UNKNOWN`,
    ]);
  });
});
