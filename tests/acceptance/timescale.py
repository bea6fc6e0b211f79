#!/usr/bin/env python3
"""timescale.py: backups of databases with TimescaleDB, which Debian does not have: an extension of that name stands in for it, with
the tables and functions that a backup uses, on a server whose programs are copies that find it. Like the real one it takes chunks
only between timescaledb_pre_restore() and timescaledb_post_restore(), and notes who called what; it cannot tell whether the real
one is content. Where that is installed the same is done with it."""
from backup import back_up, backups, checks, last_line, unpacked
from pipeline import *

VERSION = '2.99.0'
EXTENSION = r"""
CREATE SCHEMA _timescaledb_catalog;
CREATE SCHEMA _timescaledb_internal;
CREATE SCHEMA _timescaledb_functions;
CREATE TABLE _timescaledb_catalog.hypertable (id integer PRIMARY KEY, schema_name name, table_name name,
    compressed_hypertable_id integer REFERENCES _timescaledb_catalog.hypertable);
CREATE TABLE _timescaledb_catalog.chunk (id integer PRIMARY KEY, hypertable_id integer NOT NULL REFERENCES _timescaledb_catalog.hypertable,
    schema_name name, table_name name, dropped boolean NOT NULL DEFAULT false);
CREATE TABLE _timescaledb_catalog.metadata (key name PRIMARY KEY, value text);
INSERT INTO _timescaledb_catalog.metadata VALUES ('exported_uuid', gen_random_uuid()), ('calls', '');
SELECT pg_catalog.pg_extension_config_dump('_timescaledb_catalog.hypertable', '');
SELECT pg_catalog.pg_extension_config_dump('_timescaledb_catalog.chunk', '');
SELECT pg_catalog.pg_extension_config_dump('_timescaledb_catalog.metadata', 'WHERE key = ''exported_uuid''');
CREATE FUNCTION _timescaledb_functions.note(text) RETURNS boolean LANGUAGE sql AS
    $$ UPDATE _timescaledb_catalog.metadata SET value = ltrim(value || ' ' || $1) WHERE key = 'calls'; SELECT true $$;
CREATE FUNCTION _timescaledb_functions.stop_background_workers() RETURNS boolean LANGUAGE sql AS $$ SELECT _timescaledb_functions.note('stop') $$;
CREATE FUNCTION _timescaledb_functions.start_background_workers() RETURNS boolean LANGUAGE sql AS $$ SELECT _timescaledb_functions.note('start') $$;
CREATE FUNCTION @extschema@.timescaledb_pre_restore() RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN
    EXECUTE format('ALTER DATABASE %I SET timescaledb.restoring = ''on''', current_database());
    SET SESSION timescaledb.restoring = 'on';
    PERFORM _timescaledb_functions.stop_background_workers();
    UPDATE _timescaledb_catalog.metadata SET key = 'exported_uuid_bak' WHERE key = 'exported_uuid';
    RETURN _timescaledb_functions.note('pre');
END $$;
CREATE FUNCTION @extschema@.timescaledb_post_restore() RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN
    EXECUTE format('ALTER DATABASE %I RESET timescaledb.restoring', current_database());
    RESET timescaledb.restoring;
    PERFORM _timescaledb_functions.start_background_workers();
    RETURN _timescaledb_functions.note('post');
END $$;
CREATE FUNCTION _timescaledb_functions.guard() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN
    IF current_setting('timescaledb.restoring', true) IS DISTINCT FROM 'on' AND EXISTS (SELECT 1 FROM pg_event_trigger_ddl_commands()
            WHERE object_identity LIKE '\_timescaledb\_internal.%') THEN
        RAISE EXCEPTION 'invalid INSERT on the root table of hypertable';
    END IF;
END $$;
CREATE EVENT TRIGGER timescaledb_guard ON ddl_command_end WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION _timescaledb_functions.guard();
"""

