#!/usr/bin/env python3
"""history.py: `stats --record` on files, SQLite and PostgreSQL, day after day by a clock that is moved: a row a day and table, the last
of a day; growth and the day on which the disk is full are told from the third day on; older than 400 days nothing stays; without
--record nothing is written; the schedule runs it."""
import shutil
from schedules import *

DAY, START = 86400, 1_772_000_000


def on(day, *words, check=(0,)):
    """Runs the program so many days after the start."""
    at = time.strftime('%Y-%m-%d %H:%M:%S', time.localtime(START + day * DAY))
    run = subprocess.run(['faketime', '-f', f'@{at}', PROGRAM, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120,
                         env={**os.environ, 'FAKETIME_DONT_FAKE_MONOTONIC': '1'})
    assert run.returncode in check, (words, run.returncode, run.stderr)
    return run


def history(store, *words):
    return rows(portolan('list', 'history', '--store', store.url, '--limit', '0', '--format', 'jsonl', *words))


def prove(store):
    portolan('demo', '--headless', '--count', '200', '--store', store.url)
    [before] = [row for row in rows(on(0, 'stats', '--store', store.url, '--format', 'jsonl')) if row['name'] == 'store']
    assert before['bytes_a_day'] is None and before['full_at'] is None, before
    assert not history(store), 'a look left a trace'
    for day in range(3):
        portolan('demo', '--headless', '--count', '3000', '--store', store.url)
        for _ in range(2):  # the last of a day stays
            measured = rows(on(day, 'stats', '--record', '--store', store.url, '--format', 'jsonl'))
        kept = history(store, '--filter', 'name:store')
        assert len(kept) == day + 1, kept
    [whole] = [row for row in measured if row['name'] == 'store']
    last = max(kept, key=lambda row: row['day'])
    assert last['row_count'] == whole['rows'] and last['bytes'] == whole['bytes'] and last['p99_ms'] > 0, (last, whole)
    assert {row['name'] for row in history(store)} == {row['name'] for row in measured if row['problem'] is None}
    days = sorted(kept, key=lambda row: row['day'])
    straight = (days[2]['bytes'] - days[0]['bytes']) / 2  # of three days one apart, the nearest line's
    assert abs(whole['bytes_a_day'] - straight) <= 1 + abs(straight) / 1e6, (whole, days)
    on(2 + 399, 'stats', '--record', '--store', store.url)
    assert len(history(store, '--filter', 'name:store')) == 2, history(store)

    # By the schedule, as it is offered.
    portolan('schedule', 'add', 'history', '--every', 'daily 01:00', '--store', store.url, '--', 'stats', '--record')
    store.set('history', next_run_at=-1)
    assert rows(portolan('run-due', '--store', store.url, '--format', 'jsonl'))[0]['result'] == 'done'
    today = time.strftime('%Y-%m-%d', time.gmtime())
    assert any(row['day'].startswith(today) for row in history(store, '--filter', 'name:store'))
    print(f'{store.kind}: grows by {whole["bytes_a_day"]:.0f} bytes a day', flush=True)


if not shutil.which('faketime'):
    missing('faketime')
with tempfile.TemporaryDirectory(prefix='portolan-history-') as folder:
    os.environ['XDG_DATA_HOME'] = f'{folder}/home'
    prove(InFiles(folder))
    prove(InDatabase(folder))
    server = Postgres()
    try:
        prove(InDatabase(server))
    finally:
        server.stop()
print('1 passed, 0 failed')
