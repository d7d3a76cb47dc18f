import { describe, expect, it } from 'vitest';
import { FsError } from '../../../runtime/src/errors.js';
import { Emitter, type EngineEvent } from '../../../runtime/src/events.js';
import { logEvents } from '../../../runtime/src/telemetry/event-log.js';
import { createLogger, type LoggerOptions } from '../../../runtime/src/telemetry/logger.js';

function capture(options: LoggerOptions = {}) {
  const lines: string[] = [];
  const logger = createLogger({ stream: { write: (line) => lines.push(line) }, ...options });
  return { logger, lines };
}

describe('createLogger', () => {
  it('writes an object a line where nobody watches', () => {
    const { logger, lines } = capture();
    logger.child({ operation: 'answer' }).warn({ attempt: 2 }, 'failed');
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      level: 'warn',
      msg: 'failed',
      operation: 'answer',
      attempt: 2,
    });
    expect(lines[0]?.endsWith('\n')).toBe(true);
  });

  it('writes for people on a terminal, with the hint on a line of its own', () => {
    const { logger, lines } = capture({ format: 'pretty' });
    const error = new FsError('FS_HANDLER_TIMEOUT', 'too slow');
    logger.error({ error, hint: error.hint, id: '1-0', name: 'two words' }, 'handler failed');
    expect(lines[0]).toMatch(/^\d\d:\d\d:\d\d\.\d{3} error handler failed id=1-0 name="two words"\n/);
    expect(lines[0]).toContain('\n    FS_HANDLER_TIMEOUT: too slow\n    hint: ');
  });

  it('leaves out what is below its level', () => {
    const { logger, lines } = capture({ level: 'warn' });
    logger.info('not this');
    logger.error('this');
    expect(lines).toHaveLength(1);
    const silent = capture({ level: 'silent' });
    silent.logger.error('nothing');
    expect(silent.lines).toEqual([]);
  });

  it('keeps name, code and issues of an error in JSON', () => {
    const { logger, lines } = capture();
    const issues = [{ path: 'n', message: 'wrong' }];
    logger.error({ error: new FsError('FS_MESSAGE_INVALID', 'bad', { issues }) }, 'x');
    expect(JSON.parse(lines[0] ?? '').error).toMatchObject({
      code: 'FS_MESSAGE_INVALID',
      message: 'bad',
      issues,
    });
  });
});

describe('logEvents', () => {
  it('says in plain words what happens, and is silent on the fast path', () => {
    const { logger, lines } = capture({ format: 'pretty' });
    const emitter = new Emitter();
    const end = logEvents((kinds, listener) => emitter.on(kinds, listener), logger);
    const of = { operation: 'answer', stream: 'q' };
    const events: EngineEvent[] = [
      { kind: 'taken-over', ...of, count: 1 },
      {
        kind: 'dead-lettered',
        ...of,
        id: '1-0',
        attempt: 5,
        target: '{q}.dead',
        reason: 'the handler failed 5 times',
      },
      { kind: 'handler-started', ...of, id: '1-0', attempt: 1 },
    ];
    for (const event of events) emitter.emit(event);
    expect(lines).toHaveLength(2);
    expect(lines[0]).toContain('took over 1 message that nobody was working on');
    expect(lines[1]).toContain('moved to {q}.dead: the handler failed 5 times');
    end();
    emitter.emit(events[0] as EngineEvent);
    expect(lines).toHaveLength(2);
    expect(emitter.wants('taken-over')).toBe(false);
  });
});
