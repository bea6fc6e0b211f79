#!/usr/bin/python3
"""threads_window.py: the window starts where the system gives it N threads and refuses each one more, for every N until
nothing is left to refuse, on a real display. It says so and ends with 1, or shows what it can; it neither crashes nor hangs."""
import contextlib, tempfile
from windowbus import *

NOTHREADS = os.environ['PORTOLAN_NOTHREADS']
WORDS = 'The system starts no more threads.'
ENOUGH = 40

with tempfile.TemporaryDirectory(prefix='portolan-threads-') as folder:
    store = f'sqlite://{folder}/s.db'
    portolan('demo', '--headless', '--count', '500', '--store', store)
    picture_file, refused = pathlib.Path(folder) / 'p.png', pathlib.Path(folder) / 'refused'
    failed = shown = 0
    for threads in range(ENOUGH):
        for file in (picture_file, refused):
            file.unlink(missing_ok=True)
        done = subprocess.run([PROGRAM, store, '--new-window', '--picture', str(picture_file)], capture_output=True, text=True, timeout=120, env={
            **os.environ, 'LD_PRELOAD': NOTHREADS, 'PORTOLAN_THREADS': str(threads), 'PORTOLAN_REFUSED': str(refused)})
        assert done.returncode in (0, 1), (threads, done)
        if done.returncode == 1:
            assert WORDS in done.stderr and refused.exists(), (threads, done)
            failed += 1
            continue
        assert picture_file.read_bytes().startswith(b'\x89PNG'), (threads, done)
        if not refused.exists():
            break
        shown += 1
    else:
        sys.exit(f'{ENOUGH} threads are not enough')
    assert failed >= 3, failed  # the signals', the fonts' and at least one of Qt's
    print(f'{failed} starts ended in words, {shown} windows had fewer threads', flush=True)
