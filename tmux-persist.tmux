#!/bin/sh
# For tmux.conf, by TPM (set -g @plugin 'tmux-persist/tmux-persist') or without it: run-shell /path/to/tmux-persist.tmux
#
#   prefix C-s   save now               another key: set -g @persist-save-key S
#   prefix C-r   bring back what was lost            set -g @persist-restore-key R
#   status line                         set -ag status-right ' #(tmux-persist status --format "{live} {state}")'
#
# Saves, restores and heals by themselves: tmux-persist install --user
program=$(command -v tmux-persist) || program=$HOME/.local/bin/tmux-persist
case $program in
  *[\'\"\#\\]*) tmux display-message "tmux-persist: cannot be bound from $program"; exit 0 ;;
esac
[ -x "$program" ] || { tmux display-message 'tmux-persist: not installed: tmux-persist install --user'; exit 0; }

# bind OPTION DEFAULT COMMAND
bind() {
  key=$(tmux show-option -gqv "$1")
  # With -b the keyboard is not held up. tmux shows what is printed in the place of the pane.
  tmux bind-key "${key:-$2}" run-shell -b "$3"
}
# Only what is wrong is printed: a name in the text of a message could be a format of tmux.
bind @persist-save-key C-s "'$program' save 2>&1 >/dev/null && tmux display-message 'tmux-persist: saved'"
bind @persist-restore-key C-r "'$program' restore 2>&1"
