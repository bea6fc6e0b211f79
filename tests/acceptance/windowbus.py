"""What every test of the window begins with: `a11y`, which drives it through the accessibility bus, and pictures of it where
PORTOLAN_PICTURES names a folder."""
import os
from pipeline import *

try:
    import a11y
except ImportError as error:
    missing(f'module {error.name} (python3-pyatspi)')
pictures = os.environ.get('PORTOLAN_PICTURES')


def picture(app, name):
    if pictures:
        app.screenshot(os.path.join(pictures, name + '.png'))


def until(app, key, has_happened, what):
    """Presses a key until it has done its work: one that comes before the window manager has given a window the focus is
    lost, which on a busy machine takes seconds."""
    end = time.time() + a11y.PATIENCE
    while True:
        app.key(key)
        try:
            return a11y.wait(has_happened, timeout=3, what=what)
        except a11y.NotFound:
            if time.time() > end:
                raise


def described(app, description):
    """The text of the label of this description; nothing while there is none to be seen."""
    stack = [app.node]
    while stack:
        node = stack.pop()
        if node is None or node.getRoleName() in a11y.KEPT_CLOSED:
            continue
        if node.description == description and node.getState().contains(a11y.pyatspi.STATE_SHOWING):
            return node.name
        stack.extend(node.getChildAtIndex(i) for i in range(node.childCount))
    return ''


def is_gone(app, name):
    """Nothing of that name is on the screen."""
    try:
        return not app.find(name).getState().contains(a11y.pyatspi.STATE_SHOWING)
    except a11y.NotFound:
        return True


def leave(app):
    """Ctrl+Q: the program's exit code. A receiver that has not stopped yet is asked about."""
    def has_ended():
        if app.process.poll() is None and not is_gone(app, 'Stop and close'):
            with contextlib.suppress(a11y.NotFound):  # it has ended meanwhile
                app.press('Stop and close', timeout=1)
        return app.process.poll() is not None
    until(app, 'ctrl+q', has_ended, 'the end on Ctrl+Q')
    return app.process.returncode
