#!/bin/sh
# For tmux.conf, by TPM: set -g @plugin 'tmux-persist/tmux-persist'
# Without TPM, in these quotes, which also a home with a space needs:
#
#   run-shell '~/.local/lib/tmux-persist/tmux-persist.tmux'
#
#   prefix C-s   save now; another key: set -g @persist-save-key S
#   prefix C-r   bring back what was lost: set -g @persist-restore-key R
#
# Status line. A server that was healed has no ~/.local/bin in its PATH:
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
  # With -b the keyboard is not held up. What is printed takes the place of a
  # pane: with `-t :` the one where the key was pressed, without it any.
  # tmux.conf is read before anybody looks, so a missing program is told here.
  tmux bind-key "${key:-$2}" run-shell -b -t : \
    "[ -x '$program' ] || { echo '$missing'; exit 0; }; $3"
}
# A name in the text of a message could be a format of tmux, so it has none.
saved="tmux display-message -c '#{client_name}' 'tmux-persist: saved'"
bind @persist-save-key C-s \
  "said=\$('$program' save 2>&1) && $saved || echo \"\$said\""
bind @persist-restore-key C-r "'$program' restore 2>&1 || :"
