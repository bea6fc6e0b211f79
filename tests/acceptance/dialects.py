#!/usr/bin/env python3
"""dialects.py: one data set, written by Python's csv module in every way that others write it (separator, decimal mark, marked
thousands, quoting, encoding, line ends, forms of time, names, comments, sep=, gzip; every pair of two such choices, with
PORTOLAN_LONG=1 some thousand combinations), is stored value by value as it is, once; a changed row is told. InfluxDB's annotated
CSV, JSON arrays, what can be read in two ways, what is cut off, and files longer than what is held of them."""
import contextlib, csv, datetime, gzip, io, itertools, json, random, resource, sqlite3, tempfile
from pipeline import *

ROWS = 36
START = datetime.datetime(2026, 1, 5, 10, 11, 12, 250000)
UNIX = datetime.datetime(1970, 1, 1)
chosen = random.Random(24)
passed = 0


def check(what, found, wanted):
    global passed
    if found != wanted:
        sys.exit(f'{what}: {found!r}, expected {wanted!r}')
    passed += 1


TIMES = [START + datetime.timedelta(hours=17.5 * i, seconds=0.5 * i) for i in range(ROWS)]
TRUTH = [(t, round(-4 + i * 0.37, 2), None if i == 7 else 1234.5 + 98765 * i, i * 1000 + 12) for i, t in enumerate(TIMES)]
NOTES = ['plain', 'a, b; c\td|e', 'two\nlines', 'said "so"', "it's", 'Käse €']


def unix(t, scale):
    return (t - UNIX) // datetime.timedelta(microseconds=1) * scale // 1_000_000


def clock(t, digits=3):
    return t.strftime('%H:%M:%S.') + f'{t.microsecond:06}'[:digits]


FORMS = {
    'iso': lambda t: t.strftime('%Y-%m-%d ') + clock(t),
    'zone': lambda t: (t + datetime.timedelta(hours=2)).strftime('%Y-%m-%dT%H:%M:%S.%f') + '+02:00',
    'ymd': lambda t: t.strftime('%Y/%m/%d ') + clock(t),
    'dmy': lambda t: t.strftime('%d.%m.%Y ') + clock(t),
    'slashes': lambda t: t.strftime('%d/%m/%Y ') + clock(t),
    'mdy': lambda t: t.strftime('%m/%d/%Y %I:%M:%S.') + f'{t.microsecond // 1000:03}' + t.strftime(' %p'),
    'names': lambda t: t.strftime('%b %d %Y ') + clock(t),
    'seconds': lambda t: f'{unix(t, 1000) / 1000:.3f}',
    'ms': lambda t: str(unix(t, 1000)),
    'us': lambda t: str(unix(t, 1_000_000)),
    'ns': lambda t: str(unix(t, 1_000_000_000)),
    'compact': lambda t: t.strftime('%Y%m%dT%H%M%S.') + f'{t.microsecond // 1000:03}' + 'Z',
    'julian': lambda t: f'{2440587.5 + unix(t, 1000) / 86_400_000:.9f}',
    'apart': lambda t: (t.strftime('%d.%m.%Y'), clock(t)),
}
CHOICES = {
    'separator': [',', ';', '\t', '|'],
    'decimal': ['.', ','],
    'thousands': ['', '.,', ' ', "'", '\u202f'],
    'quoting': [csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC],
    'encoding': ['utf-8', 'utf-8-sig', 'utf-16', 'utf-16-le', 'utf-16-be', 'utf-16-be-sig'],
    'end': ['\n', '\r\n', '\r'],
    'form': list(FORMS),
    'names': ['yes', 'no', 'comment'],
    'top': ['', 'sep=', '# made by hand\n# at "noon\n'],
    'packed': [False, True],
}


