#!/usr/bin/env python3
"""keysandrows.py: rows and the keys they came under, in both databases. What an owner's trigger leaves out without an error is a reject,
never called stored; rows that a restore of single tables takes away come again when their source still has them, once, and rows that
stay are not doubled. Judged by sqlite3 and psql."""
import random
import sqlite3
from backupparts import Lite, OnServer, restored
from backup import back_up
from pipeline import *


def payload(n):
    """Record n: of a kind that n decides."""
    return json.dumps((
        {'kind': 'message', 'message_number': n, 'content': f'm{n}'},
        {'kind': 'port_message', 'port_name': f'p{n}', 'source_component': 'a', 'target_component': 'b', 'message_data': {'n': n}},
        {'kind': 'sink_record', 'sink_name': f's{n}', 'data': n},
        {'kind': 'sensor_event', 'event_id': f'e{n}', 'sensor_id': f'm{n}', 'timestamp': 1700000000 + n, 'value': n})[n % 4])


def names(store):
    """What is stored of each kind, by what it says of itself."""
    if store.kind == 'sqlite':
        with contextlib.closing(sqlite3.connect(store.path)) as db:
            ask = lambda sql: [row[0] for row in db.execute(sql)]
            return sorted(ask('SELECT content FROM messages') + ask('SELECT port_name FROM port_messages')
                          + ask('SELECT sink_name FROM sink_storage') + ask("SELECT 'e' || substr(sensor_id, 2) FROM metrics"))
    return sorted(store.value("SELECT content FROM messages UNION ALL SELECT port_name FROM port_messages UNION ALL SELECT sink_name FROM "
                              "sink_storage UNION ALL SELECT 'e' || substr(sensor_id, 2) FROM metrics").splitlines())


def wanted(first, last):
    return sorted(f'{"mpse"[n % 4]}{n}' for n in range(first, last + 1))


def source(redis, stream):
    return f'redis://127.0.0.1:{redis.port}/0?stream={stream}'


def came(store, redis, stream, check=(0,)):
    run = portolan('receive', '--from', source(redis, stream), '--into', store.url, '--idle-exit', '1', check=check)
    return json.loads(run.stdout.splitlines()[-1]), run.stderr.decode()


def again(redis, stream):
    """Everything is delivered again."""
    redis.command('XGROUP', 'SETID', stream, 'portolan', '0')


def left_out(store, redis):
    """Every third record of each kind is left out; the others are there, and the sum is told."""
    portolan('import', file_with(store, payload(1000)), '--into', store.url)
    tables = (('messages', 'content'), ('port_messages', 'port_name'), ('sink_storage', 'sink_name'), ('metrics', 'sensor_id'))
    gone = [n for n in range(1, 61) if n % 3 == 0]
    words = ', '.join(f"'{letter}{n}'" for n in gone for letter in 'mps')
    for table, column in tables:
        if store.kind == 'sqlite':
            store.change(f'CREATE TRIGGER leave_{table} BEFORE INSERT ON {table} WHEN NEW.{column} IN ({words}) BEGIN '
                         'SELECT RAISE(IGNORE); END;')
        else:
            store.change(f'CREATE FUNCTION leave_{table}() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN IF NEW.{column} IN ({words}) THEN '
                         f'RETURN NULL; END IF; RETURN NEW; END$$; CREATE TRIGGER leave_{table} BEFORE INSERT ON {table} FOR EACH ROW '
                         f'EXECUTE FUNCTION leave_{table}()')
    before = names(store)
    stream = f'left-{store.kind}'
    redis.add(stream, [payload(n) for n in range(1, 61)])
    counts, said = came(store, redis, stream, check=(3,))
    assert counts['stored'] == 40 and counts['rejected'] == 20, counts
    assert names(store) == sorted(before + [f'{"mpse"[n % 4]}{n}' for n in range(1, 61) if n % 3]), names(store)
    reasons = [row['reason'] for row in rows(portolan('list', 'rejects', '--store', store.url, '--limit', '0'))]
    assert len(reasons) == 20 and all('left out 1 of 1 rows' in reason for reason in reasons), reasons[:2]
    again(redis, stream)
    counts, _ = came(store, redis, stream, check=(0, 3))
    assert counts['duplicates'] == 60 and counts['stored'] == 0, counts
    run = portolan('import', file_with(store, payload(3), payload(4)), '--into', store.url, check=(3,))
    counts = json.loads(run.stdout.splitlines()[-1])
    assert counts['stored'] == 1 and counts['rejected'] == 1, counts
    print(f'{store.kind}: what an owner leaves out is a reject', flush=True)


