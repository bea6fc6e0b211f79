// Loaded before a program: it starts PORTOLAN_THREADS threads, and each one more is refused, as the kernel refuses it
// at a limit on processes. The file PORTOLAN_REFUSED is there afterwards if one was.

#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <dlfcn.h>
#include <fcntl.h>
#include <limits>
#include <pthread.h>
#include <unistd.h>

namespace {

using Create = int (*)(pthread_t*, const pthread_attr_t*, void* (*)(void*), void*);

int mostThreads() {
    const char* const most = std::getenv("PORTOLAN_THREADS");
    return most ? std::atoi(most) : std::numeric_limits<int>::max();
}

void noteRefusal() {
    const char* const file = std::getenv("PORTOLAN_REFUSED");
    const int fd = file ? ::open(file, O_WRONLY | O_CREAT | O_CLOEXEC, 0600) : -1;
    if (fd >= 0)
        ::close(fd);
}

} // namespace

extern "C" int pthread_create(pthread_t* thread, const pthread_attr_t* with, void* (*run)(void*), void* of) {
    static const auto create = reinterpret_cast<Create>(::dlsym(RTLD_NEXT, "pthread_create"));
    static std::atomic<int> left{mostThreads()};
    if (left.fetch_sub(1) > 0)
        return create(thread, with, run, of);
    noteRefusal();
    return EAGAIN;
}
