#!/usr/bin/env python3
"""report.py: reports of a SQLite file, a PostgreSQL database and a folder of batch files, with the real series of NAB, dead letters
whose texts are markup, rejects, gaps, replays and silent components. The HTML is parsed strictly, loads and runs nothing, and its
figures are those of `list`; the PDF says the same, has every page's number, nothing beyond a margin, no heading alone at a page's end.
The first page's sentences have the numbers of `list` and `verify`. Times, sections and people choose; mistakes leave no file."""
import base64, datetime, html.parser, re, sqlite3, stat, xml.etree.ElementTree
from pipeline import *

HOSTILE = ['<script>alert("1")</script>', '"><img src=x onerror=alert(1)>', "it's & was <b>bold</b>", ']]> --> {{x}}', '\u202egnp.exe', 'a\x07bell']
SERIES = ['ec2_cpu_utilization_24ae8d', 'machine_temperature_system_failure']
SECTIONS = ['summary', 'dead-letters', 'replays', 'health', 'receiving', 'charts', 'checks', 'gaps']
VOID = {'meta', 'img', 'br', 'hr', 'link', 'input'}


class Page(html.parser.HTMLParser):
    """What is in a page; every element closed in its turn."""

    def __init__(self, path):
        super().__init__(convert_charrefs=True)
        self.path, self.open, self.sections, self.figures, self.pictures, self.tables = path, [], {}, {}, [], []
        self.section = self.term = self.value = None
        self.raw = path.read_text(encoding='utf-8')
        self.feed(self.raw)
        self.close()
        assert not self.open, self.open

    def handle_starttag(self, tag, attributes):
        assert tag not in ('script', 'iframe', 'object', 'embed', 'link', 'base', 'form'), tag
        for name, value in attributes:
            assert not name.startswith('on') and name != 'srcset', (tag, name)
            if name == 'src':
                assert tag == 'img' and value.startswith('data:image/svg+xml;base64,'), value[:80]
                self.pictures.append(base64.b64decode(value.split(',', 1)[1], validate=True))
            if name == 'href':
                assert value.startswith('#') and f'id="{value[1:]}"' in self.raw, value
        attributes = dict(attributes)
        if tag == 'img':
            assert attributes['alt']
        if tag == 'section':
            self.section = attributes['id']
            self.sections[self.section] = ''
        if tag == 'table':
            self.tables.append([])
        if tag == 'tr':
            self.tables[-1].append([])
        if tag in ('td', 'th'):
            self.tables[-1][-1].append('')
        if tag == 'dt':
            self.term = ''
        if tag == 'dd':
            self.value = ''
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open and self.open.pop() == tag, (tag, self.getpos())
        if tag == 'div' and self.value is not None:
            self.figures.setdefault(self.section, {})[self.term] = self.value
            self.value = None
        if tag == 'section':
            self.section = None

    def handle_data(self, text):
        if self.section:
            self.sections[self.section] += text
        if self.open and self.open[-1] in ('td', 'th'):
            self.tables[-1][-1][-1] += text
        if self.open and self.open[-1] == 'dt':
            self.term += text
        if self.open and self.open[-1] == 'dd':
            self.value += text


def plain(text):
    """A text without its thin spaces and line breaks."""
    return re.sub(r'\s+', ' ', re.sub('[\u2009\u202f\u00a0]', '', text))


def number(text):
    return int(re.sub(r'\D', '', text))


def rows(store, what, *more):
    return [json.loads(line) for line in portolan('list', what, '--store', store, '--limit', '0', '--format', 'jsonl', *more).stdout.splitlines()]


def report(store, path, *more, check=(0,)):
    done = portolan('report', '--store', store, '--to', str(path), *more, check=check)
    if done.returncode:
        assert not path.exists()
        return done.stderr.decode()
    told = json.loads(done.stdout.splitlines()[-1])
    assert told == {'file': str(path), 'bytes': path.stat().st_size}, told
    assert stat.S_IMODE(path.stat().st_mode) == 0o600 and sorted(p.name for p in path.parent.iterdir()) == [path.name]
    return Page(path) if path.suffix == '.html' else path


