import type { Handlers } from '../generated/index.js';
import { onAudit } from './on-audit.js';
import { onJob } from './on-job.js';
import { onOrder } from './on-order.js';
import { onPayment } from './on-payment.js';
import { onPlacedOnly } from './on-placed-only.js';
import { onReply } from './on-reply.js';

/** Pass this to `createWorker`. When the contract gains an operation, the compiler asks for it here. */
export const handlers: Handlers = { onAudit, onJob, onOrder, onPayment, onPlacedOnly, onReply };
