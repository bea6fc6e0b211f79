#!/usr/bin/python3
"""search_window.py: Ctrl+Shift+F through the accessibility bus (run it inside ../shared/tools/with_display, with Debian's own
python3): what it finds is what `search` finds, kind by kind, while it is typed; Enter leads to the row in its pane, a heading
to all of its kind; nothing found is said."""
import importlib.util, sys, tempfile
from pipeline import *
from search import fill

TOOLS = pathlib.Path(os.environ.get('PORTOLAN_TOOLS', ROOT.parent / 'shared' / 'tools'))
if not (TOOLS / 'a11y.py').exists():
    print('0 passed, 0 failed, 1 skipped')
    sys.exit(0)
spec = importlib.util.spec_from_file_location('a11y', TOOLS / 'a11y.py')
a11y = importlib.util.module_from_spec(spec)
spec.loader.exec_module(a11y)
pictures = os.environ.get('PORTOLAN_PICTURES')


def picture(app, name):
    if pictures:
        app.screenshot(os.path.join(pictures, name + '.png'))
