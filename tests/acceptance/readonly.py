#!/usr/bin/env python3
"""readonly.py: what only looks works on stores that may only be read, and writes nothing: every --dry-run, and the other
commands that read, on a file 0444 in a folder 0555 (after a clean end, and while its writer is there), on a server whose role
may only SELECT, and on a standby. A --dry-run that is added has to have its line here."""
import contextlib, hashlib, re, shutil, sqlite3, tempfile
from pipeline import *

DRY = [
    ('replay', ['--filter', 'error_message:boom', '--reason', 'r', '--dry-run'], 40),
    ('replay', ['--ids', 'IDS', '--reason', 'r', '--dry-run'], 1),
    ('replay', ['--group', 'GROUP', '--reason', 'r', '--dry-run'], 'GROUP'),
    ('replay', ['--filter', 'error_message:boom', '--edit', 'PATCH', '--reason', 'r', '--dry-run'], 40),
    ('replay', ['--filter', 'error_message:boom', '--to', 'redis://127.0.0.1:1/0?stream=s', '--reason', 'r', '--dry-run'], 40),
    ('discard', ['--filter', 'error_message:boom', '--dry-run'], None),
    ('discard', ['--ids', 'IDS', '--dry-run'], None),
    ('discard', ['--group', 'GROUP', '--dry-run'], None),
    ('heal', ['--dry-run'], None),
    ('retain', ['--rule', 'completed-messages', '--dry-run'], None),
    ('undo', ['ACT', '--reason', 'r', '--dry-run'], None),
]
READING = [['stats'], ['verify'], ['search', 'boom'], ['alerts'], ['views'], ['migrate', 'current'], ['migrate', 'history'],
           ['list', 'dead-letters'], ['list', 'dead-letter-groups'], ['list', 'replays'], ['list', 'audit'],
           ['doctor'], ['list', 'findings'], ['list', 'backups'], ['list', 'schedule'], ['list', 'retention-rules'],
           ['export', 'dead-letters', '--to', 'OUT.jsonl'], ['bundle', '--to', 'OUT.zip', '--no-report'],
           ['replay', '--resume', 'none', '--dry-run']]


def commands_with_dry_runs():
    """Of the program's own help."""
    listed = portolan('--help').stdout.decode().split('Commands:')[1]
    names = re.findall(r'^  (\w[\w-]*) ', listed, re.M)
    assert len(names) > 25, names
    return {name for name in names if re.search(r'^  --dry-run', portolan(name, '--help').stdout.decode(), re.M)}


def tree(folder):
    """Names and bytes of all files, the readers' shared memory aside."""
    return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(pathlib.Path(folder).rglob('*'))
            if path.is_file() and not path.name.endswith('-shm')}


class Place:
    """A store, a way to see whether anything was written to it, and who runs the program."""

    def __init__(self, name, url, state, **who):
        self.name, self.url, self.state, self.who = name, url, state, who


def fill(url, sql):
    portolan('demo', '--headless', '--count', '3000', '--store', url)
    sql("UPDATE port_messages SET status = 'dead_letter', error_message = 'boom' WHERE id IN (SELECT id FROM port_messages ORDER BY id LIMIT 40)")
    portolan('alerts', 'set', 'mine', '--listing', 'rejects', '--threshold', '7', '--store', url, '--reason', 'an act to be undone')


def files(folder, stack):
    """A file that may only be read; as root a user without rights reads it, because root may always write."""
    nobody = {'user': 65534, 'group': 65534, 'extra_groups': []} if os.getuid() == 0 else {}
    made = f'{folder}/made.db'

    def sql(statement):
        with contextlib.closing(sqlite3.connect(made, timeout=30, isolation_level=None)) as db:
            db.execute(statement)
    fill(f'sqlite://{made}', sql)
    for name, is_held in (('closed', False), ('held by its writer', True)):
        inside = pathlib.Path(folder) / name.replace(' ', '-')
        inside.mkdir()
        path = f'{inside}/orders.db'
        shutil.copyfile(made, path)
        if is_held:
            db = stack.enter_context(contextlib.closing(sqlite3.connect(path, isolation_level=None)))
            db.execute("UPDATE port_messages SET error_details = '{}' WHERE error_message = 'boom'")
            assert pathlib.Path(f'{path}-wal').stat().st_size > 0
        for each in inside.iterdir():
            os.chmod(each, 0o444)
        os.chmod(inside, 0o555)
        stack.callback(os.chmod, inside, 0o755)
        yield Place(f'file 0444, {name}', f'sqlite://{path}', lambda inside=inside: tree(inside), **nobody)


