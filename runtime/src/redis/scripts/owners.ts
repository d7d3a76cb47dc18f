import { OURS, type Script } from './script.js';

/**
 * "Owner" means: the owner's hash names this fencing token, and its lease goes on. `0` is a token that nobody has; an empty
 * one asks for no owner at all.
 */
const OWNER = `
local function is_owner(key, token)
  if token == '' then return true end
  local known = redis.call('HMGET', key, 'token', 'until')
  local time = redis.call('TIME')
  local now = time[1] * 1000 + math.floor(time[2] / 1000)
  return known[1] == token and known[2] and now < tonumber(known[2])
end
`;

/** Streams that have one owner in their group, and how it takes what they hold. */
export const OWNERS = {
  /**
   * Becomes or remains the owner. The token grows with every change and every gap, and for an owner that does not know its
   * own, because a reply was lost or it has given it up; it begins with the time, so that a key that vanished gives none
   * again that somebody may still have.
   * KEYS owner · ARGV consumer, lease in ms, how long to remember the token in ms, the token as it knows it, or 0
   * result: the token, or nothing while another one's lease goes on
   */
  fsOwn: {
    numberOfKeys: 1,
    lua: `#!lua flags=allow-oom
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local known = redis.call('HMGET', KEYS[1], 'consumer', 'until', 'token')
local live = known[1] and known[2] and now < tonumber(known[2])
if live and known[1] ~= ARGV[1] then return false end
local token = tonumber(known[3] or 0)
if not live or token ~= tonumber(ARGV[4]) then token = math.max(token + 1, time[1] * 1000000 + time[2]) end
local until_ = string.format('%d', now + ARGV[2])
redis.call('HSET', KEYS[1], 'consumer', ARGV[1], 'until', until_, 'token', string.format('%d', token))
redis.call('PEXPIRE', KEYS[1], string.format('%d', ARGV[2] + ARGV[3]))
return token`,
  },

  /**
   * Gives the ownership up, and keeps the token for the next one.
   * KEYS owner · ARGV consumer, token, or 0 for whatever it is · result: 1, or 0 when it isn't ours
   */
  fsDisown: {
    numberOfKeys: 1,
    lua: `#!lua flags=allow-oom
local known = redis.call('HMGET', KEYS[1], 'consumer', 'token')
if known[1] ~= ARGV[1] or (ARGV[2] ~= '0' and known[2] ~= ARGV[2]) then return 0 end
redis.call('HDEL', KEYS[1], 'consumer', 'until')
return 1`,
  },

  /**
   * Takes entries that nobody has seen, without waiting. Where it got fewer than it asked for, the stream had no more: it
   * says where the group stands then, and what comes after that is new. XINFO GROUPS tells that without any payload.
   * KEYS stream, owner · ARGV group, consumer, token, count
   * result: nothing when it isn't the owner, else {where the group stands or '', reply of XREADGROUP}
   */
  fsTake: {
    numberOfKeys: 2,
    lua: `#!lua flags=allow-oom
${OWNER}
if not is_owner(KEYS[2], ARGV[3]) then return false end
local taken = redis.call('XREADGROUP', 'GROUP', ARGV[1], ARGV[2], 'COUNT', ARGV[4], 'STREAMS', KEYS[1], '>')
if taken and #taken[1][2] >= tonumber(ARGV[4]) then return {'', taken} end
for _, group in ipairs(redis.call('XINFO', 'GROUPS', KEYS[1])) do
  local about = {}
  for i = 1, #group, 2 do about[group[i]] = group[i + 1] end
  if about.name == ARGV[1] then return {about['last-delivered-id'], taken} end
end
return {'', taken}`,
  },

  /**
   * Claims what is pending, whoever has it, in the order of ids; JUSTID leaves the delivery counts alone. XCLAIM takes a
   * deleted entry off the pending list and leaves it out of its reply. Looks at a bounded number of entries.
   * KEYS stream, owner · ARGV group, consumer, token, cursor, count, most entries to look at, known id…
   * result: nothing when it isn't the owner, else {next cursor, entries as {id, delivery count, fields}, ids that were
   * deleted while pending}
   */
  fsDrain: {
    numberOfKeys: 2,
    lua: `#!lua flags=allow-oom
${OWNER}
if not is_owner(KEYS[2], ARGV[3]) then return false end
local known = {}
for i = 7, #ARGV do known[ARGV[i]] = true end
local count, left = tonumber(ARGV[5]), tonumber(ARGV[6])
local cursor = ARGV[4]
local entries, deleted = {}, {}
while left > 0 do
  local size = math.min(count, left)
  local page = redis.call('XPENDING', KEYS[1], ARGV[1], '(' .. cursor, '+', size)
  for _, pending in ipairs(page) do
    local id = pending[1]
    cursor = id
    if not known[id] then
      if #redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[2], 0, id, 'JUSTID') == 0 then
        deleted[#deleted + 1] = id
      else
        entries[#entries + 1] = {id, pending[4], redis.call('XRANGE', KEYS[1], id, id)[1][2]}
      end
      if #entries + #deleted >= count then return {cursor, entries, deleted} end
    end
  end
  if #page < size then return {'0-0', entries, deleted} end
  left = left - size
end
return {cursor, entries, deleted}`,
  },

  /**
   * Sets the delivery count as an attempt begins.
   * KEYS stream, owner · ARGV group, consumer, id, attempt, token
   * result: 1, or 0 when it isn't ours or was deleted, or when we aren't the owner
   */
  fsAttempt: {
    numberOfKeys: 2,
    lua: `#!lua flags=allow-oom
${OURS}
${OWNER}
if not is_owner(KEYS[2], ARGV[5]) or not ours(ARGV[3]) then return 0 end
return #redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[2], 0, ARGV[3], 'RETRYCOUNT', ARGV[4], 'JUSTID')`,
  },
} as const satisfies Record<string, Script>;
