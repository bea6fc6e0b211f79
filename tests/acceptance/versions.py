#!/usr/bin/env python3
"""versions.py: 200 real documents (or some like them) as 200 versions of a checkpoint and of a component's state, received
into SQLite and PostgreSQL: `show` gives each, `diff` of each pair of neighbours, applied here, makes the newer of the
older (PORTOLAN_LONG=1; else of a checkpoint's in SQLite, and every fifth of the others'); odd numbers keep their digits; `promote` asks for a reason, moves the mark, tells the audit, and is undone;
versions are given an expiry; a component is silent when an operator says so; what components and sinks tell is listed."""
import copy, decimal, tempfile
from pipeline import *

COUNT = 200
LONG = bool(os.environ.get('PORTOLAN_LONG'))
ODD = ['{"n":12345678901234567890123,"a/b":{"~":[1,2,3,4]},"d":0.1}',
       '{"n":12345678901234567890124,"a/b":{"~":[1]},"d":0.10000000000000000000001,"":{"x":null}}', '[[],{}]', '7', '"\\u20ac😀"']


def parsed(text):
    """Numbers exactly."""
    return json.loads(text, parse_float=decimal.Decimal)


def documents():
    path = DATA / 'nginx' / 'nginx_plus_status.jsonl'
    if path.exists():
        return [line for line in open(path, encoding='utf-8').read().splitlines() if line][:COUNT]
    return [json.dumps({'timestamp': n, 'zones': {f'zone/{z}': {'requests': n * z, 'ratio': n / 7} for z in range(9)},
                        'peers': [{'id': p, 'up': (n + p) % 3 > 0} for p in range(n % 5)]}) for n in range(COUNT)]


def step(document, name):
    return document[int(name)] if isinstance(document, list) else document[name]


def patched(document, patch):
    """RFC 6902, of what diff writes: add, remove, replace."""
    document = copy.deepcopy(document)
    for operation in patch:
        path = [name.replace('~1', '/').replace('~0', '~') for name in operation['path'].split('/')[1:]]
        if not path:
            document = operation['value']
            continue
        parent = document
        for name in path[:-1]:
            parent = step(parent, name)
        if isinstance(parent, list):
            at = len(parent) if path[-1] == '-' else int(path[-1])
            if operation['op'] == 'add':
                parent.insert(at, operation['value'])
            elif operation['op'] == 'remove':
                del parent[at]
            else:
                parent[at] = operation['value']
        elif operation['op'] == 'remove':
            del parent[path[-1]]
        else:
            assert (path[-1] in parent) == (operation['op'] == 'replace'), operation
            parent[path[-1]] = operation['value']
    return document


def lines(*words):
    return [parsed(line) for line in portolan(*words, '--format', 'jsonl').stdout.splitlines()]


def versions_of(store, texts):
    wanted = [parsed(text) for text in texts]
    for what, name, content in (('checkpoint', 'nginx status', 'checkpoint_data'), ('component', 'nginx', 'state_data')):
        listed = lines('list', what + 's', '--store', store, '--limit', '0', '--sort', 'version', '--filter', f'{what}_name:"{name}"')
        assert [row['version'] for row in listed] == list(range(1, COUNT + 1)), what
        newest = parsed(portolan('show', what, name, '--store', store).stdout)
        assert newest['version'] == COUNT and newest[content] == wanted[-1], what
        changes = 0
        for version in range(1, COUNT, 1 if LONG or (what == 'checkpoint' and store.startswith('sqlite')) else 5):
            patch = parsed(portolan('diff', what, name, str(version), str(version + 1), '--store', store).stdout)
            assert patched(wanted[version - 1], patch) == wanted[version], (what, version)
            changes += len(patch)
        shown = parsed(portolan('show', what, name, '--version', '7', '--store', store).stdout)
        assert shown['version'] == 7 and shown[content] == wanted[6]
        assert portolan('diff', what, name, '3', '3', '--store', store).stdout == b'[]\n'
        back = parsed(portolan('diff', what, name, str(COUNT), '1', '--store', store).stdout)
        assert patched(wanted[-1], back) == wanted[0]
        print(f'{store.split(":")[0]}: {COUNT} versions of a {what}, {changes} changes', flush=True)


def odd_documents(store):
    """Digits that no double holds, names that pointers must escape, arrays that shrink, nothing in common."""
    for before in range(1, 6):
        for after in range(1, 6):
            patch = parsed(portolan('diff', 'checkpoint', 'odd', str(before), str(after), '--store', store).stdout)
            assert patched(parsed(ODD[before - 1]), patch) == parsed(ODD[after - 1]), (before, after, patch)


