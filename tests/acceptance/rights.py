#!/usr/bin/env python3
"""rights.py: accounts of a Redis with no more rights than README and guide recommend, as those write them, each compared
with an account that may do all: what is stored, told as lost and said, and the exit code, when a source loses messages
under a receiver that is stopped, and when an older store is put back."""
import re, sqlite3
from pipeline import *

README = (ROOT / 'README.md').read_text()
GUIDE = (ROOT / 'resources' / 'guide' / 'en' / 'receiving.md').read_text()


def found(pattern, text):
    match = re.search(pattern, text, re.S)
    assert match, f'no rights are recommended as {pattern}'
    return [' '.join(group.split()) for group in match.groups()]


def of_commands(words):
    return ' '.join('+' + word.lower() for word in words)


readme_list, readme_info, readme_least, readme_stream = found(
    r'an ACL user needs `([^`]+)`, better also `([^`]+)`; for a stream\s+`([^`]+)`, better `([^`]+)`', README)
guide_least, = found(r'\| stream, whose group exists \| `([^`]+)`', GUIDE)
guide_list, = found(r'\| list \| `([^`]+)`', GUIDE)
guide_more, = found(r'(With more rights a stream gives more\..*?noted, see below\.)', GUIDE)
guide_more = re.findall('`([A-Z]+)', guide_more)
STREAM_KEYS, LIST_KEYS = '~NAME ~{NAME}:portolan*', '~NAME ~{NAME}:portolan*'

ALL = '~* &* +@all'
# name: kind, rights, whether losses are counted with them
ACCOUNTS = {
    'stream, README': ('stream', f'{readme_least} {readme_stream}', True),
    'stream, guide': ('stream', f'{STREAM_KEYS} {of_commands(guide_least.split())} {of_commands(guide_more)}', True),
    'stream, the least of README': ('stream', readme_least, False),
    'stream, the least of the guide': ('stream', f'~NAME {of_commands(guide_least.split())}', False),
    'list, README': ('list', f'{readme_list} {readme_info}', True),
    'list, the least of README': ('list', readme_list, True),
    'list, guide': ('list', f'{LIST_KEYS} {of_commands(guide_list.split())}', True),
    'list, guide without EVALSHA': ('list', f'{LIST_KEYS} {of_commands(guide_list.split())} -evalsha', True),
    'stream, guide without EVALSHA': ('stream', f'{STREAM_KEYS} +@stream +@hash +eval +time -evalsha', True),
}


def outcome(redis, folder, kind, rights, counted):
    """What becomes of 13 messages, of which some go while the receiver is stopped; then of an older store."""
    place = pathlib.Path(tempfile.mkdtemp(dir=folder))
    redis.command('FLUSHALL')
    allowed = redis.command('ACL', 'SETUSER', 'tied', 'reset', 'on', '>pw', *rights.replace('NAME', 'k').split())
    assert allowed in ('OK', b'OK'), (rights, allowed)
    if kind == 'stream' and not counted:
        redis.command('XGROUP', 'CREATE', 'k', 'g', '0', 'MKSTREAM')
    send = lambda i: redis.command('RPUSH', 'k', f'm{i}') if kind == 'list' else redis.command('XADD', 'k', 'MAXLEN', 3, '*', 'payload', f'm{i}')
    source = f'redis://tied:pw@127.0.0.1:{redis.port}/0?{kind}=k&consumer=c{"&group=g" if kind == "stream" else ""}'
    store = place / 's.db'
    words = [PROGRAM, 'receive', '--from', source, '--into', f'sqlite://{store}', '--idle-exit', '2']
    for i in range(3):
        send(i)
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        for _ in range(600):
            with contextlib.suppress(sqlite3.OperationalError):  # no table yet
                if store.exists() and sum(stored_in_sqlite(store).values()) == 3:
                    break
            time.sleep(0.05)
        time.sleep(0.5)  # it waits for more
        stand_still([process.pid])
        for i in range(3, 13):
            send(i)
        if kind == 'list':
            redis.command('FLUSHALL')
            redis.command('RPUSH', 'k', 'last')
    finally:
        process.send_signal(signal.SIGCONT)
    _, said = process.communicate(timeout=120)
    gaps = [json.loads(line) for line in portolan('list', 'gaps', '--store', f'sqlite://{store}', '--format', 'jsonl').stdout.splitlines()]
    held = sum(stored_in_sqlite(store).values())
    older = place / 'older.db'
    shutil.copy(store, older)
    send(20)
    send(21)
    first = portolan(*words[1:], check=(0, 3))
    for name in ('', '-wal', '-shm'):
        pathlib.Path(f'{store}{name}').unlink(missing_ok=True)
    shutil.copy(older, store)
    again = portolan(*words[1:], check=(0, 3))
    after = json.loads(again.stdout.splitlines()[-1])
    lost = sum(gap['missing'] or 0 for gap in gaps)
    return {'exit': process.returncode, 'held and lost': held + lost if kind == 'stream' else 'some',
            'gaps': len(gaps), 'unknown': sum(gap['missing'] is None for gap in gaps), 'read again': after['stored'],
            'told again': after['gaps']}, held, (said + first.stderr + again.stderr).decode()


redis = Redis()
failed = 0
try:
    with tempfile.TemporaryDirectory(prefix='portolan-rights-') as folder:
        whole = {}
        for kind in ('stream', 'list'):
            whole[kind], _, said = outcome(redis, folder, kind, ALL, True)
            assert whole[kind]['exit'] == 3 and whole[kind]['gaps'] == 1, (whole[kind], said)
            print(f'{kind}, all rights: {whole[kind]}', flush=True)
        assert whole['stream']['held and lost'] == 13 and whole['stream']['read again'] == 2, whole
        assert whole['list']['unknown'] == 1 and whole['list']['told again'] == 1, whole
        for name, (kind, rights, counted) in ACCOUNTS.items():
            result, held, said = outcome(redis, folder, kind, rights, counted)
            if counted:
                denied = set(re.findall(r"run the '(\w+)' command", said))  # what the guide's list does without
                right = result == whole[kind] and denied <= (set() if '+@list' in rights or kind == 'stream' else {'blmove'})
            else:  # what is there is stored, and that losses are not counted is said
                right = held >= 6 and result['exit'] == 0 and 'cannot be counted' in said and 'not noticed' in said
            print(f'{"ok  " if right else "FAIL"} {name}: {rights}: {result}' + ('' if right else f'\n{said}'), flush=True)
            failed += not right
finally:
    redis.stop()
print(f'{len(ACCOUNTS) - failed} passed, {failed} failed')
sys.exit(failed > 0)
