#!/usr/bin/env python3
"""undo.py [sqlite] [postgresql]: kill -9 of `portolan undo` at kill point after kill point of undoing a promotion, and at
random instants of undoing a replay and a discard of 3,000 messages, undone again each time until it is done. Whatever is killed
when: the table is as it was before the act, each message went back once, and the audit has an entry for each. A naive undo (all
that is pending becomes a dead letter) is caught. PORTOLAN_LONG=1 takes every kill point (PORTOLAN_STEP=N: every Nth) and 200
instants."""
from deadletters import *

COUNT = 3000
ROWS = {'sqlite': "SELECT id, status, retry_count, error_message, message_data, created_at, status_changed_at, processed_at FROM port_messages ORDER BY id",
        'postgresql': 'SELECT CAST(m AS text) FROM port_messages AS m ORDER BY id'}
BACK = {'replay': 'recall', 'discard': 'restore_discarded'}


def command(store, *words):
    return subprocess.run([PROGRAM, *words, '--store', store.url], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def table(store):
    return store.sql(ROWS[store.kind])


def newest(store, action):
    return store.sql(f"SELECT max(id) FROM portolan_audit WHERE action = '{action}'")[0][0]


def wrong_with(store, act, before, entry):
    wrong = []
    if table(store) != before:
        wrong.append('the table is not as it was')
    twice = store.sql(f"SELECT count(*) FROM (SELECT subject_id FROM portolan_audit WHERE action = '{BACK[act]}' AND id > {entry} "
                      'GROUP BY subject_id HAVING count(*) <> 1) AS x')[0][0]
    told = store.sql(f"SELECT count(*) FROM portolan_audit WHERE action = '{BACK[act]}' AND id > {entry}")[0][0]
    if twice != '0' or told != str(COUNT):
        wrong.append(f'{told} entries, {twice} messages with several')
    odd = store.sql('SELECT count(*) FROM portolan_replay_runs AS r WHERE frozen <> queued + replayed + pending + completed + failed_same + '
                    'failed_anew + vanished + skipped + recalled + failed OR recalled <> (SELECT count(*) FROM portolan_replay_items AS i '
                    "WHERE i.run_id = r.id AND i.state = 'recalled')")[0][0]
    if odd != '0':
        wrong.append('items of a run do not add up')
    return '; '.join(wrong)


def at_random_instants(store, act, instants, randomly):
    kills, undone = 0, 0
    while kills < instants:
        store.fill(COUNT)
        before = table(store)
        done = command(store, act, '--filter', 'port_name:orders', '--reason', 'a fault')
        assert done.returncode == 0, done.stderr
        entry = newest(store, act)
        started, tries = time.time(), 0
        while True:
            tries += 1
            process = subprocess.Popen([PROGRAM, 'undo', entry, '--store', store.url, '--reason', 'a fault'],
                                       stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
            try:
                said = process.communicate(timeout=randomly.uniform(0.02, 1.5) * (1 + tries / 4))[1]
                if process.returncode == 0 or 'undone already' in said:
                    break
                assert time.time() - started < 300, said
            except subprocess.TimeoutExpired:
                process.kill()
                process.communicate()
                kills += 1
        undone += 1
        wrong = wrong_with(store, act, before, entry)
        assert not wrong, f'{store.kind}, undoing a {act} after {kills} kills: {wrong}'
    print(f'{store.kind}: {kills} random kills in {undone} undone {act}s of {COUNT}, equal', flush=True)


def at_every_call(store):
    """A promotion is undone or not, and its entry with it."""
    store.sql("DELETE FROM checkpoints", "INSERT INTO checkpoints (checkpoint_name, component_name, checkpoint_data, version, is_latest) "
              "VALUES ('cp', 'c', '{}', 1, FALSE), ('cp', 'c', '{}', 2, TRUE)")
    latest = "SELECT version FROM checkpoints WHERE is_latest"
    nth, points, calls = 1, 0, 0
    while True:
        if store.sql(latest) == [['2']]:
            done = command(store, 'promote', 'checkpoint', 'cp', '1', '--reason', 'a fault')
            assert done.returncode == 0, done.stderr
        entry = newest(store, 'promote')
        killed, calls, _ = killed_at(nth, [PROGRAM, 'undo', entry, '--reason', 'a fault', '--store', store.url])
        told = store.sql(f"SELECT count(*) FROM portolan_audit WHERE action = 'undo' AND id > {entry}")[0][0]
        assert [store.sql(latest), told] in ([[['1']], '0'], [[['2']], '1']), f'{store.kind}, killed at point {nth}: {told} entries'
        if not killed:
            break
        points, nth = points + 1, nth + (STEP if LONG else 31)
    assert points >= (10 if LONG else 2), f'only {points} of {calls} kill points were reached'
    print(f'{store.kind}: undo of a promotion killed at {points} of {calls} kill points, whole or not at all', flush=True)


def naive(store):
    """Does not ask whether the row is as the act left it."""
    store.fill(COUNT)
    before = table(store)
    assert command(store, 'replay', '--filter', 'port_name:orders', '--reason', 'a fault').returncode == 0
    entry = newest(store, 'replay')
    store.sql("UPDATE port_messages SET status = 'dead_letter' WHERE status = 'pending'")
    wrong = wrong_with(store, 'replay', before, entry)
    assert wrong, 'the naive undo was not caught'
    print(f'{store.kind}: the naive variant is caught: {wrong}', flush=True)


def main():
    randomly = random.Random(SEED)
    with tempfile.TemporaryDirectory(prefix='portolan-undo-') as folder, contextlib.ExitStack() as stack:
        kinds, server = sys.argv[1:] or ['sqlite', 'postgresql'], None
        if 'postgresql' in kinds:
            server = Postgres()
            stack.callback(server.stop)
        for kind in kinds:
            new = lambda name: DeadLetters(kind, folder, server, f'{name}_{kind}')
            naive(new('naive'))
            at_every_call(new('calls'))
            for act in BACK:
                at_random_instants(new(f'instants_{act}'), act, instants(5), randomly)
    print('1 passed, 0 failed')


main()
