/** Documents of 2.x and 3.x as the neutral data that the later stations know. */
import { describe, expect, test } from 'vitest';
import type { JsonSchemaObject } from '../../../generator/src/document/types.js';
import { HEAD_V2, HEAD_V3, loaded } from './workspace.js';

interface Node extends JsonSchemaObject {
  readonly properties: Readonly<Record<string, unknown>>;
}

const V2 = `${HEAD_V2}  description: About it.
defaultContentType: application/json
x-fs-retry: {maxAttempts: 2}
channels:
  chat.{room}:
    description: Talk.
    parameters:
      room: {description: Which one, schema: {type: string, enum: [a, b], default: a}}
    x-fs-concurrency: {maxWorkers: 3}
    bindings: {redis: {channel: 'chat.{room}', method: xreadgroup, groupName: g, bindingVersion: custom}}
    publish:
      operationId: onTalk
      summary: Takes what is said.
      message: {$ref: '#/components/messages/Said'}
    subscribe:
      message: {$ref: '#/components/messages/Said'}
components:
  messages:
    Said:
      title: What was said
      contentType: text/plain
      correlationId: {location: '$message.header#/id'}
      headers: {type: object}
      payload: {$ref: '#/components/schemas/Text'}
  schemas:
    Text: {type: string}
`;

const V3 = `${HEAD_V3}  description: About it.
defaultContentType: application/json
x-fs-retry: {maxAttempts: 2}
channels:
  chat:
    address: chat.{room}
    description: Talk.
    parameters:
      room: {description: Which one, enum: [a, b], default: a}
    x-fs-concurrency: {maxWorkers: 3}
    bindings: {redis: {channel: 'chat.{room}', method: xreadgroup, groupName: g, bindingVersion: custom}}
    messages:
      Said: {$ref: '#/components/messages/Said'}
operations:
  onTalk:
    action: receive
    channel: {$ref: '#/channels/chat'}
    summary: Takes what is said.
  talk:
    action: send
    channel: {$ref: '#/channels/chat'}
components:
  messages:
    Said:
      title: What was said
      contentType: text/plain
      correlationId: {location: '$message.header#/id'}
      headers: {type: object}
      payload: {$ref: '#/components/schemas/Text'}
  schemas:
    Text: {type: string}
`;

describe.each([
  [
    '2.6.0',
    V2,
    'chat.{room}',
    '/channels/chat.{room}',
    ['/channels/chat.{room}/publish', '/channels/chat.{room}/subscribe'],
  ],
  ['3.0.0', V3, 'chat', '/channels/chat', ['/operations/onTalk', '/operations/talk']],
])('%s', (asyncapi, text, channelId, channelPointer, operationPointers) => {
  test('comes out like the other', async () => {
    const document = await loaded(text);
    expect(document).toMatchObject({
      asyncapi,
      title: 'Test',
      version: '1.0.0',
      description: 'About it.',
      extensions: { 'x-fs-retry': { maxAttempts: 2 } },
    });
    expect(document.channels).toEqual([
      {
        id: channelId,
        address: 'chat.{room}',
        description: 'Talk.',
        parameters: [{ name: 'room', description: 'Which one', values: ['a', 'b'], default: 'a' }],
        messages: [
          {
            id: 'Said',
            title: 'What was said',
            deprecated: false,
            contentType: 'text/plain',
            payload: { type: 'string' },
            headers: { type: 'object' },
            correlationId: '$message.header#/id',
            origin: { file: document.file, pointer: '/components/messages/Said' },
          },
        ],
        redis: { channel: 'chat.{room}', method: 'xreadgroup', groupName: 'g' },
        extensions: { 'x-fs-concurrency': { maxWorkers: 3 } },
        origin: { file: document.file, pointer: channelPointer },
      },
    ]);
    expect(document.operations).toMatchObject([
      { id: 'onTalk', action: 'receive', channelId, messageIds: ['Said'], summary: 'Takes what is said.' },
      { action: 'send', channelId, messageIds: ['Said'] },
    ]);
    expect(document.operations.map(({ origin }) => origin.pointer)).toEqual(operationPointers);
  });

  test('a component and its use are one object, whose origin is known', async () => {
    const document = await loaded(text);
    const schema = document.schemas.get('Text');
    expect(document.channels[0]?.messages[0]?.payload).toBe(schema);
    const origin = document.originOf(schema as JsonSchemaObject);
    expect(origin).toEqual({ file: document.file, pointer: '/components/schemas/Text' });
    const line = text.split('\n').findIndex((each) => each.startsWith('    Text:')) + 1;
    expect(document.locate(origin ?? { file: '', pointer: '' })).toEqual({
      file: document.file,
      line,
      column: 5,
    });
  });

  test('an inline schema has no origin of its own', async () => {
    const document = await loaded(text);
    expect(document.originOf(document.channels[0]?.messages[0]?.headers as JsonSchemaObject)).toBeUndefined();
  });
});

