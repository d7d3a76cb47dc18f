/** A Lua script with the number of its keys, as ioredis wants it. */
export interface Script {
  readonly numberOfKeys: number;
  readonly lua: string;
}

/**
 * "Ours" means: the pending list still shows the entry as delivered to this consumer. A bare XCLAIM would steal it back
 * from whoever has taken it over.
 */
export const OURS = `
local function ours(id)
  return #redis.call('XPENDING', KEYS[1], ARGV[1], id, id, 1, ARGV[2]) > 0
end
`;

/** Replies that are lists of names and values in turn, and ids, whose parts may be larger than a Lua number is exact. */
export const READING = `
local function fields(flat)
  local map = {}
  for i = 1, #flat, 2 do map[flat[i]] = flat[i + 1] end
  return map
end

local function shorter(a, b)
  if #a ~= #b then return #a < #b end
  return a < b
end

local function before(a, b)
  local ams, aseq = string.match(a, '^(%d+)-(%d+)$')
  local bms, bseq = string.match(b, '^(%d+)-(%d+)$')
  if ams ~= bms then return shorter(ams, bms) end
  return shorter(aseq, bseq)
end
`;
