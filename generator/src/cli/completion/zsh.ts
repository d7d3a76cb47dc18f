import { commandPattern, type Dialect, valueCases } from './cases.js';
import type { Completable } from './tree.js';

const DIALECT: Dialect = { quote, offer: added, paths: '_files' };

export function zshScript(tree: readonly Completable[]): string {
  const words = tree.map(({ path, commands: below, options, takesFile, words: known }) => {
    const flags = options.flatMap((option) => option.flags.map((flag) => described(flag, option.summary)));
    const rest = [
      ...below.map(({ name, summary }) => described(name, summary)),
      ...known.map((word) => described(word, word)),
    ];
    return [
      `    ${quote(path.join(' '))})`,
      `      flags=(${flags.join(' ')})`,
      `      words_=(${rest.join(' ')})`,
      `      files=${takesFile ? 'yes' : ''} ;;`,
    ].join('\n');
  });
  return `#compdef fs-gen
# zsh completion for fs-gen: put this line into ~/.zshrc, below compinit
#   eval "$(fs-gen completion zsh)"
_fs_gen() {
  local at='' word files=''
  local -a flags words_
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "\${at:+$at }$word" in
      ${commandPattern(tree, DIALECT)}) at="\${at:+$at }$word" ;;
    esac
  done
  case "$at:\${words[CURRENT-1]}" in
${valueCases(tree, DIALECT)}
  esac
  case "$at" in
${words.join('\n')}
  esac
  if [[ "\${words[CURRENT]}" == -* ]]; then
    _describe option flags
  else
    (( \${#words_} )) && _describe command words_
    [[ -n "$files" ]] && _files
  fi
}
compdef _fs_gen fs-gen`;
}

/** `name:what it is`; a colon in the name has to be escaped. */
function described(name: string, summary: string): string {
  return quote(`${name.replaceAll(':', '\\:')}:${summary}`);
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function added(words: readonly string[]): string {
  return `compadd -- ${words.map(quote).join(' ')}`;
}
