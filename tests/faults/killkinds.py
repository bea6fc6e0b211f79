#!/usr/bin/env python3
"""killkinds.py: kill -9 at random instants while messages of all nine kinds are received into SQLite and PostgreSQL, and
while the rejects of a file store are stored into SQLite: every table equals the ledger, each row once, exactly one
checkpoint of a name the latest. PORTOLAN_LONG=1 kills 200 times; else 8."""
from faultlab import *
from records import Mixture


def while_receiving(redis, kind, kills, rng, server):
    with tempfile.TemporaryDirectory(prefix='portolan-kinds-') as folder:
        place, mixture, sent, name = Place(kind, folder, server), Mixture(), 0, f'kinds-{kind}'
        compare = lambda: mixture.differences_on_server(server, place.database) if kind == 'postgresql' else mixture.differences(f'{folder}/s.db')
        for i in range(kills):
            more = mixture.payloads(rng.choice((1, 30, 500, 3000)))
            redis.add(name, more)
            sent += len(more)
            process = start_receiver(redis.url(name), place, '--batch', str(rng.choice((1, 10, 200, 1000))))
            time.sleep(rng.uniform(0.02, 0.35))
            kill(process)
        receive(redis.url(name), place.url, '--idle-exit', '1')
        wrong = compare()
        assert not wrong, wrong
        assert redis.pending(name) == 0
        # The oracle must see one row too few and one too many.
        change = 'UPDATE port_metrics SET messages_sent = -1 WHERE id = (SELECT id FROM port_metrics LIMIT 1)'
        if kind == 'postgresql':
            server.psql(place.database, change)
        else:
            with contextlib.closing(sqlite3.connect(f'{folder}/s.db')) as db:
                db.execute(change)
                db.commit()
        assert 'port_metric: 1 missing' in compare(), 'the check cannot fail'
        place.remove()
        print(f'receiving into {kind}: {kills} random kills, {sent} messages of nine kinds: equal to the ledger', flush=True)


def while_storing_rejects(redis, kills, rng):
    with tempfile.TemporaryDirectory(prefix='portolan-kinds-') as folder:
        files, place, mixture = Place('files', folder), Place('sqlite', folder), Mixture()
        redis.add('files', mixture.payloads(20_000))
        receive(redis.url('files'), files.url, '--idle-exit', '1', check=(3,))
        struck = 0
        for _ in range(kills):
            process = start_receiver(f'rejects:{files.url}', place, '--batch', str(rng.choice((10, 200))))
            time.sleep(rng.uniform(0.02, 0.3))
            struck += process.poll() is None
            kill(process)
        receive(f'rejects:{files.url}', place.url)
        mixture.rows['message'].clear()  # they are in the files
        wrong = mixture.differences(f'{folder}/s.db')
        assert not wrong, wrong
        assert struck > 0, 'no run was killed: nothing was tested'
        rest = receive(f'rejects:{files.url}', place.url)
        assert rest['received'] == 0, rest
        print(f'storing rejects: {struck} of {kills} runs killed: equal to the ledger', flush=True)


with contextlib.ExitStack() as stack:
    redis, server = Redis(), Postgres()
    stack.callback(server.stop)
    stack.callback(redis.stop)
    for kind in ('sqlite', 'postgresql'):
        while_receiving(redis, kind, 200 if LONG else 8, random.Random(SEED), server)
    while_storing_rejects(redis, 50 if LONG else 4, random.Random(SEED))
print('1 passed, 0 failed')
