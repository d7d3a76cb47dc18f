import { indexSpecifier } from '../specifier.js';
import type { WriteAction, WritePlan } from '../write/index.js';
import type { Console } from './console.js';

/** Longest list of changed files; a first run changes them all. */
const SHOWN = 12;

/** `--check`: what a run would change. */
export function printCheck(plan: WritePlan, terminal: Console, quiet: boolean): 'same' | 'different' {
  const { green, red } = terminal.out;
  const differences = changes(plan);
  if (differences.length === 0) {
    if (!quiet) terminal.print(`${green('✔')} ${plan.outDir} is up to date`);
    return 'same';
  }
  const words = { create: 'missing', update: 'stale', remove: 'extra' } as const;
  for (const { kind, path } of differences) terminal.print(`${red(words[kind].padEnd(7))}  ${path}`);
  terminal.complain(`${plan.outDir} is not what the document says: run fs-gen without --check, and commit.`);
  return 'different';
}

/** `--dry-run`: what a run would do. */
export function printDryRun(plan: WritePlan, terminal: Console): void {
  const words = { create: 'create', update: 'update', remove: 'remove' } as const;
  const differences = changes(plan);
  for (const { kind, path } of differences) terminal.print(`${words[kind]}  ${path}`);
  terminal.print(differences.length === 0 ? 'Nothing would change.' : 'Nothing was written (--dry-run).');
}

/** What was done, and what is left for the user to do. */
export function printDone(plan: WritePlan, document: string, terminal: Console): void {
  const { bold, dim, green, red, yellow } = terminal.out;
  const differences = changes(plan);
  const same = plan.actions.filter(({ kind }) => kind === 'unchanged').length;
  if (differences.length === 0) {
    terminal.print(`${green('✔')} ${document}: ${plan.outDir} is up to date (${count(same, 'file')})`);
    return;
  }
  const counts = (['create', 'update', 'remove'] as const).flatMap((kind) => {
    const found = differences.filter((each) => each.kind === kind).length;
    return found === 0 ? [] : [`${found} ${{ create: 'new', update: 'changed', remove: 'removed' }[kind]}`];
  });
  if (same > 0) counts.push(`${same} unchanged`);
  const folders = stubsOf(plan).length > 0 ? `${plan.outDir}, ${plan.handlersDir}` : plan.outDir;
  terminal.print(`${green('✔')} ${bold(document)} → ${folders} (${counts.join(', ')})`);
  const signs = { create: green('+'), update: yellow('~'), remove: red('-') } as const;
  for (const { kind, path } of differences.slice(0, SHOWN)) terminal.print(`  ${signs[kind]} ${path}`);
  if (differences.length > SHOWN) terminal.print(dim(`  … and ${differences.length - SHOWN} more`));
  printNextStep(plan, terminal);
}

function printNextStep(plan: WritePlan, terminal: Console): void {
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
  const asked = requiredOptions(plan).map((option) => `, ${option}`);
  terminal.print(
    cyan(`  await createWorker({ handlers${asked.join('')}, redis: 'redis://localhost:6379' }).run();`),
  );
  if (asked.length > 0) terminal.print('where the compiler says what has to be given for the addresses.');
}

/** What `createWorker` can't do without: which addresses to work, where they have parameters or none is in the document. */
function requiredOptions(plan: WritePlan): readonly string[] {
  const worker = plan.actions.find(
    (action) => action.kind === 'create' && /(^|[\\/])worker\.ts$/.test(action.path),
  );
  const text = worker?.kind === 'create' ? worker.text : '';
  return ['parameters', 'addresses'].filter((option) =>
    new RegExp(`^  readonly ${option}: `, 'm').test(text),
  );
}

/** Handler stubs that are new. */
function stubsOf(plan: WritePlan): readonly WriteAction[] {
  return plan.actions.filter((action) => action.kind === 'create' && action.owner === 'user');
}

type Change = Extract<WriteAction, { kind: 'create' | 'update' | 'remove' }>;

/** The manifest counts only when nothing else differs: it follows from the rest. */
function changes(plan: WritePlan): readonly Pick<Change, 'path' | 'kind'>[] {
  const files = plan.actions.filter(
    (action): action is Change => action.kind !== 'unchanged' && action.kind !== 'keep',
  );
  const { kind, path } = plan.manifest;
  return files.length > 0 || kind === 'unchanged' ? files : [{ kind, path }];
}

function isIndex(path: string): boolean {
  return /(^|[\\/])index\.ts$/.test(path);
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
