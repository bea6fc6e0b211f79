#!/usr/bin/env python3
"""network.py: receivers of a stream, a list and a channel reach Redis through a proxy that cuts their connections inside
replies, at many offsets, and swallows, loses, resets and refuses them. Within five seconds each says in words what is
wrong, and goes on by itself. Streams and lists: everything is stored once, nothing is rejected. Channels: what was sent
and is not stored is what the gaps declare, number for number. Naive receivers fail the same oracle.
PORTOLAN_LONG=1 cuts 300 times for each kind of store; else 12 times, into SQLite."""
from faultlab import *
from proxy import Proxy


class Lane:
    """A source behind a proxy of its own, its receiver, and what was sent to it."""

    def __init__(self, redis, kind, folder):
        self.redis, self.kind = redis, kind
        self.name = f'{self.what}-{kind}'
        os.mkdir(f'{folder}/{self.name}')
        self.place = Place(kind, f'{folder}/{self.name}')
        self.place.log = f'{folder}/{self.name}.said'
        self.proxy = Proxy(redis.port)
        self.sent = []
        self.receiving = Receiving(f'redis://127.0.0.1:{self.proxy.port}/0?{self.what}={self.name}' + self.more, self.place)

    def begin(self):
        self.send(10)
        self.catch_up()

    def send(self, count, size=None):
        """`count` messages, some long, or each with `size` bytes of content."""
        begin = len(self.sent) + 1
        more = [b'Message #%d: %s' % (n, b'x' * (size or (3000 if n % 40 == 0 else n % 90 + 1)))
                for n in range(begin, begin + count)]
        self.sent += more
        if more:
            self.put(more)

    def catch_up(self, within=60):
        end = time.time() + within
        while left := self.left():
            self.receiving.lives()
            assert time.time() < end, f'{self.name} does not go on: {left} left, it said {self.receiving.said()!r}'
            time.sleep(0.05)

    def wants_more(self):
        """Whether too little waits for long replies."""
        return self.left() < 1000

    def wrong(self):
        """Empty, or in what the store is not the ledger."""
        return self.place.verify(ledger(self.sent))

    def stop(self):
        self.receiving.stop()
        self.proxy.stop()


class Stream(Lane):
    what, more, longest = 'stream', '&group=g&consumer=c', 20_000

    def put(self, payloads):
        self.redis.add(self.name, payloads)

    def left(self):
        groups = self.redis.command('XINFO', 'GROUPS', self.name)
        facts = dict(zip(groups[0][::2], groups[0][1::2])) if groups else {b'lag': 1, b'pending': 0}
        return (facts[b'lag'] or 0) + facts[b'pending']


class List(Lane):
    what, more, longest = 'list', '&consumer=c', 20_000

    def put(self, payloads):
        self.redis.command('RPUSH', self.name, *payloads)

    def left(self):
        return self.redis.command('LLEN', self.name) + self.redis.command('HLEN', '{%s}:portolan:claims:c' % self.name)


class Channel(Lane):
    what, more, longest = 'channel', '', 3000

    def begin(self):
        end = time.time() + 20
        while not self.redis.command('PUBSUB', 'NUMSUB', self.name)[1]:  # then the store is made, too
            assert time.time() < end, f'nobody listens: {self.receiving.said()!r}'
            time.sleep(0.01)
        super().begin()

    def put(self, payloads):
        self.redis.send([('PUBLISH', self.name, p) for p in payloads])

    def left(self):
        """Whether the last number is missing: only a number after them tells that some are. So one more is sent."""
        self.send(1)
        time.sleep(0.2)
        return 0 if stored(self.place.url)[self.sent[-1]] else 1

    def wants_more(self):
        return self.redis.command('PUBSUB', 'NUMSUB', self.name)[1] > 0  # what is published to nobody proves nothing

    def gaps(self):
        run = portolan('list', 'gaps', '--store', self.place.url, '--limit', '0', '--format', 'jsonl')
        return [json.loads(line) for line in run.stdout.splitlines()]

    def wrong(self):
        found, gaps = stored(self.place.url), self.gaps()
        wrong = undeclared(self.sent, found, gaps)
        self.cuts = [g for g in gaps if g['kind'] == 'disconnect']
        if any(not cut['closed_at'] or not cut['details'] for cut in self.cuts):
            wrong += f' an open disconnect: {self.cuts}'
        return wrong + self.place.verify(ledger(p for p in self.sent if found[p]))


