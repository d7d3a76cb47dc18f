import { asBuffer } from '../bytes.js';
import type { ConsumerSource, DeadLetterTarget, EntryId } from '../types.js';
import type { Connection } from './connection.js';
import { besides } from './keys.js';

/** More values than this don't fit on Lua's stack at once. */
export const WIDEST = 4_000;

/** How long a copy is remembered, ms, until its entry is acknowledged, and after that. */
const UNTIL_SETTLED = 30 * 24 * 3_600_000;
const ONCE_SETTLED = 60_000;

/**
 * An entry's dead letter where no script can write it and acknowledge the entry in one step, because the streams lie in
 * different slots of a Cluster or the entry has more fields than Lua passes on. What was written is remembered beside the
 * dead letters by the entry's id, so that whoever takes the entry over after a death in between writes no second one.
 */
export class DeadLetterCopy {
  readonly #commands: Connection;
  readonly #target: DeadLetterTarget;
  readonly #memory: string;

  constructor(
    commands: Connection,
    target: DeadLetterTarget,
    { stream, group, id }: Pick<ConsumerSource, 'stream' | 'group'> & { readonly id: EntryId },
  ) {
    this.#commands = commands;
    this.#target = target;
    this.#memory = besides(target.stream, `copied:${stream}:${group}:${id}`);
  }

  async write(fields: readonly Uint8Array[]): Promise<void> {
    const { stream, keep } = this.#target;
    const values = fields.map(asBuffer);
    if (fields.length <= WIDEST) {
      const keys = [stream, this.#memory];
      await this.#commands.script('fsDeadLetterInto', keys, UNTIL_SETTLED, keep ?? -1, ...values);
      return;
    }
    // No script takes it. A process that dies before it has remembered leaves a second copy, and none is lost.
    if ((await this.#commands.call('GET', this.#memory)) !== null) return;
    const trim = keep === undefined ? [] : ['MINID', '=', Math.max(0, Date.now() - keep)];
    await this.#commands.call('XADD', stream, ...trim, '*', ...values);
    await this.#commands.call('SET', this.#memory, 1, 'PX', UNTIL_SETTLED);
  }

  /** When the entry has been acknowledged: whoever held it before has asked by then. */
  async forget(): Promise<void> {
    await this.#commands.call('SET', this.#memory, 1, 'PX', ONCE_SETTLED);
  }
}
