import type {
  Coordination,
  GroupView,
  MeetRequest,
  PermitGrant,
  PermitRequest,
  Steering,
} from '../../runtime/src/types.js';
import type { Wire } from './wire.js';

/** What a group knows of itself, at the end of a wire. */
export class SimulatedCoordination implements Coordination {
  readonly #wire: Wire;
  readonly #inner: Coordination;
  /** Permits whose grant nobody heard of: as on Redis, the next request says that they are not held. */
  #unheard = 0;
  #asking: Promise<unknown> = Promise.resolve();

  constructor(wire: Wire, inner: Coordination) {
    this.#wire = wire;
    this.#inner = inner;
  }

  meet(request: MeetRequest): Promise<GroupView> {
    return this.#wire.request({ name: 'meet', execute: () => this.#inner.meet(request) });
  }

  look(): Promise<GroupView> {
    return this.#wire.request({ name: 'look', execute: () => this.#inner.look() });
  }

  leave(): Promise<void> {
    return this.#wire.request({ name: 'leave', execute: () => this.#inner.leave() });
  }

  steer(change: Partial<Steering>): Promise<Steering> {
    return this.#wire.request({ name: 'steer', execute: () => this.#inner.steer(change) });
  }

  permits(request: PermitRequest): Promise<PermitGrant> {
    const asked = this.#asking.then(() =>
      this.#wire.request({
        name: `permits ${request.want}`,
        execute: () => this.#inner.permits({ ...request, returned: request.returned + this.#takeUnheard() }),
        onUnheard: ({ granted }) => {
          this.#unheard += granted;
        },
      }),
    );
    this.#asking = asked.catch(() => undefined);
    return asked;
  }

  #takeUnheard(): number {
    const count = this.#unheard;
    this.#unheard = 0;
    return count;
  }
}
