#!/usr/bin/env python3
"""readme.py: every command of the README's block "Use it" is run as it stands, its places alone replaced (a store with what it
speaks of, a Redis, a server), and does what it is there for. A line that is no command, or one that ends otherwise than it
should, fails; so a README that has fallen behind is noticed."""
import re, shlex, signal, sqlite3, tempfile
from pipeline import *

# Words that may end with 3: something may be found, or left out.
MAY_FIND = {'receive', 'replay', 'discard', 'verify', 'alerts', 'import', 'export', 'heal', 'undo'}
DIED = {'orders.in': 'connection refused', 'mail.out': 'mailbox full'}
MODEL = {'name': 'kpi', 'table': 'analytics_data.kpi',
         'definition': {'columns': [{'name': 'week', 'type': 'TEXT', 'not_null': True}, {'name': 'figure', 'type': 'REAL'}], 'primary_key': ['week']}}
PLACES = ('/var/lib/orders.db', 'redis://localhost:6379', 'postgresql://portolan@db/orders', '0823fbb95da8997e')


def commands(text):
    block = re.search(r'## Use it\n```\n(.*?)```', text, re.S).group(1)
    lines = [line.split('   #')[0].strip() for line in block.splitlines() if line.strip()]
    assert len(lines) > 20 and all(line.split()[0] == 'portolan' for line in lines), lines
    return lines


def prepared(folder):
    """A store with everything that the README speaks of: the sample's records, dead letters of a port, a group, a checkpoint."""
    path = f'{folder}/orders.db'
    portolan('receive', '--from', 'demo:?rate=0&count=3000&seed=7', '--into', f'sqlite://{path}', check=(0, 3))
    letters = [json.dumps({'kind': 'port_message', 'port_name': port, 'source_component': 'shop', 'target_component': 'billing',
                           'message_data': {'order': {'id': 100 + i}}}) for port in DIED for i in range(40)]
    file = pathlib.Path(folder) / 'letters.jsonl'
    file.write_text('\n'.join(letters))
    portolan('import', str(file), '--into', f'sqlite://{path}')
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as db:
        for port, error in DIED.items():
            db.execute("UPDATE port_messages SET status = 'dead_letter', retry_count = max_retries, error_message = ?, "
                       "processed_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now') WHERE port_name = ?", (error, port))
    (pathlib.Path(folder) / 'oven.csv').write_text('time,value\n' + ''.join(f'2026-11-01T00:{i:02}:00Z,{i / 2}\n' for i in range(60)))
    (pathlib.Path(folder) / 'kpi.json').write_text(json.dumps(MODEL))
    (pathlib.Path(folder) / 'database.yaml').write_text(f'production:\n  database_type: sqlite\n  database_name: {path}\n')
    return path


def lasts(words):
    """Commands that go on until they are stopped, and the window."""
    return words[1:2] == ['receive'] and not words[words.index('--from') + 1].startswith('rejects:')


def is_window(words):
    return len(words) == 1 or words[1] == 'demo' or '://' in words[1] or words[1].endswith('.zip')


def run(words, folder, env):
    """Its exit code; what lasts is interrupted when it has stored something, a window leaves a picture."""
    if is_window(words):
        done = subprocess.run([PROGRAM, *words[1:], '--picture', f'{folder}/window.png'], cwd=folder, capture_output=True, timeout=600,
                              env={**env, 'QT_QPA_PLATFORM': 'offscreen'})
        assert pathlib.Path(f'{folder}/window.png').stat().st_size > 1000, done.stderr.decode()
        os.unlink(f'{folder}/window.png')
        return done.returncode, done
    if not lasts(words):
        done = subprocess.run([PROGRAM, *words[1:]], cwd=folder, capture_output=True, timeout=600, env=env)
        return done.returncode, done
    store, before = words[words.index('--into') + 1], stored(words[words.index('--into') + 1])
    process = subprocess.Popen([PROGRAM, *words[1:]], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env)
    end = time.time() + 120
    while stored(store) == before and process.poll() is None:
        assert time.time() < end, f'{words} stores nothing'
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=300)
    assert json.loads(out.splitlines()[-1])['stored'] > 0, out
    return process.returncode, subprocess.CompletedProcess(words, process.returncode, out, err)


redis, server = Redis(), Postgres(settings=('fsync=off',))
folder = tempfile.mkdtemp(prefix='portolan-readme-')
try:
    path = prepared(folder)
    server.create('orders')
    server.psql('postgres', 'CREATE ROLE portolan LOGIN; GRANT ALL ON DATABASE orders TO portolan; ALTER DATABASE orders OWNER TO portolan')
    env = {**os.environ, 'PATH': f'{pathlib.Path(PROGRAM).parent}:{os.environ["PATH"]}'}
    lines, met = commands((ROOT / 'README.md').read_text()), set()
    for line in lines:
        group = json.loads(portolan('list', 'dead-letter-groups', '--store', f'sqlite://{path}', '--limit', '1').stdout or b'{}').get('fingerprint')
        places = dict(zip(PLACES, (path, f'redis://127.0.0.1:{redis.port}', f'postgresql://portolan@127.0.0.1:{server.port}/orders', group or '')))
        if 'stream=orders' in line and 'receive' in line:
            redis.add('orders', [b'an order #%d' % i for i in range(50)])
        if 'messages' in line and 'migrate' in line:
            portolan('migrate', 'up', '--store', server.url('orders'))
        assert group or PLACES[3] not in line, 'no group is left for it'
        met |= {place for place in places if place in line}
        for place, there in places.items():
            line = line.replace(place, there)
        words = shlex.split(line)
        code, done = run(words, folder, env)
        right = {0, 130} if lasts(words) else {0, 3} if words[1:2] and words[1] in MAY_FIND else {0}
        assert code in right, f'{line} ended with {code}: {done.stderr.decode()[-1500:]}'
        print(f'{code}  {line[:110]}', flush=True)
    assert met == set(PLACES), f'no command names {set(PLACES) - met} any more: take it out here'
finally:
    redis.stop()
    server.stop()
    shutil.rmtree(folder, ignore_errors=True)
print(f'{len(lines)} passed, 0 failed')
