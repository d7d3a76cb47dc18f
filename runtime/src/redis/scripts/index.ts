/**
 * The Lua scripts. Each names its keys, arguments and result; each touches keys of one hash slot only, so that it runs on
 * a Cluster as well. `allow-oom`: consumers must be able to settle when memory is full, because that is what frees it.
 * The shebang needs Redis 7.
 */
import { APPENDING } from './append.js';
import { CLAIMS } from './claims.js';
import { COORDINATION } from './coordination.js';
import { DEAD_LETTERS } from './dead-letters.js';
import { GROUPS } from './groups.js';
import { OWNERS } from './owners.js';
import { SETTLING } from './settle.js';
import { SPREADING } from './spread.js';

export const SCRIPTS = {
  ...APPENDING,
  ...CLAIMS,
  ...COORDINATION,
  ...DEAD_LETTERS,
  ...GROUPS,
  ...OWNERS,
  ...SETTLING,
  ...SPREADING,
} as const;

export type ScriptName = keyof typeof SCRIPTS;
