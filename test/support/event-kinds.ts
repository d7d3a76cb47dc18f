import type { EventKind } from '../../runtime/src/events.js';

/** Every kind of event of the engine; the compiler asks for one that is missing. */
export const EVENT_KINDS = Object.keys({
  'worker-started': 0,
  'worker-stopping': 0,
  'worker-stopped': 0,
  subscribed: 0,
  'group-created': 0,
  disconnected: 0,
  reconnected: 0,
  'broker-failed': 0,
  received: 0,
  'taken-over': 0,
  'handed-back': 0,
  'entries-lost': 0,
  trimmed: 0,
  'consumers-removed': 0,
  ignored: 0,
  'handler-started': 0,
  'handler-succeeded': 0,
  'handler-failed': 0,
  acked: 0,
  'retry-scheduled': 0,
  'dead-lettered': 0,
  released: 0,
  'lease-lost': 0,
} satisfies Record<EventKind, 0>) as EventKind[];
