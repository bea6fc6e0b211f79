#!/usr/bin/python3
"""tasks_window.py: what an operator comes for, by the keyboard alone (run by window.sh): no task over five steps, the fields of a
form aside. Every step is a chord, or a text with the Return after it (hands.py); the accessibility bus only reads, and its
outcome is looked at from outside, too."""
import tempfile, zipfile
from hands import *
from lastnight import *

hands = Hands()


def dead(path, port='orders'):
    return value(path, "SELECT count(*) FROM port_messages WHERE status = 'dead_letter' AND port_name = ?", port)


def cells(name):
    """The rows of a table that shows, each as one text."""
    table = hands.app.table(name, timeout=5)
    return [' | '.join(table.row(row)) for row in range(min(table.rows, 50))]


def shows_row(name, *words):
    return lambda: any(all(word in row.translate(SPACES) for word in words) for row in cells(name))


def start(store, **more):
    hands.start(store, **more)
    hands.wait(lambda: hands.has_focus('Timeline of the last 24 hours') or hands.says('Batches: '), 'the overview')


def orders_put_back(path):
    hands.begin('find why orders died last night and put them back')
    hands.command('replay 240', 'Replay 240…')
    hands.wait(lambda: hands.app.table('Dead letters').rows == DEAD, 'the letters of the night')
    hands.wait(shows_row('Dead letter groups', 'connection refused by'), 'why they died')
    hands.key('ctrl+r', lambda: hands.has_focus('Reason') and hands.says('The first of them'))
    hands.wait(lambda: hands.says(str(DEAD)), 'their number')
    hands.type('the database is back')
    hands.wait(lambda: dead(path) == 0, 'the orders put back')
    hands.wait(lambda: hands.app.table('Replay runs').rows == 1, 'the run')
    hands.done()


def replay_undone(path):
    hands.begin('undo a wrong replay')
    hands.key('ctrl+z', lambda: hands.has_focus('Reason') and hands.says('Rows that go back to what they were: 240.'))
    hands.type('that was the wrong group')
    hands.wait(lambda: dead(path) == DEAD, 'the letters back')
    assert value(path, "SELECT count(*) FROM portolan_replay_items WHERE state = 'recalled'") == DEAD
    hands.done()


def change_before():
    hands.begin('what changed just before')
    hands.command('why they died', 'Dead letters: why they died')
    hands.wait(lambda: hands.has_focus('Dead letter groups') and shows_row('Dead letter groups', 'connection refused')(), 'the groups')
    hands.key('Down', lambda: hands.says('Just before'))
    hands.wait(shows_row('Just before', 'validator v16', '5000', '300'), 'what changed before')
    hands.done()
    hands.app.key('alt+1')
    hands.wait(lambda: hands.says('Dead letters: 252'), 'the overview')


def message_by_fragment():
    hands.begin('message by fragment')
    hands.key('ctrl+shift+f', lambda: hands.has_focus('Search everything', 'text'))
    hands.type('7Q4X-rose', enter=False)
    hands.end_search()
    hands.wait(shows_row('Messages', NEEDLE), 'the message')
    hands.wait(lambda: hands.has_focus('Messages'), 'the focus on it')
    hands.done()


def missing_range():
    hands.begin('missing range')
    hands.command('missing', None)
    hands.wait(shows_row('Gaps', str(MISSING)), 'the range')
    row = ' '.join(cells('Gaps')).translate(SPACES).replace(' ', '')
    assert str(FIRST_MISSING) in row and str(FIRST_MISSING + MISSING - 1) in row, row
    hands.done()


def compared_and_promoted(path):
    hands.begin('compare and promote')
    hands.key('ctrl+shift+f', lambda: hands.has_focus('Search everything', 'text'))
    hands.type('lighthouse', enter=False)
    hands.end_search()
    hands.wait(lambda: hands.says('a-reader-offset, version 1'), 'the version chosen')
    hands.key('ctrl+p', lambda: hands.has_focus('Reason') and hands.says('1 changed'))
    hands.type('the newer one lost its place')
    hands.wait(lambda: value(path, "SELECT version FROM checkpoints WHERE checkpoint_name = 'a-reader-offset' AND is_latest") == 1,
               'the older one the latest')
    hands.done()


def spike_to_messages():
    hands.begin("sensor of last week to a spike's messages")
    hands.key('alt+7', lambda: hands.has_focus('Series'))
    hands.command('kiln temperature', 'Show component/kiln/temperature')
    hands.wait(lambda: hands.says('Chart'), 'the chart')
    hands.key('ctrl+h', lambda: hands.says('Chosen: '))
    hands.key('alt+m', lambda: hands.app.table('Messages', timeout=2).rows == 5)
    assert all('kiln door' in row for row in cells('Messages')), cells('Messages')
    hands.done()


