#!/usr/bin/env python3
"""retention.py: `retention` and `retain` on SQLite and PostgreSQL: rules are offered and off, a dry run says what a run then
deletes, both as sqlite3 and psql count it; exit codes, JSON keys, words; a clock set back or on (faketime, where it is) and an
interrupt. Of a folder of batch files: tar has what went, `verify` calls it no loss, and what comes again is stored by nobody."""
import signal
from pipeline import *

ROW = {'rule', 'table', 'rows', 'bytes', 'oldest_kept', 'state'}
RULE = {'id', 'name', 'table_name', 'time_column', 'condition', 'keep_seconds', 'keep_count', 'archive', 'enabled', 'last_run_at', 'last_rows',
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


def checks(store, check=(0,)):
    return {row['name']: row for row in rows(portolan('verify', '--store', store, '--format', 'jsonl', check=check))}


def of_files(folder, redis):
    """A folder whose messages a stream holds; fifteen of its files are a hundred days old."""
    store, archive = f'file://{folder}/files', f'{folder}/archive'
    data = pathlib.Path(folder, 'files', 'example_receiver')
    sent = [json.dumps({'kind': 'message', 'message_number': n, 'content': f'order {n}'}).encode() for n in range(1, 251)]
    redis.add('orders', sent)
    assert receive(redis.url('orders', 'first'), store, '--idle-exit', '0.3')['stored'] == 250
    files = sorted((data / 'messages').iterdir())
    for file in files[:15]:
        os.utime(file, (time.time() - 100 * DAY,) * 2)
    time.sleep(0.2)  # files of this moment stay
    before = {file.name: file.read_bytes() for file in files[:15]}

    def run(*words, check=(0,)):
        return portolan(*words, '--store', store, check=check)
    offered = rows(run('retention', 'list', '--format', 'jsonl'))
    assert all(set(rule) == RULE and rule['enabled'] is False for rule in offered), offered
    assert [rule['name'] for rule in offered] == ['backups', 'batch-files'], offered
    assert not run('retain').stdout
    [off] = rows(run('retain', '--dry-run', '--rule', 'batch-files', '--format', 'jsonl'))
    assert set(off) == ROW and off['state'] == 'off' and off['rows'] == 150, off
    run('retention', 'set', 'batch-files', '--keep', '30d', '--archive', archive, '--reason', 'a month is enough')
    [dry] = rows(run('retain', '--dry-run', '--format', 'jsonl'))
    assert dry['state'] == 'counted' and dry['rows'] == 150 and dry['bytes'] == sum(map(len, before.values())), dry
    assert len(list((data / 'messages').iterdir())) == 25 and not os.path.exists(archive)
    [done] = rows(run('retain', '--reason', 'tonight', '--format', 'jsonl'))
    assert done | {'state': 'counted'} == dry and done['state'] == 'done', (done, dry)
    assert sorted((data / 'messages').iterdir()) == files[15:]

    [packed] = pathlib.Path(archive).glob('*.portolan.tar.zst')
    subprocess.run(['tar', '--zstd', '-xf', packed, '-C', folder], check=True)
    assert {file.name: file.read_bytes() for file in pathlib.Path(folder, 'messages').iterdir()} == before
    assert stored(str(packed)) == ledger(sent[:150]) and stored(store) == ledger(sent[150:])
    portolan('verify-backup', str(packed))
    assert '150 lines were archived on purpose' in checks(store)['acknowledged']['detail']

    # The whole stream comes again: into the store, and into one that its backup makes.
    again = {'received': 250, 'stored': 0, 'duplicates': 250, 'rejected': 0, 'gaps': 0}
    assert receive(redis.url('orders', 'second'), store, '--idle-exit', '0.3') == again
    assert not run('list', 'gaps', '--format', 'jsonl').stdout
    backup = json.loads(run('backup').stdout.splitlines()[-1])['file']
    restored = f'file://{folder}/restored'
    portolan('restore', backup, '--into', restored)
    assert '150 lines were archived on purpose' in checks(restored)['acknowledged']['detail']
    assert receive(redis.url('orders', 'third'), restored, '--idle-exit', '0.3') == again
    assert rows(portolan('retention', 'list', '--store', restored, '--format', 'jsonl'))[1]['last_rows'] == 150

    # One is unpacked into its place, another one is lost: the first is there again, the second is a loss.
    shutil.copy(f'{folder}/messages/{files[3].name}', data / 'messages')
    assert '140 lines were archived on purpose' in checks(store)['acknowledged']['detail']
    files[20].unlink()
    lost = checks(store, (3,))
    assert lost['acknowledged']['result'] == 'found' and lost['batch-number-gaps']['count'] == 1, lost
    portolan('receive', '--from', redis.url('orders', 'fourth'), '--into', store, '--idle-exit', '0.3', check=(0, 3))
    assert stored(store) == ledger(sent[30:40] + sent[150:]), 'each once'
    acts = [json.loads(line) for line in (data / '.portolan' / 'operations' / 'audit.jsonl').read_text().splitlines()]
    assert [(act['action'], act['subject_id'], act['reason']) for act in acts] == [('set', 'batch-files', 'a month is enough'),
                                                                                  ('retain', 'batch-files', 'tonight')], acts
    assert b'alone' in run('retention', 'set', 'metrics', '--keep', '1d', check=(2,)).stderr
    assert b'own' in run('retention', 'set', 'batch-files', '--archive', str(data / 'messages'), check=(2,)).stderr


with tempfile.TemporaryDirectory(prefix='portolan-retention-') as folder:
    prove(Database(folder))
    server = Postgres()
    try:
        prove(Database(server))
    finally:
        server.stop()
    redis = Redis()
    try:
        of_files(folder, redis)
    finally:
        redis.stop()
print('1 passed, 0 failed')
