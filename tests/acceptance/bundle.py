#!/usr/bin/python3
"""bundle.py: an incident taken home and put somewhere else. What is under data/ is the same to the byte after export, import
and export, over SQLite and PostgreSQL; checksums hold for sha256sum; the bundle opens as a store that is read; archives that
are hostile, damaged or changed are refused in words, and nothing is written anywhere."""
import hashlib, re, sqlite3, stat, zipfile
from pipeline import *

DATA = ('data/ids.txt', 'data/messages.jsonl', 'data/audit.jsonl')


def run(*words, code=0, **more):
    done = subprocess.run([PROGRAM, *words], capture_output=True, text=True, timeout=600, **more)
    assert done.returncode == code, (words, done.returncode, done.stdout, done.stderr)
    return done


def bundle(store, path, *words, code=0):
    line = json.loads(run('bundle', '--store', store, '--to', str(path), *words, code=code).stdout.splitlines()[-1])
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        files = {name: archive.read(name) for name in archive.namelist()}
    assert line['bytes'] == path.stat().st_size and stat.S_IMODE(path.stat().st_mode) == 0o600
    return line, files


def listed(store, what, *words):
    done = run('list', what, '--store', store, '--format', 'jsonl', '--limit', '0', *words)
    return [json.loads(line) for line in done.stdout.splitlines()]


def make_store(folder):
    path = folder / 'a.db'
    store = f'sqlite://{path}'
    portolan('demo', '--headless', '--count', '3000', '--store', store)
    with contextlib.closing(sqlite3.connect(path)) as db:
        db.execute("UPDATE port_messages SET status = 'dead_letter', retry_count = 3, error_message = 'refused after ' || "
                   "(rowid % 3) || ' tries' WHERE rowid % 2 = 0")
        # What a document must come back as: blanks, order, twice the same name, numbers beyond a double, escapes.
        odd = '{ "b" : 1.50,\t"a":[ 18446744073709551615 ],"b":2, "t":"\\u00e9\\u202e= 1+1", "x":"\U0001F600\u00e9"}\n'
        db.execute("UPDATE port_messages SET message_data = ?, error_message = ?, message_metadata = '' || ? "
                   "WHERE rowid = 2", (odd, 'line one\nline "two"\x01', '{"k" : null }'))
        db.execute("UPDATE port_messages SET error_message = CAST(x'66ff6f' AS TEXT), created_at = '2026-01-02 03:04:05' "
                   "WHERE rowid = 4")
        db.commit()
    run('replay', '--store', store, '--filter', 'error_message~"after 1"', '--reason', 'again', '--dry-run')
    run('replay', '--store', store, '--filter', 'error_message~"after 1"', '--reason', 'again')
    with contextlib.closing(sqlite3.connect(path)) as db:
        db.execute("UPDATE port_messages SET status = 'dead_letter', retry_count = 3 WHERE rowid % 2 = 0")
        db.commit()
    return store, path, odd


def check_contents(store, path, odd, line, files):
    with contextlib.closing(sqlite3.connect(path)) as db:
        ids = [row[0] for row in db.execute("SELECT id FROM port_messages WHERE status = 'dead_letter' ORDER BY id")]
        audit = db.execute("SELECT count(*) FROM portolan_audit WHERE subject_kind = 'port_message'").fetchone()[0]
    assert line['messages'] == len(ids) > 100 and line['audit'] == audit > 50, line
    assert files['data/ids.txt'].decode().split() == ids
    messages = [json.loads(text) for text in files['data/messages.jsonl'].decode().splitlines()]
    assert [message['id'] for message in messages] == ids
    marked = [message for message in messages if message['message_data'] == odd]
    assert len(marked) == 1 and marked[0]['error_message'] == 'line one\nline "two"\x01', marked
    assert marked[0]['message_metadata'] == '{"k" : null }'
    assert any(message.get('error_message_base64') == 'Zv9v' for message in messages)
    sums = dict(reversed(text.split('  ')) for text in files['SHA256SUMS'].decode().splitlines())
    assert set(sums) == set(files) - {'SHA256SUMS'}, set(sums) ^ set(files)
    for name, sum in sums.items():
        assert hashlib.sha256(files[name]).hexdigest() == sum, name
    manifest = json.loads(files['manifest.json'])
    assert manifest['identity'] == line['identity'] and manifest['store'] == store and manifest['messages'] == len(ids)
    assert b'<h1>' in files['report.html'] and any(name.endswith('.svg') for name in files)
    assert any(name.endswith('.csv') and files[name].startswith(b'time,value') for name in files), list(files)


