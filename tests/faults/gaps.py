#!/usr/bin/env python3
"""gaps.py [KIND…]: numbered messages over a channel into every kind of store, while the connection is cut, Redis is
restarted, the receiver is killed, stopped, and too slow for Redis, and PostgreSQL crashes: what was sent and is not stored
is what the gaps declare, number for number. The naive subscriber, which only subscribes again, fails the same oracle.
PORTOLAN_LONG=1 takes 200 faults a store; else 8."""
from faultlab import *


def receiver_killed(s):
    kill(s.process)
    wait_until(lambda: s.channel.listeners() == 0)
    s.channel.publish(s.rng.randint(0, 20))
    s.start()


def connection_cut(s):
    """And published in one go: the subscriber cannot be back in between."""
    s.redis.send([('CLIENT', 'KILL', 'TYPE', 'pubsub'), *s.channel.commands(s.rng.randint(0, 50))])


def redis_restarted(s):
    s.redis.process.kill()
    s.redis.process.wait()
    s.redis.start()
    limit_output(s.redis)
    s.channel.publish(s.rng.randint(0, 20))


def receiver_stopped(s):
    s.process.send_signal(signal.SIGSTOP)
    s.channel.publish(s.rng.randint(1, 500))
    s.process.send_signal(signal.SIGCONT)


def too_slow(s):
    """More than the sockets' buffers and Redis' limit hold."""
    s.process.send_signal(signal.SIGSTOP)
    s.channel.publish(4000, size=4000)
    s.process.send_signal(signal.SIGCONT)


def server_crashes(s):
    s.channel.publish(100)
    s.server.restart()


FAULTS = [receiver_killed, connection_cut, redis_restarted, receiver_stopped, too_slow]


def limit_output(redis):
    """1 MB in place of 32, so that a slow subscriber is cut sooner."""
    redis.command('CONFIG', 'SET', 'client-output-buffer-limit', 'pubsub 1mb 1mb 0')


class Scene:
    def __init__(self, redis, kind, folder, server, rng):
        self.redis, self.server, self.rng = redis, server, rng
        self.place, self.channel = Place(kind, folder, server), Channel(redis, f'news-{kind}')
        self.start()
        self.heard()  # what went before the first that is stored, nobody can miss
        self.channel.publish(1)
        wait_until(lambda: self.place.is_made() and listing(self.place, 'messages'))

    def start(self):
        self.process = start_receiver(self.channel.url(), self.place)

    def heard(self):
        wait_until(lambda: self.channel.listeners() == 1, words='it does not subscribe again')

    def last_is_stored(self):
        """The last one shows what was missing before it."""
        wait_until(lambda: is_stored(self.channel, self.place), 60, 'it does not go on')


def survives(redis, kind, faults, rng, server):
    with tempfile.TemporaryDirectory(prefix='portolan-gaps-') as folder:
        scene, kinds = Scene(redis, kind, folder, server, rng), FAULTS + [server_crashes] * (kind == 'postgresql')
        try:
            for i in range(faults):
                scene.channel.publish(rng.choice((1, 50, 1000)))
                kinds[i % len(kinds)](scene)
                scene.channel.publish(rng.choice((0, 10, 300)))
                if rng.random() < 0.7:
                    scene.heard()
                assert scene.process.poll() is None, f'{kind}: it ended with {scene.process.returncode}'
            scene.last_is_stored()
        finally:
            kill(scene.process)
        wrong = scene.channel.verify(scene.place)
        assert not wrong, f'{kind}: {wrong}'
        gaps = [gap for gap in listing(scene.place, 'gaps') if gap['kind'] == 'numbers']
        missing = sum(gap['missing'] for gap in gaps)
        assert missing > 0, 'nothing was missing: nothing was tested'
        assert unaccounted(scene.channel.sent, [1], gaps), 'the check cannot fail'
        print(f'channel into {kind}: {faults} faults, {scene.channel.sent} numbers, {missing} of them missing, as {len(gaps)} gaps say', flush=True)


def naive_loses_silently(redis):
    with tempfile.TemporaryDirectory(prefix='portolan-gaps-') as folder:
        path, channel = f'{folder}/lines', Channel(redis, 'naive')
        process = start_naive(redis, 'naive', path, 'subscribe', stderr=subprocess.DEVNULL)
        try:
            for _ in range(3):
                wait_until(lambda: channel.listeners() == 1)
                channel.publish(20)
                redis.send([('CLIENT', 'KILL', 'TYPE', 'pubsub'), *channel.commands(20)])
            wait_until(lambda: channel.listeners() == 1)
            channel.publish(1)
            numbers = lambda: [int(line.split(b'#')[1].split(b':')[0]) for line in naive_lines(path).elements()]
            wait_until(lambda: channel.sent in numbers())
        finally:
            kill(process)
        wrong = unaccounted(channel.sent, numbers(), [])
        assert wrong, 'the naive subscriber passed: the test proves nothing'
        print(f'naive (subscribe): {wrong}', flush=True)


with contextlib.ExitStack() as stack:
    redis = Redis()
    stack.callback(redis.stop)
    limit_output(redis)
    naive_loses_silently(redis)
    for kind in sys.argv[1:] or KINDS:
        server = None
        if kind == 'postgresql':
            server = Postgres()
            stack.callback(server.stop)
        survives(redis, kind, 200 if LONG else 8, random.Random(SEED), server)
print('1 passed, 0 failed')
