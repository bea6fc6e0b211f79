#!/usr/bin/env python3
"""retain.py: `portolan retain` again and again, each killed at a random instant, while a receiver's rows come in: what is gone
is what the jobs say, the oldest first, and no row that a rule keeps; the last run, which nobody kills, leaves exactly those.
Of a folder of batch files: killed at kill point after kill point and at random instants, each message is in the store or in an
archive that the store names, `verify` finds nothing, what comes again is stored by nobody; the next run finishes. Files that are
deleted without more, which is the naive way, are caught. PORTOLAN_LONG=1: 100 kills a store, every kill point (PORTOLAN_STEP=N: every
Nth)."""
import shutil, threading
from faultlab import *

OLD, YOUNG, KILLS = (200_000, 2_000, instants(12, 100)) if LONG else (40_000, 500, instants(12))
ROWS = ('INSERT INTO component_metrics (component_name, metric_name, metric_value, timestamp) ')
FILL = {
    'sqlite': ROWS + "SELECT 'c', 'm', 1.0, strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-' || n || ' seconds') FROM "
              '(WITH RECURSIVE s(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM s WHERE i < {last}) SELECT {from_} + i AS n FROM s)',
    'postgresql': ROWS + "SELECT 'c', 'm', 1, now() - ({from_} + i) * interval '1 second' FROM generate_series(0, {last}) AS i",
}
DAY = 86_400


class Writer:
    """Another program, a row a transaction, until stop(); the time that each waited."""

    def __init__(self, place):
        self.place, self.over, self.rows, self.waits, self.errors = place, threading.Event(), 0, [], []
        self.thread = threading.Thread(target=self.guarded)
        self.thread.start()

    def guarded(self):
        try:
            self.write()
        except Exception as error:  # told by stop()
            self.errors.append(error)

    def write(self):
        if self.place.kind == 'postgresql':
            while not self.over.is_set():
                self.place.sql(ROWS + "VALUES ('c', 'late', 1, now())")
                self.rows += 1
            return
        with contextlib.closing(sqlite3.connect(self.place.name, timeout=60, isolation_level=None)) as db:
            while not self.over.is_set():
                since = time.monotonic()
                db.execute('BEGIN IMMEDIATE')
                self.waits.append(time.monotonic() - since)
                db.execute(ROWS + "VALUES ('c', 'late', 1.0, strftime('%Y-%m-%dT%H:%M:%fZ', 'now'))")
                db.execute('COMMIT')
                self.rows += 1
                time.sleep(0.001)

    def stop(self):
        self.over.set()
        self.thread.join()
        assert not self.errors, self.errors


def gone(place):
    """The rows that are gone, by what the jobs say."""
    return int(place.sql("SELECT coalesce(sum(done), 0) FROM portolan_jobs WHERE kind = 'retain'"))


def prepare(place):
    assert portolan('migrate', 'up', '--store', place.url, check=None).returncode == 0
    place.sql(FILL[place.kind].format(from_=40 * DAY, last=OLD - 1))
    place.sql(FILL[place.kind].format(from_=DAY, last=YOUNG - 1))
    portolan('retention', 'set', 'component-metrics', '--keep', '30d', '--reason', 'test', '--store', place.url)