def fill(store, run, db_time, folder):
    """The same of both databases; `run` takes SQL."""
    portolan('demo', '--headless', '--count', '3000', '--store', store)
    portolan('work', '--store', store, '--idle-exit', '1', '--retry-after', '0')
    one = rows(store, 'dead-letters', '--filter', 'error_message~billing-db')[0]['id']
    (folder / 'one.txt').write_text(one + '\n')
    (folder / 'patch.json').write_text('[{"op":"replace","path":"/deadline_ms","value":5000}]')
    portolan('replay', '--store', store, '--ids', str(folder / 'one.txt'), '--edit', str(folder / 'patch.json'), '--reason', 'a longer deadline')
    portolan('work', '--store', store, '--idle-exit', '1', '--retry-after', '0', '--no-story')
    for name in SERIES:
        portolan('import', str(series_file(folder, name)), '--into', store)
    for at, text in enumerate(HOSTILE * 7):
        quoted = text.replace("'", "''")
        run("INSERT INTO port_messages (id, port_name, source_component, target_component, message_data, status, error_message, created_at) "
            f"VALUES ('00000000-0000-4000-8000-{at:012}', 'orders', 'a', 'b', '{json.dumps({'text': text}).replace(chr(39), chr(39) * 2)}', 'dead_letter', "
            f"'{quoted}', '2026-03-{at % 28 + 1:02}T10:00:00{db_time}')")
    run("INSERT INTO system_health (component_name, health_status, health_details, last_heartbeat) VALUES "
        f"""('<i>parser</i>', 'unhealthy', '{{"why":"<script>"}}', '2026-03-01T00:00:00{db_time}')""")


def check_story(store, page, has_tables):
    """The sentences of the first page, by what `list` and `verify` say."""
    story = plain(page.sections['summary'])
    came = sum(batch['message_count'] for batch in rows(store, 'batches'))
    assert re.search(f'\\b{came} messages came in (from|at) ', story), story
    checked = [json.loads(line) for line in portolan('verify', '--store', store, '--format', 'jsonl', check=(0, 3)).stdout.splitlines()]
    found = [row['name'] for row in checked if row['result'] == 'found']
    assert f'{len(checked) - len(found)} of {len(checked)} checks found nothing.' in plain(page.sections['checks']), page.sections['checks']
    for name in found:
        assert name in page.sections['checks'], name
    assert not [row['name'] for row in checked if row['result'] == 'ok' and row['name'] in page.sections['checks']]
    assert 'Messages per' not in page.raw, story
    if not has_tables:
        return
    letters, groups, runs = rows(store, 'dead-letters'), rows(store, 'dead-letter-groups'), rows(store, 'replays')
    assert f'{len(letters)} messages died and are still dead, of {len(groups)} causes, from ' in story, story
    largest = max(groups, key=lambda group: group['count'])
    assert f"{largest['count']} at the port {largest['port_name']}." in story, story
    assert len(runs) == 1 and 'One message was put back: one completed.' in story, story
    assert f'{len(letters)} dead letters; ' in story[story.index('Open: '):], story
    silent = [row['component_name'] for row in rows(store, 'health') if row.get('state') == 'silent']
    assert all(f'{name} since ' in page.sections['health'] for name in silent[:5]), (silent, page.sections['health'])
    assert re.search('The course: Messages (a|every) ', page.sections['summary']), story
    changes = page.sections['summary'][page.sections['summary'].index('What changed'):]
    assert 'config.timeout_ms: 5000 → 3000' in changes and 'billing, version ' in changes and 'processed' not in changes, changes
    causes = plain(page.sections['dead-letters'])
    assert re.search('region = eu-3 in [0-9]+ of [0-9]+ dead, in [0-9]+ of [0-9]+ completed', causes), causes
    check_cause(store)
    assert '⟨host⟩' in causes and 'billing, version 2: config.timeout_ms: 5000 → 3000' in causes, causes


def check_cause(store):
    """The first of what changed before the letters of the sample's story is what somebody did to its pipeline."""
    group = next(row for row in rows(store, 'dead-letter-groups') if 'billing-db' in row['template'])
    before = json.loads(portolan('show', 'dead-letter-group', group['fingerprint'], '--store', store).stdout)['changed_before']
    first = before[0]
    assert (first['kind'], first['subject'], first['routine']) == ('component_state', 'billing', False), before
    assert first['changed'][0] == {'member': 'config.timeout_ms', 'before': '5000', 'after': '3000'}, first
    assert [row['routine'] for row in before] == sorted(row['routine'] for row in before), before


