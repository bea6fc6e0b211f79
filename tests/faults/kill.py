#!/usr/bin/env python3
"""kill.py [random|syscalls|list [KIND…]]: kill -9 at random instants, and at every kill point of a short run; the
receiver is started again each time; `list` does both with a Redis list. Nothing acknowledged is lost, nothing doubled, no
line torn, in every kind of store (random: PostgreSQL's server crashes as well). The naive receivers fail the same tests.
PORTOLAN_LONG=1 takes 200 instants and every kill point (PORTOLAN_STEP=N: every Nth); else a part of them."""
from concurrent.futures import ThreadPoolExecutor
from faultlab import *

RANDOM_KILLS = instants(8)
POINTS = None if LONG else 24  # of a short run; None: every call
SHORT_RUN = 30


def at_random_instants(redis, kind, source, rng, server):
    with tempfile.TemporaryDirectory(prefix='portolan-kill-') as folder:
        place = Place(kind, folder, server)
        stream = f'random-{kind}-{source.__name__}'
        sent = []
        for i in range(RANDOM_KILLS):
            more = numbered(f'{kind} {i}', rng.choice((1, 30, 500, 3000)))
            source.add(redis, stream, more)
            sent += more
            process = start_receiver(source.url(redis, stream), place, '--batch', str(rng.choice((1, 10, 200, 1000))))
            time.sleep(rng.uniform(0.02, 0.35))
            if kind == 'postgresql' and i % 3 == 2:
                server.restart()  # as in a crash: every connection is cut, wherever it is
                time.sleep(rng.uniform(0, 0.2))
            kill(process)
        receive(source.url(redis, stream), place.url, '--idle-exit', '1')
        wrong = place.verify(ledger(sent))
        assert not wrong, f'{kind}: {wrong}'
        assert source.left(redis, stream) == 0
        place.remove()
        print(f'{source.__name__} into {kind}: {RANDOM_KILLS} random kills, {len(sent)} messages: equal to the ledger', flush=True)


class ShortRun:
    """Thirty messages, seven a commit, from a source of their own into a store of their own, killed at its nth call and
    then finished. A PostgreSQL store begins with its tables there."""

    def __init__(self, port, kind, source, server, nth):
        self.redis, self.kind, self.source, self.server, self.nth = RedisClient(port), kind, source, server, nth
        self.name = f'at_{nth}'

    def go(self):
        with contextlib.closing(self.redis.connection), tempfile.TemporaryDirectory(prefix='portolan-kill-') as folder:
            place = Place(self.kind, folder, self.server, self.name, 'made')
            sent = numbered(self.name, SHORT_RUN)
            self.source.add(self.redis, self.name, sent)
            url = self.source.url(self.redis, self.name)
            killed = killed_at(self.nth, [PROGRAM, 'receive', '--from', url, '--into', place.url, '--batch', '7', '--idle-exit', '0.05'])
            receive(url, place.url, '--idle-exit', '0.05')
            wrong = place.verify(ledger(sent))
            assert not wrong, f'{self.kind}: killed at point {self.nth} (call {killed[2]}): {wrong}'
            assert self.source.left(self.redis, self.name) == 0, f'{self.kind}: killed at point {self.nth}: not all acknowledged'
            self.redis.command('DEL', self.name)
            place.remove()
            return killed


def at_system_calls(redis, kind, source, server):
    began = time.time()
    run = lambda nth: ShortRun(redis.port, kind, source, server, nth).go()
    killed, count, _ = run(0)
    assert not killed
    with ThreadPoolExecutor(AT_ONCE) as pool:
        ends = list(pool.map(run, range(1, count + 1, max(1, count // POINTS) if POINTS else STEP)))
    points = [last for killed, _, last in ends if killed]
    # How many calls a run makes depends on who waits for whom: the last of a longer one are in none of the others.
    assert len(points) > len(ends) // 2, f'only {len(points)} of {len(ends)} kill points: nothing was tested'
    print(f'{source.__name__} into {kind}: killed at {len(points)} of {count} kill points of a short run, {len(set(points))} '
          f'kinds of them: equal to the ledger each time ({(time.time() - began) / len(ends):.2f} s a point)', flush=True)


def naive_fails_at_random(redis, rng, order):
    """The oracle must see what acknowledging first, or a plain LPOP, loses: killed until it does, 300 times at most."""
    with tempfile.TemporaryDirectory(prefix='portolan-naive-') as folder:
        sent, path, written, name = [], f'{folder}/lines', 0, f'naive-{order}'
        for kills in range(1, 301):
            more = numbered(f'naive {kills}', 3000)
            (List if order == 'pop' else Stream).add(redis, name, more)
            sent += more
            process = start_naive(redis, name, path, order)
            while process.poll() is None and (os.path.getsize(path) if os.path.exists(path) else 0) == written:
                time.sleep(0.001)  # it has not begun to work
            time.sleep(rng.uniform(0, 0.02))
            kill(process)
            written = os.path.getsize(path)
            if kills % 5:
                continue
            start_naive(redis, name, path, order).wait()
            wrong = differences(collections.Counter(sent), naive_lines(path))
            written = os.path.getsize(path)
            if wrong:
                print(f'naive ({order}), {kills} random kills: {wrong}', flush=True)
                return
        assert False, 'the naive receiver passed: the test proves nothing'


def naive_fails_at_a_call(redis, order):
    """The same short run, killed at call after call from its end on."""
    def run(nth):
        with tempfile.TemporaryDirectory(prefix='portolan-naive-') as folder:
            name, path = f'naive-{order}-{nth}', f'{folder}/lines'
            sent = numbered(name, SHORT_RUN)
            (List if order == 'pop' else Stream).add(redis, name, sent)
            killed, count, _ = killed_at(nth, [sys.executable, NAIVE, str(redis.port), name, path, order])
            start_naive(redis, name, path, order).wait()
            return differences(collections.Counter(sent), naive_lines(path)), count

    wrong, count = run(0)
    assert not wrong, wrong
    for nth in range(count, 0, -1):
        wrong, _ = run(nth)
        if wrong:
            print(f'naive ({order}), killed at call {nth} of {count}: {wrong}', flush=True)
            return
    assert False, 'the naive receiver passed: the test proves nothing'


which = sys.argv[1] if len(sys.argv) > 1 else 'both'
kinds = sys.argv[2:] or KINDS
source, order = (List, 'pop') if which == 'list' else (Stream, 'ack-first')
with contextlib.ExitStack() as stack:
    redis = Redis()
    stack.callback(redis.stop)
    server = None
    if 'postgresql' in kinds:
        server = Postgres()
        stack.callback(server.stop)
    if which != 'syscalls':
        naive_fails_at_random(redis, random.Random(SEED), order)
        for kind in kinds:
            at_random_instants(redis, kind, source, random.Random(SEED), server)
    if which != 'random':
        naive_fails_at_a_call(redis, order)
        if server:  # what is killed is the receiver: a server that need not sync is the faster one
            for setting in ('fsync', 'full_page_writes', 'autovacuum'):
                server.psql('postgres', f'ALTER SYSTEM SET {setting} = off')
            server.restart('fast')
            portolan('migrate', 'up', '--store', server.create('made'))
        for kind in kinds:
            at_system_calls(redis, kind, source, server)
print('1 passed, 0 failed')
