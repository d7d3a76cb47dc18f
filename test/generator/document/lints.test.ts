/** What is allowed and hardly meant, and what lenient reading makes of what is refused. */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadDocument } from '../../../generator/src/document/index.js';
import { folderWith, HEAD_V3, load } from './workspace.js';

const channel = (fields: string) => `${HEAD_V3}channels:\n  a: {address: a, ${fields}}\n`;
const payload = (schema: string) => channel(`messages: {m: {payload: ${schema}}}`);

describe('warnings', () => {
  test.each([
    ['FS_PAYLOAD_MISSING', '6:30', channel('messages: {m: {name: x}}')],
    ['FS_PARAMETER_UNDECLARED', '6:16', `${HEAD_V3}channels:\n  a: {address: 'a.{id}'}\n`],
    ['FS_ADDRESS_SHARED', '7:16', `${HEAD_V3}channels:\n  a: {address: x}\n  b: {address: x}\n`],
    ['FS_DEFAULT_INVALID', '6:68', payload('{type: integer, default: x}')],
    ['FS_EXAMPLE_INVALID', '6:73', payload('{type: integer, examples: [1, x]}')],
    ['FS_DISCRIMINATOR_BROKEN', '6:73', payload('{type: object, discriminator: kind}')],
    [
      'FS_CORRELATION_BROKEN',
      '6:107',
      channel(
        'messages: {m: {payload: {}, headers: {properties: {id: {}}}, correlationId: {location: "$message.header#/di"}}}',
      ).replace('correlationId: {', 'correlationId:  {'),
    ],
    [
      'FS_TRAIT_REQUIRED_LOST',
      '6:57',
      channel('messages: {m: {payload: {}, headers: {required: [a]}, traits: [{headers: {required: [b]}}]}}'),
    ],
    [
      'FS_REF_SIBLINGS',
      '6:76',
      `${payload("{$ref: '#/components/schemas/S', minLength: 1}")}components: {schemas: {S: {type: string}}}\n`,
    ],
    [
      'FS_REPLY_MESSAGE_FOREIGN',
      '9:73',
      `${HEAD_V3}channels:
  a: {address: a, messages: {m: {payload: {}}}}
  b: {address: b, messages: {n: {payload: {}}}}
operations: {o: {action: send, channel: {$ref: '#/channels/a'},
             reply: {channel: {$ref: '#/channels/b'}, messages: [{$ref: '#/channels/a/messages/m'}]}}}
`,
    ],
  ])('%s', async (code, place, text) => {
    const { diagnostics, document } = await load(text);
    expect(diagnostics.map((each) => `${each.severity} ${each.code}`)).toEqual([`warning ${code}`]);
    expect(diagnostics.map(({ location }) => `${location.line}:${location.column}`)).toEqual([place]);
    expect(document).toBeDefined();
  });
});

async function leniently(text: string) {
  const folder = await folderWith({ 'api.yaml': text });
  const { document, diagnostics } = await loadDocument(join(folder, 'api.yaml'), { lenient: true });
  return { document, said: diagnostics.map(({ severity, message }) => `${severity}: ${message}`) };
}

describe('lenient', () => {
  test('an object without what it needs goes, the rest stays, and both are said', async () => {
    const { document, said } = await leniently(`asyncapi: 3.0.0
info: {title: T}
channels: {a: {address: a, adress: b}}
operations:
  good: {action: send, channel: {$ref: '#/channels/a'}}
  bad: {action: sned, channel: {$ref: '#/channels/a'}}
`);
    expect(document?.operations.map(({ id }) => id)).toEqual(['good']);
    expect(said).toEqual([
      'warning: `info` lacks the field `version`; `version` is made up.',
      'warning: AsyncAPI knows no field `adress` here; channels.a.adress is left out.',
      'warning: `bad` lacks the field `action`; operations.bad is left out.',
      'warning: `action` must be one of the allowed values: `send`, `receive`; operations.bad.action is left out.',
    ]);
  });

  test('a schema that is nowhere takes any value; an operation without a channel goes', async () => {
    const { document, said } = await leniently(
      `${payload("{$ref: '#/components/schemas/Gone'}")}operations: {o: {action: send, channel: {$ref: '#/channels/b'}}}\n`,
    );
    expect(document?.channels[0]?.messages[0]?.payload).toEqual({});
    expect(document?.operations).toEqual([]);
    expect(said).toHaveLength(3);
  });

  test('a slash of a name that stands in a reference as it is is understood', async () => {
    const text = `${channel("messages: {m: {$ref: '#/components/messages/user/signed/up'}}")}components:
  messages: {user/signed/up: {payload: {type: string}}}\n`;
    const { document, said } = await leniently(text);
    expect(document?.channels[0]?.messages[0]?.payload).toEqual({ type: 'string' });
    expect(said).toEqual([
      expect.stringContaining('it is read as `#/components/messages/user~1signed~1up`.'),
    ]);
    const [error] = (await load(text)).diagnostics;
    expect(error?.severity).toBe('error');
    expect(error?.hint).toContain('write `#/components/messages/user~1signed~1up`');
  });

  test('a newer version is read as the newest that is known; broken YAML stays broken', async () => {
    expect((await leniently('asyncapi: 3.7.0\ninfo: {title: T, version: v}\n')).said).toEqual([
      'warning: AsyncAPI 3.7.0 is not supported; it is read as 3.1.0.',
    ]);
    expect((await leniently('asyncapi: 3.0.0\ninfo: {title: T\n')).document).toBeUndefined();
  });
});

test('400 chained schemas are checked to the last, and do not take longer and longer', async () => {
  const schemas = Array.from({ length: 400 }, (_, i) => {
    return `    S${i}: {type: object, properties: {next: {$ref: '#/components/schemas/S${i + 1}'}}}\n`;
  });
  const { found } = await load(
    `${payload("{$ref: '#/components/schemas/S0'}")}components:\n  schemas:\n${schemas.join('')}    S400: {type: strng}\n`,
  );
  expect(found).toEqual(['api.yaml:409:18 error FS_SPEC_INVALID']);
}, 60_000);
