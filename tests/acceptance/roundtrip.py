#!/usr/bin/env python3
"""roundtrip.py [ROWS]: what export writes, import takes for what it was. Random rows of every kind (texts that begin as
formulas or with ', empty ones, line breaks, CR, U+2028, a byte order mark, 40,000 characters, numbers at their limits) in all
states are exported as CSV, guarded and raw, JSON, JSON lines and XLSX, imported into a new store, and listed: equal. Again:
nothing is there twice. Listings that are no kind are refused in words, and no message is made of them."""
import random, sqlite3, uuid
from pipeline import *

TEXTS = ['=1+1', '+49 170', '-5 degrees', '@here', '\tindented', "'quoted", "'=guarded?", "''=twice", "''two", "'", 'a,b;c', 'line\nbreak',
         'cr\rlf\r\n', 'say "hi"', '', ' lead', 'trail ', 'NULL', 'null', 'x' * 40000, '\ufeffbom', 'é🙂', '1e5', '007', '2026-01-01', 'true',
         '-', '\u2028sep', '_x0041_', '"', '""', '[1]', '{"a":1}', '\n']
STATES = ['pending', 'processing', 'completed', 'failed', 'dead_letter']
NUMBERS = [1e300, -1e-300, 0.1, -0.0, 3, 9007199254740993, 0.1 + 0.2, -1 / 3]


def made(count, seed=7):
    """Lines of every kind."""
    chance = random.Random(seed)
    text = lambda most=10**6: chance.choice([t for t in TEXTS if len(t) <= most])
    when = lambda: f'2026-01-{chance.randrange(1, 28):02}T{chance.randrange(24):02}:00:00.{chance.randrange(1000):03}Z'
    for n in range(count):
        yield {'kind': 'message', 'message_number': n + 1, 'content': TEXTS[n % len(TEXTS)], 'timestamp': when()}
        yield {'kind': 'port_message', 'id': str(uuid.UUID(int=chance.getrandbits(128), version=4)), 'port_name': f'p{n % 5}',
               'source_component': text(200) or 'x', 'target_component': 'b', 'message_data': TEXTS[n % len(TEXTS)],
               'message_metadata': {'t': text(), 'n': [n, None, True]}, 'max_retries': n % 7}
        yield {'kind': 'sink_record', 'sink_name': f's{n}', 'data': {'t': text()}, 'data_type': text(50) or 'x', 'metadata': [text()]}
        yield {'kind': 'checkpoint', 'checkpoint_name': f'c{n % 4}', 'component_name': text(200) or 'x', 'version': n + 1,
               'checkpoint_data': {'t': text()}}
        yield {'kind': 'component_state', 'component_name': f'k{n % 4}', 'component_type': 'Sink', 'state_data': [text()], 'version': n + 1}
        yield {'kind': 'health', 'component_name': f'h{n}', 'health_status': 'degraded', 'health_details': {'t': text()}}
        yield {'kind': 'component_metric', 'component_name': f'm{n}', 'metric_name': text(100) or 'x', 'metric_unit': text(40),
               'metric_value': chance.choice(NUMBERS), 'timestamp': when()}
        yield {'kind': 'port_metric', 'port_name': f'm{n}', 'messages_sent': chance.randrange(-5, 2**40), 'buffer_utilization': chance.random(),
               'timestamp': when()}
        yield {'kind': 'sensor_event', 'event_id': f'e{n}' + text(100), 'sensor_id': text(200) or 'x', 'timestamp': when(),
               'value': chance.choice(NUMBERS)}


def states(path, seed=3):
    """What a pipeline's workers leave of port messages: every state, with times and errors."""
    chance = random.Random(seed)
    with sqlite3.connect(path) as db:
        for n, (row,) in enumerate(db.execute('SELECT id FROM port_messages ORDER BY id').fetchall()):
            state = STATES[n % len(STATES)]
            db.execute('UPDATE port_messages SET status=?, retry_count=?, created_at=?, processed_at=?, completed_at=?, error_message=?, '
                       'error_details=? WHERE id=?',
                       (state, chance.randrange(9), f'2025-12-{n % 28 + 1:02}T01:02:03.{n % 1000:03}Z',
                        None if state == 'pending' else '2026-01-02T03:04:05.678Z',
                        '2026-01-03T00:00:00.001Z' if state == 'completed' else None,
                        chance.choice(TEXTS) if state in ('failed', 'dead_letter') else None,
                        '{"type":"E"}' if state == 'dead_letter' else None, row))
    db.close()


# Of a listing, what a store gives anew.
OWN = {'messages': {'id', 'batch_id'}, 'metrics': {'id'}, 'checkpoints': {'id'}, 'components': {'id'}}
# What a listing says of its own accord, beside what was written.
MADE = {'identity', 'content_hash'}
LISTINGS = ['messages', 'port-messages', 'dead-letters', 'sinks', 'checkpoints', 'components', 'health', 'component-metrics', 'port-metrics',
            'metrics']


def listed(store, what, own=frozenset()):
    out = portolan('list', what, '--store', store, '--limit', '0', check=(0, 1)).stdout
    return sorted(json.dumps({k: v for k, v in json.loads(line).items() if k not in own}, sort_keys=True) for line in out.splitlines())


def last_words(run):
    return (run.stderr.decode() if isinstance(run.stderr, bytes) else run.stderr).strip()


def close(a, b):
    """XLSX keeps sixteen digits of a number."""
    if isinstance(a, float) or isinstance(b, float):
        return abs((a or 0) - (b or 0)) <= 1e-14 * max(abs(a or 0), 1e-300)
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(close(a[k], b[k]) for k in a)
    return a == b


