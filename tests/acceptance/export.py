#!/usr/bin/env python3
"""export.py [ROWS]: a table of what breaks files (quotes, line breaks, formulas, emoji, right-to-left text, 40,000 characters,
NULL beside empty, numbers at their limits) in a SQLite file and in a PostgreSQL database, written as CSV, JSON, JSON lines and
XLSX, and read again by Python's csv and json and by openpyxl: equal to what the database says. JSON columns in columns of their
own; batches as the reference exports them; cancelled and failing exports leave nothing. PORTOLAN_LONG=1: a million rows, and how
long the databases' own exports of them take."""
import csv, io, math, random, resource, sqlite3, stat, uuid
from pipeline import *

csv.field_size_limit(1 << 30)
LONG = 'é🙂x' * 14000
TEXTS = ['plain', '', None, 'a,b', 'say "no"', 'two\nlines', 'two\r\nlines', 'cr\rhere', '=1+1', '-5', '+1', '@SUM(A1)', '\ttab', ' both ends ',
         "'quoted", '🙂 日本語', 'שלום \u202eabc', LONG, '_x0041_', 'a\x01b', ';', '"', '""', '\n', 'NULL', '2026-01-01', '007', '1e5']
REALS = [0.0, -5.5, 0.1 + 0.2, 1e300, 5e-324, None, 123456789.123456789]
WHOLE = [0, -5, 2**53, 2**53 + 1, -2**63, 2**63 - 1, None]


def rows(count, seed=11):
    chance = random.Random(seed)
    for n in range(count):
        document = {'n': n, 'name': chance.choice(TEXTS[:5]), 'deep': {'a.b': chance.random(), 'list': [n, 'x']}}
        if n % 3 == 0:
            document['only some'] = True
        yield (n, TEXTS[n % len(TEXTS)], REALS[n % len(REALS)], WHOLE[n % len(WHOLE)],
               json.dumps(document, ensure_ascii=False) if n % 7 else None)


def moment(n):
    return f'2026-01-{n // 86400 % 28 + 1:02}T{n // 3600 % 24:02}:{n // 60 % 60:02}:{n % 60:02}.000Z'


def plain(count):
    """As a pipeline's messages are."""
    for n in range(count):
        yield (n, moment(n), f'GET /orders/{n * 7919 % 1000003} HTTP/1.1 answered 200 in {n % 977} ms by backend-{n % 13}, "retried" {n % 3} times', n * 31, n / 7)


EPOCH = 1767225600


def letters(count):
    """Port messages, in the order of their times."""
    chance = random.Random(5)
    for n in range(count):
        yield (str(uuid.UUID(int=chance.getrandbits(128), version=4)), f'p{n % 5}', 'a', 'b',
               json.dumps({'n': n, 'order': f'o-{n * 7919 % 1000003}', 'text': 'abc def "ghi"'}), moment(n))


# The databases' own way, in the order of ours.
OWN = {'rows': 'SELECT * FROM plain ORDER BY id', 'messages': 'SELECT * FROM messages ORDER BY id',
       'port-messages': 'SELECT * FROM port_messages ORDER BY created_at, id'}
COLUMNS = ['id', 'text of "it"', 'real', 'whole', 'document']


class InSqlite:
    def __init__(self, path):
        self.path, self.store = path, f'sqlite://{path}'
        with contextlib.closing(sqlite3.connect(path)) as db:
            db.execute('CREATE TABLE nasty (id INTEGER PRIMARY KEY, "text of ""it""" TEXT, real REAL, whole INTEGER, document JSON)')

    def fill(self, count):
        with contextlib.closing(sqlite3.connect(self.path)) as db:
            db.executemany('INSERT INTO nasty VALUES (?, ?, ?, ?, ?)', rows(count))
            db.commit()

    def fill_plain(self, count):
        with contextlib.closing(sqlite3.connect(self.path)) as db:
            db.execute('CREATE TABLE plain (id INTEGER PRIMARY KEY, sent_at TEXT, content TEXT, number INTEGER, share REAL)')
            db.executemany('INSERT INTO plain VALUES (?, ?, ?, ?, ?)', plain(count))
            db.commit()

    def fill_lists(self, count):
        portolan('migrate', '--store', self.store, 'up')
        with contextlib.closing(sqlite3.connect(self.path)) as db:
            db.execute("INSERT INTO batches (id, filename, date_created, date_modified) VALUES (1, 'one', 0, 0)")
            db.executemany('INSERT INTO messages (batch_id, message_number, content, timestamp) VALUES (1, ?, ?, ?)',
                           ((n, content, EPOCH * 1000 + n) for n, _, content, *_ in plain(count)))
            db.executemany('INSERT INTO port_messages (id, port_name, source_component, target_component, message_data, created_at) VALUES (?, ?, ?, ?, ?, ?)',
                           letters(count))
            db.commit()

    def own_export(self, path, rows=OWN['rows']):
        with open(path, 'wb') as out:
            subprocess.run(['sqlite3', '-readonly', '-csv', '-header', self.path, rows], stdout=out, check=True)


