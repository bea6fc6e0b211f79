#!/usr/bin/env python3
"""sources.py [COUNT]: COUNT messages (200,000) through a Redis list, into batch files and into SQLite: both equal the
ledger, each once, nothing left behind in the server. Then a channel: what a cut takes away is a gap with its numbers. Then a name of two addresses, the first of them dead."""
import pathlib, socket, sys, tempfile
from pipeline import *

count = int(sys.argv[1]) if len(sys.argv) > 1 else 200_000


def gaps(store):
    run = portolan('list', 'gaps', '--store', store, '--limit', '0', '--format', 'jsonl')
    return [json.loads(line) for line in run.stdout.splitlines()]


def through_a_list(redis, payloads, kind, store, folder):
    name = f'orders-{kind}'
    for at in range(0, len(payloads), 500):
        redis.send([('RPUSH', name, p) for p in payloads[at:at + 500]])
    source = f'redis://127.0.0.1:{redis.port}/0?list={name}'
    began = time.time()
    counts = receive(source, store, '--idle-exit', '2')
    seconds = time.time() - began - 2
    wrong = differences(ledger(payloads), stored(store))
    print(f'list into {kind}: {counts} {count / seconds:,.0f} messages/s; {wrong or "equal to the ledger"}', flush=True)
    assert not wrong and counts['stored'] == counts['received'] == count, counts
    left = [key for key in redis.command('KEYS', f'*{name}*') if b':claims:' in key or b':again:' in key]
    assert redis.command('LLEN', name) == 0 and not left, left
    again = receive(source, store, '--idle-exit', '0.5')
    assert again['received'] == 0, again
    if kind == 'files':
        check_batch_files(f'{folder}/data')


def wait_for(what, seconds=20):
    end = time.time() + seconds
    while not what():
        assert time.time() < end, 'waited in vain'
        time.sleep(0.01)


def storable(store):
    return portolan('list', 'messages', '--store', store, check=None).returncode == 0


def publish(redis, channel, numbers):
    redis.send([('PUBLISH', channel, f'Message #{n}: published') for n in numbers])


def listeners(redis, channel):
    return redis.command('PUBSUB', 'NUMSUB', channel)[1]


def a_cut_channel(redis, kind, store):
    channel = f'news-{kind}'
    source = f'redis://127.0.0.1:{redis.port}/0?channel={channel}'
    receiver = subprocess.Popen([PROGRAM, 'receive', '--from', source, '--into', store, '--idle-exit', '3'],
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    wait_for(lambda: listeners(redis, channel) == 1)
    publish(redis, channel, range(1, 101))
    wait_for(lambda: storable(store) and sum(stored(store).values()) == 100)
    # Killed and published in one go: the receiver cannot be back in between.
    redis.send([('CLIENT', 'KILL', 'TYPE', 'pubsub'), *[('PUBLISH', channel, f'Message #{n}: lost') for n in range(101, 121)]])
    wait_for(lambda: listeners(redis, channel) == 1)
    publish(redis, channel, [*range(121, 131), 110, 135, *range(1, 4)])
    out, said = receiver.communicate(timeout=300)
    counts = json.loads(out.splitlines()[-1])
    found = gaps(store)
    numbers = sorted((g['epoch'], g['first_number'], g['last_number'], g['missing']) for g in found if g['kind'] == 'numbers')
    cuts = [g for g in found if g['kind'] == 'disconnect']
    print(f'channel into {kind}: {counts}, missing {numbers}, {len(cuts)} disconnects', flush=True)
    assert numbers == [(0, 101, 109, 9), (0, 111, 120, 10), (0, 131, 134, 4)], numbers
    assert len(cuts) == 1 and cuts[0]['closed_at'] and cuts[0]['details'], cuts
    assert receiver.returncode == 3 and counts['gaps'] == 3, (receiver.returncode, counts, said)
    # Of the numbers to 135, and 1 to 3 once more: what is not stored is what the gaps declare.
    assert 135 + 3 - counts['stored'] == sum(g[3] for g in numbers), counts
    # The last number of before is known after a restart.
    receiver = subprocess.Popen([PROGRAM, 'receive', '--from', source, '--into', store, '--max', '2'],
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    wait_for(lambda: listeners(redis, channel) == 1)
    publish(redis, channel, (10, 11))
    counts = json.loads(receiver.communicate(timeout=300)[0].splitlines()[-1])
    assert counts['gaps'] == 1 and (gaps(store)[-1]['first_number'], gaps(store)[-1]['last_number']) == (4, 9), counts


def a_dead_address(redis, folder):
    """A name whose first address takes no connection: the second one has time left."""
    hosts = f'{folder}/hosts'
    pathlib.Path(hosts).write_text('::1 two\n127.0.0.1 two\n')
    named = ['unshare', '-rm', 'sh', '-c', 'mount --bind "$0" /etc/hosts && exec "$@"', hosts]
    known = subprocess.run([*named, 'getent', 'ahosts', 'two'], capture_output=True, text=True)
    if '::1' not in known.stdout:
        print(f'a dead address: skipped, no name of two addresses can be made here ({known.stderr.strip()})')
        return
    dead, fillers = socket.socket(socket.AF_INET6), []
    try:
        dead.bind(('::1', redis.port))
        dead.listen(0)
        fillers = [socket.socket(socket.AF_INET6) for _ in range(4)]
        for filler in fillers: # what a backlog of none has no room for is not answered
            filler.setblocking(False)
            filler.connect_ex(('::1', redis.port))
        redis.send([('RPUSH', 'twice', f'Message #{n}: text') for n in range(1, 11)])
        run = subprocess.run([*named, PROGRAM, 'receive', '--from', f'redis://two:{redis.port}/0?list=twice', '--into',
                              f'sqlite://{folder}/two.db', '--max', '10', '--idle-exit', '30'], capture_output=True, text=True)
        counts = json.loads(run.stdout.splitlines()[-1])
        assert counts['stored'] == 10, (counts, run.stderr)
    finally:
        for each in (dead, *fillers):
            each.close()
    print('a dead address: the other one is reached')


redis = Redis()
try:
    payloads = real_lines(count)
    with tempfile.TemporaryDirectory(prefix='portolan-sources-') as folder:
        for kind, store in (('files', f'file://{folder}/data'), ('sqlite', f'sqlite://{folder}/s.db')):
            through_a_list(redis, payloads, kind, store, folder)
        for kind, store in (('files', f'file://{folder}/news'), ('sqlite', f'sqlite://{folder}/n.db')):
            a_cut_channel(redis, kind, store)
        a_dead_address(redis, folder)
finally:
    redis.stop()
print('1 passed, 0 failed')
