/**
 * Waits for the process to be told to end. Keeps the process alive while it waits, even where nothing else
 * would (the in-process broker has no sockets).
 */
export function untilSignal(signals: readonly NodeJS.Signals[], abort?: AbortSignal) {
  const told: ((reason: string) => void)[] = [];
  const first = new Promise<string>((resolve) => told.push(resolve));
  const second = new Promise<string>((resolve) => told.push(resolve));
  const listener = (signal: NodeJS.Signals) => told.shift()?.(`received ${signal}`);
  const onAbort = () => told.shift()?.('the signal was aborted');
  for (const signal of signals) process.on(signal, listener);
  abort?.addEventListener('abort', onAbort, { once: true });
  if (abort?.aborted) onAbort();
  const alive = setInterval(() => {}, 2 ** 30);
  return {
    first,
    second,
    dispose() {
      clearInterval(alive);
      for (const signal of signals) process.off(signal, listener);
      abort?.removeEventListener('abort', onAbort);
    },
  };
}
