"""start.py PROGRAM… -- OTHER: seconds from start to the first picture of a window, and the memory of the program two seconds
later (PSS, MiB), of two programs in turn; the median of nine starts each. In a display of its own, which something else must
have opened and where nothing else moves."""
import ctypes
import os
import re
import signal
import statistics
import subprocess
import sys
import time

x11 = ctypes.CDLL('libX11.so.6')
x11.XOpenDisplay.restype = ctypes.c_void_p
x11.XDefaultRootWindow.argtypes = [ctypes.c_void_p]
x11.XDefaultRootWindow.restype = ctypes.c_ulong
x11.XGetImage.argtypes = [ctypes.c_void_p, ctypes.c_ulong, ctypes.c_int, ctypes.c_int, ctypes.c_uint, ctypes.c_uint, ctypes.c_ulong, ctypes.c_int]
x11.XGetImage.restype = ctypes.c_void_p


class Image(ctypes.Structure):
    _fields_ = [('width', ctypes.c_int), ('height', ctypes.c_int), ('xoffset', ctypes.c_int), ('format', ctypes.c_int), ('data', ctypes.c_void_p)]


class Screen:
    """The middle of the screen, as it is now."""

    def __init__(self):
        self.display = x11.XOpenDisplay(None)
        assert self.display, 'no display'
        self.root = x11.XDefaultRootWindow(self.display)

    def middle(self):
        width, height = 400, 300
        image = x11.XGetImage(self.display, self.root, 440, 260, width, height, 0xffffffff, 2)
        data = ctypes.string_at(ctypes.cast(image, ctypes.POINTER(Image)).contents.data, width * height * 4)
        ctypes.CDLL(None).free(ctypes.c_void_p(ctypes.cast(image, ctypes.POINTER(Image)).contents.data))
        ctypes.CDLL(None).free(ctypes.c_void_p(image))
        return data


def memory(pid):
    """Of the program and of those it has started."""
    total, waiting = 0, [pid]
    while waiting:
        one = waiting.pop()
        try:
            with open(f'/proc/{one}/smaps_rollup', encoding='ascii') as file:
                total += int(re.search(r'^Pss: +(\d+)', file.read(), re.M)[1])
            with open(f'/proc/{one}/task/{one}/children', encoding='ascii') as file:
                waiting += [int(child) for child in file.read().split()]
        except OSError:
            pass
    return total / 1024


def start(screen, words):
    before = screen.middle()
    began = time.monotonic()
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while screen.middle() == before:
        assert process.poll() is None and time.monotonic() < began + 30, 'no window'
        time.sleep(0.002)
    took = time.monotonic() - began
    time.sleep(2)
    used = memory(process.pid)
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    deadline = time.monotonic() + 5
    while screen.middle() != before and time.monotonic() < deadline:
        time.sleep(0.05)
    return took, used


split = sys.argv.index('--')
programs = {'ours': sys.argv[1:split], 'empty window': sys.argv[split + 1:]}
found = {name: [] for name in programs}
screen = Screen()
for _ in range(10):
    for name, words in programs.items():
        found[name].append(start(screen, words))
for name, results in found.items():
    times, sizes = zip(*results[1:])  # the first ones read the files from the disk
    found[name] = statistics.median(times), statistics.median(sizes)
    print(f'{name}: first picture after {found[name][0]:.3f} s ({min(times):.3f} to {max(times):.3f}), {found[name][1]:.1f} MiB')
(ours, our_size), (theirs, their_size) = found.values()
print(f'start {ours / theirs:.2f}, memory {our_size / their_size:.2f}')
