/** Edits as they are typical of real contracts, and what is said of each. */
import { describe, expect, test } from 'vitest';
import { diffContracts } from '../../../generator/src/diff/index.js';
import type { Change, Contract } from '../../../generator/src/diff/types.js';
import { loaded } from '../document/workspace.js';
import { contractOf } from './contracts.js';

// Each case reads a document, with all rules on.

const DOCUMENT = `asyncapi: 3.0.0
info: {title: Shop, version: 1.0.0}
channels:
  orders:
    address: shop.{region}.orders
    parameters: {region: {enum: [eu, us], default: eu}}
    messages:
      placed:
        contentType: application/json
        headers: {type: object, properties: {tenant: {type: string}}}
        payload: {$ref: '#/components/schemas/Order'}
    x-fs-concurrency: {maxWorkers: 4, orderBy: $message.payload#/id}
    x-fs-retry: {maxAttempts: 4, deadLetter: lost}
    x-fs-timeout: {handler: 60s}
    x-fs-stream: {group: shop, maxBacklog: 1000}
  invoices:
    address: shop.invoices
    messages:
      invoice: {payload: {$ref: '#/components/schemas/Invoice'}}
operations:
  ship: {action: receive, channel: {$ref: '#/channels/orders'}, reply: {channel: {$ref: '#/channels/invoices'}}}
  bill: {action: send, channel: {$ref: '#/channels/invoices'}}
components:
  schemas:
    Order:
      description: What somebody wants.
      type: object
      required: [id, lines]
      properties:
        id: {type: string, minLength: 1}
        note: {type: string}
        status: {enum: [new, paid]}
        weight: {type: number, minimum: 0, maximum: 100}
        gift: {type: boolean, default: false}
        lines: {type: array, maxItems: 10, items: {$ref: '#/components/schemas/Line'}}
        payment: {$ref: '#/components/schemas/Payment'}
    Line:
      type: object
      required: [sku]
      properties:
        sku: {type: string, pattern: '^[A-Z]+$'}
        parts: {type: array, items: {$ref: '#/components/schemas/Line'}}
    Payment:
      discriminator: kind
      oneOf:
        - {$ref: '#/components/schemas/Card'}
        - {$ref: '#/components/schemas/Cash'}
    Card: {type: object, required: [kind], properties: {kind: {const: card}, number: {type: string}}}
    Cash: {type: object, required: [kind], properties: {kind: {const: cash}}}
    Invoice:
      type: object
      additionalProperties: false
      required: [order]
      properties: {order: {type: string}, total: {type: integer}}
`;

type Edit = readonly [string, string];

interface Case {
  readonly name: string;
  readonly edits: readonly Edit[];
  /** `kind side severity path`, of what is not documentation; the side is left out where it is none. */
  readonly want: readonly string[];
}

