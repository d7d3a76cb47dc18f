import { READING, type Script } from './script.js';

export const GROUPS = {
  /**
   * Makes the group, and the stream, if they don't exist. A group that had been there begins after its last checkpoint;
   * but at the stream's beginning, if the stream is another one than at the checkpoint. Notes that the consumer is alive.
   * Without `allow-oom`: a stream that nobody has worked frees no memory.
   * KEYS stream, checkpoint, who is alive · ARGV group, consumer, where the group begins without a checkpoint
   * result: where it begins, or nothing if it was there
   */
  fsMakeGroup: {
    numberOfKeys: 3,
    lua: `#!lua
${READING}
redis.call('ZADD', KEYS[3], redis.call('TIME')[1], ARGV[2])
local from = ARGV[3]
local known = redis.call('GET', KEYS[2])
local there = redis.call('EXISTS', KEYS[1]) == 1
if known then
  from = '0'
  local id, added = string.match(known, '^(%S+) (%d+)$')
  if there and id then
    local stream = fields(redis.call('XINFO', 'STREAM', KEYS[1]))
    local same = stream['entries-added'] >= tonumber(added) and not before(stream['last-generated-id'], id)
    if same then from = id end
  end
  if from == '0' then redis.call('DEL', KEYS[2]) end
end
local made = redis.pcall('XGROUP', 'CREATE', KEYS[1], ARGV[1], from, 'MKSTREAM')
if made.err then
  if string.find(made.err, '^BUSYGROUP') then return false end
  return made
end
return from`,
  },

  /**
   * Looks after the group: remembers up to where everything is settled, removes consumers that have nothing and showed
   * no life for long (XGROUP DELCONSUMER with pending entries would lose them), and trims what every group has settled
   * and is old enough. Trims in whole nodes first, which costs next to nothing, then the exact rest.
   *
   * Who is alive is kept apart: to Redis 7.0 a consumer whose reads find nothing looks idle. So consumers that others
   * have made, who don't write it down, are left alone.
   * KEYS stream, checkpoint, who is alive · ARGV group, consumer, silence after which a consumer counts as gone in ms,
   * age from which to trim in ms or -1, most entries to trim, how long to remember checkpoint and consumers in ms
   * result: entries trimmed, consumers removed, 1 if there is more to trim
   */
  fsTidy: {
    numberOfKeys: 3,
    lua: `#!lua flags=allow-oom
${READING}
local time = redis.call('TIME')
local now = time[1] + time[2] / 1000000
redis.call('ZADD', KEYS[3], string.format('%.3f', now), ARGV[2])
redis.call('PEXPIRE', KEYS[3], ARGV[6])
if redis.call('EXISTS', KEYS[1]) == 0 then return {0, 0, 0} end

local function next_of(id)
  local ms, sequence = string.match(id, '^(%d+)-(%d+)$')
  -- A sequence that a Lua number can't count up: one entry more is kept.
  if tonumber(sequence) >= 2 ^ 52 then return id end
  return ms .. '-' .. string.format('%d', sequence + 1)
end

local function previous_of(id)
  local ms, sequence = string.match(id, '^(%d+)-(%d+)$')
  if tonumber(sequence) >= 2 ^ 52 or tonumber(ms) >= 2 ^ 52 then return '0-0' end
  if tonumber(sequence) > 0 then return ms .. '-' .. string.format('%d', sequence - 1) end
  if tonumber(ms) > 0 then return string.format('%d', ms - 1) .. '-18446744073709551615' end
  return '0-0'
end

local floor
for _, flat in ipairs(redis.call('XINFO', 'GROUPS', KEYS[1])) do
  local group = fields(flat)
  local settled = next_of(group['last-delivered-id'])
  local checkpoint = group['last-delivered-id']
  if group.pending > 0 then
    settled = redis.call('XPENDING', KEYS[1], group.name)[2]
    checkpoint = previous_of(settled)
  end
  if not floor or before(settled, floor) then floor = settled end
  if group.name == ARGV[1] then
    local added = fields(redis.call('XINFO', 'STREAM', KEYS[1]))['entries-added']
    redis.call('SET', KEYS[2], checkpoint .. ' ' .. string.format('%d', added), 'PX', ARGV[6])
  end
end
if not floor then return {0, 0, 0} end

local removed = 0
local silent = string.format('(%.3f', now - ARGV[3] / 1000)
for _, consumer in ipairs(redis.call('ZRANGEBYSCORE', KEYS[3], '-inf', silent)) do
  local holds = redis.pcall('XPENDING', KEYS[1], ARGV[1], '-', '+', 1, consumer)
  if not holds.err and #holds == 0 then
    redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], consumer)
    redis.call('ZREM', KEYS[3], consumer)
    removed = removed + 1
  end
end

local age = tonumber(ARGV[4])
if age < 0 then return {0, removed, 0} end
local old = string.format('%d', math.max(0, time[1] * 1000 + math.floor(time[2] / 1000) - age)) .. '-0'
if age > 0 and before(old, floor) then floor = old end
local trimmed = redis.call('XTRIM', KEYS[1], 'MINID', '~', floor, 'LIMIT', ARGV[5])
-- It stops before the node that would exceed the limit. Far from it there are no whole nodes any more.
if trimmed * 2 >= tonumber(ARGV[5]) then return {trimmed, removed, 1} end
return {trimmed + redis.call('XTRIM', KEYS[1], 'MINID', floor), removed, 0}`,
  },

  /**
   * Removes a consumer that holds nothing.
   * KEYS stream, who is alive · ARGV group, consumer · result: 1 if it was removed
   */
  fsLeave: {
    numberOfKeys: 2,
    lua: `#!lua flags=allow-oom
if #redis.call('XPENDING', KEYS[1], ARGV[1], '-', '+', 1, ARGV[2]) > 0 then return 0 end
redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], ARGV[2])
redis.call('ZREM', KEYS[2], ARGV[2])
return 1`,
  },
} as const satisfies Record<string, Script>;
