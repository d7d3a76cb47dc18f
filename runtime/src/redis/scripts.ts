/**
 * The Lua scripts. Each names its keys, arguments and result; each touches keys of one hash slot only, so
 * that it runs on a Cluster as well. `allow-oom`: consumers must be able to settle when memory is full,
 * because that is what frees it. The shebang needs Redis 7.
 *
 * "Ours" below means: the pending list still shows the entry as delivered to this consumer. A bare XCLAIM
 * would steal it back from whoever has taken it over.
 */

const OURS = `
local function ours(id)
  return #redis.call('XPENDING', KEYS[1], ARGV[1], id, id, 1, ARGV[2]) > 0
end
`;

interface Script {
  readonly numberOfKeys: number;
  readonly lua: string;
}

export const SCRIPTS = {
  /**
   * Appends a batch, unless it is the one that this producer sent last. The first id is Redis's, the others follow it
   * by sequence, so that the first is enough to know them all. Without `allow-oom`: refused as a
   * whole when memory is full.
   * KEYS stream, memory of the producer · ARGV sequence, how long to remember it in ms, field count of each entry,
   * (field, value)… of all · result: id of the first entry
   */
  fsAppend: {
    numberOfKeys: 2,
    lua: `#!lua
local known = redis.call('GET', KEYS[2])
if known then
  local sequence, first = string.match(known, '^(%S+) (%S+)$')
  if sequence == ARGV[1] then return first end
end
local first, time, sequence
local id = '*'
local at = 4
for size in string.gmatch(ARGV[3], '%d+') do
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

  /**
   * Shows life for entries that are ours. XCLAIM takes a deleted one off the pending list and leaves it out of its
   * reply; then it has to be said here, for nobody will find it any more.
   * KEYS stream · ARGV group, consumer, id… · result: the ids that are not ours, or were deleted
   */
  fsRenew: {
    numberOfKeys: 1,
    lua: `#!lua flags=allow-oom
${OURS}
local lost = {}
for i = 3, #ARGV do
  if not ours(ARGV[i]) or #redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[2], 0, ARGV[i], 'JUSTID') == 0 then
    lost[#lost + 1] = ARGV[i]
  end
end
return lost`,
  },

  /**
   * Sets the delivery count as an attempt begins.
   * KEYS stream · ARGV group, consumer, id, attempt · result: 1, or 0 when it isn't ours or was deleted
   */
  fsAttempt: {
    numberOfKeys: 1,
    lua: `#!lua flags=allow-oom
${OURS}
if not ours(ARGV[3]) then return 0 end
return #redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[2], 0, ARGV[3], 'RETRYCOUNT', ARGV[4], 'JUSTID')`,
  },

  /**
   * Makes entries look abandoned, so that the next take-over gets them. What was deleted stays as it is, so that the
   * take-over finds and reports it.
   * KEYS stream · ARGV group, consumer, idle, (id, delivery count)… · result: how many were ours
   */
  fsHandBack: {
    numberOfKeys: 1,
    lua: `#!lua flags=allow-oom
${OURS}
local count = 0
for i = 4, #ARGV, 2 do
  if ours(ARGV[i]) and #redis.call('XRANGE', KEYS[1], ARGV[i], ARGV[i]) > 0 then
    redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[2], 0, ARGV[i], 'IDLE', ARGV[3], 'RETRYCOUNT', ARGV[i + 1], 'JUSTID')
    count = count + 1
  end
end
return count`,
  },

  /**
   * Takes over entries without signs of life; JUSTID leaves the delivery counts alone.
   * KEYS stream · ARGV group, consumer, idle, cursor, count
   * result: next cursor, entries as {id, delivery count, fields}, ids that were deleted while pending
   */
  fsTakeOver: {
    numberOfKeys: 1,
    lua: `#!lua flags=allow-oom
local claimed = redis.call('XAUTOCLAIM', KEYS[1], ARGV[1], ARGV[2], ARGV[3], ARGV[4], 'COUNT', ARGV[5], 'JUSTID')
local entries = {}
for _, id in ipairs(claimed[2]) do
  local pending = redis.call('XPENDING', KEYS[1], ARGV[1], id, id, 1, ARGV[2])
  local entry = redis.call('XRANGE', KEYS[1], id, id)
  if #pending > 0 and #entry > 0 then
    entries[#entries + 1] = {id, pending[1][4], entry[1][2]}
  end
end
return {claimed[1], entries, claimed[3] or {}}`,
  },

  /**
   * Copies an entry to the dead-letter stream and acknowledges it, if it is ours.
   * KEYS stream, target · ARGV group, consumer, id, (field, value)… · result: 1, or 0 when it isn't ours
   */
  fsDeadLetter: {
    numberOfKeys: 2,
    lua: `#!lua flags=allow-oom
${OURS}
if not ours(ARGV[3]) then return 0 end
redis.call('XADD', KEYS[2], '*', unpack(ARGV, 4))
redis.call('XACK', KEYS[1], ARGV[1], ARGV[3])
return 1`,
  },

  /**
   * Removes a consumer that holds nothing. With pending entries XGROUP DELCONSUMER would lose them.
   * KEYS stream · ARGV group, consumer · result: 1 if it was removed
   */
  fsLeave: {
    numberOfKeys: 1,
    lua: `#!lua flags=allow-oom
if #redis.call('XPENDING', KEYS[1], ARGV[1], '-', '+', 1, ARGV[2]) > 0 then return 0 end
redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], ARGV[2])
return 1`,
  },
} as const satisfies Record<string, Script>;

export type ScriptName = keyof typeof SCRIPTS;
