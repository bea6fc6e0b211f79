#!/usr/bin/env python3
"""powercut.py: an ext4 file system in a file loses its power (everything not synced is gone) while the receiver writes;
mounted again, the receiver goes on: nothing acknowledged is lost, nothing doubled, no line torn, in both kinds of
store. The naive receiver (flush, then acknowledge) loses. Needs root; skips, saying so, where a loop mount is refused."""
import fcntl, struct
from faultlab import *

FS_IOC_SHUTDOWN, NO_LOG_FLUSH = 0x8004587D, 2  # <linux/fs.h> EXT4_IOC_SHUTDOWN, EXT4_GOING_FLAGS_NOLOGFLUSH


class Disk:
    def __init__(self, folder):
        self.image, self.mount = f'{folder}/disk.img', f'{folder}/disk'
        os.mkdir(self.mount)
        subprocess.run(['truncate', '-s', '256M', self.image], check=True)
        subprocess.run(['mkfs.ext4', '-q', self.image], check=True)
        self.up()

    def up(self):
        subprocess.run(['mount', '-o', 'loop', self.image, self.mount], check=True, stderr=subprocess.PIPE)

    def down(self):
        subprocess.run(['umount', self.mount], check=True)

    def cut(self):
        fd = os.open(self.mount, os.O_RDONLY)
        fcntl.ioctl(fd, FS_IOC_SHUTDOWN, struct.pack('I', NO_LOG_FLUSH))
        os.close(fd)


def cut_while(disk, process, seconds):
    time.sleep(seconds)
    disk.cut()
    kill(process)
    disk.down()
    disk.up()


def survives(redis, kind, cuts, rng):
    with tempfile.TemporaryDirectory(prefix='portolan-power-') as folder:
        disk = Disk(folder)
        try:
            place = Place(kind, disk.mount)
            stream, sent = f'power-{kind}', []
            for i in range(cuts):
                more = numbered(f'{kind} {i}', rng.choice((300, 5000, 20000)))
                redis.add(stream, more)
                sent += more
                process = start_receiver(redis.url(stream), place, '--batch', str(rng.choice((1, 50, 1000))))
                cut_while(disk, process, rng.uniform(0.05, 0.5))
            receive(redis.url(stream), place.url, '--idle-exit', '1')
            wrong = place.verify(ledger(sent))
            assert not wrong, f'{kind}: {wrong}'
            assert redis.pending(stream) == 0
            print(f'{kind}: {cuts} power cuts, {len(sent)} messages: equal to the ledger', flush=True)
        finally:
            disk.down()


def naive_loses(redis):
    with tempfile.TemporaryDirectory(prefix='portolan-power-') as folder:
        disk = Disk(folder)
        try:
            sent, path = numbered('naive', 20000), f'{disk.mount}/lines'
            redis.add('naive', sent)
            process = subprocess.Popen([sys.executable, NAIVE, str(redis.port), 'naive', path, 'flush'],
                                       start_new_session=True, stderr=subprocess.DEVNULL)
            cut_while(disk, process, 0.4)
            subprocess.run([sys.executable, NAIVE, str(redis.port), 'naive', path, 'flush'], check=True)
            wrong = differences(collections.Counter(sent), collections.Counter(open(path, 'rb').read().split(b'\n')[:-1]))
            assert wrong, 'the naive receiver passed: the test proves nothing'
            print(f'naive (flush, no sync): {wrong}', flush=True)
        finally:
            disk.down()


def can_mount():
    with tempfile.TemporaryDirectory() as folder:
        try:
            Disk(folder).down()
            return True
        except (subprocess.CalledProcessError, OSError) as error:
            print(f'skipped: no loop mount here ({error})')
            return False


if not can_mount():
    print('0 passed, 0 failed, 1 skipped')
    sys.exit(77)
redis = Redis()
try:
    naive_loses(redis)
    for kind in ('files', 'sqlite'):
        survives(redis, kind, 25 if LONG else 4, random.Random(int(os.environ.get('PORTOLAN_SEED', '1'))))
finally:
    redis.stop()
print('1 passed, 0 failed')
