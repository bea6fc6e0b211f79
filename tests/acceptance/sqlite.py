#!/usr/bin/env python3
"""sqlite.py [values|objects|broken|ours|proj]…: any SQLite database as it is, held against SQLite itself, value by value, in UTF-8
and both UTF-16. Every declared type with every storage class is filtered by every operator (a fifth of the
questions for each; PORTOLAN_LONG=1: all), sorted up and down through pages, and
exported as CSV and JSON. Tables without row numbers and with keys of bytes, views, virtual tables, generated columns and names that are
no words are read. One object that cannot be read (a damaged table, an unknown collation or function, a module that is not there, a view
of a table that is gone) hides nothing. Our own store in a UTF-16 file says what it says in UTF-8. PROJ's database is exported whole."""
import concurrent.futures, csv, hashlib, io, itertools, random, sqlite3
from pipeline import *

ENCODINGS = ['UTF-8', 'UTF-16le', 'UTF-16be']
TYPES = ['INTEGER', 'INT', 'TINYINT', 'UNSIGNED BIG INT', 'REAL', 'DOUBLE PRECISION', 'FLOAT', 'NUMERIC', 'NUMERIC(10,2)', 'DECIMAL(10,5)',
         'BOOLEAN', 'DATE', 'DATETIME', 'TEXT', 'NVARCHAR(160)', 'CHARACTER(20)', 'CLOB', 'BLOB', '', 'ANY', 'STRING', 'FLOATING POINT',
         'TEXT COLLATE NOCASE', 'TEXT COLLATE RTRIM', 'NUMERIC COLLATE NOCASE']
VALUES = [None, 0, 1, -5, 9, 10, 2**53 + 1, 2**63 - 1, -2**63, 0.1, 1.5, 9.0, 13.86, 1e300, -1e-300, float('inf'), '', 'abc', 'ABC', 'abc ', '9', '10',
          '9.50', ' 9', '1e3', '2009-01-01 00:00:00', '2009-01-01', 'true', 'Zürich', 'Āa', '😀', '\ue000', 'a\nb', '=1+1', "'q", 'nu\0l', 'x' * 6000,
          b'', b'abc', b'9', b'\x00\xff', 'ABC'.encode('utf-16-le')]
# As it is typed in a filter, and as it is written in SQL.
LITERALS = [('9', '9'), ('9.5', '9.5'), ('"abc"', "'abc'"), ('"9"', "'9'"), ('"2009-01-01"', "'2009-01-01'"), ('"Āa"', "'Āa'"), ('"\ue000"', "'\ue000'"),
            ('9223372036854775807', '9223372036854775807'), ('-1e-3', '-1e-3'), ('""', "''")]
OPERATORS = [(':', '='), ('<', '<'), ('<=', '<='), ('>', '>'), ('>=', '>=')]
CONTAINED = ['b', '9', 'ü', '.5', '%']


def quoted(name):
    return '"' + name.replace('"', '""') + '"'


def listed(path, table, *words, check=(0,)):
    run = portolan('list', 'rows', '--store', f'sqlite://{path}', '--table', table, '--limit', '0', '--format', 'jsonl', *words, check=check)
    return [json.loads(line) for line in run.stdout.splitlines()]


def read_back(row, name):
    """A value as JSON has it."""
    if name + '_base64' in row:
        import base64
        return base64.b64decode(row[name + '_base64'])
    return row[name]


def as_json(value):
    """What JSON can say of it: bytes that are text are a text, infinities are named."""
    if isinstance(value, bytes):
        try:
            return value.decode()
        except UnicodeDecodeError:
            return value
    if isinstance(value, float) and value in (float('inf'), float('-inf')):
        return 'Infinity' if value > 0 else '-Infinity'
    return value


def same(found, value):
    wanted = as_json(value)
    return found == wanted and (isinstance(found, str) == isinstance(wanted, str)) and isinstance(found, bytes) == isinstance(wanted, bytes)


def equal_rows(what, found, wanted, columns):
    assert len(found) == len(wanted), f'{what}: {len(found)} rows of {len(wanted)}'
    for number, (row, truth) in enumerate(zip(found, wanted)):
        for name, value in zip(columns, truth):
            assert same(read_back(row, name), value), f'{what}, row {number}, {name}: {read_back(row, name)!r} for {value!r}'


def exported(path, table, kind, folder, *words, check=(0,)):
    file = os.path.join(folder, f'{hashlib.sha1((table + repr(words)).encode()).hexdigest()}.{kind}')
    portolan('export', 'rows', '--store', f'sqlite://{path}', '--table', table, '--to', file, '--formulas', *words, check=check)
    with open(file, encoding='utf-8', newline='') as text:
        return json.load(text) if kind == 'json' else list(csv.reader(text))[1:]


