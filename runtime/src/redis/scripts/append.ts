import type { Script } from './script.js';

export const APPENDING = {
  /**
   * Appends a batch, unless it is the one that this producer sent last, or there is a bound on the backlog and no room
   * for all of it. The first id is Redis's, the others follow it by sequence, so that the first is enough to know them
   * all. Without `allow-oom`: refused as a whole when memory is full.
   *
   * The backlog is what the group that is furthest behind has not settled: pending, and not read yet. Where Redis can't
   * tell the latter (entries were deleted, the group began in the middle) it is counted, as far as the bound.
   * A publisher that knows of fewer shards than there are must not write: the message belongs elsewhere now. Nor may it
   * write into a shard that has not been added yet.
   * KEYS stream, memory of the producer, what the stream knows of its channel's shards · ARGV sequence, how long to
   * remember it in ms, most unsettled entries or an empty string, field count of each entry, shards that the publisher
   * knows of or an empty string, 1 if this is one that was added, (field, value)… of all
   * result: id of the first entry, or the room there is, negative if less than none; error SHARDS
   */
  fsAppend: {
    numberOfKeys: 3,
    lua: `#!lua
local known = redis.call('GET', KEYS[2])
if known then
  local sequence, first = string.match(known, '^(%S+) (%S+)$')
  if sequence == ARGV[1] then return first end
end

if ARGV[5] ~= '' then
  local n = tonumber(redis.call('HGET', KEYS[3], 'n') or '1')
  if n > tonumber(ARGV[5]) or (ARGV[6] == '1' and redis.call('HEXISTS', KEYS[3], 'opened') == 0) then
    return redis.error_reply('SHARDS ' .. n)
  end
end

local function unread(group, most)
  if group.lag then return group.lag end
  return #redis.call('XRANGE', KEYS[1], '(' .. group['last-delivered-id'], '+', 'COUNT', most + 1)
end

local function backlog(most)
  if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
  local groups = redis.call('XINFO', 'GROUPS', KEYS[1])
  if #groups == 0 then return redis.call('XLEN', KEYS[1]) end
  local largest = 0
  for _, flat in ipairs(groups) do
    local group = {}
    for i = 1, #flat, 2 do group[flat[i]] = flat[i + 1] end
    largest = math.max(largest, group.pending + unread(group, most))
  end
  return largest
end

if ARGV[3] ~= '' then
  local _, count = string.gsub(ARGV[4], '%d+', '')
  local room = tonumber(ARGV[3]) - backlog(tonumber(ARGV[3]))
  if count > room then return room end
end

local first, time, sequence
local id = '*'
local at = 7
for size in string.gmatch(ARGV[4], '%d+') do
  local written = redis.call('XADD', KEYS[1], id, unpack(ARGV, at, at + size - 1))
  if not first then
    first = written
    time, sequence = string.match(written, '^(%d+)-(%d+)$')
  end
  sequence = sequence + 1
  id = time .. '-' .. string.format('%d', sequence)
  at = at + size
end
redis.call('SET', KEYS[2], ARGV[1] .. ' ' .. first, 'PX', ARGV[2])
return first`,
  },
} as const satisfies Record<string, Script>;
