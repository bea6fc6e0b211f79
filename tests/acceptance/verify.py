#!/usr/bin/env python3
"""verify.py: `portolan verify` from outside. Healthy stores of every kind, filled by the receiver with the demo's data, end
with 0 and say ok in every row; each kind of damage, planted by sqlite3, psql or plain writing, ends with 3 and is the only
one found, with its rows named; what cannot be verified ends with 1, a wrong call with 2."""
import csv, io, shutil, sqlite3, tempfile
from pipeline import *

DAMAGES = {
    'message-number-gaps': ("DELETE FROM messages WHERE message_number IN (5, 6); "
                            "UPDATE batches SET message_count = message_count - 2 WHERE id = 1", '5-6', 2),
    'batch-counts': ('UPDATE batches SET message_count = message_count - 1 WHERE id = 2', '2', 1),
    'duplicate-batch-files': ("UPDATE batches SET filename = 'messages_batch_0001.txt' WHERE id = 2", 'messages_batch_0001.txt', 1),
    'batch-number-gaps': ("INSERT INTO batches SELECT max(id) + 3, 'later', 0, 1, 1 FROM batches", 'missing batches', 2),
    'metrics-without-event': ("DELETE FROM processed_events WHERE event_id = 'e-2'", 'e-2', 1),
    'events-without-metric': ("DELETE FROM metrics WHERE event_id = 'e-2'", 'e-2', 1),
    'event-sensors': ("UPDATE processed_events SET sensor_id = 'other' WHERE event_id = 'e-2'", 'e-2', 1),
    'sensor-order': ("UPDATE metrics SET timestamp = '2019-01-01T00:00:00.000Z' WHERE event_id = 'e-2'", 'after later ones', 1),
    'checkpoints-no-latest': ('UPDATE checkpoints SET is_latest = FALSE WHERE checkpoint_name = \'cp\'', 'cp', 1),
    'checkpoints-two-latest': ('DROP INDEX idx_checkpoints_one_latest; UPDATE checkpoints SET is_latest = TRUE '
                               "WHERE checkpoint_name = 'cp'", 'cp', 1),
    'checkpoints-old-latest': ("UPDATE checkpoints SET is_latest = FALSE WHERE checkpoint_name = 'cp'; UPDATE checkpoints "
                               "SET is_latest = TRUE WHERE checkpoint_name = 'cp' AND version = 1", 'cp', 1),
    'checkpoints-expired-latest': ("UPDATE checkpoints SET expires_at = '2020-01-01T00:00:00.000Z' WHERE checkpoint_name = 'cp' "
                                   'AND version = 2', 'cp', 1),
    'retries-over-limit': ("UPDATE port_messages SET retry_count = 9 WHERE id = '00000000-0000-4000-8000-000000000001'",
                           '00000000-0000-4000-8000-000000000001', 1),
    'dead-letters-without-cause': ("UPDATE port_messages SET status = 'dead_letter' WHERE id = "
                                   "'00000000-0000-4000-8000-000000000001'", '00000000-0000-4000-8000-000000000001', 1),
    'completed-without-time': ("UPDATE port_messages SET status = 'completed' WHERE id = '00000000-0000-4000-8000-000000000001'",
                               '00000000-0000-4000-8000-000000000001', 1),
    'completed-before-created': ("UPDATE port_messages SET status = 'completed', completed_at = '2020-01-01T00:00:00.000Z' "
                                 "WHERE id = '00000000-0000-4000-8000-000000000001'", '00000000-0000-4000-8000-000000000001', 1),
    'unfinished-with-completion': ("UPDATE port_messages SET completed_at = created_at WHERE id = "
                                   "'00000000-0000-4000-8000-000000000001'", '00000000-0000-4000-8000-000000000001', 1),
    'audit-order': ("INSERT INTO portolan_audit (at, actor, action, subject_kind) VALUES ('2024-01-02T00:00:00.000Z', 'a', 'b', 'c'), "
                    "('2024-01-01T00:00:00.000Z', 'a', 'b', 'c')", 'before their predecessor', 1),
    'outbox-without-item': ("INSERT INTO portolan_outbox (message_id, target, payload) VALUES ('m', 't', 'p')", 'no replay', 1),
    'replay-counters': ("INSERT INTO portolan_replay_runs (filter, reason, actor, frozen) VALUES ('', 'r', 'a', 1)", 'counts', 1),
    'migrations': ("UPDATE portolan_migrations SET checksum = 'other' WHERE version = 2", '002', 1),
    'future-metrics': ("UPDATE metrics SET timestamp = '2199-01-01T00:00:00.000Z' WHERE event_id = 'e-3'", 'e-3', 1),
    'future-messages': ('UPDATE messages SET timestamp = 7258118400000 WHERE message_number = 1', '1', 1),
}
HEALTHY = """
INSERT INTO processed_events (event_id, sensor_id) VALUES ('e-1', 's'), ('e-2', 's'), ('e-3', 's');
INSERT INTO metrics (sensor_id, event_id, timestamp, value) VALUES ('s', 'e-1', '2020-01-01T00:00:00.000Z', 1),
    ('s', 'e-2', '2020-01-01T00:00:01.000Z', 2), ('s', 'e-3', '2020-01-01T00:00:02.000Z', 3);
INSERT INTO checkpoints (checkpoint_name, component_name, checkpoint_data, version, created_at) VALUES
    ('cp', 'c', '{}', 1, '2024-01-01T00:00:00.000Z');
INSERT INTO checkpoints (checkpoint_name, component_name, checkpoint_data, version, created_at) VALUES
    ('cp', 'c', '{}', 2, '2024-01-02T00:00:00.000Z');
INSERT INTO port_messages (id, port_name, source_component, target_component, message_data) VALUES
    ('00000000-0000-4000-8000-000000000001', 'p', 'a', 'b', '{}');
"""