def figure(value, way):
    """A number as somebody in that country writes it."""
    if value is None:
        return ''
    text = f'{value:,}' if way['thousands'] else f'{value}'
    mark = {'.,': '.' if way['decimal'] == ',' else ','}.get(way['thousands'], way['thousands'])
    return text.replace('.', '!').replace(',', mark).replace('!', way['decimal'])


def written(way, rows=TRUTH):
    out = io.StringIO()
    table = csv.writer(out, delimiter=way['separator'], quoting=way['quoting'], lineterminator='\n')
    # A time that is a number has the country's comma, too.
    def when(t):
        text = FORMS[way['form']](t)
        if isinstance(text, tuple):
            return list(text)
        return [text.replace('.', way['decimal']) if way['form'] in ('seconds', 'julian') else text]
    names = (['date', 'time'] if way['form'] == 'apart' else ['time']) + ['temp', 'load', 'count', 'note']
    top = way['top']
    text = f'sep={way["separator"]}\n' if top == 'sep=' else top
    if way['names'] == 'comment':
        text += '# ' + way['separator'].join(names) + '\n'
    elif way['names'] == 'yes':
        table.writerow(names)
    for i, (t, temp, load, count) in enumerate(rows):
        table.writerow([*when(t), figure(temp, way), figure(load, way), figure(count, way), NOTES[i % len(NOTES)]])
    text = (text + out.getvalue()).replace('\n', way['end'])
    codec = way['encoding']
    data = b'\xfe\xff' + text.encode('utf-16-be') if codec == 'utf-16-be-sig' else text.encode(codec)
    return gzip.compress(data) if way['packed'] else data


def ways():
    """Combinations in which every pair of two choices is there."""
    names = list(CHOICES)
    if os.environ.get('PORTOLAN_LONG'):
        return [{name: chosen.choice(CHOICES[name]) for name in names} for _ in range(4000)]
    def pairs(way):
        return {(a, way[a], b, way[b]) for a, b in itertools.combinations(names, 2)}
    open_pairs = {(a, x, b, y) for a, b in itertools.combinations(names, 2) for x in CHOICES[a] for y in CHOICES[b]}
    found = []
    while open_pairs:
        a, x, b, y = next(iter(sorted(open_pairs, key=str)))
        tries = [{**{name: chosen.choice(CHOICES[name]) for name in names}, a: x, b: y} for _ in range(40)]
        best = max(tries, key=lambda way: len(pairs(way) & open_pairs))
        open_pairs -= pairs(best)
        found.append(best)
    return found


def isolated(t):
    return t.strftime('%Y-%m-%dT%H:%M:%S.') + f'{t.microsecond // 1000:03}Z'


def wanted(sensor, names, rows=TRUTH):
    columns = names or ['temp', 'load', 'count']
    return sorted((f'{sensor}.{column}', isolated(t), float(value))
                  for t, *values in rows for column, value in zip(columns, values) if value is not None)


def imported(path, store, *more, check=(0,)):
    run = portolan('import', str(path), '--into', store, *more, check=check)
    return run.stderr if run.returncode in (1, 2) else json.loads(run.stdout.splitlines()[-1])


def in_sqlite(path, statement, *values):
    with contextlib.closing(sqlite3.connect(f'file:{path}?mode=ro', uri=True)) as db:
        return db.execute(statement, values).fetchall()


def stored(path, sensor):
    rows = in_sqlite(path, 'SELECT sensor_id, timestamp, value FROM metrics WHERE sensor_id = ? OR sensor_id LIKE ?',
                     sensor, sensor + '.%')
    return sorted(rows)