/** The application receives orders and sends invoices. */
const CASES: readonly Case[] = [
  ...cases('payloads that the application receives', [
    [
      'an optional field removed',
      [['        note: {type: string}\n', '']],
      ['property-removed compatible Order.note', 'property-removed code breaking Order.note'],
    ],
    [
      'an optional field added',
      [['note: {type: string}', 'note: {type: string}\n        tip: {type: integer}']],
      ['property-added compatible Order.tip'],
    ],
    [
      'a required field added',
      [
        ['required: [id, lines]', 'required: [id, lines, tip]'],
        ['note: {type: string}', 'note: {type: string}\n        tip: {type: integer}'],
      ],
      ['property-added receiving breaking Order.tip'],
    ],
    [
      'a required field removed',
      [
        ['required: [id, lines]', 'required: [lines]'],
        ['        id: {type: string, minLength: 1}\n', ''],
      ],
      ['property-removed sending compatible Order.id', 'property-removed code breaking Order.id'],
    ],
    [
      'a field made required',
      [['required: [id, lines]', 'required: [id, lines, note]']],
      ['property-required receiving breaking Order.note'],
    ],
    [
      'a field made optional',
      [['required: [id, lines]', 'required: [lines]']],
      ['property-optional sending compatible Order.id'],
    ],
    [
      'an enum value added',
      [['[new, paid]', '[new, paid, sent]']],
      ['value-added sending compatible Order.status'],
    ],
    ['an enum value removed', [['[new, paid]', '[new]']], ['value-removed receiving breaking Order.status']],
    [
      'a type changed',
      [['note: {type: string}', 'note: {type: integer}']],
      ['type-changed both breaking Order.note'],
    ],
    [
      'a type widened',
      [['note: {type: string}', 'note: {type: [string, integer]}']],
      ['union-member-added sending compatible Order.note'],
    ],
    [
      'a field made nullable',
      [['note: {type: string}', "note: {type: [string, 'null']}"]],
      ['nullable-changed sending compatible Order.note'],
    ],
    [
      'a range narrowed',
      [['maximum: 100', 'maximum: 50']],
      ['range-changed receiving breaking Order.weight'],
    ],
    [
      'a range widened',
      [['maximum: 100', 'maximum: 500']],
      ['range-changed sending compatible Order.weight'],
    ],
    [
      'a range moved',
      [['minimum: 0, maximum: 100', 'minimum: 10, maximum: 110']],
      ['range-changed both breaking Order.weight'],
    ],
    [
      'whole numbers only',
      [['weight: {type: number', 'weight: {type: integer']],
      ['type-changed receiving breaking Order.weight'],
    ],
    ['a length limited', [['minLength: 1', 'minLength: 3']], ['length-changed receiving breaking Order.id']],
    [
      'a format added',
      [['id: {type: string,', 'id: {type: string, format: uuid,']],
      ['format-changed receiving breaking Order.id'],
    ],
    [
      'a pattern changed, inside a recursion',
      [['^[A-Z]+$', '^[A-Z0-9]+$']],
      ['pattern-changed both breaking Line.sku'],
    ],
    [
      'an array shortened',
      [['maxItems: 10', 'maxItems: 5']],
      ['length-changed receiving breaking Order.lines'],
    ],
    [
      'uniqueness asked for',
      [['maxItems: 10,', 'maxItems: 10, uniqueItems: true,']],
      ['condition-changed receiving breaking Order.lines'],
    ],
    [
      'a default changed',
      [['default: false', 'default: true']],
      ['default-changed both breaking Order.gift'],
    ],
    [
      'an alternative added',
      [
        [
          "        - {$ref: '#/components/schemas/Cash'}\n",
          "        - {$ref: '#/components/schemas/Cash'}\n        - {$ref: '#/components/schemas/Points'}\n",
        ],
        [
          '    Cash: {',
          '    Points: {type: object, required: [kind], properties: {kind: {const: points}}}\n    Cash: {',
        ],
      ],
      ['union-member-added sending compatible Payment', 'type-added code compatible Points'],
    ],
    [
      'an alternative removed',
      [["        - {$ref: '#/components/schemas/Cash'}\n", '']],
      ['union-member-removed receiving breaking Payment'],
    ],
    [
      'further properties forbidden',
      [['    Order:\n', '    Order:\n      additionalProperties: false\n']],
      ['additional-changed receiving breaking Order'],
    ],
    [
      'a condition whose direction nobody knows',
      [
        [
          'required: [id, lines]',
          'required: [id, lines]\n      if: {required: [note]}\n      then: {required: [weight]}',
        ],
      ],
      ['condition-changed receiving breaking Order'],
    ],
    ['a description changed', [['What somebody wants.', 'What somebody asks for.']], []],
    [
      'fields in another order',
      [
        [
          '{order: {type: string}, total: {type: integer}}',
          '{total: {type: integer}, order: {type: string}}',
        ],
      ],
      [],
    ],
  ]),
  ...cases('payloads that the application sends', [
    [
      'an optional field added to what is closed',
      [['total: {type: integer}', 'total: {type: integer}, tax: {type: integer}']],
      ['property-added sending breaking Invoice.tax'],
    ],
    [
      'a field made required',
      [['required: [order]', 'required: [order, total]']],
      ['property-required receiving compatible Invoice.total'],
    ],
    [
      'a field made optional',
      [['required: [order]', 'required: []']],
      ['property-optional sending breaking Invoice.order'],
    ],
    [
      'an optional field removed from what is closed',
      [[', total: {type: integer}', '']],
      ['property-removed receiving compatible Invoice.total', 'property-removed code breaking Invoice.total'],
    ],
  ]),
  ...cases('messages', [
    [
      'the content type changed',
      [['invoice: {payload', 'invoice: {contentType: application/cbor, payload']],
      ['content-type-changed both breaking channels.invoices.messages.invoice.contentType'],
    ],
    [
      'a header required',
      [['headers: {type: object,', 'headers: {type: object, required: [tenant],']],
      ['property-required receiving breaking PlacedHeaders.tenant'],
    ],
    [
      'a message added',
      [['      invoice: {payload', '      reminder: {payload: {type: string}}\n      invoice: {payload']],
      [
        'message-added sending breaking channels.invoices.messages.reminder',
        'reply-changed sending breaking operations.ship.reply',
      ],
    ],
    [
      'a message renamed',
      [['      placed:', '      ordered:']],
      [
        'message-renamed code compatible channels.orders.messages.ordered',
        'type-renamed code breaking OrderedHeaders',
      ],
    ],
  ]),
  ...cases('names', [
    [
      'a schema renamed',
      [
        ['schemas/Line', 'schemas/Row'],
        ['    Line:', '    Row:'],
      ],
      ['type-renamed code breaking Row'],
    ],
    [
      'a channel renamed',
      [
        ['channels/invoices', 'channels/bills'],
        ['  invoices:\n', '  bills:\n'],
      ],
      ['channel-renamed code breaking channels.bills'],
    ],
    [
      'an operation renamed',
      [['  ship:', '  deliver:']],
      ['operation-renamed code breaking operations.deliver'],
    ],
    [
      'a parameter renamed',
      [
        ['{region}', '{zone}'],
        ['parameters: {region', 'parameters: {zone'],
      ],
      ['parameter-renamed code breaking channels.orders.parameters.zone'],
    ],
  ]),
  ...cases('channels and operations', [
    [
      'an address changed',
      [['address: shop.invoices', 'address: shop.bills']],
      ['address-changed both breaking channels.invoices.address'],
    ],
    [
      'another transport',
      [['address: shop.invoices', 'address: shop.invoices\n    bindings: {redis: {method: publish}}']],
      ['transport-changed both breaking channels.invoices.transport'],
    ],
    [
      'a parameter added',
      [
        ['shop.{region}.orders', 'shop.{region}.{shop}.orders'],
        ['default: eu}}', 'default: eu}, shop: {}}'],
      ],
      [
        'address-changed both breaking channels.orders.address',
        'parameter-added code breaking channels.orders.parameters.shop',
      ],
    ],
    [
      'a parameter takes fewer values',
      [['enum: [eu, us]', 'enum: [eu]']],
      ['parameter-values-changed receiving breaking channels.orders.parameters.region'],
    ],
    [
      'a parameter has another default',
      [['default: eu', 'default: us']],
      ['parameter-default-changed both breaking channels.orders.parameters.region'],
    ],
    [
      'an operation removed',
      [[/ {2}ship: .*\n/.exec(DOCUMENT)?.[0] ?? '', '']],
      [
        'operation-removed code breaking operations.ship',
        'operation-removed receiving breaking operations.ship',
      ],
    ],
    [
      'an operation added',
      [['  bill: {', "  audit: {action: receive, channel: {$ref: '#/channels/invoices'}}\n  bill: {"]],
      ['operation-added compatible operations.audit'],
    ],
    [
      'an action flipped',
      [['bill: {action: send', 'bill: {action: receive']],
      ['direction-changed both breaking operations.bill.action'],
    ],
    [
      'no reply any more',
      [[", reply: {channel: {$ref: '#/channels/invoices'}}", '']],
      ['reply-changed both breaking operations.ship.reply'],
    ],
    [
      'a channel removed',
      [
        [/ {2}bill: .*\n/.exec(DOCUMENT)?.[0] ?? '', ''],
        [", reply: {channel: {$ref: '#/channels/invoices'}}", ''],
        [/ {2}invoices:\n(?: {4}.*\n)+/.exec(DOCUMENT)?.[0] ?? '', ''],
      ],
      [
        'channel-removed both breaking channels.invoices',
        'channel-removed code breaking channels.invoices',
        'operation-removed code breaking operations.bill',
        'operation-removed sending breaking operations.bill',
        'reply-changed both breaking operations.ship.reply',
      ],
    ],
  ]),
  ...cases('policies', [
    [
      'fewer workers',
      [['maxWorkers: 4', 'maxWorkers: 2']],
      ['policy-changed receiving breaking operations.ship.concurrency.maxWorkers'],
    ],
    [
      'more workers',
      [['maxWorkers: 4', 'maxWorkers: 8']],
      ['policy-changed compatible operations.ship.concurrency.maxWorkers'],
    ],
    [
      'no order any more',
      [[', orderBy: $message.payload#/id', '']],
      ['policy-changed receiving breaking channels.orders.concurrency.orderBy'],
    ],
    [
      'fewer attempts',
      [['maxAttempts: 4', 'maxAttempts: 2']],
      ['policy-changed receiving breaking operations.ship.retry.maxAttempts'],
    ],
    [
      'other dead letters',
      [['deadLetter: lost', 'deadLetter: failed']],
      ['policy-changed receiving breaking operations.ship.retry.deadLetter'],
    ],
    [
      'no dead letters',
      [['deadLetter: lost', 'deadLetter: false']],
      ['policy-changed receiving breaking operations.ship.retry.deadLetter'],
    ],
    [
      'a shorter timeout',
      [['handler: 60s', 'handler: 10s']],
      ['policy-changed receiving breaking operations.ship.timeout.handler'],
    ],
    [
      'another group',
      [['group: shop', 'group: store']],
      ['policy-changed receiving breaking operations.ship.stream.group'],
    ],
    [
      'a smaller backlog, which those who send meet',
      [['maxBacklog: 1000', 'maxBacklog: 10']],
      ['policy-changed sending compatible channels.orders.stream.maxBacklog'],
    ],
    ['a default written down', [['handler: 60s', 'handler: 60s, lease: 30s']], []],
  ]),
];

