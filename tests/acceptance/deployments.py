#!/usr/bin/env python3
"""deployments.py [FAILOVERS]: the receiver with Redis servers as people run them, each with real ones of this machine. Three sentinels, a
master and two replicas: FAILOVERS (4) of them, killed and asked for in turn, under a producer; what the producer was told is replicated is
stored, each once. Six nodes of a cluster: a slot is moved under the receiver, its node is killed. A server that wants a certificate of its
clients. A Unix socket. Both ends of a list."""
import threading
from pipeline import *

FAILOVERS = int(sys.argv[1]) if len(sys.argv) > 1 else 4
FOLLOWED_WITHIN = 30  # seconds after the sentinels have named another master; 10 where nothing else runs


def cluster_port():
    """A free port whose 10,000th after it is free, too: the nodes of a cluster talk there."""
    port = random.randint(10_000, 22_000)  # both below those that the system gives to others meanwhile
    with contextlib.suppress(OSError), socket.socket() as own, socket.socket() as bus:
        own.bind(('127.0.0.1', port))
        bus.bind(('127.0.0.1', port + 10_000))
        return port


class Server:
    """A redis-server with `lines` as its configuration, which it may write anew."""

    def __init__(self, folder, lines, sentinel=False):
        self.port = free_port() if 'cluster-enabled yes' not in lines else until(cluster_port)
        self.folder = pathlib.Path(folder) / str(self.port)
        self.folder.mkdir()
        self.file, self.sentinel = self.folder / 'redis.conf', sentinel
        self.file.write_text('\n'.join([f'port {self.port}', 'bind 127.0.0.1', f'dir {self.folder}', *lines, '']))
        self.start()

    def start(self):
        words = ['redis-server', self.file, *(['--sentinel'] if self.sentinel else [])]
        self.process = subprocess.Popen(words, stdout=open(self.folder / 'log', 'ab'), stderr=subprocess.STDOUT)
        until(lambda: self.ask('PING') == b'PONG')

    def ask(self, *words):
        """The reply on a connection of its own; nothing while the server is away or refuses."""
        with contextlib.suppress(OSError, RuntimeError):
            client = RedisClient(self.port)
            client.connection.settimeout(10)
            try:
                return client.command(*words)
            finally:
                client.file.close()
                client.connection.close()

    def kill(self):
        self.process.kill()
        self.process.wait()


def until(what, seconds=60, words='waited in vain'):
    end = time.time() + seconds
    while True:
        found = what()
        if found:
            return found
        assert time.time() < end, words
        time.sleep(0.02)


class Sentinels:
    """Three sentinels that watch a master and two replicas."""

    def __init__(self, folder):
        own = ['save ""', 'appendonly no', 'repl-diskless-sync-delay 0']
        self.servers = [Server(folder, own) for _ in range(3)]
        first = self.servers[0]
        for replica in self.servers[1:]:
            replica.ask('REPLICAOF', '127.0.0.1', first.port)
        until(lambda: b'connected_slaves:2' in (first.ask('INFO', 'replication') or b''))
        self.sentinels = [Server(folder, [
            f'sentinel monitor orders-master 127.0.0.1 {first.port} 2', 'sentinel down-after-milliseconds orders-master 1000',
            'sentinel failover-timeout orders-master 4000'], sentinel=True) for _ in range(3)]
        until(lambda: all(self.facts(each).get(b'num-other-sentinels') == b'2' and self.facts(each).get(b'num-slaves') == b'2'
                          for each in self.sentinels))

    @staticmethod
    def facts(sentinel):
        answer = sentinel.ask('SENTINEL', 'MASTER', 'orders-master') or []
        return dict(zip(answer[::2], answer[1::2]))

    def master(self):
        """The server that most sentinels name."""
        ports = collections.Counter(int(self.facts(each).get(b'port', 0)) for each in self.sentinels)
        port, votes = ports.most_common(1)[0]
        return next((server for server in self.servers if server.port == port), None) if votes >= 2 else None

    def url(self, rest):
        hosts = ','.join(f'127.0.0.1:{each.port}' for each in self.sentinels)
        return f'redis+sentinel://{hosts}/orders-master/0?{rest}'

    def fail_over(self, kills):
        """Makes another the master, the old one killed or told; yields then. It comes back as a replica."""
        before = until(self.master)
        until(lambda: b'connected_slaves:2' in (before.ask('INFO', 'replication') or b''))
        until(lambda: all(self.facts(each).get(b'num-slaves') == b'2' and self.facts(each).get(b'flags') == b'master'
                          for each in self.sentinels))
        if kills:
            before.kill()
        else:
            until(lambda: self.sentinels[0].ask('SENTINEL', 'FAILOVER', 'orders-master') == b'OK')
        yield until(lambda: self.master() not in (None, before) and self.master(), words='the sentinels name no other master')
        if kills:
            before.start()
        until(lambda: b'role:slave' in (before.ask('INFO', 'replication') or b''))

    def stop(self):
        for each in self.sentinels + self.servers:
            each.kill()


