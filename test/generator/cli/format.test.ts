/** The formats for machines: one document on standard output, and nothing beside it. */
import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import type { Log } from 'sarif';
import { beforeEach, describe, expect, test } from 'vitest';
import { githubCommands } from '../../../generator/src/cli/report/github.js';
import { jsonDocument } from '../../../generator/src/cli/report/json.js';
import { sarifLog } from '../../../generator/src/cli/report/sarif.js';
import type { Problem } from '../../../generator/src/cli/report/types.js';
import { folderWith } from '../document/workspace.js';
import { JOBS as DOCUMENT, run } from './run.js';

const WRONG = DOCUMENT.replace('address: jobs', 'address: jobs\n    x-fs-retri: {}\n    x-fs-timeot: {}');
const WARNED = DOCUMENT.replace('address: jobs', 'address: jobs\n    bindings: {redis: {method: lpop}}');

let folder = '';
const at = (...path: readonly string[]) => join(folder, ...path);
const fsGen = (...more: readonly string[]) => run([at('api.yaml'), '--out', at('generated'), ...more]);
const report = (out: string) => JSON.parse(out) as Record<string, unknown>;

beforeEach(async () => {
  folder = await folderWith({ 'api.yaml': DOCUMENT });
});

describe('--format json', () => {
  test('has the shape that docs/cli.md describes', async () => {
    await writeFile(at('api.yaml'), WRONG);
    const { code, out, err } = await fsGen('--format', 'json');
    expect({ code, err }).toEqual({ code: 2, err: '' });
    expect(report(out)).toEqual({
      format: 1,
      exitCode: 2,
      errors: 2,
      warnings: 0,
      notes: 0,
      problems: [
        {
          severity: 'error',
          code: 'FS_EXTENSION_UNKNOWN',
          message: 'There is no extension x-fs-retri.',
          file: at('api.yaml'),
          line: 8,
          column: 5,
          hint: 'Did you mean x-fs-retry?',
          path: 'channels.jobs.x-fs-retri',
        },
        expect.objectContaining({ line: 9, hint: 'Did you mean x-fs-timeout?' }),
      ],
      files: [],
    });
  });

  test('says which files were written, and that nothing was the second time', async () => {
    const first = await fsGen('--format', 'json');
    expect({ code: first.code, err: first.err }).toEqual({ code: 0, err: '' });
    expect(report(first.out).files).toContainEqual({ change: 'create', path: at('generated', 'index.ts') });
    expect(report((await fsGen('--format', 'json')).out).files).toEqual([]);
  });

  test('--dry-run says which files would be', async () => {
    const { code, out } = await fsGen('--format', 'json', '--dry-run');
    expect(code).toBe(0);
    expect(report(out).files).toContainEqual({ change: 'create', path: at('generated', 'index.ts') });
    expect(await readdir(folder)).toEqual(['api.yaml']);
  });

  test('with --check, each difference is a problem', async () => {
    await fsGen();
    await rm(at('generated', 'types.ts'));
    await writeFile(at('generated', 'index.ts'), '// by hand\n');
    const { code, out, err } = await fsGen('--format', 'json', '--check');
    expect({ code, err }).toEqual({ code: 1, err: '' });
    const { problems } = report(out) as { problems: readonly Problem[] };
    expect(problems.map((problem) => [problem.code, (problem as { file?: string }).file])).toEqual([
      ['FS_OUTPUT_STALE', at('generated', 'index.ts')],
      ['FS_OUTPUT_MISSING', at('generated', 'types.ts')],
    ]);
  });

  test('what is no fault of the document is a problem without a place', async () => {
    const { code, out, err } = await run([at('api.yaml'), '--out', folder, '--format', 'json']);
    expect({ code, err }).toEqual({ code: 2, err: '' });
    const [problem] = (report(out) as { problems: readonly Problem[] }).problems;
    expect(problem).toMatchObject({ severity: 'error', code: 'FS_OUTPUT_FOREIGN' });
    expect(problem).not.toHaveProperty('file');
  });
});

