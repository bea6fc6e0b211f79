#!/usr/bin/env python3
"""metadata.py [MESSAGES]: nothing that came beside a payload is lost. Messages of every kind with random fields beside them (any
bytes, names that come twice, names the message has itself) from a Redis stream, and with keys and headers from Kafka, into
each kind of store: what `list` tells, and what sqlite3 and psql find, is what was sent, or nothing where nothing was. So it
stays through export and import, through rejects that are tried again, mended or received into another store, and through
files that go; it goes with its row; and it tells messages apart that are the same but for it."""
import base64, random, sqlite3
from pipeline import *

COUNT = int(sys.argv[1]) if len(sys.argv) > 1 else 40
BROKER = pathlib.Path(os.environ.get('PORTOLAN_KAFKA_BROKER', pathlib.Path(PROGRAM).parent / 'tests' / 'kafka-broker'))

# A kind: its payload by a name, the listing that has it, the column of the name, and that of what came beside it.
KINDS = {
    'text': (lambda n: n, 'messages', 'content', 'metadata'),
    'message': (lambda n: {'kind': 'message', 'message_number': int(n[2:]), 'content': n}, 'messages', 'content', 'metadata'),
    'port_message': (lambda n: {'kind': 'port_message', 'port_name': n, 'source_component': 'a', 'target_component': 'b', 'message_data': {}},
                     'port-messages', 'port_name', 'message_metadata'),
    'sensor_event': (lambda n: {'kind': 'sensor_event', 'event_id': n, 'sensor_id': 's', 'timestamp': 1_700_000_000, 'value': 1.5},
                     'metrics', 'event_id', 'metadata'),
    'component_metric': (lambda n: {'kind': 'component_metric', 'component_name': n, 'metric_name': 'm', 'metric_value': 1},
                         'component-metrics', 'component_name', 'metric_metadata'),
    'port_metric': (lambda n: {'kind': 'port_metric', 'port_name': n, 'messages_sent': 3}, 'port-metrics', 'port_name', 'metadata'),
    'health': (lambda n: {'kind': 'health', 'component_name': n, 'health_status': 'healthy'}, 'health', 'component_name', 'metadata'),
    'checkpoint': (lambda n: {'kind': 'checkpoint', 'checkpoint_name': n, 'component_name': 'c', 'checkpoint_data': {}},
                   'checkpoints', 'checkpoint_name', 'checkpoint_metadata'),
    'component_state': (lambda n: {'kind': 'component_state', 'component_name': n, 'component_type': 'Sink', 'state_data': {}},
                        'components', 'component_name', 'metadata'),
    'sink_record': (lambda n: {'kind': 'sink_record', 'sink_name': n, 'data': {}}, 'sinks', 'sink_name', 'metadata'),
    'refused': (lambda n: {'kind': 'health', 'component_name': n, 'health_status': 'dizzy'}, 'rejects', 'payload', 'metadata'),
}
OWN = {'port_message': 'message_metadata', 'component_metric': 'metric_metadata', 'checkpoint': 'checkpoint_metadata', 'sink_record': 'metadata'}
SIDE = {'messages': 'id', 'metrics': 'event_id', 'port_metrics': 'id', 'system_health': 'id', 'component_state': 'id'}
TABLES = {'messages': 'messages', 'metrics': 'metrics', 'port-metrics': 'port_metrics', 'health': 'system_health', 'components': 'component_state'}
VALUES = ['plain', '', 'ä€😀', 'say "hi"', 'back\\slash', 'two\nlines', '{"a":1}', "it's", b'\xff\x00\x01', 'x' * 3000, '=1+1', 'null']
NAMES = ['trace', 'schlüssel', 'a b', '"', 'tenant', 'retry', 'headers', 'key', 'own']


def as_json(fields):
    """How fields of any bytes stand in JSON: each value a text, what is none in base64, of a name that comes twice all."""
    out = {}
    for name, value in fields:
        if isinstance(value, bytes):
            name, value = name + '.base64', base64.b64encode(value).decode()
        out.setdefault(name, []).append(value)
    return {name: values[0] if len(values) == 1 else values for name, values in out.items()}


