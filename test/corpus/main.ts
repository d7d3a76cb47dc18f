/**
 * `npm run test:corpus -- <folder or document> …`: generates from every AsyncAPI document that it finds, compiles all
 * of it with TypeScript 5.9 and 7 under the strictest options, and says which documents did not make it, and why.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Diagnostic, generate } from '../../generator/src/index.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const OUT = join(ROOT, '.tmp/corpus');
const SUFFIX = /\.(ya?ml|json)$/;
const COMPILERS = ['typescript', 'typescript7'];

interface Outcome {
  readonly document: string;
  /** Folder of what was generated, relative to `OUT`; `undefined` when nothing was. */
  readonly folder?: string;
  readonly errors: readonly string[];
}

const lenient = process.argv.includes('--lenient');
const documents = process.argv
  .slice(2)
  .filter((argument) => argument !== '--lenient')
  .flatMap(documentsIn);
rmSync(OUT, { recursive: true, force: true });
const outcomes: Outcome[] = [];
for (const [index, document] of documents.entries()) outcomes.push(await generateInto(document, `d${index}`));
const generated = outcomes.filter(({ folder }) => folder !== undefined);
const complaints = generated.length === 0 ? new Map<string, string[]>() : compile();
const compiled = generated.filter(({ folder }) => !complaints.has(folder ?? ''));
for (const { document, errors, folder } of outcomes) {
  const lines = [...errors, ...(complaints.get(folder ?? '') ?? [])];
  if (lines.length > 0) console.log(`✘ ${document}\n    ${lines.slice(0, 5).join('\n    ')}`);
}
console.log(
  `${documents.length} documents, ${generated.length} generated, ${compiled.length} compile with each of ${COMPILERS.join(', ')}`,
);
if (compiled.length < documents.length || documents.length === 0) process.exitCode = 1;

/** A folder's documents are its files; a folder within it is one document of several files. */
function documentsIn(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const file = join(path, entry.name);
      if (entry.isDirectory()) return rootIn(file);
      return SUFFIX.test(entry.name) ? [file] : [];
    });
}

/** Of a document in several files: the one that says which AsyncAPI it is, and has channels. */
function rootIn(folder: string): string[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    SUFFIX.test(name),
  );
  const [root] = files.map((name) => join(folder, name)).filter(looksLikeRoot);
  return root === undefined ? [] : [root];
}

function looksLikeRoot(file: string): boolean {
  const text = readFileSync(file, 'utf8');
  return ['asyncapi', 'channels'].every((key) => new RegExp(`^\\s*["']?${key}["']?\\s*:`, 'm').test(text));
}

async function generateInto(document: string, folder: string): Promise<Outcome> {
  try {
    const { files, diagnostics } = await generate({ document, lenient });
    if (files === undefined) return { document, errors: diagnostics.filter(isError).map(inOneLine) };
    for (const { folder: kind, path, text } of files) {
      const file = join(OUT, folder, kind, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
    return { document, folder, errors: [] };
  } catch (error) {
    return { document, errors: [`crashed: ${error instanceof Error ? error.stack : error}`] };
  }
}

/** What the compilers say, by folder. */
function compile(): Map<string, string[]> {
  writeFileSync(
    join(OUT, 'tsconfig.json'),
    JSON.stringify({
      compilerOptions: {
        target: 'ES2022',
        lib: ['ES2023'],
        module: 'NodeNext',
        types: ['node'],
        strict: true,
        noUncheckedIndexedAccess: true,
        exactOptionalPropertyTypes: true,
        noUnusedLocals: true,
        verbatimModuleSyntax: true,
        skipLibCheck: true,
        noEmit: true,
      },
      include: ['.'],
    }),
  );
  const complaints = new Map<string, string[]>();
  for (const compiler of COMPILERS) {
    const tsc = join(ROOT, 'node_modules', compiler, 'bin/tsc');
    const { stdout, stderr, status } = spawnSync(process.execPath, [tsc, '-p', OUT, '--pretty', 'false'], {
      cwd: OUT,
      encoding: 'utf8',
      maxBuffer: 1 << 28,
    });
    const found = [...stdout.matchAll(/^(d\d+)\/(.*)$/gm)];
    if (status !== 0 && found.length === 0) throw new Error(`${compiler} failed:\n${stdout}${stderr}`);
    for (const [, folder = '', text = ''] of found) {
      complaints.set(folder, [...(complaints.get(folder) ?? []), `${compiler}: ${text}`]);
    }
  }
  return complaints;
}

function isError({ severity }: Diagnostic): boolean {
  return severity === 'error';
}

function inOneLine({ location, code, message }: Diagnostic): string {
  return `${location.line}:${location.column} ${code} ${message}`;
}
