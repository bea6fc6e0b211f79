#!/usr/bin/env python3
"""retention.py: `retention` and `retain` on SQLite and PostgreSQL: rules are offered and off, a dry run says what a run then
deletes, both as sqlite3 and psql count it; exit codes, JSON keys, words; a clock set back or on (faketime, where it is) and an
interrupt."""
import signal
from pipeline import *

ROW = {'rule', 'table', 'rows', 'bytes', 'oldest_kept', 'state'}
RULE = {'id', 'name', 'table_name', 'time_column', 'condition', 'keep_seconds', 'keep_count', 'enabled', 'last_run_at', 'last_rows',
        'last_result', 'updated_at'}
DAY = 86_400


def prove(store):
    def run(*words, check=(0,), **more):
        return portolan(*words, '--store', store.url, check=check, **more)
    run('migrate', 'up')
    rules = rows(run('retention', 'list', '--format', 'jsonl'))
    assert rules == rows(run('list', 'retention-rules', '--limit', '0', '--format', 'jsonl'))
    assert all(set(rule) == RULE and rule['enabled'] is False for rule in rules), rules
    assert {rule['name']: rule['keep_seconds'] for rule in rules}['component-metrics'] == 30 * DAY
    chosen = random.Random(store.url[:6])
    ages = [chosen.uniform(0, 60 * DAY) for _ in range(1500)] + [60]
    for first in range(0, len(ages), 500):
        store.sql('INSERT INTO component_metrics (component_name, metric_name, metric_value, timestamp) VALUES '
                  + ', '.join(f"('c', 'm', 1.5, {store.at(-round(age, 3))})" for age in ages[first:first + 500]))
    nothing = run('retain', '--format', 'jsonl')
    assert not nothing.stdout and b'retention set' in nothing.stderr, nothing
    assert b'is off' in run('retain', '--rule', 'component-metrics', check=(2,)).stderr
    assert b'there are' in run('retain', '--rule', 'nothing', check=(1,)).stderr
    old = f'SELECT count(*) FROM component_metrics WHERE timestamp < {store.at(-30 * DAY)}'
    [off] = rows(run('retain', '--dry-run', '--rule', 'component-metrics', '--format', 'jsonl'))
    assert set(off) == ROW and off['state'] == 'off' and off['rows'] == int(store.sql(old)) > 500, off
    assert off['oldest_kept'].endswith('Z')
    run('retention', 'set', 'component-metrics', '--keep', '30d', '--reason', 'a month is enough')
    [dry] = rows(run('retain', '--dry-run', '--format', 'jsonl'))
    count = int(store.sql(old))
    assert dry['state'] == 'counted' and dry['rows'] == count, (dry, count)
    if shutil.which('faketime'):
        for shift, words in (('-3d', b'Set the clock right'), ('+1y', b'Nothing newer')):
            # A server's own clock stays.
            stopped = subprocess.run(['faketime', '-f', shift, PROGRAM, 'retain', '--store', store.url, '--format', 'jsonl'],
                                     stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            assert stopped.returncode == 3 and rows(stopped)[0]['state'] == 'stopped' and words in stopped.stderr, stopped
        assert int(store.sql(old)) == count
    [done] = rows(run('retain', '--format', 'jsonl', '--reason', 'tonight'))
    assert done['state'] == 'done' and done['rows'] == count and done['bytes'] == dry['bytes'], (done, dry)
    assert int(store.sql(old)) == 0 and int(store.sql('SELECT count(*) FROM component_metrics')) == len(ages) - count
    [told] = rows(run('list', 'audit', '--format', 'jsonl', '--filter', 'subject_kind:retention reason:tonight'))
    assert told['action'] == 'retain' and told['after_image']['rows'] == count, told
    [rule] = rows(run('list', 'retention-rules', '--filter', 'enabled:true', '--format', 'jsonl'))
    assert rule['last_rows'] == count and rule['last_result'] == 'done' and rule['last_run_at'], rule
    run('retention', 'off', 'component-metrics', '--reason', 'enough')
    assert not run('retain').stdout
    for wrong in (('retention', 'sett', 'metrics'), ('retention', 'set'), ('retention', 'set', 'metrics', '--keep', 'long'),
                  ('retention', 'off', 'metrics', '--keep', '1d'), ('retention', 'set', 'mine', '--keep', '1d'),
                  ('retention', 'set', 'processed-events', '--keep', '1d')):
        assert run(*wrong, check=(2,)).stderr
    assert b'no table nothing' in run('retention', 'set', 'mine', '--table', 'nothing', '--column', 'at', '--keep', '1d', check=(1,)).stderr
    interrupt(store, run)


def interrupt(store, run):
    """Ctrl+C between two transactions: 130, and the job says how much is gone."""
    for first in range(0, 60_000, 2_000):
        store.sql('INSERT INTO component_metrics (component_name, metric_name, metric_value, timestamp) VALUES '
                  + ', '.join(f"('c', 'm', 1.5, {store.at(-40 * DAY - n)})" for n in range(first, first + 2_000)))
    run('retention', 'set', 'component-metrics')
    process = subprocess.Popen([PROGRAM, 'retain', '--store', store.url, '--format', 'jsonl'], stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE)
    end = time.time() + 60
    while not int(store.sql("SELECT count(*) FROM portolan_jobs WHERE kind = 'retain' AND state = 'running'")):
        assert time.time() < end and process.poll() is None
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130 and b'Interrupted' in err, (process.returncode, err)
    row = json.loads(out)
    left = int(store.sql(f'SELECT count(*) FROM component_metrics WHERE timestamp < {store.at(-35 * DAY)}'))
    assert row['state'] == 'cancelled' and row['rows'] == 60_000 - left and 0 < left < 60_000, (row, left)


with tempfile.TemporaryDirectory(prefix='portolan-retention-') as folder:
    prove(Database(folder))
    server = Postgres()
    try:
        prove(Database(server))
    finally:
        server.stop()
    (pathlib.Path(folder) / 'files').mkdir()
    files = portolan('retain', '--store', f'file://{folder}/files', check=(1,))
    assert b'database' in files.stderr, files.stderr
print('1 passed, 0 failed')