def made(seed):
    """(kind, name, payload, fields) and what the store must have beside each: by kind and name. A name is `k-123`."""
    chance = random.Random(seed)
    sent, ledger = [], {}
    for i in range(COUNT * len(KINDS)):
        kind = list(KINDS)[i % len(KINDS)]
        name = f'n-{i + 1}'
        payload = KINDS[kind][0](name)
        fields = [(chance.choice(NAMES), chance.choice(VALUES)) for _ in range(chance.choice([0, 1, 1, 2, 5]))]
        beside = as_json(fields)
        if kind in OWN and chance.random() < 0.5:
            own = payload[OWN[kind]] = {'own': name, 'deep': {'n': [1, None]}}
            others = {k: v for k, v in beside.items() if k in own and own[k] != v}
            beside = {**{k: v for k, v in beside.items() if k not in own}, **own, **({'beside': others} if others else {})}
        text = payload if isinstance(payload, str) else json.dumps(payload)
        sent.append((kind, name, text, fields))
        ledger[kind, text if kind == 'refused' else name] = beside or None
    chance.shuffle(sent)
    return sent, ledger


def listed(store, what):
    return [json.loads(line) for line in portolan('list', what, '--store', store, '--limit', '0', '--format', 'jsonl').stdout.splitlines()]


def kept(store, kinds):
    """By kind and name what the listings have beside each."""
    found = {}
    for kind in kinds:
        what, name, metadata = KINDS[kind][1:]
        for row in listed(store, what):
            found[kind, row[name]] = row[metadata]
    return found


def of_kinds(ledger, kinds):
    """What listings of these kinds must show; text and messages share one."""
    listings = {KINDS[kind][1] for kind in kinds}
    return {(kind, name): beside for (at, name), beside in ledger.items() for kind in kinds
            if KINDS[at][1] in listings and KINDS[kind][1] == KINDS[at][1]}


def same(found, ledger, where):
    wrong = [(key, ledger.get(key, 'not sent'), found.get(key, 'not there')) for key in sorted(ledger.keys() | found.keys())
             if found.get(key, 'not there') != ledger.get(key, 'not sent')]
    assert not wrong, (where, len(wrong), [str(each)[:400] for each in wrong[:3]])


class Stores:
    """One of each kind, and how another program reads it."""

    def __init__(self, folder, server):
        self.folder, self.server, self.made = folder, server, 0

    def open(self, kind):
        self.made += 1
        name = f'm{self.made}'
        store = {'sqlite': f'sqlite:///{self.folder}/{name}.db', 'file': f'file://{self.folder}/{name}',
                 'postgresql': self.server.create(name) if kind == 'postgresql' else ''}[kind]
        if kind != 'file':
            portolan('migrate', 'up', '--store', store)
        return store

    def rows(self, store, statement):
        if store.startswith('sqlite'):
            with contextlib.closing(sqlite3.connect(store[len('sqlite:///'):] if store.startswith('sqlite:////') else store[9:])) as db:
                with db:
                    return [tuple(row) for row in db.execute(statement).fetchall()]
        words = self.server.psql(store.rsplit('/', 1)[1], statement)
        return [tuple(json.loads(line)) for line in words.splitlines() if line.startswith('[')]


def read_by_others(stores, store, ledger):
    """The table of what came beside rows, joined with the rows by other programs."""
    for kind in ('text', 'sensor_event', 'port_metric', 'health', 'component_state'):
        what, name, _ = KINDS[kind][1:]
        table = TABLES[what]
        key = SIDE[table]
        cells = f't.{name}, d.metadata'
        join = (f'FROM {table} AS t LEFT JOIN portolan_metadata AS d ON d.record_table = \'{table}\' '
                f'AND d.record_key = CAST(t.{key} AS text)')
        if store.startswith('sqlite'):
            found = {(kind, n): m and json.loads(m) for n, m in stores.rows(store, f'SELECT {cells} {join}')}
        else:
            found = {(kind, n): m for n, m in stores.rows(store, f'SELECT json_build_array({cells}) {join}')}
        same(found, of_kinds(ledger, [kind]), (store, table))
    orphans = ' UNION ALL '.join(f"SELECT record_key FROM portolan_metadata WHERE record_table = '{table}' AND record_key NOT IN "
                                 f'(SELECT CAST({key} AS text) FROM {table})' for table, key in SIDE.items())
    shown = orphans if store.startswith('sqlite') else f'SELECT json_build_array(record_key) FROM ({orphans}) AS o'
    assert stores.rows(store, shown) == [], 'of rows that are not there'


def from_stream(redis, stores):
    sent, whole = made(1)
    for at, (kind, name, text, fields) in enumerate(sent):
        place = random.Random(at).randrange(len(fields) + 1)
        words = [word for field in [*fields[:place], ('payload', text), *fields[place:]] for word in field]
        redis.command('XADD', 'beside', '*', *words)
    for at, kind in enumerate(('sqlite', 'postgresql', 'file')):
        store, ledger = stores.open(kind), dict(whole)
        source = redis.url('beside', f'g{at}')
        counts = receive(source, store, '--max', str(len(sent)), '--batch', '17', check=(0, 3))
        assert counts['duplicates'] == 0 and counts['stored'] + counts['rejected'] == len(sent), counts
        if kind == 'file':
            files(stores, store, sent, ledger)
            continue
        assert counts['rejected'] == COUNT, counts
        same(kept(store, KINDS), of_kinds(ledger, KINDS), kind)
        read_by_others(stores, store, ledger)
        mended(stores, store, ledger)
        through_files(stores, store, kind, ledger)
        goes(stores, store, ledger)
    print('a stream\'s fields are kept', flush=True)