class InPostgresql:
    def __init__(self, server):
        server.create('nasty')
        self.server, self.store = server, server.url('nasty')
        server.psql('nasty', 'CREATE TABLE nasty (id BIGINT PRIMARY KEY, "text of ""it""" TEXT, real DOUBLE PRECISION, whole BIGINT, document JSONB)')

    def fill(self, count):
        text = io.StringIO()
        writer = csv.writer(text, quoting=csv.QUOTE_NONNUMERIC)
        for row in rows(count):
            text.write(','.join('' if cell is None else '"' + str(cell).replace('"', '""') + '"' for cell in row) + '\n')
        path = f'{self.server.folder}/nasty.csv'
        with open(path, 'w', newline='') as out:
            out.write(text.getvalue())
        self.server.psql_file('nasty', f"\\copy nasty FROM '{path}' WITH (FORMAT csv)\n")

    def fill_plain(self, count):
        self.server.psql('nasty', 'CREATE TABLE plain (id BIGINT PRIMARY KEY, sent_at TIMESTAMPTZ, content TEXT, number BIGINT, share DOUBLE PRECISION)')
        path = f'{self.server.folder}/plain.csv'
        with open(path, 'w', newline='') as out:
            csv.writer(out).writerows(plain(count))
        self.server.psql_file('nasty', f"\\copy plain FROM '{path}' WITH (FORMAT csv)\n")

    def fill_lists(self, count):
        portolan('migrate', '--store', self.store, 'up')
        self.server.psql('nasty', "INSERT INTO batches (id, filename, date_created, date_modified) VALUES (1, 'one', 0, 0)")
        for table, columns, lines in (('messages', 'batch_id, message_number, content, timestamp',
                                       ((1, n, content, EPOCH * 1000 + n) for n, _, content, *_ in plain(count))),
                                      ('port_messages', 'id, port_name, source_component, target_component, message_data, created_at', letters(count))):
            path = f'{self.server.folder}/{table}.csv'
            with open(path, 'w', newline='') as out:
                csv.writer(out).writerows(lines)
            self.server.psql_file('nasty', f"\\copy {table} ({columns}) FROM '{path}' WITH (FORMAT csv)\n")
        self.server.psql('nasty', 'VACUUM ANALYZE')

    def own_export(self, path, rows=OWN['rows']):
        self.server.psql_file('nasty', f"\\copy ({rows}) TO '{path}' WITH (FORMAT csv, HEADER)\n")


def export(place, path, *more, what=('rows', '--table', 'nasty')):
    done = portolan('export', what[0], '--store', place.store, '--to', str(path), *what[1:], *more)
    told = json.loads(done.stdout.splitlines()[-1])
    assert told['file'] == str(path) and told['bytes'] == os.path.getsize(path), told
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
    return told['rows'], done.stderr.decode()


def as_text(value):
    """A cell as CSV has it, unguarded."""
    if value is None:
        return ''
    return repr(value) if isinstance(value, float) else str(value)


def unguarded(cell):
    return cell[1:] if len(cell) > 1 and cell[0] == "'" and cell[1] in '=+-@\t\r' else cell


def check_csv(place, folder, expected):
    path = folder / 'a.csv'
    count, said = export(place, path)
    assert count == len(expected)
    assert 'a \' before' in said, said
    raw = path.read_bytes()
    assert raw.count(b'\r\n') >= count + 1
    with open(path, newline='', encoding='utf-8') as file:
        read = list(csv.reader(file, strict=True))
    assert read[0] == COLUMNS, read[0]
    for row, cells in zip(expected, read[1:], strict=True):
        for name, value, cell in zip(COLUMNS, row, cells, strict=True):
            if isinstance(value, float):
                assert float(cell) == value, (name, cell, value)
            elif name == 'document' and value is not None:
                assert json.loads(cell) == json.loads(value)
            else:
                cell = unguarded(cell) if name == COLUMNS[1] else cell
                assert cell == as_text(value), (name, cell[:80], as_text(value)[:80])
    assert b',"",' in raw and b',,' in raw, 'empty text and NULL'
    export(place, path, '--formulas')
    with open(path, newline='', encoding='utf-8') as file:
        assert [cells[1] for cells in list(csv.reader(file))[1:]] == [as_text(row[1]) for row in expected]


