#!/usr/bin/env python3
"""backupproofs.py: backups that are sound, though not all about them could be proved or written down: a store whose folder may not
be written to, a server where nothing may be made, another program's functions in SQLite. Each is kept, ends with 3 and says what is
missing; what is damaged is found all the same. Judged by sqlite3 and psql."""
import re, sqlite3
from backup import back_up, backups, checks, last_line, leftovers, tables_of
from backupparts import Lite, OnServer
from pipeline import *

NOBODY = 65534


def as_nobody(folder, *words, check):
    """A user who may read the store and write nothing there: another one, or this one after a chmod."""
    other = {'user': NOBODY, 'group': NOBODY, 'extra_groups': []} if os.getuid() == 0 else {}
    home = {'HOME': f'{folder}/out', 'XDG_DATA_HOME': f'{folder}/out', 'TMPDIR': f'{folder}/out'}
    return portolan(*words, check=check, cwd='/', env={**os.environ, **home}, **other)


def read_only_mount(folder, *words):
    """The same as root, whom no mode stops: the store's folder mounted for reading. None where that may not be."""
    script = 'mount --make-rprivate / && mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" || exit 99; exec "$@"'
    run = subprocess.run(['unshare', '-m', 'sh', '-c', script, f'{folder}/in', PROGRAM, *words], stdout=subprocess.PIPE,
                         stderr=subprocess.PIPE)
    return None if run.returncode == 99 or b'unshare' in run.stderr else run


def unwritable(folder):
    os.mkdir(f'{folder}/in')
    os.mkdir(f'{folder}/out')
    os.chmod(f'{folder}/out', 0o777)
    for path in (folder, os.path.dirname(folder)):
        os.chmod(path, 0o755)
    ways = 0
    for store in (f'sqlite://{folder}/in/orders.db', f'file://{folder}/in/data'):
        portolan('demo', '--headless', '--count', '100', '--store', store)
        before = back_up(store, '--to', f'{folder}/out')
        subprocess.run(['chmod', '-R', 'a+rX,a-w', f'{folder}/in', before['file']], check=True)
        plain = lambda name: ('backup', '--store', store, '--to', f'{folder}/out/{name}.portolan.tar.zst')
        runs = [as_nobody(folder, *plain('nobody'), check=(3,))]
        mounted = read_only_mount(folder, *plain('mounted')) if os.getuid() == 0 else None
        runs += [mounted] if mounted else []
        ways += len(runs)
        for run in runs:
            made = last_line(run)
            assert run.returncode == 3 and made['verified'] is True and made['rows'] == before['rows'], run
            assert b'could not be written' in run.stderr and made['file'].encode() in run.stderr, run.stderr
            assert checks(made['file'])['restored']['result'] == 'ok'
            os.unlink(made['file'])
        # The proof is the same; the list, and the audit, do not have it.
        for more, said in ((), [b'list of backups']), (('--record',), [b'list of backups', b'audit'][:2 if 'sqlite' in store else 1]):
            run = as_nobody(folder, 'verify-backup', before['file'], '--format', 'jsonl', '--store', store, *more, check=(3,))
            found = {row['name']: row['result'] for row in rows(run)}
            assert found['archive'] == found['restored'] == found['live'] == 'ok', found
            assert all(words in run.stderr for words in said), run.stderr
        subprocess.run(['chmod', '-R', 'u+w', f'{folder}/in'], check=True)
        assert len(backups(store)) == 1
    assert not leftovers(folder)
    print(f'a store that may not be written to: {ways} backups kept', flush=True)