def same(was, now, isSheet, where):
    if isSheet:
        assert len(was) == len(now), (where, len(was), len(now))
        key = lambda row: json.dumps({k: v for k, v in row.items() if not isinstance(v, float)}, sort_keys=True)
        pairs = zip(sorted(map(json.loads, was), key=key), sorted(map(json.loads, now), key=key))
        for a, b in pairs:
            assert close(a, b), (where, a, b)
        return
    lost, new = [x for x in was if x not in now], [x for x in now if x not in was]
    assert not lost and not new, (where, len(lost), len(new), [x[:300] for x in lost[:2]], [x[:300] for x in new[:2]])


def through(folder, source, target):
    """Each listing of `source`, in each format, into a new store and back."""
    for what in LISTINGS:
        own = OWN.get(what, set()) | MADE
        was = listed(source, what, own)
        assert was, what
        for name, more in (('csv', ()), ('raw.csv', ('--formulas',)), ('json', ()), ('jsonl', ()), ('xlsx', ())):
            file = f'{folder}/{what}.{name}'
            portolan('export', what, '--store', source, '--to', file, *more, check=(0, 3))
            store = target(f'{what}-{name}')
            run = portolan('import', file, '--into', store, check=(0, 3))
            counts = json.loads(run.stdout.splitlines()[-1])
            assert counts['rejected'] == 0 and counts['stored'] == len(was), (what, name, counts, listed(store, 'rejects')[:2])
            same(was, listed(store, what, own), name == 'xlsx', (what, name))
            if what in ('port-messages', 'dead-letters'):
                assert 'finished and stay finished' in last_words(run), last_words(run)
            os.rename(file, f'{folder}/again-{what}.{name}')
            again = json.loads(portolan('import', f'{folder}/again-{what}.{name}', '--into', store, check=(0, 3)).stdout.splitlines()[-1])
            if what != 'messages': # which have no id of their own
                assert again['stored'] == 0, (what, name, again)
                same(was, listed(store, what, own), name == 'xlsx', (what, name, 'again'))
    print('listings come back as they were', flush=True)


def refused(folder, source):
    """Every other WHAT: nothing is stored, and words say what would take it."""
    known = portolan('list', 'nonsense', '--store', source, check=(2,)).stderr
    known = (known.decode() if isinstance(known, bytes) else known).split('there are ')[1].split('.')[0].split(', ')
    assert 'rejects' in known and 'migrations' in known, known
    tried = []
    for what in known:
        if what in LISTINGS or what == 'rows':
            continue
        rows = portolan('list', what, '--store', source, '--limit', '0', '--format', 'jsonl', check=(0, 1)).stdout
        if not rows.strip():
            continue
        rows = rows.decode() if isinstance(rows, bytes) else rows
        tried.append(what)
        for name in ('jsonl', 'csv', 'json', 'xlsx'):
            file = f'{folder}/{what}.{name}'
            if what == 'migrations':
                if name == 'xlsx':
                    continue
                text = rows if name == 'jsonl' else '[' + ','.join(rows.splitlines()) + ']' if name == 'json' else portolan(
                    'list', what, '--store', source, '--format', 'csv').stdout
                pathlib.Path(file).write_text(text if isinstance(text, str) else text.decode(), newline='')
            else:
                portolan('export', what, '--store', source, '--to', file, check=(0, 3))
            store = f'sqlite://{folder}/refused-{what}-{name}.db'
            run = portolan('import', file, '--into', store, check=(1,))
            assert f'list {what}' in last_words(run), (what, name, last_words(run))
            if os.path.exists(store[9:]):
                assert not listed(store, 'messages') and not listed(store, 'rejects'), what
    assert {'rejects', 'audit', 'gaps', 'batches', 'ports', 'migrations', 'tables', 'processed-events', 'dead-letter-groups', 'component-health',
            'port-flows', 'jobs'} <= set(tried), tried
    print('what is no kind is refused:', ', '.join(tried), flush=True)


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 2 * len(TEXTS)
    with tempfile.TemporaryDirectory(prefix='portolan-roundtrip-') as folder:
        lines = pathlib.Path(folder) / 'in.jsonl'
        lines.write_text('\n'.join(json.dumps(each, ensure_ascii=False) for each in made(count)) + '\n')
        source = f'sqlite://{folder}/source.db'
        portolan('import', str(lines), '--into', source)
        states(f'{folder}/source.db')
        through(folder, source, lambda name: f'sqlite://{folder}/{name}.db')
        # Something of every listing that is no kind.
        lines.write_text('{"kind":"order"\n{"kind":"message","message_number":"x","content":"four"}\n')
        portolan('import', str(lines), '--into', source, check=(3,))
        with sqlite3.connect(f'{folder}/source.db') as db:
            db.execute("INSERT INTO portolan_gaps (source, kind, epoch, first_number, last_number, missing) VALUES ('s', 'numbers', 0, 1, 2, 2)")
            db.execute("INSERT INTO portolan_jobs (id, kind, state) VALUES ('" + str(uuid.uuid4()) + "', 'discard', 'queued')")
            db.execute("INSERT INTO portolan_audit (actor, action, subject_kind) VALUES ('a', 'b', 'c')")
        db.close()
        refused(folder, source)
        if not pathlib.Path('/usr/lib/postgresql').exists():
            return
        server = Postgres(settings=('fsync=off',))
        try:
            made_databases = []

            def database(name):
                made_databases.append(server.create(f'd{len(made_databases)}'))
                return made_databases[-1]
            LISTINGS[:] = ['messages', 'port-messages', 'checkpoints', 'component-metrics', 'metrics']
            through(folder, source, database)
        finally:
            server.stop()
    print('ok')


main()