def equal_csv(what, found, wanted):
    assert len(found) == len(wanted), f'{what}: {len(found)} rows of {len(wanted)}'
    for number, (row, truth) in enumerate(zip(found, wanted)):
        for cell, value in zip(row, truth):
            if isinstance(value, bytes):  # the CSV says how many are no text, JSON has them
                value = cell if '\ufffd' in value.decode('utf-8', 'replace') and '\ufffd' in cell else value.decode()
            right = cell == '' if value is None else float(cell) == value if isinstance(value, float) else \
                int(cell) == value if isinstance(value, int) else cell == value or (cell == "'" + value and not value)
            assert right, f'{what}, row {number}: {cell!r} for {value!r}'


def check_export(db, path, table, folder, kinds=('csv', 'json')):
    cursor = db.execute(f'SELECT * FROM {quoted(table)}')
    columns, wanted = [each[0] for each in cursor.description], cursor.fetchall()
    lossy = any(as_json(value) is value for row in wanted for value in row if isinstance(value, bytes))
    for kind in kinds:
        found = exported(path, table, kind, folder, check=(3 if lossy and kind == 'csv' else 0,))
        if kind == 'csv':
            equal_csv(f'{table} as csv', found, wanted)
        else:
            equal_rows(f'{table} as json', found, wanted, columns)
    return len(wanted)


def made_values(path, encoding):
    db = sqlite3.connect(path)
    db.execute(f"PRAGMA encoding = '{encoding}'")
    names = [f'c{n}' for n in range(len(TYPES))]
    db.execute(f"CREATE TABLE vals (n INTEGER PRIMARY KEY, {', '.join(f'{name} {kind}' for name, kind in zip(names, TYPES))})")
    shuffled = VALUES * 2
    random.Random(5).shuffle(shuffled)
    for value in shuffled:
        db.execute(f"INSERT INTO vals ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})", [value] * len(names))
    # Indexes, as somebody may have them: answers are the same with one.
    for name in names[::3]:
        db.execute(f'CREATE INDEX of_{name} ON vals({name})')
    db.execute('CREATE TABLE strict (n INTEGER PRIMARY KEY, i INT, r REAL, t TEXT, b BLOB, a ANY) STRICT')
    for value in VALUES:
        fits = lambda kinds: value if isinstance(value, kinds) and value != float('inf') else None
        db.execute('INSERT INTO strict (i, r, t, b, a) VALUES (?, ?, ?, ?, ?)', (fits(int), fits(float), fits(str), fits(bytes), value))
    db.commit()
    return db


