#!/usr/bin/env python3
"""together.py [stream] [list]: three receivers of one group share a stream, and three consumers a list, into one store
(SQLite, then PostgreSQL); they are killed and started again at random until everything is through. Each message is
stored once. PORTOLAN_LONG=1 sends 500,000, else 20,000. Then Redis itself fails under a receiver: paused, killed,
emptied; its words say so within 5 s, and it goes on by itself."""
from faultlab import *


def share(redis, what, kind, count, rng, server):
    with tempfile.TemporaryDirectory(prefix='portolan-together-') as folder:
        place, name = Place(kind, folder, server), f'shared-{what}-{kind}'
        sent = numbered(what, count)
        began = time.time()
        receive('demo:?rate=0&count=1', place.url)  # makes the store
        starting, made = time.time() - began, stored(place.url)
        (Stream if what == 'stream' else List).add(redis, name, sent)
        url = lambda who: f'redis://127.0.0.1:{redis.port}/0?{what}={name}&consumer={who}'
        receivers = {who: start_receiver(url(who), place, '--batch', '200') for who in 'abc'}
        kills, most, moved = 0, 0, time.time()
        while (found := place.count()) < count + sum(made.values()):
            if found > most:
                most, moved = found, time.time()
            assert time.time() < moved + 60, f'{what} into {kind}: no progress: {place.verify(ledger(sent) + made)}'
            # Time to start, on a machine that has other work: else there is no progress.
            time.sleep(starting + rng.uniform(0.1, 0.5))
            who = rng.choice('abc')
            kill(receivers[who])
            kills += 1
            receivers[who] = start_receiver(url(who), place, '--batch', '200')
        for process in receivers.values():
            kill(process)
        for who in 'abc':  # what was stored and not acknowledged
            receive(url(who), place.url, '--idle-exit', '0.3')
        wrong = place.verify(ledger(sent) + made)
        assert not wrong, f'{what} into {kind}: {wrong}'
        left = redis.pending(name, 'portolan') if what == 'stream' else \
            redis.command('LLEN', name) + sum(redis.command('HLEN', '{%s}:portolan:claims:%s' % (name, who)) for who in 'abc')
        assert left == 0, left
        redis.command('DEL', name)
        place.remove()
        print(f'three receivers of one {what} into {kind}, {kills} kills, {count} messages: equal to the ledger', flush=True)


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


wanted = sys.argv[1:] or ('stream', 'list')
with contextlib.ExitStack() as stack:
    redis, server = Redis(), Postgres()
    stack.callback(server.stop)
    stack.callback(redis.stop)
    for what in wanted:
        for kind in ('sqlite', 'postgresql'):  # a file store has one writer
            share(redis, what, kind, 500_000 if LONG else 20_000, random.Random(SEED), server)
for what in wanted:
    redis_fails(what)
print('1 passed, 0 failed')
