#!/usr/bin/env bash
# window.sh [SCRIPT]: runs window.py, or another script beside it, in a private X display (1440x900, or SCREEN) with a window
# manager, an accessibility bus and a home folder of its own. Without the tools for that: 77, and a failure where CI=true.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
if [ "${1:-}" != --inside ]; then
  for tool in xvfb-run xauth openbox dbus-run-session xdotool import; do
    command -v "$tool" >/dev/null && continue
    echo "skipped: there is no $tool (packaging/depends test installs it)"
    [ "${CI:-}" != true ] || exit 1
    exit 77
  done
  unset QT_QPA_PLATFORM
  exec xvfb-run -a -s "-screen 0 ${SCREEN:-1440x900x24}" dbus-run-session -- "$0" --inside "${1:-window.py}"
fi
home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT
export HOME=$home XDG_CONFIG_HOME=$home/config XDG_DATA_HOME=$home/data XDG_CACHE_HOME=$home/cache
export XDG_STATE_HOME=$home/state XDG_RUNTIME_DIR=$home/run
mkdir -m 700 "$XDG_RUNTIME_DIR"
export QT_QPA_PLATFORM=xcb QT_LINUX_ACCESSIBILITY_ALWAYS_ON=1
openbox >/dev/null 2>&1 &
window_manager=$!
code=0
/usr/bin/python3 "$here/$2" || code=$?
kill "$window_manager" 2>/dev/null || true
exit "$code"
