import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Item, item } from './pool-item.js';
import { type Known, MAX_WAIT, Model, must, type Shape } from './pool-model.js';

/** Does one thing to the pool and its model; `n` says which of what there is. */
type Step = (model: Model, n: number) => void;

function pick(from: readonly Known[], n: number, then: (known: Known) => void): void {
  const known = from[n % Math.max(1, from.length)];
  if (known !== undefined) then(known);
}

function add(model: Model, n: number): void {
  const key = model.shape.ordered ? [undefined, 'a', 'b', 'c', 'd'][n % 5] : undefined;
  const kind = n % 7 < 4 ? 'x' : 'y';
  // Now and then one is taken over that belongs before others.
  const sequence = n % 11 === 0 ? n : 100 + model.known.length;
  const added: Item = { ...item(sequence, key, kind), name: String(model.known.length) };
  const since = model.clock.now();
  const known: Known = {
    item: added,
    since,
    state: 'fresh',
    dueAt: 0,
    run: undefined,
    starts: 0,
    owed: 1,
  };
  model.known.push(known);
  model.live.push(known);
  model.pool.add(added);
}

const STEPS: Record<string, Step> = {
  read(model) {
    if (model.reserved > 0) return;
    model.reserved = model.pool.room();
    model.pool.reserve(model.reserved);
  },
  reply(model, n) {
    const count = model.reserved;
    for (let i = 0; i < Math.min(n % 10, count); i++) add(model, n * 31 + i * 17);
    model.reserved = 0;
    model.pool.unreserve(count);
  },
  poison(model) {
    if (model.pool.room() === 0) return;
    model.others += 1;
    model.pool.addSettling();
  },
  buried(model) {
    if (model.others === 0) return;
    model.others -= 1;
    model.pool.settledOthers();
  },
  success: (model, n) =>
    pick(model.in('running'), n, (known) => {
      known.state = 'settling';
      model.pool.settling(known.item);
    }),
  acked: (model, n) =>
    pick(model.in('settling'), n, (known) => {
      known.state = 'gone';
      model.pool.settled(known.item);
    }),
  failure: (model, n) =>
    pick(model.in('running'), n, (known) => {
      known.state = 'waiting';
      model.pool.park(known.item);
    }),
  due: (model, n) =>
    pick(model.in('waiting'), n, (known) => {
      known.state = 'due';
      known.owed += 1;
      known.dueAt = model.dues++;
      model.pool.due(known.item);
    }),
  lostWaiting: (model, n) =>
    pick(model.in('waiting'), n, (known) => {
      known.state = 'gone';
      model.pool.unpark(known.item);
    }),
  lostQueued: (model, n) =>
    pick(model.in('fresh', 'due'), n, (known) => {
      known.state = 'gone';
      known.owed -= 1;
      must(model.pool.remove(known.item), 'what has not started can be taken out');
    }),
  lostStarted: (model, n) =>
    pick(model.in('running', 'settling', 'waiting'), n, (known) =>
      must(!model.pool.remove(known.item), 'what has started can not be taken out'),
    ),
  limit(model, n) {
    model.limit = 1 + (n % 6);
    model.pool.setLimit(model.limit);
  },
  pause(model, n) {
    model.paused = n % 3 === 0;
    model.pool.setPaused(model.paused);
  },
  grant(model, n) {
    const count = 1 + (n % 4);
    model.permits += count;
    model.pool.grant(count);
  },
  takeBack(model) {
    const { permits } = model;
    model.permits = 0;
    expect(model.pool.takeBackPermits()).toBe(permits);
  },
  time: (model, n) => model.clock.advance(n),
};

