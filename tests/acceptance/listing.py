#!/usr/bin/env python3
"""listing.py [FILES]: a folder of 105,120 batch files that another program wrote: `list batches --limit 0` without and
with an index, against a plain Python listing as receiver-service.md describes it; then files added, changed, truncated,
deleted and restored behind its back, all of which must be seen. The folder itself is left as it was."""
import datetime, os, sys, tempfile, time
from pipeline import *

count = int(sys.argv[1]) if len(sys.argv) > 1 else 105_120


def python_listing(messages):
    """The reference's operation 1 and the first and last number of each file."""
    rows = []
    for name in os.listdir(messages):
        if not name.startswith('messages_batch_'):
            continue
        path = os.path.join(messages, name)
        stat = os.stat(path)
        with open(path, encoding='utf-8') as f:
            lines = f.readlines()
        number = lambda line: int(line.split('#')[1].split(':')[0])
        rows.append({'id': int(name[15:-4]), 'filename': name, 'message_count': len(lines), 'file_size_bytes': stat.st_size,
                     'date_created': stat.st_ctime, 'date_modified': stat.st_mtime,
                     'first_message_number': number(lines[0]), 'last_message_number': number(lines[-1])})
    return sorted(rows, key=lambda row: row['id'])


def rows_of(store):
    """The rows, and the seconds that the program took; reading its text is not the program's."""
    with tempfile.TemporaryFile() as out:
        began = time.time()
        portolan('list', 'batches', '--store', store, '--limit', '0', '--format', 'jsonl', stdout=out)
        took = time.time() - began
        out.seek(0)
        return [json.loads(line) for line in out], took


def snapshot(folder):
    return sorted((p.relative_to(folder), p.stat().st_mtime_ns, p.stat().st_size) for p in pathlib.Path(folder).rglob('*'))


with tempfile.TemporaryDirectory(prefix='portolan-listing-') as folder:
    os.environ['XDG_CACHE_HOME'] = f'{folder}/cache'
    messages = pathlib.Path(folder) / 'data' / 'example_receiver' / 'messages'
    messages.mkdir(parents=True)
    when = datetime.datetime(2025, 1, 1)
    for batch in range(count):
        text = ''.join(f'[{when + datetime.timedelta(seconds=30 * (batch * 10 + i)):%Y-%m-%d %H:%M:%S}] '
                       f'Message #{batch * 10 + i + 1}: this is Message N° {batch * 10 + i + 1} being posted into Redis\n' for i in range(10))
        (messages / f'messages_batch_{batch + 1:04d}.txt').write_text(text, encoding='utf-8')
    store = f'file://{folder}/data'
    python_listing(messages)
    before = snapshot(f'{folder}/data')
    began = time.time()
    expected = python_listing(messages)
    python = time.time() - began
    cold, first = rows_of(store)
    warm, second = rows_of(store)
    for _ in range(4):
        warm, again = rows_of(store)
        second = min(second, again)
    compared = ('id', 'filename', 'message_count', 'file_size_bytes', 'first_message_number', 'last_message_number')
    pick = lambda rows: [tuple(row[c] for c in compared) for row in rows]
    assert pick(cold) == pick(expected) and pick(warm) == pick(expected)
    assert snapshot(f'{folder}/data') == before, 'reading left something behind'
    print(f'{count} files: Python {python:.2f} s; without index {first:.2f} s ({first / python:.3f}); with index {second:.3f} s ({second / python:.3f})', flush=True)

    def seen(what):
        assert pick(rows_of(store)[0]) == pick(python_listing(messages)), what
        print('seen:', what)

    name = lambda n: messages / f'messages_batch_{n:04d}.txt'
    kept = name(7).read_bytes()
    kept_stat = name(7).stat()
    (messages / f'messages_batch_{count + 1:04d}.txt').write_text('[2026-01-01 00:00:00] Message #9: new\n')
    seen('added')
    name(3).write_bytes(name(3).read_bytes().replace(b'#21:', b'#99:'))
    seen('changed, same size')
    os.truncate(name(5), len(name(5).read_bytes().split(b'\n')[0]) + 1)
    seen('truncated')
    name(7).unlink()
    seen('deleted')
    name(7).write_bytes(kept.replace(b'#61:', b'#62:'))
    os.utime(name(7), ns=(kept_stat.st_atime_ns, kept_stat.st_mtime_ns))
    seen('restored with its old time and size but other contents')
    for form in ('jsonl', 'csv', 'table'):
        with open('/dev/full', 'wb') as full:
            refused = subprocess.run([PROGRAM, 'list', 'batches', '--store', store, '--limit', '0', '--format', form],
                                     stdout=full, stderr=subprocess.PIPE)
        assert refused.returncode == 1 and b'No space left' in refused.stderr, (form, refused)
    print('a full disk behind standard output is told')
print('1 passed, 0 failed')
