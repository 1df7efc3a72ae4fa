/** `chimera completion SHELL`: a script that asks `chimera complete WORDS…` what fits. */
import { EXIT, type ExitCode } from '../exit-codes.ts';
import type { Shell } from './completion-command.ts';

/** Where nothing of ours fits, each shell offers files. `complete` gives a word, a tab and what it means. */
const SCRIPTS: Readonly<Record<Shell, string>> = {
  bash: `_chimera() {
  local line current="\${COMP_WORDS[COMP_CWORD]}"
  COMPREPLY=()
  while IFS= read -r line; do
    line="\${line%%$'\\t'*}"
    [[ $line == "$current"* ]] && COMPREPLY+=("$line")
  done < <("$1" complete "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o bashdefault -o default -F _chimera chimera`,
  zsh: `#compdef chimera
_chimera() {
  local line
  local -a found
  while IFS= read -r line; do
    found+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
  done < <("$words[1]" complete "\${(@)words[2,CURRENT]}" 2>/dev/null)
  if (( $#found )); then _describe chimera found; else _files; fi
}
if [[ "\${zsh_eval_context[-1]}" == loadautofunc ]]; then _chimera "$@"; else compdef _chimera chimera; fi`,
  fish: `function __chimera_complete
  set -l before (commandline -opc)
  set -l current (commandline -ct)
  set -l found ($before[1] complete $before[2..-1] "$current" 2>/dev/null)
  if test (count $found) -gt 0
    printf '%s\\n' $found
  else
    __fish_complete_path "$current"
  end
end
complete -c chimera -f -a '(__chimera_complete)'`,
};

export function runCompletion(shell: Shell): ExitCode {
  process.stdout.write(`${SCRIPTS[shell]}\n`);
  return EXIT.done;
}
