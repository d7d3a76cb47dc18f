import type { Handlers } from '../generated/index.js';
import { handleOrdersCreated } from './handle-orders-created.js';
import { onLog } from './on-log.js';
import { sendInvoices } from './send-invoices.js';

/** Pass this to `createWorker`. When the contract gains an operation, the compiler asks for it here. */
export const handlers: Handlers = { handleOrdersCreated, onLog, sendInvoices };