def check_reading(store, path):
    mine = f'bundle://{path}'
    for what in ('dead-letters', 'dead-letter-groups', 'ports'):
        ours, theirs = listed(mine, what), listed(store, what, *(['--filter', 'dead_letter>0'] if what == 'ports' else []))
        if what == 'ports':
            ours, theirs = ([(port['port_name'], port['dead_letter']) for port in ports] for ports in (ours, theirs))
        if what == 'dead-letter-groups': # what was remembered of them stays at home
            kept = ('fingerprint', 'template', 'port_name', 'error_type', 'count', 'first_seen', 'last_seen')
            ours, theirs = ([{name: group[name] for name in kept} for group in groups] for groups in (ours, theirs))
        ours, theirs = (sorted(rows, key=str) for rows in (ours, theirs)) # rows of one time have no order of their own
        assert ours == theirs and ours, (what, [pair for pair in zip(ours, theirs) if pair[0] != pair[1]][:1])
    assert listed(str(path), 'dead-letters') == listed(mine, 'dead-letters')
    first = listed(mine, 'dead-letters', '--filter', 'not error_message:*')[0]['id']
    assert 'again' in run('show', 'message', first, '--store', mine).stdout
    assert 'read' in run('replay', '--store', mine, '--filter', '', '--reason', 'x', code=1).stderr.lower()
    assert 'for reading' in run('import', str(path), '--into', mine, code=1).stderr


def check_round(folder, store, files, into, name, same=True):
    first = folder / f'{name}-1.zip'
    bundle(store, first, '--no-report')
    done = run('import', str(first), '--into', into)
    counts = json.loads(done.stdout.splitlines()[-1])
    assert counts['stored'] == counts['received'] > 100 and counts['rejected'] == 0, counts
    again = json.loads(run('import', str(first), '--into', into).stdout.splitlines()[-1])
    assert again['stored'] == 0 and again['duplicates'] == counts['received'] and again['audit'] == 0, again
    second = folder / f'{name}-2.zip'
    _, back = bundle(into, second, '--no-report')
    for part in DATA:
        assert not same or back[part] == files[part], (name, part)
    lines = [entry for entry in listed(into, 'audit') if entry['action'] == 'import_bundle']
    assert sum(entry['after_image']['messages'] for entry in lines) == counts['stored'], lines
    return back


def check_servers(folder, sqlite):
    """From PostgreSQL through SQLite and back to another PostgreSQL, microseconds and all; and what SQLite alone can hold is
    refused there, row by row."""
    server = Postgres(settings=('fsync=off',))
    try:
        first, last, other = (server.create(name) for name in ('first', 'last', 'other'))
        portolan('demo', '--headless', '--count', '2000', '--store', first)
        server.psql('first', "UPDATE port_messages SET status = 'dead_letter', retry_count = 3, error_message = E'refus\\u00e9\\nafter', "
                             "created_at = created_at + interval '7 microseconds', completed_at = NULL WHERE hashtext(id::text) % 2 = 0")
        run('replay', '--store', first, '--filter', '', '--reason', 'again')
        server.psql('first', "UPDATE port_messages SET status = 'dead_letter', retry_count = 3 WHERE hashtext(id::text) % 2 = 0")
        line, files = bundle(first, folder / 'server.zip', '--no-report')
        assert line['audit'] > 50 and re.search(rb'"created_at":"[-0-9T:]+[.][0-9]{6}Z"', files['data/messages.jsonl'])
        check_round(folder, first, files, f'sqlite://{folder}/between.db', 'between')
        check_round(folder, f'sqlite://{folder}/between.db', files, last, 'last')
        same = "SELECT * FROM port_messages WHERE status = 'dead_letter' ORDER BY id"
        assert server.psql('last', same) == server.psql('first', same)
        whole = folder / 'whole.zip'
        done = run('import', str(whole), '--into', other, code=3)
        counts = json.loads(done.stdout.splitlines()[-1])
        assert counts['rejected'] == 1 and counts['stored'] == counts['received'] - 1 and 'UTF-8' in done.stderr, done
    finally:
        server.stop()


