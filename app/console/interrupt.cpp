#include "app/console/interrupt.h"

#include <csignal>
#include <pthread.h>
#include <thread>
#include <unistd.h>

namespace portolan {

CancelToken interruptToken() {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);

    CancelSource source;
    // Detached: it waits for signals until the process ends and owns nothing but its copy of the source.
    std::thread([signals, source]() mutable {
        for (;;) {
            int signal = 0;
            sigwait(&signals, &signal);
            if (!source.request_stop())
                _exit(130);
        }
    }).detach();
    return source.get_token();
}

} // namespace portolan
