#!/usr/bin/env python3
"""soak.py [SECONDS [RATE [CSV]]]: RATE (2,000) messages a second for SECONDS (20; PORTOLAN_LONG=1: an hour) from one stream
into batch files, SQLite and PostgreSQL, a receiver each, and as many from a list into SQLite, with a fault every minute in
turn. At the end every store holds each message once, and the three receivers that ran all the time have flat memory,
descriptors and threads. Every sample is a line of CSV.

Message n is made of n, so that the ledger is one byte a message. "Flat": over the last three quarters of the time the
straight line through the memory rises by what growth_allowed() says at most; descriptors and threads differ by SPREAD at
most. Moments of a fault, and some seconds after, are not counted: queues fill, connections are made anew."""
import hashlib, re, threading
from faultlab import *

SECONDS = float(sys.argv[1]) if len(sys.argv) > 1 else 3600 if LONG else 20
RATE = int(sys.argv[2]) if len(sys.argv) > 2 else 2000
CSV = sys.argv[3] if len(sys.argv) > 3 else f'{tempfile.gettempdir()}/portolan-soak.csv'
FAULT_EVERY = min(60.0, SECONDS / 9)
FAULT_TAKES = FAULT_EVERY / 12  # what is held or stopped is so for that long
RECOVERY = FAULT_EVERY / 4      # after a fault, not counted
SAMPLE_EVERY = min(10.0, SECONDS / 60)
SPREAD = 3                      # descriptors, threads
REDIS_MEMORY = 256 << 20        # bytes; what is acknowledged is trimmed
PART = 100                      # messages of one transaction


def growth_allowed(seconds):
    """KiB over the last three quarters. The promise is 1 MiB an hour after the first; within an hour the allocator still
    finds its size, and in a run of minutes the first outage of each sort falls into the counted time."""
    return 4096 if seconds >= 1800 else 24 * 1024


def content(n):
    return b'soak message number %d %s' % (n, hashlib.blake2b(b'%d' % n, digest_size=8).hexdigest().encode())


def number_of(text):
    return int(text.split(b' ', 4)[3])


class Producer(threading.Thread):
    """Adds the same numbers to the stream and the list, each part in one transaction together with how far it came: after a
    lost connection the server says what it has."""

    def __init__(self, port):
        super().__init__(daemon=True)
        self.port, self.sent, self.lost, self.error, self.ending = port, 0, 0, None, threading.Event()

    def run(self):
        try:
            began, redis = time.monotonic(), None
            while not self.ending.is_set():
                due = int((time.monotonic() - began) * RATE)
                if redis and self.sent + PART > due:
                    time.sleep(0.01)
                    continue
                try:
                    redis = redis or self.connected()
                    while self.sent + PART <= due:
                        self.add(redis, self.sent + 1)
                except (OSError, RuntimeError):  # the server was killed, loads its data, or cut us: faults of this test
                    redis, self.lost = None, self.lost + 1
                    time.sleep(0.05)
        except BaseException as error:
            self.error = error
            raise

    def connected(self):
        redis = RedisClient(self.port)
        self.sent = int(redis.command('GET', 'sent') or 0)
        return redis

    def add(self, redis, first):
        part = [content(n) for n in range(first, first + PART)]
        redis.send([('MULTI',), *[('XADD', 'soak', '*', 'payload', p) for p in part], ('RPUSH', 'soak-list', *part),
                    ('SET', 'sent', first + PART - 1), ('EXEC',)])
        self.sent = first + PART - 1

    def end(self):
        """Lets the last part be known for certain."""
        self.ending.set()
        self.join()
        assert not self.error, f'the producer failed: {self.error}'
        self.connected()


