import type { Location } from '../../document/types.js';

/**
 * Where the fields of a config are written. A config is code, so this is looked up in its text: it is known as
 * long as every field is written out, and else it is the file that is named.
 */
export class Places {
  readonly #file: string;
  readonly #text: string;

  constructor(file: string, text: string) {
    this.#file = file;
    this.#text = text;
  }

  get start(): Location {
    return { file: this.#file, line: 1, column: 1 };
  }

  /**
   * @param key name of a field
   * @param which it is the how-maniest of that name, from 0
   * @param all how many of that name there are
   */
  ofField(key: string, which: number, all: number): Location {
    const escaped = key.replace(/[$()*+.?[\\\]^{|}]/g, '\\$&');
    const written = new RegExp(`(?<=^|[\\s{,])(["']?)${escaped}\\1\\s*:`, 'g');
    const found = [...this.#text.matchAll(written)];
    const place = found.length === all ? found[which]?.index : undefined;
    return place === undefined ? this.start : this.#at(place);
  }

  #at(offset: number): Location {
    const before = this.#text.slice(0, offset).split('\n');
    return { file: this.#file, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
  }
}