class Producer(threading.Thread):
    """Adds entries at the master, a group at a time; `safe` are those that a replica had as well, `maybe` the others."""

    def __init__(self, sentinels, stream):
        super().__init__(daemon=True)
        self.sentinels, self.stream, self.safe, self.maybe, self.ends, self.number = sentinels, stream, [], [], False, 0

    def run(self):
        client = None
        while not self.ends:
            group = [b'order %d' % (self.number + i) for i in range(20)]
            self.number += len(group)
            try:
                client = client or RedisClient(self.sentinels.master().port)
                client.connection.settimeout(3)
                answers = client.send([('XADD', self.stream, '*', 'payload', each) for each in group] + [('WAIT', 1, 1000)])
                (self.safe if answers[-1] >= 1 else self.maybe).extend(group)
                time.sleep(0.02)
            except (OSError, RuntimeError, AttributeError, ValueError):
                self.maybe += group
                client = None
                time.sleep(0.05)


def count_of(path):
    import sqlite3
    with contextlib.suppress(sqlite3.OperationalError):
        return sum(stored_in_sqlite(path).values())
    return 0


def through_failovers(folder):
    sentinels = Sentinels(folder)
    store = f'{folder}/failovers.db'
    receiver = subprocess.Popen([PROGRAM, 'receive', '--from', sentinels.url('stream=orders&consumer=c'), '--into', f'sqlite://{store}'],
                                stdout=subprocess.PIPE, stderr=open(f'{folder}/failovers.log', 'wb'))
    producer = Producer(sentinels, 'orders')
    slowest = 0
    try:
        producer.start()
        until(lambda: count_of(store) > 100)
        for turn in range(FAILOVERS):
            for master in sentinels.fail_over(kills=turn % 2 == 0):
                switched, added, ahead = time.time(), producer.number, count_of(store)
                until(lambda: producer.number > added + 40)
                until(lambda: count_of(store) > ahead, 60, 'the receiver does not follow')
                slowest = max(slowest, time.time() - switched)
        producer.ends = True
        producer.join()
        last = count_of(store)

        def is_quiet():
            nonlocal last
            time.sleep(3)
            before, last = last, count_of(store)
            return last == before
        until(is_quiet, 120)
        assert receiver.poll() is None, open(f'{folder}/failovers.log').read()
        interrupt(receiver)
        receiver.communicate(timeout=60)
    finally:
        producer.ends = True
        receiver.kill()
        sentinels.stop()
    found = stored_in_sqlite(store)
    said = open(f'{folder}/failovers.log').read()
    wrong = differences(collections.Counter(producer.safe), collections.Counter({p: n for p, n in found.items() if p not in set(producer.maybe)}))
    doubled = [p for p, n in found.items() if n > 1]
    assert not wrong and not doubled, (wrong, doubled[:3], said)
    assert slowest < FOLLOWED_WITHIN, (slowest, said)
    print(f'sentinels: {FAILOVERS} failovers, {len(producer.safe)} entries, each once; followed within {slowest:.1f} s', flush=True)


def names_that_are_wrong(folder):
    sentinels = Sentinels(folder)
    try:
        hosts = f'127.0.0.1:{free_port()},127.0.0.1:{sentinels.sentinels[0].port}'
        until(sentinels.master).ask('RPUSH', 'l', 'a')
        found = receive(f'redis+sentinel://{hosts}/orders-master?list=l', f'sqlite://{folder}/dead.db', '--idle-exit', '1')
        assert found['stored'] == 1, found  # the first sentinel is dead
        run = portolan('receive', '--from', sentinels.url('list=l').replace('orders-master', 'other'), '--into', f'sqlite://{folder}/o.db',
                       '--idle-exit', '1', check=None)
        assert run.returncode == 2 and b'no master named' in run.stderr and b'other' in run.stderr, (run.returncode, run.stderr)
        found = json.loads(portolan('list', 'messages', '--store', f'sqlite://{folder}/dead.db', '--format', 'jsonl').stdout)
        assert found['content'] == 'a', found
    finally:
        sentinels.stop()
    print('sentinels: a dead one is passed over, an unknown master is told', flush=True)


