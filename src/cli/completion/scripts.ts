export const SHELLS = ['bash', 'zsh', 'fish'] as const;

export type Shell = (typeof SHELLS)[number];

/** Each asks devstack itself, so that names of resources are those of the config at hand. */
export const SCRIPTS: Readonly<Record<Shell, string>> = {
  bash: `# devstack completion bash: eval "$(devstack completion bash)" in ~/.bashrc
_devstack() {
  local line
  COMPREPLY=()
  while IFS= read -r line; do
    COMPREPLY+=("\${line%%$'\\t'*}")
  done < <("\${COMP_WORDS[0]}" __complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o default -F _devstack devstack`,
  zsh: `#compdef devstack
# devstack completion zsh: eval "$(devstack completion zsh)" in ~/.zshrc, behind compinit
_devstack() {
  local -a found
  local line
  while IFS= read -r line; do
    found+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
  done < <("\${words[1]}" __complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)
  if (( \${#found} )); then _describe -V devstack found; else _files; fi
}
compdef _devstack devstack`,
  fish: `# devstack completion fish: devstack completion fish | source in ~/.config/fish/config.fish
function __devstack_complete
  set -l words (commandline -opc)
  set -l found ($words[1] __complete -- $words[2..] (commandline -ct) 2>/dev/null)
  if set -q found[1]
    printf '%s\\n' $found
  else
    __fish_complete_path (commandline -ct)
  end
end
complete -c devstack -f -a '(__devstack_complete)'`,
};