#: A table for each way in which a database needs another program's function, and one that needs none.
OTHERS = {
    'index': 'CREATE TABLE "index" (x, y); CREATE INDEX e1 ON "index" (theirs(x)); CREATE INDEX e2 ON "index" (y)',
    'partial': 'CREATE TABLE partial (x, y); CREATE INDEX p1 ON partial (y) WHERE theirs(x) > 0; CREATE INDEX p2 ON partial (y)',
    'virtual': 'CREATE TABLE virtual (x, y, z GENERATED ALWAYS AS (theirs(x)) VIRTUAL)',
    'never_null': 'CREATE TABLE never_null (x, y, z GENERATED ALWAYS AS (theirs(x)) VIRTUAL NOT NULL)',
    'stored': 'CREATE TABLE stored (x, y, z GENERATED ALWAYS AS (theirs(x)) STORED)',
    'over_virtual': 'CREATE TABLE over_virtual (x, y, z GENERATED ALWAYS AS (theirs(x)) VIRTUAL UNIQUE)',
    'checked': 'CREATE TABLE checked (x CHECK (theirs(x) > 0), y)',
    'preset': 'CREATE TABLE preset (x DEFAULT (theirs(1)), y)',
    'collated': 'CREATE TABLE collated (x COLLATE backwards, y); CREATE INDEX c1 ON collated (x); CREATE INDEX c2 ON collated (y)',
    'ordered': 'CREATE TABLE ordered (x TEXT COLLATE backwards PRIMARY KEY, y) WITHOUT ROWID',
    'plain': 'CREATE TABLE plain (x, y); CREATE INDEX n1 ON plain (y)',
}
#: What of them cannot be checked, by name.
UNCHECKED = {'index': ['e1'], 'partial': ['p1'], 'never_null': ['never_null'], 'over_virtual': ['sqlite_autoindex_over_virtual_1'],
             'collated': ['c1'], 'ordered': ['ordered']}


def opened(path):
    db = sqlite3.connect(path)
    db.create_function('theirs', 1, lambda x: x, deterministic=True)
    db.create_collation('backwards', lambda a, b: (a < b) - (a > b))
    return contextlib.closing(db)


def with_functions(path, tables):
    with opened(path) as db:
        for table in tables:
            db.executescript(OTHERS[table])
            db.executemany(f'INSERT INTO "{table}" (x, y) VALUES (?, ?)', [(str(i) if table in ('collated', 'ordered') else i, i)
                                                                         for i in range(1, 4001)])
        db.executescript('CREATE VIEW seen AS SELECT theirs(1) AS x; '
                         'CREATE TABLE fired (x); CREATE TRIGGER tr AFTER INSERT ON fired BEGIN SELECT theirs(1); END;')
        db.commit()


def damaged(path, table, index):
    """Takes rows out of an index alone."""
    with opened(path) as db:
        sql = db.execute('SELECT rootpage, sql FROM sqlite_schema WHERE name = ?', (index,)).fetchone()
        db.executescript(f"PRAGMA writable_schema = ON; DELETE FROM sqlite_schema WHERE name = '{index}'")
        db.commit()
    with opened(path) as db:
        db.execute(f'INSERT INTO "{table}" (x, y) VALUES (5001, 5001)')
        db.execute('PRAGMA writable_schema = ON')
        db.execute("INSERT INTO sqlite_schema (type, name, tbl_name, rootpage, sql) VALUES ('index', ?, ?, ?, ?)", (index, table, *sql))
        db.commit()


