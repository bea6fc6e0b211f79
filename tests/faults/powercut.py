#!/usr/bin/env python3
"""powercut.py [KIND…]: an ext4 file system in a file loses its power (everything not synced is gone) while the receiver
writes; mounted again, the receiver goes on: nothing acknowledged is lost, nothing doubled, no line torn, in every kind of
store (PostgreSQL: the server's data folder lies there, and the server dies with it; every other time the receiver
lives), from a stream, a list and a channel (what was sent and is not stored is what the gaps declare), and for messages of
all nine kinds. The naive receivers (flush, then acknowledge; commits that do not wait) lose. Needs root; skips, saying
so, where a loop mount is refused. PORTOLAN_LONG=1 cuts 25 times each; else 3."""
import base64, fcntl, struct
from faultlab import *
from records import Mixture

FS_IOC_SHUTDOWN, NO_LOG_FLUSH = 0x8004587D, 2  # <linux/fs.h> EXT4_IOC_SHUTDOWN, EXT4_GOING_FLAGS_NOLOGFLUSH
CUTS = 25 if LONG else 3


class Disk:
    def __init__(self, folder, size='256M'):
        os.chmod(folder, 0o711)  # the user postgres passes through
        self.image, self.mount = f'{folder}/disk.img', f'{folder}/disk'
        os.mkdir(self.mount)
        subprocess.run(['truncate', '-s', size, self.image], check=True)
        subprocess.run(['mkfs.ext4', '-q', self.image], check=True)
        self.up()

    def up(self):
        subprocess.run(['mount', '-o', 'loop', self.image, self.mount], check=True, stderr=subprocess.PIPE)

    def down(self):
        """Once whoever died has let go of it."""
        end = time.time() + 10
        while subprocess.run(['umount', self.mount], stderr=subprocess.DEVNULL if time.time() < end else None).returncode != 0:
            assert time.time() < end, 'the disk is still held'
            time.sleep(0.02)

    def folder(self, name):
        """A new one, that is there after a cut."""
        os.mkdir(f'{self.mount}/{name}')
        with self.opened() as fd:
            os.fsync(fd)
        return f'{self.mount}/{name}'

    def cut(self):
        with self.opened() as fd:
            fcntl.ioctl(fd, FS_IOC_SHUTDOWN, struct.pack('I', NO_LOG_FLUSH))

    @contextlib.contextmanager
    def opened(self):
        fd = os.open(self.mount, os.O_RDONLY)
        try:
            yield fd
        finally:
            os.close(fd)


class Machine:
    """What loses its power: a disk, and a PostgreSQL server that has its data there."""

    def __init__(self, folder, has_server=False):
        self.disk, self.server = Disk(folder, '2G' if has_server else '256M'), None
        if has_server:
            try:
                self.server = Postgres(f'{self.disk.mount}/pg', ('min_wal_size=32MB', 'max_wal_size=64MB', 'checkpoint_timeout=30s'))
            except BaseException:
                self.disk.down()
                raise

    def power_fails(self, receiver):
        """`receiver`: a process that dies with it, or nothing. Processors stop before the disk does: a sync that is under way while
        the file system is shut down may say that it is done (ext4 forgets the error of an extent that it could not convert), and
        without power nobody hears it."""
        processes = [receiver.pid] if receiver else []
        stand_still([*processes, *self.server.processes()] if self.server else processes)
        self.disk.cut()
        if self.server:
            self.server.signal(signal.SIGKILL)
        if receiver:
            kill(receiver)
        self.disk.down()
        self.disk.up()
        if self.server:
            # Its lock files name a process, which is there until whoever adopts orphans has seen that it died.
            wait_until(lambda: not os.path.exists(f'/proc/{self.server.pid}'))
            self.server.start()

    def off(self):
        try:
            if self.server:
                self.server.stop()
        finally:
            self.disk.down()


class Ledger:
    """Messages of a stream or a list, and what the store has to hold."""

    def __init__(self, source, redis, name):
        self.source, self.redis, self.name, self.sent = source, redis, name, []

    def url(self):
        return self.source.url(self.redis, self.name)

    def send(self, rng):
        more = numbered(f'{self.name} {len(self.sent)}', rng.choice((300, 5000, 20000)))
        self.source.add(self.redis, self.name, more)
        self.sent += more

    def end(self, place):
        receive(self.url(), place.url, '--idle-exit', '1')

    def wrong(self, place):
        left = self.source.left(self.redis, self.name)
        return place.verify(ledger(self.sent)) + (f' {left} not acknowledged' if left else '')

    def __str__(self):
        return f'{self.source.__name__.lower()}, {len(self.sent)} messages'


class Kinds(Ledger):
    """A file store keeps the records among its rejects, byte for byte."""

    def __init__(self, redis, name):
        super().__init__(Stream, redis, name)
        self.mixture = Mixture()

    def send(self, rng):
        more = self.mixture.payloads(rng.choice((300, 3000, 9000)))
        self.redis.add(self.name, more)
        self.sent += more

    def end(self, place):
        receive(self.url(), place.url, '--idle-exit', '1', check=(0, 3) if place.kind == 'files' else (0,))

    def wrong(self, place):
        left = f' {self.redis.pending(self.name)} not acknowledged' if self.redis.pending(self.name) else ''
        if place.kind == 'sqlite':
            return self.mixture.differences(f'{place.folder}/s.db') + left
        if place.kind == 'postgresql':
            return self.mixture.differences_on_server(place.server, place.database) + left
        messages = collections.Counter({content.encode(): 1 for _, content in self.mixture.rows['message']})
        kept = collections.Counter(base64.b64decode(row['payload_base64']) if 'payload_base64' in row else row['payload'].encode()
                                   for row in listing(place, 'rejects'))
        records = collections.Counter(p for p in self.sent if content_of(p) not in messages)
        return differences(messages, stored(place.url)) + differences(records, kept) + left

    def __str__(self):
        return f'nine kinds, {len(self.sent)} messages'


