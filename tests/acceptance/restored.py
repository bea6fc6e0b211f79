#!/usr/bin/env python3
"""restored.py: a file store and a Redis stream that still holds its entries. The folder of messages is put back from an
older tar, alone or with `.portolan`; a file is deleted, the last one, or cut. The next receiver says what is gone (stderr,
exit code 3, gaps, verify), and what is delivered again is stored, each once, in the end as in the ledger."""
import tarfile
from pipeline import *

FILES, BATCH = 12, 10


class Store:
    """A file store whose messages a stream holds."""

    def __init__(self, redis, name, folder):
        self.redis, self.name, self.folder = redis, name, f'{folder}/{name}'
        self.url, self.sent = f'file://{self.folder}', []
        self.own = f'{self.folder}/example_receiver'
        self.messages = pathlib.Path(self.own, 'messages')

    def send(self, count):
        more = [json.dumps({'kind': 'message', 'message_number': len(self.sent) + i + 1, 'content': f'{self.name} {len(self.sent) + i}'}).encode()
                for i in range(count)]
        self.redis.add(self.name, more)
        self.sent += more

    def receive(self, group, check=(0,)):
        """Its counts, and what it said."""
        run = portolan('receive', '--from', self.redis.url(self.name, group), '--into', self.url, '--idle-exit', '0.3', check=check)
        assert run.returncode in check, run
        return json.loads(run.stdout.splitlines()[-1]), run.stderr.decode()

    def put_away(self, name, whole):
        with tarfile.open(f'{self.folder}.{name}.tar.gz', 'w:gz') as tar:
            tar.add(self.own if whole else self.messages, 'kept')

    def put_back(self, name, whole):
        place = pathlib.Path(self.own if whole else self.messages)
        shutil.rmtree(place)
        with tarfile.open(f'{self.folder}.{name}.tar.gz') as tar:
            tar.extractall(place.parent)
        (place.parent / 'kept').rename(place)

    def file(self, number):
        return self.messages / f'messages_batch_{number:04d}.txt'

    def gaps(self):
        run = portolan('list', 'gaps', '--store', self.url, '--limit', '0', '--format', 'jsonl')
        return sum(gap['missing'] for gap in map(json.loads, run.stdout.splitlines()) if not gap['closed_at'])

    def verified(self):
        run = portolan('verify', '--store', self.url, '--format', 'jsonl', check=(0, 3))
        return {row['name']: row for row in map(json.loads, run.stdout.splitlines())}['acknowledged']['result']

    def comes_again(self, lost, told=True):
        """The receiver that finds the loss, another one, then a group that reads all of the stream."""
        if told:
            assert self.verified() == 'found'
            counts, said = self.receive('first', (3,))
            assert counts['gaps'] == 1 and counts['stored'] in (0, lost), counts
            assert f'{lost} stored lines are gone' in said, said
            again = counts['stored'] # of lines at the end: the stream says that the store had them
            assert self.receive('first')[0]['gaps'] == 0, 'told twice'
            assert self.gaps() == lost - again, self.gaps()
            assert self.verified() == ('ok' if again else 'found'), 'what is lost is told no more'
            lost -= again
        counts, _ = self.receive('again')
        assert counts['stored'] == lost and counts['duplicates'] == len(self.sent) - lost, counts
        wrong = differences(ledger(self.sent), stored(self.url))
        assert not wrong, wrong
        assert self.gaps() == 0 and self.verified() == 'ok'
        counts, _ = self.receive('third')
        assert counts['stored'] == 0 and counts['duplicates'] == len(self.sent), counts
        print(f'{self.name}: {lost} gone, all there once', flush=True)


def older_messages(store):
    store.put_away('older', False)
    store.send(35)
    store.receive('first')
    store.put_back('older', False)
    store.comes_again(35)


def older_of_both(store):
    store.put_away('both', True)
    store.send(35)
    store.receive('first')
    store.put_back('both', True)
    store.comes_again(35, told=False)


def deleted_file(store):
    store.file(5).unlink()
    store.comes_again(BATCH)


def deleted_last_file(store):
    store.file(FILES).unlink()
    store.comes_again(BATCH)


def cut_file(store):
    lines = store.file(7).read_bytes().splitlines(True)
    store.file(7).write_bytes(b''.join(lines[:6]))
    store.comes_again(4)


def all_files(store):
    for number in range(1, FILES + 1):
        store.file(number).unlink()
    store.comes_again(FILES * BATCH)


def nothing_is_lost(store):
    """The same bytes put back, a line that somebody has changed, another program's file."""
    store.put_away('same', False)
    store.put_back('same', False)
    assert store.receive('first')[0]['gaps'] == 0 and store.verified() == 'ok'
    store.file(3).write_bytes(store.file(3).read_bytes().replace(b'nothing_is_lost 21\n', b'nothing is redacted\n'))
    store.file(FILES + 1).write_bytes(b'[2025-10-16 14:56:05] Message #900: theirs\n')
    for group in ('first', 'again'):
        counts, _ = store.receive(group)
        assert counts['gaps'] == counts['stored'] == 0, counts
    assert store.verified() == 'found', 'a line is not as it was written'
    assert sum(stored(store.url).values()) == len(store.sent) + 1
    print('nothing_is_lost: nothing let go of', flush=True)


redis = Redis()
try:
    with tempfile.TemporaryDirectory(prefix='portolan-restored-') as folder:
        for test in (older_messages, older_of_both, deleted_file, deleted_last_file, cut_file, all_files, nothing_is_lost):
            store = Store(redis, test.__name__, folder)
            store.send(FILES * BATCH)
            store.receive('first')
            test(store)
finally:
    redis.stop()
print('1 passed, 0 failed')
