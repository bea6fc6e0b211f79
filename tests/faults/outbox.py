#!/usr/bin/env python3
"""outbox.py: dead letters are sent to a Redis stream or list while everything is killed: the sender at kill point after
kill point of a short run and at random instants of a run of 2,000, resumed each time; Redis (appendfsync everysec) with
and without its last second's data, the sender going on; a command delayed in the network past its resend, and past the end
of the run; a run that is cancelled after its sender was killed. SQLite and PostgreSQL. Whatever is killed when: every frozen
dead letter is at the target once, with its bytes and its id, and rows, items, outbox and audit agree. A naive sender (send,
then mark, no note) and one that believes a server at once are caught. PORTOLAN_LONG=1 takes every kill point
(PORTOLAN_STEP=N: every Nth), 200 instants and 30 crashes of each kind; `outbox.py sqlite stream` only what goes from that
store to such a target."""
import threading
from deadletters import *
from proxy import Proxy

SYNCED = 2.0  # seconds after which `everysec` has data on the disk, as Redis promises


class Target:
    """A stream or list of a server. What is there: (outbox id, message id, payload) of each."""

    def __init__(self, redis, kind, name):
        self.redis, self.kind, self.name = redis, kind, name
        self.notes = '{%s}:portolan:outbox:*' % name

    def url(self, port=None):
        return f'redis://127.0.0.1:{port or self.redis.port}/0?{self.kind}={self.name}'

    def arrived(self):
        if self.kind == 'stream':
            entries = [dict(zip(fields[::2], fields[1::2])) for _, fields in self.redis.command('XRANGE', self.name, '-', '+')]
            return [(e[b'id'].decode(), e[b'message_id'].decode(), json.loads(e[b'payload'])) for e in entries]
        records = [json.loads(record) for record in self.redis.command('LRANGE', self.name, '0', '-1')]
        return [(r['id'], r['message_id'], r['message_data']) for r in records]

    def length(self):
        return self.redis.command('XLEN' if self.kind == 'stream' else 'LLEN', self.name)

    def clear(self):
        self.redis.command('DEL', self.name)

    def wrong(self, store, run, sent):
        """Empty, or what is wrong: `sent` are the numbers of the messages that are to be here."""
        found = self.arrived()
        numbers = collections.Counter(payload['n'] for _, _, payload in found)
        twice = [n for n, count in numbers.items() if count > 1]
        ids = [i for i, _, _ in found]
        known = {row[0]: row[1] for row in store.sql(f"SELECT id, message_id FROM portolan_outbox WHERE run_id = '{run}' "
                                                    "AND state = 'confirmed'")}
        return '; '.join(words for bad, words in (
            (twice, f'{len(twice)} doubled, e.g. {twice[:3]}'),
            (set(sent) - set(numbers), f'{len(set(sent) - set(numbers))} lost'),
            (set(numbers) - set(sent), f'{len(set(numbers) - set(sent))} sent that were not to be'),
            (len(set(ids)) != len(ids), 'an id came twice'),
            (any(not message.endswith(f'{payload["n"]:012d}') for _, message, payload in found), 'a payload of another message'),
            (known and {i: m for i, m, _ in found} != known, 'other ids than in the outbox')) if bad)


