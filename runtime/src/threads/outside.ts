import type { MessagePort } from 'node:worker_threads';
import type { AnyContext } from '../types.js';
import type { AnyHandled } from './facts.js';
import { pack, unpack, unpackFields } from './pack.js';
import { type ContextNumber, type FromThread, type Result, SHARED, type ToThread } from './wire.js';

type Publication = FromThread & { readonly kind: 'publish' };
type Publisher = (message: unknown, options: object) => Promise<unknown>;

/**
 * The outer end of a call's port: tells the thread what is aborted, and does here what its handler asks for. `result`
 * resolves with the last word of the call; never, if the thread ends before it has said it.
 */
export class Outside {
  readonly result: Promise<Result>;
  readonly #port: MessagePort;
  readonly #shared: Int32Array;
  readonly #contexts: readonly AnyHandled[];
  readonly #withdrawals = new Map<number, AbortController>();
  readonly #forget: (() => void)[] = [];
  #unanswered = 0;
  #ended = false;
  #resolve: (result: Result) => void = () => {};

  constructor(port: MessagePort, shared: Int32Array, contexts: readonly AnyHandled[]) {
    this.#port = port;
    this.#shared = shared;
    this.#contexts = contexts;
    this.result = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    port.on('message', (message: FromThread) => this.#heard(message));
    for (const [of, { signal }] of contexts.entries()) this.#forward(signal, of);
  }

  /** The call is over. What the handler has published is still seen through. */
  end(): void {
    this.#ended = true;
    for (const forget of this.#forget) forget();
    this.#closeIfDone();
  }

  #forward(signal: AbortSignal, of: ContextNumber): void {
    const tell = () => {
      this.#tell({ kind: 'abort', of, reason: pack(signal.reason) });
      Atomics.add(this.#shared, SHARED.aborts, 1);
    };
    if (signal.aborted) tell();
    else signal.addEventListener('abort', tell, { once: true });
    this.#forget.push(() => signal.removeEventListener('abort', tell));
  }

  #heard(message: FromThread): void {
    switch (message.kind) {
      case 'log':
        this.#contexts[message.of]?.log[message.level](unpackFields(message.fields), message.message);
        return;
      case 'publish':
        void this.#publish(message);
        return;
      case 'withdraw':
        this.#withdrawals.get(message.request)?.abort(unpack(message.reason));
        return;
      case 'end':
        this.#resolve(message.result);
        return;
      default:
        message satisfies never;
    }
  }

  async #publish(asked: Publication): Promise<void> {
    this.#unanswered += 1;
    const result = await this.#resultOf(asked);
    this.#unanswered -= 1;
    this.#withdrawals.delete(asked.request);
    this.#tell({ kind: 'answer', request: asked.request, result });
    this.#closeIfDone();
  }

  async #resultOf({ of, request, channel, message, options, withdrawable }: Publication): Promise<Result> {
    try {
      const publish = publisherOf(this.#contexts[of], channel);
      return {
        ok: true,
        value: await publish(message, { ...options, ...(withdrawable && this.#signal(request)) }),
      };
    } catch (error) {
      return { ok: false, error: pack(error) };
    }
  }

  #signal(request: number): { readonly signal: AbortSignal } {
    const controller = new AbortController();
    this.#withdrawals.set(request, controller);
    return { signal: controller.signal };
  }

  #tell(message: ToThread): void {
    this.#port.postMessage(message);
  }

  #closeIfDone(): void {
    if (this.#ended && this.#unanswered === 0) this.#port.close();
  }
}

/** The thread knows only names that this context has told it. */
function publisherOf(context: AnyHandled | undefined, channel: string | undefined): Publisher {
  const { publish, reply } = (context ?? {}) as Partial<AnyContext>;
  return (channel === undefined ? reply : (publish as Record<string, unknown>)[channel]) as Publisher;
}
