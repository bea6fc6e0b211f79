#!/usr/bin/env python3
"""schemas.py: pipelines of one PostgreSQL database in schemas of their own, with the same names of tables. psql's catalogue
says before and after what stands where: nothing is made in `public`, and none of a schema's rows is seen in another."""
import re, types
from pipeline import *

ODD = 'Gämma "G"'  # blanks, capitals, quotes, and a letter beyond ASCII
OBJECTS = '''SELECT n.nspname, c.relkind, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'
    UNION ALL SELECT n.nspname, 'f', p.proname || pg_get_function_arguments(p.oid) FROM pg_proc p
    JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema' ORDER BY 1, 2, 3'''


def told(*words, check=(0,)):
    run = portolan(*words, check=check)
    return types.SimpleNamespace(stdout=run.stdout.decode(), stderr=run.stderr.decode())


def check(truth, *what):
    if not truth:
        raise SystemExit(f'FAILED: {what}')


def objects(server, schema):
    return {line.split('|', 1)[1] for line in server.psql('p', OBJECTS).splitlines() if line.split('|')[0] == schema}


def quoted(schema):
    return '"' + schema.replace('"', '""') + '"'


def url(server, schema):
    import urllib.parse
    return server.url('p') + ('' if schema == 'public' else '?schema=' + urllib.parse.quote(schema))


def rows(store, what, *more):
    return [json.loads(line) for line in told('list', what, '--store', store, '--format', 'jsonl', '--limit', '0', *more).stdout.splitlines()]


def fill(server, schema, mark):
    """Rows as other programs write them, which look in their schema, each row with its mark."""
    name = quoted(schema)
    server.psql('p', f'''SET search_path = {name};
        INSERT INTO {name}.port_messages (port_name, source_component, target_component, message_data, status, error_message)
            SELECT 'port-{mark}', 'a', 'b', json_build_object('n', i)::jsonb, CASE WHEN i % 2 = 0 THEN 'dead_letter' ELSE 'pending' END,
            'Timeout after ' || i || ' s in {mark}' FROM generate_series(1, 20) AS i;
        INSERT INTO {name}.component_metrics (component_name, metric_name, metric_value, timestamp)
            SELECT '{mark}', 'load', i + 0.1, timestamptz '2026-01-05 10:00Z' + i * interval '1 minute' FROM generate_series(1, 30) AS i;
        INSERT INTO {name}.checkpoints (checkpoint_name, component_name, checkpoint_data, version) VALUES ('cp-{mark}', '{mark}', '{{"a":1}}', 1);
        CREATE TABLE IF NOT EXISTS {name}.orders ("Placed At" bigint, total numeric);
        INSERT INTO {name}.orders SELECT 1767614400 + i, i FROM generate_series(1, 5) AS i''')