class Store(DeadLetters):
    def verify(self, count, run, target, notes=0):
        """Empty, or what is wrong. Every one of the `count` was sent, and nothing else."""
        one = lambda sql: int(self.sql(sql)[0][0])
        items = f"FROM portolan_replay_items WHERE run_id = '{run}'"
        audited = f"FROM portolan_audit WHERE run_id = '{run}' AND action ="
        checks = {
            'items completed': one(f"SELECT count(*) {items} AND state = 'completed'"),
            'rows completed': one("SELECT count(*) FROM port_messages WHERE status = 'completed' AND completed_at IS NOT NULL AND error_message IS NULL"),
            'in the outbox': one(f"SELECT count(*) FROM portolan_outbox WHERE run_id = '{run}' AND state = 'confirmed'"),
            'claims in the audit': one(f"SELECT count(*) {audited} 'replay_claimed'"),
            'messages sent in the audit': one(f"SELECT count(DISTINCT subject_id) {audited} 'replay_sent'"),
            'sendings in the audit but what was forgotten': one(f"SELECT count(*) {audited} 'replay_sent'") -
                                                            one(f"SELECT count(*) {audited} 'replay_forgotten'"),
            'counted': one(f"SELECT completed FROM portolan_replay_runs WHERE id = '{run}' AND frozen = {count} AND state = 'completed'"),
        }
        wrong = [f'{found} {what}, not {count}' for what, found in checks.items() if found != count]
        if one("SELECT count(*) FROM port_messages WHERE status = 'dead_letter' AND port_name = 'mail'") != NEVER_MINE:
            wrong.append('other dead letters were touched')
        if self.kind == 'sqlite' and self.sql('PRAGMA integrity_check') != [['ok']]:
            wrong.append('the database is damaged')
        at_target = target.wrong(self, run, range(1, count + 1))
        left = len(target.redis.command('KEYS', target.notes)) if notes == 0 else 0
        return '; '.join(wrong + ([at_target] if at_target else []) + (['notes are left at the target'] if left else []))


def begin(store, target, count, port=None):
    target.clear()
    store.fill(count)
    return dry_run(store, '--to', target.url(port))['run']


def start(store, run, *words):
    return subprocess.Popen([PROGRAM, 'replay', '--store', store.url, '--resume', run, *words], stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE, text=True)


def expect(wrong, what):
    assert not wrong, f'{what}: {wrong}'


def at_every_call(store, target):
    count, nth, points, calls = 40, 1, 0, 0
    while True:
        run = begin(store, target, count)
        killed, calls, _ = killed_at(nth, [PROGRAM, 'replay', '--store', store.url, '--resume', run])
        if not killed:
            break
        finish(store, run)
        expect(store.verify(count, run, target), f'{store.kind}, {target.kind}, killed at point {nth}')
        points, nth = points + 1, nth + (STEP if LONG else 53)
    assert points >= (10 if LONG else 2), f'only {points} of {calls} kill points were reached'
    print(f'{store.kind}, {target.kind}: the sender killed at {points} of {calls} kill points, each message once', flush=True)


def kill_in_the_middle(process, target, randomly, most):
    """Once so much has arrived, and a moment later. Whether it was killed before it ended."""
    enough = target.length() + randomly.randint(1, most)
    ends = time.time() + 20
    while process.poll() is None and target.length() < enough and time.time() < ends:
        time.sleep(0.002)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.communicate(timeout=randomly.uniform(0, 0.05))
        return False
    process.kill()
    process.communicate()
    return True


def at_random_instants(store, target, instants, randomly):
    """Some while they begin, most while they send."""
    count, kills, runs = 2000, 0, 0
    while kills < instants:
        run = begin(store, target, count)
        for life in range(instants):
            process = start(store, run, '--rate', '4000')
            if life % 4 == 3:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.communicate(timeout=randomly.uniform(0, 0.3))
                process.kill()
                process.communicate()
                kills += 1
            elif not kill_in_the_middle(process, target, randomly, 800):
                break
            else:
                kills += 1
        runs += 1
        finish(store, run)
        expect(store.verify(count, run, target), f'{store.kind}, {target.kind}, after {kills} kills')
    print(f'{store.kind}, {target.kind}: {kills} random kills in {runs} runs of {count}, each message once', flush=True)


