import { OURS, type Script } from './script.js';

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
if not ours(ARGV[3]) then return 0 end
local keep = tonumber(ARGV[4])
if keep < 0 then
  redis.call('XADD', KEYS[2], '*', unpack(ARGV, 5))
else
  local time = redis.call('TIME')
  local oldest = time[1] * 1000 + math.floor(time[2] / 1000) - keep
  redis.call('XADD', KEYS[2], 'MINID', '=', string.format('%d', math.max(0, oldest)), '*', unpack(ARGV, 5))
end
redis.call('XACK', KEYS[1], ARGV[1], ARGV[3])
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
