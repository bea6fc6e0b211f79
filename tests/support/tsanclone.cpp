// Only in programs under the thread sanitizer.
#if defined(__SANITIZE_THREAD__)

#include <cerrno>
#include <cstdarg>
#include <cstdint>
#include <memory>
#include <pthread.h>
#include <threads.h>

// It takes the child that Qt makes to start a program, which shares our memory until it becomes that program, for the
// copy that fork() makes, and stops following locks "in the child": in us. So Qt gets the C library's own clone().
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

// The sanitizer of g++ 12 knows nothing of C11's threads, which librdkafka uses: a thread of theirs crashes with its
// first allocation, and their locks order nothing. In glibc they are those of POSIX under another name.
namespace {

struct Start {
    thrd_start_t run;
    void* argument;
};

void* runStart(void* given) {
    const std::unique_ptr<Start> start(static_cast<Start*>(given));
    return reinterpret_cast<void*>(static_cast<std::intptr_t>(start->run(start->argument)));
}

int resultOf(int error) {
    return error == 0 ? thrd_success : error == ETIMEDOUT ? thrd_timedout : error == EBUSY ? thrd_busy : thrd_error;
}

pthread_mutex_t* posix(mtx_t* mutex) {
    static_assert(sizeof(mtx_t) == sizeof(pthread_mutex_t));
    return reinterpret_cast<pthread_mutex_t*>(mutex);
}

pthread_cond_t* posix(cnd_t* condition) {
    static_assert(sizeof(cnd_t) == sizeof(pthread_cond_t));
    return reinterpret_cast<pthread_cond_t*>(condition);
}

} // namespace

extern "C" {

int thrd_create(thrd_t* thread, thrd_start_t run, void* argument) {
    auto start = std::make_unique<Start>(Start{run, argument});
    const int error = pthread_create(thread, nullptr, &runStart, start.get());
    if (error == 0)
        start.release();
    return resultOf(error);
}

int thrd_join(thrd_t thread, int* result) {
    void* returned = nullptr;
    const int error = pthread_join(thread, &returned);
    if (result)
        *result = static_cast<int>(reinterpret_cast<std::intptr_t>(returned));
    return resultOf(error);
}

int mtx_init(mtx_t* mutex, int type) {
    pthread_mutexattr_t attributes;
    pthread_mutexattr_init(&attributes);
    pthread_mutexattr_settype(&attributes, (type & mtx_recursive) ? PTHREAD_MUTEX_RECURSIVE : PTHREAD_MUTEX_NORMAL);
    const int error = pthread_mutex_init(posix(mutex), &attributes);
    pthread_mutexattr_destroy(&attributes);
    return resultOf(error);
}

void mtx_destroy(mtx_t* mutex) {
    pthread_mutex_destroy(posix(mutex));
}

int mtx_lock(mtx_t* mutex) {
    return resultOf(pthread_mutex_lock(posix(mutex)));
}

int mtx_trylock(mtx_t* mutex) {
    return resultOf(pthread_mutex_trylock(posix(mutex)));
}

int mtx_unlock(mtx_t* mutex) {
    return resultOf(pthread_mutex_unlock(posix(mutex)));
}

int cnd_init(cnd_t* condition) {
    return resultOf(pthread_cond_init(posix(condition), nullptr));
}

void cnd_destroy(cnd_t* condition) {
    pthread_cond_destroy(posix(condition));
}

int cnd_signal(cnd_t* condition) {
    return resultOf(pthread_cond_signal(posix(condition)));
}

int cnd_broadcast(cnd_t* condition) {
    return resultOf(pthread_cond_broadcast(posix(condition)));
}

int cnd_wait(cnd_t* condition, mtx_t* mutex) {
    return resultOf(pthread_cond_wait(posix(condition), posix(mutex)));
}

int cnd_timedwait(cnd_t* condition, mtx_t* mutex, const timespec* until) {
    return resultOf(pthread_cond_timedwait(posix(condition), posix(mutex), until));
}
}

#endif
