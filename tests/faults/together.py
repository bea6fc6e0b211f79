#!/usr/bin/env python3
"""together.py: three receivers of one group share a stream, and three consumers a list, into one SQLite store; they are
killed and started again at random until everything is through. Each message is stored once. PORTOLAN_LONG=1 sends
500,000, else 20,000. Then Redis itself fails under a receiver: paused, killed, emptied; its words say so within 5 s,
and it goes on by itself."""
from faultlab import *


def share(redis, what, count, rng):
    with tempfile.TemporaryDirectory(prefix='portolan-together-') as folder:
        place, name = Place('sqlite', folder), f'shared-{what}'
        sent = numbered(what, count)
        receive('demo:?rate=0&count=1', place.url)  # makes the store
        made = stored(place.url)
        for at in range(0, count, 500):
            part = sent[at:at + 500]
            redis.send([('XADD', name, '*', 'payload', p) for p in part] if what == 'stream' else [('RPUSH', name, *part)])
        url = lambda who: f'redis://127.0.0.1:{redis.port}/0?{what}={name}&consumer={who}'
        receivers = {who: start_receiver(url(who), place, '--batch', '200') for who in 'abc'}
        kills = 0
        while sum(stored_in_sqlite(f'{folder}/s.db').values()) < count:
            time.sleep(rng.uniform(0.1, 0.5))
            who = rng.choice('abc')
            kill(receivers[who])
            kills += 1
            receivers[who] = start_receiver(url(who), place, '--batch', '200')
        for process in receivers.values():
            kill(process)
        for who in 'abc':  # what was stored and not acknowledged
            receive(url(who), place.url, '--idle-exit', '0.3')
        wrong = differences(ledger(sent) + made, stored_in_sqlite(f'{folder}/s.db'))
        assert not wrong, f'{what}: {wrong}'
        left = redis.pending(name, 'portolan') if what == 'stream' else \
            redis.command('LLEN', name) + sum(redis.command('HLEN', '{%s}:portolan:claims:%s' % (name, who)) for who in 'abc')
        assert left == 0, left
        print(f'three receivers of one {what}, {kills} kills, {count} messages: equal to the ledger', flush=True)


def says(process, words, seconds):
    """The next line on stderr that holds the words, within the time."""
    import select
    end = time.time() + seconds
    while (left := end - time.time()) > 0:
        if select.select([process.stderr], [], [], left)[0]:
            line = process.stderr.readline().decode()
            if words in line:
                return
    assert False, f'“{words}” was not said within {seconds} s'


def redis_fails(what):
    redis = Redis(persist=True)
    with tempfile.TemporaryDirectory(prefix='portolan-together-') as folder:
        place = Place('sqlite', folder)
        source = f'redis://127.0.0.1:{redis.port}/0?{what}=k'
        process = subprocess.Popen([PROGRAM, 'receive', '--from', source, '--into', place.url], stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, bufsize=0)
        try:
            add = (lambda p: redis.add('k', [p])) if what == 'stream' else (lambda p: redis.command('RPUSH', 'k', p))
            sent = [b'before']
            add(sent[-1])
            wait_until(lambda: os.path.exists(f'{folder}/s.db') and portolan('list', 'messages', '--store', place.url, check=None).stdout)
            redis.process.send_signal(signal.SIGSTOP)
            says(process, 'has not answered', 5)
            redis.process.send_signal(signal.SIGCONT)
            says(process, 'receiving again', 20)
            for emptied in (False, True):
                if emptied:
                    redis.command('FLUSHALL')
                redis.process.kill()
                redis.process.wait()
                says(process, 'Redis server', 5)
                redis.start()
                says(process, 'receiving again', 20)
                sent.append(b'after %d' % emptied)
                add(sent[-1])
                wait_until(lambda: not differences(ledger(sent), stored(place.url)))
            process.send_signal(signal.SIGINT)
            assert process.wait(20) == 130
            print(f'{what}: Redis paused, killed, emptied: said within 5 s, and went on', flush=True)
        finally:
            process.kill()
            redis.stop()


def wait_until(what, seconds=20):
    end = time.time() + seconds
    while not what():
        assert time.time() < end, 'waited in vain'
        time.sleep(0.02)


redis = Redis()
try:
    for what in ('stream', 'list'):
        share(redis, what, 500_000 if LONG else 20_000, random.Random(int(os.environ.get('PORTOLAN_SEED', '1'))))
finally:
    redis.stop()
for what in ('stream', 'list'):
    redis_fails(what)
print('1 passed, 0 failed')
