#!/usr/bin/env python3
"""backupcopies.py: backups of PostgreSQL on a machine without pg_dump and pg_restore, by COPY in one snapshot. Restored, every value
and every definition is compared with the original by psql and by pg_dump, which Portolan does not find; consistent while a writer
runs; flipped bytes; a server that goes away; a role that may not read a table; what is not carried is named."""
import re, signal
from backup import back_up, backups, checks, flipped_bytes, last_line, leftovers, same, unpacked
from backupparts import OnServer, compared, of_other_programs, sides, stopped_in_place, tables_in_place
from backupplaces import locks
from pipeline import *

TYPES = r"""
CREATE SCHEMA other;
CREATE SCHEMA "odd Schema";
CREATE TYPE mood AS ENUM ('sad', 'it''s ok', 'happy');
CREATE DOMAIN other.positive AS integer DEFAULT 7 CHECK (VALUE > 0);
CREATE TYPE point3 AS (x double precision, y double precision, "Z z" text COLLATE "C");
CREATE TYPE floatrange AS RANGE (subtype = float8, subtype_diff = float8mi);
CREATE FUNCTION other.twice(integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT 2 * $1';
CREATE SEQUENCE other.numbers START 1000 INCREMENT 5 MAXVALUE 100000 CYCLE;
CREATE TABLE every (
    id bigint GENERATED ALWAYS AS IDENTITY (START 10 INCREMENT 3) PRIMARY KEY,
    serial_id serial,
    numbered integer DEFAULT nextval('other.numbers'),
    small smallint, big bigint, exact numeric(30, 10), anyexact numeric, f4 real, f8 double precision, m money,
    t text, v varchar(20), c char(5), n name, b bytea, yes boolean,
    d date, tm time(3), tmz timetz, ts timestamp, tsz timestamptz(3), iv interval,
    u uuid, j json, jb jsonb, x xml, i inet, ci cidr, mac macaddr, bits bit(5), vb bit varying,
    ints integer[], texts text[][], moods mood[], feeling mood DEFAULT 'happy', p other.positive, p3 point3,
    r int4range, fr floatrange, mr nummultirange, tsr tstzrange, tv tsvector, tq tsquery,
    pt point, bx box, pg polygon, lsn pg_lsn, o oid, rc regclass,
    doubled integer GENERATED ALWAYS AS (other.twice(small::integer)) STORED,
    "odd ""column" text COLLATE "C" NOT NULL DEFAULT E'a\tb\\c\n',
    CONSTRAINT short CHECK (length(v) < 20)
) WITH (fillfactor = 70);
CREATE UNIQUE INDEX "every odd" ON every ((lower(t)), big DESC NULLS LAST) WHERE yes;
ALTER TABLE every ADD CONSTRAINT once UNIQUE (u) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE every ALTER t SET STORAGE EXTERNAL, ALTER t SET STATISTICS 500;
ALTER TABLE every REPLICA IDENTITY FULL;
INSERT INTO every (small, big, exact, anyexact, f4, f8, m, t, v, c, n, b, yes, d, tm, tmz, ts, tsz, iv, u, j, jb, x, i, ci, mac, bits, vb,
    ints, texts, moods, feeling, p, p3, r, fr, mr, tsr, tv, tq, pt, bx, pg, lsn, o, rc)
SELECT k % 3000, k * 9007199254740993, k / 7.0, repeat('9', k % 50 + 1)::numeric / 10 ^ (k % 20), k / 3.0, k / 3.0, k,
    CASE k % 6 WHEN 0 THEN NULL WHEN 1 THEN '' WHEN 2 THEN E'\\N' WHEN 3 THEN E'tab\tnew\nline\r\\.\b' WHEN 4 THEN '\.' ELSE 'größe 日本 🎉' || k END,
    'v' || k, 'c', 'n' || k, decode(md5(k::text), 'hex') || '\x0009', k % 2 = 0, date '0001-01-01 BC' + k * 1000, time '00:00' + k * interval '1.001 s',
    timetz '12:00+05:30', timestamp 'epoch' + k * interval '1.000001 s', timestamptz '1999-12-31 23:59:59.999+14' + k * interval '1 day',
    k * interval '1 month -3 days 04:05:06.000007', md5(k::text)::uuid, '{"a" :  1, "a":2}', '{"b": [1, null, "x"]}', '<a>&lt;</a>', '10.0.0.1/8',
    '10.0.0.0/8', '08:00:2b:01:02:03', B'10101', B'1', ARRAY[k, NULL, -k], ARRAY[ARRAY['a,b', '{"'], ARRAY[NULL, '']], ARRAY['sad', NULL]::mood[], 'sad',
    k, CAST(ROW(k, 'NaN', E'"q",\\') AS point3), int4range(k, k + 5), floatrange(0, k), nummultirange(numrange(1, 2), numrange(5, NULL)), NULL,
    to_tsvector('a fat cat'), 'fat & cat', point(k, 1), box '(1,1),(0,0)', polygon '((0,0),(1,1),(1,0))', '0/1A', k, 'every'
FROM generate_series(1, 500) AS k;
INSERT INTO every (f4, f8, d, ts, iv, anyexact) VALUES ('NaN', '-Infinity', 'infinity', '-infinity', '-1 year', 'NaN'), (1e-40, 5e-324, NULL, NULL, NULL, 'Infinity');
CREATE TABLE parts (at timestamptz NOT NULL, place text, value double precision, PRIMARY KEY (at, place)) PARTITION BY RANGE (at);
CREATE TABLE parts_old PARTITION OF parts FOR VALUES FROM (MINVALUE) TO ('2026-01-01');
CREATE TABLE other.parts_new (value double precision, place text NOT NULL, gone integer, at timestamptz NOT NULL);
ALTER TABLE other.parts_new DROP COLUMN gone;
ALTER TABLE parts ATTACH PARTITION other.parts_new FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
CREATE TABLE parts_rest PARTITION OF parts DEFAULT PARTITION BY LIST (place);
CREATE TABLE parts_rest_a PARTITION OF parts_rest FOR VALUES IN ('a', NULL);
CREATE TABLE parts_rest_b PARTITION OF parts_rest DEFAULT;
CREATE INDEX parts_value ON parts (value);
INSERT INTO parts SELECT timestamptz '2025-06-01' + k * interval '1 day', chr(97 + k % 3), k FROM generate_series(1, 1000) AS k;
CREATE TABLE parent (a integer PRIMARY KEY, b text DEFAULT 'p', CHECK (a > 0));
CREATE TABLE child (c integer) INHERITS (parent);
ALTER TABLE child ALTER b SET DEFAULT 'c', ALTER b SET NOT NULL;
INSERT INTO parent SELECT k FROM generate_series(1, 10) AS k;
INSERT INTO child SELECT k FROM generate_series(11, 30) AS k;
CREATE TABLE "odd Schema"."odd ""table" (" " integer REFERENCES parent (a) ON DELETE CASCADE, every_id bigint REFERENCES every, at timestamptz, place text,
    FOREIGN KEY (at, place) REFERENCES parts NOT VALID);
INSERT INTO "odd Schema"."odd ""table" VALUES (1, 10, '2025-06-02', 'b');
ALTER TABLE parent ADD FOREIGN KEY (a) REFERENCES parent;
ALTER TABLE parent ADD CONSTRAINT later CHECK (a < 1000) NOT VALID;
CREATE TABLE nothing ();
INSERT INTO nothing DEFAULT VALUES;
CREATE TABLE empty (x integer);
CREATE UNLOGGED TABLE unlogged (x integer);
INSERT INTO unlogged VALUES (1);
CREATE TABLE apart (during tsrange, EXCLUDE USING gist (during WITH &&));
CREATE VIEW seen AS SELECT p.a, q.c FROM parent AS p LEFT JOIN child AS q USING (a) ORDER BY 1;
CREATE VIEW grouped WITH (security_barrier) AS SELECT id, big, count(*) FROM every GROUP BY id;
CREATE VIEW above AS SELECT * FROM grouped WHERE count > 0;
CREATE MATERIALIZED VIEW kept AS SELECT place, sum(value) FROM parts GROUP BY place;
CREATE UNIQUE INDEX ON kept (place);
CREATE MATERIALIZED VIEW unfilled AS SELECT 1 AS one WITH NO DATA;
CREATE FUNCTION of_view(above) RETURNS bigint LANGUAGE sql AS 'SELECT $1.id';
CREATE FUNCTION atomic(integer) RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT count(*) + $1 FROM child; END;
CREATE PROCEDURE act(INOUT x integer) LANGUAGE plpgsql AS $$ BEGIN x := x + 1; -- portolan {"step":"object","bytes":1}
END $$;
CREATE FUNCTION changing() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN NEW.b := '$1 ?' || coalesce(NEW.b, ''); RETURN NEW; END $f$;
CREATE TRIGGER changes BEFORE INSERT OR UPDATE OF b ON parent FOR EACH ROW WHEN (NEW.a > 5) EXECUTE FUNCTION changing();
CREATE TRIGGER "Never" BEFORE DELETE ON parent FOR EACH ROW EXECUTE FUNCTION changing();
ALTER TABLE parent DISABLE TRIGGER "Never";
CREATE FUNCTION on_parts() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE TRIGGER partly AFTER INSERT ON parts FOR EACH ROW EXECUTE FUNCTION on_parts();
CREATE RULE quiet AS ON INSERT TO empty DO INSTEAD NOTHING;
CREATE STATISTICS together (ndistinct) ON place, value FROM parts;
SELECT nextval('other.numbers');
"""

