#include "app/console/interrupt.h"

#include "storage/base/thread.h"

#include <csignal>
#include <pthread.h>
#include <unistd.h>

namespace portolan {

Result<CancelToken> interruptToken() {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);

    CancelSource source;
    // Detached: it waits for signals until the process ends and owns nothing but its copy of the source.
    auto started = startThread([signals, source]() mutable {
        for (;;) {
            int signal = 0;
            sigwait(&signals, &signal);
            if (!source.request_stop())
                _exit(130);
        }
    });
    if (!started) {
        pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
        return started.error();
    }
    started->detach();
    return source.get_token();
}

} // namespace portolan