def check_conflicts(folder, store, path):
    changed = folder / 'changed.db'
    shutil.copy(path, changed)
    with contextlib.closing(sqlite3.connect(changed)) as db:
        db.execute("UPDATE port_messages SET error_message = 'another' WHERE rowid = 6")
        db.execute("DELETE FROM port_messages WHERE rowid = 8")
        db.commit()
    whole = folder / 'whole.zip'
    line, _ = bundle(store, whole, '--no-report')
    done = run('import', str(whole), '--into', f'sqlite://{changed}', code=3)
    counts = json.loads(done.stdout.splitlines()[-1])
    assert counts['rejected'] == 1 and counts['stored'] == 1 and counts['duplicates'] == line['messages'] - 2, counts
    assert 'another message has this id' in done.stderr, done.stderr
    with contextlib.closing(sqlite3.connect(changed)) as db:
        assert db.execute("SELECT error_message FROM port_messages WHERE rowid = 6").fetchone()[0] == 'another'


def check_sets(folder, store):
    ids = [row['id'] for row in listed(store, 'dead-letters')][:3]
    (folder / 'ids').write_text('\n'.join(ids + ['00000000-0000-4000-8000-000000000000']))
    line, files = bundle(store, folder / 'ids.zip', '--ids', str(folder / 'ids'), '--no-report', code=3)
    assert line['messages'] == 3 and line['missing'] == 1 and files['data/ids.txt'].decode().split() == sorted(ids)
    group = listed(store, 'dead-letter-groups')[0]
    line, _ = bundle(store, folder / 'group.zip', '--group', group['fingerprint'], '--no-report')
    assert line['messages'] == group['count'], (line, group)
    line, _ = bundle(store, folder / 'every.zip', '--every-state', '--filter', 'status:pending', '--no-report')
    assert line['messages'] == len(listed(store, 'port-messages', '--filter', 'status:pending')) > 0
    none = folder / 'none.zip'
    run('bundle', '--store', store, '--to', str(none), '--filter', 'port_name:nowhere', code=2)
    assert not none.exists()
    assert 'expected' in run('bundle', '--store', store, '--to', str(none), '--filter', 'status:', code=2).stderr


def summed(files):
    files = {name: data for name, data in files.items() if name != 'SHA256SUMS'}
    sums = ''.join(f'{hashlib.sha256(data).hexdigest()}  {name}\n' for name, data in files.items())
    return files | {'SHA256SUMS': sums.encode()}


