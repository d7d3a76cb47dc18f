import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** One schema of the official JSON-Schema-Test-Suite, and what it accepts and refuses. */
export interface Group {
  readonly description: string;
  readonly schema: unknown;
  readonly tests: readonly Case[];
}

interface Case {
  readonly description: string;
  readonly data: unknown;
  readonly valid: boolean;
}

/** `scripts/ensure-json-schema-suite.mjs` puts it there; a newer one can be named instead. */
const FOLDER =
  process.env.JSON_SCHEMA_SUITE ??
  fileURLToPath(new URL('../../node_modules/.cache/json-schema-suite/', import.meta.url));

const DRAFT_7 = join(FOLDER, 'tests/draft7');

export function isSuiteThere(): boolean {
  return existsSync(DRAFT_7);
}

/** The groups of a folder's files, by file; `''` holds what every implementation must do. */
export function readGroups(
  folder: '' | 'optional' | 'optional/format',
): ReadonlyMap<string, readonly Group[]> {
  const path = join(DRAFT_7, folder);
  const files = readdirSync(path).filter((file) => file.endsWith('.json'));
  return new Map(
    files.map((file) => [
      file.replace('.json', ''),
      JSON.parse(readFileSync(join(path, file), 'utf8')) as readonly Group[],
    ]),
  );
}
