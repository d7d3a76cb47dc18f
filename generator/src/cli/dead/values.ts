/** Values of options, checked; messages never repeat a URL, which may hold a password. */
import { parseDuration } from '../../document/duration.js';
import { GeneratorError } from '../../errors.js';

const DAY = 86_400_000;

/** As Redis writes them: `<milliseconds>-<sequence>`. */
export function checkedIds(ids: readonly string[]): readonly string[] {
  for (const id of ids) {
    if (/^\d{1,16}-\d{1,16}$/.test(id)) continue;
    throw invalid(
      `\`${id}\` is no id of a dead letter.`,
      'An id looks like 1762165351123-0; `list` shows them.',
    );
  }
  return [...new Set(ids)];
}

/** Milliseconds since 1970 of `2h` (before `now`), or of a date. */
export function checkedSince(text: string | undefined, now: number): number | undefined {
  if (text === undefined) return undefined;
  const [, days] = /^(\d+)d$/.exec(text) ?? [];
  const ago = days === undefined ? parseDuration(text) : Number(days) * DAY;
  if (ago !== undefined) return Math.max(0, now - ago);
  const date = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(date)) return Math.max(0, date);
  throw invalid(
    `--since ${text} is no time.`,
    'Write how long ago, such as 30m, 2h or 7d, or a date such as 2026-01-31T12:00:00Z.',
  );
}

export function checkedLimit(text: string | undefined): number {
  if (text === undefined || text === 'all') return Number.POSITIVE_INFINITY;
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text);
  throw invalid(`--limit ${text} is no count.`, 'Write a whole number from 1 on, or `all`.');
}

export function checkedParameters(given: readonly string[]): Readonly<Record<string, string>> {
  const pairs = given.map((text): [string, string] => {
    const at = text.indexOf('=');
    if (at > 0 && at < text.length - 1) return [text.slice(0, at), text.slice(at + 1)];
    throw invalid(`--param ${text} gives no value to a parameter.`, 'Write --param name=value.');
  });
  return Object.fromEntries(pairs);
}

const DEFAULT_URL = 'redis://localhost:6379';

/** The option, else the environment, else this machine. */
export function checkedRedis(option: string | undefined, environment: string | undefined): string {
  const [url, where] = option === undefined ? [environment || DEFAULT_URL, 'REDIS_URL'] : [option, '--redis'];
  const isSocket = url.startsWith('/');
  // Several hosts, which no URL has.
  const isCluster = /^rediss?\+cluster:\/\/([^@]*@)?[^@/?#]+\/?$/.test(url);
  if (isSocket || isCluster || (/^rediss?:\/\/./.test(url) && URL.canParse(url))) return url;
  throw invalid(
    `${where} is not the URL of a Redis server.`,
    'It looks like redis://user:password@host:6379/0.',
  );
}

function invalid(message: string, hint: string): GeneratorError {
  return new GeneratorError('FS_OPTION_INVALID', message, { hint });
}