def rows_to_xlsx(folder):
    path = folder / 'invoices.xlsx'
    hands.begin('the dead letters')
    hands.command('why they died', 'Dead letters: why they died')
    hands.wait(lambda: cells('Dead letter groups'), 'the pane')
    hands.begin('filtered rows to XLSX')
    hands.key('ctrl+f', lambda: hands.has_focus('Filter', 'text'))
    hands.type('port_name:invoices')
    hands.wait(lambda: hands.app.table('Dead letters').rows == OTHERS, 'the filtered rows')
    hands.key('ctrl+e', lambda: hands.has_focus('File', 'text'))
    hands.type(str(path))
    hands.wait(path.exists, 'the file')
    with zipfile.ZipFile(path) as book:
        sheet = next(name for name in book.namelist() if 'sheet' in name.rsplit('/', 1)[-1] and name.endswith('.xml'))
        assert book.read(sheet).count(b'<row') == OTHERS + 1
    hands.done()


def report_of_yesterday(folder):
    hands.begin('PDF of yesterday')
    hands.command('report yesterday', 'Report of yesterday as PDF…')
    hands.wait(lambda: hands.has_focus('Report title') and hands.says('Yesterday'), 'the dialog')
    hands.key('Return')
    hands.wait(lambda: any(b'%%EOF' in each.read_bytes() for place in (folder, pathlib.Path(os.environ['HOME'])) for each in place.rglob('report-*.pdf')), 'the report')
    hands.done()


def view_and_back(path):
    hands.begin('save and return to a view')
    hands.key('ctrl+s', lambda: hands.has_focus('Name of the view'))
    hands.type('invoices that died')
    hands.wait(lambda: value(path, "SELECT filter FROM portolan_saved_views WHERE name = 'invoices that died'") == 'port_name:invoices',
               'the view in the store')
    hands.key('alt+1', lambda: hands.says('Batches: '))
    hands.command('invoices that')
    hands.wait(lambda: hands.app.table('Dead letters').rows == OTHERS, 'the view again')
    hands.done()


def second_store(url):
    hands.begin('second store')
    hands.key('ctrl+o', lambda: hands.has_focus('Store', 'text'))
    hands.type(url)
    hands.wait(lambda: hands.says('Portolan — second.db'), 'the second store')
    hands.key('ctrl+Tab', lambda: hands.says('Portolan — night.db'))
    hands.done()


def key_bound():
    hands.begin('rebind a key')
    hands.key('ctrl+k', lambda: hands.has_focus('Command'))
    hands.type('alerts of', enter=False)
    hands.wait(lambda: hands.entry() == 'Alerts of this store…', 'the action')
    hands.key('F2', lambda: hands.has_focus('New keys'))
    hands.key('ctrl+j', lambda: hands.has_focus('Use these keys'))
    hands.key('space', shows_row('Keys', 'Alerts of this store…', 'Ctrl+J'))
    hands.done()
    hands.app.key('Escape')
    hands.wait(lambda: hands.app.find('Panes') and not hands.has_focus('Use these keys'), 'the dialog closed')
    until(hands.app, 'ctrl+j', lambda: hands.has_focus('Alerts'), 'the key at work')
    hands.app.key('Escape')
    hands.wait(lambda: not hands.has_focus('Alerts'), 'the dialog closed')


def postgresql_by_form(server):
    hands.begin('PostgreSQL by form')
    hands.command('connect server', 'Connect to a server…')
    hands.wait(lambda: hands.has_focus('Server host'), 'the form')
    fields = 0
    for text in ('127.0.0.1', str(server.port), 'orders', 'operator'):
        hands.type(text, enter=False)
        hands.key('Tab')
        fields += 2
    hands.type('secret')
    hands.wait(lambda: hands.says('Portolan — orders'), 'the database')
    hands.done(most=5 + fields)


def wrong_password(server):
    hands.begin('wrong password')
    hands.key('ctrl+o', lambda: hands.has_focus('Store', 'text'))
    hands.type(f'postgresql://operator:wrong@127.0.0.1:{server.port}/others')
    hands.wait(lambda: hands.has_focus('Server password') and hands.says('password'), 'the refusal, and the focus on the password')
    hands.type('secret')
    hands.wait(lambda: hands.says('Portolan — others'), 'the database')
    hands.done()


def receiver_behind(path, redis):
    """Another program has the store; what waits meanwhile, and why, is said."""
    hands.begin('receive')
    hands.command('another source', 'Receive from another source…')
    hands.wait(lambda: hands.has_focus('Source'), 'the form of the source')
    hands.type(redis.url('orders'))
    hands.wait(lambda: value(path, "SELECT count(*) FROM messages WHERE content LIKE '%late order%'") == 200, 'what is received')
    hands.done()
    with contextlib.closing(sqlite3.connect(path, timeout=30, isolation_level=None)) as db:
        db.execute('BEGIN IMMEDIATE')
        redis.add('orders', [f'Message #{700_000 + n}: late order {n}'.encode() for n in range(300)])
        hands.begin('is the receiver behind and why')
        hands.command('receiver behind', 'Overview: receiving, and what is behind')
        hands.wait(lambda: hands.says('Held back, not stored yet') or hands.says('Wait in the source'), 'what waits')
        hands.wait(lambda: hands.says('locked') or hands.says('busy'), 'why')
        hands.done()
        db.execute('ROLLBACK')
    hands.wait(lambda: value(path, "SELECT count(*) FROM messages WHERE content LIKE '%late order%'") == 500, 'what was held back')


