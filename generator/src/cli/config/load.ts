import { promises as fs } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DocumentConfig } from '../../config.js';
import { readText } from '../../document/read.js';
import type { Location } from '../../document/types.js';
import { GeneratorError, generatorHints } from '../../errors.js';
import type { Problem } from '../report/index.js';
import type { Target } from '../types.js';
import { type CheckedDocument, checkConfig } from './check.js';
import { Places } from './places.js';

/** What a config file asks for, or what is wrong with it. */
export interface LoadedConfig {
  readonly targets: readonly Target[];
  readonly problems: readonly Problem[];
}

/**
 * Runs a config file and checks what it exports. Each call runs it anew.
 *
 * @throws GeneratorError `FS_CONFIG_MISSING`
 */
export async function loadConfig(file: string): Promise<LoadedConfig> {
  const text = await fs.readFile(file, 'utf8').catch((cause: unknown) => {
    throw new GeneratorError('FS_CONFIG_MISSING', `There is no config file ${file}.`, { cause });
  });
  const places = new Places(file, text);
  let value: unknown;
  try {
    value = await evaluate(resolve(file));
  } catch (cause) {
    return { targets: [], problems: [failed(cause, file, places.start)] };
  }
  const { documents, problems } = checkConfig(value, places);
  if (problems.length > 0) return { targets: [], problems };
  const missing = await Promise.all(documents.map((document) => missingDocument(document, file)));
  return {
    targets: documents.map(({ entry }) => targetOf(entry, file)),
    problems: missing.flat(),
  };
}

/** TypeScript as well, in every Node that we support; see docs/decisions/0011-config-in-typescript.md. */
async function evaluate(path: string): Promise<unknown> {
  const { createJiti } = await import('jiti');
  const ours = fileURLToPath(new URL('../../config.js', import.meta.url));
  const jiti = createJiti(import.meta.url, { moduleCache: false, alias: { 'fs-gen': ours } });
  return withFreeOutput(() => jiti.import(path, { default: true }));
}

/** Standard output is for what fs-gen says, which a machine may read; what others print goes to standard error. */
async function withFreeOutput<T>(work: () => Promise<T>): Promise<T> {
  const { stdout, stderr } = process;
  const write = stdout.write;
  stdout.write = stderr.write.bind(stderr);
  try {
    return await work();
  } finally {
    stdout.write = write;
  }
}

function failed(cause: unknown, file: string, start: Location): Problem {
  const { message, stack } = cause instanceof Error ? cause : { message: String(cause), stack: undefined };
  const [, line, column] =
    new RegExp(`${inPattern(resolve(file))}:(\\d+):(\\d+)`).exec(stack ?? message) ?? [];
  // The reader of the syntax counts columns from 0. Those of what runs are of the translation, and no use.
  const isSyntax = message.startsWith('ParseError');
  const location =
    line === undefined ? start : { file, line: Number(line), column: isSyntax ? Number(column) + 1 : 1 };
  const reason = (message.split('\n', 1)[0] ?? '').replace(/^ParseError: /, '').trim();
  return {
    severity: 'error',
    code: 'FS_CONFIG_FAILED',
    message: `The config file can't be run: ${reason.replace(/\.$/, '')}.`,
    location,
    hint: generatorHints.FS_CONFIG_FAILED,
  };
}

/** A document that isn't there is a mistake of the config, and shown in it. */
async function missingDocument(
  { entry, placeOf }: CheckedDocument,
  file: string,
): Promise<readonly Problem[]> {
  const read = await readText(beside(file, entry.document));
  return 'problem' in read && read.problem.code !== 'FS_FILE_EMPTY'
    ? [{ ...read.problem, location: placeOf('document') }]
    : [];
}

function targetOf(
  { document, out = 'generated', handlers, perspective = 'application', lenient }: DocumentConfig,
  file: string,
): Target {
  return {
    document: beside(file, document),
    out: beside(file, out),
    ...(handlers !== undefined && { handlers: beside(file, handlers) }),
    perspective,
    ...(lenient !== undefined && { lenient }),
  };
}

/** Paths count from the config's folder. */
function beside(file: string, path: string): string {
  return isAbsolute(path) || dirname(file) === '.' ? path : join(dirname(file), path);
}

function inPattern(text: string): string {
  return text.replace(/[$()*+.?[\\\]^{|}]/g, '\\$&');
}