class Soaked:
    """A receiver, and what is seen of it."""

    def __init__(self, name, source, place, log):
        self.name, self.source, self.place, self.log, self.samples, self.starts = name, source, place, log, [], 0
        self.start()

    def start(self):
        with open(self.log, 'ab') as log:
            self.process = start_receiver(self.source, self.place, stderr=log)
        self.starts += 1

    def look(self, at, disturbed):
        assert self.process.poll() is None, f'{self.name} ended with {self.process.returncode}: {self.last_words()}'
        with open(f'/proc/{self.process.pid}/status') as status:
            text = status.read()
        memory, threads = (int(re.search(rf'{what}:\s+(\d+)', text).group(1)) for what in ('VmRSS', 'Threads'))
        self.samples.append((at, disturbed, memory, len(os.listdir(f'/proc/{self.process.pid}/fd')), threads))

    def last_words(self):
        with open(self.log, 'rb') as log:
            return log.read()[-1000:].decode(errors='replace')

    def end(self):
        self.process.send_signal(signal.SIGINT)
        code = self.process.wait(60)
        assert code == 130, f'{self.name} ended with {code}: {self.last_words()}'


def slope(points):
    """KiB a second of the straight line nearest to (second, KiB)."""
    mean_x, mean_y = (sum(values) / len(points) for values in zip(*points))
    return sum((x - mean_x) * (y - mean_y) for x, y in points) / sum((x - mean_x) ** 2 for x, _ in points)


def unflat(kind, samples, seconds):
    """Empty, or what is not flat in samples of (second, disturbed, KiB, descriptors, threads); and the facts for the table."""
    calm = [s for s in samples if not s[1] and s[0] >= seconds / 4]
    enough = 10 if seconds >= 60 else 5  # a short run beside others on a busy machine takes fewer
    assert len(calm) >= enough, f'{len(calm)} calm samples are too few to tell anything'
    rises = slope([(s[0], s[2]) for s in calm])
    growth = rises * seconds * 3 / 4
    spreads = [max(s[i] for s in calm) - min(s[i] for s in calm) for i in (3, 4)]
    wrong = [f'memory grew by {growth:.0f} KiB, not {growth_allowed(seconds):.0f}'] * (growth > growth_allowed(seconds))
    wrong += [f'{spread} {what} more or less' for spread, what in zip(spreads, ('descriptors', 'threads')) if spread > SPREAD]
    between = lambda i: [f(s[i] for s in calm) for f in (min, max)]
    return '; '.join(wrong), {'rises': rises * 3600 / 1024, 'first': calm[0], 'last': calm[-1], 'descriptors': between(3), 'threads': between(4)}


def contents(place):
    """Every stored message, read by another program."""
    if place.kind == 'files':
        for path in sorted(pathlib.Path(place.folder, 'data/example_receiver/messages').iterdir()):
            for line in path.read_bytes().splitlines():
                yield line.split(b': ', 1)[1]
    elif place.kind == 'sqlite':
        with contextlib.closing(sqlite3.connect(f'file:{place.folder}/s.db?mode=ro', uri=True)) as db:
            db.text_factory = bytes
            yield from (row[0] for row in db.execute('SELECT content FROM messages'))
            assert db.execute('PRAGMA integrity_check').fetchone()[0] == b'ok'
    else:
        reading = subprocess.Popen([place.server.bin / 'psql', '-Xq', place.url, '-c', 'COPY messages (content) TO STDOUT'],
                                   stdout=subprocess.PIPE)
        yield from (line[:-1] for line in reading.stdout)
        assert reading.wait() == 0


def counted(found, sent):
    """How often each number is there (255: as often or more); nothing but what was sent."""
    counts = bytearray(sent + 1)
    for text in found:
        n = number_of(text)
        assert 1 <= n <= sent and text == content(n), f'never sent: {text!r}'
        counts[n] = min(counts[n] + 1, 255)
    return counts


def unequal(counts):
    """Empty, or what is wrong with how often each number is there."""
    missing = counts.count(0, 1)
    twice = len(counts) - 1 - missing - counts.count(1, 1)
    return f'{missing} missing, {twice} more than once' if missing or twice else ''