test.each(CASES.map((each) => [each.name, each] as const))('%s', async (_, { edits, want }) => {
  const changed = edits.reduce((text, [from, to]) => {
    expect(text).toContain(from);
    return text.replaceAll(from, to);
  }, DOCUMENT);
  expect(summaries(await changesTo(changed))).toEqual([...want].sort());
});

describe('what is not on the wire', () => {
  test('a description is documentation', async () => {
    const changes = await changesTo(DOCUMENT.replace('What somebody wants.', 'Wishes.'));
    expect(changes.map(({ severity, kind, path }) => [severity, kind, path])).toEqual([
      ['documentation', 'description-changed', 'Order'],
    ]);
  });

  test('a schema that moves to another file with the same content has not changed', async () => {
    const line = /( {4}Line:\n)((?: {6}.*\n)+)/.exec(DOCUMENT);
    const moved = DOCUMENT.replace(line?.[0] ?? '', "    Line: {$ref: './line.yaml'}\n");
    const text = (line?.[2] ?? '').replaceAll(/^ {6}/gm, '').replace("'#/components/schemas/Line'", "'#'");
    const changes = diffContracts(
      contractOf(await loaded(DOCUMENT)),
      contractOf(await loaded({ 'api.yaml': moved, 'line.yaml': text })),
      'both',
    );
    expect(changes).toEqual([]);
  });
});

