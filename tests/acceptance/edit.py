#!/usr/bin/env python3
"""edit.py: dead letters are edited by a patch and by a whole document, and recalled; what the patch does not apply to stays.
SQLite keeps every untouched byte, PostgreSQL what they mean. Then discard and restore, production stores, jobs."""
import contextlib, sqlite3, tempfile
from pipeline import *

WHY = ('--reason', 'a wrong field')
ODD = '{ "big":9223372036854775807,\t"max" : 18446744073709551615 , "n":1, "n":2,"price":1.50 }'


class Sqlite:
    server = False

    def __init__(self, folder):
        self.path = f'{folder}/e.db'
        self.url = f'sqlite://{self.path}'

    def sql(self, statement, *values):
        with contextlib.closing(sqlite3.connect(self.path, timeout=30, isolation_level=None)) as db:
            return [[str(cell) for cell in row] for row in db.execute(statement, values)]

    def dump(self):
        with contextlib.closing(sqlite3.connect(self.path)) as db:
            return [line for line in db.iterdump() if line.startswith('INSERT INTO "port_messages"')]


class Server:
    server = True

    def __init__(self, server):
        self.cluster, self.url = server, server.create('e')

    def sql(self, statement):
        return [line.split('|') for line in self.cluster.psql('e', statement).splitlines()]

    def dump(self):
        return self.sql('SELECT row_to_json(m) FROM port_messages AS m ORDER BY id')


def uuid(n):
    return f'00000000-0000-4000-8000-{n:012d}'


def add(store, numbers, document=ODD):
    for n in numbers:
        store.sql('INSERT INTO port_messages (id, port_name, source_component, target_component, message_data, message_metadata, status, '
                  f"retry_count, error_message) VALUES ('{uuid(n)}', 'orders', 'a', 'b', '{document}', '{{\"key\": \"k\"}}', 'dead_letter', 3, 'bad')")


def run(store, *words, code=0):
    done = portolan(words[0], '--store', store.url, *words[1:], check=None)
    assert done.returncode == code, (words, done.returncode, done.stdout, done.stderr)
    return (json.loads(done.stdout.splitlines()[-1]) if done.stdout else None), done.stderr.decode()


def rows_of(store, what):
    return [json.loads(line) for line in portolan('list', what, '--store', store.url, '--limit', '0').stdout.splitlines()]


def written(folder, name, text):
    path = f'{folder}/{name}'
    with open(path, 'w', newline='') as file:
        file.write(text)
    return path


def edits(store, folder):
    add(store, range(1, 6))
    add(store, range(6, 8), '{"other": 1}')
    before = store.dump()
    patch = written(folder, 'patch.json', '[{"op":"test","path":"/n","value":2},{"op":"replace","path":"/price","value":1.5e3}]')
    summary, said = run(store, 'replay', '--filter', 'port_name:orders', *WHY, '--edit', patch, '--dry-run')
    assert summary['frozen'] == 7 and '/price: 1.50 → 1.5e3' in said and 'does not apply to 2 of them' in said, (summary, said)
    assert store.dump() == before
    summary, said = run(store, 'replay', '--resume', summary['run'], code=3)
    assert (summary['replayed'], summary['failed']) == (5, 2), summary
    new = rows_of(store, 'port-messages')
    pending = [row for row in new if row['status'] == 'pending']
    assert len(pending) == 5 and len(new) == 7, new
    assert not {row['id'] for row in pending} & {uuid(n) for n in range(1, 8)}
    data = {row[0] for row in store.sql("SELECT CAST(message_data AS text) FROM port_messages WHERE status = 'pending'")}
    expected = ('{"n": 2, "big": 9223372036854775807, "max": 18446744073709551615, "price": 1500}' if store.server
                else ODD.replace('1.50', '1.5e3'))
    assert data == {expected}, data
    shown = json.loads(portolan('show', 'replay', summary['run'], '--store', store.url).stdout)
    assert {item['replaced_by'] for item in shown['items'] if item['state'] != 'failed'} == {row['id'] for row in pending}, shown
    assert {item['detail'] for item in shown['items'] if item['state'] == 'failed'} == {'not edited: there is no /n'}, shown
    run(store, 'replay', '--recall', summary['run'])
    assert store.dump() == before, 'recall did not restore the table'

    document = '{"b" : 18446744073709551615,\n\n "a":1,"a":1.0}\n'
    whole = written(folder, 'whole.json', document)
    run(store, 'replay', '--filter', 'port_name:orders', *WHY, '--edit', whole, code=2)
    one = written(folder, 'ids', uuid(1))
    summary, said = run(store, 'replay', '--ids', one, *WHY, '--edit', whole)
    assert summary['replayed'] == 1, summary
    found = store.sql("SELECT CAST(message_data AS text) FROM port_messages WHERE status = 'pending'")[0][0]
    assert found == ('{"a": 1.0, "b": 18446744073709551615}' if store.server else document), found
    run(store, 'replay', '--recall', summary['run'])
    assert store.dump() == before
    run(store, 'replay', '--ids', one, *WHY, '--edit', written(folder, 'bad.json', '[{"op":"rename","path":""}]'), code=2)
    run(store, 'replay', '--resume', summary['run'], '--edit', patch, code=2)
    print('edited by patch and as a whole, and recalled')


