/** What may stand in a chain, in one at a time. */
export class Link<N> {
  before: N | undefined;
  after: N | undefined;
  chained = false;
}

/** First in, first out, where whatever is inside can leave in constant time; each only once inside. */
export class Chain<N extends Link<N>> {
  #first: N | undefined;
  #last: N | undefined;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get first(): N | undefined {
    return this.#first;
  }

  /** To the end; one that is inside already keeps its place. */
  push(link: N): void {
    if (link.chained) return;
    link.chained = true;
    link.before = this.#last;
    if (this.#last === undefined) this.#first = link;
    else this.#last.after = link;
    this.#last = link;
    this.#size += 1;
  }

  remove(link: N): void {
    if (!link.chained) return;
    if (link.before === undefined) this.#first = link.after;
    else link.before.after = link.after;
    if (link.after === undefined) this.#last = link.before;
    else link.after.before = link.before;
    link.before = undefined;
    link.after = undefined;
    link.chained = false;
    this.#size -= 1;
  }
}