WITHOUT = ('--no-privileges', '--no-comments', '--exclude-table-data=portolan_audit*', '--load-via-partition-root')


def dumped(server, database, *words):
    """All of it as pg_dump writes it, rows included: those of unordered tables in one order."""
    text = subprocess.run([server.bin / 'pg_dump', '--no-owner', *WITHOUT, *words, server.url(database)], check=True,
                          stdout=subprocess.PIPE, text=True).stdout
    lines = [line for line in text.splitlines() if not line.startswith(('\\restrict', '\\unrestrict')) and 'portolan_audit_id_seq' not in line
             # which PostgreSQL writes in other words once it has read it again
             and not re.search(r'CHECK .*ANY .*character varying', line)]
    return lines


def values(server, database):
    """Every row of every table, written by the server."""
    names = server.psql(database, "SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = "
                                  "c.relnamespace WHERE c.relkind IN ('r', 'p', 'm') AND c.relispopulated AND n.nspname !~ '^pg_|^information' ORDER BY 1").splitlines()
    return {name: server.psql(database, f'SELECT t.* FROM ONLY {name} AS t ORDER BY CAST(t AS text) COLLATE "C"'
                              if not name.endswith('parts') else f'SELECT t.* FROM {name} AS t ORDER BY 1, 2') for name in names}


