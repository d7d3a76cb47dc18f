import type { Logger, LogLevel } from '../types.js';

const LEVELS: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];
/** SGR codes; `styleText` of node:util is younger than Node 20.0. */
const STYLES = { gray: 90, cyan: 36, yellow: 33, red: 31 } as const;
const COLOURS = { debug: 'gray', info: 'cyan', warn: 'yellow', error: 'red' } as const;

export interface LoggerOptions {
  /** Nothing below is written. Default: `FS_LOG_LEVEL`, else `info`. */
  readonly level?: LogLevel | 'silent';
  /** `pretty` for people, `json` (one object a line) for machines. Default: `pretty` on a terminal. */
  readonly format?: 'pretty' | 'json';
  /** Default: standard error, so that a service's own output stays its own. */
  readonly stream?: { write(line: string): unknown; readonly isTTY?: boolean };
}

/** The logger that is used where none is given. */
export function createLogger(options: LoggerOptions = {}): Logger {
  const stream = options.stream ?? process.stderr;
  const level = options.level ?? fromEnvironment() ?? 'info';
  const threshold = level === 'silent' ? LEVELS.length : LEVELS.indexOf(level);
  const colours = stream.isTTY === true && !process.env.NO_COLOR;
  const pretty = (options.format ?? (stream.isTTY === true ? 'pretty' : 'json')) === 'pretty';
  const format = pretty ? prettyLine(colours) : jsonLine;
  return make({}, (name, fields, message) => {
    if (LEVELS.indexOf(name) >= threshold) stream.write(`${format(name, fields, message)}\n`);
  });
}

/** Writes nothing. */
export const silentLogger: Logger = make({}, () => {});

type Write = (level: LogLevel, fields: Record<string, unknown>, message: string) => void;

function make(bound: Record<string, unknown>, write: Write): Logger {
  const at =
    (level: LogLevel) =>
    (first: object | string, message = '') =>
      typeof first === 'string' ? write(level, bound, first) : write(level, { ...bound, ...first }, message);
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: (fields) => make({ ...bound, ...fields }, write),
  };
}

function fromEnvironment(): LogLevel | 'silent' | undefined {
  const value = process.env.FS_LOG_LEVEL?.toLowerCase();
  return value === 'silent' ? value : LEVELS.find((level) => level === value);
}

function jsonLine(level: LogLevel, fields: Record<string, unknown>, message: string): string {
  const line = { level, time: new Date().toISOString(), msg: message, ...fields };
  return JSON.stringify(line, (_key, value) => (value instanceof Error ? errorFields(value) : value));
}

function prettyLine(colours: boolean) {
  const paint = (style: keyof typeof STYLES, text: string) =>
    colours ? `\u001B[${STYLES[style]}m${text}\u001B[39m` : text;
  return (level: LogLevel, fields: Record<string, unknown>, message: string): string => {
    // The message says what the event is; its name is for machines.
    const { error, hint, event: _, ...rest } = fields;
    const time = paint('gray', new Date().toISOString().slice(11, 23));
    const pairs = Object.entries(rest).map(([key, value]) => ` ${paint('gray', `${key}=`)}${inline(value)}`);
    const lines = [`${time} ${paint(COLOURS[level], level.padEnd(5))} ${message}${pairs.join('')}`];
    if (error !== undefined) lines.push(`    ${paint('red', describe(error))}`);
    if (hint !== undefined) lines.push(`    ${paint('gray', `hint: ${hint}`)}`);
    return lines.join('\n');
  };
}

function inline(value: unknown): string {
  if (typeof value === 'number') return String(Math.round(value * 10) / 10);
  if (typeof value === 'string') return /[\s"]/.test(value) ? JSON.stringify(value) : value;
  return JSON.stringify(value) ?? String(value);
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code } = error as { code?: unknown };
  if (code !== undefined) return `${code}: ${error.message}`;
  const lines = (error.stack ?? error.message).split('\n').filter((line) => !line.includes('node:internal/'));
  return lines.slice(0, 4).join('\n    ');
}

function errorFields(error: Error): object {
  const { code, issues, hint } = error as { code?: unknown; issues?: unknown; hint?: unknown };
  return { name: error.name, message: error.message, code, issues, hint, stack: error.stack };
}
