#!/usr/bin/env python3
"""kinds.py [COUNT]: COUNT messages (90,000) of all nine kinds through a Redis stream into SQLite and PostgreSQL: every table equals
the ledger; what is delivered twice is stored once; a file store keeps the records aside byte for byte, and a SQLite store
takes them from there, once; rejects of a fault are stored after it was mended, and the others stay."""
import base64, sqlite3, sys, tempfile, time
from pipeline import *
from records import Mixture


def listed_rejects(store):
    rows = [json.loads(line) for line in
            portolan('list', 'rejects', '--store', store, '--limit', '0', '--format', 'jsonl').stdout.splitlines()]
    for row in rows:
        row['bytes'] = base64.b64decode(row['payload_base64']) if 'payload_base64' in row else row['payload'].encode()
    return rows


def all_kinds_into_sqlite(redis, folder, count):
    mixture, store = Mixture(), f'sqlite://{folder}/all.db'
    redis.add('all', mixture.payloads(count))
    began = time.time()
    counts = receive(redis.url('all'), store, '--idle-exit', '2')
    print(f'all kinds: {counts} {count / (time.time() - began - 2):,.0f}/s', flush=True)
    assert counts['stored'] == count and counts['rejected'] == counts['duplicates'] == 0, counts
    wrong = mixture.differences(f'{folder}/all.db')
    assert not wrong, wrong
    again = receive(redis.url('all', 'again'), store, '--idle-exit', '1')
    assert again['stored'] == 0 and again['duplicates'] == count, again
    wrong = mixture.differences(f'{folder}/all.db')
    assert not wrong, wrong


def all_kinds_into_postgresql(redis, count):
    mixture, server = Mixture(), Postgres()
    try:
        store = server.create('kinds')
        redis.add('server', mixture.payloads(count))
        counts = receive(redis.url('server'), store, '--idle-exit', '1')
        assert counts['stored'] == count and counts['rejected'] == counts['duplicates'] == 0, counts
        again = receive(redis.url('server', 'again'), store, '--idle-exit', '1')
        assert again['stored'] == 0 and again['duplicates'] == count, again
        wrong = mixture.differences_on_server(server, 'kinds')
        assert not wrong, wrong
        print(f'all kinds into PostgreSQL: {counts}', flush=True)
    finally:
        server.stop()


def through_the_rejects_of_a_file_store(redis, folder, count):
    mixture, files, store = Mixture(), f'file://{folder}/data', f'sqlite://{folder}/from-files.db'
    payloads = mixture.payloads(count)
    messages = sum(mixture.rows['message'].values())
    odd = [b'\xff\x00 no text', b'{"kind":"health"', b'{"kind":"health","component_name":"c","health_status":"ill"}']
    redis.add('files', payloads + odd)
    counts = receive(redis.url('files'), files, '--idle-exit', '1', check=(3,))
    assert counts['stored'] == messages and counts['rejected'] == count - messages + 3, counts
    kept = listed_rejects(files)
    missing = collections.Counter(payloads + odd) - collections.Counter(row['bytes'] for row in kept)
    assert sum(missing.values()) == messages, 'a reject differs from what was sent'
    assert all(row['key'] and row['source'] and row['reason'] and row['reinjected_at'] is None for row in kept)

    counts = receive(f'rejects:{files}', store, check=(3,))
    print(f'from the rejects of a file store: {counts}', flush=True)
    assert counts['stored'] == count - messages and counts['rejected'] == 3, counts
    mixture.rows['message'].clear()  # they are in the files
    wrong = mixture.differences(f'{folder}/from-files.db')
    assert not wrong, wrong
    assert [row['bytes'] for row in listed_rejects(files) if not row['reinjected_at']] == odd
    assert not listed_rejects(store), 'what was rejected again is kept twice'
    again = receive(f'rejects:{files}', store, check=(3,))
    assert again == {'received': 3, 'stored': 0, 'duplicates': 0, 'rejected': 3, 'gaps': 0}, again


def after_a_fix(redis, folder):
    """A rule of the database refuses a port for a while."""
    path = f'{folder}/fix.db'
    store = f'sqlite://{path}'
    receive('demo:?count=1&rate=0', store)  # makes the tables
    with contextlib.closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TRIGGER fault BEFORE INSERT ON sink_storage WHEN NEW.sink_name = 'b' "
                   "BEGIN SELECT RAISE(ABORT, 'the sink is closed'); END")
    payloads = [json.dumps({'kind': 'sink_record', 'sink_name': 'ab'[i % 10 == 0], 'data': i}).encode() for i in range(200)]
    redis.add('fix', payloads)
    counts = receive(redis.url('fix'), store, '--idle-exit', '1', check=(3,))
    assert counts['stored'] == 180 and counts['rejected'] == 20, counts
    kept = listed_rejects(store)
    assert all('the sink is closed' in row['reason'] for row in kept), kept[0]
    counts = receive(f'rejects:{store}', store, check=(3,))
    assert counts['stored'] == 0 and counts['rejected'] == 20, counts
    assert [(row['id'], row['key']) for row in listed_rejects(store)] == [(row['id'], row['key']) for row in kept]
    with contextlib.closing(sqlite3.connect(path)) as db:
        db.execute('DROP TRIGGER fault')
    counts = receive(f'rejects:{store}', store)
    print(f'after the fix: {counts}', flush=True)
    assert counts == {'received': 20, 'stored': 20, 'duplicates': 0, 'rejected': 0, 'gaps': 0}, counts
    assert all(row['reinjected_at'] for row in listed_rejects(store))
    with contextlib.closing(sqlite3.connect(path)) as db:
        assert sorted(int(row[0]) for row in db.execute("SELECT data FROM sink_storage WHERE sink_name IN ('a', 'b')")) == list(range(200))


count = int(sys.argv[1]) if len(sys.argv) > 1 else 90_000
redis = Redis()
try:
    with tempfile.TemporaryDirectory(prefix='portolan-kinds-') as folder:
        all_kinds_into_sqlite(redis, folder, count)
        all_kinds_into_postgresql(redis, count)
        through_the_rejects_of_a_file_store(redis, folder, count // 10)
        after_a_fix(redis, folder)
finally:
    redis.stop()
print('1 passed, 0 failed')
