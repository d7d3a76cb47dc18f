import type { BatchContext, BatchOutcome } from '../../../../runtime/src/types.js';
import type { Act, ActContext } from './job.js';

export default async function batch(
  messages: readonly Act[],
  { deliveries, log, publish, signal, ...data }: BatchContext<ActContext>,
): Promise<BatchOutcome | void> {
  log.info({ ...data, ids: deliveries.map(({ id }) => id) }, 'batch');
  await Promise.all(deliveries.map((delivery, i) => delivery.publish.jobs({ n: i })));
  await publish.jobs({ n: -1 });
  for (const [i, delivery] of deliveries.entries()) delivery.log.info({ i }, `message ${messages[i]?.n}`);
  // One message's signal is aborted while the batch runs, and the batch's own is not.
  while (!deliveries[1]?.signal.aborted);
  if (signal.aborted) throw signal.reason;
  return messages.map(({ n }) => (n === 0 ? undefined : { kind: 'retry', delay: n }));
}
