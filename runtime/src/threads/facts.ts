import type { AnyContext, BatchContext } from '../types.js';
import type { Facts } from './wire.js';

/** What a handler is called with: the context of a message, or that of a batch. */
export type AnyHandled = AnyContext | BatchContext<AnyContext>;

/** Everything of a context that is data, for the thread to make a context of its own from. */
export function factsOf(context: AnyHandled): Facts {
  const { channel, stream, message, key, parameters } = context;
  const common = { channel, stream, message, key, parameters };
  const publishes = namesOf(context.publish);
  if (isBatch(context)) return { data: common, headers: undefined, publishes, replies: false };
  const { id, entryId, attempt, headers } = context;
  return {
    data: { ...common, id, entryId, attempt },
    headers: { ...headers },
    publishes,
    replies: typeof context.reply === 'function',
  };
}

/** The context that a handler was called with; of a batch, then those of its messages. */
export function contextsOf(context: AnyHandled): readonly AnyHandled[] {
  return isBatch(context) ? [context, ...context.deliveries] : [context];
}

export function isBatch(context: AnyHandled): context is BatchContext<AnyContext> {
  return 'deliveries' in context;
}

function namesOf(publish: unknown): readonly string[] | undefined {
  return typeof publish === 'object' && publish !== null ? Object.keys(publish) : undefined;
}
