#!/usr/bin/env python3
"""kill.py [random|syscalls]: kill -9 at random instants, and at every system call of a short run; the receiver is
started again each time. Nothing acknowledged is lost, nothing doubled, no line torn, in every kind of store (random:
PostgreSQL too, whose server crashes as well). The naive receiver fails the same test. PORTOLAN_LONG=1 takes 100 instants and every call; else a part of them."""
from faultlab import *

# Every call that a run makes and that touches files, the network or waiting; not the loader's and the allocator's.
UNRELATED = {'mmap', 'munmap', 'mprotect', 'madvise', 'brk', 'execve', 'arch_prctl', 'set_tid_address', 'rseq', 'exit_group'}


def at_random_instants(redis, kind, kills, rng, server=None):
    with tempfile.TemporaryDirectory(prefix='portolan-kill-') as folder:
        place = Place(kind, folder, server)
        stream = f'random-{kind}'
        sent = []
        for i in range(kills):
            more = numbered(f'{kind} {i}', rng.choice((1, 30, 500, 3000)))
            redis.add(stream, more)
            sent += more
            process = start_receiver(redis.url(stream), place, '--batch', str(rng.choice((1, 10, 200, 1000))))
            time.sleep(rng.uniform(0.02, 0.35))
            if server and i % 3 == 2:
                server.restart()  # as in a crash: every connection is cut, wherever it is
                time.sleep(rng.uniform(0, 0.2))
            kill(process)
        receive(redis.url(stream), place.url, '--idle-exit', '1')
        wrong = place.verify(ledger(sent))
        assert not wrong, f'{kind}: {wrong}'
        assert redis.pending(stream) == 0
        print(f'{kind}: {kills} random kills, {len(sent)} messages: equal to the ledger', flush=True)


def traced(redis, place, stream, *options):
    """A short run under strace: 30 messages, seven a commit."""
    redis.add(stream, numbered(stream, 30))
    process = start_receiver(redis.url(stream), place, '--batch', '7', '--idle-exit', '0.05',
                             wrapper=('strace', '-f', '-qq', *options))
    code = process.wait()
    kill(process)
    return code


def calls_of_a_run(redis, kind):
    with tempfile.TemporaryDirectory(prefix='portolan-kill-') as folder:
        assert traced(redis, Place(kind, folder), f'{kind}-counted', '-c', '-o', f'{folder}/counts') == 0
        rows = [line.split() for line in open(f'{folder}/counts')]
    counts = {row[-1]: int(row[3]) for row in rows if len(row) in (5, 6) and row[3].isdigit() and row[-1] != 'total'}
    return {call: n for call, n in counts.items() if call not in UNRELATED}


def at_system_calls(redis, kind, most):
    """`most` points for each kind of call, evenly spread over its occurrences."""
    points = 0
    for call, count in sorted(calls_of_a_run(redis, kind).items()):
        for nth in range(1, count + 1, max(1, count // most)):
            with tempfile.TemporaryDirectory(prefix='portolan-kill-') as folder:
                place = Place(kind, folder)
                stream = f'{kind}-{call}-{nth}'
                points += traced(redis, place, stream, '-o', '/dev/null', '-e', f'trace={call}',
                                 '-e', f'inject={call}:signal=SIGKILL:when={nth}') != 0
                receive(redis.url(stream), place.url, '--idle-exit', '0.05')
                wrong = place.verify(ledger(numbered(stream, 30)))
                assert not wrong, f'{kind}: killed at {call} no. {nth}: {wrong}'
                assert redis.pending(stream) == 0, f'{kind}: killed at {call} no. {nth}: not all acknowledged'
                redis.command('DEL', stream)
    assert points > 20, f'only {points} kill points: nothing was tested'
    print(f'{kind}: killed at {points} system calls of a short run: equal to the ledger each time', flush=True)


def naive_fails(redis, rng):
    """The oracle must see what acknowledging first loses: killed until it does, 300 times at most."""
    with tempfile.TemporaryDirectory(prefix='portolan-naive-') as folder:
        sent, path = [], f'{folder}/lines'
        for kills in range(1, 301):
            more = numbered(f'naive {kills}', 3000)
            redis.add('naive', more)
            sent += more
            process = subprocess.Popen([sys.executable, NAIVE, str(redis.port), 'naive', path, 'ack-first'], start_new_session=True)
            time.sleep(rng.uniform(0.06, 0.3))
            kill(process)
            if kills % 20:
                continue
            subprocess.run([sys.executable, NAIVE, str(redis.port), 'naive', path, 'ack-first'], check=True)
            wrong = differences(collections.Counter(sent), collections.Counter(open(path, 'rb').read().split(b'\n')[:-1]))
            if wrong:
                print(f'naive (acknowledges first), {kills} kills: {wrong}', flush=True)
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
            at_random_instants(redis, 'postgresql', 100 if LONG else 20, random.Random(seed), postgres)
        finally:
            postgres.stop()
    if which in ('syscalls', 'both'):
        for kind in ('files', 'sqlite'):
            at_system_calls(redis, kind, 10_000 if LONG else 2)
finally:
    redis.stop()
print('1 passed, 0 failed')
