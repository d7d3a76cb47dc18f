/** A process of `scaling`: works channels until it is told to stop, and says what it has done. */
import { setTimeout as sleep } from 'node:timers/promises';
import { silentLogger } from '@fs-gen/runtime';
import { openWorker } from '@fs-gen/runtime/codegen/v1';
import { type Shape, scalingContract } from './scaling-contract.js';

const { url, shape } = JSON.parse(process.argv[2] ?? '') as { url: string; shape: Shape };
const contract = scalingContract(shape);
const handle = async () => {
  if (shape.handlerMs > 0) await sleep(shape.handlerMs);
};
const worker = openWorker(contract, {
  redis: url,
  logger: silentLogger,
  handlers: Object.fromEntries(Object.keys(contract.operations).map((name) => [name, handle])),
});
let acked = 0;
worker.on('acked', () => {
  acked += 1;
});
process.on('message', async (told) => {
  if (told === 'go') worker.resume();
  if (told === 'count') process.send?.({ acked });
  if (told === 'stop') {
    await worker.stop();
    process.disconnect();
  }
});
await worker.start();
worker.pause();
process.send?.('ready');