def files(stores, store, sent, ledger):
    """Lines have it, rejects have it, and a store of tables that receives the rejects has all of it."""
    rejects = {('refused', text): ledger[kind, text if kind == 'refused' else name] for kind, name, text, _ in sent
               if kind not in ('text', 'message')}
    plain = {('refused', text): as_json(fields) or None for kind, _, text, fields in sent if kind not in ('text', 'message')}
    same(kept(store, ['text']), of_kinds(ledger, ['text']), 'file')
    same(kept(store, ['refused']), plain, 'file, rejects')
    assert rejects.keys() == plain.keys()
    for row in listed(store, 'messages')[:5]:
        assert json.loads(portolan('show', 'message', row['id'], '--store', store).stdout) == row
    other = stores.open('sqlite')
    counts = receive(f'rejects:{store}', other, '--idle-exit', '1', check=(0, 3))
    records = [kind for kind in KINDS if kind not in ('text', 'message', 'refused')]
    assert counts['stored'] == COUNT * len(records), counts
    same(kept(other, records), of_kinds(ledger, records), 'rejects of a file store')
    # Files that go, or are changed, do not move what came beside the others.
    folder = pathlib.Path(store[len('file://'):]) / 'example_receiver' / 'messages'
    batches = sorted(folder.iterdir())
    batches[1].unlink()
    lines = batches[2].read_bytes().splitlines(keepends=True)
    name = lines[3].split(b': ', 1)[1].strip().decode()
    batches[2].write_bytes(b''.join([b'a line of another program\n', *lines[:3], lines[3].replace(b'\n', b', changed\n'), *lines[4:]]))
    left = {('text', row['content']): row['metadata'] for row in listed(store, 'messages')}
    expected = {('text', n.replace(', changed', '')): None for _, n in left}
    assert ('text', 'a line of another program') in left and ('text', f'{name}, changed') in left
    for (_, content), beside in left.items():
        if content != 'a line of another program':
            kind = 'text' if ('text', content.replace(', changed', '')) in ledger else 'message'
            assert beside == ledger[kind, content.replace(', changed', '')], (content, beside)
    assert len(expected) < 2 * COUNT
    print('so it is in files', flush=True)


def mended(stores, store, ledger):
    """A reject that is mended has what came beside it, in its table."""
    (row, *_) = [row for row in listed(store, 'rejects') if row['metadata']]
    payload = json.loads(row['payload'])
    payload['health_status'] = 'degraded'
    path = f'{stores.folder}/mended.json'
    pathlib.Path(path).write_text(json.dumps(payload))
    portolan('rejects', 'edit', str(row['id']), '--payload', path, '--store', store, '--reason', 'test')
    found = [each for each in listed(store, 'health') if each['component_name'] == payload['component_name']]
    assert [each['metadata'] for each in found] == [row['metadata']], (found, row)
    ledger['health', payload['component_name']] = row['metadata']


def through_files(stores, store, kind, ledger):
    """Exported and imported it is the same, in the same kind of store and in another."""
    kinds = [each for each in KINDS if each != 'refused']
    for format, target in (('csv', 'sqlite'), ('json', 'postgresql'), ('jsonl', kind), ('xlsx', 'sqlite')):
        into = stores.open(target)
        for what in dict.fromkeys(KINDS[each][1] for each in kinds):
            file = f'{stores.folder}/{what}.{format}'
            portolan('export', what, '--store', store, '--to', file, check=(0, 3))
            portolan('import', file, '--into', into, check=(0, 3))
            again = receive_counts(portolan('import', file, '--into', into, check=(0, 3)))
            assert again['stored'] == 0 and again['rejected'] == 0, (what, format, again)
            os.remove(file)
        same(kept(into, kinds), of_kinds(ledger, kinds), (kind, format, target))
    into = stores.open('file')
    file = f'{stores.folder}/messages.jsonl'
    portolan('export', 'messages', '--store', store, '--to', file)
    portolan('import', file, '--into', into)
    same(kept(into, ['text']), of_kinds(ledger, ['text']), (kind, 'into files'))


