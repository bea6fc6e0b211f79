#!/usr/bin/env python3
"""migrate.py: kill -9 at write after write of `migrate up` and of `migrate down 9`: the schema found then is, to the
letter, that of one version; going on from there ends where an undisturbed run does. PORTOLAN_LONG=1 takes every write."""
import sqlite3
from faultlab import *


def schema(path):
    with contextlib.closing(sqlite3.connect(path)) as db:
        return sorted(row[0] for row in db.execute('SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL'))


def migrate(path, *words, wrapper=()):
    return subprocess.run([*wrapper, PROGRAM, 'migrate', *words, '--store', f'sqlite://{path}'], stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL)


def version(path):
    return json.loads(migrate(path, 'current').stdout)['version']


def killed_at(nth):
    return ('strace', '-f', '-qq', '-o', '/dev/null', '-e', 'trace=pwrite64', '-e', f'inject=pwrite64:signal=SIGKILL:when={nth}')


with tempfile.TemporaryDirectory(prefix='portolan-migrate-') as folder:
    clean = {}
    for v in range(10):
        path = f'{folder}/clean{v}.db'
        assert migrate(path, 'to', str(v)).returncode == 0
        clean[v] = schema(path) if os.path.exists(path) else []
    for words in (('up',), ('down', '9')):
        nth, points, versions = 1, 0, set()
        while True:
            path = f'{folder}/{words[0]}{nth}.db'
            if words[0] == 'down':
                shutil.copyfile(f'{folder}/clean9.db', path)
            if migrate(path, *words, wrapper=killed_at(nth)).returncode == 0:
                break
            found = version(path)
            assert schema(path) == clean[found], f'{words} killed at write {nth}: neither old nor new at version {found}'
            assert migrate(path, 'up').returncode == 0 and schema(path) == clean[9], f'{words}, write {nth}: cannot go on'
            versions.add(found)
            points += 1
            nth += 1 if LONG else 23
        assert points > 10 and len(versions) > 3, (points, versions)
        print(f'migrate {" ".join(words)}: killed at {points} writes, found at versions {sorted(versions)}', flush=True)
print('1 passed, 0 failed')
