#!/usr/bin/env python3
"""backup.py: backups of files, SQLite and PostgreSQL, judged by tar, zstd, sha256sum, sqlite3 and psql: what is in them,
flipped bytes, hostile archives, restores into new places and in the place of a store, and a receiver that writes while backups
are made and continues after a restore."""
import hashlib, io, re, signal, sqlite3, struct, tarfile
from pipeline import *

COLUMNS = ['id', 'created_at', 'kind', 'file', 'rows', 'bytes', 'schema_version', 'verified_at', 'result']


def last_line(run):
    return json.loads(run.stdout.splitlines()[-1])


def back_up(store, *words, check=(0,)):
    made = last_line(portolan('backup', '--store', store, *words, check=check))
    assert list(made) == ['backup', 'file', 'rows', 'bytes', 'verified'] and made['verified'] is True, made
    assert os.path.getsize(made['file']) == made['bytes'] and os.stat(made['file']).st_mode & 0o077 == 0, made
    return made


def backups(store, *words):
    run = portolan('list', 'backups', '--store', store, '--format', 'jsonl', '--limit', '0', *words)
    rows = [json.loads(line) for line in run.stdout.splitlines()]
    assert all(list(row) == COLUMNS for row in rows), rows
    return rows


def checks(file, *words, check=(0,)):
    run = portolan('verify-backup', file, '--format', 'jsonl', *words, check=check)
    rows = [json.loads(line) for line in run.stdout.splitlines()]
    assert all(list(row) == ['name', 'result', 'count', 'detail'] for row in rows), rows
    return {row['name']: row for row in rows}


def unpacked(file, folder):
    """By other programs."""
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    subprocess.run(['zstd', '-tq', file], check=True)
    subprocess.run(['tar', '--zstd', '-xf', file, '-C', folder], check=True)
    subprocess.run(['sha256sum', '-c', '--quiet', 'SHA256SUMS'], check=True, cwd=folder)
    manifest = json.load(open(f'{folder}/manifest.json'))
    assert manifest['data']['sha256sums'] == hashlib.sha256(open(f'{folder}/SHA256SUMS', 'rb').read()).hexdigest()
    return manifest


def leftovers(folder):
    return [str(path) for path in pathlib.Path(folder).rglob('.portolan-*.part')]


def tables_of(path):
    with contextlib.closing(sqlite3.connect(f'file:{path}?mode=ro', uri=True)) as db:
        names = [row[0] for row in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%'")]
        return {name: sorted(map(repr, db.execute(f'SELECT * FROM "{name}"'))) for name in names}


def tree_of(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in pathlib.Path(folder).rglob('*')
            if path.is_file() and path.name not in ('lock', 'index') and 'backups' not in path.parts}


# --- the archive -----------------------------------------------------------------------------------------------------

def sealed(archive, manifest):
    """What the format says that follows an archive."""
    frame = struct.pack('<II', 0x184D2A5B, len(manifest)) + manifest
    head = struct.pack('<II8sq', 0x184D2A5A, 48, b'PORTSEAL', len(archive))
    return archive + frame + head + hashlib.sha256(archive + frame + head).digest()


def made_archive(members, change=lambda manifest: None):
    """A backup made by others: members are TarInfo and bytes."""
    sums = b''.join(hashlib.sha256(data).hexdigest().encode() + b'  ' + info.name.encode() + b'\n' for info, data in members)
    manifest = {'format': 'portolan-backup', 'version': 1, 'id': '0badcafe', 'created_at': '2026-01-01T00:00:00.000Z', 'kind': 'full',
                'store_kind': 'files', 'store': 'file:///x', 'program': 'x', 'tables': {'messages': 0, 'rejects': 0},
                'data': {'files': len(members), 'bytes': sum(len(data) for _, data in members),
                         'sha256sums': hashlib.sha256(sums).hexdigest()}}
    change(manifest)
    text = json.dumps(manifest).encode()
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode='w', format=tarfile.PAX_FORMAT) as tar:
        for info, data in [*members, (tarfile.TarInfo('SHA256SUMS'), sums), (tarfile.TarInfo('manifest.json'), text)]:
            info.size = len(data) if info.isreg() else 0
            tar.addfile(info, io.BytesIO(data))
    return sealed(subprocess.run(['zstd', '-qc'], input=out.getvalue(), stdout=subprocess.PIPE, check=True).stdout, text)


