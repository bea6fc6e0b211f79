"""What the fault tests of replays share: a store with dead letters, and the command."""
from faultlab import *

FROZEN_FIRST = ('--reason', 'a fault')
NEVER_MINE = 5  # dead letters of another port


class DeadLetters:
    """A store with `count` dead letters of the port orders and a few of another one. `kind` is sqlite or postgresql."""

    def __init__(self, kind, folder, server, database):
        self.kind, self.server, self.database, self.path = kind, server, database, f'{folder}/{database}.db'
        self.url = server.create(database) if kind == 'postgresql' else f'sqlite://{self.path}'
        portolan('migrate', 'up', '--store', self.url)

    def sql(self, *statements):
        """What the last one answers: rows of texts."""
        if self.kind == 'postgresql':
            text = self.server.psql(self.database, ';'.join(statements))
            return [line.split('|') for line in text.splitlines()]
        with contextlib.closing(sqlite3.connect(self.path, timeout=30, isolation_level=None)) as db:
            rows = []
            for statement in statements:
                rows = db.execute(statement).fetchall()
            return [[str(cell) for cell in row] for row in rows]

    def fill(self, count):
        id_of = ("('00000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid" if self.kind == 'postgresql'
                 else "printf('00000000-0000-4000-8000-%012d', n)")
        numbers = (f'generate_series(1, {count + NEVER_MINE}) AS n' if self.kind == 'postgresql' else
                   f'(WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < {count + NEVER_MINE}) SELECT n FROM s)')
        data = ("jsonb_build_object('n', n)" if self.kind == 'postgresql' else "json_object('n', n)")
        self.sql('DELETE FROM port_messages',
                 f"INSERT INTO port_messages (id, port_name, source_component, target_component, message_data, status, retry_count, "
                 f"error_message) SELECT {id_of}, CASE WHEN n > {count} THEN 'mail' ELSE 'orders' END, 'a', 'b', {data}, 'dead_letter', "
                 f"3, 'timeout' FROM {numbers}")


def replay(store, *words, **options):
    return subprocess.run([PROGRAM, 'replay', '--store', store.url, *words], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, **options)


def dry_run(store, *more):
    done = replay(store, '--filter', 'port_name:orders', *FROZEN_FIRST, '--dry-run', *more)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def finish(store, run, tries=20):
    """Goes on until it is done: what a killed session holds is let go of by the server a moment later."""
    for _ in range(tries):
        done = replay(store, '--resume', run)
        if done.returncode in (0, 3):  # 3: part was skipped
            return json.loads(done.stdout.splitlines()[-1])
        time.sleep(0.2)
    raise AssertionError(f'cannot be resumed: {done.stderr}')