describe('whose move is judged', () => {
  const narrowed = DOCUMENT.replace('maximum: 100', 'maximum: 50');

  test.each([
    ['application', 'breaking'],
    ['peer', 'compatible'],
    ['both', 'breaking'],
  ] as const)('by the %s a narrower order is %s', async (judged, severity) => {
    const perspective = judged === 'peer' ? 'peer' : 'application';
    const [one, other] = [await loaded(DOCUMENT), await loaded(narrowed)];
    const changes = diffContracts(contractOf(one, perspective), contractOf(other, perspective), judged);
    expect(changes.map((change) => change.severity)).toEqual([severity]);
  });
});

test('a change names its line in both documents', async () => {
  const [change] = await changesTo(`# One line more\n${DOCUMENT.replace('[new, paid]', '[new]')}`);
  const line = DOCUMENT.split('\n').findIndex((text) => text.includes('[new, paid]')) + 1;
  expect(change).toMatchObject({ oldLocation: { line }, newLocation: { line: line + 1, column: 18 } });
  expect(change?.location).toEqual(change?.newLocation);
});

let original: Contract | undefined;

/** What changes from `DOCUMENT`, which is read once, to a text. */
async function changesTo(text: string): Promise<readonly Change[]> {
  original ??= contractOf(await loaded(DOCUMENT));
  return diffContracts(original, contractOf(await loaded(text)), 'application');
}

function summaries(changes: readonly Change[]): readonly string[] {
  return changes
    .filter(({ severity }) => severity !== 'documentation')
    .map(({ kind, area, side, severity, path }) =>
      [kind, ...(area === 'code' ? [area] : []), ...(side === 'none' ? [] : [side]), severity, path].join(
        ' ',
      ),
    )
    .sort();
}

function cases(
  group: string,
  list: readonly (readonly [string, readonly Edit[], readonly string[]])[],
): readonly Case[] {
  return list.map(([name, edits, want]) => ({ name: `${group}: ${name}`, edits, want }));
}
