#!/usr/bin/env python3
"""outages.py [NAME…]: the store's place fails while the receiver runs, and is mended. Within five seconds the receiver
says in words what is wrong; it goes on by itself; nothing is lost or doubled; memory stays bounded. Naive receivers that
meet a full disk or a lock lose messages, which the same oracle sees. A scenario that the machine does not allow is
skipped, saying so."""
import os, shutil
from faultlab import *

MESSAGES = 20_000
MEMORY = 150 << 20


def left_out(name, tool):
    """Says what is skipped for want of a tool, which is a failure where CI=true: everything is installed there."""
    assert os.environ.get('CI') != 'true', f'{name}: there is no {tool} here'
    print(f'{name}: skipped, there is no {tool} here', flush=True)


class Mount:
    """A small tmpfs, or a folder mounted over itself."""

    def __init__(self, folder, *options):
        os.makedirs(folder, exist_ok=True)
        self.folder = folder
        subprocess.run(['mount', *options, folder], check=True, stderr=subprocess.PIPE)

    def again(self, options):
        subprocess.run(['mount', '-o', f'remount,{options}', self.folder], check=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        subprocess.run(['umount', '-l', self.folder], check=True)


def fill(path, leave):
    """A file that takes all space but `leave` bytes."""
    free = os.statvfs(os.path.dirname(path))
    with open(path, 'wb') as f:
        f.write(b'x' * max(0, free.f_bavail * free.f_frsize - leave))


def full_disk(place, redis, stream, messages):
    with Mount(place.folder, '-t', 'tmpfs', '-o', 'size=48m,nr_inodes=40k', 'tmpfs'):
        receiving = Receiving(redis.url(stream), place)
        redis.add(stream, messages[:10])
        receiving.catches_up(redis, stream)
        fill(f'{place.folder}/ballast', 300 << 10)
        redis.add(stream, messages[10:])
        said = receiving.says(r'no space left|disk is full|free space')
        time.sleep(0.5)
        memory = receiving.memory()
        os.unlink(f'{place.folder}/ballast')
        receiving.catches_up(redis, stream)
        receiving.stop()
        return place.verify(ledger(messages)), said, memory


def no_inodes(place, redis, stream, messages):
    with Mount(place.folder, '-t', 'tmpfs', '-o', 'size=96m,nr_inodes=40', 'tmpfs') as mount:
        redis.add(stream, messages)
        receiving = Receiving(redis.url(stream), place)
        said = receiving.says(r'no space left|free space')
        memory = receiving.memory()
        mount.again('nr_inodes=40k')
        receiving.catches_up(redis, stream)
        receiving.stop()
        return place.verify(ledger(messages)), said, memory


def read_only(place, redis, stream, messages):
    with Mount(place.folder, '-t', 'tmpfs', '-o', 'size=96m', 'tmpfs') as mount:
        redis.add(stream, messages[:10])
        receiving = Receiving(redis.url(stream), place)
        receiving.catches_up(redis, stream)
        receiving.stop()
        mount.again('ro')
        receiving = Receiving(redis.url(stream), place)
        said = None
        try:
            said = receiving.says(r'read-only|read only|for reading')
        except AssertionError as error:
            assert 'it ended with' in str(error) and re.search('read-only|read only', receiving.said(), re.I), error
            said = 0.0
        receiving.stop()
        mount.again('rw')
        redis.add(stream, messages[10:])
        receiving = Receiving(redis.url(stream), place)
        receiving.catches_up(redis, stream)
        memory = receiving.memory()
        receiving.stop()
        return place.verify(ledger(messages)), said, memory


def injected(injections, words):
    """A disk that refuses some calls, or is slow; strace counts a thread's calls."""
    def scenario(place, redis, stream, messages):
        calls = ','.join(injection.split(':')[0] for injection in injections.split())
        redis.add(stream, messages[:10])
        receive(redis.url(stream), place.url, '--idle-exit', '0.2')
        receiving = Receiving(redis.url(stream), place, more=('--batch', '100'), wrapper=(
            'strace', '-f', '-qq', '-o', '/dev/null', '-e', f'trace={calls}',
            *(word for injection in injections.split() for word in ('-e', f'inject={injection}'))))
        redis.add(stream, messages[10:])
        said = receiving.says(words, 20) if words else 0.0
        receiving.catches_up(redis, stream, 120)
        memory = receiving.memory()
        receiving.stop()
        return place.verify(ledger(messages)), said, memory
    return scenario


def no_descriptors(place, redis, stream, messages):
    redis.add(stream, messages[:10])
    receiving = Receiving(redis.url(stream), place)
    receiving.catches_up(redis, stream)
    open_now = len(os.listdir(f'/proc/{receiving.process.pid}/fd'))
    subprocess.run(['prlimit', '--pid', str(receiving.process.pid), f'--nofile={open_now}:1024'], check=True)
    redis.add(stream, messages[10:])
    said = receiving.says(r'too many open files|open files|descriptor|unable to open')
    memory = receiving.memory()
    subprocess.run(['prlimit', '--pid', str(receiving.process.pid), '--nofile=1024:1024'], check=True)
    receiving.catches_up(redis, stream)
    receiving.stop()
    return place.verify(ledger(messages)), said, memory


def another_writer(place, redis, stream, messages):
    receiving = Receiving(redis.url(stream), place)
    redis.add(stream, messages[:10])
    receiving.catches_up(redis, stream)
    with contextlib.closing(sqlite3.connect(f'{place.folder}/s.db', isolation_level=None)) as db:
        db.execute('BEGIN IMMEDIATE')
        redis.add(stream, messages[10:])
        said = receiving.says(r'locked|another program|busy|has not answered')
        memory = receiving.memory()
        db.execute('ROLLBACK')
    receiving.catches_up(redis, stream)
    receiving.stop()
    return place.verify(ledger(messages)), said, memory


def wrong_clock(place, redis, stream, messages):
    """The clock of the receiver's machine jumps between runs: two days back, then more than a year ahead."""
    for part, jump in enumerate(('-2d', '+400d', '+0')):
        redis.add(stream, messages[part::3])
        run = subprocess.run(['faketime', '-f', jump, PROGRAM, 'receive', '--from', redis.url(stream), '--into', place.url,
                              '--idle-exit', '0.5'], capture_output=True,
                             env={**os.environ, 'FAKETIME_DONT_FAKE_MONOTONIC': '1'})
        assert run.returncode == 0, run.stderr
    return place.verify(ledger(messages)), 0.0, 0


def with_a_first_part(place, redis, stream, messages):
    """A receiver that has stored ten."""
    receiving = Receiving(redis.url(stream), place)
    redis.add(stream, messages[:10])
    receiving.catches_up(redis, stream)
    return receiving


def server_restarts(place, redis, stream, messages):
    """As in a crash, in the middle of receiving, with half a second away."""
    receiving = with_a_first_part(place, redis, stream, messages)
    redis.add(stream, messages[10:])
    time.sleep(0.1)
    place.server.kill()
    said = receiving.says(r'connection|server')
    memory = receiving.memory()
    place.server.start()
    receiving.catches_up(redis, stream)
    receiving.stop()
    return place.verify(ledger(messages)), said, memory


def sessions_are_ended(place, redis, stream, messages):
    receiving = with_a_first_part(place, redis, stream, messages)
    for at in range(10, len(messages), 250):
        redis.add(stream, messages[at:at + 250])
        place.server.psql('postgres', "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = 'place'")
    receiving.catches_up(redis, stream)
    memory = receiving.memory()
    receiving.stop()
    return place.verify(ledger(messages)), 0.0, memory  # it is back before there is anything to say


def locked_table(server, database, table, seconds):
    """Somebody's transaction that holds the whole table, and holds it already."""
    lock = subprocess.Popen([server.bin / 'psql', '-Xq', '-h', server.folder, '-p', str(server.port), '-U', 'postgres', '-d',
                             database, '-c', 'BEGIN', '-c', f'LOCK TABLE {table}', '-c', f'SELECT pg_sleep({seconds})'],
                            stdout=subprocess.DEVNULL)
    wait_until(lambda: server.psql(database, "SELECT count(*) FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND granted "
                                             f"AND relation = '{table}'::regclass") != '0')
    return lock


def table_is_locked(place, redis, stream, messages):
    receiving = with_a_first_part(place, redis, stream, messages)
    lock = locked_table(place.server, 'place', 'messages', 60 if LONG else 8)
    redis.add(stream, messages[10:])
    said = receiving.says(r'locked|has not answered')
    memory = receiving.memory()
    lock.wait()
    receiving.catches_up(redis, stream)
    receiving.stop()
    return place.verify(ledger(messages)), said, memory


def server_hangs(place, redis, stream, messages):
    receiving = with_a_first_part(place, redis, stream, messages)
    place.server.signal(signal.SIGSTOP)
    redis.add(stream, messages[10:])
    said = receiving.says(r'has not answered|connection')
    memory = receiving.memory()
    place.server.signal(signal.SIGCONT)
    receiving.catches_up(redis, stream)
    receiving.stop()
    return place.verify(ledger(messages)), said, memory


def server_restarts_while_idle(place, redis, stream, messages):
    """Nothing is to be stored when the source asks what is: it has lost its connection, too."""
    receiving = with_a_first_part(place, redis, stream, messages)
    place.server.kill()
    place.server.start()
    redis.command('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes')
    said = receiving.says(r'connection')
    memory = receiving.memory()
    redis.add(stream, messages[10:])
    receiving.catches_up(redis, stream)
    receiving.stop()
    return place.verify(ledger(messages)), said, memory


def naive_on_full_disk(folder, more):
    """It says that there is no space, and goes on with the next batch."""
    with Mount(f'{folder}/small', '-t', 'tmpfs', '-o', 'size=1m', 'tmpfs') as mount:
        path = f'{mount.folder}/lines'
        more('shrug', path, 10)
        fill(f'{mount.folder}/ballast', 16 << 10)
        more('shrug', path, 5000)
        os.unlink(f'{mount.folder}/ballast')
        return more('shrug', path, 10), naive_lines(path)


def naive_before_lock(folder, more):
    path = f'{folder}/lines.db'
    more('locked', path, 10)
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute('BEGIN IMMEDIATE')
        more('locked', path, 100)
        db.execute('ROLLBACK')
        sent = more('locked', path, 10)
        return sent, collections.Counter(row[0] for row in db.execute('SELECT line FROM lines'))


def naive_before_table_lock(folder, more):
    server = Postgres()
    try:
        url = server.create('naive')
        more('server', url, 10)
        lock = locked_table(server, 'naive', 'lines', 2)
        more('server', url, 100)
        lock.wait()
        sent = more('server', url, 10)
        return sent, collections.Counter(server.psql('naive', 'SELECT line FROM lines', text=False).split(b'\n'))
    finally:
        server.stop()


def counter_example(redis, name, scenario):
    """What the naive receiver has stored when all is acknowledged and nothing is in its way any more; the oracle must see
    what it lost. False: skipped."""
    sent = []

    def more(order, target, count):
        added = numbered(f'{name} {len(sent)}', count)
        sent.extend(added)
        redis.add(name, added)
        start_naive(redis, name, target, order, stderr=subprocess.DEVNULL).wait()
        assert redis.pending(name, 'naive') == 0
        return sent

    with tempfile.TemporaryDirectory(prefix='portolan-outage-') as folder:
        try:
            expected, found = scenario(folder, more)
        except subprocess.CalledProcessError as error:
            if error.cmd[0] != 'mount':
                raise
            left_out(name, 'mounting')
            return False
    wrong = differences(collections.Counter(expected), found)
    assert wrong, f'{name}: the naive receiver passed: the test proves nothing'
    print(f'{name}: {wrong}', flush=True)
    return True


NAIVE_SCENARIOS = {
    'naive-full-disk': naive_on_full_disk,
    'naive-another-writer': naive_before_lock,
    'naive-table-locked': naive_before_table_lock,
}
SCENARIOS = {
    'full-disk': (('files', 'sqlite'), full_disk, MESSAGES),
    'no-inodes': (('files',), no_inodes, MESSAGES),
    'read-only': (('files', 'sqlite'), read_only, 2000),
    'sync-fails': (('files', 'sqlite'), injected('fdatasync,fsync,syncfs:error=EIO:when=6..9', 'input/output|the disk (failed|or file system reported)'), 5000),
    'write-fails': (('files', 'sqlite'), injected('pwrite64:error=EIO:when=12..16', 'input/output|the disk (failed|or file system reported)'), 5000),
    # The mark of a group that is stored, the record of the next one, and taking that back: the first of them was acknowledged.
    'mark-fails': (('files',), injected('pwrite64:error=EIO:when=12..13 ftruncate:error=EIO:when=2', 'input/output'), 5000),
    'slow-disk': (('files', 'sqlite'), injected('fdatasync,fsync,syncfs:delay_enter=300000', None), 5000),
    'no-descriptors': (('files',), no_descriptors, 5000),
    'another-writer': (('sqlite',), another_writer, 5000),
    'wrong-clock': (('files', 'sqlite', 'postgresql'), wrong_clock, 300),
    'server-restarts': (('postgresql',), server_restarts, 20_000),
    'restarts-while-idle': (('postgresql',), server_restarts_while_idle, 5000),
    'sessions-ended': (('postgresql',), sessions_are_ended, 5000),
    'table-locked': (('postgresql',), table_is_locked, 5000),
    'server-hangs': (('postgresql',), server_hangs, 5000),
}
NEEDS = {'wrong-clock': 'faketime', 'sync-fails': 'strace', 'write-fails': 'strace', 'mark-fails': 'strace', 'slow-disk': 'strace'}

wanted = sys.argv[1:] or [*NAIVE_SCENARIOS, *SCENARIOS]
passed = skipped = 0
server = None
redis = Redis()
try:
    for name in wanted:
        if name in NAIVE_SCENARIOS:
            done = counter_example(redis, name, NAIVE_SCENARIOS[name])
            passed, skipped = passed + done, skipped + (not done)
            continue
        kinds, scenario, count = SCENARIOS[name]
        if name in NEEDS and not shutil.which(NEEDS[name]):
            left_out(name, NEEDS[name])
            skipped += 1
            continue
        for kind in kinds:
            with tempfile.TemporaryDirectory(prefix='portolan-outage-') as folder:
                if kind == 'postgresql' and not server:
                    server = Postgres()
                if server:
                    server.psql('postgres', 'DROP DATABASE IF EXISTS place WITH (FORCE)')
                place = Place(kind, f'{folder}/place', server)
                os.mkdir(place.folder)
                place.log = f'{folder}/said'
                stream = f'{name}-{kind}'
                try:
                    wrong, said, memory = scenario(place, redis, stream, numbered(stream, count))
                except subprocess.CalledProcessError as error:
                    if error.cmd[0] != 'mount':
                        raise
                    left_out(f'{name}, {kind}', 'mounting')
                    skipped += 1
                    continue
                assert not wrong, f'{name}, {kind}: {wrong}'
                assert memory < MEMORY, f'{name}, {kind}: {memory >> 20} MiB'
                print(f'{name}, {kind}: said so after {said:.1f} s, {memory >> 20} MiB, equal to the ledger', flush=True)
                passed += 1
finally:
    redis.stop()
    if server:
        server.stop()
print(f'{passed} passed, 0 failed' + (f', {skipped} skipped' if skipped else ''))
