/** Who owns a stream in one group. */
export class Ownership {
  #consumer: string | undefined;
  #until = 0;
  #token = 0;

  /** Becomes or remains the owner; gives the token, `undefined` while another one's lease goes on. */
  own(consumer: string, leaseMs: number, now: number): number | undefined {
    const live = this.#consumer !== undefined && now < this.#until;
    if (live && this.#consumer !== consumer) return undefined;
    if (!live) this.#token += 1;
    this.#consumer = consumer;
    this.#until = now + leaseMs;
    return this.#token;
  }

  disown(consumer: string, token: number): void {
    if (this.#consumer === consumer && this.#token === token) this.#consumer = undefined;
  }

  isOwner(token: number, now: number): boolean {
    return this.#consumer !== undefined && this.#token === token && now < this.#until;
  }
}
