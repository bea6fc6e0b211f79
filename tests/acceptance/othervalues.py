#!/usr/bin/env python3
"""othervalues.py: values that are not what their place promises: numbers, texts and times of another type in SQLite tables that the
seeds' own DDL makes, in every column and named listing; null, true and false in documents beside each operator; computed columns of
views; counts of time from other days than 1970; infinities and NaN as newest samples. Each is shown as it is, or it is said (exit 3),
and a filter takes the rows that sqlite3 and psql take."""
import contextlib, datetime, itertools, json, sqlite3, tempfile
from pipeline import *

SEEDS = pathlib.Path(__file__).parent / 'seeds'
passed = 0


def check(what, found, wanted):
    global passed
    if found != wanted:
        sys.exit(f'{what}:\n  {found!r}\n  expected {wanted!r}')
    passed += 1


def listed(store, name, *more):
    run = portolan('list', name, '--store', store, '--limit', '0', *more, check=(0, 3))
    return run.returncode, [json.loads(line) for line in run.stdout.splitlines()], run.stderr.decode()


def made(path, *statements):
    with contextlib.closing(sqlite3.connect(path)) as db:
        for statement in statements:
            db.executescript(statement)
    return f'sqlite:{path}'


def asked(path, statement, *values):
    with contextlib.closing(sqlite3.connect(path)) as db:
        return db.execute(statement, values).fetchall()


VALUES = ["'abc'", "'v2'", "''", "'true'", '2.5', '-0.5', '1e300', '9e18', "'12'", "'12abc'", "x'6162'", '7', '0', "'soon'", "'1767607206'",
          "'1767607206123'", '1767607206', "'2026-01-05 10:00:00'", "'2026-13-05'"]
COLUMNS = { # listing: table, column, the rest of a row
    'component-metrics': ('component_metrics', ['metric_value', 'timestamp'],
                          {'component_name': "'c'", 'metric_name': "'x'", 'metric_value': '1', 'timestamp': "'2026-01-05 10:00:00'"}),
    'checkpoints': ('checkpoints', ['version', 'is_latest', 'created_at'],
                    {'component_name': "'c'", 'checkpoint_data': "'{}'", 'version': '1', 'is_latest': '1', 'created_at': "'2026-01-05 10:00:00'"}),
    'messages': ('messages', ['message_number', 'timestamp'],
                 {'batch_id': '1', 'message_number': '1', 'content': "'x'", 'timestamp': '1767607200'}),
    'port-messages': ('port_messages', ['retry_count', 'created_at', 'processed_at', 'completed_at'],
                      {'port_name': "'p'", 'source_component': "'a'", 'target_component': "'b'", 'message_data': "'{}'",
                       'retry_count': '0', 'created_at': "'2026-01-05 10:00:00'"}),
}


def is_time(value):
    """The time that a value is read as, however SQLite keeps it; None: it is none."""
    try:
        if isinstance(value, (int, float)) or (isinstance(value, str) and value.isdigit() and len(value) in (10, 13)):
            number = float(value)
            for limit in (99_999_999_999, 253_402_300_799_999, 253_402_300_799_999_999): # the unit is told by the size
                number = number / 1000 if abs(float(value)) > limit else number
            return datetime.datetime(1970, 1, 1) + datetime.timedelta(milliseconds=int(number * 1000))
        return datetime.datetime.fromisoformat(value) if isinstance(value, str) and value else None
    except (ValueError, OverflowError):
        return None


def other_types(folder):
    """A cell is what the row has, or its listing says that one is not shown; never another value, and never nothing."""
    for listing, (table, columns, rest) in COLUMNS.items():
        for column, (n, value) in itertools.product(columns, enumerate(VALUES)):
            path = f'{folder}/{listing}-{column}-{n}.db'
            row = {**rest, column: value}
            extra = {} if table == 'messages' else {'id': "'11111111-1111-1111-1111-111111111111'"}
            if table == 'checkpoints':
                extra['checkpoint_name'] = "'cp'"
            row = {**extra, **row}
            store = made(path, (SEEDS / ('receiver-service-sqlite.sql' if table == 'messages' else 'port-architecture-sqlite.sql')).read_text(),
                         "INSERT INTO batches VALUES (1,'f',1,1767607200,1767607200);" if table == 'messages' else '',
                         f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join(row.values())});")
            (stored,), = asked(path, f'SELECT {column} FROM {table}')
            code, rows, said = listed(store, listing)
            check(f'{listing}.{column} = {value}: rows', len(rows), 1)
            shown = rows[0][column] if column in rows[0] else rows[0].get(column + '_base64')
            wanted = {stored} if not isinstance(stored, bytes) else {stored.decode()}
            if column in ('timestamp', 'created_at', 'processed_at', 'completed_at'):
                time = is_time(stored)
                wanted = {time.strftime('%Y-%m-%dT%H:%M:%S.') + f'{time.microsecond // 1000:03}Z'} if time else {stored, str(stored)}
                if isinstance(stored, bytes):
                    wanted = {stored.decode()}
            elif column == 'is_latest' and isinstance(stored, (int, float)):
                wanted = {stored != 0}
            elif isinstance(stored, float) and stored == int(stored):
                wanted = {stored, int(stored)}
            isTold = code == 3 and 'of another kind' in said
            if not (shown in wanted or isTold):
                sys.exit(f'{listing}.{column} = {value}: exit {code}, {shown!r} of {wanted!r}, {said}')
            check(f'{listing}.{column} = {value}', True, True)
            # Exports say the same.
            out = f'{path}.csv'
            run = portolan('export', listing, '--store', store, '--to', out, check=(0, 3))
            check(f'export of {listing}.{column} = {value}', run.returncode, code)