def every_way(folder):
    base, store = f'{folder}/ways.db', f'sqlite://{folder}/ways.db'
    all_ways = ways()
    samples = len(wanted('x', None))
    for n, way in enumerate(all_ways):
        path = pathlib.Path(folder) / (f'way{n}.csv' + ('.gz' if way['packed'] else ''))
        path.write_bytes(written(way))
        sensor = f'way{n}'
        pair = way['form'] == 'apart'
        names = [str(3 + i - (not pair)) for i in range(3)] if way['names'] == 'no' else None
        # What nobody could tell: which of 1,234 is meant.
        said = ['--decimal', 'comma' if way['decimal'] == ',' else 'point']
        run = portolan('import', str(path), '--into', store, check=(0, 2, 3))
        more = said if run.returncode == 2 and 'two ways' in run.stderr else []
        if more:
            run = portolan('import', str(path), '--into', store, *more, check=(0, 3))
        if run.returncode != 0:
            sys.exit(f'{way}: {run.stderr}{run.stdout}')
        check(f'{way}: counts', json.loads(run.stdout.splitlines()[-1]),
              {'received': samples, 'stored': samples, 'duplicates': 0, 'rejected': 0, 'gaps': 0})
        check(f'{way}: values', stored(base, sensor), wanted(sensor, names))
        counts = imported(path, store, *more)
        check(f'{way}: again', (counts['stored'], counts['duplicates']), (0, samples))
        if n % 10 == 0: # one value is corrected
            rows = list(TRUTH)
            rows[3] = (*rows[3][:2], rows[3][2] + 1, rows[3][3])
            path.write_bytes(written(way, rows))
            counts = imported(path, store, *more, check=(3,))
            check(f'{way}: corrected', (counts['stored'], counts['duplicates'], counts['rejected']), (0, samples - 1, 1))
        path.unlink()
    print(f'{len(all_ways)} ways, {samples} samples each', flush=True)


INFLUX = '''#group,false,false,true,true,false,false,true,true,true
#datatype,string,long,dateTime:RFC3339,dateTime:RFC3339,dateTime:RFC3339,double,string,string,string
#default,_result,,,,,,,,
,result,table,_start,_stop,_time,_value,_field,_measurement,host
,,0,2026-01-05T00:00:00Z,2026-01-06T00:00:00Z,2026-01-05T10:00:00.5Z,64.25,used,mem,a
,,0,2026-01-05T00:00:00Z,2026-01-06T00:00:00Z,2026-01-05T10:00:10Z,64.5,used,mem,a
,,1,2026-01-05T00:00:00Z,2026-01-06T00:00:00Z,2026-01-05T10:00:00.5Z,12,used,mem,b

#group,false,false,true,true,false,false,true,true
#datatype,string,long,dateTime:RFC3339,dateTime:RFC3339,dateTime:RFC3339,long,string,string
#default,_result,,,,,,,
,result,table,_start,_stop,_time,_value,_field,_measurement
,,2,2026-01-05T00:00:00Z,2026-01-06T00:00:00Z,2026-01-05T10:00:20Z,7,users,system
'''


