#!/usr/bin/env python3
"""servervalues.py: values of every built-in type of PostgreSQL, of domains, enums, arrays, ranges and rows, held against psql: what
is exported is what the server shows, filters take the rows that its operators take or are refused with a position, and rows are
sorted as its ORDER BY sorts them, page by page, with NULLs. Filters are typed with three values of each; PORTOLAN_LONG=1: with six."""
import concurrent.futures, contextlib, decimal, re
from pipeline import *

# Type, and values as SQL literals of it. Each table also has a NULL, and the first value twice.
TYPES = {
    'boolean': ('boolean', ['true', 'false']),
    'smallint': ('smallint', ['-32768', '0', '32767']),
    'integer': ('integer', ['-2147483648', '7', '2147483647']),
    'bigint': ('bigint', ['-9223372036854775808', '9007199254740993', '9223372036854775807']),
    'numeric': ('numeric', ['18446744073709551615', '0.1', '-1.50', '12345678901234567890123456789.123456789', '1e-20', '100',
                            'NaN', 'Infinity', '-Infinity']),
    'numeric_fixed': ('numeric(20,4)', ['9999999999999999.9999', '-0.0001', '1.0000']),
    'real': ('real', ['0.1', '-1.5', '16777217', '3.4e38', '1e-40', 'NaN', 'Infinity', '-Infinity']),
    'double': ('double precision', ['0.1', '-0.30000000000000004', '1e300', '5e-324', 'NaN', 'Infinity', '-Infinity']),
    'money': ('money', ['-1234.56', '0.10', '92233720368547758.07']),
    'oid': ('oid', ['0', '2147483648', '4294967295']),
    'text': ('text', ['', 'b', 'B', 'ä', '=1+1', 'a "quoted" text, with a comma', 'back\\slash', 'line\nbreak']),
    'varchar': ('varchar(9)', ['abc', 'ABC', 'abd']),
    'char': ('char(4)', ['ab', 'abcd', 'b']),
    'byte_char': ('"char"', ['a', 'B']),
    'name': ('name', ['some_name', 'Another']),
    'bytea': ('bytea', ['\\x616263', '\\x62', '\\x']),
    'date': ('date', ['2026-01-05', '1969-12-31', '0044-03-15 BC', 'infinity', '-infinity', '12026-01-01']),
    'time': ('time', ['23:59:59.999999', '00:00:00', '12:30:00.5']),
    'timetz': ('timetz', ['23:59:59.999999+02', '00:00:00-05', '12:30:00+00']),
    'timestamp': ('timestamp', ['2026-01-02 03:04:05.123456', '1999-12-31 23:59:59', 'infinity', '-infinity', '0044-03-15 00:00:00 BC']),
    'timestamp_3': ('timestamp(3)', ['2026-01-02 03:04:05.123', '1999-12-31 23:59:59']),
    'timestamptz': ('timestamptz', ['2026-01-02 03:04:05.123456+02', '1999-12-31 23:59:59Z', 'infinity', '-infinity', '4713-11-24 01:02:03.5+00 BC', '120026-01-02 03:04:05+00']),
    'interval': ('interval', ['1 day', '24 hours', '-1 mons +2 days', '1 year 2 mons 3 days 04:05:06.7', '0']),
    'uuid': ('uuid', ['00000000-0000-0000-0000-000000000001', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11']),
    'inet': ('inet', ['10.0.0.9', '10.0.0.10', '10.0.0.0/8', '::1', '192.168.1.5/24']),
    'cidr': ('cidr', ['10.0.0.0/8', '10.1.0.0/16', '2001:db8::/32']),
    'macaddr': ('macaddr', ['08:00:2b:01:02:03', '00:00:00:00:00:01']),
    'macaddr8': ('macaddr8', ['08:00:2b:01:02:03:04:05', '00:00:00:00:00:00:00:01']),
    'bit': ('bit(3)', ['101', '000', '111']),
    'varbit': ('bit varying', ['1', '0101', '']),
    'json': ('json', ['{"a": 1, "b": [1, 2]}', '[]', '12345678901234567890.10']),
    'jsonb': ('jsonb', ['{"a": 1, "b": [1, 2]}', '[]', '"text"']),
    'xml': ('xml', ['<a>b</a>']),
    'tsvector': ('tsvector', ["'cat':1 'dog':2", "'bird':1"]),
    'tsquery': ('tsquery', ["'cat' & 'dog'"]),
    'point': ('point', ['(1,2)', '(-1.5,0.1)']),
    'line': ('line', ['{1,2,3}']),
    'lseg': ('lseg', ['[(1,2),(3,4)]']),
    'box': ('box', ['(3,4),(1,2)', '(1,1),(0,0)']),
    'path': ('path', ['((1,2),(3,4))']),
    'polygon': ('polygon', ['((0,0),(1,1),(1,0))']),
    'circle': ('circle', ['<(1,2),3>', '<(0,0),1>']),
    'pg_lsn': ('pg_lsn', ['16/B374D848', '0/1']),
    'txid_snapshot': ('txid_snapshot', ['10:20:10,14']),
    'pg_snapshot': ('pg_snapshot', ['10:20:10,14']),
    'xid': ('xid', ['7', '8']),
    'tid': ('tid', ['(0,1)', '(1,1)']),
    'regclass': ('regclass', ['pg_class', 'pg_type']),
    'integers': ('integer[]', ['{1,2,3}', '{}', '{10}', '{NULL,1}', '{{1,2},{3,4}}']),
    'texts': ('text[]', ['{a,"b c",NULL}', '{}', '{"quoted \\" one"}']),
    'numerics': ('numeric[]', ['{0.10,18446744073709551615}', '{NaN}']),
    'points': ('point[]', ['{"(1,2)"}']),
    'int4range': ('int4range', ['[1,5)', '(,5)', 'empty', '[7,)']),
    'numrange': ('numrange', ['[1.5,2.5]', '(0.1,1)']),
    'daterange': ('daterange', ['[2026-01-01,2026-02-01)', '[2025-01-01,)']),
    'tstzrange': ('tstzrange', ['["2026-01-01 00:00:00+00","2026-01-02 00:00:00+00")']),
    'int4multirange': ('int4multirange', ['{[1,3),[7,9)}', '{}']),
    'mood': ('mood', ['sad', 'ok', 'happy', '=angry']),
    'moods': ('mood[]', ['{sad,happy}', '{ok}']),
    'amount': ('amount', ['1.10', '20', '-3']),
    'nested_domain': ('small_amount', ['1.10', '20.5']),
    'word': ('word', ['abc', 'xyz']),
    'day': ('day', ['2026-01-05', '2025-01-05']),
    'feeling': ('feeling', ['happy', 'sad']),
    'few': ('few[]', ['{1,2}', '{}', '{NULL,10}']),
    'fews': ('fews', ['{1,2}', '{}', '{10}']),
    'fews_array': ('fews[]', ['{"{1,2}","{3}"}', '{}']),
    'heap': ('heap', ['("{1,2}",{3},sad)', '({NULL},{1},sad)', '({},{},happy)']),
    'heaps': ('heap[]', ['{"({1},{3},sad)"}', '{}']),
    'pair': ('pair', ['(1,one)', '(2,two)', '(10,"with, comma")']),
}
MAKE = '''CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy', '=angry'); CREATE DOMAIN amount AS numeric CHECK (VALUE > -1000);
CREATE DOMAIN small_amount AS amount CHECK (VALUE < 100); CREATE DOMAIN word AS text; CREATE DOMAIN day AS date;
CREATE DOMAIN feeling AS mood; CREATE TYPE pair AS (n integer, t text);
CREATE DOMAIN few AS integer CHECK (VALUE > 0); CREATE DOMAIN fews AS few[]; CREATE TYPE heap AS (n integer[], f fews, m mood);'''
OPERATORS = {':': '=', '<': '<', '>': '>', '<=': '<=', '>=': '>='}


def quoted(text):
    return "'" + text.replace("'", "''") + "'"


def filled(text):
    return '"' + text.replace('\\', '\\\\').replace('"', '\\"').replace('\n', '\\n') + '"'


class Judge:
    """psql, whose answers are the truth; None: the server has no such comparison or order."""

    def __init__(self, server, database):
        self.server, self.database = server, database

    def rows(self, statement):
        done = subprocess.run([self.server.bin / 'psql', '-XAtq0', '-F', '\x1f', '-v', 'ON_ERROR_STOP=1', '-h', self.server.folder, '-p',
                               str(self.server.port), '-U', 'postgres', '-d', self.database, '-c',
                               "SET timezone = 'UTC'", '-c', statement], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        if done.returncode != 0:
            return None
        return [row.split('\x1f') for row in done.stdout.decode().split('\0')[:-1]]

    def ids(self, statement):
        rows = self.rows(statement)
        return None if rows is None else [int(row[0]) for row in rows]


def iso(text):
    """A time as psql shows it in UTC, as the contract says it; what is beyond the years 1 to 9999 stays as it is."""
    if not re.fullmatch(r'\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?(\+00)?', text):
        return text
    whole, _, part = text.removesuffix('+00').partition('.')
    return f"{whole.replace(' ', 'T')}.{part.ljust(6 if len(part) > 3 else 3, '0')}Z"


def same_json(kind, name, shown, raw, found):
    """A value of a file of JSON lines, with numbers as their texts, beside psql's."""
    if shown is None:
        return found is None
    if kind in ('boolean',):
        return found is (shown == 't')
    if kind in ('real', 'double precision'):
        if shown in ('NaN', 'Infinity', '-Infinity'):
            return found == shown
        return isinstance(found, Number) and decimal.Decimal(found) == decimal.Decimal(shown)
    if kind in ('smallint', 'integer', 'bigint', 'oid') or name in ('numeric', 'numeric_fixed', 'amount', 'nested_domain'):
        return isinstance(found, Number) and found == shown or (shown in ('NaN', 'Infinity', '-Infinity') and type(found) is str and found == shown)
    if kind.startswith('timestamp'):
        return found == iso(shown)
    if kind in ('json', 'jsonb'):
        return found == json.loads(shown, parse_float=Number, parse_int=Number)
    if kind == 'bytea':
        return found.encode() == bytes.fromhex(shown[2:])
    return type(found) is str and found == shown


class Number(str):
    """A number of a JSON text as it was written."""


def program(*words):
    return subprocess.run([PROGRAM, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE)


class Walk:
    def __init__(self, judge, url, folder):
        self.judge, self.url, self.folder = judge, url, folder
        self.failures = []

    def expect(self, holds, *what):
        if not holds:
            self.failures.append(' | '.join(str(each) for each in what))

    def ids(self, table, *words):
        done = program('list', 'rows', '--table', table, '--store', self.url, '--format', 'jsonl', '--limit', '0', *words)
        if done.returncode == 2:
            return None, done.stderr.decode()
        if done.returncode != 0:
            return f'exit {done.returncode}', done.stderr.decode()
        return [json.loads(line, parse_float=Number)['id'] for line in done.stdout.splitlines()], ''

    def exported(self, table, ending):
        path = f'{self.folder}/{table}.{ending}'
        done = program('export', 'rows', '--table', table, '--store', self.url, '--to', path)
        self.expect(done.returncode == 0, table, ending, done.returncode, done.stderr.decode())
        return path if done.returncode == 0 else None

    def exports(self, table, kind):
        name = table.removeprefix('t_')
        shown = {int(i): (None if null == 't' else v) for i, null, v in self.judge.rows(f'SELECT id, v IS NULL, v FROM {table}')}
        for ending in ('json', 'jsonl', 'csv'):
            path = self.exported(table, ending)
            if not path:
                continue
            if ending == 'csv':
                with open(path, newline='', encoding='utf-8') as file:
                    rows = {int(row['id']): row['v'] for row in csv.DictReader(file)}
                raw = open(path, encoding='utf-8', newline='').read()
                for i, v in shown.items():
                    if v is None:
                        self.expect(rows[i] == '' and f'{i},\r\n' in raw, table, 'csv', i, 'NULL', rows[i])
                        continue
                    v = {'t': 'true', 'f': 'false'}[v] if kind == 'boolean' else v
                    if kind.startswith('timestamp'):
                        v = iso(v)
                    if kind == 'bytea':
                        v = bytes.fromhex(v[2:]).decode()
                    if v.startswith(('=', '@', '+')) or (v.startswith('-') and kind in ('text', 'varchar')):
                        v = "'" + v
                    if kind in ('real', 'double precision') and v.lstrip('-') not in ('NaN', 'Infinity', 'inf'):
                        self.expect(decimal.Decimal(rows[i]) == decimal.Decimal(v), table, 'csv', i, v, rows[i])
                    else:
                        self.expect(rows[i] == v, table, 'csv', i, repr(v), repr(rows[i]))
                continue
            text = open(path, encoding='utf-8').read()
            read = (lambda t: json.loads(t, parse_float=Number, parse_int=Number))
            rows = read(text) if ending == 'json' else [read(line) for line in text.splitlines()]
            found = {int(row['id']): row['v'] for row in rows}
            self.expect(set(found) == set(shown), table, ending, 'rows', len(found), len(shown))
            for i, v in shown.items():
                self.expect(i in found and same_json(kind, name, v, None, found[i]), table, ending, i, repr(v), repr(found.get(i)))

    def filters(self, table, kind, literals):
        self.expect(self.ids(table, '--filter', 'v:*', '--sort', 'id')[0] ==
                    self.judge.ids(f'SELECT id FROM {table} WHERE v IS NOT NULL ORDER BY id'), table, 'v:*')
        self.expect(self.ids(table, '--filter', 'not v:*', '--sort', 'id')[0] ==
                    self.judge.ids(f'SELECT id FROM {table} WHERE v IS NULL ORDER BY id'), table, 'not v:*')
        few = literals[:6]
        for literal in few if LONG else random.Random(table).sample(few, min(3, len(few))):
            typed = literal
            if kind.startswith('timestamp'): # of a time that is typed in full, to the microsecond
                [[typed]] = self.judge.rows(f"SELECT coalesce(to_char(CAST({quoted(literal)} AS {kind}), 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"{era(literal)}'), {quoted(literal)})")
            if kind == 'bytea':
                typed = bytes.fromhex(literal[2:]).decode()
            for operator, sql in OPERATORS.items():
                found, told = self.ids(table, '--filter', f'v{operator}{filled(typed)}', '--sort', 'id')
                wanted = self.judge.ids(f'SELECT id FROM {table} WHERE {compared(kind)} {sql} CAST({quoted(literal)} AS {castable(kind)}) ORDER BY id')
                if found is None: # refused, as what the server cannot compare has to be
                    self.expect('position' in told, table, operator, literal, told)
                    self.expect(wanted is None or kind in REFUSED.get(operator, ()), table, operator, literal, 'refused', told)
                    continue
                self.expect(found == wanted, table, operator, literal, found, wanted, told)
                if operator == ':':
                    found, told = self.ids(table, '--filter', f'not v{operator}{filled(typed)}', '--sort', 'id')
                    wanted = self.judge.ids(f'SELECT id FROM {table} WHERE {compared(kind)} {sql} CAST({quoted(literal)} AS {castable(kind)}) IS NOT TRUE ORDER BY id')
                    self.expect(found == wanted, table, 'not', literal, found, wanted, told)
        for part in ('1', 'a', 'B', '('):
            found, told = self.ids(table, '--filter', f'v~"{part}"', '--sort', 'id')
            text = "encode(v, 'escape')" if kind == 'bytea' else 'CAST(v AS text)'
            wanted = self.judge.ids(f'SELECT id FROM {table} WHERE strpos(lower({text}), lower({quoted(part)})) > 0 ORDER BY id')
            if found is None:
                self.expect('position' in told, table, '~', part, told)
                self.expect(kind in REFUSED['~'], table, '~', part, 'refused', told)
            else:
                self.expect(found == wanted, table, '~', part, found, wanted, told)
        for nonsense in ('nonsense', '{', '12:99:99x'):
            found, told = self.ids(table, '--filter', f'v:"{nonsense}"', '--sort', 'id')
            wanted = self.judge.ids(f'SELECT id FROM {table} WHERE {compared(kind)} = CAST({quoted(nonsense)} AS {castable(kind)}) ORDER BY id')
            if kind == 'bytea':
                wanted = []
            if wanted is None:
                self.expect(found is None and 'position' in told, table, nonsense, found, told)
            else:
                self.expect(found == wanted, table, nonsense, found, wanted, told)

    def sorts(self, table):
        for sign, direction in (('', 'ASC'), ('-', 'DESC')):
            wanted = self.judge.ids(f'SELECT id FROM {table} ORDER BY v {direction}, id {direction}')
            found, told = self.ids(table, '--sort', f'{sign}v')
            if wanted is None:
                self.expect(found is None, table, 'sort', found, told)
                continue
            self.expect(found == wanted, table, 'sort', direction, found, wanted, told)
            paged, after = [], []
            for _ in range(len(wanted) + 2):
                done = program('list', 'rows', '--table', table, '--store', self.url, '--format', 'jsonl', '--limit', '2', '--sort', f'{sign}v', *after)
                if done.returncode != 0:
                    self.expect(False, table, 'page', done.stderr.decode())
                    break
                paged += [json.loads(line)['id'] for line in done.stdout.splitlines()]
                more = re.search(r'more: --after (\S+)', done.stderr.decode())
                if not more:
                    break
                after = ['--after', more[1]]
            self.expect(paged == wanted, table, 'pages', direction, paged, wanted)

    def table(self, item):
        name, (kind, literals) = item
        table = f't_{name}'
        self.exports(table, kind)
        self.filters(table, kind, literals)
        self.sorts(table)


def era(literal):
    return ' BC' if literal.endswith('BC') else ''


def castable(kind):
    """Without what a cast would cut or round."""
    return {'bit(3)': 'bit varying', 'char(4)': 'bpchar', 'varchar(9)': 'text', 'numeric(20,4)': 'numeric', 'timestamp(3)': 'timestamp', 'feeling': 'mood'}.get(kind, kind)


def compared(kind):
    """Operators of enums do not take domains of them."""
    return 'CAST(v AS mood)' if kind == 'feeling' else 'v'


# Refused by the filter language itself, with a position: it has no other meaning for them.
ORDERED = [operator for operator in OPERATORS if operator != ':']
REFUSED = {operator: ('json', 'jsonb') + (('boolean',) if operator in ORDERED else ()) for operator in OPERATORS}
REFUSED['~'] = ('boolean', 'smallint', 'integer', 'bigint', 'oid', 'real', 'double precision', 'date', 'timestamp', 'timestamp(3)', 'timestamptz', 'day')


def main():
    server = Postgres(settings=['fsync=off'])
    with contextlib.ExitStack() as ending:
        ending.callback(server.stop)
        folder = tempfile.mkdtemp(prefix='portolan-values-')
        ending.callback(shutil.rmtree, folder, True)
        url = server.create('types')
        script = [MAKE]
        for name, (kind, literals) in TYPES.items():
            values = literals[1:] + literals[:1] + [None] + literals[:1]
            script.append(f'CREATE TABLE t_{name} (id integer PRIMARY KEY, v {kind});')
            for i, value in enumerate(values):
                script.append(f'INSERT INTO t_{name} VALUES ({i}, {"NULL" if value is None else f"CAST({quoted(value)} AS {kind})"});')
        server.psql_file('types', '\n'.join(script))
        walk = Walk(Judge(server, 'types'), url, folder)
        chosen = {name: of for name, of in TYPES.items() if len(sys.argv) < 2 or name in sys.argv[1:]}
        with concurrent.futures.ThreadPoolExecutor(3) as pool:
            list(pool.map(walk.table, chosen.items()))
        for failure in walk.failures:
            print(failure)
        assert not walk.failures, f'{len(walk.failures)} differences'
    print(f'{len(chosen)} types are listed, filtered, sorted and exported as psql has them')


main()
