import { OURS, type Script } from './script.js';

/** Who has what: signs of life, hand-back, take-over. */
export const CLAIMS = {
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
} as const satisfies Record<string, Script>;