def influx_forms(folder):
    """What InfluxDB answers (CRLF, annotations in any order, several tables and results, its own types) and what its clients and
    the `influx` command write of it: every form, value by value."""
    base, store = f'{folder}/influx.db', f'sqlite://{folder}/influx.db'
    start = datetime.datetime(2026, 1, 5, 10)
    def nanos(t, digits):
        return t.strftime('%Y-%m-%dT%H:%M:%S') + (f'.{t.microsecond * 1000:09}'[:digits + 1] if digits else '') + 'Z'
    tables = [('mem', 'used', 'double', {'host': 'a'}, [64.25 + i for i in range(5)]),
              ('mem', 'used', 'double', {'host': 'b, "c"'}, [1e-7, 12345678.5]),
              ('disk', 'free', 'unsignedLong', {'host': 'a', 'path': '/var'}, [7, 2**40]),
              ('system', 'users', 'long', {}, [-3, 0])]
    number = 0
    for end, digits, order, annotated, packed, bom, tags_first in itertools.product(
            ['\r\n', '\n'], [0, 3, 9], [('group', 'datatype', 'default'), ('datatype', 'group', 'default'), ('datatype',)],
            [True, False], [False, True], [False, True], [False, True]):
        if (number := number + 1) % 5 and not os.environ.get('PORTOLAN_LONG'):
            continue # a fifth of them has each pair
        parts, wanted_rows = [], []
        sensor_of = {}
        for n, (measurement, field, kind, tags, values) in enumerate(tables):
            names = ['', 'result', 'table', '_start', '_stop', '_time', '_value', '_field', '_measurement']
            types = ['string', 'long', 'dateTime:RFC3339', 'dateTime:RFC3339', 'dateTime:RFC3339' + ('Nano' if digits == 9 else ''), kind,
                     'string', 'string']
            group = ['false', 'false', 'true', 'true', 'false', 'false', 'true', 'true']
            tagged = list(tags)
            if tags_first:
                names[5:5], types[4:4], group[4:4] = tagged, ['string'] * len(tags), ['true'] * len(tags)
            else:
                names, types, group = names + tagged, types + ['string'] * len(tags), group + ['true'] * len(tags)
            lines = {'group': ['#group', *group], 'datatype': ['#datatype', *types], 'default': ['#default', f'r{n % 2}'] + [''] * (len(names) - 2)}
            out = io.StringIO()
            table = csv.writer(out, lineterminator=end)
            if annotated:
                for name in order:
                    table.writerow(lines[name])
            table.writerow(names)
            for i, value in enumerate(values):
                t = start + datetime.timedelta(milliseconds=1500 * i if digits else 2000 * i)
                cells = {'result': '' if 'default' in order and annotated else f'r{n % 2}', 'table': n, '_start': '2026-01-05T00:00:00Z', '_stop': '2026-01-06T00:00:00Z',
                         '_time': nanos(t, digits), '_value': value, '_field': field, '_measurement': measurement, '': '', **tags}
                table.writerow([cells[name] for name in names])
                told = f'{measurement}.{field}' + ''.join(f',{k}={v}' for k, v in sorted(tags.items()))
                wanted_rows.append((told, isolated(t), float(value)))
            parts.append(out.getvalue())
        text = end.join(parts) + end
        data = (b'\xef\xbb\xbf' if bom else b'') + text.encode()
        path = pathlib.Path(folder) / f'flux{number}.csv'
        path.write_bytes(gzip.compress(data) if packed else data)
        one = f'sqlite://{folder}/flux{number}.db'
        what = f'influx {(end, digits, order, annotated, packed, bom, tags_first)}'
        counts = imported(path, one, check=(0, 1, 2, 3))
        check(f'{what}: counts', counts if isinstance(counts, str) else counts['stored'], len(wanted_rows))
        found = in_sqlite(f'{folder}/flux{number}.db', 'SELECT sensor_id, timestamp, value FROM metrics')
        check(f'{what}: values', sorted(found), sorted(wanted_rows))
        check(f'{what}: again', imported(path, one)['duplicates'], len(wanted_rows))


