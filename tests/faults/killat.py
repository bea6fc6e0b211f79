#!/usr/bin/env python3
"""killat.py N PROGRAM WORD…: runs a program and kills it (SIGKILL) when it enters its Nth system call, which is not
carried out; N of 0 lets it live. The calls of all its threads are counted together, so that every one has its N: strace
counts each thread's for itself, and reaches those of a second thread only where it is ahead of the first. The loader's and
the allocator's calls are not counted. The last line on standard output is `calls COUNT LAST`, LAST being the number of the
last counted call in the machine's table. Exit code 137 when it was killed, else the program's."""
import ctypes, os, signal, sys

TRACEME, SYSCALL, SETOPTIONS, GET_SYSCALL_INFO = 0, 24, 0x4200, 0x420e  # <linux/ptrace.h>
TRACESYSGOOD, TRACECLONE, TRACEEXEC, EXITKILL = 0x1, 0x8, 0x10, 0x100000
WALL = 0x40000000
ENTRY = 1
# x86-64: mmap, mprotect, munmap, brk, madvise, execve, arch_prctl, set_tid_address, rseq, exit_group.
UNRELATED = {9, 10, 11, 12, 28, 59, 158, 218, 334, 231} if os.uname().machine == 'x86_64' else set()


class Info(ctypes.Structure):  # struct ptrace_syscall_info, as far as it is read
    _fields_ = [('op', ctypes.c_uint8), ('arch', ctypes.c_uint32), ('instruction', ctypes.c_uint64),
                ('stack', ctypes.c_uint64), ('number', ctypes.c_uint64), ('arguments', ctypes.c_uint64 * 6)]


libc = ctypes.CDLL(None, use_errno=True)
libc.ptrace.restype = ctypes.c_long
libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]


def traced(words):
    pid = os.fork()
    if pid == 0:
        libc.ptrace(TRACEME, 0, None, None)
        os.execvp(words[0], words)
    os.waitpid(pid, 0)  # it stops as it begins the program
    if libc.ptrace(SETOPTIONS, pid, None, TRACESYSGOOD | TRACECLONE | TRACEEXEC | EXITKILL) != 0:
        sys.exit(f'no tracing here: {os.strerror(ctypes.get_errno())}')
    return pid


def run(nth, words):
    pid, info, count, last, known = traced(words), Info(), 0, -1, set()
    known.add(pid)
    libc.ptrace(SYSCALL, pid, None, None)
    while True:
        tid, status = os.waitpid(-1, WALL)
        if not os.WIFSTOPPED(status):
            if tid == pid:
                break
            continue
        stopped, passed = os.WSTOPSIG(status), 0
        if stopped == signal.SIGTRAP | 0x80:
            libc.ptrace(GET_SYSCALL_INFO, tid, ctypes.sizeof(info), ctypes.byref(info))
            if info.op == ENTRY and info.number not in UNRELATED:
                count, last = count + 1, info.number
                if count == nth:
                    os.kill(pid, signal.SIGKILL)
                    continue
        elif status >> 16:
            pass  # a thread was begun, or the program became another
        elif tid not in known:
            known.add(tid)  # its first stop
        else:
            passed = stopped
        libc.ptrace(SYSCALL, tid, None, passed)  # fails where it was killed meanwhile, which waitpid tells
    print(f'calls {count} {last}', flush=True)
    return 137 if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)


sys.exit(run(int(sys.argv[1]), sys.argv[2:]))