def undeclared(sent, found, gaps):
    """Empty, or how the numbers that are not stored differ from those the gaps declare."""
    lost = [number for number, payload in enumerate(sent, 1) if not found[payload]]
    ranges = [(g['first_number'], g['last_number'], g['missing']) for g in gaps if g['kind'] == 'numbers']
    declared = sorted(n for first, last, _ in ranges for n in range(first, last + 1))
    if declared == lost and sum(missing for *_, missing in ranges) == len(lost):
        return ''
    return f'{len(lost)} are not stored, {len(declared)} are declared (e.g. {sorted(set(lost) ^ set(declared))[:3]})'


def wait_for_cuts(lanes, feed=0, within=60):
    """More and more is sent until there are replies that are long enough."""
    end = time.time() + within
    while waiting := [lane for lane in lanes if lane.proxy.is_armed()]:
        for lane in waiting:
            lane.receiving.lives()
            assert time.time() < end, f'{lane.name}: no reply was long enough to be cut, it said {lane.receiving.said()!r}'
            lane.send(feed if lane.wants_more() else 0)
        feed = min(2 * feed, 500)
        time.sleep(0.05)


def cut_inside_replies(lanes, times, rng):
    """At small offsets (in the lines that say what follows), and anywhere in short and long replies."""
    marks = [lane.receiving.mark() for lane in lanes]
    for i in range(times):
        for lane in lanes:
            if i % 3 == 0:
                lane.catch_up()  # else the waits between its attempts grow and grow
            offset = i // 3 + 1 if i % 3 == 0 else rng.randint(5, 100) if i % 3 == 1 else rng.randint(100, lane.longest)
            lane.proxy.cut_inside(offset, reset=rng.random() < 0.5)
        wait_for_cuts(lanes, 50)
    for lane, mark in zip(lanes, marks):
        lane.receiving.says('connection .* was lost', since=mark)
        lane.catch_up()
        lane.receiving.says('receiving again', since=mark)


def cut_the_same_message(lanes):
    """What never arrived because the line broke is no message that kills its receiver: it is not rejected."""
    size = 5000
    for lane in lanes:  # BLMOVE's reply, which counts no delivery, is shorter; all that deliver are longer
        lane.proxy.cut_inside(size + len('Message #10000: ') + 20, reset=True, times=8)
        lane.send(1, size)
    wait_for_cuts(lanes)
    for lane in lanes:
        lane.catch_up()


def outage(lanes, name, begin, words, seconds):
    """All at once; `seconds` later, or when all have said so, the network is mended."""
    marks = [lane.receiving.mark() for lane in lanes]
    began = time.time()
    for lane in lanes:
        begin(lane.proxy)
        lane.send(50)
    for lane, mark in zip(lanes, marks):
        lane.receiving.says(words, WORDS_WITHIN - (time.time() - began), mark)
    said = time.time() - began
    time.sleep(max(0, seconds - said))
    for lane in lanes:
        lane.send(50)
        lane.proxy.heal()
    for lane, mark in zip(lanes, marks):
        lane.receiving.says('receiving again', 20, mark)
        lane.catch_up()
    print(f'{name}: all said so within {said:.1f} s, and went on', flush=True)