def said_of_the_file(folder):
    """--encoding, --comment and --header are what nobody could find, or against what was found."""
    base, store = f'{folder}/said.db', f'sqlite://{folder}/said.db'
    def put(name, data):
        path = pathlib.Path(folder) / name
        path.write_bytes(data)
        return path
    values = lambda like: in_sqlite(base, 'SELECT sensor_id, timestamp, value FROM metrics WHERE sensor_id LIKE ? ORDER BY timestamp, sensor_id', like)
    day = '2026-01-0{}T00:00:00.000Z'
    # Every letter that Windows-1252 has, in a name and in a text.
    letters = ''.join(bytes([b]).decode('cp1252') for b in range(0x80, 0x100) if b not in (0x81, 0x8d, 0x8f, 0x90, 0x9d))
    west = put('west.csv', f'time;Größe {letters};x\n2026-01-01;1,5;2\n2026-01-02;2,5;3\n'.encode('cp1252'))
    error = imported(west, store, check=(2,))
    check(f'not UTF-8: {error}', 'UTF-8' in str(error) and '--encoding' in str(error), True)
    check('nothing of it', in_sqlite(base, 'SELECT count(*) FROM metrics') if pathlib.Path(base).exists() else [(0,)], [(0,)])
    for name in ['windows-1252', 'cp1252', 'latin1']:
        counts = imported(west, store, '--encoding', name)
        check(f'--encoding {name}', (counts['stored'], counts['duplicates']), (4, 0) if name == 'windows-1252' else (0, 4))
    check('its names', values('west.Gr%'), [(f'west.Größe {letters}', day.format(1), 1.5), (f'west.Größe {letters}', day.format(2), 2.5)])
    # What was found may be wrong, and is told when what was said is.
    wide = put('wide.csv', 'time,v\n2026-01-01,1\n'.encode('utf-16-be'))
    check('--encoding utf-16be', imported(wide, store, '--encoding', 'utf-16be')['stored'], 1)
    counts = imported(wide, f'sqlite://{folder}/wrong.db', '--encoding', 'utf-16le', check=(0, 1, 2, 3))
    check(f'--encoding utf-16le: {counts}', isinstance(counts, bytes) or counts['stored'] == 0, True)
    check('its value', values('wide'), [('wide', day.format(1), 1.0)])
    refused = portolan('import', str(wide), '--into', store, '--encoding', 'ebcdic', check=(2,))
    check('--encoding ebcdic', 'windows-1252' in str(refused.stderr), True)
    # Comments that begin with something else; # is data then.
    for mark in ';%!*/~':
        path = put(f'marked{ord(mark)}.csv', f'{mark} made, by "hand\ntime,a,#b\n2026-01-01,1,2\n{mark} 2026-01-02,9,9\n2026-01-03,3,4\n'.encode())
        counts = imported(path, store, '--comment', mark)
        check(f'--comment {mark}', (counts['stored'], counts['rejected']), (4, 0))
        check(f'--comment {mark}: values', values(f'marked{ord(mark)}.%'),
              [(f'marked{ord(mark)}.{name}', day.format(at), float(value)) for at, name, value in
               [(1, '#b', 2), (1, 'a', 1), (3, '#b', 4), (3, 'a', 3)]])
    for mark in ['', '##', '"', 'ä']:
        check(f'--comment {mark!r}', portolan('import', str(west), '--into', store, '--comment', mark, check=(2,)).returncode, 2)
    # A first row of years is data, or names.
    years = put('years.csv', b'time,2024,2025\n2026-01-01,1,2\n2026-01-02,3,4\n')
    check('--header yes', imported(years, store, '--header', 'yes')['stored'], 4)
    check('--header yes: names', sorted({name for name, *_ in values('years.%')}), ['years.2024', 'years.2025'])
    bare = put('bare.csv', b'2026-01-01,1,2\n2026-01-02,3,4\n')
    check('--header no', imported(bare, store, '--header', 'no')['stored'], 4)
    check('--header no: values', values('bare.%'), [('bare.2', day.format(1), 1.0), ('bare.3', day.format(1), 2.0),
                                                    ('bare.2', day.format(2), 3.0), ('bare.3', day.format(2), 4.0)])
    check('--header maybe', portolan('import', str(bare), '--into', store, '--header', 'maybe', check=(2,)).returncode, 2)


