#!/usr/bin/env python3
"""naive.py PORT NAME FILE ack-first|flush|onward|pop|subscribe: the receivers that everybody writes first, as
counter-examples for the oracle. `ack-first` acknowledges a batch and then writes it; `flush` writes, flushes (no sync)
and then acknowledges; `onward` does so too, and never asks for what it was sent before; `pop` takes from a list with
LPOP, then writes; `subscribe` writes what a channel brings until that is "end"."""
import pathlib, sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / 'acceptance'))
from pipeline import Redis

port, stream, path, order = int(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4]
redis = Redis.__new__(Redis)
import socket
redis.connection = socket.create_connection(('127.0.0.1', port))
redis.file = redis.connection.makefile('rb')
if order == 'pop':
    with open(path, 'ab') as out:
        while popped := redis.command('LPOP', stream, '50'):
            for payload in popped:
                out.write(payload.replace(b'\n', b' ') + b'\n')
                out.flush()
    sys.exit()
if order == 'subscribe':
    redis.command('SUBSCRIBE', stream)
    with open(path, 'ab') as out:
        while (payload := redis._reply()[2]) != b'end':
            out.write(payload.replace(b'\n', b' ') + b'\n')
            out.flush()
    sys.exit()
try:
    redis.command('XGROUP', 'CREATE', stream, 'naive', '0')
except RuntimeError:
    pass
begin = '>' if order == 'onward' else '0'
with open(path, 'ab') as out:
    while True:
        reply = redis.command('XREADGROUP', 'GROUP', 'naive', 'c', 'COUNT', '50', 'BLOCK', '200', 'STREAMS', stream, begin)
        entries = reply[0][1] if reply else []
        if not entries:
            if begin == '>':
                break
            begin = '>'
            continue
        ids = [entry[0] for entry in entries]
        if order == 'ack-first':
            redis.command('XACK', stream, 'naive', *ids)
        for entry in entries:
            out.write(entry[1][1].replace(b'\n', b' ') + b'\n')
            out.flush()
        if order in ('flush', 'onward'):
            redis.command('XACK', stream, 'naive', *ids)