SILENT = 'has not answered|did not answer'
AWAY = 'was lost|cannot be reached'
OUTAGES = {
    'black hole': (lambda proxy: proxy.hold(up=True, down=True), SILENT, 6),
    'no answers arrive': (lambda proxy: proxy.hold(up=False, down=True), SILENT, 0),
    'nothing is heard of us': (lambda proxy: proxy.hold(up=True, down=False), SILENT, 0),
    'the server is gone without a word': (lambda proxy: proxy.lose_server(), SILENT, 0),
    'reset': (lambda proxy: proxy.reset_all(), AWAY, 0),
    'refused': (lambda proxy: proxy.refuse(), AWAY, 3),
}


def naive_fails(redis, order):
    """The same cuts lose what nobody declares: the oracle must see it."""
    name, sent = f'naive-{order}', [b'Message #%d: naive' % n for n in range(1, 2001)]
    listeners = lambda: redis.command('PUBSUB', 'NUMSUB', name)[1]
    put = {'onward': lambda part: redis.add(name, part), 'pop': lambda part: redis.command('RPUSH', name, *part),
           'listen': lambda part: redis.send([('PUBLISH', name, p) for p in part])}[order]
    with tempfile.TemporaryDirectory(prefix='portolan-network-') as folder:
        path, proxy = f'{folder}/lines', Proxy(redis.port)

        def run():
            while listeners():  # the one before, as the server still sees it
                time.sleep(0.01)
            process = subprocess.Popen([sys.executable, NAIVE, str(proxy.port), name, path, order], stderr=subprocess.DEVNULL)
            while order == 'listen' and not listeners():
                time.sleep(0.01)
            return process

        process = run()
        for at in range(0, len(sent), 500):
            put(sent[at:at + 250])
            proxy.cut_inside(40 if order == 'listen' else 500, reset=False)
            put(sent[at + 250:at + 500])
            is_cut = False
            while not is_cut:  # it may also have ended because there was nothing yet
                process.wait()
                is_cut = not proxy.is_armed()
                process = run()
        if order == 'listen':
            put([b'end'])
        assert process.wait(20) == 0
        proxy.stop()
        wrong = undeclared(sent, collections.Counter(open(path, 'rb').read().split(b'\n')[:-1]), [])
        assert wrong, f'the naive receiver ({order}) passed: the test proves nothing'
        print(f'naive ({order}), {proxy.cuts} cuts: {wrong}', flush=True)


def survives(redis, kind, times, rng):
    with tempfile.TemporaryDirectory(prefix='portolan-network-') as folder:
        lanes = []
        try:
            for lane in (Stream, List, Channel):
                lanes.append(lane(redis, kind, folder))
            for lane in lanes:
                lane.begin()
            cut_inside_replies(lanes, times, rng)
            cut_the_same_message(lanes[:2])
            for name, (begin, words, seconds) in OUTAGES.items():
                outage(lanes, f'{name}, {kind}', begin, words, seconds)
            for lane in lanes:
                wrong = lane.wrong()
                assert not wrong, f'{lane.name}: {wrong}'
                assert lane.proxy.cuts >= times, lane.proxy.cuts
            channel = lanes[2]
            assert channel.cuts, 'no cut was told as a gap'
            for lane in lanes[:2]:
                print(f'{lane.name}: {lane.proxy.cuts} cuts inside replies, {len(lane.sent)} messages: equal to the ledger')
            lost = len(channel.sent) - sum(stored(channel.place.url).values())
            print(f'{channel.name}: {channel.proxy.cuts} cuts inside replies, {len(channel.cuts)} disconnects told, '
                  f'{len(channel.sent)} messages, {lost} lost: those the gaps declare', flush=True)
        finally:
            for lane in lanes:
                lane.stop()


seed = int(os.environ.get('PORTOLAN_SEED', '1'))
redis = Redis()
try:
    for order in ('onward', 'pop', 'listen'):
        naive_fails(redis, order)
    for kind in ('files', 'sqlite') if LONG else ('sqlite',):
        survives(redis, kind, 300 if LONG else 12, random.Random(seed))
finally:
    redis.stop()
print('1 passed, 0 failed')
