/** The scripts that complete `fs-gen`; bash is asked itself. */
import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { folderWith } from '../document/workspace.js';
import { run } from './run.js';

const script = async (shell: string) => {
  const { code, out, err } = await run(['completion', shell]);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return out;
};

/** What bash offers for a line, of which the last word is being typed. */
async function offered(words: readonly string[]): Promise<readonly string[]> {
  const cwd = await folderWith({ 'specs one.yaml': '', 'api.yaml': '' });
  const ask = `COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _fs_gen; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const bash = spawnSync('bash', ['-c', `${await script('bash')}\n${ask}`, 'bash', 'fs-gen', ...words], {
    encoding: 'utf8',
    cwd,
  });
  expect({ status: bash.status, stderr: bash.stderr }).toEqual({ status: 0, stderr: '' });
  return bash.stdout.split('\n').filter((line) => line !== '');
}

test.each([
  [[''], ['validate', 'init', 'dead', 'diff', 'plan', 'completion', 'specs one.yaml', 'api.yaml']],
  [['sp'], ['specs one.yaml']],
  [['--pers'], ['--perspective']],
  [
    ['--perspective', ''],
    ['application', 'peer'],
  ],
  [['api.yaml', '--format', 's'], ['sarif']],
  [['--out', 'a'], ['api.yaml']],
  [['validate', '--o'], []],
  [
    ['dead', ''],
    ['list', 'show', 'replay', 'discard'],
  ],
  [
    ['dead', 'list', '--re'],
    ['--redis', '--reason'],
  ],
  [['dead', 'list', '--since', ''], []],
  [['dead', 'list', 'a'], ['api.yaml']],
  [
    ['plan', 'api.yaml', '--arrivals', ''],
    ['poisson', 'constant'],
  ],
  [['plan', '--chart', 'a'], ['api.yaml']],
  [
    ['completion', ''],
    ['bash', 'zsh', 'fish'],
  ],
])('bash: %j', async (words, expected) => {
  expect((await offered(words)).toSorted()).toEqual(expected.toSorted());
});

test.each(['zsh', 'fish'])('%s knows the commands, the options and their values', async (shell) => {
  const text = await script(shell);
  for (const word of ['validate', 'discard', 'perspective', 'sarif']) expect(text).toContain(word);
});

test('a shell that is none', async () => {
  const { code, err } = await run(['completion', 'csh']);
  expect(code).toBe(2);
  expect(err).toContain('Allowed choices are bash, zsh, fish.');
});
