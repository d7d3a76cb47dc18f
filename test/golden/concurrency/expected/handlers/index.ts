import type { Handlers } from '../generated/index.js';
import { auditReadings } from './audit-readings.js';
import { followEvents } from './follow-events.js';
import { onTick } from './on-tick.js';
import { raiseAlarms } from './raise-alarms.js';
import { sendNotice } from './send-notice.js';
import { storeReadings } from './store-readings.js';

/** Pass this to `createWorker`. When the contract gains an operation, the compiler asks for it here. */
export const handlers: Handlers = {
  auditReadings,
  followEvents,
  onTick,
  raiseAlarms,
  sendNotice,
  storeReadings,
};