def exact(place, rng):
    prepare(place)
    writer = Writer(place)
    killed, amid, done = 0, 0, 0
    try:
        for n in range(KILLS):
            before = done
            process = subprocess.Popen([PROGRAM, 'retain', '--store', place.url], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
            while n % 3 and process.poll() is None and gone(place) == before:
                pass  # two of three are killed while rows go
            time.sleep(rng.uniform(0, 0.2))
            process.kill()
            _, err = process.communicate()
            assert process.returncode in (-signal.SIGKILL, 0), err
            killed += process.returncode != 0
            left = int(place.sql(f"SELECT count(*) FROM component_metrics WHERE timestamp < {place.at(-35 * DAY)}"))
            done = gone(place)
            amid += before < done < OLD
            assert OLD - left == done, (OLD, left, done)
            assert int(place.sql("SELECT count(*) FROM component_metrics WHERE metric_name = 'm'")) == left + YOUNG
    finally:
        writer.stop()
    assert killed > 0 and amid > 0, (killed, amid)
    before = int(place.sql(f"SELECT count(*) FROM component_metrics WHERE timestamp < {place.at(-35 * DAY)}"))
    row = json.loads(portolan('retain', '--store', place.url, '--format', 'jsonl').stdout)
    assert row['rows'] == before and row['state'] == 'done', (row, before)
    assert int(place.sql('SELECT count(*) FROM component_metrics')) == YOUNG + writer.rows
    assert int(place.sql("SELECT count(*) FROM component_metrics WHERE metric_name = 'late'")) == writer.rows
    if place.kind == 'sqlite':
        assert place.sql('PRAGMA integrity_check') == 'ok'
    waits = sorted(writer.waits) or [0]
    print(f'{place.kind}: {killed} of {KILLS} killed, {amid} while rows went, {writer.rows} rows written beside them, which waited {waits[-1] * 1000:.0f} ms at '
          f'most and {waits[len(waits) * 99 // 100] * 1000:.0f} ms in 99 of 100', flush=True)


class Folder:
    """A file store of forty files, of which thirty go; each kill has its own copy."""

    def __init__(self, folder, redis):
        self.folder, self.redis, self.groups = folder, redis, 0
        self.sent = [json.dumps({'kind': 'message', 'message_number': n, 'content': f'order {n}'}).encode() for n in range(1, 401)]
        redis.add('orders', self.sent)
        self.again(f'{folder}/whole')
        for file in sorted(pathlib.Path(folder, 'whole', 'example_receiver', 'messages').iterdir())[:30]:
            os.utime(file, (time.time() - 100 * DAY,) * 2)
        portolan('retention', 'set', 'batch-files', '--keep', '30d', '--archive', f'{folder}/archive', '--store', f'file://{folder}/whole')

    def again(self, store):
        """The whole stream comes once more; what the receiver counts."""
        self.groups += 1
        return receive(self.redis.url('orders', f'group{self.groups}'), f'file://{store}', '--idle-exit', '0.2', check=(0, 3))

    def copy(self):
        for name in ('copy', 'archive'):
            shutil.rmtree(f'{self.folder}/{name}', ignore_errors=True)
        shutil.copytree(f'{self.folder}/whole', f'{self.folder}/copy')
        time.sleep(0.2)  # files of this moment stay
        return f'{self.folder}/copy'

    def archived(self, store):
        """The contents of the archives that the store names."""
        found = collections.Counter()
        for record in pathlib.Path(store, 'example_receiver', '.portolan').glob('archived/????????'):
            found += stored(json.loads(record.read_bytes())['file'])
        return found

    def wrong_with(self, store, isOver):
        expected, here, there = ledger(self.sent), stored(f'file://{store}'), self.archived(store)
        wrong = [] if set(here | there) == set(expected) and max((here | there).values()) == 1 else ['a message is nowhere, or twice']
        if isOver and here + there != expected:
            wrong.append('a message is in the store and in the archive')
        if portolan('verify', '--store', f'file://{store}', check=None).returncode != 0:
            wrong.append('verify finds something')
        counts = self.again(store)
        if counts != {'received': 400, 'stored': 0, 'duplicates': 400, 'rejected': 0, 'gaps': 0}:
            wrong.append(f'{counts} came again')
        return '; '.join(wrong)


def files_are_exact(folder, redis, rng):
    store = Folder(folder, redis)
    words = ['retain', '--store', f'file://{folder}/copy', '--format', 'jsonl']
    store.copy()
    calls = killed_at(0, [PROGRAM, *words])[1]
    points = list(range(1, calls + 1, STEP)) if LONG else [*range(1, calls, max(1, calls // 10)), *range(calls - 45, calls + 1, 4)]
    kills, amid = 0, 0
    for nth in points + [0] * instants(5, 100):
        copy = store.copy()
        if nth:
            kills += killed_at(nth, [PROGRAM, *words])[0]
        else:
            process = subprocess.Popen([PROGRAM, *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(rng.uniform(0.05, 0.5))
            process.kill()
            kills += process.wait() != 0
        left = len(list(pathlib.Path(copy, 'example_receiver', 'messages').iterdir()))
        amid += 10 < left < 40
        wrong = store.wrong_with(copy, False)
        assert not wrong, (nth, wrong)
        time.sleep(0.2)
        done = portolan('retain', '--store', f'file://{copy}', check=None)
        assert done.returncode == 0, (nth, done)
        assert len(list(pathlib.Path(copy, 'example_receiver', 'messages').iterdir())) == 10
        wrong = store.wrong_with(copy, True)
        assert not wrong, (nth, wrong)
    assert amid > 0, 'no kill met a run that removes'
    copy = store.copy()
    for file in sorted(pathlib.Path(copy, 'example_receiver', 'messages').iterdir())[:3]:
        file.unlink()
    assert store.wrong_with(copy, False).count(';') == 2, 'an oracle that lets this pass proves nothing'
    print(f'files: {kills} kills of {calls} kill points and some instants, {amid} while files went', flush=True)


def beside_a_receiver(folder, redis, rng):
    """A receiver that is killed and started again while messages come, and runs that keep twenty files beside it, killed, too: in the
    end each message is once in the store or in an archive that the store names."""
    place, total, sent = f'{folder}/live', 40_000 if LONG else 4_000, []
    url, stream = f'file://{place}', 'live'
    portolan('retention', 'set', 'batch-files', '--count', '20', '--archive', f'{folder}/kept', '--store', url)
    kills, runs, receiver, said = 0, 0, None, open(f'{folder}/said', 'a')
    while len(sent) < total:
        more = [json.dumps({'kind': 'message', 'message_number': len(sent) + n + 1, 'content': f'live {len(sent) + n}'}).encode() for n in range(100)]
        redis.add(stream, more)
        sent += more
        if receiver is None:
            receiver = subprocess.Popen([PROGRAM, 'receive', '--from', redis.url(stream), '--into', url], stdout=subprocess.DEVNULL, stderr=said)
            print(f'{time.time():.3f} {len(sent)}: receiver {receiver.pid}', file=said, flush=True)
        retain = subprocess.Popen([PROGRAM, 'retain', '--store', url], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        if rng.random() < 0.3:
            time.sleep(rng.uniform(0, 0.15))
            retain.kill()
        _, err = retain.communicate()
        assert retain.returncode in (0, 3, -signal.SIGKILL), err
        print(f'{time.time():.3f} {len(sent)}: retain {retain.pid} ended with {retain.returncode}', file=said, flush=True)
        runs += retain.returncode >= 0
        kills += retain.returncode < 0
        if rng.random() < 0.3:
            receiver.kill()
            receiver.wait()
            receiver, kills = None, kills + 1
    if receiver:
        receiver.send_signal(signal.SIGINT)
        receiver.wait()
    receive(redis.url(stream), url, '--idle-exit', '0.5')
    time.sleep(0.2)
    portolan('retain', '--store', url)
    left = len(list(pathlib.Path(place, 'example_receiver', 'messages').iterdir()))
    assert left == 20, left
    store = Folder.__new__(Folder)
    wrong = differences(ledger(sent), stored(url) + store.archived(place))
    assert not wrong, wrong
    portolan('verify', '--store', url)
    gaps = portolan('list', 'gaps', '--store', url).stdout
    records = [(file.stat().st_mtime, file.read_text()) for file in pathlib.Path(place, 'example_receiver', '.portolan').glob('archived/????????')]
    assert not gaps, '\n'.join(map(str, (gaps, *sorted(records), pathlib.Path(said.name).read_text())))
    counts = receive(redis.url(stream, 'again'), url, '--idle-exit', '0.3')
    assert counts == {'received': total, 'stored': 0, 'duplicates': total, 'rejected': 0, 'gaps': 0}, counts
    print(f'beside a receiver: {runs} runs, {kills} kills, {len(sent)} messages, each once', flush=True)


with tempfile.TemporaryDirectory(prefix='portolan-retain-') as folder:
    exact(Database(folder), random.Random(SEED))
    redis = Redis()
    try:
        files_are_exact(folder, redis, random.Random(SEED))
        beside_a_receiver(folder, redis, random.Random(SEED))
    finally:
        redis.stop()
server = Postgres()
try:
    exact(Database(server), random.Random(SEED))
finally:
    server.stop()
print('1 passed, 0 failed')
