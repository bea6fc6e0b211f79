#!/usr/bin/env python3
"""backupplaces.py: what belongs to a place and not to its data, and places where a backup is not easily made: marks, owners and rights
after a restore, and other programs' locks. Judged by sqlite3, psql and stat."""
import signal, struct
from backup import back_up, last_line, leftovers
from backupparts import Lite, OnServer, restored
from pipeline import *

MARKED = "SELECT coalesce((SELECT value FROM portolan_settings WHERE key = 'production'), 'none')"
LEASED = "SELECT coalesce(runner, 'nobody') FROM portolan_schedule WHERE name = 'nightly'"


def identity(store, folder):
    """A place stays the production store that it is, or none, and its runner has what it runs, whatever is restored."""
    store_words = ('--store', store.url)
    portolan('demo', '--headless', '--count', '200', *store_words)
    portolan('schedule', 'add', 'nightly', '--every', '1d', *store_words, '--', 'stats', *store_words)
    plain = back_up(store.url)
    portolan('mark', '--production', 'orders-live', '--reason', 'x', *store_words)
    store.change("UPDATE portolan_schedule SET runner = 'me:1', lease_until = '2099-01-01T00:00:00.000Z'")
    until = store.value('SELECT CAST(lease_until AS text) FROM portolan_schedule')
    marked = back_up(store.url)

    def replaced(file, *words):
        return portolan('restore', file, '--into', store.url, '--replace', '--confirm', 'orders-live', '--reason', 'x', *words)
    refused = portolan('restore', plain['file'], '--into', store.url, '--replace', '--confirm', store.name, '--reason', 'x', check=(2,))
    assert b'orders-live' in refused.stderr, refused.stderr
    for words in ((), ('--only', 'portolan_settings', '--only', 'portolan_schedule')):
        assert b'production' not in replaced(plain['file'], *words).stderr
        assert store.value(MARKED) == 'orders-live' and store.value(LEASED) == 'me:1', words
        assert store.value('SELECT CAST(lease_until AS text) FROM portolan_schedule') == until

    # In a new place nothing of it is there, which is said.
    fresh = store.other(folder, 'fresh')
    run = portolan('restore', marked['file'], '--into', fresh.url)
    assert b'orders-live' in run.stderr and b'not marked as production' in run.stderr, run.stderr
    assert fresh.value(MARKED) == 'none' and fresh.value(LEASED) == 'nobody'
    portolan('mark', '--production', 'other', '--reason', 'x', '--store', fresh.url)
    run = portolan('restore', marked['file'], '--into', fresh.url, '--replace', '--confirm', 'other', '--reason', 'x')
    assert b'still other' in run.stderr and fresh.value(MARKED) == 'other', run.stderr

    # A backup from before there were marks would leave none.
    portolan('migrate', 'to', '8', '--confirm', 'orders-live', '--reason', 'x', *store_words)
    old = back_up(store.url)
    run = portolan('restore', old['file'], '--into', fresh.url, '--replace', '--confirm', 'other', '--reason', 'x', check=(2,))
    assert b'no table for the mark' in run.stderr and fresh.value(MARKED) == 'other', run.stderr
    assert not leftovers(folder)
    print(f'{store.kind}: a place stays what it is', flush=True)


