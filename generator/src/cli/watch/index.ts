import { promises as fs } from 'node:fs';
import { resolve } from 'node:path';
import { reportFailure } from '../failure.js';
import { type FilesRead, runGenerate } from '../generate.js';
import type { ExitCode, Reporter } from '../report/index.js';
import type { GenerateCommand, Source } from '../types.js';
import { untilChanged } from './changes.js';

/** Generates, and again on every change, until somebody ends it with Ctrl+C; what goes wrong is said, and no end. */
export async function runWatch(command: GenerateCommand, reporter: Reporter): Promise<ExitCode> {
  const end = new AbortController();
  const interrupt = () => end.abort();
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  try {
    await watch(command, reporter, end.signal);
    return 0;
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  }
}

/** The same until the signal says so. */
export async function watch(
  command: GenerateCommand,
  reporter: Reporter,
  signal: AbortSignal,
): Promise<void> {
  const { terminal } = reporter;
  let force = command.force;
  while (!signal.aborted) {
    const read = await startingWith(command.source);
    const code = await attempt({ ...command, force }, reporter, read);
    force = false;
    if (signal.aborted) return;
    terminal.complain(
      terminal.err.dim(`watching ${read.size} file${read.size === 1 ? '' : 's'}; Ctrl+C ends this`),
    );
    const changed = await untilChanged(read, { anyDocument: code !== 0, signal });
    if (changed !== undefined) terminal.complain(`\n${terminal.err.dim(`${changed} has changed`)}`);
  }
}

/** What is watched even if reading comes to nothing. */
async function startingWith(source: Source): Promise<FilesRead> {
  const file = resolve(source.kind === 'config' ? source.file : source.target.document);
  return new Map([[file, await fs.readFile(file, 'utf8').catch(() => '')]]);
}

function attempt(command: GenerateCommand, reporter: Reporter, read: FilesRead): Promise<ExitCode> {
  return runGenerate(command, reporter, read).catch((cause: unknown) => reportFailure(cause, reporter));
}
