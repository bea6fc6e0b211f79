#!/usr/bin/env python3
"""fingerprint.py [LINES]: `portolan fingerprint` from outside: a row a line in the same order, the same rows from a file, a
pipe and a slow pipe and in every run, awkward bytes, errors; grouping accuracy (Zhu et al., ICSE 2019) of the eight sets of
loghub through the command, where they are there; LINES lines (1,000,000) in bounded memory."""
import csv, random, re, resource, sys, tempfile, threading, time
from pipeline import *

count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
SETS = ['Apache', 'BGL', 'HDFS', 'Hadoop', 'Linux', 'OpenSSH', 'Spark', 'Zookeeper']


def fingerprint(data, *words, **options):
    return subprocess.run([PROGRAM, 'fingerprint', *words], input=data, capture_output=True, timeout=600, **options)


def rows_of(data):
    """[(group, template)], after looking at what holds for every output."""
    done = fingerprint(data)
    assert done.returncode == 0 and not done.stderr, done
    lines = data.count(b'\n') + (not data.endswith(b'\n') and data != b'')
    assert done.stdout.count(b'\n') == lines and done.stdout.count(b'\t') == lines, data[:200]
    rows = [tuple(row.split('\t')) for row in done.stdout.decode('utf-8').split('\n')[:-1]]
    assert all(re.fullmatch('[0-9a-f]{16}', group) for group, _ in rows)
    templates = dict(rows)
    assert all(templates[group] == template for group, template in rows), 'a group has two templates'
    assert len(set(templates.values())) == len(templates), 'a template has two groups'
    return rows


def accuracy(predicted, true):
    """The part of the messages whose group holds exactly the messages of their true group."""
    groups, true_groups = collections.defaultdict(set), collections.defaultdict(set)
    for i, (a, b) in enumerate(zip(predicted, true)):
        groups[a].add(i)
        true_groups[b].add(i)
    return sum(len(members) for members in true_groups.values()
               if groups[predicted[next(iter(members))]] == members) / len(true)


def read_set(name):
    with open(DATA / 'loghub' / f'{name}.csv', encoding='utf-8', newline='') as file:
        return [(row['Content'].replace('\n', ' '), row['EventId']) for row in csv.DictReader(file)]


def awkward_bytes():
    for data in (b'', b'\n', b'a', b'\r\n\r\n', b'\0\n\xff\xfe\n', b'\xc3\n\xa4', b'a\tb\n', 'x\u2028y\x85z\n'.encode(), b'x' * 300_000 + b'\ny',
                 b'{"a": "b"}\n' * 3, bytes(range(256)), b'<*>\n' * 2):
        rows_of(data)
    seed = random.Random(11)
    for _ in range(20):
        rows_of(bytes(seed.choice(b'ab 12\n\r\t"\'=:.,/<*>\xc3\xbc\xff\0') for _ in range(5000)))
    first, second, third = rows_of(b'order 7 failed\r\norder 12 failed\nother\n')
    assert first == second != third and first[1] == 'order <*> failed', (first, second, third)


def one_result():
    data = b''.join(b'user %d of host%d has no "%d" at /x/%d\nno account %s here\n' % (i, i, i, i, b'abcdefghij'[i % 9:i % 9 + 2])
                    for i in range(2000))
    expected = fingerprint(data).stdout
    assert fingerprint(data).stdout == fingerprint(data, '-').stdout == expected
    with tempfile.NamedTemporaryFile() as file:
        file.write(data)
        file.flush()
        assert fingerprint(b'', file.name).stdout == expected
    with subprocess.Popen([PROGRAM, 'fingerprint'], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as slow:
        def write():
            for at in range(0, len(data), 7001):
                slow.stdin.write(data[at:at + 7001])
                slow.stdin.flush()
                time.sleep(0.01)
            slow.stdin.close()
        writer = threading.Thread(target=write)
        writer.start()
        assert slow.stdout.read() == expected
        writer.join()


def errors():
    missing = fingerprint(b'', '/nowhere/at/all')
    assert missing.returncode == 1 and b'/nowhere/at/all' in missing.stderr and not missing.stdout, missing
    assert fingerprint(b'', '/tmp').returncode == 1
    assert fingerprint(b'', 'a', 'b').returncode == fingerprint(b'', '--no-such').returncode == 2
    assert b'GROUP' in fingerprint(b'', '--help').stdout
    with open('/dev/full', 'wb') as full:
        done = subprocess.run([PROGRAM, 'fingerprint'], input=b'a\n', stdout=full, stderr=subprocess.PIPE, timeout=300)
    assert done.returncode == 1 and done.stderr, done
    with subprocess.Popen([PROGRAM, 'fingerprint'], stdin=subprocess.PIPE, stderr=subprocess.PIPE) as waiting:
        time.sleep(0.5)
        waiting.terminate()
        assert waiting.wait(10) == 130


def loghub():
    if not (DATA / 'loghub').is_dir():
        print(f'no sets in {DATA}/loghub: the grouping accuracy is left out')
        return
    found = {}
    for name in SETS:
        rows = read_set(name)
        groups = [group for group, _ in rows_of(''.join(content + '\n' for content, _ in rows).encode())]
        found[name] = accuracy(groups, [event for _, event in rows])
    mean = sum(found.values()) / len(found)
    print('grouping accuracy:', *(f'{name} {value:.3f}' for name, value in found.items()), f'mean {mean:.4f}', flush=True)
    assert mean >= 0.93


def many_lines():
    """Lines of many users and hosts: three bytes of memory a byte of input would show."""
    names = [''.join(random.Random(i).choices('abcdefghijklmnop', k=7)) for i in range(100_000)]
    with tempfile.NamedTemporaryFile() as file, tempfile.TemporaryFile() as out:
        for i in range(count):
            file.write(f'Failed password for {names[i % len(names)]} from 10.0.{i % 251}.7 port {i % 60000} after {i} ms of waiting\n'.encode())
        file.flush()
        size = os.path.getsize(file.name)
        began = time.time()
        subprocess.run([PROGRAM, 'fingerprint', file.name], stdout=out, check=True, timeout=600)
        took = time.time() - began
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
        print(f'{count:,} lines, {size:,} bytes: {count / took:,.0f} lines/s, at most {peak:,} bytes of memory', flush=True)
        if not os.environ.get('PORTOLAN_SANITIZE'): # these keep what was freed, and more beside what is not
            assert peak < 150_000_000 + 8 * count, peak
        out.seek(0)
        groups = collections.Counter(line.split(b'\t')[0] for line in out)
        assert sum(groups.values()) == count and len(groups) == 1, len(groups)


awkward_bytes()
one_result()
errors()
loghub()
many_lines()
print('1 passed, 0 failed')
