#!/usr/bin/env python3
"""serverobjects.py: whatever a PostgreSQL database has besides plain tables, read whole and in order: views, foreign tables and
partitions (postgres_fdw), inherited tables, partitions by their own names, columns that the role may not read, a database without an
encoding. Then objects that cannot be read (never filled, locked, of a server that is down, behind a policy that raises): they say
what is wrong, and hide nothing else from the list of tables, stats, verify, search and report."""
import collections, contextlib, re, subprocess, threading
from pipeline import *

FIXTURE = r'''
CREATE TABLE plain (id integer PRIMARY KEY, n integer, words text, ratio numeric, doc jsonb);
INSERT INTO plain SELECT i, nullif(i % 7, 3), 'word ' || i % 100, i / 8.0, jsonb_build_object('i', i) FROM generate_series(1, 13098) AS i;
CREATE INDEX plain_by_n ON plain (n);
CREATE VIEW seen AS SELECT n, words, ratio, doc FROM plain;
CREATE VIEW doubled AS SELECT 1 AS one, 'same' AS words FROM generate_series(1, 1234);
CREATE VIEW "Odd ""view""" AS SELECT * FROM plain WHERE id < 50;
CREATE MATERIALIZED VIEW filled AS SELECT * FROM plain WHERE id <= 3000;
CREATE TABLE parents (id integer PRIMARY KEY, v text);
CREATE TABLE children (extra integer) INHERITS (parents);
CREATE TABLE grandchildren (more integer) INHERITS (children);
INSERT INTO parents SELECT i, 'p' || i FROM generate_series(1, 700) AS i;
INSERT INTO children SELECT i, 'c' || i, i FROM generate_series(1, 900) AS i;
INSERT INTO grandchildren SELECT i, 'g' || i, i, i FROM generate_series(1, 400) AS i;
CREATE TABLE parts (n integer, v text) PARTITION BY RANGE (n);
CREATE TABLE parts_low PARTITION OF parts FOR VALUES FROM (0) TO (1000);
CREATE TABLE parts_high PARTITION OF parts FOR VALUES FROM (2000) TO (3000);
CREATE EXTENSION postgres_fdw;
CREATE SERVER shop FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '127.0.0.1', port '@PORT@', dbname 'shop');
CREATE USER MAPPING FOR PUBLIC SERVER shop OPTIONS (user 'postgres', password 'x');
CREATE FOREIGN TABLE far_items (id integer, name text, price numeric) SERVER shop OPTIONS (table_name 'items');
CREATE FOREIGN TABLE parts_far PARTITION OF parts FOR VALUES FROM (1000) TO (2000) SERVER shop OPTIONS (table_name 'parts_far');
INSERT INTO parts SELECT i, 'v' || i FROM generate_series(0, 2999) AS i WHERE i % 2 = 0 AND (i < 1000 OR i >= 2000);
INSERT INTO parts SELECT 2500, 'twice' FROM generate_series(1, 40);
CREATE ROLE reader LOGIN;
CREATE TABLE secrets (id integer PRIMARY KEY, name text, password text);
INSERT INTO secrets SELECT i, 'n' || i, 'secret' FROM generate_series(1, 20) AS i;
GRANT SELECT (id, name) ON secrets TO reader;
CREATE TABLE kept (n integer, v text) PARTITION BY LIST (n);
CREATE TABLE kept_1 PARTITION OF kept FOR VALUES IN (1);
CREATE TABLE kept_2 PARTITION OF kept FOR VALUES IN (2);
INSERT INTO kept SELECT 1 + i % 2, 'k' || i FROM generate_series(1, 1000) AS i;
GRANT SELECT ON kept TO reader;
CREATE TABLE policed (n integer, v text) PARTITION BY LIST (n);
CREATE TABLE policed_1 PARTITION OF policed FOR VALUES IN (1);
INSERT INTO policed SELECT 1, 'k' || i FROM generate_series(1, 100) AS i;
ALTER TABLE policed ENABLE ROW LEVEL SECURITY; CREATE POLICY part ON policed FOR SELECT USING (v < 'k5');
GRANT SELECT ON policed, policed_1 TO reader;
GRANT SELECT ON plain, seen TO reader;
'''
BROKEN = r'''
CREATE MATERIALIZED VIEW unfilled AS SELECT 1 AS x WITH NO DATA;
CREATE TABLE locked (id integer PRIMARY KEY); INSERT INTO locked VALUES (1);
CREATE SERVER gone FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '127.0.0.1', port '1', dbname 'nothing');
CREATE USER MAPPING FOR PUBLIC SERVER gone OPTIONS (user 'postgres', password 'x');
CREATE FOREIGN TABLE far_gone (id integer) SERVER gone;
CREATE TABLE with_gone (n integer) PARTITION BY LIST (n);
CREATE TABLE with_gone_here PARTITION OF with_gone FOR VALUES IN (1); INSERT INTO with_gone VALUES (1);
CREATE FOREIGN TABLE with_gone_far PARTITION OF with_gone FOR VALUES IN (2) SERVER gone;
CREATE FUNCTION refuse() RETURNS boolean LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''not for you''; END';
CREATE TABLE guarded (id integer PRIMARY KEY); INSERT INTO guarded VALUES (1);
ALTER TABLE guarded ENABLE ROW LEVEL SECURITY; CREATE POLICY refusing ON guarded USING (refuse());
CREATE VIEW dividing AS SELECT 1 / (id - 1) AS x FROM locked;
CREATE VIEW endless AS SELECT i, CAST(pg_sleep(1) AS text) AS pause FROM generate_series(1, 1000) AS i;
GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader;
GRANT ALL ON SCHEMA public TO reader;
'''