function check(model: Model): void {
  const { pool, shape } = model;
  const free = model.limit - model.running;
  const could = !model.paused && !model.closed && free > 0 && model.startable;
  must(!could || (shape.limited && model.permits === 0), 'what could start has started');
  expect({
    running: pool.running,
    queued: pool.queued,
    blocked: pool.blocked,
    waiting: pool.waiting,
    held: pool.held,
    permits: pool.permits,
    room: pool.room(),
    idle: pool.idle,
    lacks: pool.missingPermits() > 0,
  }).toEqual({
    running: model.running,
    queued: model.queued,
    blocked: model.blocked,
    waiting: model.in('waiting', 'due').length,
    held: model.held,
    permits: model.permits,
    room: model.room,
    idle: model.held === 0 && model.in('waiting', 'due').length === 0,
    lacks: could,
  });
  if (shape.ordered && could) {
    expect(pool.missingPermits()).toBe(Math.min(free, model.readyLanes().length));
  }
}

function apply(model: Model, name: string, n: number): void {
  const { pool } = model;
  const before = {
    room: pool.room(),
    lacking: pool.missingPermits(),
    promised: pool.held + model.reserved,
    rooms: model.rooms,
  };
  (STEPS[name] as Step)(model, n);
  model.tidy();
  check(model);
  const more = pool.room() > before.room || pool.missingPermits() > before.lacking;
  // Permits that were just taken back are no news to who took them.
  if (more && name !== 'takeBack')
    must(model.rooms > before.rooms, 'more room, or more without permits, is told');
  if (!model.shape.ordered) {
    const bound = Math.max(model.capacity, before.promised);
    must(pool.held + model.reserved <= bound, 'no more is held or promised than limit + prefetch');
  }
}

/** Lets everything come to its end. */
function drain(model: Model): void {
  for (let round = 0; model.live.length > 0 || model.others > 0; round++) {
    must(round < 10_000, 'everything ends');
    const names = ['reply', 'buried', 'grant', 'success', 'acked', 'success', 'acked', 'due'];
    for (const name of names) (STEPS[name] as Step)(model, 0);
    (STEPS.time as Step)(model, MAX_WAIT);
    // Working everything out anew takes long while much is left.
    if (round % 8 === 0) apply(model, 'pause', 1);
    model.tidy();
  }
}

const shape: fc.Arbitrary<Shape> = fc.record({
  limit: fc.integer({ min: 1, max: 6 }),
  prefetch: fc.integer({ min: 0, max: 12 }),
  ordered: fc.boolean(),
  limited: fc.boolean(),
  maxSize: fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined }),
  hasty: fc.boolean(),
});
const steps = fc.array(
  fc.tuple(fc.constantFrom(...Object.keys(STEPS), 'read', 'reply', 'grant'), fc.nat(60)),
  {
    maxLength: 150,
    size: 'max',
  },
);

describe('a Pool, whatever happens to it', () => {
  it('does what its model says, forgets nothing, and keeps nothing', { timeout: 120_000 }, () => {
    fc.assert(
      fc.property(shape, steps, (drawn, sequence) => {
        const model = new Model(drawn);
        for (const [name, n] of sequence) apply(model, name, n);
        drain(model);
        for (const { starts, owed } of model.known) expect(starts).toBe(owed);
        expect(model.pool.idle).toBe(true);
        expect(model.maps.map(({ size }) => size)).toEqual(model.maps.map(() => 0));
        expect(model.clock.pendingTimers).toBe(0);
      }),
      { numRuns: 2000 },
    );
  });

  it('gives up exactly what has not started when it is closed, and keeps nothing', {
    timeout: 120_000,
  }, () => {
    fc.assert(
      fc.property(shape, steps, (drawn, sequence) => {
        const model = new Model(drawn);
        for (const [name, n] of sequence) apply(model, name, n);
        const unstarted = model.in('fresh', 'due').map(({ item }) => item);
        model.closed = true;
        for (const known of model.in('fresh', 'due')) known.state = 'gone';
        const given = model.pool.close();
        expect(new Set(given)).toEqual(new Set(unstarted));
        expect(given).toHaveLength(unstarted.length);
        expect(model.clock.pendingTimers).toBe(0);
        for (const name of ['success', 'acked', 'lostWaiting']) {
          for (let left = model.live.length; left > 0; left--) apply(model, name, 0);
        }
        expect(model.live).toEqual([]);
        expect(model.maps.map(({ size }) => size)).toEqual(model.maps.map(() => 0));
      }),
      { numRuns: 100 },
    );
  });
});