def ask_values(db, path, table, column, kind):
    """Every filter and both orders of one column."""
    of_numbers = kind.split(' ')[0] in ('INTEGER', 'INT', 'TINYINT', 'UNSIGNED', 'REAL', 'DOUBLE', 'FLOAT', 'FLOATING')
    of_texts = any(word in kind for word in ('CHAR', 'TEXT', 'CLOB'))  # there what is typed is a text, however it looks
    questions = [(f'{column}{typed}{literal}', f"{column} {sql} '{literal}'" if of_texts and literal[0] != '"' else f'{column} {sql} {written}')
                 for (typed, sql), (literal, written) in itertools.product(OPERATORS, LITERALS)]
    questions += [(f'{column}~"{text}"', f"{column} LIKE '%' || '{text}' || '%'") for text in CONTAINED if text != '%']
    questions += [(f'{column}~"%"', f"{column} LIKE '%\\%%' ESCAPE '\\'"), (f'{column}:*', f'{column} IS NOT NULL'),
                  (f'not {column}:*', f'{column} IS NULL'), (f'not {column}>9', f'NOT coalesce({column} > 9, 0)'),
                  (f'{column}:9,10', f"({column} = '9' OR {column} = '10')" if of_texts else f'({column} = 9 OR {column} = 10)')]
    if not LONG:  # others for each column
        questions = random.Random(f'{path[-8:]} {table} {column}').sample(questions, len(questions) // 5)
    # Several at once: a union of numbers tells which of them is wrong no less.
    for typed, sql in questions:
        wanted = [row[0] for row in db.execute(f'SELECT n FROM {table} WHERE {sql} ORDER BY n')]
        found = [row['n'] for row in listed(path, table, '--filter', typed)]
        assert found == wanted, f'{path} {kind}: {typed}: {len(found)} rows for {len(wanted)}: {sorted(set(found) ^ set(wanted))[:5]}'
    for direction in ('', '-'):
        order = ' DESC' if direction else ''
        wanted = [row[0] for row in db.execute(f'SELECT n FROM {table} ORDER BY {column}{order}, n{order}')]
        found, after = [], []
        while True:  # through pages of any size
            run = portolan('list', 'rows', '--store', f'sqlite://{path}', '--table', table, '--limit', '11', '--format', 'jsonl', '--sort',
                           direction + column, *after)
            found += [json.loads(line)['n'] for line in run.stdout.splitlines()]
            said = run.stderr.decode().split('more: --after ')
            if len(said) < 2:
                break
            after = ['--after', said[1].split()[0]]
        assert found == wanted, f'{path} {kind} {order}: {found} for {wanted}'
    if of_numbers:  # a slip is no empty list
        refused = portolan('list', 'rows', '--store', f'sqlite://{path}', '--table', table, '--filter', f'{column}:abc', check=(2,))
        assert b'position' in refused.stderr


def check_values(folder):
    for encoding in ENCODINGS:
        path = os.path.join(folder, f'values-{encoding}.db')
        made_values(path, encoding).close()

        def ask(table, column, kind):
            with contextlib.closing(sqlite3.connect(path)) as db:
                ask_values(db, path, table, column, kind)
        asked = [('vals', f'c{n}', kind) for n, kind in enumerate(TYPES)]
        asked += [('strict', name, kind) for name, kind in (('i', 'INT'), ('r', 'REAL'), ('t', 'TEXT'), ('b', 'BLOB'), ('a', ''))]
        if encoding != 'UTF-8':  # of each affinity and collation
            asked = [each for each in asked if each[2] in ('INTEGER', 'REAL', 'NUMERIC', 'TEXT', '', 'TEXT COLLATE NOCASE')]
        with concurrent.futures.ThreadPoolExecutor(3) as pool:
            for done in [pool.submit(ask, *each) for each in asked]:
                done.result()
        with contextlib.closing(sqlite3.connect(path)) as db:
            for table in ('vals', 'strict'):
                check_export(db, path, table, folder)
        print(f'{encoding}: {len(asked)} columns filtered, sorted and exported as SQLite does')


def made_objects(path, encoding):
    db = sqlite3.connect(path)
    db.execute(f"PRAGMA encoding = '{encoding}'")
    db.executescript('''
        CREATE TABLE Invoice (InvoiceId INTEGER NOT NULL PRIMARY KEY, InvoiceDate DATETIME NOT NULL, BillingCity NVARCHAR(40),
                              Total NUMERIC(10,2) NOT NULL);
        CREATE TABLE blobkey (k BLOB PRIMARY KEY, v TEXT) WITHOUT ROWID;
        CREATE TABLE manykeys (a TEXT COLLATE NOCASE, b BLOB, c INT, d REAL, v, PRIMARY KEY (a, c DESC, b)) WITHOUT ROWID;
        CREATE TABLE generated (a INT, b AS (a * 2), c TEXT AS ('n' || a) STORED, d INT GENERATED ALWAYS AS (a % 3) VIRTUAL);
        CREATE TABLE allrowids (rowid TEXT, _rowid_ TEXT, oid TEXT, v INT);
        CREATE TABLE onerowid (rowid TEXT, v INT);
        CREATE TABLE sparse (id INTEGER PRIMARY KEY, v TEXT);
        CREATE TABLE "Order Details.x" ("Order Date" TEXT, "2nd" INT, "a.b" TEXT, "c:d" INT, "e""f" TEXT, "or" INT, "größe" REAL, "-x" INT,
                                        "a b" TEXT, "[g]" INT, "new
line" INT);
        CREATE VIEW totals AS SELECT BillingCity, sum(Total) AS total, count(*) AS many FROM Invoice GROUP BY BillingCity;
        CREATE VIEW "all values" AS SELECT InvoiceId AS id, Total, CAST(InvoiceId AS TEXT) AS t, NULL AS none, x'00ff' AS b FROM Invoice;
        CREATE VIEW many AS WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 25000) SELECT n, n % 7 AS m, 'row ' || n AS t FROM c;
        CREATE VIRTUAL TABLE ft5 USING fts5(title, body);
        CREATE VIRTUAL TABLE ft4 USING fts4(title, body);
        CREATE VIRTUAL TABLE boxes USING rtree(id, x0, x1, +label TEXT);
        CREATE VIRTUAL TABLE "contentless" USING fts5(a, content='');
    ''')
    chance = random.Random(3)
    for n in range(65):
        db.execute('INSERT INTO Invoice VALUES (?, ?, ?, ?)', (n + 1, f'2009-{n % 12 + 1:02}-{n % 28 + 1:02} 00:00:00',
                   chance.choice(['Zürich', 'Berlin', 'São Paulo', 'Ōsaka']), f'{chance.choice([0.99, 1.98, 3.96, 5.94, 8.91, 13.86, 9, 21.86])}'))
    for n in range(1200):
        db.execute('INSERT INTO blobkey VALUES (?, ?)', (hashlib.md5(b'%d' % n).digest()[:n % 16 + 4], f'v{n}'))
        db.execute('INSERT OR IGNORE INTO manykeys VALUES (?, ?, ?, ?, ?)',
                   (chance.choice(['a', 'B', 'ö', '']), bytes([n % 256, 0, 255]), n % 40 - 20, n / 7, chance.choice(VALUES)))
        db.execute('INSERT INTO generated (a) VALUES (?)', (n % 100,))
        db.execute('INSERT INTO allrowids VALUES (?, ?, ?, ?)', (f'r{n}', 'x', 'y', n))
        db.execute('INSERT INTO onerowid VALUES (?, ?)', (f'r{n}', n))
        db.execute('INSERT INTO ft5 VALUES (?, ?)', (f'title {n}', 'hello world' if n % 5 else 'gone'))
        db.execute('INSERT INTO ft4 VALUES (?, ?)', (f'title {n}', 'hello'))
        db.execute('INSERT INTO boxes VALUES (?, ?, ?, ?)', (n + 1, n, n + 0.5, f'box {n}'))
    for n in range(30):
        db.execute(f"INSERT INTO \"Order Details.x\" VALUES ({', '.join('?' * 11)})", [f'2026-01-{n + 1:02}', n, f't{n}', n % 3, 'q', n, n / 2, -n, 'z', 1, n])
    db.executemany('INSERT INTO sparse VALUES (?, ?)', ((n * 10**12, 'x') for n in range(3000)))
    db.commit()
    return db


def pages(path, table, *words):
    found, after = [], []
    while True:
        run = portolan('list', 'rows', '--store', f'sqlite://{path}', '--table', table, '--limit', '97', '--format', 'jsonl', *words, *after)
        found += [json.loads(line) for line in run.stdout.splitlines()]
        said = run.stderr.decode().split('more: --after ')
        if len(said) < 2:
            return found
        after = ['--after', said[1].split()[0]]


def check_objects(folder):
    for encoding in ENCODINGS:
        path = os.path.join(folder, f'objects-{encoding}.db')
        db = made_objects(path, encoding)
        names = ['Invoice', 'blobkey', 'manykeys', 'generated', 'allrowids', 'onerowid', 'sparse', 'Order Details.x', 'totals', 'all values', 'many', 'ft5',
                 'ft4', 'boxes', 'contentless']
        for table in names:
            check_export(db, path, table, folder)
        tables = {row['table']: row for row in map(json.loads, portolan('list', 'tables', '--store', f'sqlite://{path}', '--limit', '0', '--format',
                                                                        'jsonl').stdout.splitlines())}
        assert set(names) == set(tables), set(names) ^ set(tables)
        for table in names[:8]:  # a small file is counted by its pages; the greatest number of a row is no count
            many, = db.execute(f'SELECT count(*) FROM {quoted(table)}').fetchone()
            assert (tables[table]['rows'], tables[table]['estimate']) == (many, False), (table, many, tables[table])
        # Pages, by the key and by a column, up and down.
        for table, column in (('blobkey', 'v'), ('manykeys', 'v'), ('manykeys', 'a'), ('manykeys', 'b'), ('totals', 'total'), ('totals', 'BillingCity'),
                              ('generated', 'd'), ('ft5', 'body'), ('allrowids', 'v'), ('boxes', 'x0'), ('Order Details.x', '-x')):
            columns = [each[0] for each in db.execute(f'SELECT * FROM {quoted(table)}').description]
            for direction in ('', '-'):
                order = ' DESC' if direction else ''
                found = [in_order(read_back(row, column)) for row in pages(path, table, '--sort', direction + column)]
                wanted = [in_order(as_json(row[0])) for row in db.execute(f'SELECT {quoted(column)} FROM {quoted(table)} ORDER BY {quoted(column)}{order}')]
                assert found == wanted, f'{table} by {direction}{column}'
            equal_rows(f'{table} in pages', pages(path, table),
                       db.execute(f'SELECT * FROM {quoted(table)}').fetchall(), columns)
        # Filters, whole behind no limit.
        for table, typed, sql in (
                ('Invoice', 'Total>9', 'Total > 9'), ('Invoice', 'Total:13.86', 'Total = 13.86'), ('Invoice', 'InvoiceDate>=2009-06', "InvoiceDate >= '2009-06'"),
                ('Invoice', 'BillingCity:Zürich', "BillingCity = 'Zürich'"), ('Invoice', 'ürich', "BillingCity LIKE '%ürich%'"),
                ('totals', 'total>100', 'total > 100'), ('totals', 'BillingCity~a many>10', "BillingCity LIKE '%a%' AND many > 10"),
                ('all values', 't:9', "t = '9'"), ('all values', 'Total<2 id>20', 'Total < 2 AND id > 20'), ('many', 'n>24000 m:3', 'n > 24000 AND m = 3'),
                ('many', 't~999', "t LIKE '%999%'"), ('ft5', 'body:gone', "body = 'gone'"), ('boxes', 'x0>1190', 'x0 > 1190'),
                ('boxes', 'label~"box 11"', "label LIKE '%box 11%'"), ('manykeys', 'a:A', "a = 'A'"), ('generated', 'b>190 c~n9', "b > 190 AND c LIKE '%n9%'"),
                ('Order Details.x', '"Order Date":2026-01-05', "\"Order Date\" = '2026-01-05'"), ('Order Details.x', '"2nd">27', '"2nd" > 27'),
                ('Order Details.x', '"a.b":t3 or "c:d":2', "\"a.b\" = 't3' OR \"c:d\" = 2"), ('Order Details.x', '"e\\"f":q "or"<3', "\"e\"\"f\" = 'q' AND \"or\" < 3"),
                ('Order Details.x', 'größe>=14', '"größe" >= 14'), ('Order Details.x', 'not "-x"<-2', 'NOT "-x" < -2'),
                ('Order Details.x', '"a b":z "[g]":1 "new\\nline">27', "\"a b\" = 'z' AND \"[g]\" = 1 AND \"new\nline\" > 27")):
            many, = db.execute(f'SELECT count(*) FROM {quoted(table)} WHERE {sql}').fetchone()
            found = len(listed(path, table, '--filter', typed))
            assert found == many, f'{table}: {typed}: {found} rows of {many}'
            assert len(exported(path, table, 'json', folder, '--filter', typed)) == many
        wrong = portolan('list', 'rows', '--store', f'sqlite://{path}', '--table', 'Order Details.x', '--filter', 'Order:x', check=(2,))
        assert b'"Order Date"' in wrong.stderr and b'"2nd"' in wrong.stderr, wrong.stderr
        db.close()
        print(f'{encoding}: {len(names)} tables, views and virtual tables are read, sorted and filtered whole')


def in_order(value):
    """What an order goes by: 9 and 9.0 are equal, 9 and '9' are not."""
    return ('number' if isinstance(value, (int, float)) else type(value).__name__, value)


def made_broken(path):
    """Good tables beside one of every kind that cannot be read whole."""
    db = sqlite3.connect(path)
    db.create_collation('theirs', lambda a, b: (a[::-1] > b[::-1]) - (a[::-1] < b[::-1]))
    db.create_function('theirs', 1, lambda x: x, deterministic=True)
    db.executescript('''
        CREATE TABLE good (id INTEGER PRIMARY KEY, a TEXT);
        INSERT INTO good(a) VALUES ('x'), ('y'), ('z');
        CREATE TABLE coll (id INTEGER PRIMARY KEY, n TEXT COLLATE theirs);
        CREATE INDEX coll_n ON coll(n);
        CREATE TABLE wr (k TEXT COLLATE theirs PRIMARY KEY, v) WITHOUT ROWID;
        CREATE VIEW byname AS SELECT n FROM coll;
        CREATE VIEW found AS SELECT n FROM coll WHERE n = 'ab';
        CREATE VIEW nofunction AS SELECT nosuch(a) AS x FROM good;
        CREATE VIEW notable AS SELECT * FROM gone;
        CREATE TABLE computed (a, b AS (theirs(a)));
        CREATE TABLE damaged (id INTEGER PRIMARY KEY, t TEXT);
    ''')
    words = ['ab', 'ba', 'cc', 'a', 'zz', 'za', 'B', 'é']
    db.executemany('INSERT INTO coll(n) VALUES (?)', [(w,) for w in words])
    db.executemany('INSERT INTO wr VALUES (?, 1)', [(w,) for w in words])
    db.executemany('INSERT INTO damaged(t) VALUES (?)', [('x' * 200,)] * 2000)
    db.execute('INSERT INTO computed(a) VALUES (1)')
    db.commit()
    leaves = [row[0] for row in db.execute("SELECT pageno FROM dbstat WHERE name = 'damaged' AND pagetype = 'leaf'")]
    db.execute('PRAGMA writable_schema = ON')
    db.execute("INSERT INTO sqlite_schema VALUES ('table', 'nomodule', 'nomodule', 0, 'CREATE VIRTUAL TABLE nomodule USING nosuchmodule(a, b)')")
    db.commit()
    db.close()
    with open(path, 'r+b') as file:
        for page in leaves[5:8]:
            file.seek((page - 1) * 4096)
            file.write(b'\xff' * 4096)
    return words


def check_broken(folder):
    path = os.path.join(folder, 'broken.db')
    words = made_broken(path)
    store = f'sqlite://{path}'
    bad = {'nofunction': 'nosuch', 'notable': 'gone', 'computed': 'theirs', 'damaged': 'damaged', 'nomodule': 'nosuchmodule'}
    run = portolan('list', 'tables', '--store', store, '--limit', '0', '--format', 'jsonl', check=(3,))
    tables = {row['table']: row for row in map(json.loads, run.stdout.splitlines())}
    assert set(tables) == {'good', 'coll', 'wr', 'byname', 'found', *bad}, set(tables)
    for table, row in tables.items():
        assert (row['problem'] is not None) == (table in bad), row
        assert table not in bad or (bad[table] in row['problem'] and table in run.stderr.decode()), row
    assert [row['a'] for row in listed(path, 'good')] == ['x', 'y', 'z']
    # Rows of an unknown collation go by their bytes, and no index in it is trusted.
    for table, column in (('coll', 'n'), ('wr', 'k'), ('byname', 'n')):
        assert sorted(row[column] for row in listed(path, table)) == sorted(words)
        for word in words:
            assert [row[column] for row in listed(path, table, '--filter', f'{column}:"{word}"')] == [word], (table, word)
        for bound in words:
            found = [row[column] for row in listed(path, table, '--filter', f'{column}>"{bound}"', '--sort', column)]
            assert found == sorted((w for w in words if w.encode() > bound.encode()), key=str.encode), (table, bound, found)
        by_pages, after = [], []
        while True:
            run = portolan('list', 'rows', '--store', store, '--table', table, '--limit', '3', '--format', 'jsonl', '--sort', '-' + column, *after)
            by_pages += [json.loads(line)[column] for line in run.stdout.splitlines()]
            said = run.stderr.decode().split('more: --after ')
            if len(said) < 2:
                break
            after = ['--after', said[1].split()[0]]
        assert by_pages == sorted(words, key=str.encode, reverse=True), (table, by_pages)
    said = portolan('list', 'rows', '--store', store, '--table', 'coll').stderr.decode()
    assert 'collation' in said and 'n' in said, said
    assert b'theirs' in portolan('list', 'rows', '--store', store, '--table', 'found', check=(3,)).stderr
    for table, word in bad.items():
        failed = portolan('list', 'rows', '--store', store, '--table', table, '--limit', '0', check=(1,)).stderr.decode()
        assert word in failed or table in ('damaged', 'computed'), (table, failed)
    stats = portolan('stats', '--store', store, '--format', 'jsonl', check=(3,))
    measured = {row['name']: row for row in map(json.loads, stats.stdout.splitlines())}
    assert measured['good']['rows'] == 3 and measured['good']['problem'] is None and measured['damaged']['problem'], measured
    verified = portolan('verify', '--store', store, '--format', 'jsonl', check=(3,))
    checks = {row['name']: row for row in map(json.loads, verified.stdout.splitlines())}
    assert checks['database-file']['result'] == 'found', checks['database-file']
    portolan('report', '--store', store, '--to', os.path.join(folder, 'broken.html'))
    portolan('search', 'x', '--store', store, check=(0, 3))
    # Without the damage nothing is found but the collation, which is said.
    whole = os.path.join(folder, 'collation.db')
    db = sqlite3.connect(whole)
    db.create_collation('theirs', lambda a, b: (a[::-1] > b[::-1]) - (a[::-1] < b[::-1]))
    db.execute('CREATE TABLE coll (id INTEGER PRIMARY KEY, n TEXT COLLATE theirs)')
    db.execute('CREATE INDEX coll_n ON coll(n)')
    db.executemany('INSERT INTO coll(n) VALUES (?)', [(w,) for w in words])
    db.commit()
    db.close()
    verified = portolan('verify', '--store', f'sqlite://{whole}', '--format', 'jsonl', check=(0, 3))
    line = next(row for row in map(json.loads, verified.stdout.splitlines()) if row['name'] == 'database-file')
    assert 'theirs' in line['detail'] and 'missing' not in line['detail'], line
    # A table of ours that is damaged: what is left of the others is searched, and that one is named.
    ours = os.path.join(folder, 'ours-damaged.db')
    portolan('demo', '--headless', '--count', '400', '--store', f'sqlite://{ours}', check=(0, 3))
    with contextlib.closing(sqlite3.connect(ours)) as db:
        db.execute('PRAGMA journal_mode = DELETE')
        leaves = [row[0] for row in db.execute("SELECT pageno FROM dbstat WHERE name = 'port_messages' AND pagetype = 'leaf'")]
    with open(ours, 'r+b') as file:
        file.seek((leaves[len(leaves) // 2] - 1) * 4096)
        file.write(b'\xff' * 4096)
    found = portolan('search', 'a', '--store', f'sqlite://{ours}', '--format', 'jsonl', '--limit', '3', check=(0, 3))
    assert b'"kind":"message"' in found.stdout
    portolan('report', '--store', f'sqlite://{ours}', '--to', os.path.join(folder, 'ours.html'), check=(0, 3))
    portolan('stats', '--store', f'sqlite://{ours}', check=(3,))
    portolan('verify', '--store', f'sqlite://{ours}', check=(3,))
    print('one object that cannot be read hides nothing of the others')


PAYLOADS = ['plain', 'Zürich Ōsaka 😀', '\ue000 beyond', 'quote " and \\', '日本語のメッセージ', 'ŁÓDŹ', 'x' * 5000 + 'ü']


# Of a row, what differs from store to store whatever was received.
TOLD_ANEW = {'created_at', 'processed_at', 'died_at', 'pending_since', 'rejected_at', 'detected_at', 'last_activity', 'oldest_pending', 'first_seen',
             'last_seen', 'source', 'timestamp', 'date_created', 'date_modified', 'key', 'source_key', 'identity', 'at', 'time', 'updated_at', 'previous_at',
             'last_modified', 'status_changed_at', 'ever_first'}


def is_made(value):
    """An id that the store made."""
    return isinstance(value, str) and len(value) == 36 and not value.startswith('00000000-')


def check_ours(folder):
    """What every command says of a store, whatever encoding its file has."""
    said, redis = {}, Redis()
    try:
        for encoding in ENCODINGS:
            path = os.path.join(folder, f'ours-{encoding}.db')
            store = f'sqlite://{path}'
            with contextlib.closing(sqlite3.connect(path)) as db:
                db.execute(f"PRAGMA encoding = '{encoding}'")
                db.execute('CREATE TABLE theirs (a TEXT)')
                db.execute("INSERT INTO theirs VALUES ('Ž')")
                db.commit()
            portolan('migrate', '--store', store, 'up')
            with contextlib.closing(sqlite3.connect(path)) as db:
                assert db.execute('PRAGMA encoding').fetchone()[0] == encoding
            stream = f's{encoding}'
            redis.add(stream, [text.encode() for text in PAYLOADS])
            redis.add(stream, [json.dumps({'kind': 'port_message', 'id': f'00000000-0000-4000-8000-{n:012}', 'port_name': f'pört{n % 3}',
                                           'source_component': 'ä', 'target_component': 'ö', 'message_data': json.dumps({'t': text}, ensure_ascii=n % 2 == 0),
                                           'message_metadata': {'größe': n}}).encode() for n, text in enumerate(PAYLOADS * 3)])
            redis.add(stream, [json.dumps({'kind': 'checkpoint', 'checkpoint_name': 'ünï', 'component_name': 'c', 'checkpoint_data': {'a': n, 't': 'ä'},
                                           'version': n + 1}).encode() for n in range(3)])
            redis.add(stream, [b'\xff\xfe not text', '{"kind":"port_message","port_name":"ü"}'.encode()])
            counts = receive(redis.url(stream), store, '--idle-exit', '2', check=(0, 3))
            with contextlib.closing(sqlite3.connect(path)) as db:
                for n, (row,) in enumerate(db.execute("SELECT id FROM port_messages WHERE port_name <> 'pört0' ORDER BY id").fetchall()):
                    db.execute("UPDATE port_messages SET status = 'dead_letter', error_message = ?, retry_count = 3 WHERE id = ?", (f'größe {n} unbekannt', row))
                db.commit()
            heard = [counts]
            keep = lambda row: {k: v for k, v in row.items() if k not in TOLD_ANEW and not (k == 'id' and is_made(v))}
            for what in ('messages', 'batches', 'port-messages', 'ports', 'dead-letters', 'dead-letter-groups', 'checkpoints', 'rejects'):
                rows = [keep(json.loads(line)) for line in portolan('list', what, '--store', store, '--limit', '0', '--format', 'jsonl').stdout.splitlines()]
                heard.append((what, sorted(map(repr, rows)) if what == 'rejects' else rows))
            heard.append([keep(json.loads(line)) for line in portolan('list', 'port-messages', '--store', store, '--sort', '-port_name', '--limit', '0',
                                                                      '--format', 'jsonl').stdout.splitlines()])
            for typed in ('content:"Zürich Ōsaka 😀"', 'content~ōsaka', 'content>"m"', 'content<"日"', '日本語', '"ŁÓDŹ"', 'content~"quote \\""'):
                heard.append((typed, [keep(json.loads(line)) for line in portolan('list', 'messages', '--store', store, '--filter', typed, '--limit', '0',
                                                                                  '--format', 'jsonl').stdout.splitlines()]))
            for typed in ('data.t:"ŁÓDŹ"', 'message_data~"日本"', 'port_name>pört1', 'meta.größe>3', 'error_message~größe'):
                heard.append((typed, [keep(json.loads(line)) for line in portolan('list', 'port-messages', '--store', store, '--filter', typed, '--limit', '0',
                                                                                  '--format', 'jsonl').stdout.splitlines()]))
            heard.append([keep(json.loads(line)) for line in portolan('search', 'Ōsaka', '--store', store, '--format', 'jsonl').stdout.splitlines()])
            portolan('roll', '--store', store)
            heard.append([keep(json.loads(line)) for line in portolan('search', 'ŁÓDŹ', '--store', store, '--format', 'jsonl').stdout.splitlines()])
            again = receive(redis.url(stream, group='again'), store, '--idle-exit', '2', check=(0, 3))
            heard.append(again)
            assert again['stored'] == 0, again
            with contextlib.closing(sqlite3.connect(path)) as db:  # hashes are of the UTF-8
                for table in ('messages', 'port_messages'):
                    names = [row[1] for row in db.execute(f'PRAGMA table_info({table})')]
                    if 'content_hash' in names:
                        heard.append(sorted(map(repr, (row[0] for row in db.execute(f'SELECT content_hash FROM {table}')))))
            target = f'redis://127.0.0.1:{redis.port}/0?stream=out{encoding}'
            replayed = json.loads(portolan('replay', '--store', store, '--filter', 'port_name:pört1', '--reason', 'test', '--to', target).stdout.splitlines()[-1])
            heard.append({k: v for k, v in replayed.items() if k != 'run'})
            sent = [dict(zip(entry[1][::2], entry[1][1::2])) for entry in redis.command('XRANGE', f'out{encoding}', '-', '+')]
            heard.append([next(v for k, v in entry.items() if k in (b'payload', 'payload')) for entry in sent])
            assert sent
            replayed = json.loads(portolan('replay', '--store', store, '--filter', 'port_name:pört2', '--reason', 'test').stdout.splitlines()[-1])
            heard.append({k: v for k, v in replayed.items() if k != 'run'})
            recalled = json.loads(portolan('replay', '--store', store, '--recall', str(replayed['run'])).stdout.splitlines()[-1])
            heard.append({k: v for k, v in recalled.items() if k != 'run'})
            verified = [(row['name'], row['result'], row['count']) for row in
                        map(json.loads, portolan('verify', '--store', store, '--format', 'jsonl', check=(0, 3)).stdout.splitlines())]
            heard.append([each for each in verified if each[0] not in ('ingestion-lag', 'ingestion-rate')])
            for kind in ('csv', 'json'):
                file = os.path.join(folder, f'messages-{encoding}.{kind}')
                portolan('export', 'messages', '--store', store, '--to', file)
                with open(file, encoding='utf-8', newline='') as text:
                    heard.append([keep(row) for row in (json.load(text) if kind == 'json' else csv.DictReader(text))])
            said[encoding] = heard
    finally:
        redis.stop()
    for encoding in ENCODINGS[1:]:
        for one, other in zip(said['UTF-8'], said[encoding]):
            assert one == other, f'{encoding}: {other}\nin UTF-8: {one}'
    payloads = [p for p in said['UTF-8'] if isinstance(p, list) and p and isinstance(p[0], bytes)]
    assert payloads and all(p.decode() for p in payloads[0])
    print('our own store says the same in every encoding')


def check_proj(folder):
    path = '/usr/share/proj/proj.db'
    if not os.path.exists(path):
        print('proj-data is not installed: PROJ is left out')
        return
    rows = 0
    with contextlib.closing(sqlite3.connect(f'file:{path}?mode=ro&immutable=1', uri=True)) as db:
        names = [row[0] for row in db.execute("SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%' ORDER BY name")]
        for table in names:
            rows += check_export(db, path, table, folder)
    print(f'PROJ: {len(names)} tables and views with {rows} rows exported as they are')


CHECKS = {'values': check_values, 'objects': check_objects, 'broken': check_broken, 'ours': check_ours, 'proj': check_proj}

with tempfile.TemporaryDirectory() as folder:
    os.chmod(folder, 0o755)
    for name in sys.argv[1:] or CHECKS:
        CHECKS[name](folder)
print('ok')
