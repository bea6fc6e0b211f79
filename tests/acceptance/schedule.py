#!/usr/bin/env python3
"""schedule.py: `schedule` and `run-due` on SQLite and PostgreSQL: what is due runs once, however many run-due there are, on the
store that it was added to; a run-due that is killed takes its command with it, and another has the entry after the lease; what was
missed runs once and is told; what cannot be scheduled is refused in words; no password is kept."""
import signal, sqlite3
from pipeline import *

ENTRY = {'id', 'name', 'command', 'spec', 'next_run_at', 'last_run_at', 'last_result', 'last_exit', 'last_output', 'runner', 'lease_until'}
RUN = {'name', 'store', 'command', 'started_at', 'missed', 'result', 'exit'}


def rows(run):
    return [json.loads(line) for line in run.stdout.splitlines()]


class Sqlite:
    def __init__(self, folder):
        self.path = f'{folder}/s.db'
        self.url = f'sqlite://{self.path}'

    def run(self, sql):
        with contextlib.closing(sqlite3.connect(self.path, isolation_level=None, timeout=30)) as db:
            row = db.execute(sql).fetchone()
            return row[0] if row else None

    def at(self, seconds):
        return f"strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '{seconds} seconds')"


class Server:
    def __init__(self, server):
        self.server = server
        self.url = server.create('schedule')

    def run(self, sql):
        return self.server.psql('schedule', sql)

    def at(self, seconds):
        return f"now() + interval '{seconds} seconds'"


def prove(store):
    def run(*words, check=(0,), **more):
        return portolan(words[0], '--store', store.url, *words[1:], check=check, **more)
    portolan('migrate', 'up', '--store', store.url)
    run('schedule', 'add', 'look', '--every', '1h', '--reason', 'hourly', '--', 'verify', '--record')
    run('schedule', 'add', 'night', '--every', 'daily 02:00', '--', 'stats')
    entries = rows(run('schedule', 'list', '--format', 'jsonl'))
    assert entries == rows(portolan('list', 'schedule', '--store', store.url, '--limit', '0', '--format', 'jsonl')), entries
    assert all(set(entry) == ENTRY for entry in entries) and {entry['name'] for entry in entries} == {'look', 'night'}, entries
    assert not run('run-due').stdout
    for words, says in ((('--every', '1h', '--', 'rm', '-rf'), b'no "rm"'), (('--every', '1h', '--', 'receive', '--from', 'demo:'), b'never ends'),
                        (('--every', '1h', '--', 'run-due'), b'itself'), (('--every', 'soon', '--', 'stats'), b'daily 02:00'),
                        (('--every', '1h'), b'COMMAND'), (('--', 'stats'), b'--every'), (('--every', '1h', '--', 'stats', '--no'), b'no option'),
                        (('--every', '1h', '--', 'stats', '--store', 'postgresql://u:secret@h/d'), b'password')):
        refused = run('schedule', 'add', 'wrong', *words, check=(2,))
        assert says in refused.stderr and b'secret' not in refused.stderr, (words, refused.stderr)
    assert b'already' in run('schedule', 'add', 'look', '--every', '1h', '--', 'stats', check=(2,)).stderr
    assert b'no entry' in run('schedule', 'remove', 'nothing', check=(1,)).stderr

    # Due, and missed four times: ten at once, one of them runs it.
    store.run(f"UPDATE portolan_schedule SET next_run_at = {store.at(-4 * 3600 - 60)} WHERE name = 'look'")
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
    assert int(store.run("SELECT count(*) FROM portolan_jobs WHERE kind = 'verify'")) == 1
    [look] = rows(portolan('list', 'schedule', '--filter', 'name:look', '--store', store.url, '--format', 'jsonl'))
    assert look['last_result'] == 'done' and look['last_output'] and look['runner'] is None, look

    # One that fails: 3, and its words are kept.
    run('schedule', 'add', 'broken', '--every', '1h', '--', 'show', 'message', '999999')
    store.run(f"UPDATE portolan_schedule SET next_run_at = {store.at(-1)} WHERE name = 'broken'")
    failed = run('run-due', '--format', 'jsonl', check=(3,))
    assert rows(failed)[0]['result'] == 'failed' and b'broken failed' in failed.stderr, failed
    assert '999999' in store.run("SELECT last_output FROM portolan_schedule WHERE name = 'broken'")
    killed(store)


def killed(store):
    """A receiver that waits for messages is killed with the run-due that began it."""
    portolan('schedule', 'add', 'long', '--every', '1h', '--store', store.url, '--', 'receive', '--from', 'demo:?rate=5', '--max', '100000')
    store.run("DELETE FROM portolan_schedule WHERE name = 'broken'")
    store.run(f"UPDATE portolan_schedule SET next_run_at = {store.at(-1)} WHERE name = 'long'")
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
    store.run(f"UPDATE portolan_schedule SET lease_until = {store.at(-1)}, command = '[\"stats\"]' WHERE name = 'long'")
    again = rows(portolan('run-due', '--store', store.url, '--format', 'jsonl'))
    assert [row['name'] for row in again] == ['long'] and again[0]['result'] == 'done', again
    assert int(store.run("SELECT count(*) FROM portolan_audit WHERE action = 'lost'")) == 1


with tempfile.TemporaryDirectory(prefix='portolan-schedule-') as folder:
    prove(Sqlite(folder))
    server = Postgres()
    try:
        prove(Server(server))
    finally:
        server.stop()
    (pathlib.Path(folder) / 'files' / 'example_receiver' / 'messages').mkdir(parents=True)
    files = portolan('run-due', '--store', f'file://{folder}/files', check=(1,))
    assert b'keeps no schedule' in files.stderr, files.stderr
print('1 passed, 0 failed')
