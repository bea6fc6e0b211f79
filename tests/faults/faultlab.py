"""What the fault tests share: a store of each kind, the sources, the outside oracle, and the ways to kill."""
import collections, contextlib, os, pathlib, random, re, signal, sqlite3, subprocess, sys, tempfile, time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / 'acceptance'))
from pipeline import *
import killat

SEED = int(os.environ.get('PORTOLAN_SEED', '1'))
STEP = int(os.environ.get('PORTOLAN_STEP', '1'))  # the long form takes every STEPth kill point
NAIVE = pathlib.Path(__file__).with_name('naive.py')
AT_ONCE = int(os.environ.get('PORTOLAN_AT_ONCE', '2'))  # kill points
INSTANTS = int(os.environ.get('PORTOLAN_INSTANTS', '0'))  # so many random kills in place of a form's own number
KINDS = ('files', 'sqlite', 'postgresql')
WORDS_WITHIN = 5.0  # seconds in which the receiver says what is wrong


class Place:
    """One store: in a folder, or a new database of `server`. `kind` is files, sqlite or postgresql."""

    def __init__(self, kind, folder, server=None, database='place', template='template0'):
        self.kind, self.folder, self.server, self.database = kind, folder, server, database
        self.url = {'files': lambda: f'file://{folder}/data', 'sqlite': lambda: f'sqlite://{folder}/s.db',
                    'postgresql': lambda: server.create(database, template)}[kind]()

    def remove(self):
        """What lies outside the folder."""
        if self.kind == 'postgresql':
            self.server.psql('postgres', f'DROP DATABASE {self.database} WITH (FORCE)')

    def verify(self, expected, rejects=0):
        """Empty, or what is wrong: contents against the ledger, and the store's own soundness."""
        wrong = differences(expected, stored(self.url))
        if self.kind == 'files':
            try:
                check_batch_files(f'{self.folder}/data')
            except AssertionError as error:
                wrong += f' batch files: {error}'
        elif self.kind == 'postgresql':
            again = differences(expected, stored_in_postgres(self.server, self.database))
            wrong += f' read by psql: {again}' if again else ''
            odd = self.server.psql(self.database, 'SELECT count(*) FROM batches b WHERE message_count > 10 OR message_count <> '
                                                  '(SELECT count(*) FROM messages m WHERE m.batch_id = b.id)')
            wrong += f' {odd} batches whose count is wrong' if odd != '0' else ''
        else:
            with contextlib.closing(sqlite3.connect(f'file:{self.folder}/s.db?mode=ro', uri=True)) as db:
                sound = db.execute('PRAGMA integrity_check').fetchone()[0]
                if sound != 'ok':
                    wrong += f' integrity: {sound}'
        listed = listing(self, 'rejects')
        if len(listed) != rejects:
            wrong += f' {len(listed)} rejects'
        return wrong

    def count(self):
        """How many messages a SQL store holds, read by another program; before there is a table: none."""
        if self.kind == 'postgresql':
            return int(self.server.psql(self.database, 'SELECT count(*) FROM messages'))
        with contextlib.closing(sqlite3.connect(f'file:{self.folder}/s.db?mode=ro', uri=True)) as db:
            return db.execute('SELECT count(*) FROM messages').fetchone()[0]

    def is_made(self):
        return portolan('list', 'messages', '--store', self.url, '--limit', '1', check=None).returncode == 0


def listing(place, what):
    run = portolan('list', what, '--store', place.url, '--limit', '0', '--format', 'jsonl')
    return [json.loads(line) for line in run.stdout.splitlines()]


class Stream:
    add = staticmethod(lambda redis, name, payloads: redis.add(name, payloads))
    url = staticmethod(lambda redis, name: redis.url(name))

    @staticmethod
    def left(redis, name):
        """How many are not acknowledged."""
        for group in redis.command('XINFO', 'GROUPS', name):
            facts = dict(zip(group[::2], group[1::2]))
            return facts[b'lag'] + facts[b'pending']
        return redis.command('XLEN', name)


class List:
    @staticmethod
    def add(redis, name, payloads):
        for at in range(0, len(payloads), 500):
            redis.command('RPUSH', name, *payloads[at:at + 500])

    url = staticmethod(lambda redis, name: f'redis://127.0.0.1:{redis.port}/0?list={name}&consumer=c')
    left = staticmethod(lambda redis, name: redis.command('LLEN', name) + redis.command('HLEN', '{%s}:portolan:claims:c' % name))


class Channel:
    """Numbered messages over a channel. Every number that was tried counts as sent: whether a server that died had
    passed it on or not, it is stored, or the next one that comes shows that it is missing."""

    def __init__(self, redis, name):
        self.redis, self.name, self.sent = redis, name, 0

    def url(self):
        return f'redis://127.0.0.1:{self.redis.port}/0?channel={self.name}'

    def commands(self, count, size=0):
        """`size`: bytes of ballast in each."""
        first, self.sent = self.sent + 1, self.sent + count
        return [('PUBLISH', self.name, f'Message #{n}: published {"x" * size}') for n in range(first, self.sent + 1)]

    def publish(self, count, size=0):
        self.redis.send(self.commands(count, size))

    def listeners(self):
        return self.redis.command('PUBSUB', 'NUMSUB', self.name)[1]

    def verify(self, place):
        found = [row['message_number'] for row in listing(place, 'messages')]
        return unaccounted(self.sent, found, listing(place, 'gaps'))


