import type { Handlers } from '../generated/index.js';
import { answerPing } from './answer-ping.js';
import { onQuote } from './on-quote.js';
import { onTicks } from './on-ticks.js';
import { takeOrder } from './take-order.js';

/** Pass this to `createWorker`. When the contract gains an operation, the compiler asks for it here. */
export const handlers: Handlers = { answerPing, onQuote, onTicks, takeOrder };
