#!/usr/bin/env python3
"""threads.py: the system starts N threads for a program and refuses each one more, for every N until nothing is left to
refuse. A command then says so and fails, or does the same work on fewer threads; none crashes, hangs, or ends well with less;
what a receiver had taken when it failed is in the store or still in its source. Then the same at the kernel's own limit."""
import resource
from faultlab import *

if os.environ.get('PORTOLAN_SANITIZE'):
    missing('way to load a library before a sanitizer')
NOTHREADS = os.environ['PORTOLAN_NOTHREADS']
WORDS = 'The system starts no more threads.'
FILES = 2100  # more than one thread looks at
ENOUGH = 60


def limited(folder, threads, *words, **more):
    """The command's end, and whether it was refused a thread."""
    refused = pathlib.Path(folder) / 'refused'
    refused.unlink(missing_ok=True)
    done = subprocess.run([PROGRAM, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120, env={
        **os.environ, 'QT_QPA_PLATFORM': 'offscreen', 'LD_PRELOAD': NOTHREADS, 'PORTOLAN_THREADS': str(threads),
        'PORTOLAN_REFUSED': str(refused)}, **more)
    return done, refused.exists()


def sweep(folder, name, words, result=lambda done: done.stdout):
    """With each number of threads the result of a run that has all of them, or words and exit code 1."""
    whole = portolan(*words, check=None, env={**os.environ, 'QT_QPA_PLATFORM': 'offscreen'})
    assert whole.returncode in (0, 3), (name, whole)
    expected = whole.returncode, result(whole)
    failed = same = 0
    for threads in range(ENOUGH):
        done, was_refused = limited(folder, threads, *words)
        said = done.stderr.decode()
        if WORDS in said:
            assert was_refused and done.returncode in (1, 3), (name, threads, done.returncode, said)
            failed += 1
            continue
        assert (done.returncode, result(done)) == expected, (name, threads, done.returncode, said)
        if not was_refused:
            assert failed > 0, name
            print(f'{name}: {failed} failed in words, {same} with fewer threads the same', flush=True)
            return
        same += 1
    sys.exit(f'{name}: {ENOUGH} threads are not enough')


def make_files(folder):
    messages = pathlib.Path(folder) / 'example_receiver' / 'messages'
    messages.mkdir(parents=True)
    for n in range(1, FILES + 1):
        (messages / f'messages_batch_{n:04}.txt').write_text(
            ''.join(f'[2025-10-16 12:00:00] Message #{i}: number {i} {"x" * 40}\n' for i in range(n * 10 - 9, n * 10 + 1)))
    return f'file://{folder}'


def receivers(folder, kind, redis, server=None):
    """Received with each number of threads, and then with all: nothing is lost, doubled or left in the source."""
    failed = 0
    for threads in range(ENOUGH):
        place = Place(kind, tempfile.mkdtemp(dir=folder), server, f'place{threads}')
        stream, messages = f'{kind}-{threads}', numbered('m', 300)
        redis.add(stream, messages)
        done, was_refused = limited(folder, threads, 'receive', '--from', redis.url(stream), '--into', place.url, '--idle-exit', '1')
        said = done.stderr.decode()
        if was_refused and done.returncode != 0:
            assert done.returncode == 1 and WORDS in said, (kind, threads, done.returncode, said)
            failed += 1
            receive(redis.url(stream), place.url, '--idle-exit', '1')
        assert not place.verify(ledger(messages)) and redis.pending(stream) == 0, (kind, threads, said)
        place.remove()
        if not was_refused:
            assert done.returncode == 0 and failed > 0, (kind, threads, failed, said)
            print(f'receive into {kind}: {failed} failed in words, and nothing was lost', flush=True)
            return
    sys.exit(f'receive into {kind}: {ENOUGH} threads are not enough')


def at_the_kernels_limit(threads, *words):
    """For a user without other processes; one that is not root has some already."""
    stranger = 61234

    def alone():
        if os.getuid() == 0:
            os.setgroups([])
            os.setgid(stranger)
            os.setuid(stranger)
        resource.setrlimit(resource.RLIMIT_NPROC, (threads, threads))
    done = subprocess.run([PROGRAM, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120, preexec_fn=alone,
                          env={**os.environ, 'HOME': '/nonexistent'})
    assert done.returncode == 1 and WORDS in done.stderr.decode(), (threads, words, done)


with tempfile.TemporaryDirectory(prefix='portolan-threads-') as folder:
    files = make_files(f'{folder}/data')
    sqlite = f'sqlite://{folder}/s.db'
    portolan('demo', '--headless', '--count', '3000', '--store', sqlite)
    lines = pathlib.Path(folder) / 'lines.txt'
    lines.write_text(''.join(f'timeout after {n} ms on host-{n % 7}\n' for n in range(200_000)))

    def written(name):
        def taken(_):
            path = pathlib.Path(folder) / name
            content = path.read_bytes()
            path.unlink()
            return content
        return taken
    sweep(folder, 'list batches of files', ['list', 'batches', '--store', files, '--limit', '0'])
    sweep(folder, 'list messages of files', ['list', 'messages', '--store', files, '--limit', '0'])
    sweep(folder, 'filtered messages of files', ['list', 'messages', '--store', files, '--limit', '0', '--filter', 'content~77'])
    sweep(folder, 'verify of files', ['verify', '--store', files])
    sweep(folder, 'list of SQLite', ['list', 'port-messages', '--store', sqlite, '--limit', '0', '--format', 'csv'])
    sweep(folder, 'export', ['export', 'messages', '--store', sqlite, '--to', f'{folder}/m.jsonl'], written('m.jsonl'))
    sweep(folder, 'fingerprint', ['fingerprint', str(lines)])
    sweep(folder, 'alerts', ['alerts', '--store', sqlite, '--format', 'jsonl'],
          lambda done: [json.loads(line)['name'] for line in done.stdout.splitlines()])
    sweep(folder, 'report', ['report', '--store', sqlite, '--to', f'{folder}/r.html'], lambda _: written('r.html')(_)[:9])
    os.chmod(folder, 0o777)
    at_the_kernels_limit(1, 'list', 'batches', '--store', sqlite)
    if 'with Kafka' in portolan('--version').stdout.decode():  # the library's threads are made where nothing can be put between
        for threads in (4, 7):
            at_the_kernels_limit(threads, 'receive', '--from', 'kafka://127.0.0.1:1/t', '--into', f'sqlite://{folder}/k{threads}.db',
                                 '--idle-exit', '1')
    redis = Redis()
    receivers(folder, 'sqlite', redis)
    receivers(folder, 'files', redis)
    if shutil.which('initdb') or any(pathlib.Path('/usr/lib/postgresql').glob('*/bin')):
        server = Postgres(settings=('fsync=off',))
        receivers(folder, 'postgresql', redis, server)
        store = server.create('listed')
        portolan('demo', '--headless', '--count', '1000', '--store', store)
        sweep(folder, 'list of a server', ['list', 'messages', '--store', store, '--limit', '0'])
        server.stop()
    redis.stop()
