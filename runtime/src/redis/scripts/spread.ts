import { READING, type Script } from './script.js';

/**
 * How a channel came to be spread over several streams. Beside each of them stands a hash: `n`, the number of shards in
 * effect; `at:<n>`, where the stream stood when it was raised to n; `from:<n>`, from how many (beside the first stream
 * only); `opened` and `wait:<shard>`, beside one that was added: what has to be settled elsewhere before it is worked.
 */
export const SPREADING = {
  /**
   * Raises the number of shards that a stream knows of, and notes where it stands. Done already: says what was noted.
   * KEYS stream, what it knows · ARGV shards
   * result: shards in effect, and for as many: from how many, where the stream stood
   */
  fsRaise: {
    numberOfKeys: 2,
    lua: `#!lua flags=allow-oom
local wanted = tonumber(ARGV[1])
local n = tonumber(redis.call('HGET', KEYS[2], 'n') or '0')
if n < wanted and wanted > 1 then
  local at = '0-0'
  if redis.call('EXISTS', KEYS[1]) == 1 then
    local info = redis.call('XINFO', 'STREAM', KEYS[1])
    for i = 1, #info, 2 do if info[i] == 'last-generated-id' then at = info[i + 1] end end
  end
  redis.call('HSET', KEYS[2], 'n', wanted, 'at:' .. wanted, at, 'from:' .. wanted, math.max(1, n))
  n = wanted
end
n = math.max(1, n)
return {n, tonumber(redis.call('HGET', KEYS[2], 'from:' .. n) or '1'), redis.call('HGET', KEYS[2], 'at:' .. n) or '0-0'}`,
  },

  /**
   * Adds a shard, once: from now on it may be published to, and is worked when the others are settled up to these ids.
   * KEYS what the stream knows · ARGV shards, where each of the earlier ones stood…
   */
  fsOpen: {
    numberOfKeys: 1,
    lua: `#!lua flags=allow-oom
if redis.call('HEXISTS', KEYS[1], 'opened') == 1 then return 0 end
for i = 2, #ARGV do redis.call('HSET', KEYS[1], 'wait:' .. (i - 2), ARGV[i]) end
local n = math.max(tonumber(redis.call('HGET', KEYS[1], 'n') or '0'), tonumber(ARGV[1]))
redis.call('HSET', KEYS[1], 'opened', 1, 'n', n)
return 1`,
  },

  /**
   * Whether a group has settled everything up to an id.
   * KEYS stream · ARGV group, id · result: 1 or 0
   */
  fsSettledUpTo: {
    numberOfKeys: 1,
    lua: `#!lua flags=allow-oom
${READING}
if redis.call('EXISTS', KEYS[1]) == 0 then return 1 end
for _, flat in ipairs(redis.call('XINFO', 'GROUPS', KEYS[1])) do
  local group = fields(flat)
  if group.name == ARGV[1] then
    if #redis.call('XPENDING', KEYS[1], ARGV[1], '-', ARGV[2], 1) > 0 then return 0 end
    local last = group['last-delivered-id']
    if not before(last, ARGV[2]) then return 1 end
    return #redis.call('XRANGE', KEYS[1], '(' .. last, ARGV[2], 'COUNT', 1) == 0 and 1 or 0
  end
end
return #redis.call('XRANGE', KEYS[1], '-', ARGV[2], 'COUNT', 1) == 0 and 1 or 0`,
  },
} as const satisfies Record<string, Script>;
