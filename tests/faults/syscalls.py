"""Which system calls another program can see the effect of (README: "A kill point is a call with an effect"), by their numbers on
x86-64; on another machine every call counts."""
import ctypes, fcntl, os, struct, sys, zlib

EVERY = os.environ.get('PORTOLAN_EVERY_CALL') == '1' or os.uname().machine != 'x86_64'
# mmap, mprotect, munmap, brk, madvise, execve, arch_prctl, set_tid_address, rseq, exit_group: not even where every call is counted.
UNRELATED = {9, 10, 11, 12, 28, 59, 158, 218, 334, 231} if os.uname().machine == 'x86_64' else set()

WRITING = {1, 18, 20, 296, 328}  # write, pwrite64, writev, pwritev, pwritev2
SENDING = WRITING | {44, 46, 307, 40}  # sendto, sendmsg, sendmmsg, sendfile
ALWAYS = SENDING | {
    326, 275, 276, 278,  # copy_file_range, splice, tee, vmsplice
    82, 264, 316, 87, 263, 86, 265, 88, 266, 83, 258, 84, 133, 259,  # rename*, unlink*, link*, symlink*, mkdir*, rmdir, mknod*
    85, 437, 76, 77, 285,  # creat, openat2, truncate, ftruncate, fallocate
    42, 48, 49, 50, 73,  # connect, shutdown, bind, listen, flock
    90, 91, 268, 452, 92, 93, 94, 260,  # chmod*, chown*
    132, 235, 261, 280, 188, 189, 190, 197, 198, 199,  # utime*, setxattr*, removexattr*
    62, 129, 424, 57, 58, 65, 69, 220,  # kill, rt_sigqueueinfo, pidfd_send_signal, fork, vfork, semop, msgsnd, semtimedop
}
OPEN, MMAP, IOCTL, CLONE, FCNTL, OPENAT, CLONE3 = 2, 9, 16, 56, 72, 257, 435
MAKING = os.O_CREAT | os.O_TRUNC | (os.O_TMPFILE & ~os.O_DIRECTORY)
LOCKING = (fcntl.F_SETLK, fcntl.F_SETLKW, 37, 38)  # F_OFD_SETLK, F_OFD_SETLKW
CLONING = (0x40049409, 0x4020940d)  # FICLONE, FICLONERANGE
SHARED, ANONYMOUS, WRITABLE = 1, 0x20, 2  # MAP_SHARED, MAP_ANONYMOUS, PROT_WRITE
THREAD = 0x10000  # CLONE_THREAD


def file_of(tid, descriptor):
    try:
        return os.readlink(f'/proc/{tid}/fd/{descriptor}')
    except OSError:
        return ''


def begins_process(tid, arguments):
    """Of clone3, whose flags are the first eight bytes of what it is given."""
    try:
        with open(f'/proc/{tid}/mem', 'rb', 0) as memory:
            memory.seek(arguments[0])
            return not int.from_bytes(memory.read(8), 'little') & THREAD
    except (OSError, ValueError, OverflowError):
        return True


class Effects:
    """Of the calls that the filter lets stop, those with an effect. A lock has one where something was stored since in memory that
    others share: SQLite's index of its log, which no call shows."""

    def __init__(self):
        self.shared, self.sum = set(), 0  # files that are mapped to be written

    def of(self, tid, number, arguments):
        if number in WRITING:  # its threads wake each other
            return not file_of(tid, arguments[0]).startswith(('anon_inode:', '/dev/null'))
        if number == MMAP:
            self.shared.add(file_of(tid, arguments[4]))
            return True
        if number == FCNTL:
            before, self.sum = self.sum, self.sum_of_shared()
            return self.sum != before
        return number != CLONE3 or begins_process(tid, arguments)

    def sum_of_shared(self):
        total = 0
        for path in sorted(self.shared):
            try:
                with open(path, 'rb', 0) as file:
                    total = zlib.crc32(file.read(), total)
            except OSError:
                total = zlib.crc32(b'gone', total)
        return total


def is_sending(tid, number, arguments):
    return number in SENDING and file_of(tid, arguments[0]).startswith('socket:')


# A filter of the kernel's (<linux/filter.h>, <linux/seccomp.h>), so that the other calls cost nothing.
LOAD, EQUAL, ANY_BIT, RETURN = 0x20, 0x15, 0x45, 0x06
STOP, ALLOW = 0x7ff00000, 0x7fff0000  # SECCOMP_RET_TRACE, SECCOMP_RET_ALLOW
NUMBER, MACHINE, X86_64 = 0, 4, 0xc000003e
SET_NO_NEW_PRIVS, SET_SECCOMP, MODE_FILTER = 38, 22, 2


def argument(index):
    return LOAD, 0, 0, 16 + 8 * index  # its lower half


def where(number, *tests):
    """Stops at a call whose arguments pass all tests, each (index, comparison, values, wanted)."""
    block = []
    for index, comparison, values, wanted in tests:
        block.append(argument(index))
        for at, value in enumerate(values):  # to the test's end if it is met; the last one leaves if none was
            left = len(values) - at - 1
            block.append((comparison, left + 1, 0, value) if left else (comparison, 1, 0, value) if wanted else (comparison, 0, 1, value))
        block.append((RETURN, 0, 0, ALLOW))
    return [(EQUAL, 0, len(block) + 1, number), *block, (RETURN, 0, 0, STOP)]


def instructions():
    code = [(LOAD, 0, 0, MACHINE), (EQUAL, 1, 0, X86_64), (RETURN, 0, 0, ALLOW), (LOAD, 0, 0, NUMBER)]
    for number in sorted(ALWAYS | {CLONE3}):
        code += where(number)
    code += where(OPENAT, (2, ANY_BIT, [MAKING], True))
    code += where(OPEN, (1, ANY_BIT, [MAKING], True))
    code += where(FCNTL, (1, EQUAL, LOCKING, True))
    code += where(IOCTL, (1, EQUAL, CLONING, True))
    code += where(CLONE, (0, ANY_BIT, [THREAD], False))
    # No call shows what is stored in shared memory.
    code += where(MMAP, (2, ANY_BIT, [WRITABLE], True), (3, ANY_BIT, [SHARED], True), (3, ANY_BIT, [ANONYMOUS], False))
    return code + [(RETURN, 0, 0, ALLOW)]


def only_effects(libc):
    """Lets this process, and what it becomes, stop at these calls alone; a tracer must be there."""
    code = b''.join(struct.pack('HBBI', *instruction) for instruction in instructions())
    held = ctypes.create_string_buffer(code)
    program = struct.pack('HxxxxxxQ', len(code) // 8, ctypes.addressof(held))
    if libc.prctl(SET_NO_NEW_PRIVS, 1, 0, 0, 0) or libc.prctl(SET_SECCOMP, MODE_FILTER, ctypes.c_char_p(program), 0, 0):
        sys.exit(f'no filter of system calls here: {os.strerror(ctypes.get_errno())}')
