import { generatorHints } from '../errors.js';
import { indexSpecifier } from '../specifier.js';
import type { WriteAction, WritePlan } from '../write/index.js';
import type { Console } from './console.js';
import type { FileChange, Reporter } from './report/index.js';

/** Longest list of changed files; a first run changes them all. */
const SHOWN = 12;

/** What `--check` calls a change that was not made. */
const WORDS = {
  create: { word: 'missing', code: 'FS_OUTPUT_MISSING', said: 'is missing' },
  update: { word: 'stale', code: 'FS_OUTPUT_STALE', said: 'is not what the document says' },
  remove: { word: 'extra', code: 'FS_OUTPUT_EXTRA', said: 'is no longer in the document' },
} as const;

/** `--check`: what a run would change; each is a problem for those who read problems. */
export function reportCheck(plan: WritePlan, reporter: Reporter, quiet: boolean): 'same' | 'different' {
  const { terminal } = reporter;
  const { green, red } = terminal.out;
  const differences = changesOf(plan);
  if (!reporter.isText) {
    const problems = differences.map(({ change, path }) => {
      const { code, said } = WORDS[change];
      const message = `${path} ${said}.`;
      return {
        severity: 'error',
        code,
        message,
        location: { file: path },
        hint: generatorHints[code],
      } as const;
    });
    reporter.problems(problems);
  } else if (differences.length > 0) {
    for (const { change, path } of differences)
      terminal.print(`${red(WORDS[change].word.padEnd(7))}  ${path}`);
    terminal.complain(
      `${plan.outDir} is not what the document says: run fs-gen without --check, and commit.`,
    );
  } else if (!quiet) terminal.print(`${green('✔')} ${plan.outDir} is up to date`);
  return differences.length === 0 ? 'same' : 'different';
}

/** `--dry-run`: what a run would do. */
export function printDryRun(plan: WritePlan, terminal: Console): void {
  const differences = changesOf(plan);
  for (const { change, path } of differences) terminal.print(`${change}  ${path}`);
  terminal.print(differences.length === 0 ? 'Nothing would change.' : 'Nothing was written (--dry-run).');
}

interface Done {
  readonly document: string;
  /** What `createWorker` can't do without. */
  readonly workerOptions: readonly string[];
}

/** What was done, and what is left for the user to do. */
export function printDone(plan: WritePlan, { document, workerOptions }: Done, terminal: Console): void {
  const { bold, dim, green, red, yellow } = terminal.out;
  const differences = changesOf(plan);
  const same = plan.actions.filter(({ kind }) => kind === 'unchanged').length;
  if (differences.length === 0) {
    printUpToDate(document, plan.outDir, same, terminal);
    return;
  }
  const counts = (['create', 'update', 'remove'] as const).flatMap((kind) => {
    const found = differences.filter(({ change }) => change === kind).length;
    return found === 0 ? [] : [`${found} ${{ create: 'new', update: 'changed', remove: 'removed' }[kind]}`];
  });
  if (same > 0) counts.push(`${same} unchanged`);
  const folders = stubsOf(plan).length > 0 ? `${plan.outDir}, ${plan.handlersDir}` : plan.outDir;
  terminal.print(`${green('✔')} ${bold(document)} → ${folders} (${counts.join(', ')})`);
  const signs = { create: green('+'), update: yellow('~'), remove: red('-') } as const;
  for (const { change, path } of differences.slice(0, SHOWN)) terminal.print(`  ${signs[change]} ${path}`);
  if (differences.length > SHOWN) terminal.print(dim(`  … and ${differences.length - SHOWN} more`));
  printNextStep(plan, workerOptions, terminal);
}

export function printUpToDate(document: string, outDir: string, files: number, terminal: Console): void {
  terminal.print(`${terminal.out.green('✔')} ${document}: ${outDir} is up to date (${count(files, 'file')})`);
}

function printNextStep(plan: WritePlan, workerOptions: readonly string[], terminal: Console): void {
  const { bold, cyan } = terminal.out;
  const stubs = stubsOf(plan);
  const index = stubs.find(({ path }) => isIndex(path));
  const handlers = stubs.filter((stub) => stub !== index).map(({ path }) => path);
  if (handlers.length === 0) return;
  terminal.print('');
  terminal.print(`${bold('Next:')} fill in ${handlers.join(', ')}`);
  if (index === undefined) {
    terminal.print(
      `and add ${handlers.length === 1 ? 'it' : 'them'} to ${plan.handlersDir}/index.ts; the compiler says what is missing.`,
    );
    return;
  }
  terminal.print('and start them:');
  terminal.print(cyan(`  import { createWorker } from '${indexSpecifier('.', plan.outDir)}';`));
  terminal.print(cyan(`  import { handlers } from '${indexSpecifier('.', plan.handlersDir)}';`));
  const asked = workerOptions.map((option) => `, ${option}`);
  terminal.print(
    cyan(`  await createWorker({ handlers${asked.join('')}, redis: 'redis://localhost:6379' }).run();`),
  );
  if (asked.length > 0) terminal.print('where the compiler says what has to be given for the addresses.');
}

/** Handler stubs that are new. */
function stubsOf(plan: WritePlan): readonly WriteAction[] {
  return plan.actions.filter((action) => action.kind === 'create' && action.owner === 'user');
}

/** What differs. The manifest counts only when nothing else does: it follows from the rest. */
export function changesOf(plan: WritePlan): readonly FileChange[] {
  const files = plan.actions.flatMap(({ kind, path }): readonly FileChange[] =>
    kind === 'unchanged' || kind === 'keep' ? [] : [{ change: kind, path }],
  );
  const { kind, path } = plan.manifest;
  const same = kind === 'unchanged' || kind === 'refresh';
  return files.length > 0 || same ? files : [{ change: kind, path }];
}

function isIndex(path: string): boolean {
  return /(^|[\\/])index\.ts$/.test(path);
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