def main():
    server = Postgres()
    folder = tempfile.mkdtemp(prefix='portolan-schemas-')
    schemas = {'alpha': 'al', ODD: 'ga'}
    try:
        server.create('p')
        before = objects(server, 'public')
        check(not before, before)

        gone = told('list', 'tables', '--store', url(server, 'nowhere'), check=(1,))
        check('no schema nowhere' in gone.stderr, gone.stderr)
        gone = told('migrate', 'up', '--store', url(server, 'nowhere'), check=(1,))
        check('no schema nowhere' in gone.stderr, gone.stderr)
        check(not objects(server, 'public'), 'a missing schema')
        told('list', 'tables', '--store', server.url('p') + '?schema=pg_catalog', check=(2,))

        for schema in schemas:
            server.psql('p', f'CREATE SCHEMA {quoted(schema)}')
            told('migrate', 'up', '--store', url(server, schema))
            check(objects(server, 'public') == before, 'migrate made in public', objects(server, 'public'))
        made = {schema: objects(server, schema) for schema in schemas}
        ours = lambda found: {o for o in found if 'portolan' in o or 'port_messages' in o or 'checkpoints' in o}
        check(len(ours(made['alpha'])) > 50 and ours(made['alpha']) == ours(made[ODD]), made['alpha'] ^ made[ODD])
        paths = server.psql('p', "SELECT DISTINCT n.nspname || ': ' || array_to_string(p.proconfig, ' ') FROM pg_proc p JOIN pg_namespace n "
                            "ON n.oid = p.pronamespace WHERE p.proconfig::text LIKE '%search_path%' ORDER BY 1").splitlines()
        check(len(paths) == 2 and not any('public' in p for p in paths), paths)

        for schema, mark in schemas.items():
            fill(server, schema, mark)
        for schema, mark in schemas.items():
            store = url(server, schema)
            other = next(m for m in schemas.values() if m != mark)
            check(rows(store, 'migrations') and told('migrate', 'current', '--store', store).stdout.strip(), 'current')
            check({r['port_name'] for r in rows(store, 'port-messages')} == {f'port-{mark}'}, 'port messages')
            check(len(rows(store, 'dead-letters')) == 10, 'dead letters')
            check([r['checkpoint_name'] for r in rows(store, 'checkpoints')] == [f'cp-{mark}'], 'checkpoints')
            check({r['component_name'] for r in rows(store, 'component-metrics')} == {mark}, 'metrics')
            names = {r['table'] for r in rows(store, 'tables')}
            check('port_messages' in names and 'orders' in names, names)
            check({r['zone'] for r in rows(store, 'tables') if r['table'] == 'port_messages'} == {'core'}, 'zone')
            told('stats', '--store', store)
            found = told('verify', '--store', store, check=(0, 3)).stdout
            for line in found.splitlines():
                check(json.loads(line)['result'] == 'ok' or json.loads(line)['name'] not in ('schema', 'indexes', 'constraints'), line)
            check(mark in told('search', f'in {mark}', '--store', store).stdout, 'search')
            check(f'in {other}' not in told('search', 'Timeout', '--store', store).stdout, 'search of the other')
            report = f'{folder}/{mark}.html'
            told('report', '--store', store, '--to', report)
            out = f'{folder}/{mark}.csv'
            told('export', 'port-messages', '--store', store, '--to', out)
            check(other not in pathlib.Path(out).read_text() and mark in pathlib.Path(out).read_text(), 'export')
            told('export', 'rows', '--table', 'orders', '--store', store, '--to', f'{folder}/{mark}-orders.csv')
            chart = f'{folder}/{mark}-chart.csv'
            for series, samples in ((f'component/{mark}/load', 30), ('table/orders/Placed At/total', 5)):
                told('chart', series, '--store', store, '--to', chart)
                with open(chart, newline='') as file:
                    check(sum(int(r['count']) for r in csv.DictReader(file)) == samples, series)
            told('roll', '--store', store)
            run = json.loads(told('replay', '--store', store, '--filter', f'port_name:port-{mark}', '--reason', 'test').stdout.splitlines()[-1])
            check(run['replayed'] == 10, run)
            check(server.psql('p', f"SELECT count(*) FROM {quoted(schema)}.port_messages WHERE status = 'dead_letter'") == '0', 'replayed')
            demo = json.loads(told('receive', '--from', 'demo:?rate=0&seed=1&count=200', '--into', store, '--idle-exit', '1').stdout.splitlines()[-1])
            check(demo['stored'] == 200, demo)
        # What one did is not in the other: alpha's dead letters were replayed before those of the other were there no more.
        audits = {schema: server.psql('p', f'SELECT count(*) FROM {quoted(schema)}.portolan_replay_runs') for schema in schemas}
        check(set(audits.values()) == {'1'}, audits)
        check(objects(server, 'public') == before, 'something was made in public', objects(server, 'public'))

        # The third pipeline is the usual one, beside the others; then one of them goes, and the rest stays.
        told('migrate', 'up', '--store', server.url('p'))
        check(ours(objects(server, 'public')) and not rows(server.url('p'), 'port-messages'), 'public sees others')
        kept = {schema: objects(server, schema) for schema in (ODD, 'public')}
        dump = told('migrate', 'down', '20', '--store', url(server, 'alpha'))
        left = {o for o in objects(server, 'alpha') if 'orders' not in o and 'gtrgm' not in o and 'gin_' not in o and 'uuid' not in o}
        check(not {o for o in left if re.match(r'[rpvmiS]\|', o)}, left)
        check({schema: objects(server, schema) for schema in kept} == kept, 'others changed')
        for schema in kept:
            told('stats', '--store', url(server, schema))
        print('ok: pipelines in three schemas, nothing mixed')
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


main()
