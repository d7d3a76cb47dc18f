import { commandPattern, type Dialect, valueCases } from './cases.js';
import type { Completable } from './tree.js';

const PATHS = 'COMPREPLY=($(compgen -f -- "$cur"))';

const DIALECT: Dialect = { quote, offer: reply, paths: PATHS };

/** Runs in bash 3.2 as well, which macOS has. */
export function bashScript(tree: readonly Completable[]): string {
  const words = tree.map(({ path, commands: below, options, takesFile, words: known }) => {
    const flags = options.flatMap((option) => option.flags);
    const rest = [...below.map(({ name }) => name), ...known];
    return `    ${quote(path.join(' '))}) flags=${quote(flags.join('\n'))} words=${quote(rest.join('\n'))} files=${takesFile ? 'yes' : ''} ;;`;
  });
  return `# bash completion for fs-gen: put this line into ~/.bashrc
#   eval "$(fs-gen completion bash)"
_fs_gen() {
  local IFS=$'\\n' cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD-1]}"
  local at='' word flags='' words='' files=''
  COMPREPLY=()
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "\${at:+$at }$word" in
      ${commandPattern(tree, DIALECT)}) at="\${at:+$at }$word" ;;
    esac
  done
  case "$at:$prev" in
${valueCases(tree, DIALECT)}
  esac
  case "$at" in
${words.join('\n')}
  esac
  case "$cur" in
    -*) COMPREPLY=($(compgen -W "$flags" -- "$cur")) ;;
    *)
      COMPREPLY=($(compgen -W "$words" -- "$cur"))
      if [ -n "$files" ]; then COMPREPLY+=($(compgen -f -- "$cur")); fi
      ;;
  esac
}
complete -o filenames -F _fs_gen fs-gen`;
}

function reply(words: readonly string[]): string {
  return `COMPREPLY=($(compgen -W ${quote(words.join('\n'))} -- "$cur"))`;
}

/** A line end has to be written as one, or it would end the script's own line. */
function quote(text: string): string {
  return `$'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\n', '\\n')}'`;
}
