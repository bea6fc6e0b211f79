#!/usr/bin/env python3
"""retain.py: `portolan retain` again and again, each killed at a random instant, while a receiver's rows come in: what is gone
is what the jobs say, the oldest first, and no row that a rule keeps; the last run, which nobody kills, leaves exactly those.
PORTOLAN_LONG=1: 100 kills a store."""
import threading
from faultlab import *

OLD, YOUNG, KILLS = (200_000, 2_000, 100) if LONG else (40_000, 500, 12)
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


with tempfile.TemporaryDirectory(prefix='portolan-retain-') as folder:
    exact(Database(folder), random.Random(SEED))
server = Postgres()
try:
    exact(Database(server), random.Random(SEED))
finally:
    server.stop()
print('1 passed, 0 failed')