def functions_of_others(folder):
    for kind in [[table] for table in OTHERS] + [list(OTHERS)]:
        path = f'{folder}/{"-".join(kind)[:20]}.db'
        url = f'sqlite://{path}'
        with_functions(path, kind)
        names = [name for table in kind for name in UNCHECKED.get(table, ())]
        whole = (3,) if names else (0,)
        run = portolan('backup', '--store', url, check=whole)
        made = last_line(run)
        assert made['rows'] == 4000 * len(kind), made
        listed = backups(url)[0]['result']
        for name in names:
            assert name.encode() in run.stderr and name in listed and listed.startswith('ok; '), (name, run.stderr, listed)
        if not names:
            assert listed == 'ok' and not run.stderr, (listed, run.stderr)
        seen = checks(made['file'], check=whole)
        assert seen['restored']['result'] == 'ok' and all(name in seen['restored']['detail'] for name in names), seen
        fresh = f'{folder}/fresh-{len(kind)}-{kind[0]}.db'
        run = portolan('restore', made['file'], '--into', f'sqlite://{fresh}', check=whole)
        with opened(path) as db, opened(fresh) as other:
            for table in kind:
                everything = f'SELECT * FROM "{table}" ORDER BY y'
                assert db.execute(everything).fetchall() == other.execute(everything).fetchall(), table
            assert other.execute('PRAGMA integrity_check').fetchall() == [('ok',)]
        verified = {row['name']: row for row in rows(portolan('verify', '--store', url, '--format', 'jsonl', check=(0, 3)))}
        file = verified['database-file']
        assert file['result'] == ('found' if names else 'ok') and file['count'] == len(names), (kind, file)
        assert len(kind) > 1 or all(name in file['detail'] for name in names), (names, file)
        # Some of the tables.
        some = portolan('backup', '--store', url, '--only', kind[0], '--to', f'{folder}/some-{len(kind)}-{kind[0]}.portolan.tar.zst', check=(0, 3))
        assert last_line(some)['rows'] == 4000
    # What can be checked is: another index of the same table, and a table beside.
    for table, index in (('index', 'e2'), ('partial', 'p2'), ('collated', 'c2'), ('plain', 'n1')):
        path = f'{folder}/damaged-{table}.db'
        with_functions(path, OTHERS)
        back_up(f'sqlite://{path}', check=(3,))
        damaged(path, table, index)
        run = portolan('backup', '--store', f'sqlite://{path}', check=(1,))
        assert b'not sound' in run.stderr and index.encode() in run.stderr, run.stderr
        verified = {row['name']: row for row in rows(portolan('verify', '--store', f'sqlite://{path}', '--format', 'jsonl', check=(3,)))}
        assert verified['database-file']['count'] == 6 + 2, verified['database-file']
        assert len(backups(f'sqlite://{path}')) == 1
    assert not leftovers(folder)
    print(f'SQLite: functions of others in {len(OTHERS) - 1} places', flush=True)


def mounted_inside(folder):
    """Folders of backups that are elsewhere: a file system of their own, another folder of the same one, a link."""
    subprocess.run(['mount', '--make-rprivate', '/'], check=True)
    elsewhere = f'{folder}/elsewhere'
    os.mkdir(elsewhere)
    for number, way in enumerate((('-t', 'tmpfs', 'none'), ('--bind', elsewhere), 'link')):
        data = f'{folder}/{number}/data'
        store = f'file://{data}'
        portolan('demo', '--headless', '--count', '50', '--store', store)
        lists = f'{data}/example_receiver/.portolan/backups'
        if way == 'link':
            os.mkdir(f'{data}/there')
            os.symlink('../../there', lists)
        else:
            os.mkdir(lists)
            subprocess.run(['mount', *way, lists], check=True)
        made = back_up(store)
        portolan('demo', '--headless', '--count', '5', '--store', store)
        run = portolan('restore', made['file'], '--into', store, '--replace', '--confirm', 'data', '--reason', 'x')
        kept = last_line(run)['kept']
        assert sum(stored(store).values()) == 50
        assert sorted(row['file'] for row in backups(store)) == sorted([made['file'], kept]) and os.path.exists(kept)
        portolan('verify-backup', kept)
        if way == 'link':
            assert os.readlink(lists) == '../../there' and os.path.exists(f'{data}/there/{os.path.basename(kept)}')
            assert not leftovers(data) and not run.stderr, run.stderr
            continue
        # What is mounted has all of it, too, wherever it is now.
        there = re.search(rb'mounted at (\S+) now', run.stderr)
        assert there and set(os.listdir(there[1].decode())) == set(os.listdir(lists)), run.stderr
        back_up(store)
        assert len(os.listdir(there[1])) == 4, 'something of it was removed'
        subprocess.run(['umount', there[1]], check=True)
        back_up(store, '--to', data)  # beside it, who tidies up
        assert not leftovers(data), leftovers(data)
    print('files: folders of backups on other disks', flush=True)


def mounted(folder):
    run = subprocess.run(['unshare', '-m', 'true']) if os.getuid() == 0 else None
    if run and run.returncode == 0:
        subprocess.run(['unshare', '-m', sys.executable, __file__, 'mounted-inside'], check=True)


