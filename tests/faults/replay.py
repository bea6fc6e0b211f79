#!/usr/bin/env python3
"""replay.py [sqlite] [postgresql]: kill -9 of `portolan replay` at kill point after kill point of a short run, and at
random instants of a run of 2,000, resumed each time, in SQLite and PostgreSQL; in PostgreSQL also with its sessions
terminated throughout. Whatever is killed when: every frozen dead letter was put back once, items, rows and audit agree, and
the items add up to the frozen set. A naive replay (no frozen set, the audit in a transaction of its own) is caught each
time. PORTOLAN_LONG=1 takes every kill point (PORTOLAN_STEP=N: every Nth) and 200 instants."""
import threading
from deadletters import *

class Store(DeadLetters):
    def verify(self, count, run):
        """Empty, or what is wrong. Every one of the `count` was put back and nothing else."""
        one = lambda sql: int(self.sql(sql)[0][0])
        items = f"FROM portolan_replay_items WHERE run_id = '{run}'"
        audited = f"FROM portolan_audit WHERE run_id = '{run}' AND action = 'replay'"
        checks = {
            'items': one(f'SELECT count(*) {items}'),
            'items put back': one(f"SELECT count(*) {items} AND state IN ('replayed', 'pending')"),
            'rows pending': one("SELECT count(*) FROM port_messages WHERE status = 'pending' AND retry_count = 0 AND error_message IS NULL"),
            'audit entries': one(f'SELECT count(*) {audited}'),
            'messages in the audit': one(f'SELECT count(DISTINCT subject_id) {audited}'),
            'counted': one(f"SELECT replayed + pending FROM portolan_replay_runs WHERE id = '{run}' AND frozen = {count} AND state = 'completed'"),
        }
        wrong = [f'{found} {what}, not {count}' for what, found in checks.items() if found != count]
        if one("SELECT count(*) FROM port_messages WHERE status = 'dead_letter' AND port_name = 'mail'") != NEVER_MINE:
            wrong.append('other dead letters were touched')
        if self.kind == 'sqlite' and self.sql('PRAGMA integrity_check') != [['ok']]:
            wrong.append('the database is damaged')
        return '; '.join(wrong)


def at_every_call(store):
    count, nth, points, calls = 40, 1, 0, 0
    while True:
        store.fill(count)
        run = dry_run(store)['run']
        killed, calls, _ = killed_at(nth, [PROGRAM, 'replay', '--store', store.url, '--resume', run])
        if not killed:
            break
        finish(store, run)
        wrong = store.verify(count, run)
        assert not wrong, f'{store.kind}, killed at point {nth}: {wrong}'
        points, nth = points + 1, nth + (STEP if LONG else 61)
    assert points >= (10 if LONG else 2), f'only {points} of {calls} kill points were reached'
    print(f'{store.kind}: replay killed at {points} of {calls} kill points, equal', flush=True)


def freezing_at_calls(store):
    """A run that was being frozen is there as a whole or not at all."""
    nth, points, left = 1, 0, 0
    while True:
        store.fill(40)
        before = int(store.sql('SELECT count(*) FROM portolan_replay_runs')[0][0])
        killed, _, _ = killed_at(nth, [PROGRAM, 'replay', '--store', store.url, '--filter', 'port_name:orders', *FROZEN_FIRST, '--dry-run'])
        if not killed:
            break
        new = int(store.sql('SELECT count(*) FROM portolan_replay_runs')[0][0]) - before
        odd = store.sql('SELECT count(*) FROM portolan_replay_runs r WHERE frozen <> 40 OR '
                        '(SELECT count(*) FROM portolan_replay_items i WHERE i.run_id = r.id) <> 40')[0][0]
        assert new in (0, 1) and odd == '0', f'{store.kind}, killed at point {nth} of freezing: {new} runs, {odd} in part'
        points, left, nth = points + 1, left + new, nth + (STEP if LONG else 61)
    print(f'{store.kind}: freezing killed at {points} kill points: whole {left} times, else nothing', flush=True)


def at_random_instants(store, instants, randomly):
    count, kills, resumed = 2000, 0, 0
    while kills < instants:
        store.fill(count)
        run = dry_run(store)['run']
        while True:
            process = subprocess.Popen([PROGRAM, 'replay', '--store', store.url, '--resume', run, '--rate', '4000'],
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            try:
                process.wait(randomly.uniform(0, 0.5))
                if process.returncode == 0:
                    break
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
                kills += 1
        resumed += 1
        finish(store, run)
        wrong = store.verify(count, run)
        assert not wrong, f'{store.kind}, after {kills} kills: {wrong}'
    print(f'{store.kind}: {kills} random kills in {resumed} runs of {count}, equal', flush=True)


def while_sessions_are_terminated(store):
    count = 2000
    store.fill(count)
    run = dry_run(store)['run']
    done, terminated = threading.Event(), 0

    def terminate():
        nonlocal terminated
        while not done.wait(0.05):
            terminated += int(store.server.psql('postgres', "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
                                                            f"WHERE datname = '{store.database}' AND application_name LIKE 'portolan%'"))
    thread = threading.Thread(target=terminate)
    thread.start()
    ended = [replay(store, '--resume', run, '--rate', '1000') for _ in range(1)]
    while ended[-1].returncode != 0 and len(ended) < 10:
        ended.append(replay(store, '--resume', run, '--rate', '1000'))
    done.set()
    thread.join()
    finish(store, run)
    wrong = store.verify(count, run)
    assert not wrong, wrong
    assert terminated > 3, f'only {terminated} sessions were terminated'
    print(f'postgresql: {terminated} sessions terminated during a run of {count}, equal', flush=True)


def three_at_once(store):
    store.fill(2000)
    run = dry_run(store)['run']
    several = [subprocess.Popen([PROGRAM, 'replay', '--store', store.url, '--resume', run], stdout=subprocess.DEVNULL,
                                stderr=subprocess.PIPE) for _ in range(3)]
    for process in several:
        said = process.communicate()[1]
        assert process.returncode == 0, said
    wrong = store.verify(2000, run)
    assert not wrong, wrong
    print(f'{store.kind}: three programs on one run, each message once', flush=True)


def naive(store):
    """Update and audit in two transactions, killed between them."""
    store.fill(100)
    run = dry_run(store)['run']
    store.sql("UPDATE port_messages SET status = 'pending', retry_count = 0, error_message = NULL WHERE port_name = 'orders'")
    finish(store, run)
    wrong = store.verify(100, run)
    assert wrong, 'the naive replay was not caught'
    print(f'{store.kind}: the naive variant is caught: {wrong}', flush=True)


def main():
    randomly = random.Random(SEED)
    with tempfile.TemporaryDirectory(prefix='portolan-replay-') as folder, contextlib.ExitStack() as stack:
        server = Postgres()
        stack.callback(server.stop)
        kinds = sys.argv[1:] or ['sqlite', 'postgresql']
        for kind in kinds:
            new = lambda name: Store(kind, folder, server, f'{name}_{kind}')
            naive(new('naive'))
            three_at_once(new('three'))
            freezing_at_calls(new('freezing'))
            at_every_call(new('calls'))
            at_random_instants(new('instants'), instants(3), randomly)
        if 'postgresql' in kinds:
            while_sessions_are_terminated(Store('postgresql', folder, server, 'terminated'))
    print('1 passed, 0 failed')


main()
