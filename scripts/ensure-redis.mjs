// The tests start Redis servers of their own. Where none is installed, this gets Debian's, if it may.
import { spawnSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';

const PROGRAMS = ['redis-server', 'valkey-server'];
const INSTALLER = 'apt-get';
/** Debian asks this program before a package starts its service; 101 means no. */
const POLICY = '/usr/sbin/policy-rc.d';

if (!isInstalled()) {
  const problem = mayInstall() ? install() : undefined;
  if (!isInstalled()) {
    const why = problem === undefined ? '' : ` (installing it failed: ${problem})`;
    console.error(
      `The tests need redis-server or valkey-server in PATH; install one, e.g. with "sudo apt-get install redis-server" or "brew install redis"${why}.`,
    );
    process.exit(1);
  }
}

function isInstalled() {
  return PROGRAMS.some((program) => spawnSync(program, ['--version']).status === 0);
}

function mayInstall() {
  return process.getuid?.() === 0 && spawnSync(INSTALLER, ['--version']).status === 0;
}

/** What went wrong, in one line, or nothing. */
function install() {
  console.log('Installing redis-server with apt-get, for the tests.');
  const ownPolicy = !existsSync(POLICY);
  if (ownPolicy) writeFileSync(POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    // One broken source among several fails the update, and the package may still be found.
    aptGet('update');
    return aptGet('install', '-y', '--no-install-recommends', 'redis-server');
  } finally {
    if (ownPolicy) rmSync(POLICY, { force: true });
  }
}

function aptGet(...args) {
  const { status, stderr, stdout } = spawnSync(INSTALLER, ['-q', ...args], {
    encoding: 'utf8',
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  if (status === 0) return undefined;
  return (
    `${stderr}\n${stdout}`
      .trim()
      .split('\n')
      .find((line) => line.startsWith('E:')) ?? `status ${status}`
  );
}