def every_type(server, folder):
    store = OnServer(server, 'types')
    server.psql_file('types', TYPES)
    made = back_up(store.url)
    assert backups(store.url)[-1]['result'] == 'ok', backups(store.url)
    manifest = unpacked(made['file'], f'{folder}/u')
    assert manifest['version'] == 2 and manifest['form'] == 'copy' and 'lacks' not in manifest, manifest
    assert manifest['tables'] == {'every': 502, 'parts': 1000, 'parent': 10, 'child': 20, 'nothing': 1, 'empty': 0, 'unlogged': 1, 'apart': 0}, manifest
    assert 'database of its own' in checks(made['file'], '--store', store.url)['restored']['detail']
    assert 'read whole' in checks(made['file'])['restored']['detail']
    fresh = server.create('types2')
    done = last_line(portolan('restore', made['file'], '--into', fresh))
    assert done['restored'] == made['backup'], done
    then = dumped(server, 'types2')
    same(then, dumped(server, 'types'))
    before, after = values(server, 'types'), values(server, 'types2')
    assert list(before) == list(after) and len(before) >= 13, list(before)
    for name, rows in before.items():
        assert after[name] == rows, name
    numbers = "SELECT schemaname, sequencename, last_value FROM pg_sequences ORDER BY 1, 2"
    assert server.psql('types2', numbers) == server.psql('types', numbers)
    for database in ('types', 'types2'):  # numbers go on, rules hold
        server.psql(database, "INSERT INTO every (small) VALUES (1)")
        assert server.psql(database, "SELECT id, serial_id, numbered, doubled FROM every ORDER BY id DESC LIMIT 1") == '1516|503|3515|2'
    run = subprocess.run([server.bin / 'psql', '-qX', server.url('types2'), '-c', 'INSERT INTO "odd Schema"."odd ""table" VALUES (99)'],
                         stderr=subprocess.DEVNULL)
    assert run.returncode != 0, 'the foreign key is there'

    # By hand, without this program.
    server.create('types3')
    subprocess.run([server.bin / 'psql', '-qX1', '-v', 'ON_ERROR_STOP=1', '-f', 'schema.sql', server.url('types3')], check=True,
                   cwd=f'{folder}/u/database', stdout=subprocess.DEVNULL)
    same(dumped(server, 'types3'), then)

    # Some tables: with what they are made of.
    only = back_up(store.url, '--only', 'every', '--only', 'parts')
    assert sorted(unpacked(only['file'], f'{folder}/o')['tables']) == ['every', 'parts']
    few = server.create('few')
    portolan('restore', only['file'], '--into', few)
    found = values(server, 'few')
    assert sorted(found) == ['other.parts_new', 'public.every', 'public.parts', 'public.parts_old', 'public.parts_rest', 'public.parts_rest_a',
                             'public.parts_rest_b'], found
    now = values(server, 'types')
    assert found['public.every'] == now['public.every'] and found['public.parts'] == now['public.parts']
    flipped_bytes(only['file'], folder)
    print('every type, partitions, keys, views, functions: as they were', flush=True)


