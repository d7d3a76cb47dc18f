import type { Contract } from '../contract.js';
import type { Broker } from '../types.js';
import { type PublisherOptions, PublisherSet } from './publisher.js';

/** Publishes from outside a worker. */
export class Client<Publishers> {
  /** One publisher for each channel of the contract; one for each message where a channel has several. */
  readonly publish: Publishers;
  readonly #broker: Broker;
  readonly #ownsBroker: boolean;
  readonly #publishers: PublisherSet;

  /** @param options `ownsBroker`: whether the client opened the broker itself and must close it */
  constructor(
    contract: Pick<Contract, 'channels'>,
    options: PublisherOptions & { readonly ownsBroker: boolean },
  ) {
    this.#broker = options.broker;
    this.#ownsBroker = options.ownsBroker;
    this.#publishers = new PublisherSet(contract.channels, options);
    // The generated interface says of which type each is; here only names and schemas are left.
    this.publish = this.#publishers.all() as Publishers;
  }

  /**
   * Connects now instead of with the first message, to find out early.
   *
   * @throws FsError `FS_BROKER_UNREACHABLE`, `FS_BROKER_AUTH`
   */
  start(): Promise<void> {
    return this.#broker.start();
  }

  /** Waits for what was published, then closes the connection that the client opened itself. */
  async close(): Promise<void> {
    await this.#publishers.drained();
    if (this.#ownsBroker) await this.#broker.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}