def closed_while_receiving(path):
    hands.begin('close while receiving')
    hands.key('ctrl+q', lambda: hands.has_focus('Stop and close'))
    hands.key('Return')
    assert hands.app.process.wait(a11y.PATIENCE) == 0
    hands.app = None
    hands.done()
    assert value(path, "SELECT count(*) FROM messages WHERE content LIKE '%late order%'") == 500


def back_to_the_night():
    hands.begin('back to the first store')
    until(hands.app, 'ctrl+Tab', lambda: hands.says('Portolan — night.db'), 'the first store')


def german(store):
    start(store)
    hands.begin('German')
    hands.command('language', 'Language…')
    hands.wait(lambda: hands.has_focus('As the system') or hands.has_focus('Language'), 'the choice')
    hands.type('D', enter=False)
    hands.wait(lambda: hands.says('The language changes with the next start.') or hands.says('Einstellungen'), 'what is chosen')
    hands.key('Escape')
    hands.done()
    assert leave(hands.app) == 0
    hands.app = None
    start_german(store)


def start_german(store):
    hands.start(store)
    hands.wait(lambda: hands.says('Warum: '), 'German words')
    picture(hands.app, 'german')


def small():
    hands.begin('1024×700')
    window = subprocess.run(['xdotool', 'getactivewindow'], check=True, stdout=subprocess.PIPE, text=True).stdout.strip()
    subprocess.run(['xdotool', 'windowsize', window, '1024', '700', 'windowmove', window, '0', '0'], check=True)
    frame = hands.app.node.getChildAtIndex(0)

    def extents(node):
        return node.queryComponent().getExtents(a11y.pyatspi.DESKTOP_COORDS)
    hands.wait(lambda: extents(frame).width == 1024, 'the size')
    hands.command('why they died', 'Dead letters: why they died')
    hands.wait(lambda: hands.has_focus('Dead letter groups'), 'the groups')
    hands.key('Down', lambda: hands.says('Just before'))
    hands.wait(shows_row('Just before', 'validator v16'), 'what changed before')
    outer, button = extents(frame), extents(hands.app.find('Replay…'))
    assert outer.x <= button.x and button.x + button.width <= outer.x + outer.width, (outer, button)
    assert button.y + button.height <= outer.y + outer.height, (outer, button)
    hands.done()
    hands.app.key('alt+1')
    hands.wait(lambda: hands.says('Dead letters: 252'), 'the overview')


def tried(failed, task, *values):
    """Does a task; the others are done as well where one fails, from a window without dialogs."""
    try:
        task(*values)
    except (AssertionError, a11y.NotFound) as error:
        failed.append(f'{hands.task}: {error}')
        print('failed:', failed[-1], flush=True)
        for _ in range(3):
            if hands.app:
                hands.app.key('Escape')


def server_with_password():
    server = Postgres(settings=('fsync=off',))
    for name in ('orders', 'others'):
        portolan('migrate', 'up', '--store', server.create(name))
    server.psql('postgres', "CREATE ROLE operator LOGIN SUPERUSER PASSWORD 'secret'")
    hba = pathlib.Path(server.data) / 'pg_hba.conf'
    hba.write_text('host all operator 127.0.0.1/32 scram-sha-256\n' + hba.read_text())
    server.psql('postgres', 'SELECT pg_reload_conf()')
    return server


def main(folder):
    path, other = folder / 'night.db', folder / 'second.db'
    store, failed = store_of_last_night(path), []
    portolan('migrate', 'up', '--store', f'sqlite://{other}')
    server, redis = server_with_password(), Redis()
    try:
        redis.add('orders', [f'Message #{600_000 + n}: late order {n}'.encode() for n in range(200)])
        start(store)
        for task, *values in (
                (small,), (change_before,), (orders_put_back, path), (replay_undone, path), (message_by_fragment,), (missing_range,),
                (compared_and_promoted, path), (spike_to_messages,), (rows_to_xlsx, folder), (view_and_back, path),
                (report_of_yesterday, folder), (key_bound,), (second_store, f'sqlite://{other}'), (postgresql_by_form, server),
                (wrong_password, server), (back_to_the_night,), (receiver_behind, path, redis),
                (closed_while_receiving, path), (german, store)):
            tried(failed, task, *values)
    finally:
        if hands.app:
            hands.app.process.kill()
        server.stop()
        redis.stop()
    print('\nsteps  task')
    for task, steps in hands.table:
        print(f'{steps:5}  {task}')
    assert not failed, failed


with tempfile.TemporaryDirectory(prefix='portolan-tasks-') as name:
    main(pathlib.Path(name))
print('1 passed, 0 failed')
