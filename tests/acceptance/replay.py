#!/usr/bin/env python3
"""replay.py [DEAD]: 5,000 dead letters frozen by a dry run; before it is carried out 500 more die, 300 change, 100 are deleted
and 50 completed: the 4,550 untouched ones are put back and no other; recall restores the table; groups, ids, a canary, wrong
usage; dead letters sent to a stream (--to); a job that failed, put back. SQLite and PostgreSQL."""
import contextlib, sqlite3, tempfile
from pipeline import *

DEAD = int(sys.argv[1]) if len(sys.argv) > 1 else 5000
WHY = ('--reason', 'the server is back')


class Sqlite:
    def __init__(self, folder):
        self.path = f'{folder}/r.db'
        self.url = f'sqlite://{self.path}'
        self.id = "printf('00000000-0000-4000-8000-%012d', {0})".format
        self.numbers = ('(WITH RECURSIVE s(n) AS (SELECT {0} UNION ALL SELECT n + 1 FROM s WHERE n < {1}) SELECT n FROM s)').format

    def sql(self, statement):
        with contextlib.closing(sqlite3.connect(self.path, timeout=30, isolation_level=None)) as db:
            return [[str(cell) for cell in row] for row in db.execute(statement)]


class Server:
    def __init__(self, server):
        self.server, self.url = server, server.create('r')
        self.id = "('00000000-0000-4000-8000-' || lpad(({0})::text, 12, '0'))::uuid".format
        self.numbers = 'generate_series({0}, {1}) AS n'.format

    def sql(self, statement):
        return [line.split('|') for line in self.server.psql('r', statement).splitlines()]


def add(store, first, last, error):
    store.sql('INSERT INTO port_messages (id, port_name, source_component, target_component, message_data, status, retry_count, '
              f"error_message) SELECT {store.id('n')}, 'orders', 'a', 'b', '{{\"n\": 1}}', 'dead_letter', 3, {error} FROM {store.numbers(first, last)}")


def between(store, first, last):
    return f'id BETWEEN {store.id(first)} AND {store.id(last)}'


def count(store, condition):
    return int(store.sql(f'SELECT count(*) FROM port_messages WHERE {condition}')[0][0])


def replay(store, *words, code=0):
    run = portolan('replay', '--store', store.url, *words, check=None)
    assert run.returncode == code, (words, run.returncode, run.stderr)
    return json.loads(run.stdout.splitlines()[-1]) if run.stdout else run.stderr.decode()


def rows_of(store, what):
    return [json.loads(line) for line in portolan('list', what, '--store', store.url, '--limit', '0').stdout.splitlines()]


def frozen_set(store):
    add(store, 1, DEAD, "'timeout'")
    summary = replay(store, '--filter', 'port_name:orders', *WHY, '--dry-run')
    run = summary['run']
    assert (summary['frozen'], summary['replayed']) == (DEAD, 0), summary
    assert count(store, "status = 'dead_letter'") == DEAD
    add(store, DEAD + 1, DEAD + 500, "'timeout'")
    store.sql(f"UPDATE port_messages SET error_message = 'changed' WHERE {between(store, 1, 300)}")
    store.sql(f'DELETE FROM port_messages WHERE {between(store, 301, 400)}')
    store.sql(f"UPDATE port_messages SET status = 'completed' WHERE {between(store, 401, 450)}")
    before = store.sql('SELECT * FROM port_messages ORDER BY id')
    summary = replay(store, '--resume', run, code=3)
    assert summary == {'run': run, 'frozen': DEAD, 'replayed': DEAD - 450, 'skipped': 450, 'failed': 0}, summary
    assert count(store, "status = 'pending' AND retry_count = 0") == DEAD - 450
    assert count(store, "status = 'dead_letter'") == 800
    causes = dict(store.sql(f"SELECT detail, count(*) FROM portolan_replay_items WHERE run_id = '{run}' AND state = 'skipped' GROUP BY detail"))
    assert causes == {'changed': '300', 'deleted': '100', 'changed: now completed': '50'}, causes
    listed = rows_of(store, 'replays')
    assert [(row['id'], row['state'], row['frozen'], row['pending'] + row['replayed'], row['skipped']) for row in listed] == [
        (run, 'handed_back', DEAD, DEAD - 450, 450)], listed
    shown = json.loads(portolan('show', 'replay', run, '--store', store.url).stdout)
    assert len(shown['items']) == DEAD and shown['items'][0]['detail'] == 'changed' and shown['reason'] == WHY[1], shown['items'][0]
    summary = replay(store, '--recall', run)
    assert store.sql('SELECT * FROM port_messages ORDER BY id') == before, 'recall did not restore the table'
    print('the frozen set was put back, nothing else; recall restored it')


