#!/usr/bin/env python3
"""naive.py PORT NAME TARGET ORDER: the receivers that everybody writes first, as counter-examples for the oracle.
Into the file TARGET, from the stream NAME unless said otherwise:
`ack-first` acknowledges a batch and then writes it; `flush` writes, flushes (no sync) and then acknowledges;
`shrug` prints what writing answers and goes on; `pop` takes from the list NAME with LPOP, then writes;
`listen` writes what the channel NAME brings until that is "end"; `subscribe` does so and listens again when the
connection is gone;
`onward` is `flush` that never asks for what it was sent before.
`locked` stores into the SQLite file TARGET, waits a moment for its lock, then leaves the batch and goes on.
`server` stores into the PostgreSQL database TARGET: commits that do not wait for the disk, a limit for waiting for a
lock, answers not looked at."""
import os, pathlib, sqlite3, subprocess, sys, time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / 'acceptance'))
from pipeline import RedisClient


def line(payload):
    return payload.replace(b'\n', b' ') + b'\n'


def to_file(path):
    out = open(path, 'ab')

    def write(payloads):
        for payload in payloads:
            out.write(line(payload))
            out.flush()
    return write


def to_file_shrugging(path):
    out = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)

    def write(payloads):
        try:
            os.write(out, b''.join(map(line, payloads)))
        except OSError as error:
            print(error, file=sys.stderr)
    return write


def to_sqlite(path):
    db = sqlite3.connect(path, timeout=0.1)
    db.execute('CREATE TABLE IF NOT EXISTS lines (line BLOB)')

    def write(payloads):
        try:
            with db:
                db.executemany('INSERT INTO lines VALUES (?)', [(p,) for p in payloads])
        except sqlite3.OperationalError as error:
            print(error, file=sys.stderr)
    return write


def to_server(url):
    psql = subprocess.Popen(['psql', '-XAtq', url], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def ask(statement):
        psql.stdin.write(statement + b';\n\\echo answered\n')
        psql.stdin.flush()
        while (answer := psql.stdout.readline()) != b'answered\n':
            if not answer:
                sys.exit('the server is gone')
    ask(b"SET client_min_messages = 'error'; SET synchronous_commit = off; SET lock_timeout = '100ms'")
    ask(b'CREATE TABLE IF NOT EXISTS lines (line text)')
    return lambda payloads: ask(b'INSERT INTO lines VALUES ' + b', '.join(b"('%b')" % p.replace(b"'", b"''") for p in payloads))


def pop(redis, name, write):
    while popped := redis.command('LPOP', name, '50'):
        write(popped)


def listen(redis, name, write):
    redis.command('SUBSCRIBE', name)
    while (payload := redis.receive()[2]) != b'end':
        write([payload])


def subscribe(redis, name, write):
    while True:
        try:
            redis.connect()
            return listen(redis, name, write)
        except (OSError, RuntimeError) as error:
            print(error, file=sys.stderr)
            time.sleep(0.05)


def stream(redis, name, write, order):
    try:
        redis.command('XGROUP', 'CREATE', name, 'naive', '0')
    except RuntimeError as error:
        if 'BUSYGROUP' not in str(error):
            raise
    begin = '>' if order == 'onward' else '0'
    while True:
        reply = redis.command('XREADGROUP', 'GROUP', 'naive', 'c', 'COUNT', '50', 'BLOCK', '200', 'STREAMS', name, begin)
        entries = reply[0][1] if reply else []
        if not entries:
            if begin == '>':
                return
            begin = '>'
            continue
        ids = [entry[0] for entry in entries]
        if order == 'ack-first':
            redis.command('XACK', name, 'naive', *ids)
        write([entry[1][1] for entry in entries])
        if order != 'ack-first':
            redis.command('XACK', name, 'naive', *ids)


redis, name, target, order = RedisClient(int(sys.argv[1])), *sys.argv[2:5]
write = {'shrug': to_file_shrugging, 'locked': to_sqlite, 'server': to_server}.get(order, to_file)(target)
if order == 'pop':
    pop(redis, name, write)
elif order in ('listen', 'subscribe'):
    {'listen': listen, 'subscribe': subscribe}[order](redis, name, write)
else:
    stream(redis, name, write, order)
