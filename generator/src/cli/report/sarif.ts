import { isAbsolute, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Location, Log, Result } from 'sarif';
import { version } from '../../version.js';
import type { Problem, Report } from './types.js';

const SCHEMA = 'https://json.schemastore.org/sarif-2.1.0.json';

/** The report as a SARIF 2.1.0 log of one run. Each code is a rule; a file's path is relative to the working folder. */
export function sarifLog({ problems, exitCode }: Report): string {
  const codes = [...new Set(problems.map(({ code }) => code))].sort();
  const log: Log = {
    $schema: SCHEMA,
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'fs-gen',
            semanticVersion: version(),
            rules: codes.map((id) => ({ id, shortDescription: { text: inWords(id) } })),
          },
        },
        columnKind: 'utf16CodeUnits',
        invocations: [{ executionSuccessful: exitCode < 2, exitCode }],
        results: problems.map((problem) => resultOf(problem, codes)),
      },
    ],
  };
  return JSON.stringify(log, null, 2);
}

function resultOf(
  { severity, code, message, location, hint, path }: Problem,
  codes: readonly string[],
): Result {
  return {
    ruleId: code,
    ruleIndex: codes.indexOf(code),
    level: severity,
    message: { text: hint === undefined ? message : `${message}\n${hint}` },
    locations: location === undefined ? [] : [placeOf(location, path)],
  };
}

function placeOf(location: NonNullable<Problem['location']>, path: string | undefined): Location {
  return {
    physicalLocation: {
      artifactLocation: { uri: uriOf(location.file) },
      ...('line' in location && { region: { startLine: location.line, startColumn: location.column } }),
    },
    ...(path !== undefined && { logicalLocations: [{ fullyQualifiedName: path }] }),
  };
}

function uriOf(file: string): string {
  if (/^[a-z][a-z\d+.-]+:\/\//i.test(file)) return file;
  if (isAbsolute(file)) return pathToFileURL(file).href;
  return file.split(sep).map(encodeURIComponent).join('/');
}

/** `FS_REF_BROKEN` as people say it: `ref broken`. */
function inWords(code: string): string {
  return code.replace(/^FS_/, '').replaceAll('_', ' ').toLowerCase();
}