def psql(store, text):
    """A session of its own that is told one line after the other."""
    session = subprocess.Popen([store.server.bin / 'psql', '-XAtq', '-v', 'ON_ERROR_STOP=1', store.server.url(store.name)],
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    session.stdin.write(text + '\n')
    session.stdin.flush()
    return session


#: As soon as somebody else has a lock of a table, asks for it alone, and has it for an instant.
JUMPS_IN = """BEGIN; DO $$ DECLARE n integer; BEGIN
    LOOP SELECT count(*) INTO n FROM pg_locks WHERE locktype = 'relation' AND relation = 'big'::regclass AND granted AND mode = '%s' AND
        pid <> pg_backend_pid() AND database = (SELECT oid FROM pg_database WHERE datname = current_database());
        EXIT WHEN n > 0; PERFORM pg_sleep(0.001); END LOOP; END $$;
LOCK TABLE big IN ACCESS EXCLUSIVE MODE; COMMIT; SELECT 'had it';"""


def locks(server, folder):
    """Nobody waits for ever, and writers wait for seconds, where somebody wants a table alone while it is backed up."""
    store = OnServer(server, 'locks')
    portolan('migrate', '--store', store.url, 'up')
    store.change('CREATE TABLE big (x integer); INSERT INTO big SELECT generate_series(1, 300000)')
    for words, mode in ((('backup', '--store', store.url), 'AccessShareLock'),
                        (('migrate', '--store', store.url, 'down', '1', '--reason', 'x'), 'ShareLock')):
        jumper = psql(store, JUMPS_IN % mode)
        begun = time.time()
        run = subprocess.Popen([PROGRAM, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        longest = 0
        while run.poll() is None:
            begin = time.time()
            assert begin - begun < 60, f'{words} hangs'
            if mode == 'AccessShareLock':
                store.change('INSERT INTO big VALUES (0)')
            longest = max(longest, time.time() - begin)
            time.sleep(0.05)
        assert run.returncode == 0, run.stderr.read()
        assert longest < 20 and jumper.stdout.readline() == 'had it\n', longest
        jumper.communicate('')

    # Somebody has it and does not let go: SIGTERM ends the command, and it has no lock any more.
    holder = psql(store, "BEGIN; LOCK TABLE big IN ACCESS EXCLUSIVE MODE; SELECT 'has it';")
    assert holder.stdout.readline() == 'has it\n'
    others = "SELECT count(*) FROM pg_locks WHERE locktype = 'relation' AND database = (SELECT oid FROM pg_database WHERE datname = 'locks')" \
             " AND pid <> pg_backend_pid() AND mode <> 'AccessExclusiveLock'"
    version = store.value('SELECT max(version) FROM portolan_migrations')
    for words in (('backup', '--store', store.url), ('migrate', '--store', store.url, 'down', '1', '--reason', 'x')):
        for number in (signal.SIGTERM, signal.SIGINT):
            run = subprocess.Popen([PROGRAM, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            waits = "SELECT count(*) FROM pg_locks WHERE NOT granted"
            end = time.time() + 60
            while server.psql('postgres', waits) == '0':
                assert run.poll() is None and time.time() < end, run.communicate()
                time.sleep(0.02)
            run.send_signal(number)
            said = run.communicate(timeout=20)
            assert run.returncode == 130, (words, run.returncode, said)
            while server.psql('postgres', others) != '0':
                assert time.time() < end, 'a lock is left'
                time.sleep(0.05)
    holder.communicate('COMMIT;')
    assert store.value('SELECT max(version) FROM portolan_migrations') == version
    assert not leftovers(folder) and not leftovers(os.environ['XDG_DATA_HOME'])
    print('PostgreSQL: locks of others', flush=True)


def who(path):
    found = os.stat(path)
    lists = {name: os.getxattr(path, name) for name in os.listxattr(path) if 'posix_acl' in name}
    return oct(found.st_mode), found.st_uid, found.st_gid, lists


def who_may(folder):
    """Files and folders that take another's place have its owner, mode and access list."""
    isRoot = os.getuid() == 0
    store = Lite(folder)
    portolan('demo', '--headless', '--count', '100', '--store', store.url)
    made = back_up(store.url)
    os.chmod(store.path, 0o664)
    entries = ((1, 6, -1), (2, 6, 1), (4, 4, -1), (16, 6, -1), (32, 4, -1))  # rw for user 1
    with contextlib.suppress(OSError):  # a file system without
        os.setxattr(store.path, 'system.posix_acl_access', struct.pack('<I', 2) + b''.join(struct.pack('<HHi', *e) for e in entries))
    if isRoot:
        os.chown(store.path, 65534, 65534)
    before = who(store.path)
    hasLists = before[3] != {}
    portolan('restore', made['file'], '--into', store.url, '--replace', '--confirm', 'orders', '--reason', 'x')
    assert who(store.path) == before, (before, who(store.path))

    files = f'file://{folder}/data'
    portolan('demo', '--headless', '--count', '95', '--store', files)
    made = back_up(files)
    portolan('demo', '--headless', '--count', '5', '--store', files)
    service = pathlib.Path(folder, 'data', 'example_receiver')
    for path in (service, service / 'messages', *(service / 'messages').iterdir()):
        os.chmod(path, 0o775 if path.is_dir() else 0o664)
    if isRoot:
        subprocess.run(['chown', '-R', '65534:65534', service], check=True)
    paths = [service, *service.rglob('*')]
    before = {path: who(path) for path in paths}
    portolan('restore', made['file'], '--into', files, '--replace', '--confirm', 'data', '--reason', 'x')
    after = {path: who(path) for path in [service, *service.rglob('*')]}
    for path, found in after.items():
        assert path not in before or before[path] == found, (path, before[path], found)
        assert not isRoot or found[1:3] == (65534, 65534) or path.parent.name == 'backups', (path, found)

    # Who may not give it away leaves it as it is.
    if isRoot:
        os.chmod(os.path.dirname(folder), 0o755)
        os.chmod(folder, 0o777)
        os.chmod(store.path, 0o666)
        os.chown(store.path, 1, 1)
        shutil.rmtree(f'{store.path}.backups')
        made = back_up(store.url, '--to', f'{folder}/b.portolan.tar.zst')
        shutil.rmtree(f'{store.path}.backups')
        os.chmod(made['file'], 0o644)
        before = store.tables(), who(store.path)
        run = subprocess.run([PROGRAM, 'restore', made['file'], '--into', store.url, '--replace', '--confirm', 'orders', '--reason', 'x'],
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE, user=65534, group=65534, extra_groups=[],
                             env={**os.environ, 'HOME': folder, 'XDG_DATA_HOME': folder})
        assert run.returncode == 1 and b'belongs to' in run.stderr, run
        assert (store.tables(), who(store.path)) == before
    assert not leftovers(folder)
    print(f'files: who may read and write them{", with lists" if hasLists else ""}', flush=True)


OF_A_DATABASE = """
    SELECT pg_get_userbyid(datdba), datconnlimit, shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = '{0}';
    SELECT pg_get_userbyid(s.setrole), c FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase CROSS JOIN unnest(setconfig) c
        WHERE datname = '{0}' ORDER BY 1, 2;
    SELECT a.grantee, a.privilege_type, a.is_grantable FROM pg_database CROSS JOIN aclexplode(datacl) a WHERE datname = '{0}' ORDER BY 1, 2"""


def who_may_on_server(server, folder):
    """A database that takes another's place has its owner, rights, settings, limit and comment."""
    store = OnServer(server, 'owned')
    server.psql('postgres', """CREATE ROLE "App One" LOGIN; CREATE ROLE guest LOGIN; ALTER DATABASE owned OWNER TO "App One";
        ALTER DATABASE owned SET search_path = "$user", public, 'odd "name, x'; ALTER DATABASE owned SET my.word = 'it''s a \\ word';
        ALTER DATABASE owned SET temp_tablespaces = ''; ALTER ROLE guest IN DATABASE owned SET statement_timeout = '77s';
        REVOKE ALL ON DATABASE owned FROM PUBLIC; GRANT CONNECT, TEMPORARY ON DATABASE owned TO guest WITH GRANT OPTION;
        ALTER DATABASE owned CONNECTION LIMIT 77; COMMENT ON DATABASE owned IS 'the app''s'""")
    store.change('CREATE TABLE public.t (x integer); INSERT INTO public.t VALUES (1)')
    made = back_up(store.url)
    before = server.psql('postgres', OF_A_DATABASE.format('owned'))
    assert 'App One|77|' in before and 'guest|statement_timeout=77s' in before and 'odd ""name' in before, before
    portolan('restore', made['file'], '--into', store.url, '--replace', '--confirm', 'owned', '--reason', 'x')
    assert server.psql('postgres', OF_A_DATABASE.format('owned')) == before, server.psql('postgres', OF_A_DATABASE.format('owned'))
    server.psql('owned', 'SET ROLE "App One"; CREATE TABLE public.t2 (x integer)')
    print('PostgreSQL: whose a database is', flush=True)


def others_tables(server, folder):
    """Inherited, partitioned and foreign tables, and names in another encoding, are sound backups."""
    store = OnServer(server, 'heirs')
    store.change("""CREATE ROLE plain LOGIN; CREATE TABLE p (x integer); CREATE TABLE c () INHERITS (p);
        INSERT INTO p VALUES (1); INSERT INTO c VALUES (2), (3); CREATE SCHEMA parts;
        CREATE TABLE m (t integer) PARTITION BY RANGE (t); CREATE TABLE m1 PARTITION OF m FOR VALUES FROM (0) TO (10);
        CREATE TABLE m2 PARTITION OF m FOR VALUES FROM (10) TO (20) PARTITION BY RANGE (t);
        CREATE TABLE parts."M 21" PARTITION OF m2 FOR VALUES FROM (10) TO (20); INSERT INTO m SELECT generate_series(0, 19);
        GRANT USAGE ON SCHEMA parts TO plain; GRANT SELECT ON ALL TABLES IN SCHEMA public, parts TO plain""")
    for url, mayMakeDatabases in ((store.url, True), (store.url.replace('postgres@', 'plain@'), False)):
        proved = (0,) if mayMakeDatabases else (3,)
        made = back_up(url, check=proved)
        assert made['rows'] == 23, made
        portolan('verify-backup', made['file'])
        portolan('verify-backup', made['file'], '--store', url, check=proved)
    some = back_up(store.url, '--only', 'm')
    fresh = store.other(folder, 'heirs2')
    server.psql('heirs2', 'CREATE SCHEMA parts')
    portolan('restore', some['file'], '--into', fresh.url)
    assert fresh.value('SELECT count(*) FROM m') == '20'
    # One that others inherit from changes its own rows.
    store.change('UPDATE p SET x = x + 100')
    restored(made['file'], store, 'p')
    assert store.value("SELECT string_agg(CAST(x AS text), ' ' ORDER BY x) FROM p") == '1 102 103'
    portolan('migrate', '--store', store.url, 'up')
    portolan('migrate', '--store', store.url, 'down', '1', '--reason', 'x')

    server.psql('postgres', "CREATE DATABASE latin TEMPLATE template0 ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'")
    server.psql('latin', 'CREATE TABLE "größe" (x integer, "ä" text); INSERT INTO "größe" VALUES (1, \'é\')')
    made = back_up(server.url('latin'))
    portolan('verify-backup', made['file'])
    assert made['rows'] == 1
    print('PostgreSQL: tables of other programs', flush=True)


if __name__ == '__main__':
    only = sys.argv[1:]  # parts by name
    with tempfile.TemporaryDirectory(prefix='portolan-places-') as top:
        os.environ['XDG_DATA_HOME'] = f'{top}/home'
        os.environ['TMPDIR'] = f'{top}/tmp'
        os.mkdir(f'{top}/tmp')

        def made(name):
            os.mkdir(f'{top}/{name}')
            return f'{top}/{name}'
        both = [part for part in (identity,) if not only or part.__name__ in only]
        for part in both:
            folder = made(f'sqlite-{part.__name__}')
            part(Lite(folder), folder)
        for part in both:
            server = Postgres(settings=('fsync=off',))
            try:
                part(OnServer(server), made(f'server-{part.__name__}'))
            finally:
                server.stop()
        if not only or 'who_may' in only:
            who_may(made('who_may'))
        server = Postgres(settings=('fsync=off',))
        try:
            for part in (locks, who_may_on_server, others_tables):
                if not only or part.__name__ in only:
                    part(server, made(part.__name__))
        finally:
            server.stop()
    print('1 passed, 0 failed')
