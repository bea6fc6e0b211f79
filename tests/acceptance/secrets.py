#!/usr/bin/python3
"""secrets.py: a password in a command stands in no process's command line or environment while the program runs, whichever of
our programs it becomes, and is used all the same; a source's may come from PORTOLAN_FROM_PASSWORD. The look is shown to find
what is there."""
import contextlib
import pathlib
import subprocess
import tempfile
from pipeline import *

SECRET = 'S3cret-argv-7d2f:@x'
ENCODED = 'S3cret-argv-7d2f%3A%40x'


def wait_until(what, seconds, words):
    end = time.time() + seconds
    while not what():
        assert time.time() < end, words
        time.sleep(0.05)


def seen(process):
    """What other users, and this one, can read of a process and its children."""
    found = b''
    for pid in [process.pid, *pathlib.Path(f'/proc/{process.pid}/task/{process.pid}/children').read_text().split()]:
        for name in ('cmdline', 'environ'):
            with contextlib.suppress(ProcessLookupError, FileNotFoundError): # a child that has ended
                found += pathlib.Path(f'/proc/{pid}/{name}').read_bytes()
    return found


def is_seen(process):
    text = seen(process)
    return any(word.encode() in text for word in (SECRET, ENCODED, 'S3cret'))


def receives(redis, words, folder, number, **env):
    redis.add('s', [b'{"message_number":%d,"content":"m"}' % number])
    store = f'sqlite://{folder}/{number}.db'
    process = subprocess.Popen([*words, '--into', store], env={**os.environ, **env}, stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE)
    try:
        listed = lambda: subprocess.run([PROGRAM, 'list', 'messages', '--store', store], capture_output=True).stdout
        wait_until(lambda: listed().strip(), 30, 'it does not receive')
        return process, is_seen(process)
    finally:
        process.terminate()
        process.communicate()


redis = Redis()
try:
    redis.command('CONFIG', 'SET', 'requirepass', SECRET)
    redis.command('AUTH', SECRET)
    commands = str(pathlib.Path(PROGRAM).resolve().parent / 'portolan-commands')
    with tempfile.TemporaryDirectory(prefix='portolan-secrets-') as folder:
        host = f'127.0.0.1:{redis.port}/0?stream=s'
        naive = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)', f'redis://:{ENCODED}@{host}'])
        try:
            wait_until(lambda: is_seen(naive), 10, 'the look finds nothing: the test proves nothing')
        finally:
            naive.kill()
            naive.wait()
        number = 0
        for program in (PROGRAM, commands):
            for user in ('', 'default'):
                number += 1
                source = f'redis://{user}:{ENCODED}@{host}&group=g{number}'
                _, shows = receives(redis, [program, 'receive', '--from', source], folder, number)
                assert not shows, (program, source)
        number += 1
        # the variable stands in the environment, which the user alone can read, and not in the command
        process, _ = receives(redis, [PROGRAM, 'receive', '--from', f'redis://{host}&group=g{number}'], folder, number,
                              PORTOLAN_FROM_PASSWORD=SECRET)
        wrong = subprocess.run([PROGRAM, 'receive', '--from', f'redis://{host}&group=x', '--into', f'sqlite://{folder}/x.db',
                                '--idle-exit', '1'], capture_output=True)
        assert wrong.returncode == 1 and b'password' in wrong.stderr, wrong
        # a mistake in the words is told with the words as they were typed, but for the password
        told = subprocess.run([PROGRAM, 'receive', '--from', f'redis://:{ENCODED}@{host}&nonsense=1', '--into', 'x.db'],
                              capture_output=True)
        assert told.returncode == 2 and b'nonsense' in told.stderr and b'S3cret' not in told.stderr, told
    print('no password is seen in a command line')
finally:
    redis.stop()
