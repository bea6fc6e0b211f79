#!/usr/bin/python3
"""metrics_window.py: the Metrics pane through the accessibility bus (run by window.sh): real series, or some like them, are
imported; a chosen one is described by `Chart` as its file says, several are drawn together and stacked, one is dragged into
the chart and taken out again, a drag zooms, a double click goes back, chosen times open the messages of these times."""
import csv, math, os, sys, tempfile
from windowbus import *

NAB = pathlib.Path(os.environ.get('PORTOLAN_NAB', ROOT.parent / 'shared' / 'data' / 'nab'))
MOST = 12


def files(folder):
    """Real series where they are, else waves of our own; twelve in all."""
    found = sorted(NAB.glob('*.csv')) if NAB.is_dir() else []
    for n in range(len(found), MOST):
        path = pathlib.Path(folder, f'wave_{n}.csv')
        path.write_text('timestamp,value\n' + ''.join(
            f'2014-{1 + day // 28:02}-{1 + day % 28:02} {hour:02}:00:00,{math.sin((day * 24 + hour) / (5 + n)) * (n + 1):.6f}\n'
            for day in range(60) for hour in range(24)))
        found.append(path)
    return found


def expected(path):
    with open(path, newline='') as file:
        rows = [(row['timestamp'], float(row['value'])) for row in csv.DictReader(file)]
    values = [value for _, value in rows]
    latest = max(time for time, _ in rows)
    return len(values), min(values), max(values), max(value for time, value in rows if time == latest)


def figures(description):
    """series, points, min, max, last"""
    parts = dict(part.split('=', 1) for part in description.split(' '))
    return parts['series'], int(parts['points']), float(parts['min']), float(parts['max']), float(parts['last'])


def drag(app, begin, end, shift=False):
    e = app.get('Chart').queryComponent().getExtents(a11y.pyatspi.DESKTOP_COORDS)
    at = lambda share: [str(e.x + int(e.width * share)), str(e.y + e.height // 2)]
    words = ['xdotool'] + (['keydown', 'shift'] if shift else []) + ['mousemove', *at(begin), 'mousedown', '1']
    for step in range(1, 6):
        words += ['mousemove', *at(begin + (end - begin) * step / 5), 'sleep', '0.03']
    subprocess.run(words + ['mouseup', '1'] + (['keyup', 'shift'] if shift else []), check=True)


def drag_to_chart(app, series, row):
    """A row of the list, dragged with the mouse into the chart."""
    cell = series.t.getAccessibleAt(row, 0).queryComponent().getExtents(a11y.pyatspi.DESKTOP_COORDS)
    chart = app.get('Chart').queryComponent().getExtents(a11y.pyatspi.DESKTOP_COORDS)
    x, y = cell.x + cell.width // 2, cell.y + cell.height // 2
    words = ['xdotool', 'mousemove', str(x), str(y), 'mousedown', '1']
    for step in range(1, 9):
        words += ['mousemove', str(x + (chart.x + chart.width // 2 - x) * step // 8),
                  str(y + (chart.y + chart.height // 2 - y) * step // 8), 'sleep', '0.05']
    subprocess.run(words + ['mouseup', '1'], check=True)


def row_of(table, text):
    return next(row for row in range(table.rows) if table.cell(row, 0) == text)


def walk(theme, folder, sources, store):
    empty = f'sqlite://{folder}/empty-{theme}.db'
    portolan('migrate', 'up', '--store', empty)
    app = a11y.App([PROGRAM, empty, '--theme', theme])
    app.choose('Panes', 'Metrics')
    a11y.wait(lambda: app.get('No series yet.'), what='the empty list')
    picture(app, f'metrics-empty-{theme}')
    assert leave(app) == 0

    app = a11y.App([PROGRAM, store, '--theme', theme])
    app.choose('Panes', 'Metrics')
    series = app.table('Series')
    series.wait_rows(lambda n: n == MOST + 1)  # and their group
    for path in sources[:6]:
        name = f'sensor/{path.stem}'
        series.t.clearSelection() if hasattr(series.t, 'clearSelection') else None
        for row in range(MOST + 1):
            series.t.removeRowSelection(row)
        series.select(row_of(series, name))
        a11y.wait(lambda: app.describe('Chart').startswith(f'series={name} '), what=f'the chart of {name}')
        assert figures(app.describe('Chart'))[1:] == expected(path), (app.describe('Chart'), expected(path))
        picture(app, f'metrics-{path.stem}-{theme}')
    whole = app.describe('Chart')

    drag(app, 0.4, 0.6)
    a11y.wait(lambda: figures(app.describe('Chart'))[1] < figures(whole)[1], what='fewer points')
    picture(app, f'metrics-zoomed-{theme}')
    app.press('Back to the times before')
    a11y.wait(lambda: app.describe('Chart') == whole, what='all points')

    other = next(row for row in range(1, MOST + 1) if series.cell(row, 0) not in whole)
    drag_to_chart(app, series, other)
    a11y.wait(lambda: app.describe('Chart').count('series=') == 2, what='the dragged series')
    assert series.cell(other, 0) in app.describe('Chart'), app.describe('Chart')
    picture(app, f'metrics-dragged-{theme}')
    app.get(f'Hide {series.cell(other, 0)}').queryComponent().grabFocus()
    app.key('Delete')
    a11y.wait(lambda: app.describe('Chart') == whole, what='the chart without it')

    for count in (3, MOST):
        series.select(*range(1, count + 1))
        a11y.wait(lambda: app.describe('Chart').count('series=') >= count, what=f'{count} series')
        picture(app, f'metrics-{count}-{theme}')
    for row in range(4, MOST + 1):
        series.t.removeRowSelection(row)
    app.press('A chart for each series')
    a11y.wait(lambda: app.describe('Chart').count('series=') == 1 and app.get('Chart 2'), what='stacked charts')
    picture(app, f'metrics-stacked-{theme}')
    assert not app.unnamed(), app.unnamed()

    drag(app, 0.4, 0.6, shift=True)
    a11y.wait(lambda: app.get('Messages of these times'), what='the chosen times')
    picture(app, f'metrics-chosen-{theme}')
    app.press('Messages of these times')
    a11y.wait(lambda: 'timestamp>=' in app.text('Filter'), what='the filter of the messages')
    assert leave(app) == 0


with tempfile.TemporaryDirectory(prefix='portolan-metrics-') as folder:
    sources = files(folder)[:MOST]
    store = f'sqlite://{folder}/metrics.db'
    for path in sources:
        portolan('import', str(path), '--into', store)
    for theme in ('light', 'dark') if pictures else ('light',):
        walk(theme, folder, sources, store)
print('1 passed, 0 failed')
