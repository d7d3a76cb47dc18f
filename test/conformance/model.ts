/** Commands at random, run on the in-process broker and on Redis side by side. */
import { isDeepStrictEqual } from 'node:util';
import { expect } from 'vitest';
import { isFsError } from '../../runtime/src/errors.js';
import type { Consumer, Entry, EntryId, TakeOver } from '../../runtime/src/types.js';
import { GROUP, LONG, type Subject } from './bench.js';
import { CONSUMERS, type Command } from './commands.js';

function nobodysId(number: number): EntryId {
  return `1-${number + 1}`;
}

/** One side of a lane: a broker with a stream of its own, whose results are told in numbers instead of ids. */
class Side {
  readonly #subject: Subject;
  readonly #stream: string;
  #consumers: Consumer[] = [];
  #ids: EntryId[] = [];
  #cursor: EntryId = '0-0';
  #deletions = 0;
  #token = 0;

  constructor(subject: Subject, stream: string) {
    this.#subject = subject;
    this.#stream = stream;
  }

  async open(): Promise<void> {
    for (let i = 0; i < CONSUMERS; i++) {
      const source = {
        stream: this.#stream,
        group: GROUP,
        consumer: `c${i}`,
        startFrom: 'beginning',
      } as const;
      this.#consumers.push(await this.#subject.broker.consume(source));
    }
  }

