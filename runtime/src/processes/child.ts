/**
 * Loaded into every child before anything else. Passes on that it is to end, as the signal that the child's own code
 * waits for: when the supervisor says so, and when the supervisor is gone.
 *
 * Ctrl-C and systemd signal the whole group. The supervisor's word comes on top of that, and a worker takes a second
 * signal as a reason to hurry. So signals are counted here, and only missing ones are made up for.
 */
import { isStopMessage, receiveFacts } from './child-link.js';

/** How long the group's own signal may take, ms. */
const PATIENCE = 200;

const { killAfter } = receiveFacts();
let seen = 0;
let wanted = 0;

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, function count() {
    seen += 1;
    if (process.listenerCount(signal) > 1) return;
    // Nobody else listens: the process ends, as it would without us.
    process.off(signal, count);
    process.kill(process.pid, signal);
  });
}

process.on('message', (message) => {
  if (isStopMessage(message)) makeSure(message.fsStop);
});
process.on('disconnect', () => {
  makeSure(1);
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), killAfter).unref();
});
// None of this keeps a child alive that has nothing else to do.
process.channel?.unref();

function makeSure(times: number): void {
  wanted = Math.max(wanted, times);
  setTimeout(() => {
    if (seen < wanted) process.kill(process.pid, 'SIGTERM');
  }, PATIENCE).unref();
}
