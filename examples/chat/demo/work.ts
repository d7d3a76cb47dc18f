import type { ChatQuery, ControlCommand } from '../generated/index.js';

const TOPICS = [
  'a sonnet about queues',
  'why the sky is blue',
  'a plan for Sunday',
  'the rules of chess',
  'a pun',
];

/** What the client sends: as many questions as asked for, of several users at once. */
export function questions(count: number): ChatQuery[] {
  return Array.from({ length: count }, (_, i) => ({
    queryId: `query-${i + 1}`,
    conversationId: `conversation-${(i % 8) + 1}`,
    text: `Tell me ${TOPICS[i % TOPICS.length]}.`,
    model: i % 3 === 0 ? 'large' : 'small',
    askedAt: new Date().toISOString(),
  }));
}

/** The steps of an operator's session, counted, so that a gap or a step back would show. */
export function commands(count: number): ControlCommand[] {
  return Array.from({ length: count }, (_, i) =>
    i % 2 === 0
      ? { kind: 'setModel', sequence: i + 1, model: i % 4 === 0 ? 'large' : 'small' }
      : { kind: 'checkpoint', sequence: i + 1 },
  );
}
