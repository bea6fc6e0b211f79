#!/usr/bin/env python3
"""also.py [KILLS]: a receiver that writes into two stores, `--into A --also B`, for each pair of kinds of store: killed at random
moments, with B away for a while (a SQLite file locked by another program, a server that is down), with messages that one of
them refuses. In the end each store has every message once, and nothing waits in the source."""
import sqlite3, threading
from pipeline import *

KILLS = int(sys.argv[1]) if len(sys.argv) > 1 else 6
MESSAGES = 3000


def messages(name, first, count):
    return [json.dumps({'kind': 'message', 'message_number': n, 'content': f'{name} {n}'}).encode() for n in range(first, first + count)]


def command(source, into, also, *more):
    return [PROGRAM, 'receive', '--from', source, '--into', into, '--also', also, *more]


def receive(source, into, also, check=(0,)):
    """Its counts, and those of the second store."""
    run = subprocess.run(command(source, into, also, '--idle-exit', '0.5'), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert run.returncode in check, (run.returncode, run.stderr)
    told = [line for line in run.stderr.splitlines() if 'also into' in line]
    assert len(told) == 1, run.stderr
    numbers = {words[1]: int(words[0]) for words in (part.split()[-2:] for part in told[0].rsplit(': ', 1)[1].split(','))}
    return json.loads(run.stdout.splitlines()[-1]), numbers


def kill_often(source, into, also, chosen):
    for _ in range(KILLS):
        process = subprocess.Popen(command(source, into, also, '--batch', '50'), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(chosen.uniform(0.05, 0.6))
        process.kill()
        process.wait()


def each_once(redis, name, sent, stores):
    for url in stores:
        wrong = differences(ledger(sent), stored(url))
        assert not wrong, (url, wrong)
        run = subprocess.run([PROGRAM, 'list', 'rejects', '--store', url, '--format', 'jsonl'], check=True, stdout=subprocess.PIPE)
        assert not run.stdout.strip(), run.stdout
    assert redis.pending(name) == 0, 'something waits in the source'


def pair(redis, name, into, also, away):
    """`away(True)` takes the second store away, `away(False)` gives it back."""
    chosen = random.Random(name)
    sent = messages(name, 1, MESSAGES)
    redis.add(name, sent)
    source = redis.url(name)
    kill_often(source, into, also, chosen)
    receive(source, into, also)
    each_once(redis, name, sent, (into, also))
    # The second store is away: nothing is acknowledged, and the first keeps what it has.
    more = messages(name, MESSAGES + 1, 500)
    redis.add(name, more)
    away(True)
    process = subprocess.Popen(command(source, into, also, '--idle-exit', '0.5'), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    back = threading.Timer(2, away, [False])
    back.start()
    out, said = process.communicate(timeout=120)
    back.join()
    if process.returncode:  # it could not be opened at all
        out = json.dumps(receive(source, into, also)[0])
    counts = json.loads(out.splitlines()[-1])
    assert counts['stored'] + counts['duplicates'] == 500, (counts, said)
    each_once(redis, name, sent + more, (into, also))
    print(f'{name}: {MESSAGES + 500} messages in both, each once, after {KILLS} kills', flush=True)


def sqlite_lock(path):
    holder = []

    def away(now):
        if now:
            holder.append(sqlite3.connect(path, isolation_level=None, check_same_thread=False))
            holder[0].execute('BEGIN EXCLUSIVE')
        else:
            holder.pop().close()
    return away


def server_down(server):
    return lambda now: server.kill() if now else server.start()


def refused_by_one(redis, folder):
    """A port message has no place in a folder of batch files: a reject there, stored in the database."""
    payload = json.dumps({'kind': 'port_message', 'port_name': 'p', 'source_component': 'a', 'target_component': 'b', 'message_data': {}}).encode()
    redis.add('mixed', messages('mixed', 1, 10) + [payload])
    into, also = f'sqlite://{folder}/mixed.db', f'file://{folder}/mixed'
    counts, others = receive(redis.url('mixed'), into, also, (3,))
    assert counts['stored'] == 11 and counts['rejected'] == 0, counts
    assert others['stored'] == 10 and others['rejected'] == 1, others
    assert redis.pending('mixed') == 0
    print('mixed: what one store refuses is stored in the other', flush=True)


def wrong_use(folder, postgres):
    same = f'sqlite://{folder}/a.db'
    run = subprocess.run(command('demo:?count=1', same, same), stderr=subprocess.PIPE, text=True)
    assert run.returncode == 2 and 'same store' in run.stderr, run
    os.symlink(f'{folder}/one.db', f'{folder}/other.db')
    once = postgres.create('once')
    for into, also in ((f'sqlite://{folder}/one.db', f'sqlite://{folder}/other.db'), (once, once.replace('127.0.0.1', 'localhost'))):
        run = subprocess.run(command('demo:?count=10', into, also, '--idle-exit', '0.5'), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                             text=True)
        assert run.returncode == 2 and 'one store' in run.stderr, run
        assert not sum(stored(into).values()), into


if not shutil.which('redis-server'):
    missing('redis-server')
with tempfile.TemporaryDirectory(prefix='portolan-also-') as folder:
    redis = Redis()
    server = Postgres()
    try:
        pair(redis, 'sqlite-sqlite', f'sqlite://{folder}/a.db', f'sqlite://{folder}/b.db', sqlite_lock(f'{folder}/b.db'))
        pair(redis, 'files-sqlite', f'file://{folder}/c', f'sqlite://{folder}/d.db', sqlite_lock(f'{folder}/d.db'))
        pair(redis, 'sqlite-postgresql', f'sqlite://{folder}/e.db', server.create('second'), server_down(server))
        refused_by_one(redis, folder)
        wrong_use(folder, server)
    finally:
        server.stop()
        redis.stop()
