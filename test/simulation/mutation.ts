import type { PolicyDeclaration } from '../../runtime/src/contract.js';
import type { Consumer, EntryId } from '../../runtime/src/types.js';
import type { Member } from './member.js';
import type { World } from './world.js';

/** Where a mutation between engine and broker is. */
export interface Place {
  readonly world: World;
  readonly member: Member;
}

/** A batch on its way to the broker. */
export interface Batch {
  readonly entries: readonly (readonly Uint8Array[])[];
  readonly sequence: number;
}

/** What switches a rule off: from outside where a method of the broker ports is enough, else in the engine itself. */
export interface Mutation {
  /** Replaces methods of the consumer that the engine sees, before anything can go wrong with a request. */
  readonly client?: (consumer: Consumer, place: Place) => Partial<Consumer>;
  /** Replaces methods of the consumer in the broker, behind everything that can go wrong on the way. */
  readonly server?: (consumer: Consumer, place: Place) => Partial<Consumer>;
  /** Replaces a batch, each time that it is sent. */
  readonly batch?: (batch: Batch) => Batch;
  /** Replaces the policy that the engine is told; judged is by the plan's. */
  readonly policy?: (policy: PolicyDeclaration) => PolicyDeclaration;
  /** Changes the engine's own code; gives a function that undoes it. */
  readonly patch?: () => () => void;
}

/** The consumer with some of its methods replaced. */
export function replaced(consumer: Consumer, methods: Partial<Consumer> | undefined): Consumer {
  if (methods === undefined) return consumer;
  return new Proxy(consumer, {
    get(target, name) {
      const own = methods[name as keyof Consumer];
      if (own !== undefined) return own;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

/** Replaces a method or a getter of a class; gives a function that puts the old one back. */
export function patched<T extends object, K extends keyof T & string>(
  prototype: T,
  name: K,
  replacement: (original: T[K]) => T[K],
): () => void {
  const original = Object.getOwnPropertyDescriptor(prototype, name);
  if (original === undefined) throw new Error(`there is no ${name} to replace`);
  Object.defineProperty(prototype, name, {
    ...original,
    ...(original.get === undefined
      ? { value: replacement(original.value as T[K]) }
      : { get: () => replacement(undefined as T[K]) }),
  });
  return () => Object.defineProperty(prototype, name, original);
}

/** What a bare XCLAIM does: takes an entry from whoever has it. */
export function steal(consumer: Consumer, { world, member }: Place, id: EntryId): void {
  const owner = world.pending().get(id)?.consumer;
  if (owner === undefined || owner === member.host.name) return;
  void consumer.takeOver({ idleMs: 0, count: 1, cursor: id });
}
