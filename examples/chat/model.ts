import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ChatQuery } from './generated/index.js';

export interface Answer {
  readonly text: string;
  readonly model: 'small' | 'large';
  readonly usage: { readonly promptTokens: number; readonly completionTokens: number };
}

/** What the service needs of a language model. */
export interface LanguageModel {
  answer(query: ChatQuery, signal: AbortSignal): Promise<Answer>;
}

/**
 * Stands in for a language model: most answers are quick, some take long, from 200 ms to 2 s. The same
 * question always takes the same time, so that two runs do the same work.
 */
export function simulatedModel(speedUp = 1): LanguageModel {
  return {
    async answer(query, signal) {
      await sleep(thinkingTime(query.queryId) / speedUp, undefined, { signal });
      const text = `You asked: ${query.text}`;
      const usage = { promptTokens: countTokens(query.text), completionTokens: countTokens(text) };
      return { text, model: query.model ?? 'small', usage };
    },
  };
}

const QUICKEST = 200;
const SLOWEST = 2_000;

/** Milliseconds, spread evenly on a logarithmic scale. */
function thinkingTime(queryId: string): number {
  const share = createHash('sha256').update(queryId).digest().readUInt32BE(0) / 2 ** 32;
  return QUICKEST * (SLOWEST / QUICKEST) ** share;
}

function countTokens(text: string): number {
  return Math.ceil(text.length / 4);
}