class Sizes:
    """How long the server's append-only file was when."""

    def __init__(self, redis):
        self.path, self.seen, self.done = pathlib.Path(redis.folder, 'appendonlydir', 'appendonly.aof.1.incr.aof'), [], threading.Event()
        self.thread = threading.Thread(target=self._watch)
        self.thread.start()

    def _watch(self):
        while not self.done.wait(0.02):
            with contextlib.suppress(OSError):
                self.seen.append((time.time(), self.path.stat().st_size))

    def cut(self, seconds):
        """The file as it was so long ago; how many bytes that took from it. Where nobody looked just then (a busy machine),
        as it was when somebody looked next: older bytes are on the disk by Redis' promise, and their loss would prove nothing."""
        until = time.time() - seconds
        size = min((size for at, size in self.seen if at >= until), default=self.path.stat().st_size)
        lost = self.path.stat().st_size - size
        os.truncate(self.path, size)
        self.seen.clear()
        return lost

    def stop(self):
        self.done.set()
        self.thread.join()


def crash(redis, sizes, forget):
    """kill -9; with `forget` also what the disk need not have yet. Bytes that were lost."""
    redis.process.kill()
    redis.process.wait()
    lost = sizes.cut(forget) if forget else 0
    time.sleep(0.1)
    redis.start()
    return lost