def check(what, holds, seen=None):
    assert holds, f'{what}: {seen}'


def rows_of(store, form='jsonl'):
    """The rows of a verification, and how it ended."""
    done = subprocess.run([PROGRAM, 'verify', '--store', store, '--format', form], capture_output=True, text=True, timeout=300)
    if form == 'csv':
        return list(csv.DictReader(io.StringIO(done.stdout))), done
    return [json.loads(line) for line in done.stdout.splitlines()], done


def healthy(store, what):
    rows, done = rows_of(store)
    found = [row for row in rows if row['result'] != 'ok']
    check(f'{what}: a healthy store ends with 0', done.returncode == 0 and not found, (done.returncode, found, done.stderr))
    check(f'{what}: name, result, count and detail of at least 12 checks',
          len(rows) >= 12 and all(list(row) == ['name', 'result', 'count', 'detail'] and row['count'] == 0 and row['detail'] for row in rows), rows[:3])
    check(f'{what}: no check twice', len({row['name'] for row in rows}) == len(rows))


def damaged(store, name, words, count, what):
    rows, done = rows_of(store)
    found = [row for row in rows if row['result'] == 'found']
    check(f'{what}: {name} is found, alone', done.returncode == 3 and [row['name'] for row in found] == [name], (done.returncode, found, done.stderr))
    check(f'{what}: {name} is counted and named', found and found[0]['count'] == count and words in found[0]['detail'], found)


def filled(store):
    portolan('demo', '--headless', '--count', '600', '--store', store)


with tempfile.TemporaryDirectory(prefix='portolan-verify-') as folder:
    os.environ['XDG_CACHE_HOME'] = f'{folder}/cache'
    path = f'{folder}/healthy.db'
    filled(f'sqlite://{path}')
    with sqlite3.connect(path) as db:
        db.executescript(HEALTHY)
    db.close()
    healthy(f'sqlite://{path}', 'sqlite')
    for name, (sql, words, count) in DAMAGES.items():
        copy = f'{folder}/{name}.db'
        shutil.copy(path, copy)
        with sqlite3.connect(copy) as db:
            db.executescript(sql)
        db.close()
        damaged(f'sqlite://{copy}', name, words, count, 'sqlite')

    rows, done = rows_of(f'sqlite://{folder}/checkpoints-no-latest.db', 'csv')
    check('csv has the same rows', done.returncode == 3 and [r['name'] for r in rows if r['result'] == 'found'] == ['checkpoints-no-latest'], rows[:2])
    way = next(r['detail'] for r in rows_of(f'sqlite://{folder}/retries-over-limit.db')[0] if r['result'] == 'found').split("; portolan ")[1]
    listed = subprocess.run(f"{PROGRAM} {way} --store sqlite://{folder}/retries-over-limit.db --format jsonl", shell=True, capture_output=True, text=True)
    check('the detail leads to the rows', [json.loads(line)['retry_count'] for line in listed.stdout.splitlines()] == [9], (way, listed.stdout, listed.stderr))

    store = f'file://{folder}/files'
    portolan('receive', '--from', 'demo:?rate=0&count=235&kinds=messages', '--into', store)
    messages = pathlib.Path(folder) / 'files' / 'example_receiver' / 'messages'
    healthy(store, 'files')
    second = messages / 'messages_batch_0002.txt'
    text = second.read_bytes()
    second.write_bytes(text[:-1])
    rows, done = rows_of(store)
    found = {row['name'] for row in rows if row['result'] == 'found'}
    check('files: a torn line is found, and that it was acknowledged', done.returncode == 3 and found == {'torn-lines', 'acknowledged'}, found)
    second.write_bytes(text)
    (messages / 'messages_batch_7.txt').write_text('x')
    damaged(store, 'stray-files', 'messages_batch_7.txt', 1, 'files')

    # Who only looks leaves no trace; with --record the result is a job, and who cannot keep it says so before it begins.
    store = f'sqlite://{folder}/retries-over-limit.db'
    before = pathlib.Path(folder, 'retries-over-limit.db').read_bytes()
    rows_of(store)
    check('without --record nothing is written', pathlib.Path(folder, 'retries-over-limit.db').read_bytes() == before)
    recorded = subprocess.run([PROGRAM, 'verify', '--store', store, '--record'], capture_output=True, text=True)
    jobs = [json.loads(line) for line in portolan('list', 'jobs', '--store', store).stdout.splitlines()]
    check('--record keeps it', recorded.returncode == 3 and [(job['kind'], job['state']) for job in jobs] == [('verify', 'completed')], (recorded, jobs))
    result = jobs[0]['result'] if isinstance(jobs[0]['result'], dict) else json.loads(jobs[0]['result'])
    check('what was found is in it', [each['name'] for each in result['found']] == ['retries-over-limit'] and jobs[0]['done'] > 12, jobs)
    refused = subprocess.run([PROGRAM, 'verify', '--store', f'file://{folder}/files', '--record'], capture_output=True, text=True)
    check('files keep no results', refused.returncode == 1 and not refused.stdout and 'keeps messages only' in refused.stderr, refused)

    check('a store that is not there ends with 1', rows_of(f'sqlite://{folder}/none.db')[1].returncode == 1)
    check('no store is a wrong call', subprocess.run([PROGRAM, 'verify'], capture_output=True).returncode == 2)
    help_text = subprocess.run([PROGRAM, 'verify', '--help'], capture_output=True, text=True)
    check('--help', help_text.returncode == 0 and 'Exit code 3' in help_text.stdout)

print('1 passed, 0 failed')
