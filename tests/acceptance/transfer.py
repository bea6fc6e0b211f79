#!/usr/bin/env python3
"""transfer.py: `compare` and `copy` from outside: exit codes, the rows that are told, the last line, and what psql and sqlite3 read
in the copy. A naive comparison, of the two databases' own texts, fails here."""
import re, signal, sqlite3, tempfile, time
from pipeline import *

MESSAGES = "SELECT id, batch_id, message_number, content, timestamp FROM messages ORDER BY id"
PORTS = "SELECT id, port_name, status, retry_count, created_at FROM port_messages ORDER BY id"


def lite_rows(path, statement):
    with contextlib.closing(sqlite3.connect(path)) as db:
        return ['|'.join('' if cell is None else str(cell) for cell in row) for row in db.execute(statement)]


def lite_run(path, *statements):
    with contextlib.closing(sqlite3.connect(path)) as db:
        for statement in statements:
            db.execute(statement)
        db.commit()


def compared(a, b, *more, code):
    run = portolan('compare', a, b, '--format', 'jsonl', *more, check=(code,))
    return [json.loads(line) for line in run.stdout.splitlines()], run.stderr.decode()


def copied(source, into, *more, code=0):
    run = portolan('copy', '--from', source, '--into', into, *more, check=(code,))
    last = run.stdout.splitlines()[-1].decode()
    assert re.fullmatch(r'\{"copied":\d+,"unchanged":\d+,"differences":\d+\}', last), last
    return json.loads(last), run.stderr.decode()


def main():
    with tempfile.TemporaryDirectory() as folder:
        server = Postgres()
        try:
            wide_rows(server)
            check(folder, server)
        finally:
            server.stop()
    print('transfer: two stores are held against each other to the row, and a copy is the same rows')


