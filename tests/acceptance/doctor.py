#!/usr/bin/env python3
"""doctor.py: `doctor` on every kind of store, healthy and ailing: a session that another one holds up, a WAL archive that fails, an
index that was cut short, an old schema, a standby whose primary went, jobs that nobody carries on, open rejects. Each is found
with what mends it, by the same rows that `list findings` has; nothing is changed by looking."""
import hashlib, re, sqlite3, threading
from pipeline import *

COLUMNS = ['urgency', 'name', 'subject', 'detail', 'remedy']


def look(store, check):
    run = portolan('doctor', '--store', store, '--format', 'jsonl', check=check)
    rows = [json.loads(line) for line in run.stdout.splitlines()]
    assert all(list(row) == COLUMNS for row in rows), rows
    order = ['now', 'soon', 'note']
    assert [row['urgency'] for row in rows] == sorted((row['urgency'] for row in rows), key=order.index), rows
    isAiling = any(row['urgency'] != 'note' or 'not looked at: ' in row['detail'] for row in rows)
    assert run.returncode == (3 if isAiling else 0), (run.returncode, rows)
    return {row['name']: row for row in rows}


def doctor(store, check=(0, 3)):
    """What is found by the command and by the listing alike; a session may begin to wait between them."""
    end = time.time() + 60
    while True:
        found = look(store, check)
        listed = portolan('list', 'findings', '--store', store, '--format', 'jsonl', '--limit', '0')
        names = {row['name'] for row in map(json.loads, listed.stdout.splitlines())}
        if names == set(found):
            return found
        assert time.time() < end, (names, found)


def unchanged(path, look):
    before = hashlib.sha256(pathlib.Path(path).read_bytes()).hexdigest()
    found = look()
    assert hashlib.sha256(pathlib.Path(path).read_bytes()).hexdigest() == before, 'looking changed the file'
    return found


def files(folder):
    store = f'file://{folder}/files'
    portolan('demo', '--headless', '--count', '20', '--store', store)
    assert set(doctor(store)) <= {'disk', 'gaps-open', 'backups'}
    print('files: healthy', flush=True)


def sqlite(folder):
    path, store = f'{folder}/a.db', f'sqlite://{folder}/a.db'
    portolan('migrate', 'up', '--store', store)
    found = unchanged(path, lambda: doctor(store))
    assert set(found) <= {'disk', 'backups'} and found['backups']['urgency'] == 'note', found
    portolan('backup', '--store', store)
    assert 'backups' not in doctor(store)
    entry = next(pathlib.Path(f'{path}.backups').glob('*.json'))
    entry.write_text(re.sub(r'("verified_at": ?")20\d\d', r'\g<1>2019', entry.read_text()))
    found = doctor(store, (3,))
    assert found['backups']['urgency'] == 'soon' and '2019' in found['backups']['detail'], found
    alerts = {row['name']: row for row in map(json.loads, portolan('alerts', '--store', store, '--format', 'jsonl', check=(3,)).stdout.splitlines())}
    assert alerts['backup-unproved']['state'] == 'firing', alerts
    portolan('verify-backup', json.loads(entry.read_text())['id'], '--store', store)
    assert 'backups' not in doctor(store)
    with contextlib.closing(sqlite3.connect(path)) as db, db:
        db.execute("INSERT INTO portolan_jobs (kind, state, heartbeat_at) VALUES ('replay', 'running', '2020-01-01T00:00:00.000Z')")
        db.execute("INSERT INTO portolan_jobs (kind, state, heartbeat_at) VALUES ('replay', 'running', "
                   "strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))")
    found = unchanged(path, lambda: doctor(store, (3,)))
    assert found['jobs-without-program']['detail'] == 'There are 1.', found
    portolan('migrate', 'down', '1', '--store', store)
    found = doctor(store, (3,))
    assert found['schema']['urgency'] == 'soon' and 'migrate up' in found['schema']['remedy'], found
    print('sqlite: a dead job, an old schema', flush=True)


