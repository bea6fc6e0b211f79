#!/usr/bin/env python3
"""kill.py [random|syscalls|list]: kill -9 at random instants, and at every system call of a short run; the receiver is
started again each time; `list` does both with a Redis list. Nothing acknowledged is lost, nothing doubled, no line torn,
in every kind of store (random: PostgreSQL too, whose server crashes as well). The naive receiver fails the same test.
PORTOLAN_LONG=1 takes 100 instants and every call; else a part of them."""
from faultlab import *

# Every call that a run makes and that touches files, the network or waiting; not the loader's and the allocator's.
UNRELATED = {'mmap', 'munmap', 'mprotect', 'madvise', 'brk', 'execve', 'arch_prctl', 'set_tid_address', 'rseq', 'exit_group'}


class Stream:
    add = staticmethod(lambda redis, name, payloads: redis.add(name, payloads))
    url = staticmethod(lambda redis, name: redis.url(name))
    left = staticmethod(lambda redis, name: redis.pending(name))


class List:
    @staticmethod
    def add(redis, name, payloads):
        for at in range(0, len(payloads), 500):
            redis.command('RPUSH', name, *payloads[at:at + 500])

    url = staticmethod(lambda redis, name: f'redis://127.0.0.1:{redis.port}/0?list={name}&consumer=c')
    left = staticmethod(lambda redis, name: redis.command('LLEN', name) + redis.command('HLEN', '{%s}:portolan:claims:c' % name))


def at_random_instants(redis, kind, kills, rng, source=Stream, server=None):
    with tempfile.TemporaryDirectory(prefix='portolan-kill-') as folder:
        place = Place(kind, folder, server)
        stream = f'random-{kind}-{source.__name__}'
        sent = []
        for i in range(kills):
            more = numbered(f'{kind} {i}', rng.choice((1, 30, 500, 3000)))
            source.add(redis, stream, more)
            sent += more
            process = start_receiver(source.url(redis, stream), place, '--batch', str(rng.choice((1, 10, 200, 1000))))
            time.sleep(rng.uniform(0.02, 0.35))
            if server and i % 3 == 2:
                server.restart()  # as in a crash: every connection is cut, wherever it is
                time.sleep(rng.uniform(0, 0.2))
            kill(process)
        receive(source.url(redis, stream), place.url, '--idle-exit', '1')
        wrong = place.verify(ledger(sent))
        assert not wrong, f'{kind}: {wrong}'
        assert source.left(redis, stream) == 0
        print(f'{source.__name__} into {kind}: {kills} random kills, {len(sent)} messages: equal to the ledger', flush=True)


def traced(redis, place, stream, source, *options):
    """A short run under strace: 30 messages, seven a commit."""
    source.add(redis, stream, numbered(stream, 30))
    process = start_receiver(source.url(redis, stream), place, '--batch', '7', '--idle-exit', '0.05',
                             wrapper=('strace', '-f', '-qq', *options))
    code = process.wait()
    kill(process)
    return code


def calls_of_a_run(redis, kind, source):
    with tempfile.TemporaryDirectory(prefix='portolan-kill-') as folder:
        assert traced(redis, Place(kind, folder), f'{kind}-{source.__name__}-counted', source, '-c', '-o', f'{folder}/counts') == 0
        rows = [line.split() for line in open(f'{folder}/counts')]
    counts = {row[-1]: int(row[3]) for row in rows if len(row) in (5, 6) and row[3].isdigit() and row[-1] != 'total'}
    return {call: n for call, n in counts.items() if call not in UNRELATED}


def at_system_calls(redis, kind, most, source=Stream):
    """`most` points for each kind of call, evenly spread over its occurrences."""
    points = 0
    for call, count in sorted(calls_of_a_run(redis, kind, source).items()):
        for nth in range(1, count + 1, max(1, count // most)):
            with tempfile.TemporaryDirectory(prefix='portolan-kill-') as folder:
                place = Place(kind, folder)
                stream = f'{kind}-{source.__name__}-{call}-{nth}'
                points += traced(redis, place, stream, source, '-o', '/dev/null', '-e', f'trace={call}',
                                 '-e', f'inject={call}:signal=SIGKILL:when={nth}') != 0
                receive(source.url(redis, stream), place.url, '--idle-exit', '0.05')
                wrong = place.verify(ledger(numbered(stream, 30)))
                assert not wrong, f'{kind}: killed at {call} no. {nth}: {wrong}'
                assert source.left(redis, stream) == 0, f'{kind}: killed at {call} no. {nth}: not all acknowledged'
                redis.command('DEL', stream)
    assert points > 20, f'only {points} kill points: nothing was tested'
    print(f'{source.__name__} into {kind}: killed at {points} system calls of a short run: equal to the ledger each time', flush=True)


def naive_fails(redis, rng, order='ack-first'):
    """The oracle must see what acknowledging first, or a plain LPOP, loses: killed until it does, 300 times at most."""
    with tempfile.TemporaryDirectory(prefix='portolan-naive-') as folder:
        sent, path, written = [], f'{folder}/lines', 0
        for kills in range(1, 301):
            more = numbered(f'naive {kills}', 3000)
            (List if order == 'pop' else Stream).add(redis, f'naive-{order}', more)
            sent += more
            process = subprocess.Popen([sys.executable, NAIVE, str(redis.port), f'naive-{order}', path, order], start_new_session=True)
            while process.poll() is None and (os.path.getsize(path) if os.path.exists(path) else 0) == written:
                time.sleep(0.001)  # it has not begun to work
            time.sleep(rng.uniform(0, 0.02))
            kill(process)
            written = os.path.getsize(path)
            if kills % 5:
                continue
            subprocess.run([sys.executable, NAIVE, str(redis.port), f'naive-{order}', path, order], check=True)
            wrong = differences(collections.Counter(sent), collections.Counter(open(path, 'rb').read().split(b'\n')[:-1]))
            written = os.path.getsize(path)
            if wrong:
                print(f'naive ({order}), {kills} kills: {wrong}', flush=True)
                return
        assert False, 'the naive receiver passed: the test proves nothing'


which = sys.argv[1] if len(sys.argv) > 1 else 'both'
seed = int(os.environ.get('PORTOLAN_SEED', '1'))
redis = Redis()
try:
    if which in ('random', 'both'):
        naive_fails(redis, random.Random(seed))
        for kind in ('files', 'sqlite'):
            at_random_instants(redis, kind, 100 if LONG else 20, random.Random(seed))
        postgres = Postgres()
        try:
            at_random_instants(redis, 'postgresql', 100 if LONG else 20, random.Random(seed), server=postgres)
        finally:
            postgres.stop()
    if which in ('syscalls', 'both'):
        for kind in ('files', 'sqlite'):
            at_system_calls(redis, kind, 10_000 if LONG else 2)
    if which in ('list', 'both'):
        naive_fails(redis, random.Random(seed), 'pop')
        for kind in ('files', 'sqlite'):
            at_random_instants(redis, kind, 100 if LONG else 15, random.Random(seed), List)
            at_system_calls(redis, kind, 10_000 if LONG else 2, List)
finally:
    redis.stop()
print('1 passed, 0 failed')
