#!/usr/bin/env python3
"""views.py: saved views on the command line, in SQLite and PostgreSQL: what they show is what their filter and sort show, also
together with another filter; what does not fit is refused with its place; other stores keep none."""
import contextlib
from pipeline import *


def run(store, *words, code=0):
    done = portolan(words[0], *words[1:], '--store', store, check=None)
    assert done.returncode == code, (words, done.returncode, done.stdout, done.stderr)
    return [json.loads(line) for line in done.stdout.splitlines()], done.stderr.decode()


def refused(store, *words, code, says):
    rows, told = run(store, *words, code=code)
    assert not rows and all(text in told for text in says), (words, rows, told)


def listed(store, what, *more):
    return run(store, 'list', what, '--limit', '0', *more)[0]


def views(store, *more):
    return [tuple(row[key] for key in ('pane', 'name', 'filter', 'sort')) for row in run(store, 'views', *more)[0]]


def walk(store):
    receive('demo:?rate=0&count=2000&seed=5', store)
    assert views(store) == []
    run(store, 'views', 'save', 'early ones', '--pane', 'batches', '--filter', 'message_number<=50', '--sort', '-message_number')
    run(store, 'views', 'save', 'orders', '--pane', 'ports', '--filter', 'port_name~o')
    assert views(store) == [('batches', 'early ones', 'message_number<=50', '-message_number'), ('ports', 'orders', 'port_name~o', '')]
    assert views(store, '--pane', 'ports') == [('ports', 'orders', 'port_name~o', '')]
    row = run(store, 'views')[0][0]
    assert list(row) == ['pane', 'name', 'filter', 'sort', 'updated_at'] and row['updated_at'].endswith('Z'), row
    table = portolan('views', '--store', store, '--format', 'csv').stdout.decode()
    assert table.startswith('pane,name,filter,sort,updated_at\r\nbatches,early ones,'), table

    # What it shows.
    plain = listed(store, 'messages', '--filter', 'message_number<=50', '--sort', '-message_number')
    assert len(plain) == 50 and listed(store, 'messages', '--view', 'early ones') == plain
    both = listed(store, 'messages', '--view', 'early ones', '--filter', 'message_number>40 or message_number:7')
    assert [row['message_number'] for row in both] == [*range(50, 40, -1), 7], both
    sorted_anew = listed(store, 'messages', '--view', 'early ones', '--sort', 'message_number')
    assert sorted_anew == plain[::-1]
    page, told = run(store, 'list', 'messages', '--view', 'early ones', '--limit', '20')
    after = told.split('--after ')[1].strip()
    assert page + run(store, 'list', 'messages', '--view', 'early ones', '--limit', '0', '--after', after)[0] == plain
    assert listed(store, 'port-messages', '--view', 'orders') == listed(store, 'port-messages', '--filter', 'port_name~o') != []

    # What does not fit.
    refused(store, 'list', 'batches', '--view', 'early ones', code=2, says=['"early ones"', 'position 1', 'message_number'])
    refused(store, 'list', 'messages', '--view', 'nobody', code=1, says=['"nobody"', 'early ones'])
    refused(store, 'list', 'audit', '--view', 'early ones', code=1, says=['audit', 'none'])
    refused(store, 'list', 'jobs', '--view', 'early ones', code=2, says=['jobs'])
    refused(store, 'list', 'migrations', '--view', 'early ones', code=2, says=['--view'])
    refused(store, 'views', 'save', 'x', '--pane', 'batches', '--filter', 'message_number>1 nonsense:1', code=2, says=['position 18'])
    refused(store, 'views', 'save', 'x', '--pane', 'batches', '--sort', 'nonsense', code=2, says=['nonsense'])
    refused(store, 'views', 'save', 'x', '--pane', 'batch', code=2, says=['"batch"', 'dead-letters'])
    refused(store, 'views', 'save', ' x', '--pane', 'batches', code=2, says=['name'])
    refused(store, 'views', 'save', 'x', code=2, says=['--pane'])
    refused(store, 'views', 'save', '--pane', 'batches', code=2, says=['NAME'])
    refused(store, 'views', 'rename', 'orders', '--pane', 'ports', code=2, says=['NEW'])
    refused(store, 'views', 'remove', 'orders', '--pane', 'ports', '--filter', 'x', code=2, says=['--filter'])
    refused(store, 'views', 'lose', 'orders', code=2, says=['lose', 'rename'])
    refused(store, 'views', '--filter', 'x', code=2, says=['--filter'])
    refused(store, 'views', 'remove', 'nobody', '--pane', 'ports', code=1, says=['"nobody"', 'orders'])
    assert len(views(store)) == 2
    # Columns that only the window's list has, and those of any of the pane's lists.
    run(store, 'views', 'save', 'broken', '--pane', 'batches', '--filter', 'missing>3')
    run(store, 'views', 'save', 'oven', '--pane', 'metrics', '--filter', 'series~oven')

    # Changes.
    run(store, 'views', 'save', 'early ones', '--pane', 'batches', '--filter', 'message_number:3')
    assert [row['message_number'] for row in listed(store, 'messages', '--view', 'early ones')] == [3]
    run(store, 'views', 'rename', 'early ones', 'the third', '--pane', 'batches')
    refused(store, 'views', 'rename', 'the third', 'broken', '--pane', 'batches', code=1, says=['"broken"'])
    run(store, 'views', 'remove', 'orders', '--pane', 'ports')
    refused(store, 'list', 'port-messages', '--view', 'orders', code=1, says=['"orders"', 'none'])
    assert [name for _, name, _, _ in views(store)] == ['broken', 'the third', 'oven'], views(store)
    told = listed(store, 'audit', '--filter', 'subject_kind:view')
    assert [row['action'] for row in told] == ['save', 'save', 'save', 'save', 'save', 'rename', 'remove'], told
    assert told[-1]['subject_id'] == 'ports/orders' and told[-1]['before_image']['filter'] == 'port_name~o', told[-1]


with tempfile.TemporaryDirectory(prefix='portolan-views-') as folder, contextlib.ExitStack() as stack:
    walk(f'sqlite://{folder}/a.db')
    files = f'file://{folder}/files'
    receive('demo:?rate=0&count=20&seed=5&kinds=messages', files)
    for words in (('views',), ('list', 'messages', '--view', 'x'), ('views', 'save', 'x', '--pane', 'batches')):
        refused(files, *words, code=1, says=['Batch files', 'settings'])
    server = Postgres()
    stack.callback(server.stop)
    walk(server.create('views'))
print('1 passed, 0 failed')
