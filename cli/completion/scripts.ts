export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/**
 * What a shell reads to complete `simtape`. It asks `simtape complete -- WORDS`, whose first line says whether files or
 * folders are wanted, too, and whose others are words with their descriptions behind a tab. Nothing that was typed is
 * evaluated.
 */
export const SCRIPTS: Readonly<Record<Shell, string>> = {
  bash: `# bash 4 and later. To load it: source <(simtape completion bash)
_simtape() {
  local IFS=$'\\n' line word typed='' paths=''
  local -a words=()
  # bash takes "=" for the end of a word.
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD}"; do
    if [[ ( $word == =* || $typed == *= ) && \${#words[@]} -gt 0 ]]; then
      typed+=$word
      words[\${#words[@]}-1]=$typed
    else
      typed=$word
      words+=("$word")
    fi
  done
  local current=\${COMP_WORDS[COMP_CWORD]}
  [[ $current == '=' ]] && current=''
  local before=\${typed%"$current"}
  COMPREPLY=()
  while read -r line; do
    if [[ -z $paths ]]; then paths=$line; continue; fi
    word=\${line%%$'\\t'*}
    COMPREPLY+=("\${word#"$before"}")
  done < <(simtape complete -- "\${words[@]}" 2>/dev/null)
  [[ \${#COMPREPLY[@]} -eq 1 && \${COMPREPLY[0]} == *= ]] && compopt -o nospace
  case $paths in
    files) compopt -o filenames; COMPREPLY+=($(compgen -f -- "$current")) ;;
    dirs) compopt -o filenames; COMPREPLY+=($(compgen -d -- "$current")) ;;
  esac
}
complete -F _simtape simtape
`,
  zsh: `#compdef simtape
# To load it, behind compinit: source <(simtape completion zsh)
_simtape() {
  local -a lines found
  local line
  lines=("\${(@f)$(simtape complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  for line in "\${(@)lines[2,-1]}"; do
    found+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
  done
  (( $#found )) && _describe simtape found
  case $lines[1] in
    files) compset -P '--*='; _files ;;
    dirs) compset -P '--*='; _files -/ ;;
  esac
}
compdef _simtape simtape
`,
  fish: `# To load it: simtape completion fish | source
function __simtape_complete
  set -l words (commandline -opc) (commandline -ct)
  set -l lines (simtape complete -- $words[2..-1] 2>/dev/null)
  switch "$lines[1]"
    case files
      __fish_complete_path (commandline -ct)
    case dirs
      __fish_complete_directories (commandline -ct) ''
  end
  for line in $lines[2..-1]
    echo $line
  end
end
complete -c simtape -f -a '(__simtape_complete)'
`,
};