def survives(machine, place, load, rng):
    process = None
    for i in range(CUTS):
        load.send(rng)
        process = process or start_receiver(load.url(), place, '--batch', str(rng.choice((1, 50, 1000))))
        time.sleep(rng.uniform(0.05, 0.5))
        dies = not machine.server or i % 2 == 0
        machine.power_fails(process if dies else None)
        process = None if dies else process
    if process:
        kill(process)
    load.end(place)
    wrong = load.wrong(place)
    assert not wrong, f'{load} into {place.kind}: {wrong}'
    print(f'{load} into {place.kind}, {CUTS} power cuts: equal to the ledger', flush=True)


def channel_survives(machine, place, channel, rng):
    start = lambda: start_receiver(channel.url(), place)
    process = start()
    wait_until(lambda: channel.listeners() == 1)
    wait_until(lambda: is_stored(channel, place) if place.is_made() else False)
    assert not channel.verify(place), 'one was missed before anything failed'
    for i in range(CUTS):
        wait_until(lambda: channel.listeners() == 1)
        end = time.time() + rng.uniform(0.05, 0.5)
        while time.time() < end:
            channel.publish(rng.choice((1, 10, 200)))
            time.sleep(0.005)
        dies = not machine.server or i % 2 == 0
        machine.power_fails(process if dies else None)
        channel.publish(rng.randint(0, 20))
        if dies:
            wait_until(lambda: channel.listeners() == 0)
            process = start()
    wait_until(lambda: is_stored(channel, place), 60, 'it does not go on')
    kill(process)
    wrong = channel.verify(place)
    assert not wrong, f'channel into {place.kind}: {wrong}'
    missing = sum(gap['missing'] for gap in listing(place, 'gaps') if gap['kind'] == 'numbers')
    assert missing, 'nothing was missing: nothing was tested'
    print(f'channel into {place.kind}, {CUTS} power cuts: {channel.sent} numbers, {missing} of them missing, as the gaps say', flush=True)


def every_source(redis, kind):
    with tempfile.TemporaryDirectory(prefix='portolan-power-') as folder:
        machine = Machine(folder, kind == 'postgresql')
        try:
            for name in ('stream', 'list', 'kinds', 'channel'):
                place = Place(kind, machine.disk.folder(name), machine.server, name)
                rng, full = random.Random(SEED), f'power-{kind}-{name}'
                if name == 'channel':
                    channel_survives(machine, place, Channel(redis, full), rng)
                else:
                    survives(machine, place, Kinds(redis, full) if name == 'kinds' else
                             Ledger(List if name == 'list' else Stream, redis, full), rng)
                redis.command('FLUSHALL')
        finally:
            machine.off()


def wait_for_acknowledged(redis, name, count):
    """By the naive receiver, however fast the machine is."""
    def acknowledged():
        for group in redis.command('XINFO', 'GROUPS', name):
            figures = dict(zip(group[::2], group[1::2]))
            return (figures[b'entries-read'] or 0) - figures[b'pending'] >= count
        return False
    wait_until(acknowledged, 60, 'the naive receiver does not work')


def naive_loses(redis):
    with tempfile.TemporaryDirectory(prefix='portolan-power-') as folder:
        machine = Machine(folder)
        try:
            sent, path = numbered('naive', 20000), f'{machine.disk.mount}/lines'
            redis.add('naive', sent)
            process = start_naive(redis, 'naive', path, 'flush', stderr=subprocess.DEVNULL)
            wait_for_acknowledged(redis, 'naive', 2000)
            machine.power_fails(process)
            start_naive(redis, 'naive', path, 'flush').wait()
            wrong = differences(collections.Counter(sent), naive_lines(path))
            assert wrong, 'the naive receiver passed: the test proves nothing'
            print(f'naive (flush, no sync): {wrong}', flush=True)
        finally:
            machine.off()


def naive_server_loses(redis):
    """It loses the last commits, a few tenths of a second of them: one of five cuts must show it."""
    with tempfile.TemporaryDirectory(prefix='portolan-power-') as folder:
        machine = Machine(folder, True)
        try:
            url, sent, wrong = machine.server.create('naive'), [], ''
            for i in range(5):
                more = numbered(f'naive {i}', 20000)
                sent += more
                redis.add('naive-server', more)
                process = start_naive(redis, 'naive-server', url, 'server', stderr=subprocess.DEVNULL)
                wait_for_acknowledged(redis, 'naive-server', len(sent) - 10000)
                machine.power_fails(process)
                start_naive(redis, 'naive-server', url, 'server').wait()
                found = machine.server.psql('naive', 'SELECT line FROM lines', text=False).split(b'\n')
                wrong = differences(collections.Counter(sent), collections.Counter(found))
                if wrong:
                    print(f'naive (commits that do not wait), {i + 1} cuts: {wrong}', flush=True)
                    return
            assert False, 'the naive receiver passed: the test proves nothing'
        finally:
            machine.off()


def can_mount():
    with tempfile.TemporaryDirectory() as folder:
        try:
            Disk(folder).down()
            return True
        except (subprocess.CalledProcessError, OSError) as error:
            print(f'skipped: no loop mount here ({error})')
            return False


if not can_mount():
    missing('loop mount')
redis = Redis()
try:
    kinds = sys.argv[1:] or KINDS
    naive_loses(redis)
    if 'postgresql' in kinds:
        naive_server_loses(redis)
    for kind in kinds:
        every_source(redis, kind)
finally:
    redis.stop()
print('1 passed, 0 failed')
