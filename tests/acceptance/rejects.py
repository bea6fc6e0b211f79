#!/usr/bin/env python3
"""rejects.py: what was rejected is stored again (retry), mended (edit) or dismissed, in SQLite, PostgreSQL and files: each once,
also when it is killed on the way; what is rejected again stays with its new reason; every act is in the audit; nothing is
deleted; dismissed ones are not tried again; a production store asks for its name."""
import signal
from pipeline import *

BAD = [b'{"kind":"port_message","port_name":"p","source_component":"a","target_component":"b","message_data":{"i":1},"max_retries":"three"}',
       b'{"kind":"port_message","port_name":"p","source_component":"a","message_data":{"i":2}}',
       b'{"kind":"message","message_number":"x","content":"four"}', b'{"kind":"message","content"', b'{"kind":"message","message_number":9}']
MENDED = b'{"kind":"message","message_number":7,"content":"mended"}'


def rows(store, what, *more):
    return [json.loads(line) for line in portolan('list', what, '--store', store, '--limit', '0', *more).stdout.splitlines()]


def act(store, *words, check=(0,), reason='a test'):
    run = portolan('rejects', *words, '--store', store, '--reason', reason, check=check)
    return json.loads(run.stdout.splitlines()[-1]) if run.returncode in (0, 3) else run.stderr.decode()


def by_id(store):
    return {row['id']: row for row in rows(store, 'rejects')}


def fill(redis, store, stream):
    redis.add(stream, BAD)
    counts = receive(redis.url(stream), store, '--idle-exit', '0.3', check=(0, 3))
    assert counts['rejected'] == len(BAD), counts
    assert {row['state'] for row in rows(store, 'rejects')} == {'open'}
    return {row['payload'].encode(): row['id'] for row in rows(store, 'rejects')}


def through(redis, store, stream, has_audit, folder):
    ids = fill(redis, store, stream)
    # Nothing was mended: all stay, and say why.
    before = by_id(store)
    assert act(store, 'retry', check=(3,)) == {'stored': 0, 'duplicates': 0, 'rejected': len(BAD)}
    after = by_id(store)
    assert all(after[n]['state'] == 'open' and after[n]['payload'] == before[n]['payload'] and after[n]['settled_reason'] == 'a test' for n in after)
    # One is mended: its own bytes stay beside those that were stored.
    mended = f'{folder}/mended.json'
    pathlib.Path(mended).write_bytes(MENDED + b'\n')
    one = ids[BAD[2]]
    assert act(store, 'edit', str(one), '--payload', mended) == {'stored': 1, 'duplicates': 0, 'rejected': 0}
    row = by_id(store)[one]
    assert row['state'] == 'reinjected' and row['payload'].encode() == BAD[2] and row['mended_payload'].encode() == MENDED, row
    assert [m['content'] for m in rows(store, 'messages') if m['message_number'] == 7] == ['mended']
    assert 'already' in act(store, 'edit', str(one), '--payload', mended, check=(2,))
    # Mended wrongly: it is open still, and nothing was stored in its place.
    two = ids[BAD[3]]
    pathlib.Path(mended).write_bytes(b'{"kind":"message","message_number":[]}')
    assert act(store, 'edit', str(two), '--payload', mended, check=(3,))['rejected'] == 1
    row = by_id(store)[two]
    assert row['state'] == 'open' and row['payload'].encode() == BAD[3] and 'message_number' in row['reason'] and not row['mended_payload'], row
    # Dismissed: kept, listed, not tried again by anything.
    three = ids[BAD[4]]
    assert act(store, 'dismiss', '--filter', f'id:{three}') == {'dismissed': 1}
    assert act(store, 'dismiss', '--filter', f'id:{three}') == {'dismissed': 0}
    row = by_id(store)[three]
    assert row['state'] == 'dismissed' and row['dismissed_at'] and row['settled_by'] and row['payload'].encode() == BAD[4], row
    assert act(store, 'retry', check=(3,))['rejected'] == len(BAD) - 2
    again = receive(f'rejects:{store}', store, '--idle-exit', '0.3', check=(0, 3))
    assert again['received'] == len(BAD) - 2 and again['stored'] == 0, again
    assert act(store, 'retry', '--filter', 'state:dismissed') == {'stored': 0, 'duplicates': 0, 'rejected': 0}
    # Words that are wrong.
    for words in (('mend',), ('edit', '1'), ('edit', 'x', '--payload', mended), ('retry', '--payload', mended), ('retry', '7'),
                  ('retry', '--filter', 'nonsense:1')):
        act(store, *words, check=(2,))
    assert portolan('rejects', 'retry', '--store', store, check=(2,)).stdout == b''
    act(store, 'edit', '999999', '--payload', mended, check=(1,))
    if has_audit:
        audit = [(row['action'], row['subject_id'], row['reason']) for row in rows(store, 'audit') if row['subject_kind'] == 'reject']
        assert ('edit_reject', str(one), 'a test') in audit and ('dismiss_reject', str(three), 'a test') in audit, audit
        assert sum(a[0] == 'retry_reject' for a in audit) == len(BAD) + 1 + len(BAD) - 2, audit
        assert all(row['actor'] for row in rows(store, 'audit'))
    assert len(by_id(store)) == len(BAD)