PLACES = ['null', 'true', 'false', '0', '5', '500', '-1.5', '""', '"5"', '"x"', '"null"', '"true"', '[1]', '{}', None]
WANTED = ['0', '100', '-2', 'x']
SIGNS = [':', '<', '<=', '>', '>=']


def place_holds(place, sign, word):
    """By the rule: null is no value, true and false are no numbers, numbers are compared with numbers, all else as texts."""
    if place is None or place[0] in 'n[{':
        return False
    value = json.loads(place)
    isNumber = word != 'x'
    if isinstance(value, bool):
        if isNumber:
            return False
        value = place
    left, right = (float(value), float(word)) if isNumber and not isinstance(value, str) and place not in ('true', 'false') else \
        ((value if isinstance(value, str) else place), word)
    return {':': left == right, '<': left < right, '<=': left <= right, '>': left > right, '>=': left >= right}[sign]


def documents(folder, server, psql):
    rows = [(i + 1, '{}' if place is None else f'{{"a":{place},"n":{{"a":{place}}},"l":[{place}]}}') for i, place in enumerate(PLACES)]
    path = f'{folder}/j.db'
    store = made(path, 'CREATE TABLE j(id INTEGER PRIMARY KEY, d JSON)')
    with contextlib.closing(sqlite3.connect(path)) as db:
        db.executemany('INSERT INTO j VALUES (?, ?)', rows)
        db.commit()
    psql('CREATE TABLE j(id int PRIMARY KEY, d jsonb)', *(f"INSERT INTO j VALUES ({i}, '{d}')" for i, d in rows))
    for sign, word, where in itertools.product(SIGNS, WANTED, ['d.a', 'd.n.a', 'd.l[0]']):
        wanted = [i + 1 for i, place in enumerate(PLACES) if place_holds(place, sign, word)]
        for name, url in [('SQLite', store), ('PostgreSQL', server)]:
            code, found, said = listed(url, 'rows', '--table', 'j', '--filter', where + sign + word)
            check(f'{where}{sign}{word} in {name}: {said}', [row['id'] for row in found], wanted)
        if sign == '>' and word == '100' and where == 'd.a': # as the databases have it
            check('psql', [5 < 0] + [int(i) for i in psql("SELECT id FROM j WHERE jsonb_typeof(d->'a') = 'number' AND (d->>'a')::numeric > 100").split()][:1],
                  [False, 6])
    for word, wanted in [('d.a:null', [1, 11]), ('d.a:true', [2, 12]), ('d.a~ul', [11]), ('d.a:*', [2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14])]:
        for name, url in [('SQLite', store), ('PostgreSQL', server)]:
            code, found, said = listed(url, 'rows', '--table', 'j', '--filter', word)
            check(f'{word} in {name}', [row['id'] for row in found], wanted)


def computed_columns(folder):
    """A view's computed column by the type of each value; what is shown is found by what is shown."""
    path = f'{folder}/v.db'
    cells = ["'01234'", "'1234'", "'12345'", '1234', '5', '5.5', '-1', "'abc'", 'NULL', "x'3132'", "''", "'5'", "'1e3'"]
    expressions = {'c': 'CAST(zip AS TEXT)', 's': 'substr(zip, 1, 5)', 'n': 'CAST(zip AS INTEGER)', 'l': 'length(zip)', 'p': "zip || ''",
                   'q': 'coalesce(zip, 0)', 'u': 'upper(zip)', 'h': 'zip * 1.5', 'm': '(SELECT max(zip))'}
    store = made(path, 'CREATE TABLE t(i INTEGER PRIMARY KEY, zip)', *(f'INSERT INTO t(zip) VALUES ({cell});' for cell in cells),
                 'CREATE VIEW v AS SELECT i, ' + ', '.join(f'{sql} AS {name}' for name, sql in expressions.items()) + ' FROM t')
    for name, sign, word in itertools.product(expressions, SIGNS, ['01234', '1234', '12345', '5', '5.5', '-1', 'abc', '100']):
        number = word if word != 'abc' else 'NULL'
        op = '=' if sign == ':' else sign
        # + takes the affinity away that a CAST in the view has.
        wanted = [i for i, in asked(path, f"SELECT i FROM v WHERE CASE typeof({name}) WHEN 'text' THEN +{name} {op} '{word}' WHEN 'blob' "
                                          f"THEN 0 ELSE +{name} {op} CAST('{word}' AS NUMERIC) AND {number} IS NOT NULL END ORDER BY i")]
        code, found, said = listed(store, 'rows', '--table', 'v', '--filter', name + sign + word)
        check(f'{name}{sign}{word}: {said}', sorted(row['i'] for row in found), wanted)
    for name in expressions: # each row that is shown is found by it
        for i, shown in asked(path, f"SELECT i, {name} FROM v WHERE {name} IS NOT NULL AND typeof({name}) <> 'blob' AND {name} <> ''"):
            code, found, said = listed(store, 'rows', '--table', 'v', '--filter', f'{name}:{shown}')
            check(f'{name}:{shown} finds the row that shows it: {said}', i in [row['i'] for row in found], True)