describe('parameters', () => {
  test('placeholders need no declaration; what is only declared comes last', async () => {
    const document = await loaded(`${HEAD_V3}channels:
  a: {address: 'x.{one}.{two}', messages: {}}
  b: {address: 'y.{one}', parameters: {one: {}}, bindings: {redis: {channel: 'z.{two}'}}}
  c: {address: null}
`);
    expect(document.channels.map(({ parameters }) => parameters.map(({ name }) => name))).toEqual([
      ['one', 'two'],
      ['two', 'one'],
      [],
    ]);
    expect(document.channels[2]?.address).toBeNull();
  });
});

describe('messages of 2.x, which have no keys', () => {
  const ids = async (channel: string, rest = '') => {
    const document = await loaded(`${HEAD_V2}channels:\n  a:\n${channel.replaceAll(/^/gm, '    ')}\n${rest}`);
    return {
      messages: document.channels[0]?.messages.map(({ id }) => id),
      operations: document.operations.map(({ messageIds }) => messageIds),
    };
  };

  test.each([
    ['messageId', '{messageId: m-1, name: n, title: t}', 'm-1'],
    ['name', '{name: n, title: t}', 'n'],
    ['title', '{title: t}', 't'],
    ['nothing', '{payload: {type: string}}', 'message'],
  ])('take the id from: %s', async (_, message, id) => {
    expect((await ids(`publish: {message: ${message}}`)).messages).toEqual([id]);
  });

  test('the component’s key goes before name and title', async () => {
    const components = 'components: {messages: {Key: {name: n, title: t}}}\n';
    const found = await ids("publish: {message: {$ref: '#/components/messages/Key'}}", components);
    expect(found.messages).toEqual(['Key']);
  });

  test('different messages of one name are told apart by their operation', async () => {
    const found = await ids(
      'publish: {message: {name: m, payload: {}}}\nsubscribe: {message: {name: m, payload: {}}}',
    );
    expect(found.messages).toEqual(['publishM', 'subscribeM']);
    expect(found.operations).toEqual([['publishM'], ['subscribeM']]);
  });

  test('and nameless ones of one operation by their position', async () => {
    const found = await ids('publish: {message: {oneOf: [{payload: {}}, {name: n}, {payload: {}}]}}');
    expect(found.messages).toEqual(['publishMessage1', 'n', 'publishMessage3']);
  });

  test('one message used twice is one', async () => {
    const components = 'components: {messages: {A: {payload: {}}, B: {payload: {}}}}\n';
    const ref = (name: string) => `{$ref: '#/components/messages/${name}'}`;
    const found = await ids(
      `publish: {message: {oneOf: [${ref('A')}, ${ref('B')}]}}\nsubscribe: {message: ${ref('B')}}`,
      components,
    );
    expect(found.messages).toEqual(['A', 'B']);
    expect(found.operations).toEqual([['A', 'B'], ['B']]);
  });
});

describe('references of 3.x operations', () => {
  test('tell entries apart that are the same object in the end', async () => {
    const document = await loaded(`${HEAD_V3}channels:
  a:
    address: a
    messages:
      first: {$ref: '#/components/messages/M'}
      second: {$ref: '#/components/messages/M'}
  b: {$ref: '#/components/channels/C'}
  c: {$ref: '#/components/channels/C'}
operations:
  onSecond:
    action: receive
    channel: {$ref: '#/channels/a'}
    messages: [{$ref: '#/channels/a/messages/second'}]
  onC: {action: receive, channel: {$ref: '#/channels/c'}}
components:
  messages: {M: {payload: {type: string}}}
  channels: {C: {address: c}}
`);
    expect(document.operations).toMatchObject([
      { id: 'onSecond', channelId: 'a', messageIds: ['second'] },
      { id: 'onC', channelId: 'c', messageIds: [] },
    ]);
  });

  test('an operation that names no messages takes all; so does a reply', async () => {
    const document = await loaded(`${HEAD_V3}channels:
  a: {address: a, messages: {x: {payload: {}}, y: {payload: {}}}}
  b: {address: b, messages: {z: {payload: {}}}}
operations:
  ask: {action: receive, channel: {$ref: '#/channels/a'}, reply: {channel: {$ref: '#/channels/b'}}}
  tell: {action: receive, channel: {$ref: '#/channels/a'}, reply: {address: {location: '$message.header#/to'}}}
`);
    expect(document.operations[0]).toMatchObject({
      messageIds: ['x', 'y'],
      reply: { channelId: 'b', messageIds: ['z'] },
    });
    expect(document.operations[1]?.reply).toEqual({ messageIds: [], address: '$message.header#/to' });
  });
});

