import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import { FsError } from '../errors.js';
import { pack, unpack } from './pack.js';
import { type ContextNumber, type FromThread, type Result, SHARED, type ToThread } from './wire.js';

interface Waiting {
  resolve(value: unknown): void;
  reject(error: unknown): void;
  /** Takes the listener off the signal that was given with it. */
  forget(): void;
}

/** The thread's end of a call's port: signals that are aborted outside, requests that are carried out there. */
export class Line {
  readonly #port: MessagePort;
  readonly #shared: Int32Array;
  readonly #controllers: readonly AbortController[];
  readonly #signals: readonly AbortSignal[];
  readonly #waiting = new Map<number, Waiting>();
  #seen = 0;
  #requests = 0;
  #ended = false;

  constructor(port: MessagePort, shared: Int32Array, contexts: number) {
    this.#port = port;
    this.#shared = shared;
    this.#controllers = Array.from({ length: contexts }, () => new AbortController());
    this.#signals = this.#controllers.map((controller) => attentive(controller.signal, () => this.#look()));
    port.on('message', (message: ToThread) => this.#heard(message));
  }

  signal(of: ContextNumber): AbortSignal {
    const signal = this.#signals[of];
    if (signal === undefined) throw new RangeError(`There is no context ${of}`);
    return signal;
  }

  tell(message: FromThread): void {
    if (!this.#ended) this.#port.postMessage(message);
  }

  /** Has something published outside; settles as it does there. */
  publish(
    of: ContextNumber,
    channel: string | undefined,
    message: unknown,
    given?: Readonly<Record<string, unknown>> & { readonly signal?: AbortSignal },
  ): Promise<unknown> {
    if (this.#ended) {
      const hint = 'Await what a handler publishes before it returns.';
      return Promise.reject(
        new FsError('FS_BROKER_CLOSED', 'The handler had ended before this call', { hint }),
      );
    }
    const { signal, ...options } = given ?? {};
    if (signal?.aborted) return Promise.reject(signal.reason);
    const withdrawable = signal !== undefined;
    const request = this.#requests++;
    return new Promise((resolve, reject) => {
      this.tell({ kind: 'publish', of, request, channel, message, options, withdrawable });
      const withdraw = () => this.tell({ kind: 'withdraw', request, reason: pack(signal?.reason) });
      signal?.addEventListener('abort', withdraw, { once: true });
      this.#waiting.set(request, {
        resolve,
        reject,
        forget: () => signal?.removeEventListener('abort', withdraw),
      });
    });
  }

  /** Nothing more is said; answers are still heard. */
  end(): void {
    this.#ended = true;
  }

  /** Hears what is there now, even in the middle of a handler that never yields. */
  #look(): void {
    if (Atomics.load(this.#shared, SHARED.aborts) === this.#seen) return;
    for (;;) {
      const received = receiveMessageOnPort(this.#port);
      if (received === undefined) return;
      this.#heard(received.message);
    }
  }

  #heard(message: ToThread): void {
    switch (message.kind) {
      case 'abort':
        this.#seen += 1;
        this.#controllers[message.of]?.abort(unpack(message.reason));
        return;
      case 'answer':
        this.#answer(message.request, message.result);
        return;
      default:
        message satisfies never;
    }
  }

  #answer(request: number, result: Result): void {
    const waiting = this.#waiting.get(request);
    if (waiting === undefined) return;
    this.#waiting.delete(request);
    waiting.forget();
    if (result.ok) waiting.resolve(result.value);
    else waiting.reject(unpack(result.error));
  }
}

/** A signal that looks before it says that it was not aborted: events reach only those who yield. */
function attentive(signal: AbortSignal, look: () => void): AbortSignal {
  const inherited = (name: 'aborted' | 'reason') => {
    const get = Object.getOwnPropertyDescriptor(AbortSignal.prototype, name)?.get;
    return {
      get() {
        look();
        return get?.call(signal);
      },
    };
  };
  return Object.defineProperties(signal, {
    aborted: inherited('aborted'),
    reason: inherited('reason'),
    throwIfAborted: {
      value() {
        if (signal.aborted) throw signal.reason;
      },
    },
  });
}