def mistakes(store):
    for code, said, words in (
            (2, 'a number', ('diff', 'checkpoint', 'nginx status', 'x', '2')),
            (1, 'no version 999', ('diff', 'checkpoint', 'nginx status', '1', '999')),
            (1, 'no checkpoint "nowhere"', ('show', 'checkpoint', 'nowhere')),
            (2, 'Only checkpoints and components have versions', ('show', 'batch', '1', '--version', '2')),
            (2, 'diff knows', ('diff', 'batch', '1', '1', '2')),
            (2, 'reason', ('promote', 'checkpoint', 'nginx status', '1')),
            (2, 'Say why', ('promote', 'checkpoint', 'nginx status', '1', '--reason', ' ')),
            (2, 'Only a checkpoint', ('promote', 'component', 'nginx', '1', '--reason', 'why')),
            (1, 'no version 999', ('promote', 'checkpoint', 'nginx status', '999', '--reason', 'why'))):
        run = portolan(*words, '--store', store, check=None)
        assert run.returncode == code and said in run.stderr.decode() and not run.stdout, (words, run.returncode, run.stderr)


def promotions(store):
    def latest():
        rows = lines('list', 'checkpoints', '--store', store, '--filter', 'is_latest:true checkpoint_name:"nginx status"')
        assert len(rows) == 1, rows
        return rows[0]['version']
    words = ('promote', 'checkpoint', 'nginx status')
    assert latest() == COUNT
    done = parsed(portolan(*words, '42', '--reason', 'the newer ones are wrong', '--store', store).stdout)
    assert done == {'version': 42, 'previous': COUNT} and latest() == 42
    again = portolan(*words, '42', '--reason', 'once more', '--store', store)
    assert parsed(again.stdout) == {'version': 42, 'previous': 42} and b'already' in again.stderr
    assert parsed(portolan('show', 'checkpoint', 'nginx status', '--store', store).stdout)['version'] == 42
    portolan(*words, str(COUNT), '--reason', 'undone', '--store', store)
    assert latest() == COUNT
    told = lines('list', 'audit', '--store', store, '--filter', 'subject_kind:checkpoint')
    assert [(row['action'], row['subject_id'], row['reason'], row['before_image'], row['after_image']) for row in told] == [
        ('promote', 'nginx status', 'the newer ones are wrong', {'version': COUNT}, {'version': 42}),
        ('promote', 'nginx status', 'undone', {'version': 42}, {'version': COUNT})], told


def expirations(store):
    def expires():
        return lines('list', 'checkpoints', '--store', store, '--filter', 'checkpoint_name:"nginx status" version:3')[0]['expires_at']
    words = ('expire', 'checkpoint', 'nginx status', '3')
    assert expires() is None
    done = parsed(portolan(*words, '2031-02-03T04:05:06Z', '--reason', 'kept long enough', '--store', store).stdout)
    assert done['version'] == 3 and expires().startswith('2031-02-03T04:05:06'), (done, expires())
    assert len(lines('list', 'checkpoints', '--store', store, '--limit', '0', '--filter', 'expires_at:*')) == 1
    assert parsed(portolan(*words, 'never', '--reason', 'kept', '--store', store).stdout) == {'version': 3, 'expires_at': None}
    assert expires() is None
    for code, said, more in ((2, 'TIME is a time', ('soon', '--reason', 'why')), (2, 'reason', ('never',)),
                             (2, 'Say why', ('never', '--reason', '  '))):
        run = portolan(*words, *more, '--store', store, check=None)
        assert run.returncode == code and said in run.stderr.decode() and not run.stdout, (more, run.returncode, run.stderr)
    told = lines('list', 'audit', '--store', store, '--filter', 'action:"set expiry"')
    assert [(row['reason'], row['before_image']['expires_at']) for row in told][0] == ('kept long enough', None), told
    assert len(told) == 2 and told[1]['before_image']['expires_at'].startswith('2031-02-03'), told


def silence(redis, store, group):
    """A component that has just reported is silent as soon as an operator says so, until it is as usual again."""
    name = f'health-{group}'
    redis.add(name, [json.dumps({'kind': 'health', 'component_name': who, 'health_status': status}).encode()
                     for who, status in (('tap', 'healthy'), ('mill', 'degraded'))])
    assert receive(redis.url(name, group), store, '--max', '2')['stored'] == 2
    listed = lambda: [(row['component_name'], row['state'], row['silent_after']) for row in lines('list', 'component-health', '--store', store)]
    assert listed() == [('mill', 'degraded', 300), ('tap', 'healthy', 300)], listed()
    time.sleep(1.5)
    portolan('threshold', 'tap', '1', '--reason', 'it reports each second', '--store', store)
    assert listed() == [('tap', 'silent', 1), ('mill', 'degraded', 300)], listed()
    portolan('threshold', 'tap', 'usual', '--reason', 'it does not', '--store', store)
    assert listed() == [('mill', 'degraded', 300), ('tap', 'healthy', 300)], listed()
    for words in (('soon', '--reason', 'why'), ('0', '--reason', 'why'), ('5',), ('5', '--reason', ' ')):
        assert portolan('threshold', 'tap', *words, '--store', store, check=None).returncode == 2, words


