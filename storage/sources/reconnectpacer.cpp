#include "storage/sources/reconnectpacer.h"

#include <algorithm>

namespace portolan {

using namespace std::chrono;

Result<void> ReconnectPacer::await(milliseconds wait, const CancelToken& token) const {
    if (!isPausing())
        return {};
    const milliseconds due = left();
    pauseFor(std::min(due, wait), token);
    if (token.stop_requested())
        return cancelled();
    return due > wait ? Result<void>(*m_why) : Result<void>();
}

milliseconds ReconnectPacer::left() const {
    return std::max(ceil<milliseconds>(m_next - Clock::now()), milliseconds(0));
}

void ReconnectPacer::failed(const Error& why) {
    m_why = why;
    m_next = Clock::now() + m_backoff.next();
}

} // namespace portolan
