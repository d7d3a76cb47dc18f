/** A payload that travels as neither JSON nor text. */
import { expect, test } from 'vitest';
import { channelOf, documentOf, messageOf, operationOf } from '../model/document.js';
import { render } from './render.js';

test('is Uint8Array to handlers and publishers, and nothing else passes', () => {
  const message = messageOf('m', undefined, { contentType: 'avro/binary', binary: true });
  const files = render(
    documentOf({
      channels: [channelOf('in', { messages: [message] }), channelOf('out', { messages: [message] })],
      operations: [
        operationOf('take', 'receive', 'in', { messageIds: ['m'] }),
        operationOf('give', 'send', 'out', { messageIds: ['m'] }),
      ],
    }),
  );
  const text = (name: string) => files.find(({ path }) => path === name)?.text ?? '';
  expect(text('channels.ts')).toContain('payload: z.instanceof(Uint8Array)');
  expect(text('handlers.ts')).toContain('Uint8Array');
  expect(text('publishers.ts')).toContain('Uint8Array');
});
