#!/usr/bin/env python3
"""promote.py: `portolan promote` again and again, a third of them killed at a random instant, while writers store new
versions and readers look: each name has exactly one latest at every look, no version is lost, and the audit tells every
change of the mark, in its order. Two updates without a transaction, which is the naive way, are caught.
PORTOLAN_LONG=1: 20 writers, 1,000 promotions a store."""
import threading
from faultlab import *

WRITERS, PROMOTIONS = (20, 1000) if LONG else (4, 45)
NAMES = ['busy', "it's busy", 'quiet']  # writers leave the last one alone
START = 5


class Sqlite:
    def __init__(self, place):
        self.path = f'{place.folder}/s.db'
        self.local = threading.local()

    def run(self, sql):
        if not hasattr(self.local, 'db'):
            self.local.db = sqlite3.connect(self.path, timeout=60, isolation_level=None)
        return self.local.db.execute(sql).fetchall()

    def close(self):
        if hasattr(self.local, 'db'):
            self.local.db.close()


class Psql:
    """A psql for each thread, which is asked one statement after the other."""

    def __init__(self, place):
        self.place = place
        self.local = threading.local()

    def run(self, sql):
        server = self.place.server
        if not hasattr(self.local, 'psql'):
            self.local.psql = subprocess.Popen(
                [server.bin / 'psql', '-XAtq', '-v', 'ON_ERROR_STOP=1', '-h', server.folder, '-p', str(server.port), '-U', 'postgres',
                 '-d', self.place.database], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        pipe = self.local.psql
        pipe.stdin.write(sql + ';\n\\echo done\n')
        pipe.stdin.flush()
        rows = []
        while (line := pipe.stdout.readline()) != 'done\n':
            assert line, f'psql ended at {sql}'
            rows.append(tuple(line.rstrip('\n').split('|')))
        return rows

    def close(self):
        if hasattr(self.local, 'psql'):
            self.local.psql.stdin.close()
            self.local.psql.wait()


def text(word):
    return "'" + word.replace("'", "''") + "'"


def insert(database, name, version):
    database.run('INSERT INTO checkpoints (checkpoint_name, component_name, version, checkpoint_data) VALUES '
                 f"({text(name)}, 'writer', {version}, '{{\"at\":{version}}}')")


def marks(database):
    rows = database.run('SELECT checkpoint_name, sum(CASE WHEN is_latest THEN 1 ELSE 0 END) FROM checkpoints GROUP BY checkpoint_name')
    return {name: int(count) for name, count in rows}


class Others:
    """Writers and readers, each a thread, until stop()."""

    def __init__(self, make, writers):
        self.over = threading.Event()
        self.odd, self.looks, self.stored, self.errors = [], 0, collections.Counter(), []
        self.threads = [threading.Thread(target=self.guarded, args=(make, self.write, n)) for n in range(writers)]
        self.threads += [threading.Thread(target=self.guarded, args=(make, self.read, n)) for n in range(2)]
        for thread in self.threads:
            thread.start()

    def guarded(self, make, work, n):
        database = make()
        try:
            work(database, n)
        except Exception as error:  # told by stop()
            self.errors.append(error)
        finally:
            database.close()

    def write(self, database, n):
        version = START
        while not self.over.is_set():
            version += 1
            insert(database, NAMES[n % 2], version * WRITERS + n)
            self.stored[n] += 1
            time.sleep(0.01)

    def read(self, database, n):
        while not self.over.is_set():
            found = marks(database)
            self.looks += 1
            if found != dict.fromkeys(NAMES, 1):
                self.odd.append(found)

    def stop(self):
        self.over.set()
        for thread in self.threads:
            thread.join()
        assert not self.errors, self.errors


def promote_all(place, rng):
    """What was said of each that was not killed: {reason: (name, version, previous)}; and how many were killed."""
    said, killed, busy = {}, 0, 0
    for n in range(PROMOTIONS):
        name, version, reason = rng.choice(NAMES), rng.randint(1, START), f'reason {n}'
        process = subprocess.Popen([PROGRAM, 'promote', 'checkpoint', name, str(version), '--reason', reason, '--store', place.url],
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        if n % 3 == 0:
            time.sleep(rng.uniform(0, 0.12))
            process.kill()
        out, err = process.communicate()
        if process.returncode == 0:
            told = json.loads(out)
            assert told['version'] == version, (told, version)
            said[reason] = (name, version, told['previous'])
        elif process.returncode == -signal.SIGKILL:
            killed += 1
        else:
            assert b'try again' in err, err
            busy += 1
    return said, killed, busy


def check_audit(database, said):
    rows = database.run('SELECT id, subject_id, reason, before_image, after_image FROM portolan_audit '
                        "WHERE subject_kind = 'checkpoint' AND action = 'promote' ORDER BY id")
    reasons = collections.Counter(row[2] for row in rows)
    assert not reasons or max(reasons.values()) == 1, reasons.most_common(3)
    for reason, (name, version, previous) in said.items():
        assert (reason in reasons) == (previous != version), (reason, name, version, previous)
    last = START  # of the one that only promotions change
    for _, name, reason, before, after in rows:
        if name != NAMES[-1]:
            continue
        assert json.loads(before)['version'] == last, (reason, before, last)
        last = json.loads(after)['version']
    found = database.run(f'SELECT version FROM checkpoints WHERE is_latest AND checkpoint_name = {text(NAMES[-1])}')
    assert [int(row[0]) for row in found] == [last], (found, last)
    return len(rows)


def prepare(place, make):
    assert portolan('migrate', 'up', '--store', place.url, check=None).returncode == 0
    database = make()
    for name in NAMES:
        for version in range(1, START + 1):
            insert(database, name, version)
    return database


def exact(place, make, rng):
    database = prepare(place, make)
    others = Others(make, WRITERS)
    try:
        said, killed, busy = promote_all(place, rng)
    finally:
        others.stop()
    assert not others.odd, others.odd[:3]
    assert others.looks > 20 and killed > 0 and said, (others.looks, killed, len(said))
    assert marks(database) == dict.fromkeys(NAMES, 1)
    versions = int(database.run('SELECT count(*) FROM checkpoints')[0][0])
    assert versions == START * len(NAMES) + sum(others.stored.values()), (versions, others.stored)
    told = check_audit(database, said)
    database.close()
    print(f'{place.kind}: {PROMOTIONS} promotions, {killed} killed, {busy} told to try again, {told} in the audit; beside '
          f'{WRITERS} writers of {sum(others.stored.values())} versions, {others.looks} looks', flush=True)


def naive(place, make):
    """Off, then on, each by itself."""
    database = prepare(place, make)
    others = Others(make, 0)
    end = time.time() + 20
    version = 0
    while not others.odd and time.time() < end:
        version = version % START + 1
        database.run(f'UPDATE checkpoints SET is_latest = FALSE WHERE checkpoint_name = {text(NAMES[0])}')
        database.run(f'UPDATE checkpoints SET is_latest = TRUE WHERE checkpoint_name = {text(NAMES[0])} AND version = {version}')
    others.stop()
    assert others.odd, 'the naive way was not caught'
    database.close()
    print(f'{place.kind}: the naive way was caught', flush=True)


def on(kind, server=None):
    for way in (exact, naive):
        with tempfile.TemporaryDirectory(prefix='portolan-promote-') as folder:
            place = Place(kind, folder, server, f'promote_{way.__name__}')
            make = lambda: (Psql if kind == 'postgresql' else Sqlite)(place)
            exact(place, make, random.Random(SEED)) if way is exact else naive(place, make)
            place.remove()


on('sqlite')
server = Postgres()
try:
    on('postgresql', server)
finally:
    server.stop()
print('1 passed, 0 failed')
