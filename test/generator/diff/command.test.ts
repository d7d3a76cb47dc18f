/** What `fs-gen diff` prints and ends with. */
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { run } from '../cli/run.js';
import { folderWith, HEAD_V3 } from '../document/workspace.js';

const OLD = `${HEAD_V3}channels:
  jobs:
    address: jobs
    messages: {job: {payload: {type: object, properties: {id: {type: integer, maximum: 9}}}}}
operations:
  doJob: {action: receive, channel: {$ref: '#/channels/jobs'}}
`;

// Each run reads two documents, with all rules on.

let folder = '';
const at = (name: string) => join(folder, name);

beforeEach(async () => {
  folder = await folderWith({
    'old.yaml': OLD,
    'narrow.yaml': OLD.replace('maximum: 9', 'maximum: 5'),
    'wide.yaml': OLD.replace('maximum: 9', 'maximum: 99'),
    'words.yaml': OLD.replace('version: 1.0.0', 'version: 1.0.1'),
    'wrong.yaml': OLD.replace('action: receive', 'action: recieve'),
  });
});

const diff = (name: string, ...more: readonly string[]) => run(['diff', at('old.yaml'), at(name), ...more]);

test('nothing has changed', async () => {
  expect(await diff('old.yaml')).toEqual({
    code: 0,
    out: `✔ ${at('old.yaml')} says the same as ${at('old.yaml')}\n`,
    err: '',
  });
});

test('what breaks has its place, its reason and its sides, and ends with 1', async () => {
  const { code, out, err } = await diff('narrow.yaml');
  expect({ code, err }).toEqual({ code: 1, err: '' });
  expect(out).toBe(`${at('narrow.yaml')}:8:79  breaking  range-changed  Job.id has a narrower range
  ≤ 9 → ≤ 5
  breaks when those who receive move first

1 breaking
`);
});

test.each([
  ['narrow.yaml', ['--perspective', 'peer'], 0],
  ['wide.yaml', [], 0],
  ['wide.yaml', ['--perspective', 'peer'], 1],
  ['wide.yaml', ['--perspective', 'both'], 1],
  ['wide.yaml', ['--fail-on', 'compatible'], 1],
  ['words.yaml', ['--fail-on', 'compatible'], 0],
  ['words.yaml', ['--fail-on', 'documentation'], 1],
  ['narrow.yaml', ['--fail-on', 'none'], 0],
  ['narrow.yaml', ['--only', 'code', 'policy'], 0],
  ['narrow.yaml', ['--only', 'wire'], 1],
] as const)('%s with %j ends with %i', async (name, options, code) => {
  expect((await diff(name, ...options)).code).toBe(code);
});

test('--format json is for programs', async () => {
  const { out } = await diff('narrow.yaml', '--format', 'json');
  const location = { file: at('narrow.yaml'), line: 8, column: 79 };
  expect(JSON.parse(out)).toEqual({
    format: 1,
    exitCode: 1,
    errors: 0,
    warnings: 0,
    notes: 0,
    problems: [],
    files: [],
    old: at('old.yaml'),
    new: at('narrow.yaml'),
    perspective: 'application',
    summary: { breaking: 1, compatible: 0, documentation: 0 },
    changes: [
      {
        severity: 'breaking',
        area: 'wire',
        side: 'receiving',
        kind: 'range-changed',
        path: 'Job.id',
        message: 'Job.id has a narrower range',
        before: '≤ 9',
        after: '≤ 5',
        location,
        oldLocation: { ...location, file: at('old.yaml') },
        newLocation: location,
      },
    ],
  });
});

test.each([
  ['a document that is wrong', ['wrong.yaml'], 'recieve'],
  ['a document that is not there', ['none.yaml'], 'FS_FILE_MISSING'],
  ['an option that is wrong', ['old.yaml', '--format', 'xml'], 'xml'],
])('%s ends with 2', async (_, [name = '', ...options], said) => {
  const { code, out, err } = await diff(name, ...options);
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toContain(said);
});

test('--format github and sarif say what breaks as errors, with their places', async () => {
  const github = await diff('narrow.yaml', '--format', 'github');
  expect(github.out).toMatch(
    /^::error file=.*narrow\.yaml,line=8,col=79,title=range-changed::Job\.id has a narrower range$/m,
  );
  const sarif = JSON.parse((await diff('narrow.yaml', '--format', 'sarif')).out);
  expect(sarif.runs[0].results).toMatchObject([{ ruleId: 'range-changed', level: 'error' }]);
});
