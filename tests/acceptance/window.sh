#!/usr/bin/env bash
# window.sh [SCRIPT]: runs window.py, or another script beside it, in a private display with an accessibility bus; 77
# where the tools for that are absent.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
tools=${PORTOLAN_TOOLS:-$here/../../../shared/tools}
if [ ! -x "$tools/with_display" ] || ! command -v xvfb-run >/dev/null; then
  echo "skipped: no with_display in $tools, or no xvfb-run"
  exit 77
fi
unset QT_QPA_PLATFORM
exec "$tools/with_display" /usr/bin/python3 "$here/${1:-window.py}"
