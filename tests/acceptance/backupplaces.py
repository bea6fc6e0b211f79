#!/usr/bin/env python3
"""backupplaces.py: what belongs to a place and not to its data, and places where a backup is not easily made: marks, owners and rights
after a restore, and other programs' locks. Judged by sqlite3, psql and stat."""
import signal
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
    portolan('migrate', 'down', '9', '--confirm', 'orders-live', '--reason', 'x', *store_words)
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
        server = Postgres(settings=('fsync=off',))
        try:
            for part in (locks,):
                if not only or part.__name__ in only:
                    part(server, made(part.__name__))
        finally:
            server.stop()
    print('1 passed, 0 failed')