def reports_and_sinks(redis, store, group):
    """`list health` and `list sinks` by name, with filters into their JSON."""
    name = f'reports-{group}'
    payloads = [{'kind': 'health', 'component_name': 'tap' if n % 2 else "it's a mill", 'health_status': 'healthy' if n % 3 else 'degraded',
                 'health_details': {'queue': {'depth': n}}} for n in range(12)]
    payloads += [{'kind': 'sink_record', 'sink_name': f'sink {n % 3}', 'data_type': 'row' if n % 2 else 'file',
                  'data': {'tags': ['blue' if n == 5 else 'red', n]}, 'metadata': {'origin': {'shard': n % 4}}} for n in range(12)]
    redis.add(name, [json.dumps(payload).encode() for payload in payloads])
    assert receive(redis.url(name, group), store, '--max', str(len(payloads)))['stored'] == len(payloads)

    def listed(what, text, *words):
        return lines('list', what, '--store', store, '--limit', '0', '--filter', text, *words)
    reports = listed('health', 'details.queue.depth:*')
    assert len(reports) == 12 and {'component_name', 'health_status', 'last_heartbeat', 'health_details'} <= set(reports[0]), reports[:1]
    for text, depths in (('component_name:tap details.queue.depth:*', {1, 3, 5, 7, 9, 11}), ('health_status:degraded details.queue.depth>0', {3, 6, 9}),
                         ('component_name:"it\'s a mill" details.queue.depth:4', {4}), ('details.queue.depth>=10', {10, 11}),
                         ('component_name:tap details.queue.depth:4', set()), ('details.queue.depth<2 age<1h', {0, 1})):
        found = {row['health_details']['queue']['depth'] for row in listed('health', text)}
        assert found == depths, (text, found)
    assert len(listed('sinks', '')) == 12
    for text, numbers in (('sink_name:"sink 1"', {1, 4, 7, 10}), ('data_type:row sink_name:"sink 1"', {1, 7}), ('blue', {5}),
                          ('data.tags[0]:blue', {5}), ('meta.origin.shard:3', {3, 7, 11}), ('sink_name~sink data.tags[1]>9', {10, 11}),
                          ('sink_name:sink', set())):
        found = {row['data']['tags'][1] for row in listed('sinks', text)}
        assert found == numbers, (text, found)
    names = [row['sink_name'] for row in listed('sinks', 'data_type:file', '--sort', '-sink_name')]
    assert names == sorted(names, reverse=True) and len(names) == 6, names
    for what, text in (('sinks', 'nonsense:1'), ('health', 'data.x:1')):
        assert portolan('list', what, '--store', store, '--filter', text, check=None).returncode == 2, text


def checkpoint(name, version, text):
    """The document stands in the payload as it is written."""
    fields = {'kind': 'checkpoint', 'checkpoint_name': name, 'component_name': 'nginx', 'version': version}
    return (json.dumps(fields)[:-1] + f',"checkpoint_data":{text}}}').encode()


def state(name, version, text):
    fields = {'kind': 'component_state', 'component_name': name, 'component_type': 'Source', 'version': version}
    return (json.dumps(fields)[:-1] + f',"state_data":{text}}}').encode()


texts = documents()
payloads = [checkpoint('nginx status', n, text) for n, text in enumerate(texts, 1)]
payloads += [state('nginx', n, text) for n, text in enumerate(texts, 1)]
payloads += [checkpoint('odd', n, text) for n, text in enumerate(ODD, 1)]
redis, server = Redis(), Postgres()
try:
    with tempfile.TemporaryDirectory(prefix='portolan-versions-') as folder:
        redis.add('versions', payloads)
        for n, store in enumerate((f'sqlite://{folder}/v.db', server.create('versions'))):
            done = receive(redis.url('versions', f'g{n}'), store, '--max', str(len(payloads)))
            assert done['stored'] == len(payloads), done
            versions_of(store, texts)
            odd_documents(store)
            mistakes(store)
            promotions(store)
            expirations(store)
            silence(redis, store, f's{n}')
            reports_and_sinks(redis, store, f'r{n}')
finally:
    redis.stop()
    server.stop()
print('1 passed, 0 failed')