def discards(store, folder):
    before = store.dump()
    summary, said = run(store, 'discard', '--filter', 'port_name:orders', '--dry-run')
    assert summary == {'discarded': 0, 'skipped': 0} and '7 dead letters' in said, (summary, said)
    assert store.dump() == before
    run(store, 'discard', '--filter', 'port_name:orders', code=2)
    ids = written(folder, 'ids', '\n'.join([uuid(1), uuid(2), uuid(99)]))
    summary, _ = run(store, 'discard', '--ids', ids, *WHY, code=3)
    assert summary == {'discarded': 2, 'skipped': 1}, summary
    summary, _ = run(store, 'discard', '--filter', 'port_name:orders', *WHY)
    assert summary == {'discarded': 5, 'skipped': 0} and store.dump() == [], summary
    archive = [row for row in rows_of(store, 'archive') if row['cause'] == 'discarded']
    assert [(row['message_id'], row['reason']) for row in archive[:2]] == [(uuid(1), WHY[1]), (uuid(2), WHY[1])], archive
    all_ids = written(folder, 'ids', '\n'.join(uuid(n) for n in range(1, 8)))
    add(store, [3])
    summary, said = run(store, 'discard', '--restore', all_ids, *WHY, code=3)
    assert summary == {'restored': 6, 'refused': 1} and 'exists again' in said, (summary, said)
    store.sql(f"DELETE FROM port_messages WHERE id = '{uuid(3)}'")
    summary, _ = run(store, 'discard', '--restore', written(folder, 'ids', uuid(3)), *WHY)
    assert summary == {'restored': 1, 'refused': 0}, summary
    assert sorted(map(str, store.dump())) == sorted(map(str, before)), 'restored rows differ'
    kinds = [(job['kind'], job['state']) for job in rows_of(store, 'jobs')]
    assert kinds.count(('discard', 'completed')) == 2 and kinds.count(('restore_discarded', 'completed')) == 2, kinds
    assert kinds.count(('replay', 'completed')) == 2, kinds
    actions = collections.Counter(row['action'] for row in rows_of(store, 'audit'))
    assert actions['discard'] == 7 and actions['restore_discarded'] == 7 and actions['replay_edited'] == 6, actions
    print('discarded and restored')


def production(store, folder):
    run(store, 'mark', '--production', 'orders-eu', code=2)
    run(store, 'mark', *WHY, code=2)
    run(store, 'mark', '--production', 'orders-eu', *WHY)
    before = store.dump()
    frozen, _ = run(store, 'replay', '--filter', 'port_name:orders', *WHY, '--dry-run')
    for words in (('replay', '--filter', 'port_name:orders', *WHY), ('replay', '--resume', frozen['run'], *WHY),
                  ('replay', '--cancel', frozen['run'], *WHY), ('replay', '--recall', frozen['run'], *WHY),
                  ('discard', '--filter', 'port_name:orders', *WHY), ('discard', '--restore', written(folder, 'ids', uuid(1)), *WHY)):
        _, said = run(store, *words, code=2)
        assert 'marked as production' in said, said
        run(store, *words, '--confirm', 'orders-EU', code=2)
    _, said = run(store, 'replay', '--cancel', frozen['run'], '--confirm', 'orders-eu', code=2)
    assert '--reason' in said, said
    assert store.dump() == before
    run(store, 'replay', '--cancel', frozen['run'], *WHY, '--confirm', 'orders-eu')
    summary, _ = run(store, 'replay', '--filter', 'port_name:orders', *WHY, '--confirm', 'orders-eu')
    assert summary['replayed'] == 7, summary
    run(store, 'mark', '--no-production', *WHY, code=2)
    run(store, 'mark', '--no-production', *WHY, '--confirm', 'orders-eu')
    run(store, 'replay', '--recall', summary['run'], '--confirm', 'orders-eu', code=2)
    run(store, 'replay', '--recall', summary['run'])
    print('a production store asks for its name')


def environments(store, folder):
    config = written(folder, 'config.yaml', f'production:\n  database_type: sqlite\n  database_name: {store.path}\n')
    words = ('discard', '--env', 'production', '--config', config, '--filter', 'port_name:orders', *WHY)
    refused = portolan(*words, check=None)
    assert refused.returncode == 2 and b'"e"' in refused.stderr, refused
    done = portolan(*words, '--confirm', 'e', check=None)
    assert done.returncode == 0 and json.loads(done.stdout)['discarded'] == 7, done
    print('so does an environment called production')


def too_late(store):
    store.sql('DELETE FROM port_messages')
    add(store, range(1, 4))
    store.sql("INSERT INTO port_messages (port_name, source_component, target_component, message_data, message_metadata, status, created_at) "
              "VALUES ('orders', 'a', 'b', '{}', '{\"key\": \"k\"}', 'completed', '2999-01-01T00:00:00.000Z')")
    _, said = run(store, 'replay', '--filter', 'port_name:orders', *WHY, '--dry-run')
    assert '3 of them come too late' in said and '(k, …)' in said, said
    print('what comes too late is said')


with tempfile.TemporaryDirectory(prefix='portolan-edit-') as folder, contextlib.ExitStack() as stack:
    server = Postgres()
    stack.callback(server.stop)
    for store in (Sqlite(folder), Server(server)):
        portolan('migrate', 'up', '--store', store.url)
        edits(store, folder)
        discards(store, folder)
        production(store, folder)
        if not store.server:
            environments(store, folder)
        too_late(store)
print('1 passed, 0 failed')
