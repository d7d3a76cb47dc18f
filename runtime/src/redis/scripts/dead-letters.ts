import type { Script } from './script.js';

/**
 * Where our fields begin, or nil in an entry that another tool wrote. They begin with the last `fs:stream`: what stands
 * before it is the entry as it was published.
 */
const OUR_FIELDS = `
local function ours(fields)
  for i = #fields - 1, 1, -2 do
    if fields[i] == 'fs:stream' then return i end
  end
end
`;

/** For those who look after dead letters. */
export const DEAD_LETTERS = {
  /**
   * Reads what became of entries, and never their payloads, which may be large: it stops early when it has passed over
   * as many bytes as it may, because the server does nothing else meanwhile.
   * KEYS dead-letter stream · ARGV from, to, how many entries at most, how many bytes, longest value
   * result: where to go on ('' at the end), entries as {id, bytes of the entry's own fields, (field, value)… of ours}
   */
  fsDeadPage: {
    numberOfKeys: 1,
    lua: `#!lua flags=no-writes
${OUR_FIELDS}
local from, bytes, page = ARGV[1], 0, {}
for _ = 1, tonumber(ARGV[3]) do
  local entry = redis.call('XRANGE', KEYS[1], from, ARGV[2], 'COUNT', 1)[1]
  if not entry then return {'', page} end
  local fields = entry[2]
  local start = ours(fields) or #fields + 1
  local size, about = 0, {}
  for i = 1, start - 1 do size = size + #fields[i] end
  for i = start, #fields do about[#about + 1] = string.sub(fields[i], 1, tonumber(ARGV[5])) end
  page[#page + 1] = {entry[1], size, about}
  from = '(' .. entry[1]
  bytes = bytes + size
  if bytes > tonumber(ARGV[4]) then break end
end
return {from, page}`,
  },

  /**
   * Moves dead letters back to the stream that they came from, each in one step.
   * KEYS dead-letter stream, stream · ARGV how many fields and values at most, id…
   * result: for each id {'replayed', new id}, {'gone', ''}, {'foreign', ''}, {'wide', ''} or {'refused', error}
   */
  fsReplay: {
    numberOfKeys: 2,
    lua: `#!lua
${OUR_FIELDS}
local function replay(id)
  local entry = redis.call('XRANGE', KEYS[1], id, id)[1]
  if not entry then return {'gone', ''} end
  local fields = entry[2]
  local start = ours(fields)
  local group
  for i = start or #fields, #fields, 2 do
    if fields[i] == 'fs:group' then group = fields[i + 1] end
  end
  if not group or fields[start + 1] ~= KEYS[2] then return {'foreign', ''} end
  local last = start - 1
  while last >= 4 and fields[last - 1] == 'fs:for-group' do last = last - 2 end
  if last > tonumber(ARGV[1]) then return {'wide', ''} end
  local own = {}
  for i = 1, last do own[i] = fields[i] end
  own[last + 1] = 'fs:for-group'
  own[last + 2] = group
  local written = redis.pcall('XADD', KEYS[2], '*', unpack(own))
  if type(written) == 'table' then return {'refused', written.err} end
  redis.call('XDEL', KEYS[1], id)
  return {'replayed', written}
end
local results = {}
for i = 2, #ARGV do results[i - 1] = replay(ARGV[i]) end
return results`,
  },

  /**
   * Appends an entry unless that has been done: for a dead-letter stream in another slot, where removing the dead
   * letter is a second step that may never come.
   * KEYS stream, memory · ARGV how long to remember in ms, (field, value)… · result: id of the entry
   */
  fsReplayInto: {
    numberOfKeys: 2,
    lua: `#!lua
local known = redis.call('GET', KEYS[2])
if known then return known end
local written = redis.call('XADD', KEYS[1], '*', unpack(ARGV, 2))
redis.call('SET', KEYS[2], written, 'PX', ARGV[1])
return written`,
  },
} as const satisfies Record<string, Script>;
