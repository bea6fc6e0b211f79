"""Servers, producer and ledger for tests from outside: the program is only run, its stores only read.

Everything here is the reader's own: a Redis of its own in a temporary folder, a RESP client of forty lines, and a
ledger of what was sent that the stores are compared with."""
import collections, contextlib, csv, json, os, pathlib, random, shutil, signal, socket, subprocess, sys, tempfile, time

ROOT = pathlib.Path(__file__).resolve().parents[2]
DATA = pathlib.Path(os.environ.get('PORTOLAN_DATA', ROOT.parent / 'shared' / 'data'))
PROGRAM = os.environ.get('PORTOLAN_PROGRAM', str(ROOT / 'build' / 'portolan'))
LONG = os.environ.get('PORTOLAN_LONG') == '1'  # everything, which may take hours; else as much as each landing has time for


def missing(tool):
    """Ends a test that cannot run without what this machine lacks: as skipped, and as failed where CI=true, which installs
    everything (packaging/depends)."""
    print(f'skipped: there is no {tool} here', flush=True)
    sys.exit(1 if os.environ.get('CI') == 'true' else 77)


def series_file(folder, name, rows=3000):
    """The real series of that name; where the data folder is not there, a made one in `folder`."""
    real = DATA / 'nab' / f'{name}.csv'
    if real.exists():
        return real
    made, chosen = pathlib.Path(folder) / f'{name}.csv', random.Random(name)
    with open(made, 'w', newline='') as file:
        out = csv.writer(file)
        out.writerow(['timestamp', 'value'])
        out.writerows([time.strftime('%Y-%m-%d %H:%M:%S', time.gmtime(1_400_000_000 + i * 300)), chosen.gauss(50, 20)]
                      for i in range(rows))
    return made


def free_port():
    with socket.socket() as s:
        s.bind(('127.0.0.1', 0))
        return s.getsockname()[1]


def stand_still(processes):
    """Stops processes and waits until none of their threads runs: a signal that is sent is not yet taken."""
    for pid in processes:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGSTOP)

    def states():
        for pid in processes:
            with contextlib.suppress(FileNotFoundError, ProcessLookupError):
                for thread in os.listdir(f'/proc/{pid}/task'):
                    with open(f'/proc/{pid}/task/{thread}/stat') as file:
                        yield file.read().rpartition(')')[2].split()[0]
    end = time.time() + 10
    while not set(states()) <= set('TtDZX'):
        assert time.time() < end, 'they do not stop'


class RedisClient:
    """A connection to a Redis server of this machine; for one thread."""

    def __init__(self, port):
        self.port = port
        self.connect()

    def connect(self):
        self.connection = socket.create_connection(('127.0.0.1', self.port))
        self.file = self.connection.makefile('rb')

    def url(self, stream, group='g', consumer='c'):
        return f'redis://127.0.0.1:{self.port}/0?stream={stream}&group={group}&consumer={consumer}'

    def send(self, commands):
        """Many commands in one go; their replies in order."""
        out = bytearray()
        for words in commands:
            out += b'*%d\r\n' % len(words)
            for word in words:
                word = word if isinstance(word, bytes) else str(word).encode()
                out += b'$%d\r\n%b\r\n' % (len(word), word)
        self.connection.sendall(out)
        return [self.receive() for _ in commands]

    def command(self, *words):
        return self.send([words])[0]

    def add(self, stream, payloads, field='payload'):
        for at in range(0, len(payloads), 500):
            self.send([('XADD', stream, '*', field, p) for p in payloads[at:at + 500]])

    def pending(self, stream, group='g'):
        return self.command('XPENDING', stream, group)[0]

    def receive(self):
        """The next reply."""
        line = self.file.readline()
        kind, rest = line[:1], line[1:-2]
        if kind == b'+':
            return rest
        if kind == b':':
            return int(rest)
        if kind == b'-':
            raise RuntimeError(rest.decode())
        if kind == b'$':
            n = int(rest)
            return None if n < 0 else self.file.read(n + 2)[:-2]
        if kind == b'*':
            n = int(rest)
            return None if n < 0 else [self.receive() for _ in range(n)]
        raise RuntimeError(f'no reply: {line!r}')


