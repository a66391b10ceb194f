/** The shells that have a completion. */
export const shells = ['bash', 'zsh', 'fish'] as const;

export type Shell = (typeof shells)[number];

/**
 * The script by which a shell asks the program what can be written next. Its answer is one of `words`, `files` and
 * `directories`, and below it a line for each word, with a tab before what it means.
 */
export function completionScript(shell: Shell): string {
  switch (shell) {
    case 'bash':
      return bashScript;
    case 'zsh':
      return zshScript;
    case 'fish':
      return fishScript;
  }
}

// COMP_WORDBREAKS has `=` and `:`, so that bash cuts --user=emo in three; the line is cut at blanks instead.
const bashScript = String.raw`# Completion of tmux-persist for bash: eval "$(tmux-persist completion bash)"
_tmux_persist() {
  local line=${'$'}{COMP_LINE:0:COMP_POINT} words current answer kind rest
  read -ra words <<<"$line"
  [[ $line == *[[:space:]] ]] && words+=('')
  current=${'$'}{words[${'$'}{#words[@]}-1]}
  answer=$(command tmux-persist suggest -- "${'$'}{words[@]:1}" 2>/dev/null) || return
  kind=${'$'}{answer%%$'\n'*}
  COMPREPLY=()
  case $kind in
    files) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "$current") ;;
    directories) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "$current") ;;
    words)
      while IFS=$'\t' read -r word rest; do
        [[ $word == "$current"* ]] && COMPREPLY+=("$(printf '%q' "$word")")
      done < <(tail -n +2 <<<"$answer")
      ;;
  esac
  # What bash has taken as words of their own is there already.
  local cut=${'$'}{current%"${'$'}{COMP_WORDS[COMP_CWORD]}"}
  [[ -n $cut && $cut != "$current" ]] && COMPREPLY=("${'$'}{COMPREPLY[@]#"$cut"}")
}
complete -F _tmux_persist tmux-persist
`;

const zshScript = String.raw`#compdef tmux-persist
# Completion of tmux-persist for zsh: eval "$(tmux-persist completion zsh)"
_tmux_persist() {
  local answer line
  local -a described
  answer=("${'$'}{(@f)$(command tmux-persist suggest -- "${'$'}{(@)words[2,CURRENT]}" 2>/dev/null)}")
  case $answer[1] in
    files) _files ;;
    directories) _files -/ ;;
    words)
      for line in "${'$'}{(@)answer[2,-1]}"; do
        described+=("${'$'}{${'$'}{line%%$'\t'*}//:/\\:}:${'$'}{line#*$'\t'}")
      done
      _describe -t values 'tmux-persist' described
      ;;
  esac
}
compdef _tmux_persist tmux-persist
`;

const fishScript = String.raw`# Completion of tmux-persist for fish: tmux-persist completion fish | source
function __tmux_persist
    set -l words (commandline -opc)[2..] (commandline -ct)
    set -l answer (command tmux-persist suggest -- $words 2>/dev/null)
    switch "$answer[1]"
        case files
            __fish_complete_path (commandline -ct)
        case directories
            __fish_complete_directories (commandline -ct)
        case words
            printf '%s\n' $answer[2..]
    end
end
complete -c tmux-persist -f -a '(__tmux_persist)'
`;
