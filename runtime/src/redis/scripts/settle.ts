import { OURS, type Script } from './script.js';

const WRITE_DEAD_LETTER = `
local function write(target, keep, first)
  if keep < 0 then return redis.call('XADD', target, '*', unpack(ARGV, first)) end
  local time = redis.call('TIME')
  local oldest = time[1] * 1000 + math.floor(time[2] / 1000) - keep
  redis.call('XADD', target, 'MINID', '=', string.format('%d', math.max(0, oldest)), '*', unpack(ARGV, first))
end
`;

export const SETTLING = {
  /**
   * Copies an entry to the dead-letter stream and acknowledges it, if it is ours. Dead letters older than `keep` go.
   * KEYS stream, target · ARGV group, consumer, id, milliseconds to keep dead letters or -1, (field, value)…
   * result: 1, or 0 when it isn't ours
   */
  fsDeadLetter: {
    numberOfKeys: 2,
    lua: `#!lua flags=allow-oom
${OURS}
${WRITE_DEAD_LETTER}
if not ours(ARGV[3]) then return 0 end
write(KEYS[2], tonumber(ARGV[4]), 5)
redis.call('XACK', KEYS[1], ARGV[1], ARGV[3])
return 1`,
  },

  /**
   * Writes a dead letter, unless that has been done: for a dead-letter stream in another slot, where the acknowledgement
   * is a second step that may never come. Dead letters older than `keep` go.
   * KEYS target, memory · ARGV how long to remember in ms, milliseconds to keep dead letters or -1, (field, value)…
   * result: 1, or 0 when it had been written
   */
  fsDeadLetterInto: {
    numberOfKeys: 2,
    lua: `#!lua flags=allow-oom
${WRITE_DEAD_LETTER}
if redis.call('EXISTS', KEYS[2]) == 1 then return 0 end
write(KEYS[1], tonumber(ARGV[2]), 3)
redis.call('SET', KEYS[2], 1, 'PX', ARGV[1])
return 1`,
  },

  /**
   * Acknowledges an entry if it is ours.
   * KEYS stream · ARGV group, consumer, id · result: 1, or 0 when it isn't ours
   */
  fsAckOurs: {
    numberOfKeys: 1,
    lua: `#!lua flags=allow-oom
${OURS}
if not ours(ARGV[3]) then return 0 end
redis.call('XACK', KEYS[1], ARGV[1], ARGV[3])
return 1`,
  },
} as const satisfies Record<string, Script>;