def other_epochs(folder):
    start = datetime.datetime(2026, 1, 5, 10)
    times = [start + datetime.timedelta(minutes=i) for i in range(3)]
    unix = [int((t - datetime.datetime(1970, 1, 1)).total_seconds()) for t in times]
    for name, column, numbers in [('FILETIME', 'ft', [(u + 11644473600) * 10**7 for u in unix]),
                                  ('.NET', 'tk', [(u + 62135596800) * 10**7 for u in unix]),
                                  ('WebKit', 'wk', [(u + 11644473600) * 10**6 for u in unix]),
                                  ('Excel', 'xl', [u / 86400 + 25569 for u in unix]),
                                  ('Core Data', 'ZDATE', [u - 978307200 for u in unix]),
                                  ('macOS by its name', 'seen_mac', [u - 978307200.0 for u in unix])]:
        for declared in ['INTEGER', 'TEXT', '']:
            path = f'{folder}/{column}{declared}.db'
            store = made(path, f'CREATE TABLE w({column} {declared}, v REAL);',
                         *(f'INSERT INTO w VALUES ({number!r}, {i});' for i, number in enumerate(numbers)))
            run = portolan('chart', f'table/w/{column}/v', '--store', store, '--to', f'{path}.csv', check=(0, 1, 2))
            lines = pathlib.Path(f'{path}.csv').read_text().splitlines() if run.returncode == 0 else []
            check(f'{name} as {declared}: {run.stderr}', [line[:16] for line in lines[1:2]], ['2026-01-05T10:00'])
    for name, add in [('NTP', 2208988800), ('1904', 2082844800)]:
        path = f'{folder}/{name}.db'
        store = made(path, 'CREATE TABLE w(t INTEGER, v REAL);', *(f'INSERT INTO w VALUES ({u + add}, 1);' for u in unix))
        run = portolan('chart', 'table/w/t/v', '--store', store, '--to', f'{path}.csv', check=(1, 2))
        check(f'{name}: {run.stderr}', b'1900 or 1904' in run.stderr, True)
    # The same in files, and by the operator's word.
    for name, option, numbers in [('FILETIME', None, [(u + 11644473600) * 10**7 for u in unix]),
                                  ('FILETIME by the word', 'filetime', [(u + 11644473600) * 10**7 for u in unix]),
                                  ('macOS by the word', 'mac', [u - 978307200 for u in unix])]:
        path = pathlib.Path(folder) / f'{name}.csv'
        path.write_text('time,a,b\n' + ''.join(f'{number},{i},{i}\n' for i, number in enumerate(numbers)))
        portolan('import', str(path), '--into', f'sqlite://{folder}/{name}.db', *(['--times', option] if option else []))
        check(name, [t for t, in asked(f'{folder}/{name}.db', 'SELECT DISTINCT timestamp FROM metrics ORDER BY 1')],
              [t.strftime('%Y-%m-%dT%H:%M:%S.000Z') for t in times])


def newest_values(server, psql):
    psql((SEEDS / 'port-architecture.sql').read_text())
    values = {'a': '1', 'b': 'Infinity', 'c': '-Infinity', 'd': 'NaN', 'e': '1e308'}
    psql(*(f"INSERT INTO component_metrics(component_name, metric_name, metric_value, timestamp) VALUES ('{name}', 'x', 1, '2026-01-05 "
           f"10:00+00'), ('{name}', 'x', '{value}', '2026-01-05 10:01+00')" for name, value in values.items()))
    code, found, said = listed(server, 'series')
    check('newest values', {row['series'].split('/')[1]: row['last_value'] for row in found},
          {'a': 1, 'b': 'Infinity', 'c': '-Infinity', 'd': 'NaN', 'e': 1e308})


with tempfile.TemporaryDirectory(prefix='portolan-other-') as folder:
    computed_columns(folder)
    other_epochs(folder)
    other_types(folder)
    postgres = Postgres()
    try:
        server = postgres.create('other')
        run_psql = lambda *statements: ''.join(postgres.psql('other', statement) + '\n' for statement in statements)
        documents(folder, server, run_psql)
        newest_values(server, run_psql)
    finally:
        postgres.stop()
print(f'{passed} passed, 0 failed')
