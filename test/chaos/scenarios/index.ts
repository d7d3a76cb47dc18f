import type { Scenario } from '../scenario.js';
import { badNetwork } from './bad-network.js';
import { cluster } from './cluster.js';
import { frozen } from './frozen.js';
import { groundMoves } from './ground-moves.js';
import { killRedisAlways, killRedisEverysec } from './kill-redis.js';
import { killWorkers } from './kill-workers.js';
import { memoryFull } from './memory-full.js';
import { order } from './order.js';
import { poison } from './poison.js';
import { sentinel } from './sentinel.js';
import { sigterm } from './sigterm.js';
import { soak } from './soak.js';

/** In the order in which `all` runs them: the longest first, so that several at a time end together. */
export const scenarios: readonly Scenario[] = [
  killWorkers,
  order,
  sentinel,
  cluster,
  badNetwork,
  frozen,
  soak,
  sigterm,
  groundMoves,
  memoryFull,
  killRedisEverysec,
  killRedisAlways,
  poison,
];
