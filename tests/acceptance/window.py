#!/usr/bin/python3
"""window.py: drives the real window through the accessibility bus (run by window.sh). A folder written by another program and
a Redis stream: rows, filter, receiving, a clean end."""
import os, subprocess, sys, tempfile
from windowbus import *

theme = os.environ.get('PORTOLAN_THEME', 'light')


def ask_to_close(app):
    until(app, 'ctrl+q', lambda: app.find('Stop and close'), 'the question on Ctrl+Q')


redis = Redis()
folder = tempfile.mkdtemp(prefix='portolan-window-')
try:
    store = f'sqlite://{folder}/orders.db'
    redis.add('orders', real_lines(2345))
    receive(redis.url('orders'), store, '--idle-exit', '1')

    app = a11y.App([PROGRAM, store, '--theme', theme])
    print(f'window after {app.seen_after:.2f} s')
    app.choose('Panes', 'Batches')
    files, messages = app.table('Batch files'), app.table('Messages')
    files.wait_rows(lambda n: n == 235)
    messages.wait_rows(lambda n: n == 2345)
    print('header:', files.header(), messages.header())
    print('first rows:', files.row(0), messages.row(0))
    picture(app, 'full')

    app.type('Filter', 'message_number:400')
    messages.wait_rows(lambda n: n >= 1 and n < 2345)
    print('filtered:', messages.rows)
    picture(app, 'filtered')
    app.type('Filter', 'content~"no such text anywhere"')
    messages.wait_rows(lambda n: n == 0)
    picture(app, 'nothing-matches')
    app.type('Filter', 'nonsense:1')
    picture(app, 'filter-mistake')
    app.type('Filter', '')
    messages.wait_rows(lambda n: n == 2345)

    # The field of the filter keeps no key of the window for itself.
    app.get('Filter').queryComponent().grabFocus()
    until(app, 'ctrl+e', lambda: app.find('All rows'), 'the question of the export')
    picture(app, 'export')
    app.press('Cancel')

    app.press('Start receiving')
    app.type('Source', redis.url('live'))
    picture(app, 'receiving')
    redis.add('live', [b'live message #%d' % i for i in range(500)])
    messages.wait_rows(lambda n: n == 2845)
    print('live rows:', messages.rows, messages.row(0))
    picture(app, 'live')
    print('unnamed controls:', app.unnamed())
    assert not app.unnamed(), app.unnamed()

    # Closing asks once; without its window the same receiver goes on, and the next start brings the window back.
    ask_to_close(app)
    picture(app, 'closing')
    app.press('Keep running in the background')
    redis.add('live', [b'unseen message #%d' % i for i in range(100)])
    a11y.wait(lambda: sum(stored(store).values()) == 2945, what='what comes in the background')
    assert app.process.poll() is None
    assert subprocess.run([PROGRAM], timeout=60).returncode == 0
    messages.wait_rows(lambda n: n == 2945)
    picture(app, 'back')
    ask_to_close(app)
    app.press('Stop and close')
    code = app.process.wait(60)
    assert code == 0, f'Ctrl+Q while receiving ended with {code}'
    assert sum(stored(store).values()) == 2945

    # The next start offers to go on.
    app = a11y.App([PROGRAM, '--theme', theme])
    picture(app, 'offers')
    app.press('Go on')
    redis.add('live', [b'later message #%d' % i for i in range(55)])
    a11y.wait(lambda: sum(stored(store).values()) == 3000, what='what comes after going on')
    os.kill(app.process.pid, 15)  # asks nothing
    assert app.process.wait(60) == 0
    assert sum(stored(store).values()) == 3000

    app = a11y.App([PROGRAM, '--theme', theme, '--language', 'de', '--new-window'])
    for name in ('Beispiel-Pipeline', 'Datenbank öffnen…'):
        assert app.get(name), name
    picture(app, 'german')
    assert leave(app) == 0
finally:
    redis.stop()
    shutil.rmtree(folder, ignore_errors=True)
print('1 passed, 0 failed')
