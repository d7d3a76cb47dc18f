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