class Faults:
    """Each is a function that returns when what it did is over."""

    def __init__(self, redis, server, receivers):
        self.redis, self.server, self.receivers = redis, server, receivers
        self.turn = [self.redis_stopped, self.postgresql_restarted, self.stores_locked, self.redis_killed, self.connections_cut,
                     self.sessions_ended, self.receiver_killed]

    def redis_stopped(self):
        self.redis.process.send_signal(signal.SIGSTOP)
        time.sleep(FAULT_TAKES)
        self.redis.process.send_signal(signal.SIGCONT)

    def redis_killed(self):
        self.redis.process.kill()
        self.redis.process.wait()
        self.redis.start()

    def connections_cut(self):
        self.redis.command('CLIENT', 'KILL', 'TYPE', 'normal')  # all but this one

    def stores_locked(self):
        with contextlib.ExitStack() as stack:
            for receiver in self.receivers:
                if receiver.place.kind == 'sqlite':
                    db = sqlite3.connect(f'{receiver.place.folder}/s.db', timeout=30, isolation_level=None)
                    stack.callback(db.close)
                    db.execute('BEGIN IMMEDIATE')
            self.server.psql('place', f'BEGIN; LOCK TABLE messages; SELECT pg_sleep({FAULT_TAKES})')

    def postgresql_restarted(self):
        self.server.restart()

    def sessions_ended(self):
        self.server.psql('postgres', "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = 'place'")

    def receiver_killed(self):
        """That of the list: the others are watched."""
        kill(self.receivers[-1].process)
        time.sleep(FAULT_TAKES / 2)
        self.receivers[-1].start()


def trim(redis):
    """Forgets what every group has acknowledged: what is before the first that is pending, or the last that was read."""
    kept = []
    for group in redis.command('XINFO', 'GROUPS', 'soak'):
        facts = dict(zip(group[::2], group[1::2]))
        summary = redis.command('XPENDING', 'soak', facts[b'name'])
        kept.append(summary[1] or facts[b'last-delivered-id'])
    redis.command('XTRIM', 'soak', 'MINID', min(kept, key=lambda i: tuple(map(int, i.split(b'-')))))


def everything_is_acknowledged(redis):
    """By the ids: the lag that Redis tells is not exact once entries were trimmed."""
    stream, *groups = (dict(zip(facts[::2], facts[1::2])) for facts in (
        redis.command('XINFO', 'STREAM', 'soak'), *redis.command('XINFO', 'GROUPS', 'soak')))
    read = all(g[b'last-delivered-id'] == stream[b'last-generated-id'] and g[b'pending'] == 0 for g in groups)
    return read and List.left(redis, 'soak-list') == 0


class Watch:
    """The hour itself: samples, trims, and lets a fault happen when it is due."""

    def __init__(self, redis, receivers, faults, producer, csv):
        self.redis, self.receivers, self.faults, self.producer, self.csv = redis, receivers, faults, producer, csv
        self.most_memory, self.longest, self.done, self.until = 0, 0, collections.Counter(), 0.0

    def sample(self, at):
        disturbed = at < self.until
        memory = int(re.search(rb'used_memory:(\d+)', self.redis.command('INFO', 'memory')).group(1))
        length = self.redis.command('XLEN', 'soak')
        self.most_memory, self.longest = max(self.most_memory, memory), max(self.longest, length)
        for receiver in self.receivers:
            receiver.look(at, disturbed)
            self.csv.write(','.join(map(str, (round(at, 1), receiver.name, *receiver.samples[-1][2:], int(disturbed), self.producer.sent, length, memory))) + '\n')
        self.csv.flush()

    def run(self):
        began, sample, fault = time.monotonic(), 0.0, FAULT_EVERY
        while (at := time.monotonic() - began) < SECONDS:
            assert not self.producer.error, f'the producer failed: {self.producer.error}'
            if at >= sample:
                self.sample(at)
                sample += SAMPLE_EVERY
            if at >= fault and at + FAULT_TAKES + RECOVERY < SECONDS:
                happens = self.faults.turn[sum(self.done.values()) % len(self.faults.turn)]
                happens()
                self.done[happens.__name__] += 1
                self.until = time.monotonic() - began + RECOVERY
                fault += FAULT_EVERY
            trim(self.redis)
            time.sleep(min(0.25, SAMPLE_EVERY / 2))


def table(rows):
    widths = [max(map(len, column)) for column in zip(*rows)]
    return '\n'.join('  '.join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in rows)