def blocked(server, store):
    holder = subprocess.Popen([server.bin / 'psql', '-Xq', '-h', server.folder, '-p', str(server.port), '-U', 'postgres', '-d', 'ailing'],
                              stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
    holder.stdin.write("SET application_name = 'the holder';\nBEGIN;\nLOCK TABLE port_messages;\n")
    holder.stdin.flush()
    while server.psql('ailing', "SELECT count(*) FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND granted "
                                "AND relation = 'port_messages'::regclass") != '1':
        time.sleep(0.05)
    waiter = threading.Thread(target=server.psql, args=('ailing', 'SELECT count(*) FROM port_messages'))
    waiter.start()
    end = time.time() + 120
    while 'blocked-sessions' not in (found := doctor(store)):
        assert time.time() < end, found
        time.sleep(0.5)
    pid = server.psql('ailing', "SELECT pid FROM pg_stat_activity WHERE application_name = 'the holder'")
    row = found['blocked-sessions']
    assert f'process {pid} (postgres, the holder' in row['detail'] and f'pg_terminate_backend({pid})' in row['remedy'], row
    server.psql('ailing', row['remedy'].split(': ')[1].rstrip(';'))
    waiter.join()
    holder.kill()
    assert 'blocked-sessions' not in doctor(store)
    print('postgresql: who holds whom up, and the remedy helps', flush=True)


def archive(server, store):
    server.psql('postgres', "ALTER SYSTEM SET archive_command = 'false'")
    server.psql('postgres', 'SELECT pg_reload_conf()')
    assert server.psql('ailing', 'SELECT pg_switch_wal()')
    end = time.time() + 120
    while doctor(store).get('archiving', {}).get('urgency') != 'now':
        assert time.time() < end, doctor(store)
        time.sleep(0.5)
    server.psql('postgres', "ALTER SYSTEM SET archive_command = 'true'")
    server.psql('postgres', 'SELECT pg_reload_conf()')
    server.psql('ailing', 'CHECKPOINT')
    server.psql('ailing', 'SELECT pg_switch_wal()')
    while 'archiving' in doctor(store):
        assert time.time() < end, doctor(store)
        time.sleep(0.5)
    print('postgresql: an archive that fails, and is mended', flush=True)


def index(server, store):
    server.psql('ailing', 'CREATE TABLE twice AS SELECT 1 AS n UNION ALL SELECT 1')
    subprocess.run([server.bin / 'psql', '-Xq', '-h', server.folder, '-p', str(server.port), '-U', 'postgres', '-d', 'ailing', '-c',
                    'CREATE UNIQUE INDEX CONCURRENTLY once ON twice (n)'], stderr=subprocess.DEVNULL)
    assert 'once' in doctor(store, (3,))['invalid-indexes']['subject']
    server.psql('ailing', 'DROP TABLE twice')
    assert 'invalid-indexes' not in doctor(store)
    print('postgresql: an index that serves nobody', flush=True)


def blind(server, store):
    server.psql('ailing', 'CREATE ROLE "b""d" LOGIN')
    found = doctor(store.replace('//postgres@', '//b%22d@'), (3,))
    assert 'permission denied' in found['schema']['detail'] and found['sessions-hidden']['remedy'] == 'GRANT pg_monitor TO "b""d";', found
    server.psql('ailing', found['sessions-hidden']['remedy'])
    assert 'sessions-hidden' not in doctor(store.replace('//postgres@', '//b%22d@'), (3,))
    print('postgresql: a role that may not look', flush=True)


def standby(server, folder):
    data, port = f'{server.folder}/standby', free_port()
    server._run('pg_basebackup', '-h', server.folder, '-p', str(server.port), '-U', 'postgres', '-D', data, '-R')
    server._run('pg_ctl', '-D', data, '-w', '-l', f'{server.folder}/standby.log', '-o',
                f'-p {port} -k {server.folder} -c listen_addresses=127.0.0.1', 'start')
    store = f'postgresql://postgres@127.0.0.1:{port}/ailing'
    try:
        end = time.time() + 120
        while 'standby-lag' in (found := doctor(store)):
            assert time.time() < end, found
            time.sleep(0.5)
        server.kill()
        while 'standby-lag' not in (found := doctor(store)):
            assert time.time() < end, found
            time.sleep(0.5)
        assert found['standby-lag']['urgency'] == 'now', found
    finally:
        server._run('pg_ctl', '-D', data, '-w', '-m', 'immediate', 'stop')
    print('postgresql: a standby whose primary went', flush=True)


with tempfile.TemporaryDirectory(prefix='portolan-doctor-') as folder:
    files(folder)
    sqlite(folder)
    server = Postgres(settings=('archive_mode=on',))
    try:
        store = server.create('ailing')
        portolan('migrate', 'up', '--store', store)
        blocked(server, store)
        archive(server, store)
        index(server, store)
        blind(server, store)
        standby(server, folder)
    finally:
        with contextlib.suppress(subprocess.CalledProcessError):
            server.stop()
        shutil.rmtree(server.folder, ignore_errors=True)
