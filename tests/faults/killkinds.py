#!/usr/bin/env python3
"""killkinds.py: kill -9 at random instants while messages of all nine kinds are received into SQLite, and while the
rejects of a file store are stored there: every table equals the ledger, each row once, exactly one checkpoint of a name
the latest. PORTOLAN_LONG=1 kills 100 times; else 15."""
import sqlite3
from faultlab import *
from records import Mixture


def while_receiving(redis, kills, rng):
    with tempfile.TemporaryDirectory(prefix='portolan-kinds-') as folder:
        place, mixture, sent = Place('sqlite', folder), Mixture(), 0
        for _ in range(kills):
            more = mixture.payloads(rng.choice((1, 30, 500, 3000)))
            redis.add('kinds', more)
            sent += len(more)
            process = start_receiver(redis.url('kinds'), place, '--batch', str(rng.choice((1, 10, 200, 1000))))
            time.sleep(rng.uniform(0.02, 0.35))
            kill(process)
        receive(redis.url('kinds'), place.url, '--idle-exit', '1')
        wrong = mixture.differences(f'{folder}/s.db')
        assert not wrong, wrong
        assert redis.pending('kinds') == 0
        # The oracle must see one row too few and one too many.
        with contextlib.closing(sqlite3.connect(f'{folder}/s.db')) as db:
            db.execute('UPDATE port_metrics SET messages_sent = -1 WHERE id = (SELECT min(id) FROM port_metrics)')
            db.commit()
        assert 'port_metric: 1 missing' in mixture.differences(f'{folder}/s.db'), 'the check cannot fail'
        print(f'receiving: {kills} random kills, {sent} messages of nine kinds: equal to the ledger', flush=True)


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


seed = int(os.environ.get('PORTOLAN_SEED', '1'))
redis = Redis()
try:
    while_receiving(redis, 100 if LONG else 15, random.Random(seed))
    while_storing_rejects(redis, 50 if LONG else 8, random.Random(seed))
finally:
    redis.stop()
print('1 passed, 0 failed')
