#!/usr/bin/env python3
"""receive.py [COUNT]: COUNT messages (200,000) through a Redis stream into batch files, SQLite and PostgreSQL: all equal
the ledger byte for byte, each once; a second run, and a run of another group, store nothing."""
import sys, tempfile, time
from pipeline import *

count = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000
redis, postgres = Redis(), Postgres()
try:
    payloads = real_lines(count)
    redis.add('orders', payloads)
    expected = ledger(payloads)
    with tempfile.TemporaryDirectory(prefix='portolan-receive-') as folder:
        for group, store in (('files', f'file://{folder}/data'), ('sqlite', f'sqlite://{folder}/s.db'),
                             ('postgresql', postgres.create('s'))):
            source = redis.url('orders', group)
            began = time.time()
            counts = receive(source, store, '--idle-exit', '2')
            seconds = time.time() - began - 2
            wrong = differences(expected, stored(store))
            print(f'{group}: {counts} {count / seconds:,.0f} messages/s; {wrong or "equal to the ledger"}', flush=True)
            assert not wrong and counts['stored'] == count and counts['received'] == count, counts
            assert redis.pending('orders', group) == 0
            again = receive(source, store, '--idle-exit', '0.5')
            assert again['received'] == again['stored'] == 0, again
            other = receive(redis.url('orders', group + '2'), store, '--idle-exit', '2')
            print(f'{group}: read by another group: {other}', flush=True)
            assert other['stored'] == 0 and other['duplicates'] == count, other
            if group == 'files':
                print('batch files:', check_batch_files(f'{folder}/data'))
            else:
                found = stored_in_sqlite(f'{folder}/s.db') if group == 'sqlite' else stored_in_postgres(postgres, 's')
                wrong = differences(expected, found)
                assert not wrong, wrong
finally:
    redis.stop()
    postgres.stop()
print('1 passed, 0 failed')
