/** Figures as people read them. */

/** `0.15 ms`, `416 ms`, `2.35 s`, `3.2 min` */
export function time(ms: number): string {
  if (ms < 1_000) return `${rounded(ms)} ms`;
  if (ms < 60_000) return `${rounded(ms / 1_000)} s`;
  return ms < 3_600_000 ? `${rounded(ms / 60_000)} min` : `${rounded(ms / 3_600_000)} h`;
}

/** Three digits, no zeros at the end. */
export function rounded(value: number): string {
  if (value === 0) return '0';
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return Number(value.toFixed(Math.min(digits, 2))).toLocaleString('en', { maximumFractionDigits: 2 });
}

export function share(value: number): string {
  return `${Math.round(value * 100)} %`;
}

/** A logarithmic axis of times, from one power of ten to another. */
export interface TimeAxis {
  /** Powers of ten, and what they are called. */
  readonly ticks: readonly { readonly ms: number; readonly label: string }[];
  /** From 0 to 1; what is outside lies at the edge. */
  at(ms: number): number;
}

/** Shorter waits are all the same, ms. */
const SHORTEST = 1;

export function timeAxis(values: readonly number[]): TimeAxis {
  const shown = values.map((ms) => Math.max(ms, SHORTEST));
  const first = Math.floor(Math.log10(Math.min(...shown, 1_000)));
  const last = Math.max(first + 1, Math.ceil(Math.log10(Math.max(...shown, SHORTEST))));
  return {
    ticks: Array.from({ length: last - first + 1 }, (_, i) => {
      const ms = 10 ** (first + i);
      return { ms, label: ms === SHORTEST ? `≤ ${time(ms)}` : time(ms) };
    }),
    at: (ms) => Math.min(1, Math.max(0, (Math.log10(Math.max(ms, SHORTEST)) - first) / (last - first))),
  };
}
