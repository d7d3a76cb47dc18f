import { setTimeout as sleep } from 'node:timers/promises';
import type { Handlers } from '../generated/index.js';
import type { Session } from '../session.js';

/** Applies one operator command; the next one waits until this one is done. */
export const applyCommand =
  (session: Session): Handlers['applyCommand'] =>
  async (command, context) => {
    // Takes a while, and not always the same: only a serial channel keeps the order.
    await sleep(Math.random() * 40, undefined, { signal: context.signal });
    session.apply(command);
  };
