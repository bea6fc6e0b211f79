#!/usr/bin/env python3
"""migrate.py: kill -9 at write after write of `migrate up` and of `migrate down 20` in SQLite, and at kill point after
kill point of them in PostgreSQL: the schema found then is, to the letter, that of one version; going on from there ends
where an undisturbed run does. PORTOLAN_LONG=1 takes every one (PORTOLAN_STEP=N: every Nth)."""
from concurrent.futures import ThreadPoolExecutor
from faultlab import *

NEWEST = 20  # version of the schema


def schema(path):
    with contextlib.closing(sqlite3.connect(path)) as db:
        return sorted(row[0] for row in db.execute('SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL'))


def migrate(path, *words, wrapper=()):
    return subprocess.run([*wrapper, PROGRAM, 'migrate', *words, '--store', f'sqlite://{path}'], stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL)


def version(path):
    return json.loads(migrate(path, 'current').stdout)['version']


def killed_at_write(nth):
    return ('strace', '-f', '-qq', '-o', '/dev/null', '-e', 'trace=pwrite64', '-e', f'inject=pwrite64:signal=SIGKILL:when={nth}')


def in_sqlite():
    with tempfile.TemporaryDirectory(prefix='portolan-migrate-') as folder:
        clean = {}
        for v in range(NEWEST + 1):
            path = f'{folder}/clean{v}.db'
            assert migrate(path, 'to', str(v)).returncode == 0
            clean[v] = schema(path) if os.path.exists(path) else []
        for words in (('up',), ('down', str(NEWEST))):
            nth, points, versions = 1, 0, set()
            while True:
                path = f'{folder}/{words[0]}{nth}.db'
                if words[0] == 'down':
                    shutil.copyfile(f'{folder}/clean{NEWEST}.db', path)
                if migrate(path, *words, wrapper=killed_at_write(nth)).returncode == 0:
                    break
                found = version(path)
                left = schema(path)
                if found == 0:  # SQLite's own list of sequences is taken away by a VACUUM after the last step
                    left = [sql for sql in left if not sql.startswith('CREATE TABLE sqlite_sequence')]
                assert left == clean[found], f'{words} killed at write {nth}: neither old nor new at version {found}'
                assert migrate(path, 'up').returncode == 0 and schema(path) == clean[NEWEST], f'{words}, write {nth}: cannot go on'
                versions.add(found)
                points += 1
                nth += STEP if LONG else 67
            assert points > 5 and len(versions) > 2, (points, versions)
            print(f'migrate {" ".join(words)}: killed at {points} writes, found at versions {sorted(versions)}', flush=True)


def dumped(server, database):
    """The schema, once nobody is there any more: what a killed session had begun is committed or undone then."""
    wait_until(lambda: server.psql('postgres', f"SELECT count(*) FROM pg_stat_activity WHERE datname = '{database}'") == '0')
    text = subprocess.run([server.bin / 'pg_dump', '-s', server.url(database)], check=True, stdout=subprocess.PIPE, text=True).stdout
    return [line for line in text.splitlines() if not line.startswith(('\\restrict', '\\unrestrict'))]  # a word of chance


def in_postgresql(server):
    migrating = lambda database, *words: ['migrate', *words, '--store', server.url(database)]
    clean = {}
    for v in range(NEWEST + 1):
        server.create(f'clean{v}')
        portolan(*migrating(f'clean{v}', 'to', str(v)))
        clean[v] = dumped(server, f'clean{v}')
    for words, template in ((('up',), 'template0'), (('down', str(NEWEST)), f'clean{NEWEST}')):
        def point(nth):
            database = f'{words[0]}{nth}'
            server.create(database, template)
            killed, count, last = killed_at(nth, [PROGRAM, *migrating(database, *words)])
            schema = dumped(server, database)
            found = json.loads(portolan(*migrating(database, 'current')).stdout)['version']
            assert schema == clean[found], f'{words} killed at point {nth} (call {last}): neither old nor new at version {found}'
            portolan(*migrating(database, 'up'))
            assert dumped(server, database) == clean[NEWEST], f'{words}, call {nth}: cannot go on'
            server.psql('postgres', f'DROP DATABASE {database}')
            return killed, count, found

        _, count, _ = point(0)
        with ThreadPoolExecutor(AT_ONCE) as pool:
            ends = list(pool.map(point, range(1, count + 1, STEP if LONG else max(1, count // 12))))
        points, versions = sum(killed for killed, *_ in ends), {found for killed, _, found in ends if killed}
        assert points > 5 and len(versions) > 2, (points, versions)
        print(f'PostgreSQL: migrate {" ".join(words)}: killed at {points} of {count} kill points, found at versions '
              f'{sorted(versions)}', flush=True)


in_sqlite()
server = Postgres(settings=('fsync=off', 'autovacuum=off'))
try:
    in_postgresql(server)
finally:
    server.stop()
print('1 passed, 0 failed')
