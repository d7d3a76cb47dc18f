/** Breaches of the specification: one sentence a place, none about style. */
import { describe, expect, test } from 'vitest';
import { HEAD_V2, HEAD_V3, load } from './workspace.js';

test('style is nobody’s business: no contact, licence, tags, servers, operation ids', async () => {
  expect(
    (await load(`${HEAD_V2}channels:\n  a:\n    publish: {message: {payload: {type: string}}}\n`)).found,
  ).toEqual([]);
  expect((await load(`${HEAD_V3}channels: {}\n`)).found).toEqual([]);
});

test('several problems come together, errors first, in the order of the file', async () => {
  const { diagnostics, found } = await load(`asyncapi: 3.0.0
info:
  version: 1
channels:
  b:
    adress: b
    bindings: {redis: {method: lpop}}
`);
  expect(found).toEqual([
    'api.yaml:2:1 error FS_SPEC_INVALID',
    'api.yaml:3:12 error FS_SPEC_INVALID',
    'api.yaml:6:5 error FS_SPEC_INVALID',
    'api.yaml:7:32 warning FS_TRANSPORT_UNAVAILABLE',
  ]);
  expect(diagnostics.slice(0, 3).map(({ message, hint }) => `${message} ${hint}`)).toEqual([
    '`info` lacks the field `title`. AsyncAPI requires `title`.',
    '`version` must be text. Put it in quotes: `"1"`.',
    'AsyncAPI knows no field `adress` here. Did you mean `address`?',
  ]);
});

test('a value that is not among those allowed comes with the one that was meant', async () => {
  const { diagnostics, found } = await load(`${HEAD_V3}channels: {b: {address: b}}
operations:
  op: {action: recieve, channel: {$ref: '#/channels/b'}}
`);
  expect(found).toEqual(['api.yaml:7:16 error FS_SPEC_INVALID']);
  expect(diagnostics[0]).toMatchObject({
    message: '`action` must be one of the allowed values: `send`, `receive`.',
    hint: 'Did you mean `receive`?',
    path: 'operations.op.action',
  });
});

test('a wrong field of a 2.x message hides behind no `oneOf`', async () => {
  const { diagnostics, found } = await load(`${HEAD_V2}channels:
  a:
    publish:
      message:
        contentType: application/json
        paylod: {type: string}
`);
  expect(found).toEqual(['api.yaml:10:9 error FS_SPEC_INVALID']);
  expect(diagnostics[0]?.hint).toBe('Did you mean `payload`?');
});

test('a breach in a shared component is told once', async () => {
  const { found } = await load(`${HEAD_V3}channels:
  a: {address: a, messages: {m: {$ref: '#/components/messages/M'}}}
  b: {address: b, messages: {m: {$ref: '#/components/messages/M'}}}
components:
  messages:
    M: {payload: {type: object, minProperties: many}}
`);
  expect(found).toEqual(['api.yaml:10:48 error FS_SPEC_INVALID']);
});

describe('references', () => {
  test.each([
    ["'#/components/messages/Gone'", 'FS_REF_BROKEN', 'there is no `/components/messages/Gone` in this file'],
    ["'./gone.yaml#/M'", 'FS_REF_BROKEN', 'There is no file ./gone.yaml.'],
    ["'#components/messages/M'", 'FS_REF_BROKEN', 'is no reference'],
    ["'./api.yaml#M'", 'FS_REF_BROKEN', 'is no reference'],
    ["'#/channels/a/messages/m'", 'FS_REF_BROKEN', 'back to itself'],
  ])('%s', async (ref, code, message) => {
    const { found, diagnostics } = await load(
      `${HEAD_V3}channels:\n  a:\n    address: a\n    messages:\n      m:\n        $ref: ${ref}\n`,
    );
    expect(found).toEqual([`api.yaml:10:15 error ${code}`]);
    expect(diagnostics[0]?.message).toContain(message);
  });

  test('one where none may be shows where it is, not in the file that it leads to', async () => {
    const { found } = await load({
      'api.yaml': `${HEAD_V3}channels:
  a:
    address: a
    messages:
      m:
        payload: {}
        examples:
          - $ref: './example.json'
`,
      'example.json': '{"payload": 1}',
    });
    expect(found).toEqual(['api.yaml:12:13 error FS_SPEC_INVALID']);
  });

  test('a message that is nowhere is told once, not as one of another channel too', async () => {
    const { found } = await load(`${HEAD_V3}channels:
  a: {address: a}
operations:
  o:
    action: send
    channel: {$ref: '#/channels/a'}
    messages:
      - $ref: '#/components/messages/Gone'
`);
    expect(found).toEqual(['api.yaml:12:15 error FS_REF_BROKEN']);
  });

  test('broken ones inside another file show there', async () => {
    const { found } = await load({
      'api.yaml': `${HEAD_V3}channels:\n  a:\n    $ref: './shared/channels.yaml#/a'\n`,
      'shared/channels.yaml':
        "a:\n  address: a\n  messages:\n    m:\n      payload:\n        $ref: '#/schemas/Gone'\n",
    });
    expect(found).toEqual(['shared/channels.yaml:6:15 error FS_REF_BROKEN']);
  });
});

test('an unknown field is shown where it is written, not where its reference leads', async () => {
  const { found } = await load(`${HEAD_V3}channels:
  a:
    address: a
    messages:
      m:
        payloads: {$ref: '#/components/schemas/S'}
components:
  schemas:
    S: {type: string}
`);
  expect(found).toContain('api.yaml:10:9 error FS_SPEC_INVALID');
});

test('a number that must be text is quoted as it is written', async () => {
  const { diagnostics } = await load('asyncapi: 3.0.0\ninfo: {title: Test, version: 1.0}\n');
  expect(diagnostics[0]?.hint).toBe('Put it in quotes: `"1.0"`.');
});

test.each([
  ['#/components/schemas/Emial', 'Did you mean `#/components/schemas/Email`?'],
  ['#/components/schema/Email', 'Did you mean `#/components/schemas/Email`?'],
  ['parts/a.yaml#/Emial', 'Did you mean `parts/a.yaml#/Email`?'],
  ['parts\\a.yaml#/Email', 'Write it with slashes: `parts/a.yaml`.'],
  [
    'file:///a.yaml#/Email',
    'Write a path, which counts from the file that it stands in, or a URL with http or https.',
  ],
])('a broken reference comes with the one that was meant: %s', async (ref, hint) => {
  const { diagnostics } = await load({
    'api.yaml': `${HEAD_V3}channels: {a: {address: a, messages: {m: {payload: {$ref: '${ref}'}}}}}
components: {schemas: {Email: {type: string}}}
`,
    'parts/a.yaml': 'Email: {type: string}\n',
  });
  expect(diagnostics).toMatchObject([{ code: 'FS_REF_BROKEN', hint }]);
});

test('a reference to a folder is told in words', async () => {
  const { diagnostics } = await load({
    'api.yaml': `${HEAD_V3}channels: {a: {address: a, messages: {m: {payload: {$ref: 'parts'}}}}}\n`,
    'parts/a.yaml': 'Email: {type: string}\n',
  });
  expect(diagnostics[0]?.message).toBe('parts is a folder.');
});