class Cluster:
    """Three masters with a replica each."""

    def __init__(self, folder):
        self.nodes = [Server(folder, ['cluster-enabled yes', 'cluster-node-timeout 1500', 'save ""', 'repl-diskless-sync-delay 0',
                                      'cluster-replica-validity-factor 0']) for _ in range(6)]
        self.cli('--cluster', 'create', *(f'127.0.0.1:{each.port}' for each in self.nodes), '--cluster-replicas', '1', '--cluster-yes')
        until(lambda: all(b'cluster_state:ok' in (each.ask('CLUSTER', 'INFO') or b'') for each in self.nodes))

    def cli(self, *words):
        return subprocess.run(['redis-cli', *words], check=True, capture_output=True, text=True, timeout=120).stdout

    def command(self, *words):
        """The reply of whichever node has the key."""
        port = next(each.port for each in self.nodes if each.process.poll() is None)
        return self.cli('-c', '-p', str(port), *map(str, words)).strip()

    def owner(self, key):
        """The node that has the key's slot, and the slot."""
        alive = [each for each in self.nodes if each.process.poll() is None]
        slot = alive[0].ask('CLUSTER', 'KEYSLOT', key)
        for node in alive:
            for begin, end, master, *_ in node.ask('CLUSTER', 'SLOTS') or []:
                if begin <= slot <= end:
                    return next(each for each in self.nodes if each.port == master[1]), slot
        return None, slot

    def id(self, node):
        return node.ask('CLUSTER', 'MYID').decode()

    def move(self, key):
        """Moves the key's slot to another master, as a resharding does, step by step; returns between the steps."""
        source, slot = self.owner(key)
        target = next(each for each in self.nodes if each is not source and b'role:master' in each.ask('INFO', 'replication'))
        assert target.ask('CLUSTER', 'SETSLOT', slot, 'IMPORTING', self.id(source)) == b'OK'
        assert source.ask('CLUSTER', 'SETSLOT', slot, 'MIGRATING', self.id(target)) == b'OK'
        yield 'migrating'
        keys = source.ask('CLUSTER', 'GETKEYSINSLOT', slot, 100)
        if keys:
            assert source.ask('MIGRATE', '127.0.0.1', target.port, '', 0, 5000, 'KEYS', *keys) in (b'OK', b'NOKEY')
        yield 'asking'
        for node in (target, source):
            assert node.ask('CLUSTER', 'SETSLOT', slot, 'NODE', self.id(target)) == b'OK'
        until(lambda: self.owner(key)[0] is target)

    def stop(self):
        for each in self.nodes:
            each.kill()


def through_a_cluster(folder):
    cluster = Cluster(folder)
    store = f'{folder}/cluster.db'
    try:
        owner, _ = cluster.owner('orders')
        stranger = next(each for each in cluster.nodes if each is not owner and b'role:master' in each.ask('INFO', 'replication'))
        sent = []

        def add(count):
            for _ in range(count):
                sent.append(b'order %d' % len(sent))
                cluster.command('XADD', 'orders', '*', 'payload', sent[-1].decode())
        add(3)
        receiver = subprocess.Popen([PROGRAM, 'receive', '--from', f'redis://127.0.0.1:{stranger.port}/0?stream=orders&consumer=c', '--into',
                                     f'sqlite://{store}'], stdout=subprocess.PIPE, stderr=open(f'{folder}/cluster.log', 'wb'))
        try:
            def arrives(words):
                until(lambda: count_of(store) == len(sent), 60, f'{words}: {count_of(store)} of {len(sent)}: ' + open(f'{folder}/cluster.log').read())
            arrives('asked of a node that has not the key')
            for step in cluster.move('orders'):
                add(3)
                if step == 'asking':
                    arrives('while the slot is being moved')
            add(3)
            arrives('after the slot was moved')
            owner, _ = cluster.owner('orders')
            until(lambda: b'connected_slaves:1' in owner.ask('INFO', 'replication') and b'lag=0' in owner.ask('INFO', 'replication'))
            owner.kill()
            until(lambda: cluster.owner('orders')[0] not in (None, owner), 60, 'no replica takes over')
            add(3)
            arrives('after its node was killed')
            assert receiver.poll() is None
            interrupt(receiver)
            receiver.communicate(timeout=60)
        finally:
            receiver.kill()
        wrong = differences(collections.Counter(sent), stored_in_sqlite(store))
        assert not wrong, (wrong, open(f'{folder}/cluster.log').read())
    finally:
        cluster.stop()
    print(f'cluster: {len(sent)} entries through a moved slot and a killed node, each once', flush=True)