def servers(stack):
    server = Postgres()
    stack.callback(server.stop)
    fill(server.create('orders'), lambda statement: server.psql('orders', statement))
    server.psql('orders', 'CREATE ROLE reader LOGIN; GRANT SELECT ON ALL TABLES IN SCHEMA public, analytics_data TO reader; '
                          'GRANT USAGE ON SCHEMA analytics_data TO reader')

    def state():
        tables = server.psql('orders', "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname NOT IN "
                                       "('pg_catalog', 'information_schema') ORDER BY 1").split()
        assert len(tables) > 20, tables
        return [server.psql('orders', f"SELECT md5(coalesce(string_agg(CAST(t AS text) || t.xmin, ',' ORDER BY CAST(t AS text)), '')) "
                                      f'FROM {table} AS t') for table in tables]
    yield Place('a role that may only SELECT', server.url('orders').replace('postgres@', 'reader@'), state)
    server.restart('fast')
    pathlib.Path(f'{server.data}/standby.signal').touch()
    server.restart('fast')
    assert server.psql('orders', 'SELECT pg_is_in_recovery()') == 't'
    yield Place('a standby', server.url('orders'), state)


def written(folder, name, text):
    path = pathlib.Path(folder) / name
    path.write_text(text)
    os.chmod(path, 0o644)
    return str(path)


def look(place, folder):
    out = pathlib.Path(folder) / f'out-{abs(hash(place.name))}'
    out.mkdir(mode=0o777)
    os.chmod(out, 0o777)

    def run(*words):
        return portolan(*words, '--store', place.url, check=None, env={**os.environ, 'HOME': str(out)}, cwd='/', **place.who)
    first = run('list', 'dead-letters', '--format', 'jsonl')
    listed = [json.loads(line) for line in first.stdout.splitlines()]
    assert len(listed) == 40, first
    groups = [json.loads(line) for line in run('list', 'dead-letter-groups', '--format', 'jsonl').stdout.splitlines()]
    assert sum(group['count'] for group in groups) == 40, groups
    known = {'IDS': written(folder, 'ids', listed[0]['id'] + '\n'), 'PATCH': written(folder, 'patch', '[{"op":"add","path":"/x","value":1}]'),
             'GROUP': groups[0]['fingerprint'], 'OUT.jsonl': f'{out}/o.jsonl', 'OUT.zip': f'{out}/o.zip'}
    acts = [json.loads(line) for line in run('list', 'audit', '--filter', 'subject_kind:alert', '--format', 'jsonl').stdout.splitlines()]
    known['ACT'] = str(acts[0]['id'])
    before = place.state()
    for command, words, frozen in DRY:
        done = run(command, *[known.get(word, word) for word in words])
        assert done.returncode in ((0, 3) if command in ('heal', 'retain') else (0,)), (place.name, command, words, done)
        if frozen is not None:
            told = json.loads(done.stdout.splitlines()[-1])
            assert told['frozen'] == (groups[0]['count'] if frozen == 'GROUP' else frozen), (place.name, told)
            assert told['run'] is None, (place.name, told)
            assert b'not kept' in done.stderr, (place.name, done.stderr)
        elif command == 'discard':
            assert b'dead letters would be discarded' in done.stderr or b'dead letter would' in done.stderr, done
        assert place.state() == before, (place.name, command, words)
    copied = portolan('copy', '--from', place.url, '--into', f'file://{out}/copied', '--dry-run', check=None,
                      env={**os.environ, 'HOME': str(out)}, cwd='/', **place.who)
    assert copied.returncode in (0, 3), (place.name, copied)
    assert place.state() == before and not (out / 'copied').exists(), (place.name, copied)
    for words in READING:
        done = run(*[known.get(word, word) for word in words])
        assert done.returncode in ((2,) if 'none' in words else (0, 3)), (place.name, words, done)
        assert place.state() == before, (place.name, words)
    print(f'{place.name}: looking works, and nothing was written')


missing_lines = commands_with_dry_runs() - {command for command, _, _ in DRY} - {'copy'} # which look() has by itself
assert not missing_lines, f'these have a --dry-run and no line here: {missing_lines}'
with tempfile.TemporaryDirectory(prefix='portolan-readonly-') as folder, contextlib.ExitStack() as stack:
    os.chmod(folder, 0o755)
    for place in (*files(folder, stack), *servers(stack)):
        look(place, folder)
    # A dry run that can keep its set still does, and a store that is not there is not made.
    kept = portolan('replay', '--store', f'sqlite://{folder}/made.db', '--filter', 'error_message:boom', '--reason', 'r', '--dry-run')
    assert json.loads(kept.stdout.splitlines()[-1])['run'], kept
    absent = portolan('replay', '--store', f'sqlite://{folder}/absent.db', '--filter', '', '--reason', 'r', '--dry-run', check=None)
    assert absent.returncode == 1 and not pathlib.Path(f'{folder}/absent.db').exists(), absent
print('1 passed, 0 failed')
