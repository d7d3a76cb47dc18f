import type { Command } from 'commander';
import { bashScript } from './bash.js';
import { fishScript } from './fish.js';
import { completables, type Shell } from './tree.js';
import { zshScript } from './zsh.js';

/** A script that completes `fs-gen` in a shell; it is whole by itself, and asks fs-gen for nothing. */
export function completionScript(shell: Shell, program: Command): string {
  const tree = completables(program);
  switch (shell) {
    case 'bash':
      return bashScript(tree);
    case 'zsh':
      return zshScript(tree);
    case 'fish':
      return fishScript(tree);
    default:
      return shell satisfies never;
  }
}
