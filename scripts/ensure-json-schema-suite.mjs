// Generated validators are held against the official JSON-Schema-Test-Suite. No npm package carries its draft 7; the
// source of Python's jsonschema does, so that pip gets it, once, by name, version and checksum. Without Python the
// tests that need it are skipped, and say so.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const NAME = 'jsonschema';
const VERSION = '4.26.0';
const SHA256 = '0c26707e2efad8aa1bfc5b7ce170f3fccc2e4918ff85989ba9ffa9facb2be326';

const FOLDER = fileURLToPath(new URL('../node_modules/.cache/json-schema-suite', import.meta.url));

if (!existsSync(join(FOLDER, 'tests/draft7'))) {
  const problem = fetchSuite();
  if (problem !== undefined) {
    console.warn(`The JSON-Schema-Test-Suite is not here, and its tests are skipped: ${problem}`);
  }
}

/** What went wrong, in one line, or nothing. */
function fetchSuite() {
  console.log(`Getting the JSON-Schema-Test-Suite with pip, from the source of ${NAME} ${VERSION}.`);
  const temporary = `${FOLDER}.${process.pid}`;
  mkdirSync(temporary, { recursive: true });
  try {
    const wanted = join(temporary, 'requirements.txt');
    writeFileSync(wanted, `${NAME}==${VERSION} --hash=sha256:${SHA256}\n`);
    const options = ['--no-deps', '--no-binary', NAME, '--require-hashes', '--retries', '1', '-q'];
    const problem =
      run('python3', '-m', 'pip', 'download', ...options, '-r', wanted, '-d', temporary) ??
      run('tar', '-xzf', archiveIn(temporary), '-C', temporary, '--strip-components=1');
    if (problem !== undefined) return problem;
    rmSync(FOLDER, { recursive: true, force: true });
    renameSync(join(temporary, 'json'), FOLDER);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

function archiveIn(folder) {
  return join(folder, readdirSync(folder).find((file) => file.endsWith('.tar.gz')) ?? 'nothing.tar.gz');
}

function run(program, ...args) {
  const { status, error, stderr } = spawnSync(program, args, { encoding: 'utf8', timeout: 300_000 });
  if (error !== undefined) return error.message;
  return status === 0 ? undefined : (stderr.trim().split('\n').at(-1) ?? `status ${status}`);
}