def of_kind(name, kind, target=''):
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    return info


def hostile_archives(folder):
    line = b'[2025-10-16 14:56:05] Message #1: one\n'
    batch = lambda n: (tarfile.TarInfo(f'messages/messages_batch_{n:04d}.txt'), line)
    count = lambda n: lambda manifest: manifest['tables'].update(messages=n)
    good = f'{folder}/good.portolan.tar.zst'
    open(good, 'wb').write(made_archive([batch(1), batch(2)], count(2)))
    assert checks(good)['restored']['result'] == 'ok', 'what the others are changed from is none'
    setuid = tarfile.TarInfo('messages/messages_batch_0001.txt')
    setuid.mode = 0o4755
    bad = {
        'a parent folder': [(tarfile.TarInfo('../outside'), b'x')],
        'a parent in a name': [(tarfile.TarInfo('messages/../../outside'), b'x')],
        'an absolute path': [(tarfile.TarInfo('/tmp/outside'), b'x')],
        'a symbolic link': [(of_kind('messages/messages_batch_0001.txt', tarfile.SYMTYPE, '/etc/passwd'), b'')],
        'a hard link': [batch(1), (of_kind('messages/messages_batch_0002.txt', tarfile.LNKTYPE, 'messages/messages_batch_0001.txt'), b'')],
        'a device': [(of_kind('messages/messages_batch_0001.txt', tarfile.CHRTYPE), b'')],
        'a pipe': [(of_kind('messages/messages_batch_0001.txt', tarfile.FIFOTYPE), b'')],
        'a folder': [(of_kind('messages', tarfile.DIRTYPE), b''), batch(1)],
        'a set-user-id file': [(setuid, line)],
        'a name twice': [batch(1), batch(1)],
        'another order': [batch(2), batch(1)],
        'another file': [batch(1), (tarfile.TarInfo('messages/notes.txt'), b'x')],
        'a lock': [batch(1), (tarfile.TarInfo('.portolan/lock'), b'x')],
        'a log twice': [(tarfile.TarInfo('.portolan/log.1'), b'x'), (tarfile.TarInfo('.portolan/log.1'), b'x')],
    }
    for what, members in bad.items():
        path = f'{folder}/bad.portolan.tar.zst'
        open(path, 'wb').write(made_archive(members, count(len(members))))
        found = checks(path, check=(3,))
        assert list(found) == ['archive'] and found['archive']['result'] == 'found', (what, found)
        into = f'{folder}/into'
        run = portolan('restore', path, '--into', f'file://{into}', check=(1,))
        assert not os.path.exists(f'{into}/example_receiver') and not os.path.exists(f'{folder}/outside'), what
        portolan('list', 'messages', '--store', path, check=(1,))
    for what, change in (('more rows than said', count(3)), ('fewer files than said', lambda m: m['data'].update(files=1)),
                         ('other bytes than said', lambda m: m['data'].update(bytes=1)),
                         ('other sums', lambda m: m['data'].update(sha256sums='0' * 64))):
        path = f'{folder}/lying.portolan.tar.zst'
        open(path, 'wb').write(made_archive([batch(1), batch(2)], lambda m: (count(2)(m), change(m))))
        assert any(row['result'] == 'found' for row in checks(path, check=(3,)).values()), what
    later = f'{folder}/later.portolan.tar.zst'
    open(later, 'wb').write(made_archive([batch(1)], lambda m: m.update(version=3)))
    assert b'later version' in portolan('verify-backup', later, check=(1,)).stderr
    bomb = tarfile.TarInfo('database.sqlite')
    with tempfile.NamedTemporaryFile(dir=folder) as tar:  # 6 GB of nothing
        bomb.size = 6 << 30
        tar.write(bomb.tobuf())
        tar.truncate(len(bomb.tobuf()) + bomb.size + 1024)
        packed = subprocess.run(['zstd', '-qc', tar.name], stdout=subprocess.PIPE, check=True).stdout
        text = json.dumps({'format': 'portolan-backup', 'version': 1, 'id': '0badcafe', 'created_at': '2026-01-01T00:00:00.000Z',
                           'store_kind': 'sqlite', 'data': {'files': 1, 'bytes': 6 << 30, 'sha256sums': ''}}).encode()
        open(f'{folder}/bomb.portolan.tar.zst', 'wb').write(sealed(packed, text))
    found = checks(f'{folder}/bomb.portolan.tar.zst', check=(3,))
    assert 'more than it can' in found['archive']['detail'], found
    print(f'{len(bad)} hostile archives, a bomb, and what lies: refused, nothing written', flush=True)