def receive_counts(run):
    return json.loads(run.stdout.splitlines()[-1])


def goes(stores, store, ledger):
    """It goes with its row, whoever deletes it."""
    for kind in ('text', 'sensor_event', 'port_metric', 'health', 'component_state'):
        what, name, _ = KINDS[kind][1:]
        stores.rows(store, f"DELETE FROM {TABLES[what]} WHERE {name} LIKE '%3%'")
    left = {key: beside for key, beside in ledger.items() if '3' not in key[1]}
    read_by_others(stores, store, left)


def told_apart(redis, stores):
    """The same event with the same beside it is a duplicate, with something else, or nothing, it is refused with it."""
    for kind in ('sqlite', 'postgresql'):
        store, stream = stores.open(kind), f'twice-{kind}'
        event = json.dumps(KINDS['sensor_event'][0]('e'))
        state = json.dumps({**KINDS['component_state'][0]('c'), 'version': 4})
        for payload in (event, state):
            for fields in (['trace', 'a'], ['trace', 'a'], ['trace', 'b'], []):
                redis.command('XADD', stream, '*', 'payload', payload, *fields)
        for batch in ('1', '50'):
            counts = receive(redis.url(stream, f'g{batch}'), store, '--max', '8', '--batch', batch, check=(0, 3))
            redis.command('XGROUP', 'DESTROY', stream, f'g{batch}')
            assert counts['received'] == 8, counts
            if batch == '1':
                assert (counts['stored'], counts['duplicates'], counts['rejected']) == (2, 2, 4), counts
        refused = listed(store, 'rejects')
        assert all('metadata' in row['reason'] for row in refused), refused
        assert sorted(map(str, (row['metadata'] for row in refused[:4]))) == ['None', 'None', "{'trace': 'b'}", "{'trace': 'b'}"], refused
        assert [row['metadata'] for row in listed(store, 'metrics')] == [{'trace': 'a'}]
        filtered = portolan('list', 'metrics', '--store', store, '--filter', 'meta.trace:a', '--format', 'jsonl').stdout.splitlines()
        assert len(filtered) == 1, filtered
    print('what differs in it alone is told apart', flush=True)


def from_kafka(stores):
    if not BROKER.exists():
        missing('kafka-broker')
    sent, ledger = made(2)
    process = subprocess.Popen([BROKER, 'beside:2'], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        addresses = process.stdout.readline().strip().split('=')[1]
        expected = {}
        for at, (kind, name, text, _) in enumerate(sent):
            beside = {'key': f'key-{at}', 'headers': {'tenant': f't-{at}'}}
            process.stdin.write(f'whole beside key-{at} tenant t-{at} {text}\n')
            own = json.loads(text).get(OWN[kind]) if kind in OWN else None
            expected[kind, text if kind == 'refused' else name] = {**beside, **(own or {})}
        process.stdin.write('whole beside gone tenant t-gone \nflush\n')
        process.stdin.flush()
        assert process.stdout.readline().strip() == 'flushed'
        for at, kind in enumerate(('sqlite', 'postgresql', 'file')):
            store = stores.open(kind)
            counts = receive(f'kafka://{addresses}/beside?group=g{at}', store, '--max', str(len(sent) + 1), check=(0, 3))
            assert counts['duplicates'] == 0 and counts['stored'] + counts['rejected'] == len(sent) + 1, counts
            (tombstone,) = [row for row in listed(store, 'rejects') if 'tombstone' in row['reason']]
            assert tombstone['metadata'] == {'key': 'gone', 'headers': {'tenant': 't-gone'}}, tombstone
            portolan('rejects', 'retry', '--store', store, '--filter', f'id:{tombstone["id"]}', '--reason', 'test', check=(0, 3))
            (again,) = [row for row in listed(store, 'rejects') if 'tombstone' in row['reason']]
            assert again['state'] == 'open' and again['metadata'] == tombstone['metadata'], again
            if kind == 'file':
                same(kept(store, ['text']), of_kinds(expected, ['text']), 'kafka, file')
                continue
            found = kept(store, KINDS)
            del found['refused', '']
            same(found, of_kinds(expected, KINDS), ('kafka', kind))
    finally:
        process.stdin.close()
        process.wait()
    print('keys and headers are kept', flush=True)


with tempfile.TemporaryDirectory(prefix='portolan-metadata-') as folder:
    redis, server = Redis(), Postgres(settings=('fsync=off',))
    try:
        stores = Stores(folder, server)
        from_stream(redis, stores)
        told_apart(redis, stores)
        from_kafka(stores)
    finally:
        redis.stop()
        server.stop()
print('1 passed, 0 failed')
