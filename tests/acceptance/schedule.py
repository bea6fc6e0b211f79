#!/usr/bin/env python3
"""schedule.py: `schedule` and `run-due` on files, SQLite and PostgreSQL: what is due runs once, however many run-due there are, on
the store that it was added to; a run-due that is killed takes its command with it, and another has the entry after the lease; what
was missed runs once and is told; what cannot be scheduled is refused in words; no password is kept; a backup of files has it."""
import struct, threading
from schedules import *

ENTRY = {'id', 'name', 'command', 'spec', 'next_run_at', 'last_run_at', 'last_result', 'last_exit', 'last_output', 'runner', 'lease_until'}
RUN = {'name', 'store', 'command', 'started_at', 'missed', 'result', 'exit'}


def prove(store):
    def run(*words, check=(0,), **more):
        return portolan(words[0], '--store', store.url, *words[1:], check=check, **more)
    look = ['stats'] if store.kind == 'files' else ['verify', '--record']
    run('schedule', 'add', 'look', '--every', '1h', '--reason', 'hourly', '--', *look)
    run('schedule', 'add', 'night', '--every', 'daily 02:00', '--', 'stats')
    entries = rows(run('schedule', 'list', '--format', 'jsonl'))
    assert entries == rows(portolan('list', 'schedule', '--store', store.url, '--limit', '0', '--format', 'jsonl')), entries
    assert all(set(entry) == ENTRY for entry in entries) and {entry['name'] for entry in entries} == {'look', 'night'}, entries
    assert not run('run-due').stdout
    for words, says in ((('--every', '1h', '--', 'rm', '-rf'), b'no "rm"'), (('--every', '1h', '--', 'receive', '--from', 'demo:'), b'never ends'),
                        (('--every', '1h', '--', 'copy', '--from', 'sqlite:x.db', '--into', 'sqlite:y.db', '--follow'), b'never ends'),
                        (('--every', '1h', '--', 'run-due'), b'itself'), (('--every', 'soon', '--', 'stats'), b'daily 02:00'),
                        (('--every', '1h'), b'COMMAND'), (('--', 'stats'), b'--every'), (('--every', '1h', '--', 'stats', '--no'), b'no option'),
                        (('--every', '1h', '--', 'stats', '--store', 'postgresql://u:secret@h/d'), b'password')):
        refused = run('schedule', 'add', 'wrong', *words, check=(2,))
        assert says in refused.stderr and b'secret' not in refused.stderr, (words, refused.stderr)
    assert b'already' in run('schedule', 'add', 'look', '--every', '1h', '--', 'stats', check=(2,)).stderr
    assert b'no entry' in run('schedule', 'remove', 'nothing', check=(1,)).stderr

    # By its name, due or not; its next time stays as it is.
    [night] = rows(portolan('list', 'schedule', '--filter', 'name:night', '--store', store.url, '--format', 'jsonl'))
    [ran] = rows(run('run-due', '--only', 'night', '--format', 'jsonl'))
    assert ran['name'] == 'night' and ran['missed'] == 0 and ran['result'] == 'done', ran
    [again] = rows(portolan('list', 'schedule', '--filter', 'name:night', '--store', store.url, '--format', 'jsonl'))
    assert again['next_run_at'] == night['next_run_at'] and again['last_result'] == 'done' and not night['last_result'], again
    assert b'no entry "nothing"' in run('run-due', '--only', 'nothing', check=(1,)).stderr

    # Due, and missed four times: ten at once, one of them runs it.
    store.set('look', next_run_at=-4 * 3600 - 60)
    together = [subprocess.Popen([PROGRAM, 'run-due', '--store', store.url, '--format', 'jsonl'], stdout=subprocess.PIPE,
                                 stderr=subprocess.PIPE) for _ in range(10)]
    told, said = [], b''
    for process in together:
        out, err = process.communicate(timeout=300)
        assert process.returncode == 0, err
        told += [json.loads(line) for line in out.splitlines()]
        said += err
    assert len(told) == 1 and set(told[0]) == RUN, told
    assert told[0]['name'] == 'look' and told[0]['missed'] == 4 and told[0]['result'] == 'done' and told[0]['exit'] == 0, told
    assert said.count(b'missed 4 times') == 1, said
    assert store.kind == 'files' or store.sql("SELECT count(*) FROM portolan_jobs WHERE kind = 'verify'") == '1'
    [look] = rows(portolan('list', 'schedule', '--filter', 'name:look', '--store', store.url, '--format', 'jsonl'))
    assert look['last_result'] == 'done' and look['last_output'] and look['runner'] is None, look

    # One that fails: 3, and its words are kept.
    run('schedule', 'add', 'broken', '--every', '1h', '--', 'show', 'message', '999999')
    store.set('broken', next_run_at=-1)
    failed = run('run-due', '--format', 'jsonl', check=(3,))
    assert rows(failed)[0]['result'] == 'failed' and b'broken failed' in failed.stderr, failed
    [broken] = rows(portolan('list', 'schedule', '--filter', 'name:broken', '--store', store.url, '--format', 'jsonl'))
    assert '999999' in broken['last_output'], broken
    assert store.acts() == [('add', 'look'), ('add', 'night'), ('run', 'night'), ('ran', 'night'), ('run', 'look'), ('ran', 'look'),
                            ('add', 'broken'), ('run', 'broken'), ('ran', 'broken')], store.acts()
    killed(store)


