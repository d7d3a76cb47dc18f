/** Milliseconds of each unit. */
export const UNITS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const;
const WRITTEN = /^(\d+)(ms|s|m|h)$/;

/**
 * Milliseconds of a duration as the extensions write it: `250ms`, `30s`, `5m`, `1h`, or a whole number of
 * milliseconds. `undefined` for anything else.
 */
export function parseDuration(value: unknown): number | undefined {
  const ms = typeof value === 'string' ? fromText(value) : value;
  return typeof ms === 'number' && Number.isSafeInteger(ms) && ms >= 0 ? ms : undefined;
}

function fromText(text: string): number | undefined {
  const [, count, unit] = WRITTEN.exec(text) ?? [];
  return count === undefined ? undefined : Number(count) * UNITS[unit as keyof typeof UNITS];
}
