/** The thread's side of a call: loads the handler, gives it its message, and tells what came of it. */
import type { MessagePort } from 'node:worker_threads';
import { Line } from './line.js';
import { pack } from './pack.js';
import { threadContext } from './thread-context.js';
import { type Call, type FromThread, type Result, SHARED } from './wire.js';

type AnyFunction = (message: unknown, context: unknown) => unknown;

/** Never rejects, or the pool would have to carry errors; the result goes over the call's own port. */
export async function runCall(call: Call): Promise<void> {
  Atomics.store(call.shared, SHARED.begun, 1);
  const line = new Line(call.port, call.shared, 1 + (call.deliveries?.length ?? 0));
  const result = await resultOf(call, line);
  line.end();
  say(call.port, result);
}

async function resultOf(call: Call, line: Line): Promise<Result> {
  try {
    const handler = await handlerOf(call.module);
    // Time has passed since it was sent: starting the thread, loading the module.
    const context = contextOf(call, line);
    line.signal(0).throwIfAborted();
    return { ok: true, value: await handler(call.input, context) };
  } catch (error) {
    return { ok: false, error: pack(error) };
  }
}

async function handlerOf(module: string): Promise<AnyFunction> {
  const { default: exported } = await import(module);
  // What TypeScript makes of a default export in a CommonJS module.
  const handler = typeof exported === 'function' ? exported : exported?.default;
  if (typeof handler !== 'function')
    throw new TypeError(`${module} does not export a handler as its default`);
  return handler;
}

function contextOf({ facts, deliveries }: Call, line: Line): object {
  const context = threadContext(facts, line, 0);
  if (deliveries === undefined) return context;
  const each = deliveries.map((delivery, i) => threadContext(delivery, line, i + 1));
  return Object.assign(context, { deliveries: each });
}

function say(port: MessagePort, result: Result): void {
  try {
    port.postMessage({ kind: 'end', result } satisfies FromThread);
  } catch (error) {
    // What it returned can't be copied.
    port.postMessage({ kind: 'end', result: { ok: false, error: pack(error) } } satisfies FromThread);
  }
}
