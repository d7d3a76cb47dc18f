import type { Consumer } from '../../runtime/src/types.js';
import type { Member } from './member.js';
import type { World } from './world.js';

/** Where a mutation between engine and broker is. */
export interface Place {
  readonly world: World;
  readonly member: Member;
}

/** One rule of the design, switched off from outside; or none. */
export interface Mutation {
  readonly name: string;
  /** Replaces methods of the consumer that the engine sees, before anything can go wrong with a request. */
  readonly client?: (consumer: Consumer, place: Place) => Partial<Consumer>;
  /** Replaces methods of the consumer in the broker, behind everything that can go wrong on the way. */
  readonly server?: (consumer: Consumer, place: Place) => Partial<Consumer>;
  /** Replaces the number under which a batch is sent. */
  readonly sequence?: (sequence: number) => number;
  /** Changes the engine's own code; gives a function that undoes it. */
  readonly patch?: () => () => void;
}

export const NO_MUTATION: Mutation = { name: 'none' };

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
