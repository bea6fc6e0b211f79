#!/usr/bin/env python3
"""kafka.py [EVENTS]: sensor events in 4 partitions of a Kafka topic, a tenth of them sent twice, into SQLite and PostgreSQL
by receivers that are killed again and again while second ones come and go: each event once in both tables with its
partition and offset, each sensor's in the order sent, the ones sent twice counted. PORTOLAN_LONG=1: 100,000 events, 50
kills, 10 rebalances for each store; else a few of each."""
import random, sys, threading
from pipeline import *

LONG = bool(os.environ.get('PORTOLAN_LONG'))
EVENTS = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000 if LONG else 4_000
KILLS, REBALANCES = (50, 10) if LONG else (2, 1)
PARTITIONS, SENSORS = 4, 40
BROKER = os.environ.get('PORTOLAN_KAFKA_BROKER', str(pathlib.Path(PROGRAM).parent / 'tests' / 'kafka-broker'))


class Broker:
    def __init__(self, *topics):
        self.process = subprocess.Popen([BROKER, *topics], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.addresses = self.process.stdout.readline().strip().split('=')[1]

    def ask(self, line):
        self.process.stdin.write(line + '\n')
        self.process.stdin.flush()
        return self.process.stdout.readline().strip()

    def send(self, topic, events):
        self.process.stdin.writelines(f'send {topic} {partition} {payload}\n' for partition, payload in events)
        assert self.ask('flush') == 'flushed'

    def stop(self):
        self.process.stdin.close()
        self.process.wait()


def events():
    """(partition, payload), and what the store must hold: event id → (sensor, time). A sensor keeps to its partition."""
    out, ledger = [], {}
    chosen = random.Random(7)
    for i in range(EVENTS):
        sensor = chosen.randrange(SENSORS)
        event = {'event_id': f'e-{i}', 'sensor_id': f'sensor-{sensor}', 'timestamp': 1_700_000_000 + i, 'value': i / 8}
        ledger[event['event_id']] = (event['sensor_id'], i)
        out.append((sensor % PARTITIONS, json.dumps(event)))
    # A tenth again: right behind, where they may share a commit, and long after.
    again = chosen.sample(out, EVENTS // 10)
    near, far = again[::2], again[1::2]
    twice = set(near)
    return [each for one in out for each in ([one, one] if one in twice else [one])] + far, ledger, len(again)


def receiver(source, store, *more):
    return subprocess.Popen([PROGRAM, 'receive', '--from', source, '--into', store, '--batch', '200', *more],
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def rows_of(query):
    """How many rows the store holds; a store that is not made yet holds none."""
    try:
        return int(query('SELECT count(*) FROM processed_events')[0][0])
    except Exception:
        return 0


def disturbed(broker, source, store, query, sent):
    """A portion of the events for each disturbance, which comes when a part of it is stored."""
    chosen = random.Random(11)
    first = receiver(source, store)
    kinds = ['kill'] * KILLS + ['rebalance'] * REBALANCES
    chosen.shuffle(kinds)
    portion = EVENTS // (len(kinds) + 1) # the end of `sent` is only what was sent before
    for n, kind in enumerate(kinds):
        before, end = rows_of(query), time.time() + 60
        broker.send('readings', sent[n * portion:(n + 1) * portion])
        while rows_of(query) == before:
            assert time.time() < end, f'nothing is stored after {n} disturbances'
            time.sleep(0.005)
        if kind == 'kill':
            first.kill()
            first.wait()
            first = receiver(source, store)
        else:
            second = receiver(source, store)
            time.sleep(chosen.uniform(1, 4))
            second.terminate()
            second.communicate(timeout=300)
    broker.send('readings', sent[len(kinds) * portion:])
    first.terminate()
    first.communicate(timeout=300)


def check(kind, query, ledger):
    guard = query('SELECT event_id, sensor_id, kafka_partition, kafka_offset FROM processed_events')
    metrics = query('SELECT event_id, sensor_id, value FROM metrics ORDER BY id')
    place = {row[0]: (row[2], row[3]) for row in guard}
    assert len(guard) == len({row[0] for row in guard}) == EVENTS, (len(guard), EVENTS)
    assert {row[0]: row[1] for row in guard} == {event: sensor for event, (sensor, _) in ledger.items()}
    assert len({(row[2], row[3]) for row in guard}) == EVENTS, 'a place in the topic stands twice'
    assert all(int(row[2]) == int(row[1].split('-')[1]) % PARTITIONS for row in guard), 'a partition is wrong'
    assert len(metrics) == EVENTS and {row[0] for row in metrics} == ledger.keys(), len(metrics)
    last = {}
    for event, sensor, value in metrics:
        assert float(value) == ledger[event][1] / 8, (event, value)
        number, (before, its) = ledger[event][1], last.get(sensor, (-1, None))
        assert number > before, f'{kind}: {event} of {sensor} at {place[event]} comes after e-{before} at {its}'
        last[sensor] = number, place[event]


def through(kind, broker, group, store, query, sent, ledger, twice):
    source = f'kafka://{broker.addresses}/readings?group={group}&session.timeout.ms=3500'
    portolan('migrate', 'up', '--store', store, check=None) # its tables are looked into from the beginning
    began = time.time()
    disturbed(broker, source, store, query, sent)
    counts = receive(source, store, '--idle-exit', '1')
    check(kind, query, ledger)
    for partition in range(PARTITIONS):
        expected = sum(1 for p, _ in sent if p == partition)
        assert int(broker.ask(f'committed {group} readings {partition}')) == expected, 'not all is committed'
    again = receive(source, store, '--idle-exit', '0.3')
    assert again['received'] == 0, again
    # Another group reads it all once more: nothing is new, by the topic's places.
    other = receive(source.replace(f'group={group}', f'group={group}-2'), store, '--idle-exit', '1')
    assert other['stored'] == other['rejected'] == 0, other
    check(kind, query, ledger)
    print(f'{kind}: {EVENTS} events once, {twice} sent twice, {KILLS} kills, {REBALANCES} rebalances, '
          f'{time.time() - began:.1f} s; last run {counts}', flush=True)


def undisturbed(broker, folder, sent, twice):
    """Counts are exact where nothing is killed."""
    broker.send('readings', sent)
    source = f'kafka://{broker.addresses}/readings?group=quiet'
    counts = receive(source, f'sqlite://{folder}/quiet.db', '--idle-exit', '1')
    assert counts == {'received': EVENTS + twice, 'stored': EVENTS, 'duplicates': twice, 'rejected': 0, 'gaps': 0}, counts
    print(f'undisturbed: {counts}', flush=True)


def sqlite_query(path):
    import sqlite3

    def query(statement):
        with contextlib.closing(sqlite3.connect(f'file:{path}?mode=ro', uri=True)) as db:
            return db.execute(statement).fetchall()
    return query


if not os.path.exists(BROKER):
    missing('librdkafka')
postgres = Postgres()
failed = []


def apart(what, work):
    """With brokers of its own, so that the three do not wait for one another."""
    def run():
        broker = Broker(f'readings:{PARTITIONS}')
        try:
            work(broker)
        except BaseException as error: # told at the end, whichever thread it was
            failed.append(f'{what}: {error!r}')
        finally:
            broker.stop()
    thread = threading.Thread(target=run)
    thread.start()
    return thread


try:
    sent, ledger, twice = events()
    with tempfile.TemporaryDirectory(prefix='portolan-kafka-') as folder:
        server = postgres.create('events')
        runs = [('sqlite', f'sqlite://{folder}/k.db', sqlite_query(f'{folder}/k.db')),
                ('postgresql', server,
                 lambda statement: [row.split('|') for row in postgres.psql('events', statement).splitlines()])]
        threads = [apart(kind, lambda broker, run=(kind, store, query): through(run[0], broker, 'one', *run[1:], sent, ledger, twice))
                   for kind, store, query in runs]
        threads.append(apart('undisturbed', lambda broker: undisturbed(broker, folder, sent, twice)))
        for thread in threads:
            thread.join()
        assert not failed, failed
finally:
    postgres.stop()
print('1 passed, 0 failed')
