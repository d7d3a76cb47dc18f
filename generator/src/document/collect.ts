import { promises as fs } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import { type ParsedFile, parseYaml, plainText } from './yaml.js';

/** The files that a document is made of. */
export interface Collected {
  /** By absolute path or URL, the document itself first. */
  readonly files: ReadonlyMap<string, ParsedFile>;
  /** Why a file that is referred to can't be had, by the same names. */
  readonly failures: ReadonlyMap<string, string>;
}

/** Files of other languages, which have no values inside that could be referred to. */
const PLAIN_TEXT = /\.(proto|xsd|xml|raml|thrift|graphqls?|md|txt)$/i;
/** How long a server may take to answer. */
const FETCH_MS = 20_000;

/**
 * Reads every file that a document refers to, and those that these refer to.
 *
 * @param text of the document itself
 * @param source absolute path of the document, the base of relative references
 */
export async function collectFiles(text: string, source: string): Promise<Collected> {
  const files = new Map([[source, parseYaml(text)]]);
  const failures = new Map<string, string>();
  let pending = namesIn(source, files);
  while (pending.length > 0) {
    const results = await Promise.all(pending.map(read));
    const reached: string[] = [];
    for (const [index, name] of pending.entries()) {
      const result = results[index];
      if (result === undefined) continue;
      if ('failure' in result) failures.set(name, result.failure);
      else {
        files.set(name, PLAIN_TEXT.test(name) ? plainText(result.text) : parseYaml(result.text));
        reached.push(name);
      }
    }
    const next = new Set(reached.flatMap((name) => namesIn(name, files)));
    pending = [...next].filter((name) => !files.has(name) && !failures.has(name));
  }
  return { files, failures };
}

/** Where a reference's file is, seen from the file that it is written in. */
export function absoluteName(base: string, name: string): string {
  if (isUrl(name)) return name.replace(/\/$/, '');
  if (isUrl(base)) return new URL(name, base).href;
  return isAbsolute(name) ? name : join(dirname(base), name);
}

/** The files that a file refers to, each once. */
function namesIn(source: string, files: ReadonlyMap<string, ParsedFile>): readonly string[] {
  const names = new Set<string>();
  const open: unknown[] = [files.get(source)?.data];
  for (let value = open.pop(); open.length > 0 || value !== undefined; value = open.pop()) {
    if (typeof value !== 'object' || value === null) continue;
    for (const [key, member] of Object.entries(value)) {
      if (key === '$ref' && typeof member === 'string') {
        const [name = ''] = member.split('#');
        if (name !== '') names.add(absoluteName(source, decode(name)));
      } else open.push(member);
    }
  }
  names.delete(source);
  return [...names];
}

async function read(name: string): Promise<{ readonly text: string } | { readonly failure: string }> {
  try {
    return { text: isUrl(name) ? await download(name) : await fs.readFile(name, 'utf8') };
  } catch (cause) {
    return { failure: reason(cause) };
  }
}

async function download(url: string): Promise<string> {
  const response = await fetch(url, { signal: AbortSignal.timeout(FETCH_MS) });
  if (!response.ok) throw new Error(`the server answers ${response.status} ${response.statusText}`.trim());
  return response.text();
}

/** The innermost cause says most. */
function reason(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  if (cause.cause !== undefined) return reason(cause.cause);
  return 'code' in cause && cause.code === 'ENOENT' ? 'ENOENT' : cause.message;
}

export function isUrl(name: string): boolean {
  return /^https?:\/\//i.test(name);
}

/** As it stands when it is not percent-encoded after all. */
export function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
