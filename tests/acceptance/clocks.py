#!/usr/bin/env python3
"""clocks.py: dates with their times of day in another column, in every form that programs write both, are stored at the times that
Python reads; a cell that is none is a reject, and a column that looks like the clock and is none is asked back: no row loses its hour.
What the beginning of a file tells holds to its end: a number, a date or a time of another form after it is a reject, wherever it is.
PORTOLAN_LONG=1: all pairs of units."""
import contextlib, csv, datetime, io, itertools, json, shutil, sqlite3, tempfile
from pipeline import *

DAY = datetime.datetime(2026, 1, 13)
passed = 0


def check(what, found, wanted):
    global passed
    if found != wanted:
        sys.exit(f'{what}:\n  {found!r}\n  expected {wanted!r}')
    passed += 1


def isolated(t):
    return t.strftime('%Y-%m-%dT%H:%M:%S.') + f'{t.microsecond // 1000:03}Z'


def stored(path):
    if not pathlib.Path(path).exists():
        return []
    with contextlib.closing(sqlite3.connect(f'file:{path}?mode=ro', uri=True)) as db:
        tables = [name for name, in db.execute("SELECT name FROM sqlite_master WHERE name = 'metrics'")]
        return sorted(db.execute('SELECT timestamp, value FROM metrics')) if tables else []


def reasons(path):
    if not pathlib.Path(path).exists():
        return ''
    with contextlib.closing(sqlite3.connect(f'file:{path}?mode=ro', uri=True)) as db:
        if not list(db.execute("SELECT 1 FROM sqlite_master WHERE name = 'portolan_rejects'")):
            return ''
        return ' '.join(reason for reason, in db.execute('SELECT DISTINCT reason FROM portolan_rejects'))


class Imports:
    """Each file into a database of its own."""
    def __init__(self, folder):
        self.folder, self.number = pathlib.Path(folder), 0
        self.empty = self.folder / 'empty.db'  # migrated once
        portolan('migrate', 'up', '--store', f'sqlite://{self.empty}')

    def __call__(self, text, *more, name='x.csv'):
        self.number += 1
        place = self.folder / str(self.number)
        place.mkdir()
        shutil.copy(self.empty, place / 'x.db')
        (place / name).write_text(text)
        run = portolan('import', str(place / name), '--into', f'sqlite://{place}/x.db', *more, check=(0, 1, 2, 3))
        return run.returncode, stored(place / 'x.db'), (run.stderr + run.stdout).decode() + reasons(place / 'x.db')


DATES = {
    'iso': '%Y-%m-%d', 'points': '%d.%m.%Y', 'slashes': '%d/%m/%Y', 'american': '%m/%d/%Y', 'ymd': '%Y/%m/%d', 'compact': '%Y%m%d',
    'names': '%b %d %Y', 'midnight': '%Y-%m-%d 00:00:00', 'american midnight': '%m/%d/%Y 0:00:00',
}
CLOCKS = {
    'minutes': lambda t: t.strftime('%H:%M'),
    'seconds': lambda t: t.strftime('%H:%M:%S'),
    'one digit': lambda t: f'{t.hour}:{t:%M:%S}',
    'fraction': lambda t: t.strftime('%H:%M:%S.250'),
    'half days': lambda t: t.strftime('%I:%M:%S %p'),
    'zone': lambda t: (t + datetime.timedelta(hours=2)).strftime('%H:%M:%S+02:00') if t.hour < 22 else t.strftime('%H:%M:%SZ'),
    'Access': lambda t: t.strftime('1899-12-30 %H:%M:%S'),
    'Access, German': lambda t: t.strftime('30.12.1899 %H:%M:%S'),
    'Access, American': lambda t: t.strftime('12/30/1899 %I:%M:%S %p'),
    'SQL Server': lambda t: t.strftime('1900-01-01T%H:%M:%S'),
    'Rails': lambda t: t.strftime('2000-01-01 %H:%M:%S UTC'),
    'HHMMSS': lambda t: t.strftime('%H%M%S'),
    'HHMMSS of a number': lambda t: str(int(t.strftime('%H%M%S'))),
    'HHMMSS.SS': lambda t: t.strftime('%H%M%S.25'),
    'HHMM': lambda t: t.strftime('%H%M'),
}
KEPT = {'minutes': 'minute', 'HHMM': 'minute', 'fraction': 250, 'HHMMSS.SS': 250}
NAMES = [('date', 'time'), ('Datum', 'Uhrzeit'), ('Date', 'Start Time'), ('Day', 'Time of day')]


def meant(t, clock):
    kept = KEPT.get(clock)
    return t.replace(second=0) if kept == 'minute' else t.replace(microsecond=kept * 1000) if kept else t