def others(folder):
    base, store = f'{folder}/others.db', f'sqlite://{folder}/others.db'
    def put(name, data):
        path = pathlib.Path(folder) / name
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        return path
    samples = lambda: sorted(in_sqlite(base, 'SELECT sensor_id, timestamp, value FROM metrics'))
    day = '2026-01-05T10:00:'
    influx = put('i.csv', INFLUX)
    check('influx', imported(influx, store)['stored'], 4)
    told = [('mem.used,host=a', day + '00.500Z', 64.25), ('mem.used,host=a', day + '10.000Z', 64.5),
            ('mem.used,host=b', day + '00.500Z', 12.0), ('system.users', day + '20.000Z', 7.0)]
    check('influx values', samples(), told)
    check('influx again', imported(influx, store)['duplicates'], 4)
    bare = ''.join(line + '\n' for line in INFLUX.splitlines() if not line.startswith('#'))
    check('influx without annotations', imported(put('bare.csv', bare), store)['stored'], 4)
    # Long tables: a column of texts tells the rows of one time apart.
    long = 'city,date,low,high\n' + ''.join(f'{city},Jan {day} 2026,{day + k},{day + k + 5}\n'
                                            for k, city in enumerate(['Oslo', 'Rome']) for day in range(1, 9))
    check('long table', imported(put('weather.csv', long), store)['stored'], 32)
    check('its sensors', in_sqlite(base, "SELECT count(*), sum(value) FROM metrics WHERE sensor_id = 'Rome.high'"), [(8, 84.0)])
    # JSON: a list of objects, wide.
    objects = [{'date': f'2026/01/{d:02} 07:30', 'open': d + 0.5, 'close': str(d), 'name': 'x', 'gap': None} for d in range(1, 10)]
    listed = put('ohlc.json', json.dumps(objects, indent=2))
    check('JSON', imported(listed, store, '--columns', 'time=date,value=*')['stored'], 18)
    check('JSON again', imported(listed, store, '--columns', 'time=date,value=*')['duplicates'], 18)
    check('JSON values', in_sqlite(base, "SELECT sum(value), min(timestamp) FROM metrics WHERE sensor_id = 'ohlc.close'"),
          [(45.0, '2026-01-01T07:30:00.000Z')])
    lines = put('packed.jsonl.gz', gzip.compress(''.join(json.dumps({'time': 1_700_000_000 + i, 'value': i}) + '\n'
                                                         for i in range(50)).encode()))
    check('JSON lines, packed', imported(lines, store)['stored'], 50)
    # What is asked back, or not understood, stores nothing.
    before = samples()
    for name, text, word in [('d.csv', 'date,v\n01/02/2026,1\n03/04/2026,2\n', '--times dmy'),
                             ('n.tsv', 'time\tv\n2026-01-01\t1,234\n2026-01-02\t2,345\n', '--decimal comma'),
                             ('p.csv', 'Datum;Wert\r\n13.01.2026 10:00;1.234\r\n14.01.2026 10:00;12.345\r\n', '--decimal comma (it is 1234)'),
                             ('q.csv', 'time,value\n2026-01-05 10:00:00,"1,234"\n', '--decimal point (1234)'),
                             ('w.csv', 'time,a,b\nyesterday,1,2\ntoday,3,4\n', 'do not tell'),
                             ('u.csv', b'\xff\xfet\x00,\x00v\x00\n\x00' + b'\x00\xd8\x31\x00', 'half a character')]:
        error = imported(put(name, text), store, check=(1, 2))
        check(f'{name}: {error}', word in str(error), True)
        check(f'{name}: said once: {error}', len(error.splitlines()), len(set(error.splitlines())))
        check(f'{name} stored', samples(), before)
    # Of a file that is cut off the rows before are stored, and it says so.
    cut = gzip.compress(b'time,value\n' + b''.join(b'%d,%d\n' % (1_600_000_000 + i, i * 7919 % 1000) for i in range(9)))[:-12]
    error = imported(put('z.csv.gz', cut), store, check=(1,))
    check(f'cut off: {error}', 'cut off' in str(error), True)
    stored = in_sqlite(base, "SELECT value FROM metrics WHERE sensor_id = 'z' ORDER BY timestamp")
    check('rows before the cut', stored, [(float(i * 7919 % 1000),) for i in range(len(stored))])
    check('and some', len(stored) >= 1, True)
    check('day first', imported(put('d.csv', 'date,v\n01/02/2026,1\n'), store, '--times', 'dmy')['stored'], 1)
    check('its day', in_sqlite(base, "SELECT timestamp FROM metrics WHERE sensor_id = 'd'"), [('2026-02-01T00:00:00.000Z',)])
    # The same file read otherwise is told, and not taken for stored.
    other = imported(put('d.csv', 'date,v\n01/02/2026,1\n'), store, '--times', 'mdy', check=(3,))
    check('month first', (other['duplicates'], other['rejected']), (0, 1))
    # A late word in a column of numbers is a reject of its own.
    late = 'time,a,b\n' + ''.join(f'2026-01-01 00:00:{s:02},{s},{s / 2}\n' for s in range(40)) + '2026-01-01 00:01:00,broken,7\n'
    counts = imported(put('late.csv', late), store, check=(3,))
    check('a late word', (counts['stored'], counts['rejected']), (81, 1))


