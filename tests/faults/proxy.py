"""A proxy before a Redis server, on a free port of 127.0.0.1, whose network fails as a test says: cut inside a reply,
black hole, one direction dead, the other end gone without a word, reset, refused. Threads of the test's own process."""
import contextlib, socket, struct, threading, time


class Frames:
    """Finds where replies end in what a Redis server sends (RESP 2)."""

    def __init__(self):
        self.line, self.rest, self.open = b'', 0, []  # unfinished line; bytes of a text to come; elements of arrays to come

    def ends(self, data):
        """The places in `data`, which follows what was seen before, after the last byte of a reply."""
        found, at = [], 0
        while at < len(data):
            if self.rest:
                step = min(self.rest, len(data) - at)
                self.rest -= step
                at += step
                if self.rest:
                    break
            else:
                end = data.find(b'\n', at) + 1
                if not end:
                    self.line += data[at:]
                    break
                line, self.line, at = self.line + data[at:end], b'', end
                size = int(line[1:-2]) if line[:1] in b'$*' else -1
                if line[:1] == b'$' and size >= 0:
                    self.rest = size + 2
                    continue
                if line[:1] == b'*' and size > 0:
                    self.open.append(size)
                    continue
            while self.open:  # something is complete, and with it perhaps the arrays around it
                self.open[-1] -= 1
                if self.open[-1]:
                    break
                self.open.pop()
            if not self.open:
                found.append(at)
        return found


class Link:
    """One connection: the receiver's socket and the server's."""

    def __init__(self, near, far):
        self.near, self.far = near, far
        self.gone = False  # the server's end was closed, and nobody says so
        self.frames, self.passed = Frames(), 0  # bytes of the reply under way that have gone through

    def cut_at(self, data, offset):
        """Where in `data` a reply has `offset` bytes after it and does not end; nothing: nowhere. Notes what passes."""
        begin = 0
        for end in [*self.frames.ends(data), None]:
            size = (len(data) if end is None else end) - begin
            if offset is not None and self.passed <= offset < self.passed + size:
                return begin + offset - self.passed
            self.passed = self.passed + size if end is None else 0
            begin = end
        return None

    def close(self, reset):
        for side in (self.near, self.far):
            with contextlib.suppress(OSError):
                if reset:
                    side.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
                side.shutdown(socket.SHUT_RD)  # wakes the thread that reads it
            with contextlib.suppress(OSError):
                side.close()


class Proxy:
    def __init__(self, port):
        self.server = ('127.0.0.1', port)
        self.lock = threading.Lock()
        self.links = set()
        self.up, self.down = threading.Event(), threading.Event()  # set: that direction flows
        self.offset, self.reset, self.times, self.cuts = None, False, 0, 0
        self.listener = None
        self.port = 0
        self.heal()

    def cut_inside(self, offset, reset, times=1):
        """Cuts the connection once `offset` bytes of a reply, and not its last one, have gone through: by a reset of
        both ends, or closed in order. So many times, one after the other."""
        with self.lock:
            self.offset, self.reset, self.times = offset, reset, times

    def is_armed(self):
        with self.lock:
            return self.times > 0

    def hold(self, up, down):
        """What is sent in these directions stays on its way, as in a black hole; new connections are taken."""
        for event, held in ((self.up, up), (self.down, down)):
            event.clear() if held else event.set()

    def lose_server(self):
        """The server sees each connection end; the receiver is never told, as when a router forgets them."""
        with self.lock:
            for link in self.links:
                link.gone = True
                with contextlib.suppress(OSError):
                    link.far.shutdown(socket.SHUT_RDWR)

    def reset_all(self):
        with self.lock:
            links, self.links = self.links, set()
        for link in links:
            link.close(reset=True)

    def refuse(self):
        """Nobody listens any more, and what was connected is reset."""
        if self.listener:
            self.listener.shutdown(socket.SHUT_RDWR)
            self.listener.close()
            self.listener = None
        self.reset_all()

    def heal(self):
        """Everything flows; what was on its way arrives now."""
        self.up.set()
        self.down.set()
        if not self.listener:
            self.listener = socket.create_server(('127.0.0.1', self.port), backlog=16)  # with SO_REUSEADDR
            self.port = self.listener.getsockname()[1]
            threading.Thread(target=self._accept, args=(self.listener,), daemon=True).start()

    def stop(self):
        self.refuse()
        self.up.set()
        self.down.set()

    def _accept(self, listener):
        with contextlib.suppress(OSError):  # it was closed
            while True:
                near, _ = listener.accept()
                try:
                    far = socket.create_connection(self.server)
                except OSError:
                    near.close()
                    continue
                link = Link(near, far)
                with self.lock:
                    self.links.add(link)
                for pump in (self._pump_up, self._pump_down):
                    threading.Thread(target=pump, args=(link,), daemon=True).start()

    def _drop(self, link, reset=False):
        with self.lock:
            self.links.discard(link)
        link.close(reset)

    def _pump_up(self, link):
        with contextlib.suppress(OSError):
            while data := link.near.recv(65536):
                self.up.wait()
                if not link.gone:
                    link.far.sendall(data)
        self._drop(link)

    def _pump_down(self, link):
        with contextlib.suppress(OSError):
            while data := link.far.recv(65536):
                with self.lock:
                    at = link.cut_at(data, self.offset if self.times else None)
                    if at is not None:
                        self.times -= 1
                        self.cuts += 1
                if at is not None:
                    link.near.sendall(data[:at])
                    self._drop(link, self.reset)
                    return
                self.down.wait()
                link.near.sendall(data)
        if not link.gone:
            self._drop(link)
