import type { LoadedDocument } from '../document/types.js';
import { EVERYBODY, NOBODY } from './findings.js';
import { either } from './schemas/difference.js';
import type { Breaks } from './types.js';

/** Whose move to the new document is judged: the application's, its peers', or each of them. */
export type Judged = 'application' | 'peer' | 'both';

/** What those who are judged do with the messages of a document's channels. */
export class Roles {
  readonly #messages = new Map<string, Breaks>();
  readonly #channels = new Map<string, Breaks>();
  readonly #judged: Judged;

  constructor(document: LoadedDocument, judged: Judged) {
    this.#judged = judged;
    for (const { action, channelId, messageIds, reply } of document.operations) {
      const own = roleOf(action);
      this.#note(channelId, messageIds, own);
      // Who sends gets the reply, and who receives sends it.
      if (reply?.channelId !== undefined) this.#note(reply.channelId, reply.messageIds, swapped(own));
    }
  }

  /** What is done with a channel; everything that can be, where no operation says. */
  ofChannel(id: string): Breaks {
    return this.#seen(this.#channels.get(id) ?? EVERYBODY);
  }

  ofMessage(channelId: string, messageId: string): Breaks {
    const known = this.#messages.get(JSON.stringify([channelId, messageId]));
    return known === undefined ? this.ofChannel(channelId) : this.#seen(known);
  }

  #note(channelId: string, messageIds: readonly string[], role: Breaks): void {
    this.#channels.set(channelId, either(this.#channels.get(channelId) ?? NOBODY, role));
    for (const id of messageIds) {
      const key = JSON.stringify([channelId, id]);
      this.#messages.set(key, either(this.#messages.get(key) ?? NOBODY, role));
    }
  }

  #seen(role: Breaks): Breaks {
    if (this.#judged === 'both') return EVERYBODY;
    return this.#judged === 'application' ? role : swapped(role);
  }
}

export function roleOf(action: 'send' | 'receive'): Breaks {
  return { sending: action === 'send', receiving: action === 'receive' };
}

export function swapped({ sending, receiving }: Breaks): Breaks {
  return { sending: receiving, receiving: sending };
}
