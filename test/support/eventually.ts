/** Waiting for what can't be signalled, such as Redis's own clock. */
import { setTimeout as sleep } from 'node:timers/promises';

/** For what hangs, not for what is slow: a busy machine may take many times as long as an idle one. */
const PATIENCE_MS = 20_000;

/** Asks again every few milliseconds until the answer is there; fails after `timeoutMs`. */
export async function eventually<T>(
  ask: () => Promise<T | undefined> | T | undefined,
  what: string,
  timeoutMs = PATIENCE_MS,
): Promise<T> {
  const end = performance.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (performance.now() > end) throw new Error(`${what}: not within ${timeoutMs} ms`);
    await sleep(2);
  }
}