def clocks(run):
    times = [DAY + datetime.timedelta(days=i // 7, hours=(i * 5) % 24, minutes=(i * 7) % 60, seconds=i % 60) for i in range(24)]
    assert any(t.hour == 0 for t in times)
    for (n, (date, form)), (m, (clock, write)) in itertools.product(enumerate(DATES.items()), enumerate(CLOCKS.items())):
        first, second = NAMES[(n + m) % len(NAMES)]
        isBack = (n + m) % 2 == 1 # the clock stands before the date
        out = io.StringIO()
        table = csv.writer(out)
        row = lambda a, b, *more: table.writerow([*((b, a) if isBack else (a, b)), *more])
        row(first, second, 'End Time', 'value')
        for i, t in enumerate(times):
            row(t.strftime(form), write(t), '23:59', i)
        code, found, said = run(out.getvalue())
        check(f'{date} with {clock}, {first}, {second}, {isBack}: {said}', (code, found),
              (0, sorted((isolated(meant(t, clock)), float(i)) for i, t in enumerate(times))))


def odd_cells(run):
    """The rows around a cell that is no time of day keep theirs, few rows or many."""
    times = lambda count: [DAY + datetime.timedelta(minutes=31 * i + 600) for i in range(count)]
    for count, cell, name in itertools.product([2, 3, 40], ['24:00', '24:00:00', '', '?', '25:00', '24:01', '10'], ['time', 'Start Time', 'Uhrzeit']):
        rows = ''.join(f'{t:%d.%m.%Y},{t:%H:%M},{i}\n' for i, t in enumerate(times(count)))
        code, found, said = run(f'date,{name},value\n{rows}{DAY:%d.%m.%Y},{cell},-1\n')
        wanted = [(isolated(t), float(i)) for i, t in enumerate(times(count))]
        isNext = cell.startswith('24:00')
        if isNext:
            wanted.append((isolated(DAY + datetime.timedelta(days=1)), -1.0))
        check(f'{count} rows and {cell!r} in {name}: {said}', (code, found), (0 if isNext else 3, sorted(wanted)))
        if not isNext:
            check(f'the reason: {said}', 'HH:MM:SS' in said, True)
    # 24:00 in one column with its date, in every order of it.
    for date in ['2026-01-13', '2026/01/13', '13.01.2026', '01/13/2026']:
        code, found, said = run(f'time,value\n{date} 10:00,1\n{date} 11:00,2\n{date} 24:00,3\n')
        check(f'{date}: {said}', (code, found), (0, [('2026-01-13T10:00:00.000Z', 1.0), ('2026-01-13T11:00:00.000Z', 2.0),
                                                     ('2026-01-14T00:00:00.000Z', 3.0)]))
    # Hours, as energy's tables have them: 1 to 24.
    code, found, said = run('Date,Hour,Load\n' + ''.join(f'2026-01-13,{h},{h * 2}\n' for h in range(1, 25)))
    check(f'hours: {said}', (code, found), (0, [(isolated(DAY + datetime.timedelta(hours=h)), h * 2.0) for h in range(1, 25)]))
    # A full time beside its own date.
    code, found, said = run('Date,Timestamp,value\n2026-01-13,2026-01-13 10:00:00,1\n2026-01-13,2026-01-13 11:00:00,2\n')
    check(f'a date beside the time: {said}', (code, found), (0, [('2026-01-13T10:00:00.000Z', 1.0), ('2026-01-13T11:00:00.000Z', 2.0)]))


def asked_back(run):
    for name, cells in [('time', ['10h15', '11h15']), ('Uhrzeit', ['10.15 Uhr', '11.15 Uhr']), ('time', ['0.427', '0.468']),
                        ('time', ['1', '2']), ('Time', ['101599', '111599'])]:
        text = f'date,{name},value\n' + ''.join(f'2026-01-13,{cell},{i}\n' for i, cell in enumerate(cells))
        code, found, said = run(text)
        check(f'{name} {cells}: {code} {said}', (code, found, name in said, '--columns' in said), (2, [], True, True))
        code, found, said = run(text, '--columns', 'time=date,value=value')
        check(f'{name} {cells}, the dates alone: {said}', (code, found), (0, [(isolated(DAY), 0.0), (isolated(DAY), 1.0)]))
        code, found, said = run(text, '--columns', f'date=date,time={name},value=value')
        check(f'{name} {cells}, taken: {said}', code in (0, 3) and all(t != isolated(DAY) for t, _ in found), True)
    code, found, said = run('Date,Hour,Minute,Load\n' + ''.join(f'2026-01-13,{h},30,{h}\n' for h in range(5)))
    check(f'hours and minutes apart: {said}', (code, found), (2, []))
    # No clock: a number or a text of its own beside dates.
    for name, cells in [('Response Time', ['12', '14']), ('Time Zone', ['UTC', 'CET']), ('lap', ['a', 'b'])]:
        code, found, said = run(f'date,{name},value\n' + ''.join(f'2026-01-{13 + i},{cell},{i}\n' for i, cell in enumerate(cells)))
        check(f'{name}: {said}', (code, [row for row in found if row[1] < 10]), (0, [(isolated(DAY + datetime.timedelta(days=i)), float(i)) for i in range(2)]))


LONG = 30_000 # minutes, after all rows
BYTES = 290_000 # more than what tells how a file is written


def late_forms(run):
    at = lambda i: DAY + datetime.timedelta(minutes=i)
    iso = lambda t: t.strftime('%Y-%m-%d %H:%M:%S')
    unix = lambda t: int((t - datetime.datetime(1970, 1, 1)).total_seconds())
    def file(write, late, separator=';', figure=lambda i: str(i % 900), names=('time', 'value')):
        count = BYTES // (len(write(at(100))) + len(figure(1)) + 2)
        lines = [separator.join(names)] + [separator.join([write(at(i)), figure(i)]) for i in range(count)]
        return '\n'.join([*lines, separator.join(late)]) + '\n'
    def told(what, text, word, *more, name='x.csv'):
        code, found, said = run(text, *more, name=name)
        check(f'{what}: {said[-400:]}', (code, len(found), word in said), (3, text.count('\n') - 2, True))
    # Numbers that are two, where nothing before them tells.
    for names in [('time', 'value'), ('time', 'load')]:
        for cell in ['1.500', '1,500', '-1.500', '12.345', '"1,500"']:
            told(f'{cell} of {names}', file(iso, (iso(at(LONG)), cell), names=names), '--decimal')
    told('with tabs', file(iso, (iso(at(LONG)), '1,500'), separator='\t'), '--decimal', name='x.tsv')
    told('between commas', file(iso, (iso(at(LONG)), '"1,500"'), separator=','), 'number')
    for cell, form, value in [('1.500', 'point', 1.5), ('1.500', 'comma', 1500.0), ('1,500', 'comma', 1.5), ('1,500', 'point', 1500.0)]:
        code, found, said = run(file(iso, (iso(at(LONG)), cell)), '--decimal', form)
        check(f'{cell} by --decimal {form}: {said}', (code, found[-1]), (0, (isolated(at(LONG)), value)))
    # Where something tells, it is what it is.
    for figure, cell, value in [(lambda i: f'{i % 900},5', '1.500', 1500.0), (lambda i: f'{i % 900}.5', '1.500', 1.5),
                                (lambda i: f'{i % 900},25', '1.500,25', 1500.25)]:
        code, found, said = run(file(iso, (iso(at(LONG)), cell), figure=figure))
        check(f'{cell} after {figure(1)}: {said}', code in (0, 3) and (code == 3 or found[-1] == (isolated(at(LONG)), value)), True)
    told('a comma after points', file(iso, (iso(at(LONG)), '1,5'), figure=lambda i: f'{i % 900}.5'), 'number')
    # Days and months.
    for form, late in [('%d/%m/%Y', '01/14/2026'), ('%m/%d/%Y', '14/01/2026'), ('%d.%m.%Y', '01.14.2026'), ('%Y/%m/%d', '14/01/2026'),
                       ('%Y-%m-%d', '14.01.2026')]:
        told(f'{late} after {form}', file(lambda t: t.strftime(form + ' %H:%M:%S'), (late + ' 10:00:00', '1')), 'time')
    # Units and counts of time.
    ticks = lambda begin, scale: lambda t: str((unix(t) + begin) * scale)
    forms = {'s': ticks(0, 1), 'ms': ticks(0, 1000), 'us': ticks(0, 10**6), 'ns': ticks(0, 10**9), 'webkit': ticks(11644473600, 10**6),
             'filetime': ticks(11644473600, 10**7), 'ticks': ticks(62135596800, 10**7)}
    pairs = list(itertools.permutations(forms, 2))
    for early, late in pairs if os.environ.get('PORTOLAN_LONG') else pairs[::7] + [('s', 'ms')]:
        if {early, late} == {'s', 'ms'}: # told apart number by number, as ever
            code, found, said = run(file(forms[early], (forms[late](at(LONG)), '1')))
            check(f'{late} after {early}: {said}', (code, found[-1][0]), (0, isolated(at(LONG))))
        else:
            told(f'{late} after {early}', file(forms[early], (forms[late](at(LONG)), '1')), 'time')
    for early in ['s', 'us', 'filetime']:
        code, found, said = run(file(forms[early], (forms[early](datetime.datetime(1965, 3, 1)), '1')))
        check(f'1965 in {early}: {said}', (code, found[0][0]), (0, '1965-03-01T00:00:00.000Z'))
    told('a word among clocks', file(lambda t: t.strftime('%d.%m.%Y;%H:%M:%S'), (f'{DAY:%d.%m.%Y}', 'noon', '1'), names=('date', 'clock', 'value')), 'HH:MM:SS')


with tempfile.TemporaryDirectory(prefix='portolan-clocks-') as folder:
    run = Imports(folder)
    odd_cells(run)
    asked_back(run)
    clocks(run)
    late_forms(run)
print(f'{passed} passed, 0 failed')