def other_ways(store):
    store.sql('DELETE FROM port_messages')
    add(store, 1, 100, "'timeout after ' || n || ' ms'")
    add(store, 101, 150, "'no route to host'")
    groups = rows_of(store, 'dead-letter-groups')
    assert [(group['count'], group['port_name']) for group in groups] == [(100, 'orders'), (50, 'orders')], groups
    assert '<*>' in groups[0]['template'] and groups[1]['template'] == 'no route to host', groups
    summary = replay(store, '--group', groups[1]['fingerprint'], *WHY)
    assert summary['replayed'] == 50 and count(store, f"status = 'pending' AND {between(store, 101, 150)}") == 50
    replay(store, '--recall', summary['run'])
    with tempfile.NamedTemporaryFile('w') as ids:
        ids.write('\n'.join(row[0] for row in store.sql(f'SELECT id FROM port_messages WHERE {between(store, 101, 110)}')) + '\n')
        ids.flush()
        assert replay(store, '--ids', ids.name, *WHY)['replayed'] == 10
    assert count(store, "status = 'pending'") == 10 and count(store, f"status = 'pending' AND {between(store, 101, 110)}") == 10
    stopped = replay(store, '--filter', 'error_message~timeout', *WHY, '--canary', '--rate', '1000', '--dry-run')
    assert stopped['frozen'] == 100
    assert replay(store, '--cancel', stopped['run'])['skipped'] == 100
    assert count(store, "status = 'pending'") == 10
    replay(store, '--resume', stopped['run'], code=1)
    for words in ((), ('--filter', 'x'), ('--filter', 'no_such:1', *WHY), ('--filter', 'x', '--resume', stopped['run'], *WHY),
                  ('--filter', 'x', '--rate', '0', *WHY)):
        replay(store, *words, code=2)
    for words in (('--resume', '00000000-0000-4000-8000-000000000001'), ('--group', '0123456789abcdef', *WHY),
                  ('--ids', '/nowhere', *WHY)):
        replay(store, *words, code=1)
    assert count(store, "status = 'pending'") == 10
    print('ids, cancel and wrong usage')