def check_json(place, folder, expected):
    for name in ('a.jsonl', 'a.json'):
        path = folder / name
        count, _ = export(place, path)
        text = path.read_text(encoding='utf-8')
        read = [json.loads(line) for line in text.split('\n')[:-1]] if name.endswith('l') else json.loads(text)
        assert len(read) == count == len(expected)
        for row, given in zip(expected, read, strict=True):
            assert list(given) == COLUMNS
            for column, value in zip(COLUMNS, row):
                if column == 'document' and value is not None:
                    value = json.loads(value)
                assert given[column] == value, (column, str(given[column])[:80], str(value)[:80])


def check_xlsx(place, folder, expected):
    import openpyxl
    path = folder / 'a.xlsx'
    count, said = export(place, path)
    assert 'Long texts' in said, said
    book = openpyxl.load_workbook(path, read_only=False)
    sheet = book.worksheets[0]
    assert sheet.freeze_panes == 'A2' and sheet.title == 'nasty', (sheet.freeze_panes, sheet.title)
    formats = {cell.number_format for row in sheet.iter_rows(min_row=2, min_col=4, max_col=4) for cell in row if isinstance(cell.value, int)}
    assert formats == {'0'}, formats # else a long id is shown as 1.2E+11
    long_texts = {}
    for name, row, column, part, text in list(book['Long texts'].values)[1:]:
        long_texts[name, row, column] = long_texts.get((name, row, column), '') + text
    read = list(sheet.values)
    assert list(read[0]) == COLUMNS and len(read) == count + 1
    unescape = openpyxl.utils.escape.unescape
    for at, (row, cells) in enumerate(zip(expected, read[1:], strict=True), 2):
        for name, value, cell in zip(COLUMNS, row, cells, strict=True):
            if name == 'document' and value is not None:
                assert json.loads(cell) == json.loads(value)
                continue
            if isinstance(value, str) and len(value.encode('utf-16-le')) // 2 > 32767:
                assert long_texts['nasty', at, name] == value
                assert value.startswith(cell) and len(cell) > 10000
                continue
            if value == '':
                value = None # a sheet has no cell for it
            if isinstance(value, int) and abs(value) > 2**53:
                value = str(value)
            if isinstance(cell, str):
                cell = unescape(cell)
            if isinstance(value, float):
                assert math.isclose(cell, value, rel_tol=2e-16, abs_tol=5e-324), (cell, value) # the library writes 16 digits
                continue
            assert cell == value and isinstance(cell, str) == isinstance(value, str), (name, repr(cell)[:80], repr(value)[:80])


def check_flat(place, folder, expected):
    path = folder / 'flat.csv'
    export(place, path, '--flatten', '--formulas')
    with open(path, newline='', encoding='utf-8') as file:
        read = list(csv.DictReader(file))
    names = ['document.n', 'document.name', r'document.deep.a\.b', 'document.deep.list', 'document.only some']
    assert sorted(read[0]) == sorted(COLUMNS[:-1] + names), list(read[0])
    for row, cells in zip(expected, read, strict=True):
        document = json.loads(row[4]) if row[4] is not None else {}
        deep = document.get('deep', {})
        assert cells['document.n'] == as_text(document.get('n'))
        assert cells['document.name'] == as_text(document.get('name'))
        assert (float(cells[r'document.deep.a\.b']) if deep else '') == deep.get('a.b', ''), cells
        assert (json.loads(cells['document.deep.list']) if deep else None) == deep.get('list')
        assert cells['document.only some'] == ('true' if 'only some' in document else '')
    export(place, folder / 'flat.xlsx', '--flatten')


# What each listing of a kind has that the store gives anew when it is imported.
ANEW = {'messages': {'id', 'batch_id'}, 'port-messages': {'created_at', 'status', 'error_message', 'retry_count', 'processed_at', 'completed_at', 'error_details'},
        'checkpoints': {'id', 'created_at'}, 'components': {'id', 'created_at', 'updated_at'}, 'health': {'id', 'last_heartbeat', 'created_at'},
        'component-metrics': {'id', 'created_at'}, 'port-metrics': {'id', 'created_at'}, 'metrics': {'id', 'created_at'}, 'sinks': {'id', 'created_at', 'updated_at'}}


def check_import(folder):
    """JSON lines of every kind are stored again as what they were."""
    store, other = f'sqlite://{folder}/kinds.db', f'sqlite://{folder}/again.db'
    portolan('demo', '--headless', '--count', '2000', '--store', store)
    for what, anew in ANEW.items():
        def exported(of, name):
            path = folder / name
            portolan('export', what, '--store', of, '--to', str(path))
            return sorted(json.dumps({k: v for k, v in json.loads(line).items() if k not in anew}, sort_keys=True) for line in path.read_text().splitlines())
        before = exported(store, 'kinds.jsonl')
        told = json.loads(portolan('import', f'{folder}/kinds.jsonl', '--into', other).stdout.splitlines()[-1])
        assert told['stored'] == len(before) > 0 and not told['rejected'], (what, told)
        assert exported(other, 'again.jsonl') == before, what
    print(f'{len(ANEW)} listings imported again from their JSON lines')