def killed(store):
    """A receiver that waits for messages is killed with the run-due that began it."""
    portolan('schedule', 'add', 'long', '--every', '1h', '--store', store.url, '--', 'receive', '--from', 'demo:?rate=5', '--max', '100000')
    portolan('schedule', 'remove', 'broken', '--store', store.url)
    store.set('long', next_run_at=-1)
    runner = subprocess.Popen([PROGRAM, 'run-due', '--store', store.url], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    end = time.time() + 60
    children = []
    while not children:
        assert time.time() < end and runner.poll() is None
        children = subprocess.run(['pgrep', '-P', str(runner.pid)], stdout=subprocess.PIPE, text=True).stdout.split()
    runner.kill()
    runner.wait()
    while any(os.path.exists(f'/proc/{child}') and 'Z' not in open(f'/proc/{child}/stat').read().rsplit(')')[1][:3] for child in children):
        assert time.time() < end, 'the command goes on without its runner'
        time.sleep(0.02)
    assert not portolan('run-due', '--store', store.url).stdout, 'the lease was not kept'
    store.set('long', lease_until=-1, command=['stats'])
    portolan('schedule', 'trust', 'long', '--store', store.url)
    again = rows(portolan('run-due', '--store', store.url, '--format', 'jsonl'))
    assert [row['name'] for row in again] == ['long'] and again[0]['result'] == 'done', again
    assert store.acts().count(('lost', 'long')) == 1


def paths(store, folder):
    """Paths are meant from where the entry was added, wherever run-due is started."""
    here, there = pathlib.Path(folder) / 'here', pathlib.Path(folder) / 'there'
    for each in (here, there):
        each.mkdir()
    words = ['export', 'audit', '--to', 'out.csv'], ['import', 'in.csv', '--sensor', 'x', '--into=sqlite:o.db'], \
        ['compare', 'file:a', store.url], ['receive', '--from', 'rejects:sqlite:b.db', '--max', '1', '--into', 'file:c'], ['verify-backup', '0001'], \
        ['replay', '--ids', '-', '--to', 'redis://h/0?stream=a', '--reason', 'to/x']
    for number, each in enumerate(words):
        run = subprocess.run([PROGRAM, 'schedule', 'add', f'path{number}', '--every', '1d', '--store', store.url, '--', *each], cwd=here,
                             stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        assert run.returncode == 0, (each, run.stderr)
    kept = {row['name']: row['command'] for row in rows(portolan('schedule', 'list', '--store', store.url, '--format', 'jsonl'))}
    kept = [kept[f'path{number}'] if isinstance(kept[f'path{number}'], list) else json.loads(kept[f'path{number}']) for number in range(len(words))]
    assert kept[0] == ['export', 'audit', '--to', f'{here}/out.csv'], kept
    assert kept[1][1] == f'{here}/in.csv' and kept[1][4] == f'--into=sqlite://{here}/o.db', kept
    assert kept[2] == ['compare', f'file://{here}/a', store.url], kept
    assert kept[3][2] == f'rejects:sqlite://{here}/b.db' and kept[3][6] == f'file://{here}/c', kept
    assert kept[4:] == list(words[4:]), kept
    for number in range(1, len(words)):
        portolan('schedule', 'remove', f'path{number}', '--store', store.url)
    store.set('path0', next_run_at=-1)
    run = subprocess.run([PROGRAM, 'run-due', '--store', store.url], cwd=there, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert run.returncode == 0 and (here / 'out.csv').exists() and not any(there.iterdir()), run
    portolan('schedule', 'remove', 'path0', '--store', store.url)


def trusted(store, folder):
    """An entry runs where it was added and as it was: neither changed, nor in a copy, nor for another user's home."""
    portolan('schedule', 'add', 'mine', '--every', '1h', '--store', store.url, '--', 'stats')

    def refused(url=store.url, environment=None):
        run = subprocess.run([PROGRAM, 'run-due', '--store', url], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment)
        assert run.returncode == 3 and not run.stdout and b'schedule trust mine' in run.stderr, run
        only = subprocess.run([PROGRAM, 'run-due', '--store', url, '--only', 'mine'], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              env=environment)
        assert only.returncode == 2 and not only.stdout and b'trust' in only.stderr, only
    store.set('mine', next_run_at=-1)
    refused(environment=os.environ | {'XDG_DATA_HOME': f'{folder}/other-home'})
    out = f'{folder}/stolen.csv'
    store.set('mine', command=['export', 'messages', '--to', out])
    refused()
    assert not os.path.exists(out) and store.acts().count(('run', 'mine')) == 0
    assert b'export messages' in portolan('schedule', 'trust', 'mine', '--store', store.url).stderr
    backup = json.loads(portolan('backup', '--store', store.url).stdout.splitlines()[-1])['file']
    assert rows(portolan('run-due', '--store', store.url, '--format', 'jsonl'))[0]['name'] == 'mine'
    assert os.path.exists(out)
    os.unlink(out)
    if store.kind in ('files', 'sqlite'):
        copy = f'file://{folder}/copy' if store.kind == 'files' else f'sqlite://{folder}/copy.db'
        portolan('restore', backup, '--into', copy)
        refused(copy)
        assert not os.path.exists(out), 'a copy ran what its store does'
    portolan('schedule', 'remove', 'mine', '--store', store.url)
    portolan('schedule', 'trust', 'mine', '--store', store.url, check=(1,))


class Asking(threading.Thread):
    """A server that asks for a password in the clear, and keeps what it is told."""
    def __init__(self):
        super().__init__(daemon=True)
        self.socket = socket.socket()
        self.socket.bind(('127.0.0.1', 0))
        self.socket.listen(5)
        self.port, self.told, self.asked = self.socket.getsockname()[1], b'', 0
        self.start()

    def run(self):
        while True:
            try:
                client = self.socket.accept()[0]
            except OSError:
                return
            with client, contextlib.suppress(OSError):
                client.settimeout(20)
                if len(client.recv(4096)) == 8:  # a request for encryption
                    client.sendall(b'N')
                    client.recv(4096)
                client.sendall(b'R' + struct.pack('!ii', 8, 3))
                self.asked += 1
                self.told += client.recv(4096)


def passwords(store):
    """Passwords go to the schedule's own server alone, whatever entries name."""
    other = Asking()
    names = ('PORTOLAN_PASSWORD', 'PORTOLAN_FROM_PASSWORD', 'PGPASSWORD')
    environment = os.environ | {name: 'geheim-4711' for name in names}
    url = f'postgresql://mallory@127.0.0.1:{other.port}/x?sslmode=disable&connect_timeout=5'
    for name, words in {'store': ['verify', '--store', url], 'compare': ['compare', url, store.url], 'copy': ['copy', '--from', url],
                        'rejects': ['receive', '--from', f'rejects:{url}', '--max', '1']}.items():
        portolan('schedule', 'add', name, '--every', '1d', '--store', store.url, '--', *words)
        store.set(name, next_run_at=-1)
        before = other.asked
        run = subprocess.run([PROGRAM, 'run-due', '--store', store.url], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        assert run.returncode == 3 and other.asked > before and b'geheim' not in other.told, (name, other.asked, other.told, run)
        portolan('schedule', 'remove', name, '--store', store.url)
    other.socket.close()
    portolan('schedule', 'add', 'own', '--every', '1d', '--store', store.url, '--', 'receive', '--from', 'demo:?rate=5', '--max', '100000')
    store.set('own', next_run_at=-1)
    runner = subprocess.Popen([PROGRAM, 'run-due', '--store', store.url], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    end = time.time() + 60
    children, words = [], b''
    while b'receive' not in words:
        assert time.time() < end and runner.poll() is None
        children = subprocess.run(['pgrep', '-P', str(runner.pid)], stdout=subprocess.PIPE, text=True).stdout.split()
        with contextlib.suppress(OSError, IndexError):
            words = pathlib.Path(f'/proc/{children[0]}/cmdline').read_bytes()
    got = pathlib.Path(f'/proc/{children[0]}/environ').read_bytes().split(b'\0')
    assert all(f'{name}=geheim-4711'.encode() in got for name in names), got
    runner.terminate()
    assert runner.wait() == 130
    portolan('schedule', 'remove', 'own', '--store', store.url)


def backed_up(store, folder):
    """A backup of files has the schedule and its acts; a restore in the place of the store brings them back."""
    entries = rows(portolan('schedule', 'list', '--store', store.url, '--format', 'jsonl'))
    file = json.loads(portolan('backup', '--store', store.url).stdout.splitlines()[-1])['file']
    portolan('restore', file, '--into', f'file://{folder}/again')
    again = pathlib.Path(folder) / 'again' / 'example_receiver' / '.portolan' / 'operations'
    assert (again / 'audit.jsonl').read_bytes() == (store.own / 'operations' / 'audit.jsonl').read_bytes()
    assert rows(portolan('schedule', 'list', '--store', f'file://{folder}/again', '--format', 'jsonl')) == entries
    assert rows(portolan('schedule', 'list', '--store', file, '--format', 'jsonl')) == entries
    assert b'reading' in portolan('schedule', 'remove', 'night', '--store', file, check=(1,)).stderr
    portolan('schedule', 'remove', 'night', '--store', store.url)
    portolan('restore', file, '--into', store.url, '--replace', '--confirm', 'files', '--reason', 'the night is missing')
    assert rows(portolan('schedule', 'list', '--store', store.url, '--format', 'jsonl')) == entries


with tempfile.TemporaryDirectory(prefix='portolan-schedule-') as folder:
    os.environ['XDG_DATA_HOME'] = f'{folder}/home'  # where it is kept what is trusted
    files = InFiles(folder)
    assert not portolan('run-due', '--store', files.url).stdout and not files.own.exists(), 'looking left a trace'
    prove(files)
    backed_up(files, folder)
    trusted(files, folder)
    (files.own / 'operations' / 'state.json').write_text('{"schedule": {"entr')
    damaged = portolan('schedule', 'list', '--store', files.url, check=(1,))
    assert b'damaged' in damaged.stderr and b'state.json' in damaged.stderr, damaged
    database = InDatabase(folder)
    prove(database)
    paths(database, folder)
    trusted(database, folder)
    server = Postgres()
    try:
        database = InDatabase(server)
        prove(database)
        passwords(database)
        trusted(database, folder)
    finally:
        server.stop()
print('1 passed, 0 failed')