def check_customer(store, folder):
    page = report(store, folder / 'a.html', '--for', 'customer')
    assert list(page.sections) == ['summary', 'dead-letters', 'replays', 'receiving'], list(page.sections)
    for secret in ('order_id', '<script>', store.split('://')[1], 'timeout_ms', 'Just before', 'completed messages'):
        assert secret not in page.raw.replace('&lt;script', '') or secret == '<script>', secret
    handover = report(store, folder / 'a.html', '--for', 'operator', '--span', 'today', '--times', 'local')
    assert '<h1>Handover</h1>' in handover.raw and 'All times are local.' in handover.raw and list(handover.sections) == SECTIONS
    yesterday = report(store, folder / 'a.html', '--span', 'yesterday')
    assert 'Nothing came in.' in yesterday.sections['summary'], yesterday.sections['summary']
    day = 24 * 3600
    told = re.search('From (\\S+ \\S+) UTC to (\\S+ \\S+) UTC', yesterday.raw)
    begin, end = (datetime.datetime.fromisoformat(text) for text in told.groups())
    assert (end - begin).total_seconds() in (day - 3600, day, day + 3600), told


def check_html(store, folder, has_tables):
    folder.mkdir()
    page = report(store, folder / 'a.html')
    assert list(page.sections) == SECTIONS, list(page.sections)
    assert page.raw.startswith('<!DOCTYPE html>\n<html lang="') and 'http://' not in page.raw.replace('http://www.w3.org', '')
    try:
        import html5lib
        html5lib.HTMLParser(strict=True).parse(page.raw)
    except ImportError:
        print('no html5lib: HTML parsed by html.parser alone')
    for picture in page.pictures:
        assert b'<script' not in picture and not re.search(rb'(href|src)\s*=\s*"(?!#|data:)', picture)
        xml.etree.ElementTree.fromstring(picture)
    check_story(store, page, has_tables)
    batches = rows(store, 'batches')
    assert number(page.figures['receiving']['batches']) == len(batches)
    assert number(page.figures['receiving']['messages']) == sum(batch['message_count'] for batch in batches)
    if has_tables:
        letters, groups = rows(store, 'dead-letters'), rows(store, 'dead-letter-groups')
        assert number(page.figures['summary']['dead letters']) == len(letters) and letters
        assert number(page.figures['dead-letters']['groups']) == len(groups)
        common = next(table for table in page.tables if table[0][:2] == ['Count', 'Error'])
        assert sorted(number(row[0]) for row in common[1:]) == sorted((group['count'] for group in groups), reverse=True)[:25][::-1]
        for shown in ('<script>alert("1")</script>', '"><img src=x onerror=alert(1)>', '⟨U+202E⟩', '⟨BEL⟩'):
            assert shown in page.sections['dead-letters'], shown
        assert '<i>parser</i>' in page.sections['health'] and 'silent' in page.sections['health'], page.sections['health']
        assert len(page.pictures) >= len(SERIES)
        check_customer(store, folder)
        march = report(store, folder / 'a.html', '--since', '2026-03-01T00:00:00Z', '--until', '2026-03-08T00:00:00Z')
        within = rows(store, 'dead-letters', '--filter', 'created_at>=2026-03-01 created_at<2026-03-08')
        assert 0 < len(within) < len(letters) and number(march.figures['summary']['dead letters']) == len(within)
        assert not march.figures.get('receiving') or number(march.figures['receiving']['batches']) == 0
        chosen = report(store, folder / 'a.html', '--sections', 'charts,gaps', '--series', f'series:sensor/{SERIES[0]}', '--title', 'Of <one>')
        assert list(chosen.sections) == ['charts', 'gaps'] and len(chosen.pictures) == 1
        assert '<h1>Of &lt;one&gt;</h1>' in chosen.raw and SERIES[0] in chosen.sections['charts']
        (folder.parent / 'weekly.json').write_text(json.dumps({'title': 'Weekly', 'sections': ['gaps'], 'last': '7d'}))
        weekly = report(store, folder / 'a.html', '--template', f'{folder.parent}/weekly.json', '--sections', 'dead-letters,receiving')
        assert '<h1>Weekly</h1>' in weekly.raw and list(weekly.sections) == ['dead-letters', 'receiving']
        week_ago = (datetime.datetime.now(datetime.timezone.utc) - datetime.timedelta(days=7)).isoformat()
        lately = [letter for letter in letters if letter['died_at'] >= week_ago]
        assert number(weekly.figures['receiving']['batches']) == len(batches)
        assert 0 < len(lately) < len(letters) and number(weekly.figures['dead-letters']['dead letters']) == len(lately)
        quiet = report(store, folder / 'a.html', '--sections', 'dead-letters', '--since', '2026-04-01T00:00:00Z', '--until', '2026-04-02T00:00:00Z')
        assert 'No message of this time died' in quiet.sections['dead-letters']
        sample = rows(store, 'metrics', '--filter', f'sensor_id:{SERIES[0]}')
        assert f"{min(row['value'] for row in sample):.6g}"[:5] in chosen.sections['charts'], chosen.sections['charts']
    (folder / 'a.html').unlink()


