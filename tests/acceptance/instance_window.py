#!/usr/bin/python3
"""instance_window.py: one window for a user and a screen (run by window.sh): what a second program is asked to open comes up
in the first, which says nothing to others; --new-window is one of its own; and when the first is killed the next begins
anew. The connection form tries a store and says where its values come from."""
import signal, stat, tempfile
from windowbus import *


def shown_store(app, name):
    frame = next(app.node.getChildAtIndex(i) for i in range(app.node.childCount) if app.node.getChildAtIndex(i))
    return frame.name == f'Portolan — {name}'


def form(app, theme, folder):
    """By Ctrl+O: a line and its fields."""
    until(app, 'ctrl+o', lambda: not is_gone(app, 'Server…'), 'the form')
    assert not app.unnamed(), app.unnamed()
    app.press('Server…')
    a11y.wait(lambda: not is_gone(app, 'Server host'), what='the fields')
    assert 'from PGHOST' in app.describe('Server host'), app.describe('Server host')
    assert not app.unnamed(), app.unnamed()
    picture(app, f'connection-fields-{theme}')
    app.press('Test')
    a11y.wait(lambda: 'no-such-host.invalid' in described(app, 'What the test found') and 'Opening' not in described(app, 'What the test found'),
              what='that it cannot be reached')
    picture(app, f'connection-refused-{theme}')
    for text in app.tree():
        assert 'sesame' not in text


with tempfile.TemporaryDirectory(prefix='portolan-instance-') as name:
    folder = pathlib.Path(name)
    runtime = folder / 'run'
    runtime.mkdir(mode=0o700)
    env = {**os.environ, 'XDG_RUNTIME_DIR': str(runtime), 'PGHOST': 'no-such-host.invalid', 'PGPASSWORD': 'open: sesame'}
    for store in ('a', 'b'):
        portolan('demo', '--headless', '--count', '50', '--store', f'sqlite://{folder}/{store}.db')

    app = a11y.App([PROGRAM, str(folder / 'a.db')], env=env)
    a11y.wait(lambda: shown_store(app, 'a.db'), what='the first store')
    sockets = [path for path in runtime.iterdir() if stat.S_ISSOCK(path.stat().st_mode)]
    assert len(sockets) == 1 and stat.S_IMODE(sockets[0].stat().st_mode) & 0o077 == 0, sockets
    second = subprocess.run([PROGRAM, 'b.db', '--pane', 'ports'], env=env, cwd=folder, timeout=300, capture_output=True, text=True)
    assert second.returncode == 0, second
    a11y.wait(lambda: shown_store(app, 'b.db'), what='the second store in the first window')
    app.table('Ports').wait_rows(lambda n: n > 0)
    alone = subprocess.Popen([PROGRAM, '--new-window'], env=env)
    time.sleep(2)
    assert alone.poll() is None and app.process.poll() is None
    alone.terminate()
    assert alone.wait(20) == 0

    form(app, 'light', folder)
    app.process.send_signal(signal.SIGKILL)
    app.process.wait()
    app = a11y.App([PROGRAM, str(folder / 'a.db'), '--theme', 'dark'], env=env)
    a11y.wait(lambda: shown_store(app, 'a.db'), what='the next one')
    form(app, 'dark', folder)
    until(app, 'Escape', lambda: is_gone(app, 'Server host'), 'the form to close')
    assert leave(app) == 0
print('1 passed, 0 failed')