def verdict(receivers, watched, producer):
    """Prints the table; what is wrong."""
    wrong, rows = [], [('receiver', 'messages', 'starts', 'KiB first', 'KiB last', 'MiB/h', 'descriptors', 'threads', 'outcome')]
    for receiver in receivers:
        counts = counted(contents(receiver.place), producer.sent)
        found = [unequal(counts)]
        # The oracle must see one too few and one too many; the measure, a receiver that leaks.
        for odd in (0, 2):
            assert unequal(counts[:1] + bytes([odd]) + counts[2:]), 'the check cannot fail'
        row = ['-'] * 5
        if receiver in watched:
            unsteady, facts = unflat(receiver.place.kind, receiver.samples, SECONDS)
            leak = 2 * growth_allowed(SECONDS) / SECONDS
            leaking = [(at, disturbed, leak * at, *rest) for at, disturbed, _, *rest in receiver.samples]
            assert 'memory grew' in unflat(receiver.place.kind, leaking, SECONDS)[0], 'the measure cannot fail'
            found.append(unsteady)
            row = [str(facts['first'][2]), str(facts['last'][2]), f'{facts["rises"]:.2f}', *(
                '{}–{}'.format(*facts[what]) for what in ('descriptors', 'threads'))]
        found = [f for f in found if f]
        rows.append((receiver.name, str(sum(counts)), str(receiver.starts), *row, '; '.join(found) or 'equal to the ledger, flat'))
        wrong += [f'{receiver.name}: {f}' for f in found]
    print(table(rows), flush=True)
    return wrong


with contextlib.ExitStack() as stack:
    folder = stack.enter_context(tempfile.TemporaryDirectory(prefix='portolan-soak-'))
    redis, server = Redis(persist=True), Postgres()
    stack.callback(server.stop)
    stack.callback(redis.stop)
    receivers = []
    stack.callback(lambda: [kill(r.process) for r in receivers])
    for kind in KINDS:
        os.mkdir(f'{folder}/{kind}')
        place = Place(kind, f'{folder}/{kind}', server)
        receivers.append(Soaked(kind, redis.url('soak', kind), place, f'{folder}/{kind}.log'))
    watched = receivers[:]
    os.mkdir(f'{folder}/list')
    place = Place('sqlite', f'{folder}/list')
    receivers.append(Soaked('list into sqlite', List.url(redis, 'soak-list'), place, f'{folder}/list.log'))
    for receiver in receivers:
        wait_until(receiver.place.is_made)
    wait_until(lambda: redis.command('EXISTS', 'soak') and len(redis.command('XINFO', 'GROUPS', 'soak')) == len(KINDS), words='no groups')
    producer = Producer(redis.port)
    producer.start()
    with open(CSV, 'w') as csv:
        csv.write('seconds,receiver,memory_kib,descriptors,threads,disturbed,sent,stream_length,redis_bytes\n')
        watch = Watch(redis, receivers, Faults(redis, server, receivers), producer, csv)
        watch.run()
    producer.end()
    began = time.monotonic()
    wait_until(lambda: everything_is_acknowledged(redis), 300, 'the receivers do not come to the end')
    for receiver in receivers:
        receiver.end()
    print(f'{SECONDS:.0f} s, {producer.sent} messages ({producer.sent / SECONDS:,.0f}/s) to each of four receivers, faults: '
          f'{dict(watch.done)}; the producer tried {producer.lost} times to come back; the rest came within '
          f'{time.monotonic() - began:.1f} s; stream: {watch.longest} entries at most, Redis: {watch.most_memory >> 20} MiB at '
          f'most; samples: {CSV}')
    wrong = verdict(receivers, watched, producer)
    assert not wrong, wrong
    assert producer.sent >= 0.9 * RATE * SECONDS, f'only {producer.sent} messages were sent'
    assert watch.most_memory < REDIS_MEMORY, f'Redis: {watch.most_memory} bytes'
    assert len(watch.done) == len(watch.faults.turn), f'only {dict(watch.done)}'
print('1 passed, 0 failed')
