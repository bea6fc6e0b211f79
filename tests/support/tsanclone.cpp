// Only in programs under the thread sanitizer. It takes the child that Qt makes to start a program, which shares our
// memory until it becomes that program, for the copy that fork() makes, and stops following locks "in the child": in
// us. So Qt gets the C library's own clone().
#if defined(__SANITIZE_THREAD__)

#include <cstdarg>

extern "C" {

int __clone(int (*run)(void*), void* stack, int flags, void* argument, ...); // glibc's other name of it

int clone(int (*run)(void*), void* stack, int flags, void* argument, ...) {
    va_list more;
    va_start(more, argument);
    void* const parentId = va_arg(more, void*);
    void* const tls = va_arg(more, void*);
    void* const childId = va_arg(more, void*);
    va_end(more);
    return __clone(run, stack, flags, argument, parentId, tls, childId);
}
}

#endif