class Redis(RedisClient):
    """A redis-server on a free port, in a folder of its own; `persist` keeps an append-only file, synced as `fsync` says."""

    def __init__(self, persist=False, fsync='always'):
        self.folder = tempfile.mkdtemp(prefix='portolan-redis-')
        self.port = free_port()
        self.persist, self.fsync = persist, fsync
        self.start()

    def start(self):
        self.process = subprocess.Popen(
            ['redis-server', '--port', str(self.port), '--bind', '127.0.0.1', '--dir', self.folder, '--save', '',
             '--appendonly', 'yes' if self.persist else 'no', '--appendfsync', self.fsync],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        end = time.time() + 60
        while True:
            try:
                self.connect()
                if self.command('PING') == b'PONG':
                    return
            except (OSError, RuntimeError):
                if time.time() > end:
                    raise
                time.sleep(0.02)

    def stop(self):
        self.process.kill()
        self.process.wait()
        self.connection.close()
        shutil.rmtree(self.folder, ignore_errors=True)


class Postgres:
    """A PostgreSQL cluster of its own: a temporary folder, a Unix socket there, a free port of 127.0.0.1, trust.
    `data` puts its data folder elsewhere; `settings` are words like fsync=off; `programs` is the folder of its programs."""

    def __init__(self, data=None, settings=(), programs=None):
        self.folder = tempfile.mkdtemp(prefix='portolan-postgres-')
        self.data = data or f'{self.folder}/data'
        self.settings = ''.join(f' -c {setting}' for setting in settings)
        self.port = free_port()
        self.bin = programs or self.programs()
        os.mkdir(self.data)
        if os.getuid() == 0:
            for folder in (self.folder, self.data):
                shutil.chown(folder, 'postgres', 'postgres')
        self._run('initdb', '-D', self.data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8')
        self.start()

    @staticmethod
    def programs():
        return next((p for p in sorted(pathlib.Path('/usr/lib/postgresql').glob('*/bin'), reverse=True)), pathlib.Path('/usr/bin'))

    def _as_server(self):
        """The server refuses root: then it is the user postgres."""
        return {'user': 'postgres', 'group': 'postgres', 'extra_groups': []} if os.getuid() == 0 else {}

    def _run(self, program, *words):
        subprocess.run([self.bin / program, *words], check=True, cwd='/', stdout=subprocess.DEVNULL, **self._as_server())

    def start(self):
        self._run('pg_ctl', '-D', self.data, '-w', '-l', f'{self.folder}/log', '-o',
                  f'-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1{self.settings}', 'start')
        self._note_pid()

    def restart(self, mode='immediate'):
        self._run('pg_ctl', '-D', self.data, '-w', '-m', mode, '-l', f'{self.folder}/log', 'restart')
        self._note_pid()

    def kill(self):
        """As in a crash; it stays away until start()."""
        self._run('pg_ctl', '-D', self.data, '-w', '-m', 'immediate', 'stop')

    def _note_pid(self):
        """Kept, because a disk without power cannot be asked for it."""
        with open(f'{self.data}/postmaster.pid') as file:
            self.pid = int(file.readline())

    def processes(self):
        """The server's first, then those that it has made."""
        others = subprocess.run(['pgrep', '-P', str(self.pid)], stdout=subprocess.PIPE, text=True).stdout.split()
        return [self.pid, *map(int, others)]

    def signal(self, number):
        """To the server and all its processes, those that end meanwhile aside."""
        for pid in self.processes():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)

    def create(self, database, template='template0'):
        self.psql('postgres', f'CREATE DATABASE {database} TEMPLATE {template}')
        return self.url(database)

    def url(self, database):
        return f'postgresql://postgres@127.0.0.1:{self.port}/{database}'

    def psql(self, database, statement, text=True):
        return subprocess.run([self.bin / 'psql', '-XAtq', '-v', 'ON_ERROR_STOP=1', '-h', self.folder, '-p', str(self.port), '-U',
                               'postgres', '-d', database, '-c', statement], check=True, stdout=subprocess.PIPE, text=text).stdout.strip()

    def psql_file(self, database, script):
        subprocess.run([self.bin / 'psql', '-Xq', '-v', 'ON_ERROR_STOP=1', '-h', self.folder, '-p', str(self.port), '-U', 'postgres',
                        '-d', database], check=True, input=script, stdout=subprocess.DEVNULL, text=True)

    def stop(self):
        self._run('pg_ctl', '-D', self.data, '-w', '-m', 'immediate', 'stop')
        shutil.rmtree(self.folder, ignore_errors=True)


class Database:
    """A SQL store that another program asks as well: a file in a folder (sqlite3), or a new database of a Postgres (psql)."""

    def __init__(self, place, name='s'):
        self.server, self.name = (place, name) if isinstance(place, Postgres) else (None, f'{place}/{name}.db')
        self.kind = 'postgresql' if self.server else 'sqlite'
        self.url = self.server.create(name) if self.server else f'sqlite://{self.name}'

    def sql(self, statement):
        """The first cell, as text; empty where there is none."""
        if self.server:
            return self.server.psql(self.name, statement)
        import sqlite3
        with contextlib.closing(sqlite3.connect(self.name, isolation_level=None, timeout=60)) as db:
            row = db.execute(statement).fetchone()
            return '' if row is None or row[0] is None else str(row[0])

    def at(self, seconds):
        """The moment so many seconds from now, in SQL."""
        return f"now() + interval '{seconds} seconds'" if self.server else f"strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '{seconds} seconds')"


class Pooler:
    """A PgBouncer in front of a Postgres: a temporary folder, a free port of 127.0.0.1, everybody let in. `mode` is session or
    transaction, `sessions` how many of the server's it keeps for a database and user; `settings` are lines of its file."""

    def __init__(self, server, mode, sessions=20, settings=()):
        program = shutil.which('pgbouncer', path=os.environ['PATH'] + ':/usr/sbin') or missing('pgbouncer')
        self.server, self.mode, self.sessions, self.port = server, mode, sessions, free_port()
        self.folder = tempfile.mkdtemp(prefix='portolan-pooler-')
        (pathlib.Path(self.folder) / 'users').write_text('"postgres" ""\n')
        (pathlib.Path(self.folder) / 'ini').write_text('\n'.join([
            '[databases]', f'* = host=127.0.0.1 port={server.port}', '[pgbouncer]', 'listen_addr = 127.0.0.1',
            f'listen_port = {self.port}', 'unix_socket_dir =', 'auth_type = trust', f'auth_file = {self.folder}/users',
            f'logfile = {self.folder}/log', f'pool_mode = {mode}', f'default_pool_size = {sessions}', *settings, '']))
        if os.getuid() == 0:  # it refuses root
            shutil.chown(self.folder, 'postgres', 'postgres')
        self.process = subprocess.Popen([program, f'{self.folder}/ini'], cwd='/', stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL, **server._as_server())
        end = time.time() + 60
        while True:
            try:
                return socket.create_connection(('127.0.0.1', self.port)).close()
            except OSError:
                if time.time() > end:
                    raise
                time.sleep(0.02)

    def url(self, database):
        return f'postgresql://postgres@127.0.0.1:{self.port}/{database}'

    def stop(self):
        self.process.kill()
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


def real_lines(count):
    """`count` payloads: plain text, JSON messages, the log lines and status documents of the data folder, oddities."""
    import csv
    lines = []
    for path in sorted((DATA / 'loghub').glob('*.csv')):
        with open(path, newline='', encoding='utf-8', errors='replace') as f:
            lines += [row['Content'].encode() for row in csv.DictReader(f)]
    nginx = DATA / 'nginx' / 'nginx_plus_status.jsonl'
    if nginx.exists():
        lines += [l.rstrip(b'\n') for l in open(nginx, 'rb')]
    odd = ['tab\there', 'line\nbreak', 'back\\slash', 'both\\\nof them', 'cr\rhere', 'esc\x1b[31m', '', ' ', 'ä€😀', 'x' * 5000,
           '[2025-10-16 14:56:05] Message #1: an imitation\n[2025-10-16 14:56:05] Message #2: of a record', '\u202eright to left']
    lines += [o.encode() for o in odd]
    out = []
    for i in range(count):
        if i % 4 == 0 or not lines:
            out.append(b'plain text message number %d of the run' % i)
        elif i % 4 == 1:
            out.append(json.dumps({'kind': 'message', 'message_number': i, 'content': f'json content {i} ä'}).encode())
        else:
            out.append(lines[i * 7919 % len(lines)])
    return out


def content_of(payload):
    """What the store has to hold for a payload."""
    if payload.lstrip()[:1] == b'{':
        try:
            document = json.loads(payload)
        except ValueError:
            return payload
        if document.get('kind') == 'message' or {'message_number', 'content'} <= document.keys():
            return document['content'].encode()
    return payload


def portolan(*words, check=(0,), **more):
    run = subprocess.run([PROGRAM, *words], **{'stdout': subprocess.PIPE, 'stderr': subprocess.PIPE, **more})
    if check is not None and run.returncode not in check:
        sys.exit(f'{words} ended with {run.returncode}: {run.stderr.decode()[-2000:]}')
    return run


def interrupt(process, delay=0.0):
    """Sends SIGINT so many seconds after the command begins to wait for it, with a blocked signal; before that, it ends as any
    program does. One that has ended is left alone."""
    end = time.time() + 60
    while process.poll() is None:
        with contextlib.suppress(OSError, StopIteration):
            status = pathlib.Path(f'/proc/{process.pid}/status').read_text().splitlines()
            blocked = int(next(line for line in status if line.startswith('SigBlk:')).split()[1], 16)
            if blocked >> (signal.SIGINT - 1) & 1 and not blocked >> (signal.SIGUSR1 - 1) & 1:  # all: a thread is being started
                break
        assert time.time() < end, 'the command does not wait for SIGINT'
        time.sleep(0.001)
    time.sleep(delay)
    process.send_signal(signal.SIGINT)


def rows(run):
    """The rows that a command has printed as JSON lines."""
    return [json.loads(line) for line in run.stdout.splitlines()]


def receive(source, store, *more, **options):
    run = portolan('receive', '--from', source, '--into', store, *more, **options)
    return json.loads(run.stdout.splitlines()[-1]) if run.stdout else {}


def stored(store):
    """Every message's content, as the program lists it."""
    run = portolan('list', 'messages', '--store', store, '--limit', '0', '--format', 'jsonl')
    return collections.Counter(json.loads(line)['content'].encode() for line in run.stdout.splitlines())


def stored_in_sqlite(path):
    """The same, read by another program."""
    import sqlite3
    with contextlib.closing(sqlite3.connect(f'file:{path}?mode=ro', uri=True)) as db:
        db.text_factory = bytes
        return collections.Counter(row[0] for row in db.execute('SELECT content FROM messages'))


def stored_in_postgres(server, database):
    rows = server.psql(database, "SELECT encode(convert_to(content, 'UTF8'), 'hex') FROM messages")
    return collections.Counter(bytes.fromhex(row) for row in rows.split('\n')) if rows or server.psql(
        database, 'SELECT count(*) FROM messages') != '0' else collections.Counter()


def check_batch_files(folder, batch_size=10):
    """Names without gaps, every file but the last full, every line whole."""
    import re
    line = re.compile(rb'\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\] Message #-?\d+: .*\n\Z')
    messages = pathlib.Path(folder) / 'example_receiver' / 'messages'
    files = sorted(messages.iterdir(), key=lambda p: int(p.stem.rsplit('_', 1)[1]))
    for number, path in enumerate(files, 1):
        assert path.name == f'messages_batch_{number:04d}.txt', path.name
        lines = path.read_bytes().split(b'\n')
        assert lines[-1] == b'', f'{path.name}: the last line is torn'
        lines = lines[:-1]
        assert all(line.match(l + b'\n') for l in lines), path.name
        assert len(lines) == batch_size or (number == len(files) and 0 < len(lines) < batch_size), (path.name, len(lines))
    return len(files)


def ledger(payloads):
    return collections.Counter(content_of(p) for p in payloads)


def differences(expected, found):
    missing, extra = expected - found, found - expected
    return '' if not missing and not extra else \
        f'{sum(missing.values())} missing (e.g. {list(missing)[:2]}), {sum(extra.values())} too many (e.g. {list(extra)[:2]})'
