import type { Script } from './script.js';

const NOW = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
`;

/** What the processes of a group know of each other. All keys lie in the slot of the channel's stream. */
export const COORDINATION = {
  /**
   * Shows that a member is there, forgets those that have not for long, and tells what the group knows.
   * KEYS members, what the stream knows of its channel's shards, steering · ARGV member, milliseconds that it counts as
   * there
   * result: {members, shards, steering as (name, value)…}
   */
  fsMeet: {
    numberOfKeys: 3,
    lua: `#!lua flags=allow-oom
${NOW}
redis.call('ZADD', KEYS[1], string.format('%d', now + ARGV[2]), ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', string.format('%d', now))
local last = redis.call('ZRANGE', KEYS[1], -1, -1, 'WITHSCORES')
if last[2] then redis.call('PEXPIRE', KEYS[1], string.format('%d', last[2] - now)) end
local shards = tonumber(redis.call('HGET', KEYS[2], 'n') or '1')
return {redis.call('ZRANGE', KEYS[1], 0, -1), shards, redis.call('HGETALL', KEYS[3])}`,
  },

  /**
   * What the group knows, for those who are not of it.
   * KEYS and result as of fsMeet
   */
  fsLook: {
    numberOfKeys: 3,
    lua: `#!lua flags=no-writes
${NOW}
local members = redis.call('ZRANGEBYSCORE', KEYS[1], '(' .. string.format('%d', now), '+inf')
local shards = tonumber(redis.call('HGET', KEYS[2], 'n') or '1')
return {members, shards, redis.call('HGETALL', KEYS[3])}`,
  },

  /**
   * Sets what operators want.
   * KEYS steering · ARGV (name, value)…; an empty value: what the contract says
   * result: steering as (name, value)…
   */
  fsSteer: {
    numberOfKeys: 1,
    lua: `#!lua flags=allow-oom
for i = 1, #ARGV, 2 do
  if ARGV[i + 1] == '' then
    redis.call('HDEL', KEYS[1], ARGV[i])
  else
    redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1])
  end
end
return redis.call('HGETALL', KEYS[1])`,
  },

  /**
   * Grants permits to start handlers: at most so many starts in any window, by Redis's clock. A permit counts from its
   * grant on; what a holder still has it says in every request, so that a grant whose reply was lost ends with the next.
   *
   * Starts are kept as (time, count), a thousand to a window at most, each at the end of its thousandth: rather later
   * than it was. They are kept for the longest window that anybody asked for within one; a longer one than ever before
   * begins with what there is.
   * KEYS starts, what else is known · ARGV holder, most starts, window in ms, permits wanted, permits used, how long ago
   * in ms, permits still held, how long past its window a silent holder keeps its permits in ms
   * result: {permits granted, milliseconds until it makes sense to ask again}
   */
  fsPermits: {
    numberOfKeys: 2,
    lua: `#!lua flags=allow-oom
${NOW}
local starts, about = KEYS[1], KEYS[2]
local most, per, want = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local used, ago, held, patience = tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7]), tonumber(ARGV[8])
local function int(value) return string.format('%d', value) end
local function sum(log)
  local total = 0
  for _, start in ipairs(log) do total = total + string.match(start, ':(%d+)$') end
  return total
end

local known = redis.call('HMGET', about, 'widest', 'asked', 'total')
local widest, asked = tonumber(known[1] or 0), tonumber(known[2] or 0)
if per >= widest or now - asked > widest then
  widest = per
  asked = now
end

-- Either key may be evicted without the other.
local total = tonumber(known[3]) or sum(redis.call('ZRANGE', starts, 0, -1))
if redis.call('EXISTS', starts) == 0 then total = 0 end
local before = int(now - widest)
total = total - sum(redis.call('ZRANGEBYSCORE', starts, '-inf', before))
redis.call('ZREMRANGEBYSCORE', starts, '-inf', before)
if used > 0 then
  local step = math.ceil(widest / 1000)
  local at = int(math.ceil((now + 1 - ago) / step) * step)
  if tonumber(at) > now - widest then
    local same = redis.call('ZRANGEBYSCORE', starts, at, at)
    if same[1] then redis.call('ZREM', starts, unpack(same)) end
    redis.call('ZADD', starts, at, at .. ':' .. int(used + sum(same)))
    total = total + used
  end
end

local inside = total
if per < widest then inside = sum(redis.call('ZRANGEBYSCORE', starts, '(' .. int(now - per), '+inf')) end

local others, lapse = 0, now + per
local fields = redis.call('HGETALL', about)
for i = 1, #fields, 2 do
  local holder = string.match(fields[i], '^holder:(.*)$')
  if holder and holder ~= ARGV[1] then
    local count, ends = string.match(fields[i + 1], '^(%d+) (%d+)$')
    if tonumber(ends) <= now then
      redis.call('HDEL', about, fields[i])
    else
      others = others + count
      lapse = math.min(lapse, tonumber(ends))
    end
  end
end

local granted = math.max(0, math.min(want, most - inside - others - held))
if held + granted > 0 then
  redis.call('HSET', about, 'holder:' .. ARGV[1], int(held + granted) .. ' ' .. int(now + per + patience))
else
  redis.call('HDEL', about, 'holder:' .. ARGV[1])
end
redis.call('HSET', about, 'widest', int(widest), 'asked', int(asked), 'total', int(total))
local keep = int(widest + per + patience)
redis.call('PEXPIRE', starts, keep)
redis.call('PEXPIRE', about, keep)
if granted >= want then return {granted, 0} end

local wait = lapse - now
local oldest = redis.call('ZRANGEBYSCORE', starts, '(' .. int(now - per), '+inf', 'WITHSCORES', 'LIMIT', 0, 1)
if oldest[2] then wait = math.min(wait, oldest[2] + per - now) end
-- What others hold they may return at any time, and nobody would say so.
if others > 0 then wait = math.min(wait, 1000) end
return {granted, math.max(1, wait)}`,
  },
} as const satisfies Record<string, Script>;
