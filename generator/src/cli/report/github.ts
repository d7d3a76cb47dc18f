import { relative, resolve, sep } from 'node:path';
import type { Report } from './types.js';

const COMMANDS = { error: 'error', warning: 'warning', note: 'notice' } as const;

type Environment = Readonly<Record<string, string | undefined>>;

/** Workflow commands, which GitHub shows as annotations beside the lines that they are about. */
export function githubCommands({ problems }: Report, env: Environment): readonly string[] {
  return problems.map(({ severity, code, message, location, hint }) => {
    const properties = {
      ...(location === undefined ? {} : { file: inRepository(location.file, env) }),
      ...(location !== undefined && 'line' in location ? { line: location.line, col: location.column } : {}),
      title: code,
    };
    const written = Object.entries(properties).map(([key, value]) => `${key}=${property(String(value))}`);
    const text = hint === undefined ? message : `${message}\nhint: ${hint}`;
    return `::${COMMANDS[severity]} ${written.join(',')}::${data(text)}`;
  });
}

/** Annotations name files from the top of the repository, wherever in it the command runs. */
function inRepository(file: string, env: Environment): string {
  if (isUrl(file)) return file;
  return relative(env.GITHUB_WORKSPACE || '.', resolve(file))
    .split(sep)
    .join('/');
}

function isUrl(file: string): boolean {
  return /^[a-z][a-z\d+.-]+:\/\//i.test(file);
}

function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