def in_place(server, folder):
    """Our own store: the same as by pg_dump, and in the place of what is there."""
    store = OnServer(server, 'orders')
    portolan('demo', '--headless', '--count', '1500', '--store', store.url)
    made = back_up(store.url)
    manifest = unpacked(made['file'], f'{folder}/u')
    for table, rows in manifest['tables'].items():
        assert int(store.value(f'SELECT count(*) FROM "{table}"')) == rows, table
    assert manifest['schema_version'] == int(store.value('SELECT max(version) FROM portolan_migrations')) and not manifest.get('lacks'), manifest
    fresh = server.create('fresh')
    portolan('restore', made['file'], '--into', fresh, '--reason', 'drill')
    same(dumped(server, 'fresh'), dumped(server, 'orders'))
    verified = {row['name']: row for row in map(json.loads, portolan('verify', '--store', fresh, '--format', 'jsonl', check=(0, 3)).stdout.splitlines())}
    assert verified['schema']['result'] == 'ok', verified['schema']
    assert b'--replace' in portolan('restore', made['file'], '--into', fresh, check=(2,)).stderr
    assert b'only a server' in portolan('list', 'messages', '--store', made['file'], check=(1,)).stderr
    store.change("UPDATE messages SET content = 'changed'")
    done = last_line(portolan('restore', made['backup'], '--into', store.url, '--replace', '--confirm', 'orders', '--reason', 'drill'))
    same(dumped(server, 'orders'), dumped(server, 'fresh'))
    was = server.create('was')
    portolan('restore', done['kept'], '--into', was)
    assert server.psql('was', "SELECT count(*) FROM messages WHERE content <> 'changed'") == '0'
    portolan('demo', '--headless', '--count', '60', '--store', store.url)  # goes on
    # A backup by pg_dump is read where that is; here it says what to install.
    with_dump = {key: value for key, value in os.environ.items() if key != 'PORTOLAN_POSTGRESQL_PROGRAMS'}
    theirs = last_line(portolan('backup', '--store', store.url, '--to', f'{folder}/dump.portolan.tar.zst', env=with_dump))
    assert b'postgresql-client' in portolan('restore', theirs['file'], '--into', server.create('none'), check=(1,)).stderr
    # One by COPY everywhere.
    assert 'database of its own' in json.loads(portolan('verify-backup', made['file'], '--store', store.url, '--format', 'jsonl',
                                                        env=with_dump).stdout.splitlines()[1])['detail']
    assert compared(made['file'], store.url, '--table', 'metrics') != []
    print('a store: restored and replaced', flush=True)


def migrated(server, folder):
    """Before a migration the backup is made by COPY, too."""
    store = OnServer(server, 'older')
    portolan('demo', '--headless', '--count', '300', '--store', store.url)
    run = portolan('migrate', 'down', '--store', store.url, '--reason', 'x', check=None)
    assert run.returncode == 0, run.stderr
    kept = [row for row in backups(store.url) if row['kind'] == 'migration']
    assert len(kept) == 1 and kept[0]['result'] == 'ok', kept
    assert unpacked(kept[0]['file'], f'{folder}/u')['form'] == 'copy'
    print('before a migration', flush=True)


