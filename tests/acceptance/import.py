#!/usr/bin/env python3
"""import.py: the six real series of the data folder (where it is not there: as many made ones), imported into SQLite and
PostgreSQL: count, least, greatest and last value equal the file's; imported again, and after a kill, each sample is there
once; rows that cannot be read are rejected with their line."""
import csv, signal, sys
from pipeline import *


def series(folder):
    real = sorted((DATA / 'nab').glob('*.csv'))
    return real or [series_file(folder, f'made_{n}', 3000 + n * 500) for n in range(6)]


def figures(path):
    """(count, min, max, last by time and row), as Python's own reader has it."""
    with open(path, newline='') as file:
        rows = [(row['timestamp'], i, float(row['value'])) for i, row in enumerate(csv.DictReader(file), 1)]
    values = [row[2] for row in rows]
    return len(values), min(values), max(values), max(rows)[2]


def close(a, b):
    return all(abs(float(x) - float(y)) <= 1e-9 * max(1, abs(float(y))) for x, y in zip(a, b))


def check(query, paths):
    for path in paths:
        sensor = path.stem
        stored = query(f"SELECT count(*), min(value), max(value) FROM metrics WHERE sensor_id = '{sensor}'")[0]
        last = query(f"SELECT value FROM metrics WHERE sensor_id = '{sensor}' ORDER BY timestamp DESC, id DESC LIMIT 1")[0]
        expected = figures(path)
        assert close([*stored, *last], expected), (sensor, stored, last, expected)
        ids = query(f"SELECT count(*) FROM processed_events WHERE sensor_id = '{sensor}' AND event_id LIKE '{sensor}:%'")[0][0]
        assert int(ids) == expected[0], (sensor, ids)


def imported(path, store, *more, check=(0,)):
    run = portolan('import', str(path), '--into', store, *more, check=check)
    return json.loads(run.stdout.splitlines()[-1])


def through(kind, folder, store, query, paths):
    began = time.time()
    for path in paths:
        counts, rows = imported(path, store), figures(path)[0]
        assert counts == {'received': rows, 'stored': rows, 'duplicates': 0, 'rejected': 0, 'gaps': 0}, counts
    seconds = time.time() - began
    check(query, paths)
    for path in paths:
        counts, rows = imported(path, store), figures(path)[0]
        assert counts['stored'] == 0 and counts['duplicates'] == rows, counts
    check(query, paths)
    # Killed on the way, then done again.
    long = pathlib.Path(folder) / f'long_{kind}.csv'
    with open(long, 'w') as file:
        file.write('timestamp,value\n')
        file.writelines(f'{1_500_000_000 + i},{i / 4}\n' for i in range(60_000))
    for pause in (0.1, 0.3, 0.6):
        run = subprocess.Popen([PROGRAM, 'import', str(long), '--into', store], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        time.sleep(pause)
        run.send_signal(signal.SIGKILL)
        run.communicate()
    counts = imported(long, store)
    assert counts['stored'] + counts['duplicates'] == 60_000 == counts['received'], counts
    found = query(f"SELECT count(*), count(DISTINCT event_id), max(value) FROM metrics WHERE sensor_id = '{long.stem}'")[0]
    assert close(found, (60_000, 60_000, 59_999 / 4)), found
    # What cannot be read.
    wrong = pathlib.Path(folder) / f'wrong_{kind}.csv'
    wrong.write_text('time,value\r\n2024-01-01 00:00:00,1\r\n2024-01-01 00:00:01\r\nnever,2\r\n"2024-01-01 00:00:02","3"\r\n')
    counts = imported(wrong, store, check=(3,))
    assert (counts['stored'], counts['rejected']) == (2, 2), counts
    rejects = [json.loads(line) for line in portolan('list', 'rejects', '--store', store, '--format', 'jsonl').stdout.splitlines()]
    reasons = [reject['reason'] for reject in rejects]
    assert any('line 3' in r for r in reasons) and any('line 4, column "time"' in r for r in reasons), reasons
    print(f'{kind}: {sum(figures(p)[0] for p in paths)} samples of {len(paths)} files in {seconds:.1f} s, equal to the files',
          flush=True)


postgres = Postgres()
try:
    with tempfile.TemporaryDirectory(prefix='portolan-import-') as folder:
        import sqlite3

        def in_sqlite(statement):
            with contextlib.closing(sqlite3.connect(f'file:{folder}/i.db?mode=ro', uri=True)) as db:
                return db.execute(statement).fetchall()

        def in_postgres(statement):
            return [row.split('|') for row in postgres.psql('samples', statement).splitlines()]
        server = postgres.create('samples')
        paths = series(folder)
        through('sqlite', folder, f'sqlite://{folder}/i.db', in_sqlite, paths)
        through('postgresql', folder, server, in_postgres, paths)
finally:
    postgres.stop()
print('1 passed, 0 failed')
