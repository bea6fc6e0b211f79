#!/usr/bin/env python3
"""killat.py N PROGRAM WORD…: runs a program and kills it (SIGKILL) at the Nth of its system calls that others can see the effect of
(syscalls.py), which is not carried out; a call that sends has a second point after it, the answer not read. N of 0 lets it live.
PORTOLAN_EVERY_CALL=1 counts every call but the loader's and the allocator's. The calls of all its threads are counted together, so that
each has its N: strace counts each thread's for itself, and reaches those of a second thread only where it is ahead of the first.
Processes that it begins are not counted and outlive it. The last line on standard output is `calls COUNT LAST`, LAST being the number of the last
counted call in the machine's table. Exit code 137 when it was killed, else the program's."""
import ctypes, os, signal, sys, threading

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))  # run with -I
from syscalls import EVERY, UNRELATED, Effects, is_sending, only_effects

TRACEME, CONT, SYSCALL, SETOPTIONS, GET_SYSCALL_INFO = 0, 7, 24, 0x4200, 0x420e  # <linux/ptrace.h>
TRACESYSGOOD, TRACEFORK, TRACEVFORK, TRACECLONE, TRACEEXEC, TRACESECCOMP, EXITKILL = 0x1, 0x2, 0x4, 0x8, 0x10, 0x80, 0x100000
EXEC_EVENT, SECCOMP_EVENT = 4, 7
WALL = 0x40000000
ENTRY = 1


class Info(ctypes.Structure):  # struct ptrace_syscall_info, as far as it is read
    _fields_ = [('op', ctypes.c_uint8), ('arch', ctypes.c_uint32), ('instruction', ctypes.c_uint64),
                ('stack', ctypes.c_uint64), ('number', ctypes.c_uint64), ('arguments', ctypes.c_uint64 * 6)]


libc = ctypes.CDLL(None, use_errno=True)
libc.ptrace.restype = ctypes.c_long
libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]


class Run:
    """A program that stops at its points."""

    def __init__(self, words, every=EVERY):
        self.every, self.info, self.count, self.last, self.begun, self.known, self.mine = every, Info(), 0, -1, False, set(), {}
        self.go_on, self.effects = SYSCALL if every else CONT, Effects()
        self.pid = os.fork()
        if self.pid == 0:
            libc.ptrace(TRACEME, 0, None, None)
            os.kill(os.getpid(), signal.SIGSTOP)
            if not every:
                only_effects(libc)
            os.execvp(words[0], words)
        os.waitpid(self.pid, 0)
        self.known.add(self.pid)
        more = 0 if every else TRACESECCOMP | TRACEFORK | TRACEVFORK  # what it begins has the filter, too
        if libc.ptrace(SETOPTIONS, self.pid, None, TRACESYSGOOD | TRACECLONE | TRACEEXEC | EXITKILL | more) != 0:
            sys.exit(f'no tracing here: {os.strerror(ctypes.get_errno())}')
        libc.ptrace(self.go_on, self.pid, None, None)

    def is_mine(self, tid):
        """Tells a thread of the program from one of another that this began."""
        if tid not in self.mine:
            self.mine[tid] = os.path.exists(f'/proc/{self.pid}/task/{tid}')
        return self.mine[tid]

    def point(self, number):
        self.count, self.last = self.count + 1, number
        return True

    def entered(self, tid):
        """Returns true at a point, and how the thread goes on."""
        libc.ptrace(GET_SYSCALL_INFO, tid, ctypes.sizeof(self.info), ctypes.byref(self.info))
        number, arguments = self.info.number, self.info.arguments
        self.stop = (tid if self.is_mine(tid) else None, number, list(arguments), self.info.op == ENTRY)
        if self.every:
            return self.info.op == ENTRY and number not in UNRELATED and self.point(number), SYSCALL
        if not self.begun or not self.is_mine(tid) or not self.effects.of(tid, number, arguments):
            return False, CONT
        return self.point(number), SYSCALL if is_sending(tid, number, arguments) else CONT

    def stops(self):
        """Yields at each stop, true at a point, until it ends; returns its status."""
        while True:
            tid, status = os.waitpid(-1, WALL)
            if not os.WIFSTOPPED(status):
                if tid == self.pid:
                    return status
                continue
            self.stop = (None, 0, [], False)
            stopped, event, passed, at_point, how = os.WSTOPSIG(status), status >> 16, 0, False, self.go_on
            if event == SECCOMP_EVENT or (self.every and stopped == signal.SIGTRAP | 0x80):
                at_point, how = self.entered(tid)
            elif stopped == signal.SIGTRAP | 0x80:
                at_point = self.point(self.last)  # it has sent
            elif event:  # a thread or a process was begun, or the program became another
                self.begun = self.begun or event == EXEC_EVENT
            elif tid not in self.known:
                self.known.add(tid)  # its first stop
            else:
                passed = stopped
            yield at_point
            libc.ptrace(how, tid, None, passed)  # fails where it was killed meanwhile, which waitpid tells

    def stopped_at(self):
        """Returns thread, call, arguments and true for its entry, of the last stop; a thread of None: no call of the program."""
        return self.stop

    def end(self):
        os.kill(self.pid, signal.SIGKILL)
        for _ in self.stops():
            pass

    def until(self, nth):
        """Kills it at the nth point; returns its status."""
        stops = self.stops()
        while True:
            try:
                if next(stops) and self.count == nth:
                    os.kill(self.pid, signal.SIGKILL)
            except StopIteration as end:
                return end.value


def serve_others():
    """Lets the processes go on that it began: they stop at their calls as well."""
    os.closerange(0, 1 << 16)
    while True:
        try:
            tid, status = os.waitpid(-1, WALL)
        except ChildProcessError:
            return
        if os.WIFSTOPPED(status):
            stopped = os.WSTOPSIG(status)
            libc.ptrace(CONT, tid, None, 0 if status >> 16 or stopped in (signal.SIGTRAP | 0x80, signal.SIGSTOP) else stopped)


def trace(nth, words, tells):
    """Writes the end into a pipe."""
    run = Run(words)
    status = run.until(nth)
    code = 137 if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)
    os.write(tells, f'{code} {run.count} {run.last}'.encode())
    serve_others()


served = []  # tracers whose program has ended
reaping = threading.Lock()  # points are tried on several threads


def at(nth, words, silent=False):
    """Returns its exit code, how many points it had, and the number of the last one's call."""
    with reaping:
        served[:] = [pid for pid in served if os.waitpid(pid, os.WNOHANG)[0] == 0]
    told, tells = os.pipe()
    tracer = os.fork()
    if tracer == 0:
        try:
            if silent:
                nothing = os.open(os.devnull, os.O_RDWR)
                os.dup2(nothing, 1)
                os.dup2(nothing, 2)
            trace(nth, [os.fspath(word) for word in words], tells)
        finally:
            os._exit(1)
    os.close(tells)
    with os.fdopen(told) as answer:
        code, count, last = map(int, answer.read().split())
    with reaping:
        served.append(tracer)
    return code, count, last


if __name__ == '__main__':
    code, *counted = at(int(sys.argv[1]), sys.argv[2:])
    print('calls', *counted, flush=True)
    sys.exit(code)
