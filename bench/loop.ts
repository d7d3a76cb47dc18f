import { Redis } from 'ioredis';

/**
 * The least code that could work a stream with a bound: XREADGROUP for as many as are free, one XACK per message.
 * Gives the milliseconds from the first read to the last acknowledgement. What it reaches in the same run is the measure of everything else.
 */
export async function bareLoop(
  url: string,
  stream: string,
  workers: number,
  ms: number,
  total: number,
): Promise<number> {
  const reader = new Redis(url);
  const commands = new Redis(url, { enableAutoPipelining: true });
  await commands.xgroup('CREATE', stream, 'loop', '0', 'MKSTREAM');
  const started = performance.now();
  let done = 0;
  let free = workers;
  let wake = () => {};
  while (done + (workers - free) < total) {
    const count = free;
    const reply = await reader.xreadgroup(
      'GROUP',
      'loop',
      'c',
      'COUNT',
      count,
      'BLOCK',
      100,
      'STREAMS',
      stream,
      '>',
    );
    for (const [id] of (reply as [string, [string, string[]][]][] | null)?.[0]?.[1] ?? []) {
      free -= 1;
      setTimeout(() => {
        free += 1;
        done += 1;
        void commands.xack(stream, 'loop', id);
        wake();
      }, ms);
    }
    while (free === 0) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  }
  while (done < total) {
    await new Promise<void>((resolve) => {
      wake = resolve;
    });
  }
  await commands.ping();
  const took = performance.now() - started;
  reader.disconnect();
  commands.disconnect();
  return took;
}