#: Two chunks, one of which is compressed: its rows are in another hypertable's.
HYPERTABLE = """
CREATE EXTENSION timescaledb;
SET timescaledb.restoring = 'on';
CREATE TABLE metrics (at timestamptz NOT NULL, value double precision);
CREATE TABLE _timescaledb_internal._hyper_1_1_chunk (CHECK (at < '2026-02-01')) INHERITS (metrics);
CREATE TABLE _timescaledb_internal._hyper_1_2_chunk (CHECK (at >= '2026-02-01')) INHERITS (metrics);
CREATE TABLE _timescaledb_internal._compressed_hypertable_2 ();
CREATE TABLE _timescaledb_internal.compress_hyper_2_3_chunk (packed bytea) INHERITS (_timescaledb_internal._compressed_hypertable_2);
INSERT INTO _timescaledb_catalog.hypertable VALUES (2, '_timescaledb_internal', '_compressed_hypertable_2', NULL), (1, 'public', 'metrics', 2);
INSERT INTO _timescaledb_catalog.chunk VALUES (1, 1, '_timescaledb_internal', '_hyper_1_1_chunk'), (2, 1, '_timescaledb_internal',
    '_hyper_1_2_chunk'), (3, 2, '_timescaledb_internal', 'compress_hyper_2_3_chunk');
INSERT INTO _timescaledb_internal._hyper_1_2_chunk SELECT timestamptz '2026-02-01' + k * interval '1 minute', k FROM generate_series(1, 500) AS k;
INSERT INTO _timescaledb_internal.compress_hyper_2_3_chunk SELECT '\\x0102' FROM generate_series(1, 7);
CREATE INDEX ON _timescaledb_internal._hyper_1_2_chunk (at);
CREATE TABLE plain (x integer PRIMARY KEY);
INSERT INTO plain SELECT generate_series(1, 30);
"""
CONTENTS = {'_timescaledb_internal._hyper_1_1_chunk': 0, '_timescaledb_internal._hyper_1_2_chunk': 500,
            '_timescaledb_internal.compress_hyper_2_3_chunk': 7, 'metrics': 0, 'plain': 30}


def programs(folder):
    """PostgreSQL's, moved: a server looks for extensions where its program is. Those that look are copies, all else are links."""
    real = Postgres.programs()
    version = real.parent.name
    share = pathlib.Path(f'/usr/share/postgresql/{version}')
    moved, data = (pathlib.Path(f'{folder}/usr/{place}/postgresql/{version}') for place in ('lib', 'share'))
    (moved / 'bin').mkdir(parents=True)
    (data / 'extension').mkdir(parents=True)
    (moved / 'lib').symlink_to(real.parent / 'lib')
    for program in real.iterdir():
        if program.name in ('postgres', 'initdb', 'pg_ctl'):
            shutil.copy(program, moved / 'bin')
        else:
            (moved / 'bin' / program.name).symlink_to(program)
    for part in share.iterdir():
        if part.name != 'extension':
            (data / part.name).symlink_to(part)
    for file in (share / 'extension').iterdir():
        if not file.name.startswith('timescaledb'):
            (data / 'extension' / file.name).symlink_to(file)
    (data / 'extension' / 'timescaledb.control').write_text(f"default_version = '{VERSION}'\nrelocatable = false\n")
    (data / 'extension' / f'timescaledb--{VERSION}.sql').write_text(EXTENSION)
    return moved / 'bin'


def calls(server, database):
    return server.psql(database, "SELECT value FROM _timescaledb_catalog.metadata WHERE key = 'calls'")


def counted(server, database):
    return {name: int(server.psql(database, f'SELECT count(*) FROM ONLY {name}')) for name in CONTENTS}


def works(server, database):
    """The extension is not left in the middle of a load."""
    return server.psql('postgres', f"SELECT count(*) FROM pg_db_role_setting AS s JOIN pg_database AS d ON d.oid = s.setdatabase WHERE d.datname = "
                                   f"'{database}' AND s.setconfig::text LIKE '%restoring%'") == '0'


def scratch(server):
    return server.psql('postgres', "SELECT count(*) FROM pg_database WHERE datname LIKE 'portolan_restore%'")


