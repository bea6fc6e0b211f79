#!/usr/bin/env python3
"""guide.py: what the guide's chapters "moving" and "recovery" say is done to the letter, their places alone replaced: a store moves
to a server and both are written for a while; a backup is restored where the disk is gone; a server with the archive that the
chapter sets goes back to the second before the wrong rows. Both languages have the same commands."""
import re, shlex, signal
from pipeline import *

GUIDE = ROOT / 'resources' / 'guide'
SERVER, REDIS, FILE = 'postgresql://ops@db.example/pipeline', 'redis://localhost:6379', 'orders.portolan.tar.zst'


def chapter(name, language='en'):
    return (GUIDE / language / f'{name}.md').read_text()


def commands(text):
    return [line for block in re.findall(r'```\n(.*?)```', text, re.S) for line in block.splitlines() if line.startswith('portolan ')]


def span(text, begin):
    """The text between back quotes that begins so."""
    found = re.findall(r'`(' + re.escape(begin) + r'[^`]*)`', text)
    assert len(found) == 1, (begin, found)
    return found[0]


def run(line, folder, places, right=(0,)):
    for place, there in places.items():
        line = line.replace(place, there)
    done = subprocess.run([PROGRAM, *shlex.split(line)[1:]], cwd=folder, capture_output=True, text=True)
    assert done.returncode in right, f'{line} ended with {done.returncode}: {done.stderr[-1500:]}'
    print(f'{done.returncode}  {line[:110]}', flush=True)
    return done.stdout


def receive_for_a_while(line, folder, places, store, more):
    for place, there in places.items():
        line = line.replace(place, there)
    before = sum(stored(store).values())
    process = subprocess.Popen([PROGRAM, *shlex.split(line)[1:]], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    end = time.time() + 120
    while sum(stored(store).values()) < before + more:
        assert time.time() < end and process.poll() is None, process.stderr.read()
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=120)
    print(f'{process.returncode}  {line[:110]}', flush=True)


def messages(first, count):
    return [json.dumps({'kind': 'message', 'message_number': n, 'content': f'order {n}'}).encode() for n in range(first, first + count)]


def moving(folder, redis, server):
    places = {SERVER: server.create('pipeline'), REDIS: f'redis://127.0.0.1:{redis.port}'}
    redis.add('orders', messages(1, 300))
    receive(redis.url('orders'), f'sqlite://{folder}/orders.db', '--idle-exit', '0.3')
    for line in commands(chapter('moving')):
        if ' receive ' in line:
            redis.add('orders', messages(301, 50))
            receive_for_a_while(line, folder, places, places[SERVER], 50)
        else:
            run(line, folder, places, (0, 3) if ' verify ' in line or '--dry-run' in line else (0,))
    assert sum(stored(places[SERVER]).values()) == 350


def recovery(folder, server):
    """The disk is gone: nothing but the file is there."""
    portolan('backup', '--store', f'{folder}/orders.db', '--to', f'{folder}/{FILE}')
    os.rename(f'{folder}/orders.db', f'{folder}/gone.db')
    for line in commands(chapter('recovery')):
        run(line, folder, {SERVER: server.url('pipeline')}, (0, 3) if ' verify ' in line or ' doctor ' in line else (0,))
    run('portolan compare gone.db orders.db', folder, {})


def to_the_second(server):
    text = chapter('recovery')
    archive, base = f'{server.folder}/wal', f'{server.folder}/base'
    places = {'/mnt/wal': archive, '/mnt/base': base}

    def placed(begin):
        line = span(text, begin)
        for place, there in places.items():
            line = line.replace(place, there)
        return line

    os.mkdir(archive)
    if os.getuid() == 0:
        shutil.chown(archive, 'postgres', 'postgres')
    with open(f'{server.data}/postgresql.conf', 'a') as file:
        file.write('\n'.join(['', placed('archive_mode'), placed('archive_command'), '']))
    server.restart('fast')
    store = server.create('timed')
    portolan('migrate', 'up', '--store', store)
    server.psql('timed', 'CREATE TABLE kept (n int)')
    words = shlex.split(placed('pg_basebackup'))
    server._run(words[0], *words[1:], '-h', server.folder, '-p', str(server.port), '-U', 'postgres')
    server.psql('timed', 'INSERT INTO kept SELECT generate_series(1, 100)')
    moment = server.psql('timed', 'SELECT clock_timestamp()')
    time.sleep(1)
    server.psql('timed', 'DELETE FROM kept')  # by mistake
    segment = server.psql('timed', 'SELECT pg_walfile_name(pg_switch_wal())')
    end = time.time() + 120
    while server.psql('timed', f"SELECT coalesce(last_archived_wal, '') >= '{segment}' FROM pg_stat_archiver") != 't':
        assert time.time() < end, 'nothing is archived'
        time.sleep(0.1)
    server.kill()
    shutil.rmtree(server.data)
    os.rename(base, server.data)
    with open(f'{server.data}/postgresql.conf', 'a') as file:
        file.write('\n'.join(['', placed('restore_command'),
                              re.sub("'.*'", f"'{moment}'", placed('recovery_target_time')), placed('recovery_target_action'), '']))
    signal_file = pathlib.Path(server.data) / span(text, 'recovery.signal')
    signal_file.touch()
    if os.getuid() == 0:
        shutil.chown(signal_file, 'postgres', 'postgres')
    try:
        server.start()
    except subprocess.CalledProcessError:
        print(pathlib.Path(f'{server.folder}/log').read_text()[-2000:], flush=True)
        raise
    end = time.time() + 120
    while server.psql('timed', 'SELECT pg_is_in_recovery()') != 'f':
        assert time.time() < end
        time.sleep(0.1)
    assert server.psql('timed', 'SELECT count(*) FROM kept') == '100'
    portolan('verify', '--store', store, check=(0, 3))
    print('0  to the second: the rows are back', flush=True)


for name in ('moving', 'recovery'):
    spans = {language: re.findall(r'`([^`\n]*[a-z_]+ ?=[^`]*|pg_basebackup[^`]*|redis-cli[^`]*)`', chapter(name, language)) for language in ('en', 'de')}
    assert spans['en'] == spans['de'], spans
    assert commands(chapter(name)) == commands(chapter(name, 'de')), name
if not shutil.which('redis-server'):
    missing('redis-server')
with tempfile.TemporaryDirectory(prefix='portolan-guide-') as folder:
    redis, server = Redis(), Postgres()
    try:
        moving(folder, redis, server)
        recovery(folder, server)
        to_the_second(server)
    finally:
        redis.stop()
        server.stop()