def file_with(store, *payloads):
    path = f'{os.environ["TMPDIR"]}/{store.kind}-{random.getrandbits(60)}.jsonl'
    pathlib.Path(path).write_text('\n'.join(payloads) + '\n')
    return path


def with_their_keys(store, redis):
    """Any tables, any moment: after redelivery each record is there once."""
    chance = random.Random(int(os.environ.get('PORTOLAN_SEED', '7')))
    stream = f'keys-{store.kind}'
    redis.add(stream, [payload(n) for n in range(1, 41)])
    came(store, redis, stream)
    made = [back_up(store.url)]
    for at in range(41, 121, 40):
        redis.add(stream, [payload(n) for n in range(at, at + 40)])
        came(store, redis, stream)
        made.append(back_up(store.url))
    assert names(store) == wanted(1, 120)
    choices = [('messages', 'batches'), ('port_messages',), ('sink_storage',), ('metrics', 'processed_events'),
               ('messages', 'batches', 'sink_storage'), ('messages', 'batches', 'port_messages', 'sink_storage', 'metrics', 'processed_events')]
    for turn in range(6):
        for _ in range(chance.randint(1, 3)):  # also one after the other, an older and a newer one
            tables = chance.choice(choices)
            run = restored(chance.choice(made)['file'], store, *tables)
        again(redis, stream)
        counts, _ = came(store, redis, stream)
        assert names(store) == wanted(1, 120), (turn, tables, counts, set(wanted(1, 120)) ^ set(names(store)), len(names(store)))
        assert counts['rejected'] == 0, counts
        assert store.value("SELECT count(*) FROM portolan_sources WHERE identity LIKE 'portolan:let-go:%'") == '0', 'all is settled'
        again(redis, stream)
        counts, _ = came(store, redis, stream)
        assert counts['duplicates'] == 120, counts
    restored(made[0]['file'], store, 'messages', 'batches')
    run = restored(made[-1]['file'], store, 'messages', 'batches')  # back before anything was delivered again
    assert names(store) == wanted(1, 120)
    again(redis, stream)
    assert came(store, redis, stream)[0]['duplicates'] == 120
    run = restored(made[0]['file'], store, 'messages', 'batches')
    assert b'80 keys' in run.stderr, run.stderr
    portolan('verify', '--store', store.url)
    print(f'{store.kind}: rows and keys are restored together', flush=True)


def without_keys(store, redis):
    """A backup that has no keys cannot say which rows had one: they stay known, in words."""
    stream = f'none-{store.kind}'
    redis.add(stream, [payload(4 * n) for n in range(1, 11)])
    came(store, redis, stream)
    made = back_up(store.url, '--only', 'messages', '--only', 'batches')
    redis.add(stream, [payload(4 * n) for n in range(11, 21)])
    came(store, redis, stream)
    run = restored(made['file'], store, 'messages', 'batches', check=(3,))
    assert b'stay known' in run.stderr, run.stderr
    again(redis, stream)
    assert came(store, redis, stream)[0]['duplicates'] == 20
    assert len(names(store)) == 10
    print(f'{store.kind}: what a backup does not hold is said', flush=True)


if __name__ == '__main__':
    only = sys.argv[1:]
    with tempfile.TemporaryDirectory(prefix='portolan-keysandrows-') as top:
        os.environ['XDG_DATA_HOME'] = f'{top}/home'
        os.environ['TMPDIR'] = f'{top}/tmp'
        os.mkdir(os.environ['TMPDIR'])
        redis, server = Redis(), Postgres(settings=('fsync=off',))
        try:
            for part in (left_out, with_their_keys, without_keys):
                if only and part.__name__ not in only:
                    continue
                name = part.__name__.replace('_', '')
                place = tempfile.mkdtemp(dir=top)
                for store in (Lite(place, name), OnServer(server, name)):
                    portolan('migrate', '--store', store.url, 'up')
                    part(store, redis)
        finally:
            redis.stop()
            server.stop()
    print('1 passed, 0 failed')