  async reset(): Promise<void> {
    await this.#subject.deleteStream(this.#dead);
    await this.#subject.deleteStream(this.#stream);
    await this.#remakeGroup();
    this.#ids = [];
    this.#cursor = '0-0';
    this.#deletions = 0;
    await Promise.all(this.#consumers.map((consumer) => consumer.disown()));
  }

  async run(command: Command): Promise<unknown> {
    switch (command.kind) {
      case 'append':
        for (let i = 0; i < command.count; i++) {
          const value = Buffer.from(String(this.#ids.length));
          this.#ids.push(await this.#subject.broker.append(this.#stream, [Buffer.from('v'), value]));
        }
        return undefined;
      case 'read':
        return this.#told(await this.#consumer(command.who).read(command.count, 0));
      case 'take':
        return this.#asOwner(async () => this.#told(await this.#consumer(command.who).take(command.count)));
      case 'own':
        // Tokens begin where they may: how they change is what counts.
        return this.#grown(await this.#consumer(command.who).own(LONG));
      case 'disown':
        return this.#consumer(command.who).disown();
      case 'drain':
        return this.#asOwner(() => this.#drain(command));
      case 'ack':
        return this.#consumer(command.who).ack(this.#named(command.entries));
      case 'renew':
        return this.#numbers(await this.#consumer(command.who).renew(this.#named(command.entries)));
      case 'stranded':
        return this.#told(
          await this.#consumer(command.who).stranded(new Set(this.#named(command.entries)), 3),
        );
      case 'recordAttempt':
        return this.#consumer(command.who).recordAttempt(this.#id(command.entry), command.attempt);
      case 'handBack': {
        const { deliveries } = command;
        return this.#consumer(command.who).handBack(
          this.#named(command.entries).map((id) => ({ id, deliveries })),
        );
      }
      case 'takeOver':
        return this.#takeOver(command);
      case 'deadLetter': {
        const fields = [Buffer.from('v'), Buffer.from(`dead ${command.entry}`)];
        return this.#consumer(command.who).deadLetter(
          this.#id(command.entry),
          { stream: this.#dead, keep: undefined },
          fields,
        );
      }
      case 'drop':
        return this.#consumer(command.who).drop(this.#id(command.entry));
      case 'fetch': {
        const fields = await this.#consumer(command.who).fetch(this.#id(command.entry));
        return fields?.map((bytes) => Buffer.from(bytes).toString()) ?? null;
      }
      case 'tidy': {
        const trimAfter = command.trim ? 0 : undefined;
        const { trimmed } = await this.#consumer(command.who).tidy({ trimAfter, consumerIdle: LONG });
        if (trimmed > 0) this.#deletions += 1;
        return trimmed;
      }
      case 'deleteEntry':
        this.#deletions += 1;
        return this.#subject.deleteEntry(this.#stream, this.#id(command.entry));
      case 'inspect': {
        const { length, pending, lag } = await this.#consumer(command.who).inspect();
        // Once something was deleted, Redis tells no lag or a wrong one.
        return { length, pending, lag: this.#deletions > 0 ? undefined : lag };
      }
      case 'destroyGroup':
        await this.#subject.destroyGroup(this.#stream, GROUP);
        return this.#remakeGroup();
      case 'deleteStream':
        await this.#subject.deleteStream(this.#stream);
        // A stream made anew within the same millisecond gives the same ids again, now or never by chance.
        this.#ids = this.#ids.map((_, number) => nobodysId(number));
        return this.#remakeGroup();
      default:
        throw command satisfies never;
    }
  }

  /** Everything that is left, for comparing at the end. */
  async rest(): Promise<unknown> {
    const pending = await this.#subject.pending(this.#stream, GROUP);
    const left = await this.#subject.entries(this.#stream);
    const dead = await this.#subject.entries(this.#dead);
    return {
      pending: pending.map(({ id, consumer, idleMs, deliveries }) => ({
        entry: this.#number(id),
        consumer,
        deliveries,
        handedBack: idleMs >= LONG,
      })),
      left: left.map(({ id }) => this.#number(id)),
      dead: dead.map(({ fields }) => Buffer.from(fields[1] ?? []).toString()),
    };
  }

  get #dead(): string {
    return `${this.#stream}.dead`;
  }

  /** A lag is only told by a group that began with its stream. */
  async #remakeGroup(): Promise<void> {
    await this.#consumer(0).stranded(new Set(), 1);
    this.#deletions += 1;
  }

  async #takeOver(command: Extract<Command, { kind: 'takeOver' }>): Promise<unknown> {
    const taken: TakeOver = await this.#consumer(command.who).takeOver({
      idleMs: command.stale ? LONG : 0,
      count: command.count,
      cursor: command.goOn ? this.#cursor : '0-0',
    });
    return this.#tookOver(taken);
  }

  async #drain(command: Extract<Command, { kind: 'drain' }>): Promise<unknown> {
    const { who, count, goOn } = command;
    const known = new Set(this.#named(command.known));
    return this.#tookOver(
      await this.#consumer(who).drain({ count, cursor: goOn ? this.#cursor : '0-0', known }),
    );
  }

  #tookOver({ entries, deleted, cursor }: TakeOver): unknown {
    this.#cursor = cursor;
    return {
      entries: this.#told(entries),
      deleted: this.#numbers(deleted),
      cursor: cursor === '0-0' ? 'through' : this.#number(cursor),
    };
  }

  async #asOwner(ask: () => Promise<unknown>): Promise<unknown> {
    return ask().catch((error: unknown) => {
      if (isFsError(error, 'FS_NOT_OWNER')) return error.code;
      throw error;
    });
  }

  #grown(token: number | undefined): string {
    if (token === undefined) return 'refused';
    const grown = token > this.#token ? 'grown' : 'the same';
    this.#token = token;
    return grown;
  }

  #consumer(index: number): Consumer {
    const consumer = this.#consumers[index];
    if (consumer === undefined) throw new Error('the side is not open');
    return consumer;
  }

  #id(number: number): EntryId {
    return this.#ids[number] ?? nobodysId(number);
  }

  #named(numbers: readonly number[]): EntryId[] {
    return numbers.map((number) => this.#id(number));
  }

  #number(id: EntryId): number | string {
    const index = this.#ids.lastIndexOf(id);
    return index === -1 ? `unknown ${id}` : index;
  }

  #numbers(ids: readonly EntryId[]): (number | string)[] {
    return ids.map((id) => this.#number(id));
  }

  #told(entries: readonly Entry[]): unknown[] {
    return entries.map(({ id, fields, deliveries }) => ({
      entry: this.#number(id),
      deliveries,
      value: fields === null ? null : Buffer.from(fields[1] ?? []).toString(),
    }));
  }
}

/** A stream on each of the two brokers, for one sequence after the other. */
export class Lane {
  readonly #model: Side;
  readonly #real: Side;

  constructor(model: Subject, real: Subject, name: string) {
    this.#model = new Side(model, name);
    this.#real = new Side(real, name);
  }

  async open(): Promise<void> {
    await Promise.all([this.#model.open(), this.#real.open()]);
  }

  async compare(commands: readonly Command[]): Promise<void> {
    await Promise.all([this.#model.reset(), this.#real.reset()]);
    for (const [step, command] of commands.entries()) {
      const [expected, actual] = await Promise.all([this.#model.run(command), this.#real.run(command)]);
      // The assertion costs more than the commands; it is there to print the difference.
      if (isDeepStrictEqual(actual, expected)) continue;
      expect(actual, `step ${step}: ${JSON.stringify(command)}`).toEqual(expected);
    }
    const [expected, actual] = await Promise.all([this.#model.rest(), this.#real.rest()]);
    if (!isDeepStrictEqual(actual, expected)) expect(actual, 'in the end').toEqual(expected);
  }
}