def check_nothing_left(place, folder, count):
    """Cancelled in the middle, and where it cannot be written."""
    before = sorted(os.listdir(folder))
    kept = (folder / 'a.csv').read_bytes()
    for name in ('a.csv', 'b.csv', 'b.xlsx', 'b.json'):
        for flags in ([], ['--flatten']):
            process = subprocess.Popen([PROGRAM, 'export', 'rows', '--table', 'nasty', '--store', place.store, '--to', str(folder / name), *flags],
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            interrupt(process, random.uniform(0, 0.1))
            code = process.wait(60)
            if code == 0 and name != 'a.csv':
                os.remove(folder / name)
            elif code != 0:
                assert code == 130, code
            assert sorted(os.listdir(folder)) == before, (sorted(os.listdir(folder)), before)
    export(place, folder / 'a.csv', '--formulas')
    missing = portolan('export', 'rows', '--table', 'nasty', '--store', place.store, '--to', str(folder / 'no' / 'a.csv'), check=(1,))
    assert b'Cannot write' in missing.stderr, missing.stderr
    for wrong in (['--to', str(folder / 'a.doc')], ['--to', str(folder / 'c.csv'), '--filter', 'nothing:1']):
        portolan('export', 'rows', '--table', 'nasty', '--store', place.store, *wrong, check=(2,))
    assert sorted(os.listdir(folder)) == before


def check_batches(folder):
    """As export_to_json of the reference has the messages of a batch file."""
    store = f'file://{folder}/files'
    portolan('demo', '--headless', '--count', '57', '--store', store)
    export(type('P', (), {'store': store}), folder / 'batches.json', what=('batches',))
    read = json.loads((folder / 'batches.json').read_text())
    assert len(read) == 6, len(read)
    for batch in read:
        expected = []
        with open(f'{folder}/files/example_receiver/messages/{batch["filename"]}', encoding='utf-8') as file:
            for line in file:
                expected.append({'timestamp': line[1:20], 'message_number': int(line.split('#')[1].split(':')[0]),
                                 'content': line.split(': ', 1)[1].strip()})
        assert batch['messages'] == expected and batch['message_count'] == len(expected), batch


def best(work, path, tries):
    took = math.inf
    for _ in range(tries):
        began = time.time()
        work()
        took = min(took, time.time() - began)
        os.remove(path)
    return took


def measure(place, folder, name, count):
    """Of each kind of rows how much longer the CSV takes than the database's own; the best of five. Memory of the largest."""
    place.fill_plain(count)
    place.fill_lists(count)
    path, ratios = f'{folder}/long.csv', []

    def written(what):
        chosen = ('rows', '--table', 'plain') if what == 'rows' else (what,)
        assert export(place, path, what=chosen)[0] == count
    for what in OWN:
        own = best(lambda: place.own_export(path, OWN[what]), path, 5)
        ours = best(lambda: written(what), path, 5)
        ratios.append(ours / own)
        print(f'{name}, {count} {what}: csv {ours:.2f} s, own {own:.2f} s, {ours / own:.2f}', flush=True)
    for ending in ('jsonl', 'xlsx'):
        path = f'{folder}/long.{ending}'
        took = best(lambda: written('rows'), path, 1)
        print(f'{name}, {count} rows: {ending} {took:.2f} s', flush=True)
    print(f'{name}: {resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024} MiB at most')
    return max(ratios)


count = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
try:
    import openpyxl
    has_openpyxl = True
except ImportError:
    has_openpyxl = False
slow = 0
server = Postgres()
try:
    with tempfile.TemporaryDirectory(prefix='portolan-export-') as name:
        folder = pathlib.Path(name)
        shutil.chown(folder, 'postgres') if os.getuid() == 0 else None
        os.chmod(folder, 0o777)
        check_batches(folder)
        check_import(folder)
        for label, place in (('SQLite', InSqlite(f'{folder}/nasty.db')), ('PostgreSQL', InPostgresql(server))):
            place.fill(count)
            expected = list(rows(count))
            check_csv(place, folder, expected)
            check_json(place, folder, expected)
            if has_openpyxl:
                check_xlsx(place, folder, expected)
            check_flat(place, folder, expected)
            check_nothing_left(place, folder, count)
            if os.environ.get('PORTOLAN_LONG'):
                slow += measure(place, folder, label, 1_000_000) > 1.5
            print(f'{label}: {count} rows equal in CSV, JSON, JSON lines' + (', XLSX' if has_openpyxl else ' (no openpyxl: XLSX not read)'))
finally:
    server.stop()
assert not slow, 'slower than one and a half times the database itself'
print('1 passed, 0 failed')
