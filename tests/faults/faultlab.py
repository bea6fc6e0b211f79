"""What the fault tests share: a store of each kind, the outside oracle, and the ways to kill."""
import collections, contextlib, os, pathlib, random, re, signal, subprocess, sys, tempfile, time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / 'acceptance'))
from pipeline import *

LONG = os.environ.get('PORTOLAN_LONG') == '1'
NAIVE = pathlib.Path(__file__).with_name('naive.py')
WORDS_WITHIN = 5.0  # seconds in which the receiver says what is wrong


class Place:
    """One store: in a folder, or a new database of `server`. `kind` is files, sqlite or postgresql."""

    def __init__(self, kind, folder, server=None):
        self.kind, self.folder, self.server = kind, folder, server
        self.url = {'files': lambda: f'file://{folder}/data', 'sqlite': lambda: f'sqlite://{folder}/s.db',
                    'postgresql': lambda: server.create('place')}[kind]()

    def verify(self, expected, rejects=0):
        """Empty, or what is wrong: contents against the ledger, and the store's own soundness."""
        wrong = differences(expected, stored(self.url))
        if self.kind == 'files':
            try:
                check_batch_files(f'{self.folder}/data')
            except AssertionError as error:
                wrong += f' batch files: {error}'
        elif self.kind == 'postgresql':
            again = differences(expected, stored_in_postgres(self.server, 'place'))
            wrong += f' read by psql: {again}' if again else ''
            odd = self.server.psql('place', 'SELECT count(*) FROM batches b WHERE message_count > 10 OR message_count <> '
                                            '(SELECT count(*) FROM messages m WHERE m.batch_id = b.id)')
            wrong += f' {odd} batches whose count is wrong' if odd != '0' else ''
        else:
            import sqlite3
            with contextlib.closing(sqlite3.connect(f'file:{self.folder}/s.db?mode=ro', uri=True)) as db:
                sound = db.execute('PRAGMA integrity_check').fetchone()[0]
                if sound != 'ok':
                    wrong += f' integrity: {sound}'
        listed = portolan('list', 'rejects', '--store', self.url, '--limit', '0', '--format', 'jsonl').stdout.splitlines()
        if len(listed) != rejects:
            wrong += f' {len(listed)} rejects'
        return wrong


def start_receiver(source, place, *more, wrapper=()):
    return subprocess.Popen([*wrapper, PROGRAM, 'receive', '--from', source, '--into', place.url, *more],
                            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)


class Receiving:
    """A receiver whose standard error is read back."""

    def __init__(self, source, place, wrapper=(), more=()):
        open(place.log, 'wb').close()
        self.log = open(place.log, 'ab+')  # the receiver writes at the end, wherever we have read
        self.process = subprocess.Popen([*wrapper, PROGRAM, 'receive', '--from', source, '--into', place.url, *more],
                                        stdout=subprocess.DEVNULL, stderr=self.log, start_new_session=True)

    def said(self, since=0):
        self.log.seek(since)
        return self.log.read().decode()

    def mark(self):
        """Where what it says from now on begins."""
        return self.log.seek(0, os.SEEK_END)

    def says(self, pattern, within=WORDS_WITHIN, since=0):
        began = time.time()
        while not re.search(pattern, self.said(since), re.IGNORECASE):
            self.lives()
            assert time.time() - began < within, f'it did not say {pattern!r} within {within} s, but: {self.said()!r}'
            time.sleep(0.02)
        return time.time() - began

    def lives(self):
        assert self.process.poll() is None, f'it ended with {self.process.returncode}: {self.said()}'

    def memory(self):
        self.lives()
        pids = [self.process.pid] + [int(p) for p in
                subprocess.run(['pgrep', '-P', str(self.process.pid)], capture_output=True).stdout.split()]
        sizes = []
        for pid in pids:
            with contextlib.suppress(OSError), open(f'/proc/{pid}/status') as status:
                text = status.read()
                if 'Name:\tportolan' in text:
                    sizes.append(int(re.search(r'VmRSS:\s+(\d+)', text).group(1)) << 10)
        return max(sizes)

    def catches_up(self, redis, stream, within=60):
        end = time.time() + within
        while True:
            groups = redis.command('XINFO', 'GROUPS', stream)
            facts = dict(zip(groups[0][::2], groups[0][1::2])) if groups else {}
            if facts.get(b'lag') == 0 and facts.get(b'pending') == 0:
                return
            self.lives()
            assert time.time() < end, f'it does not go on: {facts} {self.said()!r}'
            time.sleep(0.05)

    def stop(self):
        kill(self.process)
        self.log.close()


def kill(process):
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    process.wait()


def numbered(prefix, count):
    return [b'%s message number %d' % (prefix.encode(), i) for i in range(count)]
