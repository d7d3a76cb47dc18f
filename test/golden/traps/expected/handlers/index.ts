import type { Handlers } from '../generated/index.js';
import { createWorker } from './create-worker.js';
import { index } from './index-handler.js';
import { onArguments } from './on-arguments.js';
import { onDefault } from './on-default.js';
import { onDelete } from './on-delete.js';
import { onÉvénementsÉté } from './on-événements-été.js';
import { ünïcodeHandler } from './ünïcode-handler.js';

/** Pass this to `createWorker`. When the contract gains an operation, the compiler asks for it here. */
export const handlers: Handlers = {
  createWorker,
  index,
  onArguments,
  onDefault,
  onDelete,
  onÉvénementsÉté,
  ünïcodeHandler,
};