def redis_killed(store, kind, rounds, randomly):
    """The sender goes on through it; every other time it is killed with the server and resumed."""
    redis = Redis(persist=True, fsync='everysec')
    count, lost, forgot, crashes = 1500, 0, 0, 0
    sizes = Sizes(redis)
    try:
        while crashes < rounds or (forgot == 0 and crashes < rounds + 5):
            nth = crashes
            target = Target(redis, kind, f'k{nth}')  # what is lost with a crash is not to be an earlier round's
            run = begin(store, target, count)
            process = start(store, run, '--rate', '1500')
            some = randomly.randint(0 if LONG else count // 10, count)
            wait_until(lambda: target.length() >= some or process.poll() is not None, words='nothing was sent')
            lost += crash(redis, sizes, randomly.uniform(0.2, SYNCED) if nth % 3 != 2 else 0)
            crashes += 1
            if nth % 2:
                process.kill()
            process.communicate()
            finish(store, run)
            lost += crash(redis, sizes, SYNCED)  # what is completed is there for good
            forgot += int(store.sql(f"SELECT count(*) FROM portolan_audit WHERE run_id = '{run}' AND action = 'replay_forgotten'")[0][0])
            expect(store.verify(count, run, target, notes=1), f'{store.kind}, {kind}, crash {nth} of Redis')
        assert forgot > 0 and lost > 0, 'Redis forgot nothing, so nothing was tested'
        print(f'{store.kind}, {kind}: {crashes} crashes of Redis while sending and as many after the end, {lost} bytes lost, '
              f'{forgot} messages forgotten and sent again, each there once', flush=True)
    finally:
        sizes.stop()
        redis.stop()


class SlowDisk(Redis):
    """A server whose syncs take nearly two seconds each, so that it answers before it writes."""

    def start(self):
        super().start()
        self.logs = pathlib.Path(tempfile.mkdtemp(prefix='portolan-syncs-'))
        self.tracer = subprocess.Popen(['strace', '-ff', '-ttt', '-T', '-o', self.logs / 't', '-p', str(self.process.pid), '-e', 'trace=fdatasync,fsync',
                                        '-e', 'inject=fdatasync,fsync:delay_enter=1800000'], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_until(lambda: list(self.logs.iterdir()))

    def synced_at(self):
        """When the last sync began that has ended."""
        return max((float(line.split()[0]) for log in self.logs.iterdir() for line in log.read_text().splitlines() if ' = 0 ' in line), default=0)

    def stop(self):
        super().stop()
        self.tracer.wait()
        shutil.rmtree(self.logs, ignore_errors=True)


def slow_disk(store, kind, rounds):
    """Power is cut after the end of a run: the disk has what it had when the last complete sync began."""
    lost, waited = 0, []
    for nth in range(rounds):
        redis = SlowDisk(persist=True, fsync='everysec')
        target, count, sizes = Target(redis, kind, 'k'), 1500, Sizes(redis)
        try:
            run = begin(store, target, count)
            began = time.time()
            process = start(store, run, '--rate', '1500')
            process.communicate()
            waited.append(time.time() - began - 1)
            finish(store, run)
            redis.process.kill()
            redis.process.wait()
            redis.tracer.wait()
            lost += sizes.cut(time.time() - redis.synced_at())
            Redis.start(redis)
            expect(store.verify(count, run, target, notes=1), f'{store.kind}, {kind}, power cut with a slow disk')
        finally:
            sizes.stop()
            redis.stop()
    print(f'{store.kind}, {kind}: {rounds} power cuts after the end with syncs of 1.8 s, {lost} bytes lost, each message there; '
          f'the sender waited {min(waited):.1f} to {max(waited):.1f} s', flush=True)


def believed_at_once(store):
    """A run that counts as done what a server has only said: the oracle misses what it forgets."""
    redis = Redis(persist=True, fsync='everysec')
    target, count = Target(redis, 'stream', 'k'), 300
    sizes = Sizes(redis)
    try:
        run = begin(store, target, count)
        finish(store, run)
        time.sleep(0.1)
        redis.process.kill()
        redis.process.wait()
        os.truncate(sizes.path, sizes.path.stat().st_size // 2)
        redis.start()
        wrong = store.verify(count, run, target, notes=1)
        assert 'lost' in wrong, 'what was believed at once was not caught'
        print(f'{store.kind}: what is believed at once is caught: {wrong}', flush=True)
    finally:
        sizes.stop()
        redis.stop()


class Delaying(Proxy):
    """Holds one command that sends back, with its connection, until it is let go; hears what it is answered then."""

    def __init__(self, port):
        self.arm, self.held, self.go, self.answer = threading.Event(), threading.Event(), threading.Event(), b''
        self.late = None
        super().__init__(port)

    def _pump_up(self, link):
        with contextlib.suppress(OSError):
            while data := link.near.recv(65536):
                if self.arm.is_set() and b'EVALSHA' in data and self.late is None:
                    self.late = link
                    self.held.set()
                    self.go.wait()
                link.far.sendall(data)
        if link is not self.late:
            self._drop(link)

    def _pump_down(self, link):
        with contextlib.suppress(OSError):
            while data := link.far.recv(65536):
                if link is self.late:
                    self.answer += data
                else:
                    link.near.sendall(data)
        self._drop(link)


def delayed_command(store, target, behind_the_end):
    """Held until its messages were sent again, or until the run is over; then it arrives after all."""
    count, proxy = 600, Delaying(target.redis.port)
    run = begin(store, target, count, proxy.port)
    proxy.arm.set()
    process = start(store, run, '--rate', '500')
    assert proxy.held.wait(20), 'nothing was sent'
    before = target.length()
    if behind_the_end:
        process.communicate(timeout=60)
    else:
        wait_until(lambda: target.length() > before + 50, words='the sender did not go on')
    proxy.go.set()
    wait_until(lambda: proxy.answer, words='the delayed command did not arrive')
    process.communicate(timeout=60)
    finish(store, run)
    expect(store.verify(count, run, target), f'{store.kind}, {target.kind}: a delayed command')
    assert b'FENCED' in proxy.answer, proxy.answer
    proxy.stop()
    print(f'{store.kind}, {target.kind}: a command that was delayed {"past the end" if behind_the_end else "past its resend"} '
          f'was refused ({proxy.answer.decode().strip()}), each message once', flush=True)


class UntilLoaded(Proxy):
    """Holds the first command after INFO until the server has read its append-only file."""

    def __init__(self, redis):
        self.redis, self.held = redis, 0
        super().__init__(redis.port)

    def _pump_up(self, link):
        with contextlib.suppress(OSError):
            while data := link.near.recv(65536):
                if b'SCRIPT' in data and is_loading(self.redis):
                    self.held += 1
                    wait_until(lambda: not is_loading(self.redis), words='the server does not come up')
                link.far.sendall(data)
        self._drop(link)


def is_loading(redis):
    answer = subprocess.run(['redis-cli', '-p', str(redis.port), 'INFO', 'persistence'], capture_output=True, text=True).stdout
    return 'loading:0' not in answer


def while_loading(store):
    """A server that reads its append-only file says that it keeps none (aof_enabled:0): what it is sent then is not safe at once."""
    redis = Redis(persist=True, fsync='everysec')
    redis.send([('SET', f'key {n}', n) for n in range(5000)])
    target, proxy, count = Target(redis, 'stream', 'k'), UntilLoaded(redis), 100
    try:
        run = begin(store, target, count, proxy.port)
        redis.process.terminate()
        redis.process.wait()
        redis.process = subprocess.Popen(['redis-server', '--port', str(redis.port), '--bind', '127.0.0.1', '--dir', redis.folder, '--save', '',
                                          '--appendonly', 'yes', '--appendfsync', 'everysec', '--key-load-delay', '600'], stdout=subprocess.DEVNULL)
        wait_until(lambda: subprocess.run(['redis-cli', '-p', str(redis.port), 'PING'], capture_output=True).stdout.startswith(b'LOADING'))
        finish(store, run, tries=100)
        redis.connect()
        soonest = float(store.sql("SELECT min(julianday(confirmed_at) - julianday(sent_at)) * 86400 FROM portolan_outbox WHERE run_id = '%s'" % run)[0][0])
        assert soonest > 1.9, f'counted as safe {soonest:.2f} s after it was sent; {proxy.held} commands were held'
        expect(store.verify(count, run, target), 'sent to a server that was reading its data')
    finally:
        proxy.stop()
        redis.stop()
    print(f'{store.kind}: a server that reads its data is waited for; safe {soonest:.1f} s after it was sent', flush=True)


def cancelled(store, target, rounds, randomly):
    count, sums = 2000, collections.Counter()
    for _ in range(rounds):
        run = begin(store, target, count)
        before = dict(store.sql("SELECT id, error_message FROM port_messages WHERE status = 'dead_letter' AND port_name = 'orders'"))
        process = start(store, run, '--rate', '4000')
        kill_in_the_middle(process, target, randomly, 1200)
        done = replay(store, '--cancel', run)
        if done.returncode == 1 and 'cannot become cancelled' in done.stderr:
            continue  # it was completed
        assert done.returncode == 0, done.stderr
        states = {row[0]: row[1] for row in store.sql("SELECT id, status FROM port_messages WHERE port_name = 'orders'")}
        sent = [int(message[-12:]) for message, status in states.items() if status == 'completed']
        back = {row[0]: row[1] for row in store.sql("SELECT id, error_message FROM port_messages WHERE status = 'dead_letter' "
                                                   "AND port_name = 'orders' AND retry_count = 3")}
        assert len(sent) + len(back) == count and back.items() <= before.items(), collections.Counter(states.values())
        expect(target.wrong(store, run, sent), f'{store.kind}, {target.kind}, cancelled')
        counted = store.sql(f"SELECT completed, skipped, queued, replayed FROM portolan_replay_runs WHERE id = '{run}'")[0]
        assert [int(n) for n in counted] == [len(sent), len(back), 0, 0], counted
        sums += {'sent': len(sent), 'given back': len(back)}
    assert sums['sent'] and sums['given back'], sums
    print(f'{store.kind}, {target.kind}: cancelled after a killed sender {rounds} times: {dict(sums)}, no message both or neither',
          flush=True)


def taken_by_a_receiver(store, target, folder):
    """The other end is a Portolan: it knows each message by its id, also one that comes twice."""
    count, other = 200, f'sqlite://{folder}/other.db'
    run = begin(store, target, count)
    finish(store, run)
    target.redis.command('RPUSH', target.name, *target.redis.command('LRANGE', target.name, '0', '9'))
    told = portolan('receive', '--from', target.url(), '--into', other, '--idle-exit', '1', check=None)
    summary = json.loads(told.stdout.splitlines()[-1])
    assert (summary['stored'], summary['duplicates'], summary['rejected']) == (count, 10, 0), summary
    rows = [json.loads(line) for line in portolan('list', 'port-messages', '--store', other, '--limit', '0').stdout.splitlines()]
    sent = {row[0] for row in store.sql(f"SELECT id FROM portolan_outbox WHERE run_id = '{run}'")}
    assert {row['id'] for row in rows} == sent and len(rows) == count and {row['status'] for row in rows} == {'pending'}, rows[:1]
    print(f'{store.kind}, {target.kind}: a receiver stored {count} under their ids, and 10 that came twice once', flush=True)


NAIVE_SENDER = '''
import sqlite3, sys, time
sys.path.insert(0, sys.argv[3])
from pipeline import RedisClient
redis, db = RedisClient(int(sys.argv[1])), sqlite3.connect(sys.argv[2], timeout=30, isolation_level=None)
for row in db.execute("SELECT id, message_data FROM port_messages WHERE status = 'dead_letter' AND port_name = 'orders' ORDER BY id").fetchall():
    redis.command('XADD', 'k', '*', 'id', row[0], 'message_id', row[0], 'port_name', 'orders', 'payload', row[1])
    time.sleep(0.002)
    db.execute("UPDATE port_messages SET status = 'completed' WHERE id = ?", (row[0],))
'''


def naive(store, target, randomly):
    """Send, then mark; killed and started again."""
    target.clear()
    store.fill(300)
    words = [sys.executable, '-c', NAIVE_SENDER, str(target.redis.port), store.path,
             str(pathlib.Path(__file__).resolve().parents[1] / 'acceptance')]
    for kills in range(200):
        process = subprocess.Popen(words)
        wait_until(lambda: process.poll() is not None or target.length() > kills * 5)
        time.sleep(randomly.uniform(0, 0.01))
        process.kill()
        if process.wait() == 0 or 'doubled' in target.wrong(store, '00000000-0000-4000-8000-000000000000', range(1, 301)):
            break
    wrong = target.wrong(store, '00000000-0000-4000-8000-000000000000', range(1, 301))
    assert 'doubled' in wrong, f'the naive sender was not caught: {wrong}'
    print(f'the naive sender is caught after {kills + 1} kills: {wrong}', flush=True)


def main():
    randomly = random.Random(SEED)
    with tempfile.TemporaryDirectory(prefix='portolan-outbox-') as folder, contextlib.ExitStack() as stack:
        server, redis = Postgres(), Redis()
        stack.callback(server.stop)
        stack.callback(redis.stop)
        stores = {kind: Store(kind, folder, server, f'outbox_{kind}') for kind in ('sqlite', 'postgresql')}
        stream, listed = Target(redis, 'stream', 'k'), Target(redis, 'list', 'l')
        pairs = [(store, target) for store in stores.values() for target in (stream, listed)]
        if sys.argv[1:]:
            pairs = [(store, target) for store, target in pairs if [store.kind, target.kind] == sys.argv[1:]]
        else:
            naive(stores['sqlite'], stream, randomly)
            believed_at_once(stores['sqlite'])
            taken_by_a_receiver(stores['postgresql'], listed, folder)
            slow_disk(stores['sqlite'], 'stream', 20 if LONG else 1)
            while_loading(stores['sqlite'])
        for store, target in pairs if LONG or sys.argv[1:] else (pairs[0], pairs[3]):
            at_every_call(store, target)
            at_random_instants(store, target, instants(3), randomly)
            cancelled(store, target, 50 if LONG else 1, randomly)
            delayed_command(store, target, behind_the_end=target is listed)
            if LONG:
                delayed_command(store, target, behind_the_end=target is stream)
            redis_killed(store, target.kind, 30 if LONG else 1 + (target is stream), randomly)
    print('1 passed, 0 failed')


main()
