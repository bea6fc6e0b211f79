#include "storage/storeprobe.h"

#include <algorithm>

namespace portolan {

Result<StoreProbe> probeStore(Store& store, std::chrono::steady_clock::time_point begun) {
    using std::chrono::steady_clock;
    constexpr int questions = 5;
    StoreProbe probe;
    probe.opened = std::chrono::duration_cast<std::chrono::milliseconds>(steady_clock::now() - begun);
    probe.answered = std::chrono::microseconds::max();
    for (int i = 0; i < questions; ++i) {
        const auto asked = steady_clock::now();
        const auto mark = store.changeMark();
        PORTOLAN_TRY(mark);
        const auto took = std::chrono::duration_cast<std::chrono::microseconds>(steady_clock::now() - asked);
        probe.answered = std::min(probe.answered, took);
    }
    auto product = store.product();
    PORTOLAN_TRY(product);
    probe.product = std::move(*product);
    probe.noReceiving = store.unavailableReason(Feature::Receive);
    probe.noPorts = store.unavailableReason(Feature::Ports);
    return probe;
}

} // namespace portolan
