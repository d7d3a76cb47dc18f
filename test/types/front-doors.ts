/**
 * What the compiler must refuse, and what it must take, of the chat SDK: this file is compiled with everything else
 * (`npm run types`), and an expectation that no longer holds is an error there.
 */
import { memory } from '@fs-gen/runtime';
import { createClient, createWorker, type Handlers } from '../../examples/chat/generated/index.js';

declare const handlers: Handlers;
const client = createClient({ broker: memory() });
const query = { queryId: 'q', conversationId: 'c', text: 't', askedAt: '2026-01-01T00:00:00Z' };

export async function publishing() {
  const { entryId, messageId } = await client.publish.chatQueries(query, { headers: { tenant: 'a' } });
  // Optional fields may be left out or given, never given as undefined.
  await client.publish.chatQueries({ ...query, model: 'small', history: [{ role: 'user', text: 'hi' }] });
  // @ts-expect-error a field is missing
  await client.publish.chatQueries({ queryId: 'q' });
  // @ts-expect-error a field has the wrong type
  await client.publish.chatQueries({ ...query, text: 1 });
  // @ts-expect-error not one of the values
  await client.publish.chatQueries({ ...query, model: 'huge' });
  // @ts-expect-error a misspelt field
  await client.publish.chatQueries({ ...query, modle: 'small' });
  // @ts-expect-error no such channel
  await client.publish.chatQuestions(query);
  // @ts-expect-error headers are strings
  await client.publish.chatQueries(query, { headers: { tenant: 1 } });
  // A union is told apart by its discriminator.
  await client.publish.control({ kind: 'checkpoint', sequence: 1 });
  // @ts-expect-error this kind needs a model
  await client.publish.control({ kind: 'setModel', sequence: 1 });
  return [entryId, messageId];
}

export function working() {
  createWorker({ handlers, policy: { answerQuery: { concurrency: { maxWorkers: 2 } } } });
  // @ts-expect-error no such operation
  createWorker({ handlers, policy: { answerQuestion: {} } });
  // @ts-expect-error a handler is missing
  createWorker({ handlers: { answerQuery: handlers.answerQuery } });
  // @ts-expect-error no handlers at all
  createWorker({});
}

export const typed: Handlers = {
  async answerQuery(message, { publish, signal, attempt, log, headers }) {
    const text: string = message.text;
    const role: 'user' | 'assistant' | undefined = message.history?.[0]?.role;
    // @ts-expect-error not in the contract
    message.answer;
    // @ts-expect-error the application does not send queries
    publish.chatQueries;
    log.info({ role, attempt, tenant: headers.tenant }, text);
    signal.throwIfAborted();
    return { kind: 'retry', delay: 100 };
  },
  applyCommand(command) {
    if (command.kind === 'setModel') {
      const model: 'small' | 'large' = command.model;
      return model === 'large' ? { kind: 'release' } : undefined;
    }
    // @ts-expect-error a checkpoint has no model
    command.model;
    return { kind: 'deadLetter', reason: 'no' };
  },
};

// @ts-expect-error outcomes have a kind that the engine knows
export const wrongOutcome: Handlers['applyCommand'] = () => ({ kind: 'nack' });
