#!/bin/sh
# For tmux.conf, by TPM (set -g @plugin 'tmux-persist/tmux-persist'), or without it in these quotes, for homes with a space:
#
#   run-shell '~/.local/lib/tmux-persist/tmux-persist.tmux'
#
#   prefix C-s   save now               another key: set -g @persist-save-key S
#   prefix C-r   bring back what was lost            set -g @persist-restore-key R
#
# Status line; a server that was healed or started at boot has no ~/.local/bin in its PATH:
#
#   set -ag status-right ' #(~/.local/bin/tmux-persist status --format "{live} {state}")'
#
# Saves, restores and heals by themselves: tmux-persist install --user
program=$(command -v tmux-persist) || program=$HOME/.local/bin/tmux-persist
missing='tmux-persist is not installed: docs/install.md tells how'
case $program in
  *[\'\"\#\\]*)
    missing='tmux-persist: no key can call a path with a quote, a # or a backslash'
    program=/nonexistent
    ;;
esac

# bind OPTION DEFAULT COMMAND
bind() {
  key=$(tmux show-option -gqv "$1")
  # With -b the keyboard is not held up. tmux shows what is printed in the place of a pane: with -t of the pane in which
  # the key was pressed, else of any. That the program is missing can be told here alone, as no client is there at first.
  tmux bind-key "${key:-$2}" run-shell -b -t : "[ -x '$program' ] || { echo '$missing'; exit 0; }; $3"
}
# A name in the text of a message could be a format of tmux, so the message has none.
bind @persist-save-key C-s "said=\$('$program' save 2>&1) && tmux display-message -c '#{client_name}' 'tmux-persist: saved' || echo \"\$said\""
bind @persist-restore-key C-r "'$program' restore 2>&1 || :"