describe('traits', () => {
  test('2.x: the trait wins; 3.x: the message does', async () => {
    const v2 = await loaded(`${HEAD_V2}channels:
  a: {publish: {message: {name: own, payload: {}, traits: [{name: trait, contentType: text/x}]}}}
`);
    const v3 = await loaded(`${HEAD_V3}channels:
  a: {address: a, messages: {m: {name: own, payload: {}, traits: [{name: trait, contentType: text/x}]}}}
`);
    expect(v2.channels[0]?.messages[0]).toMatchObject({ name: 'trait', contentType: 'text/x' });
    expect(v3.channels[0]?.messages[0]).toMatchObject({ name: 'own', contentType: 'text/x' });
  });

  test('what only the trait has keeps its identity; what both have is merged', async () => {
    const document = await loaded(`${HEAD_V3}channels:
  a:
    address: a
    messages:
      only: {payload: {}, traits: [{headers: {$ref: '#/components/schemas/H'}}]}
      both: {payload: {}, headers: {type: object, properties: {own: {type: string}}}, traits: [{headers: {$ref: '#/components/schemas/H'}}]}
components:
  schemas: {H: {type: object, properties: {shared: {type: string}}}}
`);
    const [only, both] = document.channels[0]?.messages ?? [];
    expect(only?.headers).toBe(document.schemas.get('H'));
    expect(both?.headers).toEqual({
      type: 'object',
      properties: { shared: { type: 'string' }, own: { type: 'string' } },
    });
  });
});

describe('schema formats', () => {
  test('a schema is taken out of its wrapper', async () => {
    const document = await loaded(`${HEAD_V3}channels:
  a:
    address: a
    messages:
      plain: {payload: {type: string}}
      own: {payload: {schemaFormat: 'application/vnd.aai.asyncapi+json;version=3.0.0', schema: {type: string}}}
      other: {payload: {schemaFormat: 'application/schema+json;version=draft-07', schema: {type: string}}}
`);
    expect(document.channels[0]?.messages.map(({ payload }) => payload)).toEqual([
      { type: 'string' },
      { type: 'string' },
      { type: 'string' },
    ]);
  });

  test('a component wrapped in its format is still the component', async () => {
    const document = await loaded(`${HEAD_V3}channels:
  a: {address: a, messages: {m: {payload: {$ref: '#/components/schemas/W'}}}}
components:
  schemas:
    W: {schemaFormat: 'application/schema+json;version=draft-07', schema: {type: string}}
`);
    const schema = document.schemas.get('W');
    expect(document.channels[0]?.messages[0]?.payload).toBe(schema);
    expect(document.originOf(schema as JsonSchemaObject)?.pointer).toBe('/components/schemas/W');
  });
});

describe('schemas', () => {
  test('keep cycles and identity over files, and nothing of the parser’s', async () => {
    const document = await loaded({
      'api.yaml': `${HEAD_V3}channels:
  a: {address: a, messages: {m: {payload: {$ref: './s/node.json'}}}}
  b: {address: b, messages: {m: {payload: {$ref: './s/tree.yaml#/Tree'}}}}
`,
      's/node.json':
        '{"type": "object", "properties": {"next": {"$ref": "#"}, "tree": {"$ref": "tree.yaml#/Tree"}}}',
      's/tree.yaml': 'Tree:\n  type: object\n  properties:\n    root: {$ref: node.json}\n',
    });
    const [node, tree] = document.channels.map(({ messages }) => messages[0]?.payload as Node) as [
      Node,
      Node,
    ];
    expect(node.properties.next).toBe(node);
    expect(node.properties.tree).toBe(tree);
    expect(tree.properties.root).toBe(node);
    expect(Object.keys(node)).toEqual(['type', 'properties']);
    expect(document.originOf(tree)?.file.endsWith('s/tree.yaml')).toBe(true);
  });

  test('pointers are unescaped, and may go through references', async () => {
    const document = await loaded(`${HEAD_V3}channels:
  a: {address: a, messages: {m: {payload: {$ref: '#/components/schemas/a~1b%7Bc%7D'}}}}
  b: {address: b, messages: {m: {payload: {$ref: '#/channels/a/messages/m/payload/properties/x'}}}}
components:
  schemas:
    'a/b{c}': {type: object, properties: {x: {type: integer}}}
`);
    expect(document.channels[0]?.messages[0]?.payload).toBe(document.schemas.get('a/b{c}'));
    expect(document.channels[1]?.messages[0]?.payload).toEqual({ type: 'integer' });
  });

  test('names that JavaScript knows are names like any other', async () => {
    const names = ['constructor', 'toString', 'default', "'1'"];
    const document = await loaded(
      `${HEAD_V3}channels: {}\ncomponents:\n  schemas:\n${names.map((name) => `    ${name}: {type: string}\n`).join('')}`,
    );
    expect([...document.schemas.keys()].sort()).toEqual(['1', 'constructor', 'default', 'toString']);
  });
});
