#!/usr/bin/env python3
"""consistency.py: schemas from outside, SQLite and PostgreSQL. Whatever sqlite3 or psql takes away from, adds to or changes
in the tables of the migrations is found, and the statement that is told mends it, run by sqlite3 or psql. Object models are
registered; tables that differ from them are found, and `heal` mends what loses nothing, the rest is left to the operator."""
import sqlite3, tempfile
from pipeline import *

MODEL = {'name': 'kpi', 'table': 'analytics_data.kpi', 'definition': {
    'columns': [{'name': 'id', 'type': 'bigint', 'not_null': True}, {'name': 'select', 'type': 'varchar(20)', 'default': 'it\'s'},
                {'name': 'value', 'type': 'double precision'}],
    'primary_key': ['id'], 'indexes': [{'name': 'idx_kpi_value', 'columns': ['value', 'id']}]}}
DAMAGES = [
    ('DROP INDEX idx_port_messages_status', 'index idx_port_messages_status of port_messages is missing'),
    ('CREATE INDEX mine ON messages (content)', 'index mine of messages is too much'),
    ('ALTER TABLE client_configs ADD COLUMN "Odd name" TEXT', 'column Odd name of client_configs is too much'),
    ('ALTER TABLE processed_events DROP COLUMN kafka_offset', 'column kafka_offset of processed_events is missing'),
]


def check(what, holds, seen=None):
    assert holds, f'{what}: {seen}'


def call(*words):
    return subprocess.run([PROGRAM, *words], capture_output=True, text=True, timeout=300)


def lines(done):
    return [json.loads(line) for line in done.stdout.splitlines()]


def found(store, what):
    """The checks that found something."""
    done = call('verify', '--store', store, '--format', 'jsonl')
    rows = [row for row in lines(done) if row['result'] == 'found']
    check(f'{what}: the exit code says so', done.returncode == (3 if rows else 0), (done.returncode, done.stderr, rows))
    return {row['name']: row for row in rows}


def through(store, run, query, kpi, what):
    done = call('demo', '--headless', '--count', '600', '--store', store)
    check(f'{what}: filled', done.returncode == 0, done.stderr)
    check(f'{what}: nothing is found', not found(store, what), found(store, what))
    for damage, words in DAMAGES:
        run(damage)
        rows = found(store, what)
        check(f'{what}: {words}', list(rows) == ['schema'] and words in rows['schema']['detail'], rows)
        run(call('verify', '--store', store, '--sql').stdout)
        check(f'{what}: mended by its own statement', not found(store, what), found(store, what))

    with tempfile.NamedTemporaryFile('w', suffix='.json') as file:
        json.dump(MODEL, file)
        file.flush()
        check(f'{what}: a model needs a reason', call('model', 'register', file.name, '--store', store).returncode == 2)
        done = call('model', 'register', file.name, '--store', store, '--reason', 'figures of the week')
        check(f'{what}: registered', done.returncode == 0 and json.loads(done.stdout) == {'version': 1}, done.stderr)
    rows = found(store, what)
    check(f'{what}: the missing table is found', list(rows) == ['object-models'] and f'table {kpi} is missing' in rows['object-models']['detail'], rows)
    done = call('heal', '--store', store, '--dry-run', '--format', 'jsonl')
    check(f'{what}: a dry run only tells', done.returncode == 3 and [row['state'] for row in lines(done)] == ['would be healed'], done.stdout)
    check(f'{what}: healing needs a reason', call('heal', '--store', store).returncode == 2)
    done = call('heal', '--store', store, '--reason', 'to have it', '--format', 'jsonl')
    check(f'{what}: healed', done.returncode == 0 and [row['state'] for row in lines(done)] == ['healed'], (done.stdout, done.stderr))
    check(f'{what}: nothing is left', not found(store, what))
    run(f'INSERT INTO {kpi} (id, value) VALUES (1, 2.5)')
    check(f'{what}: the table is as it was described', query(f'SELECT "select" FROM {kpi} WHERE id = 1') == [["it's"]])

    index = 'DROP INDEX ' + ('analytics_data.' if 'data.' in kpi else '') + 'idx_kpi_value'
    run(f'ALTER TABLE {kpi} ADD COLUMN precious TEXT; UPDATE {kpi} SET precious = \'gold\'; {index}')
    done = call('heal', '--store', store, '--reason', 'again', '--format', 'jsonl')
    states = {row['difference']: row['state'] for row in lines(done)}
    check(f'{what}: what would lose a column is left', done.returncode == 3 and states == {
        f'column precious of {kpi} is too much': 'left', f'index idx_kpi_value of {kpi} is missing': 'healed'}, (states, done.stderr))
    check(f'{what}: and the column is there', query(f'SELECT precious FROM {kpi}') == [['gold']])
    run(next(row['statements'] for row in lines(done) if row['state'] == 'left'))
    check(f'{what}: until its statement is run', not found(store, what))

    audit = lines(call('list', 'audit', '--store', store, '--filter', 'subject_kind:"object model"', '--sort', 'id', '--format', 'jsonl'))
    check(f'{what}: the audit has it all', [(row['action'], row['subject_id'], row['reason']) for row in audit] == [
        ('register', 'kpi', 'figures of the week'), ('heal', 'kpi', 'to have it'), ('heal', 'kpi', 'again')], audit)
    models = lines(call('list', 'object-models', '--store', store, '--format', 'jsonl'))
    check(f'{what}: models are listed', [(row['name'], row['version'], row['definition']['primary_key']) for row in models] == [('kpi', 1, ['id'])], models)

    check(f'{what}: marked', call('mark', '--production', 'prod', '--store', store, '--reason', 'it is').returncode == 0)
    run(index)
    done = call('heal', '--store', store, '--reason', 'no')
    check(f'{what}: a production store wants its name', done.returncode == 2 and 'prod' in done.stderr, done.stderr)
    check(f'{what}: and then it is done', call('heal', '--store', store, '--reason', 'yes', '--confirm', 'prod').returncode == 0)


with tempfile.TemporaryDirectory(prefix='portolan-consistency-') as folder:
    path = f'{folder}/a.db'

    def in_sqlite(statement):
        with contextlib.closing(sqlite3.connect(path)) as db:
            db.executescript(statement)
            db.commit()

    def of_sqlite(statement):
        with contextlib.closing(sqlite3.connect(path)) as db:
            return [list(row) for row in db.execute(statement)]
    through(f'sqlite://{path}', in_sqlite, of_sqlite, 'analytics_data_kpi', 'sqlite')
    check('files have no models', call('heal', '--store', f'file://{folder}/files', '--dry-run').returncode == 1)

postgres = Postgres()
try:
    server = postgres.create('consistency')
    through(server, lambda statement: postgres.psql('consistency', statement),
            lambda statement: [row.split('|') for row in postgres.psql('consistency', statement).splitlines()],
            'analytics_data.kpi', 'postgresql')
finally:
    postgres.stop()
print('1 passed, 0 failed')