def sent_elsewhere(store, redis):
    """--to: what goes there, the words of what cannot be, and a password that is not stored."""
    store.sql('DELETE FROM port_messages')
    add(store, 1, 40, "'timeout'")
    target = f'redis://:sesame@127.0.0.1:{redis.port}/0?stream=orders'
    frozen = replay(store, '--filter', 'port_name:orders', *WHY, '--to', target, '--dry-run')
    assert frozen['frozen'] == 40 and count(store, "status = 'dead_letter'") == 40
    run = frozen['run']
    assert 'PORTOLAN_TO_PASSWORD' in replay(store, '--resume', run, code=1)
    assert count(store, "status = 'dead_letter'") == 40, 'rows were touched for a server that lets nobody in'
    replay(store, '--resume', run, '--to', target.replace('orders', 'others'), code=2)
    assert replay(store, '--resume', run, '--to', target) == {'run': run, 'frozen': 40, 'replayed': 40, 'skipped': 0, 'failed': 0}
    entries = redis.command('XRANGE', 'orders', '-', '+')
    assert len(entries) == 40 and entries[0][1][::2] == [
        b'id', b'message_id', b'port_name', b'payload', b'kind', b'source_component', b'target_component', b'max_retries'], entries[:1]
    assert json.loads(entries[0][1][7]) == {'n': 1} and count(store, "status = 'completed'") == 40
    listed = next(row for row in rows_of(store, 'replays') if row['id'] == run)
    assert (listed['state'], listed['completed'], listed['target']) == (
        'completed', 40, f'redis://127.0.0.1:{redis.port}/0?stream=orders'), listed
    for table in ('portolan_replay_runs', 'portolan_replay_items', 'portolan_outbox', 'portolan_audit'):
        assert not [row for row in store.sql(f'SELECT * FROM {table}') if 'sesame' in str(row)], table
    assert 'cannot be taken back' in replay(store, '--recall', run, code=1)
    for other in ('kafka://127.0.0.1/orders', 'demo:', 'redis://127.0.0.1/0?pattern=a*'):
        assert 'redis://' in replay(store, '--filter', 'port_name:orders', *WHY, '--to', other, code=1)
    replay(store, '--filter', 'port_name:orders', *WHY, '--to', 'nowhere', code=2)
    add(store, 41, 60, "'timeout'")
    put_back = replay(store, '--filter', 'port_name:orders', *WHY, '--dry-run')['run']
    replay(store, '--resume', put_back, '--to', target, code=2)
    os.environ['PORTOLAN_TO_PASSWORD'] = 'sesame'
    later = replay(store, '--filter', 'port_name:orders', *WHY, '--to', target.replace(':sesame@', ''), '--canary', '--rate', '1000')
    del os.environ['PORTOLAN_TO_PASSWORD']
    assert later['replayed'] == 20 and redis.command('XLEN', 'orders') == 60
    assert replay(store, '--resume', put_back, code=3)['skipped'] == 20
    redis.command('DEL', 'orders')
    print('sent to a stream; what cannot be is said, and no password is stored')


def queued_again(store):
    """A run that failed: its job is put back, and --resume carries it out."""
    store.sql('DELETE FROM port_messages')
    add(store, 1, 20, "'timeout'")
    run = replay(store, '--filter', 'port_name:orders', *WHY, '--dry-run')['run']
    store.sql(f"UPDATE portolan_replay_runs SET state = 'failed' WHERE id = '{run}'")
    store.sql(f"INSERT INTO portolan_jobs (id, kind, state, error_message, total) VALUES ('{run}', 'replay', 'failed', 'the disk is full', 20)")

    def requeue(*words, check):
        return portolan('jobs', 'requeue', run, '--store', store.url, *words, check=(check,)).stderr
    assert b'--reason' in requeue(check=2)
    assert f'replay --resume {run}'.encode() in requeue('--reason', 'there is room', check=0)
    assert b'is queued' in requeue('--reason', 'there is room', check=1)
    job = next(row for row in rows_of(store, 'jobs') if row['id'] == run)
    assert (job['state'], job['error_message']) == ('queued', None), job
    assert replay(store, '--resume', run)['replayed'] == 20
    job = next(row for row in rows_of(store, 'jobs') if row['id'] == run)
    assert (job['state'], job['done']) == ('completed', 20), job
    told = [(row['action'], row['reason']) for row in rows_of(store, 'audit') if row['subject_id'] == run and row['subject_kind'] == 'job']
    assert told == [('job_queued', 'there is room'), ('job_running', None), ('job_completed', None)], told
    print('a job that failed is queued again, and carried out')


with tempfile.TemporaryDirectory(prefix='portolan-replay-') as folder, contextlib.ExitStack() as stack:
    server = Postgres()
    stack.callback(server.stop)
    redis = Redis()
    stack.callback(redis.stop)
    redis.command('CONFIG', 'SET', 'requirepass', 'sesame')
    redis.command('AUTH', 'sesame')
    for store in (Sqlite(folder), Server(server)):
        portolan('migrate', 'up', '--store', store.url)
        frozen_set(store)
        other_ways(store)
        sent_elsewhere(store, redis)
        queued_again(store)
    refused = portolan('replay', '--store', f'file://{folder}/data', '--filter', 'x', *WHY, check=None)
    assert refused.returncode == 1 and b'Open a database' in refused.stderr, refused
print('1 passed, 0 failed')
