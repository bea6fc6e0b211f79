#!/usr/bin/env python3
"""schedule.py: `schedule add`, `schedule remove` and `run-due` killed at kill point after kill point and at random instants, on
files, SQLite and PostgreSQL: an entry is as it was or as it is to be, with its acts in the audit or without them; a command that is
due is run by one runner, and again after the lease where that died. A naive schedule (the document first, its acts after it) is
caught. PORTOLAN_LONG=1 takes every kill point (PORTOLAN_STEP=N: every Nth) and 100 instants."""
from faultlab import *
from schedules import *

POINTS, KILLS = 10, instants(4, 100)


def entries(store):
    return rows(portolan('schedule', 'list', '--store', store.url, '--format', 'jsonl'))


def told(acts):
    """The names that the acts leave in the schedule."""
    left = []
    for action, name in acts:
        if action == 'add':
            assert name not in left, acts
            left.append(name)
        elif action == 'remove':
            left.remove(name)
    return left


def wrong_with(store):
    listed, acts = entries(store), store.acts()
    if sorted(entry['name'] for entry in listed) != sorted(told(acts)):
        return f'{listed} is not what {acts} tell'
    for entry in listed:
        mine = [action for action, name in acts if name == entry['name'] and action not in ('add', 'remove')]
        runs = ''.join({'run': '(', 'ran': ')', 'lost': '!'}[action] for action in mine)
        if runs.replace('()', '').replace('(!', '') != ('(' if entry['runner'] else ''):
            return f'{entry} is not what {runs} tells'
    return ''


def points(last, *words):
    """The kill points of a command: some of the last ones; every STEPth of all in the long form."""
    _, calls, _ = killed_at(0, [PROGRAM, *words])
    return range(1, calls + 1, STEP) if LONG else range(max(1, calls - last), calls + 1, max(1, min(last, calls) // POINTS))


def add_and_remove(store):
    kills = 0
    add = ('schedule', 'add', 'more', '--every', '1d', '--store', store.url, '--', 'stats')
    remove = ('schedule', 'remove', 'more', '--store', store.url)
    for words, back in ((add, remove), (remove, add)):
        def prepare():
            if ('more' in told(store.acts())) == (words is add):
                portolan(*back)

        prepare()
        for nth in points(30, *words):  # where the writing is
            prepare()
            kills += killed_at(nth, [PROGRAM, *words])[0]
            wrong = wrong_with(store)
            assert not wrong, (words, nth, wrong)
    if 'more' in told(store.acts()):
        portolan(*remove)
    return kills


def settle(store, before):
    """After a kill: nothing happened, or the entry is its runner's until the lease is over, or it ran."""
    [entry], acts = entries(store), store.acts()[len(before):]
    wrong = wrong_with(store)
    assert not wrong, wrong
    if entry['runner']:
        assert not portolan('run-due', '--store', store.url).stdout, 'the lease was not kept'
        store.set('tick', lease_until=-1)
        acts = None
    elif acts:
        assert [action for action, _ in acts] == ['run', 'ran'] and entry['last_result'] in ('done', 'interrupted'), (entry, acts)
        return 1
    [run] = rows(portolan('run-due', '--store', store.url, '--format', 'jsonl'))
    assert run['name'] == 'tick' and run['result'] == 'done', run
    assert [action for action, _ in store.acts()[len(before):]] == (['run', 'lost', 'run', 'ran'] if acts is None else ['run', 'ran'])
    wrong = wrong_with(store)
    assert not wrong, wrong
    return 0


def run_due(store, randomly):
    kills, amid = 0, 0
    portolan('schedule', 'add', 'tick', '--every', '1h', '--store', store.url, '--', 'stats')
    store.set('tick', next_run_at=-1)
    words = ('run-due', '--store', store.url)
    due = points(120, *words)
    for nth in [*due, *(0 for _ in range(KILLS))]:
        store.set('tick', next_run_at=-1)
        before = store.acts()
        if nth:
            kills += killed_at(nth, [PROGRAM, *words])[0]
        else:
            process = subprocess.Popen([PROGRAM, *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(randomly.uniform(0.02, 0.5))
            process.kill()
            kills += process.wait() != 0
        amid += 0 < len(store.acts()) - len(before) < 2
        settle(store, before)
    assert amid > 0, 'no kill met a command that ran'
    portolan('schedule', 'remove', 'tick', '--store', store.url)
    return kills, amid


def naive(store):
    """The document is written and the program killed before its acts are."""
    portolan('schedule', 'add', 'naive', '--every', '1h', '--store', store.url, '--', 'stats')
    state = store.state()
    state['audit_bytes'] = state['audit_entries'] = 0
    (store.own / 'operations' / 'state.json').write_text(json.dumps(state))
    assert wrong_with(store), 'an oracle that lets this pass proves nothing'


def prove(store):
    kills = add_and_remove(store)
    more, amid = run_due(store, random.Random(SEED))
    print(f'{store.kind}: {kills + more} kills, {amid} while the command ran', flush=True)


with tempfile.TemporaryDirectory(prefix='portolan-schedule-') as folder:
    os.environ['XDG_DATA_HOME'] = f'{folder}/home'  # where it is kept what is trusted
    files = InFiles(folder)
    prove(files)
    naive(files)
    prove(InDatabase(folder))
    server = Postgres()
    try:
        prove(InDatabase(server))
    finally:
        server.stop()
print('1 passed, 0 failed')