def flipped_bytes(file, folder):
    whole = open(file, 'rb').read()
    chosen = random.Random(1)
    places = {0, 4, 5, len(whole) - 1, len(whole) - 33, len(whole) - 40, len(whole) - 56} | {chosen.randrange(len(whole)) for _ in range(60)}
    path = f'{folder}/flipped.portolan.tar.zst'
    for place in places:
        flipped = bytearray(whole)
        flipped[place] ^= 1 << chosen.randrange(8)
        open(path, 'wb').write(flipped)
        found = checks(path, check=(3,))
        assert found['archive']['result'] == 'found', place
    for size in (0, 10, len(whole) // 2, len(whole) - 1):
        open(path, 'wb').write(whole[:size])
        assert checks(path, check=(3,))['archive']['result'] == 'found', size
    os.remove(path)
    print(f'{os.path.basename(file)[:20]}…: a flipped bit at {len(places)} places is found', flush=True)


# --- each kind of store ----------------------------------------------------------------------------------------------

def of_sqlite(folder):
    path = f'{folder}/orders.db'
    store = f'sqlite://{path}'
    portolan('demo', '--headless', '--count', '1500', '--store', store)
    made = back_up(store)
    manifest = unpacked(made['file'], f'{folder}/u')
    assert tables_of(f'{folder}/u/database.sqlite') == tables_of(path)
    counts = {name: len(rows) for name, rows in tables_of(path).items() if not re.match('portolan_search(_|$)(?!pending|state)', name)}
    assert counts == manifest['tables'], 'the index of texts is no table of rows'
    assert manifest['store'] == store and manifest['schema_version'] and sum(manifest['tables'].values()) == made['rows']
    assert os.path.dirname(made['file']) == f'{path}.backups'
    found = checks(made['file'])
    assert list(found) == ['archive', 'restored', 'checks'] and all(row['result'] == 'ok' for row in found.values()), found
    flipped_bytes(made['file'], folder)

    # The list, elsewhere, selected.
    elsewhere = back_up(store, '--to', f'{folder}/kept.portolan.tar.zst')
    assert elsewhere['file'] == f'{folder}/kept.portolan.tar.zst'
    portolan('backup', '--store', store, '--to', elsewhere['file'], check=(1,))
    os.mkdir(f'{folder}/there')
    selected = back_up(store, '--to', f'{folder}/there', '--only', 'messages', '--only', 'batches')
    assert sorted(unpacked(selected['file'], f'{folder}/u')['tables']) == ['batches', 'messages', 'portolan_migrations', 'schema_version']
    assert tables_of(f'{folder}/u/database.sqlite')['messages'] == tables_of(path)['messages']
    assert b'no table' in portolan('backup', '--store', store, '--only', 'nothing', check=(2,)).stderr
    listed = backups(store)
    assert [row['id'] for row in listed] == [selected['backup'], elsewhere['backup'], made['backup']], listed
    assert all(row['verified_at'] and row['result'] == 'ok' and row['schema_version'] == manifest['schema_version'] for row in listed)
    assert [row['id'] for row in backups(store, '--filter', 'kind:selected')] == [selected['backup']]
    assert [row['bytes'] for row in backups(store, '--sort', 'bytes')] == sorted(row['bytes'] for row in listed)
    checks('newest', '--store', store)  # of those of everything
    proved = {row['id'] for row in backups(store) if row['verified_at'] not in [one['verified_at'] for one in listed]}
    assert proved == {elsewhere['backup']}, proved
    assert b'no backup of everything' in portolan('verify-backup', 'newest', '--store', f'sqlite://{folder}/other.db', check=(1,)).stderr
    os.remove(elsewhere['file'])
    assert {row['id']: row['result'] for row in backups(store)}[elsewhere['backup']] == 'its file is gone'

    # Proved against the store, by its id; told in the audit when that is asked for.
    portolan('import', series_file(folder, 'art', 20), '--into', store)
    found = checks(made['backup'], '--store', store, '--record', '--reason', 'weekly')
    assert 'messages' in found['live']['detail'] or found['live']['count'] > 0, found
    audit = [json.loads(line) for line in portolan('list', 'audit', '--store', store, '--filter', 'subject_kind:backup').stdout.splitlines()]
    assert [(row['action'], row['subject_id'], row['reason']) for row in audit] == [('verify backup', made['backup'], 'weekly')], audit
    certificate = audit[0]['after_image']
    assert set(certificate) == {'result', 'age_seconds', 'milliseconds', 'differences'} and certificate['result'] == 'ok', certificate
    assert certificate['differences'] == found['live']['count'] and 0 <= certificate['age_seconds'] < 3600 and certificate['milliseconds'] > 0, certificate

    # Into a new place; not into one that holds data.
    new = f'sqlite://{folder}/new.db'
    done = last_line(portolan('restore', made['file'], '--into', new))
    assert done['restored'] == made['backup'] and done['kept'] is None, done
    before, after = tables_of(path), tables_of(f'{folder}/new.db')
    assert before['messages'] == after['messages'] and before['port_messages'] == after['port_messages']
    run = portolan('restore', made['file'], '--into', new, check=(2,))
    assert b'--replace' in run.stderr, run
    only = f'sqlite://{folder}/only.db'
    portolan('restore', made['file'], '--into', only, '--only', 'messages')
    assert tables_of(f'{folder}/only.db')['messages'] == after['messages'] and 'port_messages' not in tables_of(f'{folder}/only.db')
    assert b'another kind' in portolan('restore', made['file'], '--into', f'file://{folder}/f', check=(2,)).stderr

    # In its place: asks for the name and a reason, keeps what was there.
    for words in ((), ('--confirm', 'orders'), ('--confirm', 'Orders', '--reason', 'x'), ('--reason', 'x')):
        run = portolan('restore', made['backup'], '--into', store, '--replace', *words, check=(2,))
    now = tables_of(path)
    done = last_line(portolan('restore', made['backup'], '--into', store, '--replace', '--confirm', 'orders', '--reason', 'drill'))
    assert tables_of(path)['messages'] == after['messages']
    audit = [json.loads(line) for line in portolan('list', 'audit', '--store', store, '--filter', 'action:restore').stdout.splitlines()]
    assert [(row['subject_id'], row['reason']) for row in audit] == [(made['backup'], 'drill')], audit
    kept = [row for row in backups(store) if row['kind'] == 'replaced']
    assert [row['file'] for row in kept] == [done['kept']], kept
    portolan('restore', kept[0]['file'], '--into', f'sqlite://{folder}/was.db')
    was = tables_of(f'{folder}/was.db')
    assert all(was[table] == now[table] for table in now if table != 'portolan_audit')

    # Others have it open, and are not harmed.
    with contextlib.closing(sqlite3.connect(path)) as other:
        other.execute('SELECT count(*) FROM messages').fetchone()
        run = portolan('restore', made['backup'], '--into', store, '--replace', '--confirm', 'orders', '--reason', 'x', check=(1,))
        assert b'has it open' in run.stderr, run.stderr
        assert other.execute('PRAGMA integrity_check').fetchone() == ('ok',)
        assert other.execute('PRAGMA journal_mode').fetchone() == ('wal',)

    # By a symbolic link, which stays one.
    os.symlink(path, f'{folder}/link.db')
    portolan('restore', made['file'], '--into', f'sqlite://{folder}/link.db', '--replace', '--confirm', 'link', '--reason', 'x')
    assert os.path.islink(f'{folder}/link.db') and tables_of(path)['messages'] == after['messages']

    # As a store that is read.
    rows = portolan('list', 'messages', '--store', made['file'], '--limit', '0', '--format', 'jsonl').stdout.splitlines()
    assert len(rows) == len(after['messages'])
    assert b'for reading' in portolan('mark', '--production', 'x', '--reason', 'x', '--store', made['file'], check=(1,)).stderr

    # Another program's database.
    with contextlib.closing(sqlite3.connect(f'{folder}/theirs.db')) as db:
        db.executescript('CREATE TABLE "odd name" (a, b); INSERT INTO "odd name" VALUES (1, x\'00ff\'), (NULL, 2.5)')
    theirs = back_up(f'sqlite://{folder}/theirs.db')
    portolan('restore', theirs['file'], '--into', f'sqlite://{folder}/theirs2.db')
    assert tables_of(f'{folder}/theirs2.db') == tables_of(f'{folder}/theirs.db')
    portolan('backup', '--store', f'sqlite://{folder}/none.db', check=(1,))
    assert not os.path.exists(f'{folder}/none.db.backups')
    assert not leftovers(folder)
    print('SQLite: backed up, listed, proved, restored', flush=True)


def of_files(folder):
    data = f'{folder}/data'
    store, service = f'file://{data}', pathlib.Path(data, 'example_receiver')
    portolan('demo', '--headless', '--count', '700', '--store', store)
    bad = f'{folder}/bad.jsonl'
    open(bad, 'w').write('{"kind":"message","message_number":"x"}\n')
    portolan('import', bad, '--into', store, check=(0, 3))
    made = back_up(store)
    manifest = unpacked(made['file'], f'{folder}/u')
    assert tree_of(f'{folder}/u/messages') == tree_of(service / 'messages')
    assert tree_of(f'{folder}/u/.portolan') == tree_of(service / '.portolan')
    assert manifest['tables'] == {'messages': sum(stored(store).values()), 'rejects': 1} and manifest['store_kind'] == 'files', manifest
    assert b'no tables' in portolan('backup', '--store', store, '--only', 'messages', check=(2,)).stderr
    found = checks(made['backup'], '--store', store)
    assert list(found) == ['archive', 'restored', 'checks', 'live'] and all(row['result'] == 'ok' for row in found.values()), found
    assert found['live']['count'] == 0, found
    flipped_bytes(made['file'], folder)

    new = f'file://{folder}/new'
    portolan('restore', made['file'], '--into', new)
    assert tree_of(f'{folder}/new/example_receiver') == tree_of(service)
    assert stored(new) == stored(store)
    portolan('restore', made['file'], '--into', new, check=(2,))
    assert stored(made['file']) == stored(store)

    # In its place, with the list of backups.
    first = stored(store)
    portolan('demo', '--headless', '--count', '55', '--store', store)
    more = stored(store)
    assert more != first
    portolan('restore', made['backup'], '--into', store, '--replace', check=(2,))
    done = last_line(portolan('restore', made['backup'], '--into', store, '--replace', '--confirm', 'data', '--reason', 'drill'))
    assert stored(store) == first
    assert [row['kind'] for row in backups(store)] == ['replaced', 'full'] and os.path.exists(done['kept'])
    assert all(row['result'] == 'ok' for row in backups(store))
    portolan('restore', done['kept'], '--into', f'file://{folder}/was')
    assert stored(f'file://{folder}/was') == more
    os.symlink(data, f'{folder}/link')
    portolan('restore', done['kept'], '--into', f'file://{folder}/link', '--replace', '--confirm', 'link', '--reason', 'x')
    assert os.path.islink(f'{folder}/link') and stored(store) == more
    (service / 'notes').write_text('mine')
    assert b'notes' in portolan('restore', made['backup'], '--into', store, '--replace', '--confirm', 'data', '--reason', 'x', check=(1,)).stderr
    portolan('backup', '--store', f'file://{folder}/none', check=(1,))
    assert not os.path.exists(f'{folder}/none')
    assert not leftovers(folder)
    print('files: backed up, listed, proved, restored', flush=True)


def dumped(server, database, *words):
    """As pg_dump writes it, without words of chance, what a restore adds, and the checks of which PostgreSQL writes out what
    it once read in other words (ANY of an array of varchar)."""
    text = subprocess.run([server.bin / 'pg_dump', '--no-owner', *words, server.url(database)], check=True, stdout=subprocess.PIPE,
                          text=True).stdout
    return [line for line in text.splitlines() if not line.startswith(('\\restrict', '\\unrestrict')) and 'portolan_audit_id_seq' not in line
            and not re.search(r'CHECK .*ANY .*character varying', line)]


def same(one, other):
    import difflib
    assert one == other, '\n'.join(list(difflib.unified_diff(one, other, lineterm='', n=0))[:40])


def of_server(server, folder):
    databases = lambda: server.psql('postgres', "SELECT string_agg(datname, ' ' ORDER BY datname) FROM pg_database WHERE NOT datistemplate")
    store = server.create('orders')
    portolan('demo', '--headless', '--count', '1500', '--store', store)
    made = back_up(store)
    manifest = unpacked(made['file'], f'{folder}/u')
    assert made['file'].startswith(f'{os.environ["XDG_DATA_HOME"]}/portolan/backups/orders'), made
    for table, rows in manifest['tables'].items():
        assert int(server.psql('orders', f'SELECT count(*) FROM "{table}"')) == rows, table
    subprocess.run([server.bin / 'pg_restore', '--file=/dev/null', f'{folder}/u/database.dump'], check=True)
    assert 'read whole' in checks(made['file'])['restored']['detail']
    found = checks(made['backup'], '--store', store)
    assert 'database of its own' in found['restored']['detail'] and found['live']['count'] == 0, found
    assert databases() == 'orders postgres', databases()
    assert [row['id'] for row in backups(store)] == [made['backup']]
    only = back_up(store, '--only', 'messages')
    assert sorted(unpacked(only['file'], f'{folder}/u')['tables']) == ['messages', 'portolan_migrations', 'schema_version']
    assert b'no table' in portolan('backup', '--store', store, '--only', 'nothing', check=(2,)).stderr

    # Into an empty database; not into one that holds data.
    fresh = server.create('fresh')
    portolan('restore', made['file'], '--into', fresh, '--reason', 'drill')
    without_audit = ('--exclude-table-data=portolan_audit*',)
    same(dumped(server, 'fresh', *without_audit, '--no-privileges', '--no-comments'),
         dumped(server, 'orders', *without_audit, '--no-privileges', '--no-comments'))
    verified = {row['name']: row for row in map(json.loads, portolan('verify', '--store', fresh, '--format', 'jsonl', check=(0, 3))
                                                .stdout.splitlines())}
    assert verified['schema']['result'] == 'ok', verified['schema']
    audit = [json.loads(line) for line in portolan('list', 'audit', '--store', fresh, '--filter', 'action:restore').stdout.splitlines()]
    assert [(row['subject_id'], row['reason']) for row in audit] == [(made['backup'], 'drill')], audit
    assert b'--replace' in portolan('restore', made['file'], '--into', fresh, check=(2,)).stderr
    assert b'only a server' in portolan('list', 'messages', '--store', made['file'], check=(1,)).stderr

    # In the place of one.
    server.psql('orders', "UPDATE messages SET content = 'changed'; GRANT SELECT ON messages TO PUBLIC")
    before = dumped(server, 'orders')
    portolan('restore', made['backup'], '--into', store, '--replace', check=(2,))
    replace = ('restore', made['backup'], '--into', store, '--replace', '--confirm', 'orders', '--reason', 'drill')
    other = subprocess.Popen([server.bin / 'psql', '-Xq', store], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
    end = time.time() + 60
    while server.psql('postgres', "SELECT count(*) FROM pg_stat_activity WHERE datname = 'orders'") == '0' and time.time() < end:
        time.sleep(0.05)
    run = portolan(*replace, check=(1,))
    assert b'connected to it' in run.stderr, run.stderr
    other.communicate(b'')
    assert dumped(server, 'orders') == before and databases() == 'fresh orders postgres', databases()
    done = last_line(portolan(*replace))
    same(dumped(server, 'orders', *without_audit, '--no-privileges', '--no-comments'),
         dumped(server, 'fresh', *without_audit, '--no-privileges', '--no-comments'))
    assert databases() == 'fresh orders postgres', databases()
    kept = [row for row in backups(store) if row['kind'] == 'replaced']
    assert [row['file'] for row in kept] == [done['kept']] and kept[0]['result'] == 'ok', kept
    was = server.create('was')
    portolan('restore', kept[0]['id'], '--into', was)  # the id is of another store's list
    assert server.psql('was', "SELECT count(*) FROM messages WHERE content <> 'changed'") == '0'

    # What a killed program left there is taken away, what one that lives has is not.
    server.psql('postgres', 'CREATE DATABASE portolan_restore_00000001')
    server.psql('postgres', 'CREATE DATABASE portolan_restore_00000002')
    living = subprocess.Popen([server.bin / 'psql', '-XAtq', server.url('postgres')], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    living.stdin.write("SELECT pg_advisory_lock(hashtext('portolan_restore_00000002')); SELECT 'has it';\n")
    living.stdin.flush()
    while living.stdout.readline() != 'has it\n':
        pass
    checks(made['file'], '--store', store)
    assert 'portolan_restore_00000001' not in databases() and 'portolan_restore_00000002' in databases(), databases()
    living.communicate('')
    server.psql('postgres', 'DROP DATABASE portolan_restore_00000002')

    # Another program's database, and a role that may make none.
    server.create('theirs')
    server.psql('theirs', "CREATE TABLE \"odd name\" (a int, b text); INSERT INTO \"odd name\" VALUES (1, E'x\\ty'), (NULL, ''); "
                          'CREATE ROLE plain LOGIN; GRANT SELECT ON ALL TABLES IN SCHEMA public TO plain')
    theirs = back_up(server.url('theirs').replace('postgres@', 'plain@'), check=(3,))
    server.create('theirs2')
    portolan('restore', theirs['file'], '--into', server.url('theirs2'))
    assert server.psql('theirs2', 'SELECT * FROM "odd name"') == server.psql('theirs', 'SELECT * FROM "odd name"')
    assert not leftovers(folder) and not leftovers(os.environ['XDG_DATA_HOME'])
    print('PostgreSQL: backed up, listed, proved, restored', flush=True)


# --- with a receiver -------------------------------------------------------------------------------------------------

def while_receiving(redis, folder, kind):
    """Backups of a store that is written to: each holds a beginning of the stream, and what came after is stored again, once."""
    store = f'file://{folder}/live' if kind == 'files' else f'sqlite://{folder}/live.db'
    stream = f'live-{kind}'
    payloads = [json.dumps({'kind': 'message', 'message_number': i + 1, 'content': f'{stream} {i}'}).encode() for i in range(12000)]
    redis.add(stream, payloads[:2000])
    portolan('receive', '--from', redis.url(stream), '--into', store, '--idle-exit', '0.3')
    receiver = subprocess.Popen([PROGRAM, 'receive', '--from', redis.url(stream), '--into', store, '--batch', '7'],
                                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    made = []
    try:
        for at in range(2000, 12000, 1000):
            redis.add(stream, payloads[at:at + 1000])
            facts = lambda: dict(zip(*[iter(redis.command('XINFO', 'GROUPS', stream)[0])] * 2))
            known = facts()
            acknowledged = known[b'entries-read'] - known[b'pending']
            made.append((acknowledged, back_up(store)))
        end = time.time() + 120
        while facts()[b'lag'] or facts()[b'pending']:
            assert receiver.poll() is None and time.time() < end, 'the receiver does not go on'
            time.sleep(0.05)
    finally:
        receiver.send_signal(signal.SIGTERM)
        receiver.wait()
    everything = ledger(payloads)
    assert not differences(everything, stored(store))
    sizes = set()
    for number, (acknowledged, backup) in enumerate(made):
        place = f'{folder}/restored{number}'
        into = f'file://{place}' if kind == 'files' else f'sqlite://{place}.db'
        portolan('restore', backup['file'], '--into', into)
        found = stored(into)
        count = sum(found.values())
        assert not differences(ledger(payloads[:count]), found), f'backup {number} is no beginning of the stream'
        assert count >= acknowledged, f'backup {number}: {acknowledged} were acknowledged before, and {count} are in it'
        assert checks(backup['file'])['checks']['count'] in (0, 1, 2), number
        sizes.add(count)
        # A group that reads all of the stream: what is there is there once.
        counts = receive(redis.url(stream, f'again{number}'), into, '--idle-exit', '0.5', check=(0, 3))
        assert counts['stored'] == len(payloads) - count and counts['duplicates'] == count and counts['gaps'] == 0, (number, count, counts)
        assert not differences(everything, stored(into)), number
        verified = {row['name']: row for row in map(json.loads, portolan('verify', '--store', into, '--format', 'jsonl', check=(0, 3))
                                                    .stdout.splitlines())}
        if kind == 'files':
            assert verified['acknowledged']['result'] == 'ok', verified
    assert len(sizes) > 3, f'the receiver did not write meanwhile: {sizes}'
    assert not leftovers(folder)
    print(f'{kind}: {len(made)} backups while a receiver wrote: {sorted(sizes)} messages, each once after redelivery', flush=True)


def interrupted(folder):
    """Ctrl+C: 130, and nothing is left."""
    path = f'{folder}/large.db'
    with contextlib.closing(sqlite3.connect(path)) as db:
        db.executescript('CREATE TABLE big (id INTEGER PRIMARY KEY, t BLOB); WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60000) '
                         'INSERT INTO big SELECT i, randomblob(2000) FROM n')
    stopped = 0
    for delay in (0, 0.1, 0.25, 0.5, 0.8):
        run = subprocess.Popen([PROGRAM, 'backup', '--store', f'sqlite://{path}'], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        interrupt(run, delay)
        out, err = run.communicate()
        assert run.returncode in (0, 130), (run.returncode, err)
        stopped += run.returncode == 130
        if run.returncode == 130:
            assert out == b'', out
    listed = backups(f'sqlite://{path}')
    assert stopped and len(listed) == 5 - stopped and not leftovers(folder), (stopped, listed, leftovers(folder))
    print(f'interrupted {stopped} times: 130, nothing left', flush=True)


if __name__ == '__main__':
    only = sys.argv[1:]  # parts by name
    for tool in ('zstd', 'tar', 'sha256sum', 'redis-server'):
        if not shutil.which(tool):
            missing(tool)
    with tempfile.TemporaryDirectory(prefix='portolan-backup-') as top:
        os.environ['XDG_DATA_HOME'] = f'{top}/home'
        for number, part in enumerate((of_sqlite, of_files, hostile_archives, interrupted)):
            if only and part.__name__ not in only:
                continue
            os.mkdir(f'{top}/{number}')
            part(f'{top}/{number}')
        server = Postgres(settings=('fsync=off',))
        try:
            os.mkdir(f'{top}/server')
            of_server(server, f'{top}/server')
        finally:
            server.stop()
        redis = Redis()
        try:
            for kind in ('files', 'sqlite'):
                os.mkdir(f'{top}/{kind}')
                while_receiving(redis, f'{top}/{kind}', kind)
        finally:
            redis.stop()
    print('1 passed, 0 failed')