def held_back(store, folder):
    """No step is faster than --rate; what is wrong with one is said, and a signal ends it at once."""
    def timed(*words):
        begun = time.monotonic()
        made = back_up(store.url, *words)
        with contextlib.suppress(FileNotFoundError):
            shutil.rmtree(f'{folder}/unpacked')
        os.mkdir(f'{folder}/unpacked')
        subprocess.run(['tar', '--zstd', '-xf', made['file'], '-C', f'{folder}/unpacked'], check=True)
        data = sum(path.stat().st_size for path in pathlib.Path(folder, 'unpacked').iterdir() if path.name.startswith('database'))
        return time.monotonic() - begun, data
    free, data = timed()
    rate = data  # a second for each step
    slow, _ = timed('--rate', f'{rate // 1000}kB')
    assert 2.9 < slow < free + 30, (free, slow, data)
    for word in ('0', '-1', 'fast', '20XB', '1e9', '20MB/s'):
        run = portolan('backup', '--store', store.url, '--rate', word, check=(2,))
        assert b'20MB' in run.stderr, run.stderr
    run = subprocess.Popen([PROGRAM, 'backup', '--store', store.url, '--rate', '10kB'], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    end = time.time() + 60
    while not leftovers(folder) and not leftovers(os.environ['XDG_DATA_HOME']):
        assert run.poll() is None and time.time() < end, run.communicate()
        time.sleep(0.02)
    run.terminate()
    begun = time.monotonic()
    assert run.wait(timeout=30) == 130 and time.monotonic() - begun < 5
    assert not leftovers(folder) and not leftovers(os.environ['XDG_DATA_HOME'])
    print(f'{store.kind}: {data} bytes at {rate} a second in {slow:.1f} s instead of {free:.1f}', flush=True)


def held_back_lite(folder):
    store = Lite(folder)
    store.change('CREATE TABLE t (x BLOB); WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000) '
                 'INSERT INTO t SELECT randomblob(2000) FROM n')
    held_back(store, folder)


def held_back_server(server, folder):
    store = OnServer(server, 'slowly')
    store.change("CREATE TABLE t (x text); INSERT INTO t SELECT string_agg(md5(random()::text), '') FROM generate_series(1, 120000) AS i GROUP BY i % 2000")
    held_back(store, folder)


def scratches(server):
    return server.psql('postgres', "SELECT datname FROM pg_database WHERE datname ~ '^portolan_restore_|_replaced_'")


def not_loaded(server, folder):
    """Where a dump cannot be loaded it is read, and that is said."""
    server.psql('postgres', 'CREATE ROLE plain LOGIN; CREATE ROLE owner LOGIN CREATEDB')
    store = OnServer(server, 'orders')
    store.change('GRANT ALL ON SCHEMA public TO plain, owner; CREATE TABLE t (x integer); INSERT INTO t SELECT generate_series(1, 1000); '
                 'GRANT ALL ON t TO plain, owner')
    # Rows of all sizes, that the places where they are cut while they are read are anywhere.
    store.change("CREATE TABLE wide (x text); GRANT ALL ON wide TO plain; INSERT INTO wide SELECT repeat('x', (i * 7919) % 200000) "
                 "FROM generate_series(1, 1000) AS i; INSERT INTO wide SELECT repeat('y', i) FROM generate_series(1048570, 1048580) AS i")
    made = back_up(store.url)
    assert backups(store.url)[-1]['result'] == 'ok' and checks(made['file'])['restored']['result'] == 'ok'

    extension = server.psql('postgres', "SELECT name FROM pg_available_extension_versions WHERE superuser AND NOT trusted AND requires IS NULL "
                                        "AND NOT installed AND name IN ('pageinspect', 'dblink', 'file_fdw', 'amcheck') ORDER BY 1 LIMIT 1")
    cases = [(store.url.replace('postgres@', 'plain@'), b'CREATEDB', 2011)]
    if extension:
        owned = OnServer(server, 'owned')
        owned.change(f'CREATE EXTENSION {extension}; CREATE TABLE t (x integer); INSERT INTO t SELECT generate_series(1, 1000); '
                     'GRANT ALL ON t TO owner; ALTER DATABASE owned OWNER TO owner')
        cases.append((owned.url.replace('postgres@', 'owner@'), extension.encode(), 1000))
        # A schema and tables that belong to an extension, of which a dump makes nothing.
        owned.change(f'CREATE SCHEMA theirs; CREATE TABLE theirs.config (x integer); INSERT INTO theirs.config VALUES (1), (2); '
                     f'ALTER EXTENSION {extension} ADD TABLE theirs.config; ALTER EXTENSION {extension} ADD SCHEMA theirs')
        cases.append((f'{owned.url}?schema=theirs', b'theirs', 0))
    for url, why, count in cases:
        run = portolan('backup', '--store', url, check=(3,))
        made = last_line(run)
        assert made['rows'] == count and why in run.stderr and b'not loaded' in run.stderr, (made, run.stderr)
        listed = next(row for row in backups(url) if row['id'] == made['backup'])
        assert listed['result'].startswith('ok; ') and why.decode() in listed['result'], listed
        assert listed['verified_at'], listed
        seen = checks(made['file'], '--store', url, check=(3,))
        assert seen['restored']['result'] == 'ok' and why.decode() in seen['restored']['detail'], seen
        assert checks(made['file'])['restored']['result'] == 'ok'  # read alone, which is all that was asked for
        assert not scratches(server), scratches(server)
    # A dump in which something is missing is found by reading, too.
    flipped = bytearray(open(made['file'], 'rb').read())
    flipped[len(flipped) // 2] ^= 1
    open(f'{folder}/flipped', 'wb').write(flipped)
    assert checks(f'{folder}/flipped', '--store', cases[0][0], check=(3,))['archive']['result'] == 'found'
    assert not leftovers(folder) and not leftovers(os.environ['XDG_DATA_HOME'])
    print(f'PostgreSQL: {len(cases)} backups that cannot be loaded', flush=True)


def most_memory(*words, check):
    """The most that the program itself has in memory, in MB; those that it calls aside."""
    run = subprocess.Popen([PROGRAM, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    most = 0
    while run.poll() is None:
        with contextlib.suppress(OSError, TypeError):
            most = max(most, int(re.search(r'VmHWM:\s+(\d+)', open(f'/proc/{run.pid}/status').read())[1]) // 1024)
        time.sleep(0.005)
    assert run.returncode in check, run.communicate()
    return most


def memory(server, folder):
    """A value or a batch file of any size takes as much memory as a small one."""
    size = (300 if os.environ.get('PORTOLAN_LONG') else 80) * 1000 * 1000
    server.psql('postgres', 'CREATE ROLE nothing LOGIN')
    found = {}
    for much in (1000, size):
        os.makedirs(f'{folder}/{much}/messages')
        head = b'[2026-01-05 12:00:00] Message #%d: '
        with open(f'{folder}/{much}/messages/messages_batch_0001.txt', 'wb') as file:
            file.write(head % 1 + b'x' * much + b'\n')
        with open(f'{folder}/{much}/messages/messages_batch_0002.txt', 'wb') as file:
            for number in range(2, much // 100 + 2):
                file.write(head % number + b'y' * 60 + b'\n')
        server.create(f'big{much}')
        server.psql(f'big{much}', f"CREATE TABLE t (x text); INSERT INTO t SELECT repeat('0123456789', {much // 10}); "
                                  "INSERT INTO t VALUES ('1'); GRANT SELECT ON t TO PUBLIC")
        url = server.url(f'big{much}')
        found[much] = (most_memory('backup', '--store', f'file://{folder}/{much}/messages', '--to', folder, check=(0,)),
                       most_memory('backup', '--store', url, check=(0,)),
                       most_memory('backup', '--store', url.replace('postgres@', 'nothing@'), check=(3,)))
        made = backups(url)[-1]
        portolan('restore', made['file'], '--into', url, '--only', 't', '--replace', '--confirm', f'big{much}', '--reason', 'x')
        assert server.psql(f'big{much}', 'SELECT max(length(x)), count(*) FROM t') == f'{much}|2'
    assert all(large < small + 40 for small, large in zip(found[1000], found[size])), found
    print(f'memory in MB of 1 kB and {size // 1000000} MB: {list(zip(found[1000], found[size]))}', flush=True)


def programs(server, folder):
    """Of the programs of several versions the one for the server is taken, wherever it is; one for none is said."""
    store = OnServer(server, 'versions')
    store.change('CREATE TABLE t (x integer); INSERT INTO t SELECT generate_series(1, 10)')
    for version in ('9.6.1', '14.2', '99.1'):
        for name in ('pg_dump', 'pg_restore'):
            path = pathlib.Path(folder, version, name)
            path.parent.mkdir(exist_ok=True)
            path.write_text(f'#!/bin/sh\n[ "$1" = --version ] && echo "{name} (PostgreSQL) {version}" || {{ echo "of {version}" >&2; exit 1; }}\n')
            path.chmod(0o755)
        run = portolan('backup', '--store', store.url, env={**os.environ, 'PATH': f'{folder}/{version}:{os.environ["PATH"]}'})
        assert last_line(run)['rows'] == 10
    print('PostgreSQL: programs of other versions', flush=True)


def replaced(server, folder):
    """The audit of a restored database names the one that was there, and its backup."""
    store = OnServer(server, 'shop')
    portolan('demo', '--headless', '--count', '100', '--store', store.url)
    made = back_up(store.url)
    words = ('restore', made['file'], '--into', store.url, '--replace', '--confirm', 'shop', '--reason', 'x')
    kept = last_line(portolan(*words))['kept']
    told = "SELECT after_image FROM portolan_audit WHERE action = 'restore' ORDER BY id DESC LIMIT 1"
    after = json.loads(store.value(told))
    assert after['kept'] == kept and os.path.exists(kept) and re.fullmatch('shop_replaced_[0-9a-f]{8}', after['kept_database']), after
    assert not scratches(server)
    # Where no backup can be made of it, it stays, and its name is in the audit.
    lists = os.path.dirname(made['file'])
    os.rename(lists, f'{lists}.away')
    pathlib.Path(lists).write_text('no folder')
    run = portolan('restore', f'{lists}.away/{os.path.basename(made["file"])}', *words[2:], check=(1,))
    name = json.loads(store.value(told))['kept_database']
    assert name.encode() in run.stderr and scratches(server) == name, (run.stderr, scratches(server))
    everything = 'SELECT count(*) FROM messages'
    assert server.psql(name, everything) == store.value(everything) != '0'
    print('PostgreSQL: what was replaced is named', flush=True)


def subscribed(server, folder):
    """A database with publications and subscriptions is proved by loading, and leaves none of its own databases."""
    store = OnServer(server, 'subscriber')
    store.change("CREATE TABLE t (x integer); INSERT INTO t SELECT generate_series(1, 100); CREATE PUBLICATION p FOR ALL TABLES")
    store.change("CREATE SUBSCRIPTION \"their Orders\" CONNECTION 'host=127.0.0.1 port=1 dbname=x' PUBLICATION p WITH (connect = false, slot_name = 'theirs')")
    made = back_up(store.url)
    assert backups(store.url)[-1]['result'] == 'ok' and not scratches(server), scratches(server)
    store.change('INSERT INTO t VALUES (0)')
    portolan('restore', made['file'], '--into', store.url, '--replace', '--confirm', 'subscriber', '--reason', 'x')
    assert not scratches(server) and store.value('SELECT count(*) FROM t') == '100', scratches(server)
    assert store.value('SELECT subname FROM pg_subscription') == 'their Orders'
    print('PostgreSQL: subscriptions', flush=True)


if __name__ == '__main__':
    only = sys.argv[1:]  # parts by name
    with tempfile.TemporaryDirectory(prefix='portolan-proofs-') as top:
        os.environ['XDG_DATA_HOME'] = f'{top}/home'
        os.environ['TMPDIR'] = f'{top}/tmp'
        os.mkdir(f'{top}/tmp')
        if only == ['mounted-inside']:
            sys.exit(mounted_inside(top))
        for part in (unwritable, functions_of_others, mounted, held_back_lite, not_loaded, subscribed, programs, replaced, memory, held_back_server):
            if only and part.__name__ not in only:
                continue
            os.mkdir(f'{top}/{part.__name__}')
            if part in (unwritable, functions_of_others, mounted, held_back_lite):
                part(f'{top}/{part.__name__}')
                continue
            server = Postgres(settings=('fsync=off', 'wal_level=logical'))
            try:
                part(server, f'{top}/{part.__name__}')
            finally:
                server.stop()
    print('1 passed, 0 failed')