describe('--format github', () => {
  test('is one workflow command for each problem', async () => {
    await writeFile(at('api.yaml'), WARNED);
    const { code, out, err } = await fsGen('--format', 'github');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(
      /^::warning file=\S+api\.yaml,line=8,col=32,title=FS_TRANSPORT_UNAVAILABLE::Channel jobs .*%0Ahint: .*\n$/,
    );
  });

  test('names files from the top of the repository', () => {
    const problem: Problem = {
      severity: 'error',
      code: 'FS_X',
      message: 'm',
      location: { file: at('specs/api.yaml') },
    };
    const exitCode = 2;
    expect(
      githubCommands(
        { problems: [problem], files: [], findings: {}, exitCode },
        { GITHUB_WORKSPACE: folder },
      ),
    ).toEqual(['::error file=specs/api.yaml,title=FS_X::m']);
  });

  test('whatever the texts are, a problem stays one line, and its texts come back', () => {
    const unescaped = (text: string) =>
      text
        .replaceAll('%2C', ',')
        .replaceAll('%3A', ':')
        .replaceAll('%0A', '\n')
        .replaceAll('%0D', '\r')
        .replaceAll('%25', '%');
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        fc.constantFrom('', ',', ':', '%', '\n', '::'),
        (text, trap) => {
          const message = `${text}${trap}`;
          const [line = '', ...more] = githubCommands(
            {
              problems: [{ severity: 'note', code: message, message }],
              files: [],
              findings: {},
              exitCode: 0,
            },
            {},
          );
          expect(more).toEqual([]);
          expect(line).not.toMatch(/[\r\n]/);
          const [, title = '', said = ''] = /^::notice title=([^:,]*)::(.*)$/s.exec(line) ?? [];
          expect([unescaped(title), unescaped(said)]).toEqual([message, message]);
        },
      ),
    );
  });
});

describe('--format sarif', () => {
  test('is a log of one run, whose results name rules that it lists', async () => {
    await writeFile(at('api.yaml'), WRONG);
    const { code, out, err } = await fsGen('--format', 'sarif');
    expect({ code, err }).toEqual({ code: 2, err: '' });
    const log: Log = JSON.parse(out);
    expect(log.version).toBe('2.1.0');
    const [run, ...others] = log.runs;
    expect(others).toEqual([]);
    expect(run?.invocations).toEqual([{ executionSuccessful: false, exitCode: 2 }]);
    const rules = run?.tool.driver.rules ?? [];
    expect(run?.results).toHaveLength(2);
    for (const result of run?.results ?? []) {
      expect(rules[result.ruleIndex ?? -1]?.id).toBe(result.ruleId);
      expect(result.level).toBe('error');
      expect(result.locations?.[0]?.physicalLocation).toEqual({
        artifactLocation: { uri: `file://${at('api.yaml')}` },
        region: { startLine: expect.any(Number), startColumn: 5 },
      });
    }
  });

  test('paths become URIs', () => {
    const uri = (file: string) => {
      const problem: Problem = { severity: 'note', code: 'FS_X', message: 'm', location: { file } };
      const log: Log = JSON.parse(sarifLog({ problems: [problem], files: [], findings: {}, exitCode: 0 }));
      return log.runs[0]?.results?.[0]?.locations?.[0]?.physicalLocation?.artifactLocation?.uri;
    };
    expect(uri('my specs/ä#1.yaml')).toBe('my%20specs/%C3%A4%231.yaml');
    expect(uri('../api.yaml')).toBe('../api.yaml');
    expect(uri('https://example.org/api.yaml')).toBe('https://example.org/api.yaml');
  });
});

test('an empty report is still a whole document', () => {
  const empty = { problems: [], files: [], findings: {}, exitCode: 0 } as const;
  expect(JSON.parse(jsonDocument(empty))).toMatchObject({ problems: [], files: [] });
  expect(JSON.parse(sarifLog(empty)).runs[0].results).toEqual([]);
  expect(githubCommands(empty, {})).toEqual([]);
});

describe('validate', () => {
  const validate = (...more: readonly string[]) => run(['validate', at('api.yaml'), ...more]);

  test('is content, and writes nothing', async () => {
    expect(await validate()).toEqual({ code: 0, out: `✔ ${at('api.yaml')} is valid\n`, err: '' });
    expect(await validate('--quiet')).toEqual({ code: 0, out: '', err: '' });
    expect(await readdir(folder)).toEqual(['api.yaml']);
  });

  test('shows every problem; errors end with 2', async () => {
    await writeFile(at('api.yaml'), WRONG);
    const { code, out, err } = await validate();
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain('x-fs-retri.');
    expect(err).toMatch(/\n2 errors\n$/);
  });

  test('warnings end with 0', async () => {
    await writeFile(at('api.yaml'), WARNED);
    const { code, err } = await validate();
    expect(code).toBe(0);
    expect(err).toMatch(/\n1 warning\n$/);
  });

  test('reports to machines as well', async () => {
    await writeFile(at('api.yaml'), WRONG);
    const { code, out, err } = await validate('--format', 'json');
    expect({ code, err }).toEqual({ code: 2, err: '' });
    expect(report(out)).toMatchObject({ errors: 2, exitCode: 2 });
  });

  test('a format that is none is named with those that are', async () => {
    const { code, err } = await validate('--format', 'xml');
    expect(code).toBe(2);
    expect(err).toContain('Allowed choices are text, json, github, sarif.');
  });
});
