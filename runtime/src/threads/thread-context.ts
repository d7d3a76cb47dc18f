import type { Logger, LogLevel } from '../types.js';
import type { Line } from './line.js';
import { packFields } from './pack.js';
import type { ContextNumber, Facts } from './wire.js';

/** The context that a handler sees in its thread: data as it is outside, and calls that are carried out there. */
export function threadContext({ data, headers, publishes, replies }: Facts, line: Line, of: ContextNumber) {
  const publisher = (channel: string | undefined) => (message: unknown, options?: object) =>
    line.publish(of, channel, message, { ...options });
  return {
    ...data,
    // Without a prototype, as they are outside: a header may be called `constructor`.
    ...(headers && { headers: Object.assign(Object.create(null), headers) }),
    ...(publishes && { publish: Object.fromEntries(publishes.map((name) => [name, publisher(name)])) }),
    reply: replies ? publisher(undefined) : undefined,
    signal: line.signal(of),
    log: logger(line, of, {}),
  };
}

function logger(line: Line, of: ContextNumber, bound: object): Logger {
  const at =
    (level: LogLevel) =>
    (first: object | string, message = '') => {
      const own = typeof first === 'string' ? {} : first;
      const text = typeof first === 'string' ? first : message;
      line.tell({ kind: 'log', of, level, fields: packFields({ ...bound, ...own }), message: text });
    };
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: (fields) => logger(line, of, { ...bound, ...fields }),
  };
}