def standing_in(server, folder):
    url = server.create('series')
    server.psql_file('series', HYPERTABLE)
    uuid = "SELECT value FROM _timescaledb_catalog.metadata WHERE key = 'exported_uuid'"
    made = back_up(url)
    manifest = unpacked(made['file'], f'{folder}/u')
    assert manifest['timescaledb'] == {'version': VERSION, 'schema': 'public'} and manifest['contents'] == CONTENTS, manifest
    assert backups(url)[-1]['result'] == 'ok' and scratch(server) == '0', backups(url)
    assert 'database of its own' in checks(made['file'], '--store', url)['restored']['detail']
    assert 'read whole' in checks(made['file'])['restored']['detail']

    # Into a new place: the extension first, then the rows while it keeps out of the way, then it works.
    into = server.create('series2')
    portolan('restore', made['file'], '--into', into)
    assert counted(server, 'series2') == counted(server, 'series') == CONTENTS
    assert calls(server, 'series2') == 'stop pre start post' and works(server, 'series2')
    assert server.psql('series2', uuid) == server.psql('series', uuid)

    # In the place of what is there: nobody is connected while the names change.
    server.psql('series', 'INSERT INTO plain VALUES (99)')
    done = last_line(portolan('restore', made['file'], '--into', url, '--replace', '--confirm', 'series', '--reason', 'x'))
    assert counted(server, 'series') == CONTENTS and works(server, 'series') and scratch(server) == '0'
    assert calls(server, 'series') == 'stop pre start post stop start', calls(server, 'series')
    assert unpacked(done['kept'], f'{folder}/u')['tables']['plain'] == 31

    # What cannot be loaded leaves an extension that works, and nothing else.
    server.psql('series', "CREATE FUNCTION f(integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT $1'; CREATE TABLE checked (x integer CHECK (f(x) > 0));"
                          "INSERT INTO checked VALUES (1); CREATE OR REPLACE FUNCTION f(integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT -$1'")
    bad = last_line(portolan('backup', '--store', url, check=(3,)))
    into = server.create('series3')
    run = portolan('restore', bad['file'], '--into', into, check=(1,))
    assert b'Nothing of it is there' in run.stderr, run.stderr
    assert calls(server, 'series3') == 'stop pre start post' and works(server, 'series3') and scratch(server) == '0'
    portolan('restore', made['file'], '--into', into)
    assert counted(server, 'series3') == CONTENTS

    # Another version: named, and nothing is begun.
    server.psql('series2', f"SET allow_system_table_mods = on; UPDATE pg_extension SET extversion = '2.98.0' WHERE extname = 'timescaledb'")
    run = portolan('backup', '--store', server.url('series2'), check=(3,))
    assert b'TimescaleDB 2.98.0, which this server does not have' in run.stderr, run.stderr
    other = last_line(run)
    run = portolan('restore', other['file'], '--into', server.create('series4'), check=(1,))
    assert b'2.98.0' in run.stderr and b'ALTER EXTENSION' in run.stderr, run.stderr
    run = portolan('restore', made['file'], '--into', server.url('series2'), '--replace', '--confirm', 'series2', '--reason', 'x', check=(3,))
    assert b'was not dropped' in run.stderr and counted(server, 'series2') == CONTENTS, run.stderr

    # A part of it.
    assert b'hypertable' in portolan('backup', '--store', url, '--only', 'metrics', check=(1,)).stderr
    some = last_line(portolan('backup', '--store', url, '--only', 'plain'))
    portolan('restore', some['file'], '--into', server.create('apart'))
    assert server.psql('apart', 'SELECT count(*) FROM plain') == '30'
    for words in (['restore', made['file'], '--into', url, '--only', 'plain', '--replace', '--confirm', 'series', '--reason', 'x'],
                  ['restore', made['file'], '--into', server.create('part'), '--only', 'plain'], ['compare', made['file'], url, '--of', url]):
        assert b'as a whole alone' in portolan(*words, check=(1,)).stderr, words
    print('an extension that stands in: loaded between its two steps', flush=True)


def real(folder):
    if not list(pathlib.Path('/usr/share/postgresql').glob('*/extension/timescaledb.control')):
        print('TimescaleDB itself is not installed: not asked', flush=True)
        return
    server = Postgres(settings=('fsync=off', 'shared_preload_libraries=timescaledb', 'timescaledb.telemetry_level=off', 'max_worker_processes=24'))
    try:
        url = server.create('series')
        server.psql_file('series', "CREATE EXTENSION timescaledb; CREATE TABLE metrics (at timestamptz NOT NULL, value double precision);"
                                   "SELECT create_hypertable('metrics', 'at', chunk_time_interval => interval '1 day');"
                                   "INSERT INTO metrics SELECT timestamptz '2026-01-01' + k * interval '1 minute', k FROM generate_series(1, 5000) AS k;"
                                   "ALTER TABLE metrics SET (timescaledb.compress); SELECT compress_chunk(c) FROM show_chunks('metrics', older_than => "
                                   "timestamptz '2026-01-03') AS c; CREATE TABLE plain (x integer); INSERT INTO plain SELECT generate_series(1, 30)")
        rows = "SELECT count(*), sum(value), min(at), max(at) FROM metrics"
        made = back_up(url)
        assert backups(url)[-1]['result'] == 'ok' and scratch(server) == '0', backups(url)
        portolan('restore', made['file'], '--into', server.create('series2'))
        assert server.psql('series2', rows) == server.psql('series', rows) and works(server, 'series2')
        server.psql('series2', "INSERT INTO metrics VALUES ('2026-03-01', 1)")
        server.psql('series', 'DELETE FROM plain')
        portolan('restore', made['file'], '--into', url, '--replace', '--confirm', 'series', '--reason', 'x')
        assert server.psql('series', rows).startswith('5000|') and server.psql('series', 'SELECT count(*) FROM plain') == '30' and works(server, 'series')
    finally:
        server.stop()
    print('TimescaleDB itself', flush=True)


if __name__ == '__main__':
    with tempfile.TemporaryDirectory(prefix='portolan-timescale-') as top:
        os.environ['XDG_DATA_HOME'] = f'{top}/home'
        os.chmod(top, 0o755)
        server = Postgres(settings=('fsync=off',), programs=programs(top))
        try:
            standing_in(server, top)
        finally:
            server.stop()
        real(top)
    print('1 passed, 0 failed')