def long_files(folder):
    """Memory is bounded, and what the sample did not see is read as well."""
    rows = 400_000
    path = pathlib.Path(folder) / 'big.csv.gz'
    with gzip.open(path, 'wt', encoding='utf-16', compresslevel=1) as file:
        file.write('time;a;b\n')
        for i in range(rows):
            file.write(f'{1_700_000_000 + i};{i},5;{"" if i % 2 else i}\n')
    counts = imported(path, f'sqlite://{folder}/big.db')
    check('a long file', counts['stored'], rows + rows // 2)
    check('its sums', in_sqlite(f'{folder}/big.db', 'SELECT sensor_id, sum(value) FROM metrics GROUP BY 1 ORDER BY 1'),
          [('big.a', rows * (rows - 1) / 2 + rows / 2), ('big.b', (rows / 2) * (rows - 2) / 2)])
    print(f'{resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024} MB at most', flush=True)
    check('memory', resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss < 200 * 1024, True)


def in_postgres(folder):
    """Times to the microsecond, as a server's own times hold them; with the millisecond alone, as rows of before have it, they are
    the same event."""
    postgres = Postgres()
    try:
        server = postgres.create('samples')
        for form in ['us', 'ns', 'zone', 'compact']:
            path = pathlib.Path(folder) / f'{form}.csv'
            times = [START + datetime.timedelta(microseconds=333_337 * i) for i in range(20)]
            text = {'compact': lambda t: t.strftime('%Y%m%dT%H%M%S.%fZ')}.get(form, FORMS[form])
            path.write_text('time;a;b\n' + ''.join(f'{text(t)};{i},25;{i}\n' for i, t in enumerate(times)))
            check(form, imported(path, server)['stored'], 40)
            found = postgres.psql('samples', f"SELECT to_char(timestamp AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US') || ' ' || value "
                                             f"FROM metrics WHERE sensor_id = '{form}.a' ORDER BY timestamp").splitlines()
            check(f'{form} in PostgreSQL', found, [f'{t:%Y-%m-%d %H:%M:%S.%f} {i}.25' for i, t in enumerate(times)])
            check(f'{form} again', imported(path, server)['duplicates'], 40)
            postgres.psql('samples', "UPDATE metrics SET timestamp = date_trunc('milliseconds', timestamp)")
            again = path.with_name(f'{form}.again.csv') # other keys, the same events
            again.write_text(path.read_text() + '\n')
            check(f'{form} as it was', imported(again, server, '--sensor', form)['duplicates'], 40)
            postgres.psql('samples', "UPDATE metrics SET timestamp = timestamp + interval '1 millisecond'")
            other = path.with_name(f'{form}.other.csv')
            other.write_text(path.read_text())
            check(f'{form} otherwise', imported(other, server, '--sensor', form, check=(3,))['rejected'], 40)
    finally:
        postgres.stop()


with tempfile.TemporaryDirectory(prefix='portolan-dialects-') as folder:
    others(folder)
    influx_forms(folder)
    said_of_the_file(folder)
    every_way(folder)
    long_files(folder)
    in_postgres(folder)
print(f'{passed} passed, 0 failed')
