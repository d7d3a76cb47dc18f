/** Fails a test that leaves a connection or a timer behind. */
import type { Redis } from 'ioredis';
import { eventually } from './eventually.js';

/** What keeps a process alive and belongs to the code under test; pipes and the like are the test runner's. */
const LEAKS = new Set(['Timeout', 'Immediate', 'TCPSocketWrap', 'TCPServerWrap', 'ProcessWrap']);

/**
 * Notes what is open now; the function that it gives waits until no more is, and fails if that doesn't
 * happen.
 *
 *     const noLeaks = watchResources();
 *     …
 *     await noLeaks();
 */
export function watchResources(): () => Promise<void> {
  const before = openResources();
  return async () => {
    let left: string[] = [];
    await eventually(() => {
      left = beyond(openResources(), before);
      return left.length === 0 ? true : undefined;
    }, 'timers and sockets are closed').catch((error) => {
      throw new Error(`left behind: ${left.join(', ')}`, { cause: error });
    });
  };
}

/** The same for connections to a server, counted by the server itself. `observer` is not among them. */
export async function watchConnections(observer: Redis): Promise<() => Promise<void>> {
  const before = await connectionCount(observer);
  return async () => {
    let now = before;
    await eventually(async () => {
      now = await connectionCount(observer);
      return now <= before ? true : undefined;
    }, 'connections are closed').catch((error) => {
      throw new Error(`${now - before} connections left open`, { cause: error });
    });
  };
}

async function connectionCount(observer: Redis): Promise<number> {
  const clients = String(await observer.call('CLIENT', 'LIST'));
  return clients.trim().split('\n').length;
}

function openResources(): string[] {
  return process.getActiveResourcesInfo().filter((kind) => LEAKS.has(kind));
}

function beyond(now: readonly string[], before: readonly string[]): string[] {
  const left = [...now];
  for (const kind of before) {
    const index = left.indexOf(kind);
    if (index !== -1) left.splice(index, 1);
  }
  return left;
}