def program(*words, code=0, patience=60):
    begun = time.time()
    done = subprocess.run([PROGRAM, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=patience)
    codes = code if isinstance(code, tuple) else (code,)
    assert done.returncode in codes, (words, done.returncode, done.stdout[-600:], done.stderr.decode(), time.time() - begun)
    return done.stdout.decode(errors='surrogateescape'), done.stderr.decode(errors='surrogateescape')


class Objects:
    def __init__(self, server, url, database, folder):
        self.server, self.url, self.database, self.folder = server, url, database, folder

    def psql(self, statement, user='postgres'):
        done = subprocess.run([self.server.bin / 'psql', '-XAtq', '-v', 'ON_ERROR_STOP=1', '-h', self.server.folder, '-p',
                               str(self.server.port), '-U', user, '-d', self.database, '-c', statement], check=True, stdout=subprocess.PIPE)
        return done.stdout.decode().splitlines()

    def rows(self, table, *words, code=0, user='postgres', limit=0):
        out, told = program('list', 'rows', '--table', table, '--store', self.url.replace('postgres@', f'{user}@'), '--format', 'jsonl',
                            '--limit', str(limit), *words, code=code)
        return out.splitlines(), told

    def paged(self, table, size, *words):
        found, after = [], []
        while True:
            some, told = self.rows(table, *words, *after, limit=size)
            found += some
            more = re.search(r'more: --after (\S+)', told)
            if not more:
                return found
            assert len(some) == size, (table, len(some))
            after = ['--after', more[1]]

    def exported(self, table, *words):
        path = f'{self.folder}/out.jsonl'
        out, _ = program('export', 'rows', '--table', table, '--store', self.url, '--to', path, *words)
        lines = open(path).read().splitlines()
        assert json.loads(out.splitlines()[-1])['rows'] == len(lines), (table, out)
        return lines

    def whole(self, table, sql=None):
        """All of its rows, however they are read, as psql has them."""
        wanted = sorted(self.psql(f'SELECT row_to_json(t) FROM {sql or table} AS t'), key=str)
        same = lambda lines: sorted(json.dumps(json.loads(line), sort_keys=True) for line in lines)
        wanted = same(wanted)
        for found in (self.exported(table), self.rows(table)[0], self.paged(table, 777)):
            assert same(found) == wanted, (table, len(found), len(wanted))
        return len(wanted)


def reads_whole(objects):
    for table, sql in (('seen', None), ('doubled', None), ('Odd "view"', '"Odd ""view"""'), ('filled', None), ('far_items', None),
                       ('parts', None), ('parts_far', None), ('parts_low', None), ('parents', None), ('children', None)):
        print(table, objects.whole(table, sql), flush=True)
    # Filtered and sorted by the server.
    assert len(objects.rows('seen', '--filter', 'n:5 words~"word 1"')[0]) == int(objects.psql("SELECT count(*) FROM seen WHERE n = 5 AND words LIKE '%word 1%'")[0])
    for table in ('seen', 'plain', 'far_items', 'parts', 'parents', 'filled'):
        column, key = {'seen': ('ratio', 'ratio'), 'plain': ('n', 'n, id'), 'far_items': ('price', 'price'), 'parts': ('n', 'n'), 'parents': ('id', 'id'),
                       'filled': ('n', 'n')}[table]
        for sign, direction in (('', ''), ('-', ' DESC')):
            wanted = [None if line == '' else float(line) for line in objects.psql(f'SELECT {column} FROM {table} ORDER BY {column}{direction}')]
            value = lambda line: None if json.loads(line)[column] is None else float(json.loads(line)[column])
            assert [value(line) for line in objects.exported(table, '--sort', f'{sign}{column}')] == wanted, (table, sign)
            assert [value(line) for line in objects.paged(table, 999, '--sort', f'{sign}{column}')] == wanted, (table, sign, 'pages')
        if table == 'plain':
            wanted = objects.psql('SELECT id FROM plain ORDER BY n, id')
            assert [str(json.loads(line)['id']) for line in objects.paged(table, 2500, '--sort', 'n')] == wanted
    _, told = objects.rows('plain', '--sort', 'words', limit=5)
    assert 'No index of plain begins with words' in told, told
    _, told = objects.rows('plain', '--sort', 'n', limit=5)
    assert 'No index' not in told, told
    objects.rows('parts_nothing', code=1)


def rights(objects):
    lines, told = objects.rows('secrets', code=3, user='reader')
    assert [sorted(json.loads(line)) for line in lines] == [['id', 'name']] * 20 and 'password' in told, (lines[:1], told)
    assert 'unknown column' in objects.rows('secrets', '--filter', 'password:x', code=2, user='reader')[1]
    lines, told = objects.rows('kept', user='reader')
    assert len(lines) == 1000 and sorted(json.loads(line)['v'] for line in lines) == sorted(f'k{i}' for i in range(1, 1001)), (len(lines), told)
    lines, _ = objects.rows('policed', user='reader')
    assert sorted(json.loads(line)['v'] for line in lines) == sorted(objects.psql("SELECT v FROM policed WHERE v < 'k5'")), len(lines)


def no_encoding(server, folder):
    server.psql('postgres', "CREATE DATABASE bytes TEMPLATE template0 ENCODING 'SQL_ASCII' LOCALE 'C'")
    script = b"CREATE TABLE t (id text PRIMARY KEY, v text); INSERT INTO t VALUES ('a\xe4', 'M\xfcll'), ('b', 'plain'), ('c\xff', '\xc3\xa4');"
    subprocess.run([server.bin / 'psql', '-Xq', '-v', 'ON_ERROR_STOP=1', '-h', server.folder, '-p', str(server.port), '-U', 'postgres', '-d', 'bytes'],
                   check=True, input=script, stdout=subprocess.DEVNULL)
    out, told = program('list', 'rows', '--table', 't', '--store', server.url('bytes'), '--format', 'jsonl', '--limit', '0')
    assert 'SQL_ASCII' in told, told
    import base64
    rows = [json.loads(line) for line in out.splitlines()]
    bytes_of = lambda row, name: base64.b64decode(row[name + '_base64']) if name + '_base64' in row else row[name].encode()
    assert [(bytes_of(row, 'id'), bytes_of(row, 'v')) for row in rows] == [(b'a\xe4', b'M\xfcll'), (b'b', b'plain'), (b'c\xff', b'\xc3\xa4')], rows
    found, after = [], []
    for _ in range(4):
        out, told = program('list', 'rows', '--table', 't', '--store', server.url('bytes'), '--format', 'jsonl', '--limit', '1', *after)
        found += [bytes_of(json.loads(line), 'id') for line in out.splitlines()]
        more = re.search(r'more: --after (\S+)', told)
        if not more:
            break
        after = ['--after', more[1]]
    assert found == [b'a\xe4', b'b', b'c\xff'], found


@contextlib.contextmanager
def locking(server, database, table):
    """Another session that holds a lock on a table, until the block ends."""
    with subprocess.Popen([server.bin / 'psql', '-XAtq', '-h', server.folder, '-p', str(server.port), '-U', 'postgres', '-d', database],
                          stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as session:
        session.stdin.write(f'BEGIN; LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE; SELECT 1;\n')
        session.stdin.flush()
        assert session.stdout.readline().strip() == '1'
        yield
        session.stdin.close()


def broken(objects):
    """Each in turn."""
    url = objects.url.replace('postgres@', 'reader@')
    with locking(objects.server, objects.database, 'locked'):
        out, told = program('list', 'tables', '--store', url, '--format', 'jsonl', '--limit', '0', code=3)
        tables = {row['table']: row for row in map(json.loads, out.splitlines())}
        assert {'plain', 'messages', 'unfilled', 'locked', 'far_gone', 'with_gone', 'guarded', 'dividing', 'endless'} <= set(tables), set(tables)
        for table, words in (('unfilled', 'never filled'), ('locked', 'locked'), ('guarded', 'not for you')):
            assert words in (tables[table]['problem'] or ''), (table, tables[table])
            assert table in told, told
        assert tables['plain']['problem'] is None and tables['plain']['rows'] >= 13000, tables['plain']
        for table, code, words in (('unfilled', 1, 'REFRESH'), ('locked', 1, 'locked'), ('far_gone', 1, 'gone'), ('guarded', 1, 'not for you'),
                                   ('with_gone', 1, 'gone')):
            _, told = program('list', 'rows', '--table', table, '--store', url, code=code)
            assert words in told and table in told, (table, told)
        assert len(program('list', 'rows', '--table', 'seen', '--store', url, '--limit', '0', '--format', 'jsonl')[0].splitlines()) == 13098
        goes_on(url, objects, 'locked', (0, 3))
    for table in ('checkpoints', 'metrics'):
        with locking(objects.server, objects.database, table):
            print('locked:', table, flush=True)
            goes_on(url, objects, table, 3)


def goes_on(url, objects, table, code):
    out, told = program('stats', '--store', url, '--format', 'jsonl', code=code)
    if code == 3:
        assert table in told, ('stats', table, told)
    assert len(out.splitlines()) > 5, ('stats', out)
    out, told = program('verify', '--store', url, '--format', 'jsonl', code=(0, 3) if code != 3 else 3)
    assert len(out.splitlines()) > 5, ('verify', out)
    if code == 3:
        assert table in out + told, ('verify', table, out, told)
    out, told = program('search', 'word', '--store', url, '--format', 'jsonl', code=(0, 3))
    out, told = program('report', '--store', url, '--to', f'{objects.folder}/report.html', code=(0, 3))
    assert '</html>' in open(f'{objects.folder}/report.html').read()


def main():
    server = Postgres(settings=['fsync=off'])
    with contextlib.ExitStack() as ending:
        ending.callback(server.stop)
        folder = tempfile.mkdtemp(prefix='portolan-objects-')
        ending.callback(shutil.rmtree, folder, True)
        if not list(pathlib.Path('/usr/share/postgresql').glob('*/extension/postgres_fdw.control')):
            missing('postgres_fdw')
        server.create('shop')
        server.psql_file('shop', "CREATE TABLE items (id integer, name text, price numeric); INSERT INTO items SELECT i, 'item ' || i % 50, nullif(i % 10, 4) / 4.0 FROM generate_series(1, 1500) AS i;"
                         " CREATE TABLE parts_far (n integer, v text); INSERT INTO parts_far SELECT 1000 + i % 900, 'far' || i % 3 FROM generate_series(1, 2000) AS i;")
        url = server.create('objects')
        portolan('migrate', 'up', '--store', url)
        server.psql_file('objects', FIXTURE.replace('@PORT@', str(server.port)))
        objects = Objects(server, url, 'objects', folder)
        reads_whole(objects)
        rights(objects)
        no_encoding(server, folder)
        server.psql_file('objects', BROKEN)
        receive('demo:?rate=0&count=3000&seed=3', url)
        broken(objects)
    print('objects of a server are read whole, and a broken one hides no other')


main()
