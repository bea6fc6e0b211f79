#!/usr/bin/env python3
"""switch.py: a store takes the place of another one while a receiver writes into it and messages come, and back again, for SQLite,
a server and a folder: the receiver is told where to go on, a switch that is killed goes on, and in the end each message is once in
the store that is in use. A move without a fence, two copies with a receiver in between, is caught."""
import signal, sqlite3, tempfile
from pipeline import *

PIECE = 300


def messages(first, count):
    return [json.dumps({'kind': 'message', 'message_number': n, 'content': f'order {n}'}).encode() for n in range(first, first + count)]


class Move:
    def __init__(self, redis, name, first, second):
        self.redis, self.name, self.first, self.second, self.sent = redis, name, first, second, []

    def produce(self):
        more = messages(len(self.sent) + 1, PIECE)
        self.redis.add(self.name, more)
        self.sent += more

    def receiver(self, into):
        return subprocess.Popen([PROGRAM, 'receive', '--from', self.redis.url(self.name), '--into', into, '--batch', '5'],
                                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)

    def switch(self, away, to, check=(0,)):
        return portolan('switch', '--from', away, '--into', to, '--reason', 'a test', check=check)

    def over(self, away, to):
        """A receiver is at work in `away` while messages come; it ends with the first that comes once the place is taken."""
        self.produce()
        receiver = self.receiver(away)
        waits_for(lambda: counted(away) > len(self.sent) - PIECE + 20)
        isFolder = away.startswith('file://')
        if isFolder:
            assert 'process' in self.switch(away, to, (1,)).stderr.decode()  # its receiver has the lock
            receiver.send_signal(signal.SIGINT)
            receiver.communicate(timeout=60)
        killed = subprocess.Popen([PROGRAM, 'switch', '--from', away, '--into', to, '--reason', 'a test'], stderr=subprocess.DEVNULL,
                                  stdout=subprocess.DEVNULL)
        with contextlib.suppress(subprocess.TimeoutExpired):
            killed.wait(0.3)
        killed.kill()
        killed.wait()
        last = json.loads(self.switch(away, to).stdout.splitlines()[-1])
        assert last['switched'] is True and last['differences'] == 0, last
        if not isFolder:
            self.produce()
            _, err = receiver.communicate(timeout=60)
            assert receiver.returncode not in (0, 130) and 'was switched to' in err, (receiver.returncode, err)
        refused = portolan('receive', '--from', self.redis.url(self.name), '--into', away, '--idle-exit', '0.2', check=(1,))
        assert 'was switched to' in refused.stderr.decode(), refused.stderr
        receive(self.redis.url(self.name), to, '--idle-exit', '0.5')
        wrong = differences(ledger(self.sent), stored(to))
        assert not wrong, (away, to, wrong)

    def run(self):
        self.over(self.first, self.second)
        self.over(self.second, self.first)
        counts = receive(self.redis.url(self.name, 'again'), self.first, '--idle-exit', '0.5')
        assert counts['stored'] == 0 and counts['duplicates'] == len(self.sent), counts
        assert self.redis.pending(self.name) == 0, 'something waits in the source'
        print(f'{self.name}: there and back, {len(self.sent)} messages, each once', flush=True)


def counted(url):
    """How many messages there are; none before there is a store."""
    run = portolan('list', 'messages', '--store', url, '--limit', '0', '--format', 'jsonl', check=None)
    return len(run.stdout.splitlines()) if run.returncode == 0 else 0


def waits_for(what):
    end = time.time() + 60
    while not what():
        assert time.time() < end, 'waited in vain'
        time.sleep(0.02)


def without_a_fence(redis, folder):
    """What the receiver stores after the last copy is in the old store alone."""
    old, new = f'sqlite://{folder}/naive.db', f'sqlite://{folder}/naive2.db'
    move = Move(redis, 'naive', old, new)
    move.produce()
    receive(redis.url('naive'), old, '--idle-exit', '0.3')
    portolan('copy', '--from', old, '--into', new)
    move.produce()
    receive(redis.url('naive'), old, '--idle-exit', '0.3')
    assert differences(ledger(move.sent), stored(new)), 'an oracle that lets this pass proves nothing'


def follows(redis, folder):
    """Offered once both were alike for a second."""
    old, new = f'sqlite://{folder}/f.db', f'sqlite://{folder}/f2.db'
    redis.add('follow', messages(1, 20))
    receive(redis.url('follow'), old, '--idle-exit', '0.3')
    run = portolan('copy', '--from', old, '--into', new, '--follow', '--offer-after', '1s', '--idle-exit', '3')
    assert run.stderr.decode().count('portolan switch --from') == 1, run.stderr
    assert 'TIME' not in portolan('copy', '--from', old, '--into', new, '--offer-after', '1h', check=(2,)).stdout.decode()
    with contextlib.closing(sqlite3.connect(f'{folder}/f2.db')) as db:
        assert db.execute("SELECT count(*) FROM portolan_audit WHERE action = 'switch_offer'").fetchone() == (1,)


def main():
    redis, server = Redis(), Postgres()
    try:
        with tempfile.TemporaryDirectory() as folder:
            Move(redis, 'server', f'sqlite://{folder}/a.db', server.create('moved')).run()
            Move(redis, 'sqlite', server.create('old'), f'sqlite://{folder}/b.db').run()
            Move(redis, 'files', f'file://{folder}/files', f'sqlite://{folder}/c.db').run()
            without_a_fence(redis, folder)
            follows(redis, folder)
    finally:
        server.stop()
        redis.stop()


sys.exit(main())