def certificates(folder):
    """An authority, a server's certificate for 127.0.0.1, a client's, and one of another authority."""
    def openssl(*words):
        subprocess.run(['openssl', *map(str, words)], check=True, capture_output=True, cwd=folder)
    for authority in ('ca', 'other'):
        openssl('req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', 2, '-subj', f'/CN={authority}', '-keyout', f'{authority}.key',
                '-out', f'{authority}.crt')
    for name, authority, algorithm in (('server', 'ca', 'rsa:2048'), ('client', 'ca', 'ec'), ('foreign', 'other', 'rsa:2048')):
        more = ('-pkeyopt', 'ec_paramgen_curve:prime256v1') if algorithm == 'ec' else ()
        openssl('req', '-newkey', algorithm, *more, '-nodes', '-subj', f'/CN={name}', '-addext', 'subjectAltName=IP:127.0.0.1',
                '-keyout', f'{name}.key', '-out', f'{name}.csr')
        openssl('x509', '-req', '-in', f'{name}.csr', '-CA', f'{authority}.crt', '-CAkey', f'{authority}.key', '-CAcreateserial', '-days', 2,
                '-copy_extensions', 'copy', '-out', f'{name}.crt')


def with_certificates(folder):
    certificates(folder)
    port = free_port()
    for protocol in ('TLSv1.2', 'TLSv1.3'):
        process = subprocess.Popen([
            'redis-server', '--port', '0', '--tls-port', str(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '', '--tls-cert-file',
            'server.crt', '--tls-key-file', 'server.key', '--tls-ca-cert-file', 'ca.crt', '--tls-auth-clients', 'yes', '--tls-protocols', protocol],
            cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            cli = ['redis-cli', '--tls', '-p', str(port), '--cacert', f'{folder}/ca.crt', '--cert', f'{folder}/client.crt', '--key', f'{folder}/client.key']
            until(lambda: subprocess.run([*cli, 'RPUSH', 'l', protocol], capture_output=True).stdout.strip().isdigit())
            source = f'rediss://127.0.0.1:{port}/0?list=l&cafile={folder}/ca.crt'
            store = f'sqlite://{folder}/{protocol}.db'
            for more, words in (('', b'certfile='), (f'&certfile={folder}/foreign.crt&keyfile={folder}/foreign.key', b'refuses the certificate'),
                                (f'&certfile={folder}/client.crt', b'no key'), (f'&certfile={folder}/none.crt', b'cannot be read')):
                run = portolan('receive', '--from', source + more, '--into', store, '--idle-exit', '1', check=None, timeout=60)
                assert run.returncode in (1, 2) and words in run.stderr, (protocol, more, run.returncode, run.stderr)
            found = receive(f'{source}&certfile={folder}/client.crt&keyfile={folder}/client.key', store, '--idle-exit', '1')
            assert found['stored'] >= 1, found
        finally:
            process.kill()
            process.wait()
    print("certificates: a client's of RSA or elliptic curves is shown; a missing, foreign or broken one is told, with TLS 1.2 and 1.3", flush=True)


def over_a_socket(folder):
    redis = Redis()
    try:
        redis.command('CONFIG', 'SET', 'appendonly', 'no')
        path = f'{folder}/redis.sock'
        process = subprocess.Popen(['redis-server', '--port', '0', '--unixsocket', path, '--dir', folder, '--save', ''], stdout=subprocess.DEVNULL)
        try:
            until(lambda: os.path.exists(path))
            for number, scheme in enumerate(('unix', 'redis+unix')):
                subprocess.run(['redis-cli', '-s', path, '-n', '3', 'RPUSH', 'l', f'm{number}'], check=True, capture_output=True)
                found = receive(f'{scheme}://{path}?db=3&list=l', f'sqlite://{folder}/socket.db', '--idle-exit', '1')
                assert found['stored'] == 1, found
        finally:
            process.kill()
            process.wait()
        for side, push in (('left', 'RPUSH'), ('right', 'LPUSH')):
            numbers = [b'n%d' % i for i in range(1500)]
            for at in range(0, 1500, 500):
                redis.command(push, side, *numbers[at:at + 500])
            store = f'sqlite://{folder}/{side}.db'
            source = f'redis://127.0.0.1:{redis.port}/0?list={side}&side={side}'
            found = receive(source, store, '--idle-exit', '1')
            listed = portolan('list', 'messages', '--store', store, '--limit', '0', '--sort', 'id', '--format', 'jsonl').stdout
            assert [json.loads(line)['content'].encode() for line in listed.splitlines()] == numbers, (side, found)
    finally:
        redis.stop()
    print('sockets and both ends of a list: in the order in which they were pushed', flush=True)


with tempfile.TemporaryDirectory(prefix='portolan-deployments-') as folder:
    for each in (over_a_socket, with_certificates, names_that_are_wrong, through_a_cluster, through_failovers):
        place = pathlib.Path(folder) / each.__name__
        place.mkdir()
        each(str(place))
