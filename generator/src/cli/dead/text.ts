/** What strangers wrote, made fit for a screen: no escape sequence gets through, no line is longer than the screen. */
import { stripVTControlCharacters } from 'node:util';
import cliTruncate from 'cli-truncate';

/** Controls, and what turns the direction of writing. */
const CONTROLS = /[\p{Cc}\u202a-\u202e\u2066-\u2069]+/gu;
const CONTROLS_BUT_LINES = /[^\P{Cc}\n]+|[\u202a-\u202e\u2066-\u2069]+/gu;

export function oneLine(text: string): string {
  return stripVTControlCharacters(text).replace(CONTROLS, ' ').trim();
}

export function manyLines(text: string): readonly string[] {
  return stripVTControlCharacters(text.replaceAll('\t', '  ')).replace(CONTROLS_BUT_LINES, ' ').split('\n');
}

/** Cuts at the edge of the screen. */
export function cut(text: string, width: number): string {
  return Number.isFinite(width) ? cliTruncate(text, Math.max(1, width)) : text;
}

/** `2026-01-31T12:00:00Z`, which `--since` takes. */
export function time(ms: number): string {
  const date = new Date(ms);
  // Whoever writes to the stream may choose any id.
  return Number.isNaN(date.getTime()) ? '-' : `${date.toISOString().slice(0, 19)}Z`;
}

export function bytes(size: number): string {
  if (size < 1_000) return counted(size, 'byte');
  return size < 1_000_000 ? `${(size / 1_000).toFixed(1)} kB` : `${(size / 1_000_000).toFixed(1)} MB`;
}

export function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;
}