def killed(redis, store, folder, count=1500):
    """Of many that can be stored now, each is stored once, wherever it was killed."""
    # A file store's and a database's rejects that became storable: a message kind that is sent as a row of a file.
    lines = pathlib.Path(folder) / f'many-{count}.jsonl'
    lines.write_text(''.join(json.dumps({'kind': 'message', 'message_number': 'x', 'content': f'c{n}'}) + '\n' for n in range(count)))
    portolan('import', str(lines), '--into', store, check=(3,))
    chosen = [row['id'] for row in rows(store, 'rejects', '--filter', 'state:open')][:8]
    mended = f'{folder}/many.json'
    for n, reject in enumerate(chosen):
        pathlib.Path(mended).write_text(json.dumps({'kind': 'message', 'message_number': 10_000 + n, 'content': f'mended {n}'}))
        run = subprocess.Popen([PROGRAM, 'rejects', 'edit', str(reject), '--payload', mended, '--store', store, '--reason', 'killed'],
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        time.sleep(0.01 * n)
        run.send_signal(signal.SIGKILL)
        run.wait()
        act(store, 'edit', str(reject), '--payload', mended, check=(0, 2), reason='again')
        assert by_id(store)[reject]['state'] == 'reinjected'
    contents = collections.Counter(row['content'] for row in rows(store, 'messages'))
    assert all(contents[f'mended {n}'] == 1 for n in range(len(chosen))), contents
    assert not any(content.startswith('{') for content in contents), 'a payload became a message'


def main():
    redis = Redis()
    server = Postgres(settings=('fsync=off',)) if pathlib.Path('/usr/lib/postgresql').exists() else None
    try:
        with tempfile.TemporaryDirectory(prefix='portolan-rejects-') as folder:
            stores = [('sqlite', f'sqlite://{folder}/a.db', True), ('files', f'file://{folder}/files', False)]
            if server:
                stores.append(('postgresql', server.create('rejected'), True))
            for name, store, has_audit in stores:
                through(redis, store, name, has_audit, folder)
                killed(redis, store, folder)
                print(name, 'ok', flush=True)
            # A production store asks for its name.
            store = stores[0][1]
            portolan('mark', '--production', 'LIVE', '--store', store, '--reason', 'it is')
            assert 'LIVE' in act(store, 'dismiss', check=(2,))
            assert act(store, 'dismiss', '--filter', 'id:1', '--confirm', 'LIVE')['dismissed'] in (0, 1)
    finally:
        redis.stop()
        if server:
            server.stop()
    print('ok')


main()