def check_pdf(store, folder):
    told = plain(report(store, folder / 'a.html').sections['summary'])
    (folder / 'a.html').unlink()
    path = report(store, folder / 'a.pdf')
    assert path.read_bytes().startswith(b'%PDF-')
    if not shutil.which('pdftotext'):
        print('no pdftotext: the PDF was not read')
        return
    pages = subprocess.run(['pdftotext', '-layout', path, '-'], check=True, stdout=subprocess.PIPE, text=True).stdout.split('\f')[:-1]
    headings = {'Summary', 'Receiving', 'Series', 'Dead letters', 'Replays', 'Component health', 'Checks', 'Gaps', 'What they have in common', 'The newest of each'}
    def bare(text):
        """Letters and digits: the other glyphs of a face may come back from a PDF as blanks."""
        return re.sub('[^A-Za-z0-9]+', '', text)

    first = bare(pages[0])
    for sentence in re.findall('[0-9]+ messages came in[^.]*\\.|[0-9]+ messages died[^.]*\\.|One message was put back[^.]*\\.|Open: [^.]*\\.', told):
        assert bare(sentence) in first, (sentence, first)
    assert bare('What changed') in first and bare('config.timeout_ms: 5000 → 3000') in first, first
    found = set()
    for at, page in enumerate(pages):
        lines = [line.strip() for line in page.split('\n') if line.strip()]
        assert f'Page {at + 1} of {len(pages)}' in lines[-1], lines[-1]
        assert lines[-2] not in headings, (at, lines[-2])
        found |= headings & set(lines)
    assert found == headings, headings - found
    boxes = subprocess.run(['pdftotext', '-bbox', path, '-'], check=True, stdout=subprocess.PIPE, text=True).stdout
    size = [float(n) for n in re.search(r'<page width="([\d.]+)" height="([\d.]+)"', boxes).groups()]
    for box in re.findall(r'<word xMin="([-\d.]+)" yMin="([-\d.]+)" xMax="([-\d.]+)" yMax="([-\d.]+)"', boxes):
        left, top, right, bottom = map(float, box)
        assert 40 <= left and right <= size[0] - 40 and 40 <= top and bottom <= size[1] - 40, box
    print(f'PDF of {len(pages)} pages')
    path.unlink()


def check_mistakes(store, folder):
    for words, said in ((['--sections', 'sumary'], 'summary'), (['--since', 'yesterday'], '--since'), (['--span', 'tomorrow'], 'last-night'),
                        (['--span', 'today', '--last', '1d'], 'exclude'), (['--for', 'me'], 'customer'), (['--times', 'CET'], 'local'), (['--series', 'nothing:x'], 'nothing'),
                        (['--since', '2026-01-02T00:00:00Z', '--until', '2026-01-01T00:00:00Z'], 'not after')):
        assert said in report(store, folder / 'b.html', *words, check=(2,)), words
    (folder.parent / 'wrong.json').write_text('{"sectons": []}')
    assert 'sectons' in report(store, folder / 'b.html', '--template', f'{folder.parent}/wrong.json', check=(2,))
    assert '--since' in report(store, folder / 'b.html', '--last', '7d', '--since', '2026-01-01T00:00:00Z', check=(2,))
    assert '.html' in report(store, folder / 'b.txt', check=(2,))
    assert 'Cannot write' in report(store, folder / 'no' / 'b.pdf', check=(1,))


server = Postgres(settings=('fsync=off',))
try:
    with tempfile.TemporaryDirectory(prefix='portolan-report-') as name:
        folder = pathlib.Path(name)
        sqlite = f'sqlite://{folder}/a.db'
        portolan('migrate', '--store', sqlite, 'up')
        with contextlib.closing(sqlite3.connect(f'{folder}/a.db', isolation_level=None)) as db:
            fill(sqlite, db.execute, '.000Z', folder)
        postgresql = server.create('report')
        portolan('migrate', '--store', postgresql, 'up')
        fill(postgresql, lambda sql: server.psql('report', sql), 'Z', folder)
        batches = f'{folder}/batches'
        os.mkdir(batches)
        portolan('demo', '--headless', '--count', '500', '--store', batches)
        for label, store in (('SQLite', sqlite), ('PostgreSQL', postgresql), ('batch files', batches)):
            check_html(store, folder / label, label != 'batch files')
            check_mistakes(store, folder / label)
            if label != 'batch files':
                check_pdf(store, folder / label)
            print(f'{label}: its figures are those of list')
finally:
    server.stop()
print('1 passed, 0 failed')