def wide_rows(server):
    """Rows of a megabyte after thousands of small ones: a piece knows the size of rows from the piece before, and is in memory by
    bytes all the same."""
    url = server.create('wide')
    portolan('migrate', 'up', '--store', url)
    insert = ("INSERT INTO sink_storage (id, sink_name, data) SELECT CAST('00000000-0000-4000-8000-' || lpad(to_hex(i), 12, '0') AS uuid), "
              "'s', {} FROM generate_series({}, {}) AS i")
    server.psql('wide', 'ALTER TABLE sink_storage ALTER COLUMN data SET STORAGE EXTERNAL')
    server.psql('wide', insert.format("'1'", 1, 5000) + '; ' + insert.format("to_jsonb(repeat('x', 1000000))", 5001, 5200))
    run = subprocess.Popen([PROGRAM, 'compare', url, server.create('wide2', 'wide')], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    _, status, used = os.wait4(run.pid, 0)
    assert os.waitstatus_to_exitcode(status) == 0, run.stderr.read()
    assert used.ru_maxrss < 150 * 1024, f'compare took {used.ru_maxrss // 1024} MB for rows of 1 MB'
    print(f'  5,000 small rows and 200 of 1 MB of two servers compared in {used.ru_maxrss // 1024} MB')


def check(folder, server):
    lite, url = f'{folder}/orders.db', server.create('orders')
    portolan('demo', '--headless', '--count', '4000', '--store', lite)
    first, _ = copied(f'sqlite://{lite}', url)
    assert first['differences'] == 0 and first['copied'] > 3000, first
    assert compared(lite, url, code=0)[0] == []
    # Other programs read the same; a naive look at the two databases' own texts would not.
    assert lite_rows(lite, MESSAGES) == server.psql('orders', MESSAGES).split('\n')
    assert lite_rows(lite, PORTS) != server.psql('orders', PORTS).split('\n'), 'the naive comparison finds nothing to differ'
    again, _ = copied(f'sqlite://{lite}', url)
    assert again == {'copied': 0, 'unchanged': first['copied'], 'differences': 0}, again

    # Planted edits are exactly the rows that are told, with the columns.
    ids = server.psql('orders', 'SELECT id FROM port_messages ORDER BY id LIMIT 4').split('\n')
    server.psql('orders', f"UPDATE port_messages SET retry_count = 77 WHERE id = '{ids[0]}'")
    server.psql('orders', f"UPDATE port_messages SET message_data = '{{\"edited\": true}}' WHERE id = '{ids[1]}'")
    server.psql('orders', f"DELETE FROM port_messages WHERE id = '{ids[2]}'")
    server.psql('orders', "INSERT INTO system_health (id, component_name, health_status) VALUES "
                          "('00000000-0000-4000-8000-000000000000', 'c', 'unknown')")
    rows, told = compared(lite, url, code=3)
    expected = [('port_messages', ids[0], 'changed', 'retry_count'), ('port_messages', ids[1], 'changed', 'message_data'),
                ('port_messages', ids[2], 'missing', None),
                ('system_health', '00000000-0000-4000-8000-000000000000', 'extra', None)]
    found = [(row['table'], row['key'], row['difference'], row['columns']) for row in rows]
    assert sorted(map(str, found)) == sorted(map(str, expected)), rows
    assert list(rows[0])[:3] == ['table', 'key', 'difference'] and 'rows that differ: 4' in told, (rows[0], told)
    assert len(compared(lite, url, '--table', 'system_health', code=3)[0]) == 1
    assert 'nowhere' in compared(lite, url, '--table', 'nowhere', code=1)[1]
    stays, told = copied(f'sqlite://{lite}', url, code=3)
    assert stays['differences'] == 4 and stays['copied'] == 0 and 'stays' in told, (stays, told)

    # Into itself, however it is spelled; a mistyped source makes no target.
    assert 'one store' in portolan('copy', '--from', url, '--into', url.replace('127.0.0.1', 'localhost'), check=(2,)).stderr.decode()
    portolan('copy', '--from', f'{folder}/none.db', '--into', f'{folder}/new.db', check=(1,))
    assert not os.path.exists(f'{folder}/new.db') and not os.path.exists(f'{folder}/none.db')

    # It follows until Ctrl+C, and says then what it did.
    back = f'{folder}/back.db'
    follow = subprocess.Popen([PROGRAM, 'copy', '--from', lite, '--into', f'sqlite://{back}', '--follow'], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE)
    lite_run(lite, "INSERT INTO system_health (id, component_name, health_status) VALUES ('11111111-1111-4111-8111-111111111111', "
                   "'late', 'healthy')", "DELETE FROM messages WHERE id = 5")
    late = "SELECT (SELECT count(*) FROM system_health WHERE component_name = 'late') || ' ' || (SELECT count(*) FROM messages " \
           "WHERE id = 5)"
    until = time.monotonic() + 60
    while time.monotonic() < until:
        with contextlib.suppress(sqlite3.OperationalError):
            if lite_rows(back, late) == ['1 0'] and lite_rows(back, 'SELECT count(*) FROM port_messages') == lite_rows(
                    lite, 'SELECT count(*) FROM port_messages'):
                break
        time.sleep(0.05)
    follow.send_signal(signal.SIGINT)
    out, err = follow.communicate(timeout=60)
    assert follow.returncode == 130, (follow.returncode, err)
    assert json.loads(out.splitlines()[-1])['copied'] > 3000, out
    copied(f'sqlite://{lite}', f'sqlite://{back}', '--follow', '--idle-exit', '0')
    assert compared(lite, back, code=0)[0] == []

    # Another store at the same place: the target keeps what it has.
    had = lite_rows(back, MESSAGES)
    for end in ('', '-wal', '-shm'):
        with contextlib.suppress(FileNotFoundError):
            os.remove(lite + end)
    portolan('demo', '--headless', '--count', '10', '--store', lite)
    for more in ((), ('--follow', '--idle-exit', '0')):
        run = portolan('copy', '--from', f'sqlite://{lite}', '--into', f'sqlite://{back}', *more, check=(2,))
        assert 'another store' in run.stderr.decode(), run.stderr
    assert lite_rows(back, MESSAGES) == had

    # A folder of files, and what came of it.
    files = f'file://{folder}/files'
    portolan('demo', '--headless', '--count', '500', '--store', files)
    kept = f'{folder}/kept.db'
    taken, _ = copied(files, f'sqlite://{kept}')
    assert taken['differences'] == 0 and lite_rows(kept, 'SELECT count(*) FROM messages') == ['500'], taken
    assert stored_in_sqlite(kept) == stored(files)
    assert compared(files, kept, code=0)[0] == []

    # And back into a folder: the same bytes. The dry run says first what it does not hold.
    back = f'{folder}/back'
    words = ('copy', '--from', kept, '--into', f'file://{back}')
    dry = portolan(*words, '--dry-run', check=(3,))
    assert 'portolan_audit is left out (rows: 2)' in dry.stderr.decode() and not os.path.exists(back), dry.stderr
    home = portolan(*words, check=(3,))
    assert home.stdout == dry.stdout and home.stderr == dry.stderr, (home.stderr, dry.stderr)
    lines = {name: open(f'{folder}/files/example_receiver/messages/{name}', 'rb').read()
             for name in os.listdir(f'{folder}/files/example_receiver/messages')}
    assert {name: open(f'{back}/example_receiver/messages/{name}', 'rb').read()
            for name in os.listdir(f'{back}/example_receiver/messages')} == lines
    portolan('verify', '--store', f'file://{back}')
    assert compared(kept, f'file://{back}', code=0)[0] == []
    assert '--dry-run goes with a folder' in portolan(*words[:3], '--into', lite, '--dry-run', check=(1,)).stderr.decode()

    # A backup is copied as the store was, into every kind of store.
    for store, into in ((kept, f'{folder}/from-backup.db'), (files, f'file://{folder}/from-backup'), (url, f'{folder}/of-server.db')):
        made = json.loads(portolan('backup', '--store', store, '--to', f'{into.removeprefix("file://")}.portolan.tar.zst').stdout.splitlines()[-1])
        more = ('--of', url) if store == url else ()
        taken = json.loads(portolan('copy', '--from', made['file'], '--into', into, *more).stdout.splitlines()[-1])
        assert taken['differences'] == 0 and taken['copied'] >= 500, taken
        assert compared(store, into, code=0)[0] == []
    assert 'needs' not in portolan('copy', '--from', made['file'], '--into', f'{folder}/none.db', check=(1,)).stdout.decode()
    portolan('copy', '--from', made['file'], '--into', url, '--follow', check=(2,))


sys.exit(main())