def with_writer(server, folder):
    """One moment, while somebody moves money between two tables and drops partitions."""
    store = OnServer(server, 'bank')
    store.change("CREATE TABLE a (id integer PRIMARY KEY, v bigint); CREATE TABLE b (id integer PRIMARY KEY, v bigint);"
                 "INSERT INTO a SELECT k, 100 FROM generate_series(1, 20000) AS k; INSERT INTO b SELECT k, 100 FROM generate_series(1, 20000) AS k")
    script = f'{folder}/move.sql'
    open(script, 'w').write("\\set x random(1, 20000)\nBEGIN; UPDATE a SET v = v - 1 WHERE id = :x; UPDATE b SET v = v + 1 WHERE id = :x;"
                            "INSERT INTO a SELECT max(id) + 1, 0 FROM a HAVING pg_try_advisory_xact_lock(1); COMMIT;\n")
    writer = subprocess.Popen([server.bin / 'pgbench', '-n', '-f', script, '-c', '2', '-T', '60', '-h', server.folder, '-p', str(server.port), '-U',
                               'postgres', 'bank'], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for number in range(3):
            made = back_up(store.url)
            into = server.create(f'bank{number}')
            portolan('restore', made['file'], '--into', into)
            total = server.psql(f'bank{number}', 'SELECT (SELECT sum(v) FROM a) + (SELECT sum(v) FROM b)')
            assert total == '4000000', total
    finally:
        writer.terminate()
        writer.wait()
    print('one moment, beside a writer', flush=True)


def withheld(server, folder):
    """A role that may not read one table: the rest is backed up, the table is named, and it ends with 3."""
    store = OnServer(server, 'secrets')
    portolan('demo', '--headless', '--count', '100', '--store', store.url)
    store.change("CREATE ROLE reader LOGIN; GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader; GRANT SELECT ON ALL SEQUENCES IN SCHEMA public TO reader;"
                 "CREATE TABLE secret (id integer PRIMARY KEY); INSERT INTO secret VALUES (1);"
                 "CREATE TABLE about (id integer REFERENCES secret); INSERT INTO about VALUES (1); GRANT SELECT ON about TO reader;"
                 "CREATE TABLE policed (id integer); ALTER TABLE policed ENABLE ROW LEVEL SECURITY; CREATE POLICY few ON policed USING (id < 5);"
                 "INSERT INTO policed SELECT generate_series(1, 10); GRANT SELECT ON policed TO reader; COMMENT ON TABLE about IS 'x'")
    url = store.url.replace('postgres@', 'reader@')
    run = portolan('backup', '--store', url, check=(3,))
    made = last_line(run)
    words = run.stderr.decode()
    for said in ('public.secret: the role may not read them', 'public.policed: row-level security', 'policies of row-level security: few on',
                 'about_id_fkey', 'comments: table', 'rights (GRANT): ', 'owners other than this role: postgres'):
        assert said in words, (said, words)
    manifest = unpacked(made['file'], f'{folder}/u')
    assert 'secret' not in manifest['tables'] and 'policed' not in manifest['tables'] and manifest['tables']['about'] == 1, manifest
    listed = backups(url)[-1]['result']
    assert listed.startswith('ok; ') and 'public.secret' in listed, listed
    run = portolan('verify-backup', made['file'], '--store', url, check=(3,))
    assert b'public.secret' in run.stderr, run.stderr
    into = server.create('opened')
    run = portolan('restore', made['file'], '--into', into, check=(3,))
    assert b'public.secret' in run.stderr, run.stderr
    assert server.psql('opened', "SELECT (SELECT count(*) FROM secret), (SELECT count(*) FROM about), (SELECT count(*) FROM policed)") == '0|1|0'
    different = compared(made['file'], store.url, check=(0, 3))
    assert 'secret' not in [table for table, difference, _ in different if difference == 'missing'], different
    assert b'no table secret' in portolan('restore', made['file'], '--into', server.create('opened2'), '--only', 'secret', check=(2,)).stderr
    print('a table that may not be read: named', flush=True)


def stopped(server, folder):
    """Ctrl+C, a rate, and a server that goes away in the middle: nothing is left."""
    store = OnServer(server, 'big')
    store.change("CREATE TABLE t (id integer, v text); INSERT INTO t SELECT k, repeat(md5(k::text), 10) FROM generate_series(1, 60000) AS k")
    size = int(store.value("SELECT sum(length(v) + length(id::text) + 2) FROM t"))
    started = time.time()
    made = last_line(portolan('backup', '--store', store.url, '--rate', str(size // 2)))
    assert time.time() - started > 4, 'reading and writing take two seconds each at least'
    kept = os.listdir(os.path.dirname(made['file']))
    for way in ('signal', 'server'):
        process = subprocess.Popen([PROGRAM, 'backup', '--store', store.url, '--rate', str(size // 10)], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        end = time.time() + 60
        while time.time() < end and server.psql('postgres', "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'COPY %'") == '0':
            time.sleep(0.05)
        time.sleep(0.5)
        begun = time.time()
        if way == 'signal':
            process.send_signal(signal.SIGINT)
        else:
            server.kill()
        error = process.communicate(timeout=60)[1].decode()
        assert process.returncode not in (0, 3) and time.time() - begun < 20, (process.returncode, error)
        assert way == 'signal' or 'lost' in error or 'server' in error, error
        assert os.listdir(os.path.dirname(made['file'])) == kept and not leftovers(os.path.dirname(made['file']))
    server.start()
    back_up(store.url)
    # Memory does not grow with the rows.
    peak = lambda: int(re.search(r'Maximum resident set size \(kbytes\): (\d+)', subprocess.run(
        ['/usr/bin/time', '-v', PROGRAM, 'backup', '--store', store.url], check=True, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True).stderr).group(1))
    if os.path.exists('/usr/bin/time'):
        small = peak()
        store.change('INSERT INTO t SELECT b.* FROM t AS b, generate_series(1, 9)')
        large = peak()
        print(f'{size >> 20} MB of rows: {small >> 10} MB of memory, ten times that: {large >> 10} MB', flush=True)
        assert large < small + 30_000, (small, large)
    print('stopped, unplugged, held back', flush=True)


def locked(server, folder):
    """A table that somebody has alone: no writer waits, and it is backed up once that is over."""
    store = OnServer(server, 'busy')
    store.change('CREATE TABLE t (x integer); INSERT INTO t VALUES (1); CREATE TABLE u (x integer)')
    other = subprocess.Popen([server.bin / 'psql', '-XAtq', store.url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    other.stdin.write('BEGIN; TRUNCATE t; INSERT INTO t SELECT generate_series(1, 7); SELECT 1;\n')
    other.stdin.flush()
    other.stdout.readline()
    process = subprocess.Popen([PROGRAM, 'backup', '--store', store.url], stdout=subprocess.PIPE)
    time.sleep(4)
    assert process.poll() is None
    other.communicate('COMMIT;\n')
    out = process.communicate(timeout=60)[0]
    assert process.returncode == 0 and json.loads(out.splitlines()[-1])['rows'] == 7, out
    print('locked for a while', flush=True)


#: Made in one database: what is said of it when all of it is backed up, and whether that is said of `asked` alone, too.
LACKS = [
    ('ALTER TABLE asked FORCE ROW LEVEL SECURITY', 'public.asked', True),
    ('ALTER TABLE other FORCE ROW LEVEL SECURITY', 'public.other', False),
    ('GRANT SELECT (id) ON asked TO granted', 'public.asked.id', True),
    ('GRANT SELECT ON other TO granted', 'rights (GRANT): ', True),
    ('GRANT USAGE ON TYPE mood TO granted; REVOKE USAGE ON TYPE mood FROM PUBLIC', 'type public.mood', True),
    ('GRANT USAGE ON TYPE unused TO granted; REVOKE USAGE ON TYPE unused FROM PUBLIC', 'type public.unused', False),
    ('REVOKE USAGE ON LANGUAGE plpgsql FROM PUBLIC', 'language plpgsql', True),
    ('GRANT CREATE ON SCHEMA public TO granted', 'schema public', True),
    ('GRANT EXECUTE ON FUNCTION pg_catalog.pg_read_file(text) TO granted', 'pg_read_file(text)', False),
    ('ALTER FUNCTION of_asked() OWNER TO function_owner', 'function_owner', True),
    ('ALTER TYPE unused OWNER TO type_owner', 'type_owner', False),
    ('ALTER SCHEMA apart OWNER TO schema_owner', 'schema_owner', False),
    ("COMMENT ON COLUMN asked.id IS 'x'", 'column id of table public.asked', True),
    ("COMMENT ON INDEX asked_pkey IS 'x'", 'index public.asked_pkey', True),
    ("COMMENT ON TABLE other IS 'x'", 'table public.other', False),
    ("SELECT lo_from_bytea(4711, 'x')", 'large objects: 4711', False),
    ('ALTER TABLE other ENABLE ROW LEVEL SECURITY; CREATE POLICY few ON other USING (true)', 'few on public.other', False),
    ('CREATE COLLATION mine FROM "C"; ALTER TABLE other ADD u text COLLATE mine', 'collations: mine', False),
    ("CREATE TEXT SEARCH CONFIGURATION words (COPY = simple); ALTER TABLE asked ADD v tsvector GENERATED ALWAYS AS (to_tsvector('words', w)) STORED",
     'text search configurations: words', True),
]


def lacks(server, folder):
    """What is not carried is named, of some tables what these are made of; a database that only has what is carried lacks nothing."""
    store = OnServer(server, 'lacking')
    for role in ('granted', 'function_owner', 'type_owner', 'schema_owner'):
        server.psql('postgres', f'CREATE ROLE {role}')
    store.change("CREATE TYPE mood AS ENUM ('sad'); CREATE TYPE unused AS ENUM ('x'); CREATE SCHEMA apart; CREATE TABLE apart.t (x integer);"
                 "CREATE FUNCTION of_asked() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';"
                 "CREATE TABLE other (id integer PRIMARY KEY, t text); INSERT INTO other VALUES (1);"
                 "CREATE TABLE asked (id integer PRIMARY KEY REFERENCES other, m mood, w text); INSERT INTO asked VALUES (1, 'sad');"
                 "CREATE TRIGGER acts BEFORE INSERT ON asked FOR EACH ROW EXECUTE FUNCTION of_asked(); CREATE VIEW seen AS SELECT * FROM asked")
    made = back_up(store.url)
    assert 'lacks' not in unpacked(made['file'], f'{folder}/u') and backups(store.url)[-1]['result'] == 'ok', backups(store.url)
    for statements, _, _ in LACKS:
        store.change(statements)
    words = portolan('backup', '--store', store.url, check=(3,)).stderr.decode()
    only = portolan('backup', '--store', store.url, '--only', 'asked', check=(3,)).stderr.decode()
    missed = [said for _, said, _ in LACKS if said not in words]
    assert not missed, (missed, words)
    wrong = [said for _, said, is_asked in LACKS if (said in only) != is_asked]
    assert not wrong, (wrong, only)
    key = 'the foreign key asked_id_fkey of the table asked: the table other, which it refers to, is not among'
    assert key in only and key not in words, only
    both = portolan('backup', '--store', store.url, '--only', 'asked', '--only', 'other', check=(3,)).stderr.decode()
    assert 'foreign key' not in both, both
    print(f'{len(LACKS)} kinds of things that are not carried are named', flush=True)


def others(server, folder):
    """A table "other.t" of ours beside t of another schema, by COPY and by pg_dump: neither is taken for the other one."""
    with_dump = {key: value for key, value in os.environ.items() if key != 'PORTOLAN_POSTGRESQL_PROGRAMS'}
    for way, words in (('copied', {}), ('dumped', {'env': with_dump})):
        store = OnServer(server, way)
        store.change('CREATE SCHEMA other; CREATE TABLE other.t (x integer, y integer); INSERT INTO other.t SELECT k, 0 FROM generate_series(1, 3) AS k;'
                     'CREATE TABLE "other.t" (x integer PRIMARY KEY); INSERT INTO "other.t" SELECT generate_series(11, 15);'
                     'CREATE TABLE other.portolan_audit (x integer); INSERT INTO other.portolan_audit VALUES (7)')
        made = last_line(portolan('backup', '--store', store.url, **words))
        assert unpacked(made['file'], f'{folder}/u')['tables'] == {'other.t': 5}
        portolan('verify-backup', made['file'], **words)
        store.change('DELETE FROM "other.t" WHERE x > 12; UPDATE other.t SET y = 1')
        portolan('restore', made['file'], '--into', store.url, '--only', 'other.t', '--replace', '--confirm', way, '--reason', 'x', **words)
        assert store.value('SELECT (SELECT sum(x) FROM "other.t"), (SELECT count(*) FROM other.t WHERE y = 1)') == '65|3'
        some = server.create(f'{way}_some')
        portolan('restore', made['file'], '--into', some, '--only', 'other.t', **words)
        assert server.psql(f'{way}_some', 'SELECT (SELECT sum(x) FROM "other.t"), (SELECT count(*) FROM other.t)') == '65|0'
    print('tables of other schemas', flush=True)


def by_hand(server, folder):
    """Names with line breaks are loaded by psql alone, too."""
    store = OnServer(server, 'broken')
    store.change('CREATE TABLE "line\nbreak" (id integer GENERATED ALWAYS AS IDENTITY, "col\r\numn" text, twice text GENERATED ALWAYS AS ("col\r\numn" || 1) STORED);'
                 'INSERT INTO "line\nbreak" ("col\r\numn") VALUES (E\'a\\tb\\n\\\\.\'), (NULL); CREATE TABLE "none\n" (); INSERT INTO "none\n" DEFAULT VALUES')
    made = back_up(store.url)
    portolan('restore', made['file'], '--into', server.create('broken2'))
    unpacked(made['file'], f'{folder}/u')
    server.create('broken3')
    subprocess.run([server.bin / 'psql', '-qX1', '-v', 'ON_ERROR_STOP=1', '-f', 'schema.sql', server.url('broken3')], check=True,
                   cwd=f'{folder}/u/database', stdout=subprocess.DEVNULL)
    for database in ('broken2', 'broken3'):
        same(dumped(server, database), dumped(server, 'broken'))
    # Bytes that are no UTF-8, where a database takes any: rows are the same, a definition is named.
    server.psql('postgres', "CREATE DATABASE ascii TEMPLATE template0 ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C'")
    subprocess.run([server.bin / 'psql', '-Xq', '-v', 'ON_ERROR_STOP=1', server.url('ascii')], check=True, env=os.environ | {'PGCLIENTENCODING': 'SQL_ASCII'},
                   input=b"CREATE TABLE t (x text); INSERT INTO t VALUES ('gr\xf6sse'), ('gr\xc3\xb6sse'); CREATE VIEW seen AS SELECT 'stra\xdfe' AS s;"
                         b"CREATE VIEW plain AS SELECT 'stra\xc3\x9fe' AS s")
    run = portolan('backup', '--store', server.url('ascii'), check=(3,))
    assert 'no UTF-8 (each is U+FFFD there): public.seen.' in run.stderr.decode(), run.stderr
    server.psql('postgres', "CREATE DATABASE ascii2 TEMPLATE template0 ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C'")
    portolan('restore', last_line(run)['file'], '--into', server.url('ascii2'), check=(3,))
    for query in ("SELECT encode(CAST(x AS bytea), 'hex') FROM t ORDER BY 1", "SELECT encode(CAST(s AS bytea), 'hex') FROM plain"):
        assert server.psql('ascii2', query) == server.psql('ascii', query), query
    print('names with line breaks, bytes that are no UTF-8', flush=True)


def whose(server, folder):
    """What is restored belongs to who restores it, which is said where it was another role's; a database whose backup would not be
    whole is not dropped, and one that lacks rows replaces nothing."""
    server.psql('postgres', 'CREATE ROLE maker LOGIN CREATEDB')
    store = OnServer(server, 'owned')
    portolan('demo', '--headless', '--count', '100', '--store', store.url)
    made = back_up(store.url)
    assert unpacked(made['file'], f'{folder}/u')['owners'] == ['postgres']
    as_maker = lambda name: server.url(name).replace('postgres@', 'maker@')
    said = b'Everything that was restored belongs to maker. In the store that was backed up these own a part of it: postgres'
    for name in ('owned2', 'owned3'):
        server.create(name)
        server.psql('postgres', f'ALTER DATABASE {name} OWNER TO maker')
    assert said in portolan('restore', made['file'], '--into', as_maker('owned2'), check=(3,)).stderr
    assert said in portolan('restore', made['file'], '--into', as_maker('owned3'), '--only', 'messages', '--only', 'batches', check=(3,)).stderr
    assert server.psql('owned2', "SELECT DISTINCT pg_get_userbyid(relowner) FROM pg_class WHERE relname = 'messages'") == 'maker'
    again = last_line(portolan('backup', '--store', as_maker('owned2')))  # all of it is his by now
    assert backups(as_maker('owned2'))[-1]['result'] == 'ok'
    run = portolan('restore', again['file'], '--into', server.create('owned4'), check=(3,))
    assert b'belongs to postgres. In the store that was backed up these own a part of it: maker' in run.stderr, run.stderr
    portolan('restore', again['file'], '--into', as_maker('owned2'), '--replace', '--confirm', 'owned2', '--reason', 'x')
    run = portolan('restore', made['file'], '--into', as_maker('owned2'), '--replace', '--confirm', 'owned2', '--reason', 'x', check=(3,))
    assert said in run.stderr and b'was not dropped' not in run.stderr, run.stderr

    # What was there has something that no backup has: it stays.
    store.change("COMMENT ON TABLE messages IS 'x'; UPDATE messages SET content = 'newer'")
    run = portolan('restore', made['file'], '--into', store.url, '--replace', '--confirm', 'owned', '--reason', 'x', check=(3,))
    assert b'Its database was not dropped' in run.stderr, run.stderr
    left = [name for name in server.psql('postgres', 'SELECT datname FROM pg_database').splitlines() if name.startswith('owned_replaced_')]
    assert len(left) == 1 and left[0] in run.stderr.decode(), (left, run.stderr)
    assert server.psql(left[0], "SELECT count(*) FROM messages WHERE content <> 'newer'") == '0'
    assert store.value("SELECT count(*) FROM messages WHERE content = 'newer'") == '0'

    # A backup that lacks the rows of a table.
    server.psql('owned', 'GRANT SELECT ON ALL TABLES IN SCHEMA public TO maker; GRANT SELECT ON ALL SEQUENCES IN SCHEMA public TO maker;'
                         'CREATE TABLE secret (x integer); INSERT INTO secret VALUES (1)')
    part = last_line(portolan('backup', '--store', as_maker('owned'), check=(3,)))
    rows = store.tables()
    run = portolan('restore', part['file'], '--into', store.url, '--replace', '--confirm', 'owned', '--reason', 'x', check=(2,))
    assert b'holds no rows of public.secret' in run.stderr and b'Nothing was replaced' in run.stderr, run.stderr
    assert store.tables() == rows
    print('owners, and what is kept of what was there', flush=True)


def pooled(server, folder):
    """Through a pooler that gives no session pg_dump has none: COPY takes its place."""
    with_dump = {key: value for key, value in os.environ.items() if key != 'PORTOLAN_POSTGRESQL_PROGRAMS'}
    store = OnServer(server, 'pooled')
    portolan('demo', '--headless', '--count', '300', '--store', store.url)
    for mode, form in (('transaction', 'copy'), ('session', None)):
        pooler = Pooler(server, mode, sessions=4)
        try:
            made = last_line(portolan('backup', '--store', pooler.url('pooled'), env=with_dump, check=(0, 3)))
        finally:
            pooler.stop()
        manifest = unpacked(made['file'], f'{folder}/u')
        assert manifest.get('form') == form and 'lacks' not in manifest, manifest
        portolan('restore', made['file'], '--into', server.create(f'pooled_{mode}'), env=with_dump)
        same(dumped(server, f'pooled_{mode}'), dumped(server, 'pooled'))
    print('through a pooler', flush=True)


if __name__ == '__main__':
    only = sys.argv[1:]  # parts by name
    with tempfile.TemporaryDirectory(prefix='portolan-copies-') as top:
        os.environ['XDG_DATA_HOME'] = f'{top}/home'
        os.environ['TMPDIR'] = f'{top}/tmp'
        os.environ['PORTOLAN_POSTGRESQL_PROGRAMS'] = f'{top}/none'
        for name in ('tmp', 'none'):
            os.mkdir(f'{top}/{name}')
        alone = (every_type, in_place, migrated, with_writer, withheld, lacks, others, by_hand, whose, pooled, locked, stopped, locks)
        shared = (sides, tables_in_place, stopped_in_place, of_other_programs)  # as of those by pg_dump
        for parts in (alone, shared):
            server = Postgres(settings=('fsync=off',))
            try:
                for part in (each for each in parts if not only or each.__name__ in only):
                    os.mkdir(f'{top}/{part.__name__}')
                    part(OnServer(server, part.__name__) if part in shared else server, f'{top}/{part.__name__}')
            finally:
                server.stop()
    print('1 passed, 0 failed')