def zipped(path, files, *more):
    with zipfile.ZipFile(path, 'w', zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
        for info, data in more:
            archive.writestr(info, data)


def special(name, mode):
    info = zipfile.ZipInfo(name)
    info.create_system = 3
    info.external_attr = mode << 16
    return info


def check_hostile(folder, files):
    """Each with checksums that hold: what is wrong is seen all the same."""
    place = folder / 'hostile'
    place.mkdir()
    into = f'sqlite://{folder}/victim.db'
    portolan('demo', '--headless', '--count', '10', '--store', into)
    before = listed(into, 'audit')
    lines = files['data/messages.jsonl'].splitlines(keepends=True)
    bomb = {name: data for name, data in files.items()} | {'README.txt': b'\0' * (200 << 20)}
    cases = {
        'parent': (files | {'../evil.txt': b'x'}, 'no bundle has'),
        'inner parent': (files | {'charts/../../evil.svg': b'x'}, 'no bundle has'),
        'absolute': (files | {'/tmp/portolan-evil': b'x'}, 'no bundle has'),
        'another file': (files | {'evil.sh': b'x'}, 'no bundle has'),
        'escapes': (files | {'\x1b[2Jevil': b'x'}, 'no bundle has'),
        'bomb': (bomb, 'times its size'),
        'no message': (files | {'data/messages.jsonl': lines[0] + b'{"id":5}\n'}, 'identity'),
        'no checksums': ({name: data for name, data in files.items() if name != 'SHA256SUMS'}, 'lacks'),
        'no data': ({name: data for name, data in files.items() if name != 'data/audit.jsonl'}, 'lacks'),
    }
    for name, (contents, why) in cases.items():
        path = place / f'{name}.zip'
        zipped(path, contents if name == 'no checksums' else summed(contents))
        refused(path, into, None if why == 'identity' else why)
    for name, mode in (('link', stat.S_IFLNK | 0o777), ('device', stat.S_IFBLK | 0o600), ('fifo', stat.S_IFIFO | 0o600),
                       ('setuid', stat.S_IFREG | 0o4755)):
        path = place / f'{name}.zip'
        rest = {part: data for part, data in files.items() if part != 'README.txt'}
        zipped(path, summed(rest), (special('README.txt', mode), b'/etc/passwd'))
        refused(path, into, None if name == 'fifo' else 'no plain file') # libarchive takes it for a file, of other contents
    with warnings_off():
        zipped(place / 'twice.zip', summed(files), (zipfile.ZipInfo('data/ids.txt'), b'other\n'))
    refused(place / 'twice.zip', into, 'twice')
    many = summed(files | {f'charts/{i % 100:02}-{i}.csv': b'' for i in range(1_100)})
    zipped(place / 'many.zip', many)
    refused(place / 'many.zip', into, 'more than')
    good = folder / 'whole.zip'
    bytes = good.read_bytes()
    for name, cut in (('empty', b''), ('cut', bytes[:len(bytes) // 2]), ('end cut', bytes[:-30]), ('noise', os.urandom(5_000)),
                      ('zip start', b'PK\x03\x04' + os.urandom(5_000))):
        path = place / f'{name}.zip'
        path.write_bytes(cut)
        refused(path, into, None, by_store=name not in ('empty', 'noise'))
    changed = place / 'changed.zip'
    zipped(changed, files | {'data/messages.jsonl': files['data/messages.jsonl'].replace(b'after 2', b'after 3')})
    refused(changed, into, 'checksum')
    assert listed(into, 'audit') == before
    assert not os.path.exists('/tmp/portolan-evil') and not (folder / 'evil.txt').exists()
    assert not list(folder.glob('**/evil*'))


@contextlib.contextmanager
def warnings_off():
    import warnings
    with warnings.catch_warnings():
        warnings.simplefilter('ignore')
        yield


def refused(path, into, why, by_store=True):
    done = run('list', 'dead-letters', '--store', f'bundle://{path}', code=1)
    assert str(path) in done.stderr and (not why or why in done.stderr), (path, done.stderr)
    assert '\x1b' not in done.stderr
    if by_store:
        again = subprocess.run([PROGRAM, 'import', str(path), '--into', into], capture_output=True, text=True, timeout=600)
        assert again.returncode == 1 and (not why or why in again.stderr), (path, again)


def check_flipped_bits(folder, into):
    """No damage is taken for data: every byte of an archive counts, or nothing is read from it."""
    whole = bytearray((folder / 'ids.zip').read_bytes())
    for at in range(0, len(whole), max(1, len(whole) // 40)):
        damaged = folder / 'damaged.zip'
        damaged.write_bytes(whole[:at] + bytes([whole[at] ^ 0x55]) + whole[at + 1:])
        done = subprocess.run([PROGRAM, 'list', 'dead-letters', '--store', f'bundle://{damaged}', '--format', 'jsonl'],
                              capture_output=True, text=True, timeout=60)
        assert done.returncode in (0, 1), (at, done)
        assert done.returncode == 1 or len(done.stdout.splitlines()) == 3, (at, done.stdout)


with tempfile.TemporaryDirectory(prefix='portolan-bundle-') as name:
    folder = pathlib.Path(name)
    temporary = folder / 'tmp'
    temporary.mkdir()
    os.environ['TMPDIR'] = str(temporary)
    store, path, odd = make_store(folder)
    whole = folder / 'report.zip'
    line, files = bundle(store, whole)
    check_contents(store, path, odd, line, files)
    assert subprocess.run(['unzip' if shutil.which('unzip') else 'true', '-qt', str(whole)]).returncode == 0
    check_reading(store, whole)
    check_round(folder, store, files, f'sqlite://{folder}/b.db', 'sqlite')
    check_conflicts(folder, store, path)
    check_sets(folder, store)
    check_hostile(folder, {name: data for name, data in files.items() if not name.startswith('charts/')})
    check_flipped_bits(folder, store)
    check_servers(folder, store)
    left = [entry for entry in temporary.iterdir() if not entry.name.startswith('runtime-')] # Qt's own, of the last one
    assert not left, left
print('1 passed, 0 failed')
