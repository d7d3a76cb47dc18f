/** That the scenarios can fail, and leave nothing behind when they do. CI runs their short forms beside the tests. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from './command-line.js';
import { Book, repeated } from './parts/book.js';
import { Ledger } from './parts/ledger.js';
import { scenarios } from './scenarios/index.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fs-gen-chaos-test-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the ledgers', () => {
  it('are counted as they grow; a line that a kill has cut is not', async () => {
    const ledger = await Ledger.open(join(folder, '17.ledger'));
    const book = new Book(folder);
    await Promise.all([ledger.write('start', 3, 1, 100), ledger.write('done', 3, 1, 110)]);
    book.update();
    expect(book.handled).toBe(1);
    await ledger.write('event', 'most-acked-at-once', 5, 120);
    await ledger.write('event', 'most-acked-at-once', 4, 121);
    await ledger.close();
    appendFileSync(join(folder, '17.ledger'), 'done 4 1 1');
    writeFileSync(join(folder, '18.ledger'), 'start 3 2 130\ndone 3 2 140\n');
    book.update();
    expect(book.handled).toBe(1);
    expect(book.dones[4]).toBeUndefined();
    expect(repeated(book.dones)).toBe(1);
    expect(book.event('most-acked-at-once')).toBe(5);
  });
});

describe('the command line', () => {
  const problem = (...args: string[]) => {
    const parsed = parse(args, scenarios, () => 1);
    return parsed.kind === 'wrong' ? parsed.message : undefined;
  };

  it('takes a scenario or all of them, a seed, and sizes', () => {
    const parsed = parse(['poison', '--short', '--seed', '7', '--messages', '10'], scenarios, () => 1);
    expect(parsed).toMatchObject({ command: { short: true, seed: 7, jobs: 1, sizes: { messages: 10 } } });
    expect(parse(['all'], scenarios, () => 5)).toMatchObject({ command: { scenarios, seed: 5 } });
  });

  it('refuses what it does not know', () => {
    expect(problem()).toContain('Name a scenario');
    expect(problem('earthquake')).toContain('earthquake');
    expect(problem('poison', '--kills', '3')).toContain('--messages');
    expect(problem('poison', '--messages', 'many')).toContain('whole number');
    expect(problem('poison', '--sabotage', 'all')).toContain('ack-first');
  });
});

describe('a run', () => {
  /** Runs the suite as a person would; its temporary files go into a folder of this test. */
  function start(...args: string[]) {
    const main = fileURLToPath(new URL('main.ts', import.meta.url));
    const child = spawn(process.execPath, ['--import', 'tsx', main, ...args], {
      env: { ...process.env, TMPDIR: folder },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    const heard = new Set<() => void>();
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (text: Buffer) => {
        said += text;
        for (const tell of heard) tell();
      });
    }
    const exited = once(child, 'close').then(([code]) => ({ code: code as number | null, said }));
    const until = (words: string) =>
      new Promise<void>((resolve) => {
        const look = () => said.includes(words) && resolve();
        heard.add(look);
        look();
      });
    return { child, exited, until };
  }

  it('that is told of no scenario says which there are', async () => {
    const { code, said } = await start('earthquake').exited;
    expect(code).toBe(2);
    for (const { name } of scenarios) expect(said).toContain(name);
  });

  it('fails where work is acknowledged before it is done, and leaves nothing behind', async () => {
    const sizes = ['--messages', '3000', '--kills', '3', '--processes', '2'];
    const run = start('kill-workers', '--short', '--seed', '1', ...sizes, '--sabotage', 'ack-first');
    const { code, said } = await run.exited;
    expect(said).toMatch(/lost +[1-9]\d* +0 +BROKEN/);
    expect(code).toBe(1);
    expect(readdirSync(folder).filter((name) => name.startsWith('fs-gen-'))).toEqual([]);
  });

  it('that is interrupted ends its servers and processes', async () => {
    const run = start('sigterm', '--signals', '1000', '--seed', '1');
    await run.until('1 ended');
    run.child.kill('SIGTERM');
    const { code } = await run.exited;
    expect(code).toBe(130);
    expect(readdirSync(folder).filter((name) => name.startsWith('fs-gen-'))).toEqual([]);
  });
});