def is_stored(channel, place):
    """Whether a number that is published now comes through."""
    channel.publish(1)
    time.sleep(0.2)
    return bool(portolan('list', 'messages', '--store', place.url, '--filter', f'message_number:{channel.sent}').stdout)


def unaccounted(sent, found, gaps):
    """Empty, or what is wrong: of the numbers 1 to `sent` each is stored once, or declared missing in one gap."""
    twice = [n for n, count in collections.Counter(found).items() if count > 1]
    declared = collections.Counter(n for gap in gaps if gap['kind'] == 'numbers' and not gap['closed_at']
                                   for n in range(gap['first_number'], gap['last_number'] + 1))
    missing = collections.Counter(set(range(1, sent + 1)) - set(found))
    silent, wrongly = missing - declared, declared - missing
    beyond = [n for n in found if not 1 <= n <= sent]
    return '; '.join(f'{len(numbers)} {what} (e.g. {list(numbers)[:3]})' for numbers, what in (
        (twice, 'stored twice'), (silent, 'missing and in no gap'), (wrongly, 'declared and not missing'),
        (beyond, 'never sent')) if numbers)


def start_receiver(source, place, *more, wrapper=(), **options):
    return subprocess.Popen([*wrapper, PROGRAM, 'receive', '--from', source, '--into', place.url, *more],
                            **{'stdout': subprocess.DEVNULL, 'stderr': subprocess.DEVNULL, 'start_new_session': True} | options)


def start_naive(redis, name, target, order, **options):
    return subprocess.Popen([sys.executable, NAIVE, str(redis.port), name, target, order], start_new_session=True, **options)


def naive_lines(path):
    return collections.Counter(open(path, 'rb').read().split(b'\n')[:-1])


class Receiving:
    """A receiver whose standard error is read back."""

    def __init__(self, source, place, wrapper=(), more=()):
        open(place.log, 'wb').close()
        self.log = open(place.log, 'ab+')  # the receiver writes at the end, wherever we have read
        self.process = subprocess.Popen([*wrapper, PROGRAM, 'receive', '--from', source, '--into', place.url, *more],
                                        stdout=subprocess.DEVNULL, stderr=self.log, start_new_session=True)

    def said(self, since=0):
        self.log.seek(since)
        return self.log.read().decode()

    def mark(self):
        """Where what it says from now on begins."""
        return self.log.seek(0, os.SEEK_END)

    def says(self, pattern, within=WORDS_WITHIN, since=0):
        began = time.time()
        while not re.search(pattern, self.said(since), re.IGNORECASE):
            self.lives()
            assert time.time() - began < within, f'it did not say {pattern!r} within {within} s, but: {self.said()!r}'
            time.sleep(0.02)
        return time.time() - began

    def lives(self):
        assert self.process.poll() is None, f'it ended with {self.process.returncode}: {self.said()}'

    def memory(self):
        self.lives()
        pids = [self.process.pid] + [int(p) for p in
                subprocess.run(['pgrep', '-P', str(self.process.pid)], capture_output=True).stdout.split()]
        sizes = []
        for pid in pids:
            with contextlib.suppress(OSError), open(f'/proc/{pid}/status') as status:
                text = status.read()
                if 'Name:\tportolan' in text:
                    sizes.append(int(re.search(r'VmRSS:\s+(\d+)', text).group(1)) << 10)
        return max(sizes)

    def catches_up(self, redis, stream, within=60):
        end = time.time() + within
        while True:
            groups = redis.command('XINFO', 'GROUPS', stream)
            facts = dict(zip(groups[0][::2], groups[0][1::2])) if groups else {}
            if facts.get(b'lag') == 0 and facts.get(b'pending') == 0:
                return
            self.lives()
            assert time.time() < end, f'it does not go on: {facts} {self.said()!r}'
            time.sleep(0.05)

    def stop(self):
        kill(self.process)
        self.log.close()


def kill(process):
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    process.wait()


def killed_at(nth, words):
    """Runs a program and kills it at its nth point: whether it was killed before it ended, how many it had, and which call the last was."""
    code, count, last = killat.at(nth, words, silent=True)
    assert code in (0, 137), f'{words} ended with {code}'
    return code == 137, count, last


def instants(few, many=200):
    return INSTANTS or (many if LONG else few)


def wait_until(what, seconds=60, words='waited in vain'):
    end = time.time() + seconds
    while not what():
        assert time.time() < end, words
        time.sleep(0.02)


def numbered(prefix, count):
    return [b'%s message number %d' % (prefix.encode(), i) for i in range(count)]
