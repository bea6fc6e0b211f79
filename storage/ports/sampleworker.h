#pragma once

#include "storage/ports/portwork.h"

#include <functional>
#include <map>
#include <thread>

namespace portolan {

/// The sample's faults: which tries fail, and how. The same messages in the same order meet the same faults.
class SampleFaults {
public:
    /// `failing`: the share of tries, 0 to 1, that fail by chance beside the story.
    explicit SampleFaults(double failing, bool story) : m_failing(failing), m_story(story) {}

    /// Draws the failure of a try; nothing: it succeeds. One document in a hundred is bad and always fails the same
    /// way, and so does one of a slow region whose deadline is short; now and then a port's target is down for a while,
    /// and few tries fail by chance.
    [[nodiscard]] std::optional<DeathNote> meet(const PortAttempt& attempt);

private:
    double m_failing;
    bool m_story;
    std::map<QByteArray, quint64> m_tries; ///< so far, by port
    quint64 m_met = 0;
};

struct SampleWork {
    StoreUrl store;
    double failing = 0; ///< see SampleFaults
    bool story = true;
    int most = 50;                              ///< messages a transaction
    double perSecond = 0;                       ///< messages; 0: as fast as it goes
    qint64 maximum = 0;                         ///< tries; 0: no end
    std::chrono::milliseconds lease{30'000};    ///< how long a message is held
    std::chrono::milliseconds pause{2'000};     ///< before a failed message is tried again
    std::chrono::milliseconds idleExit{-1};     ///< ends when there was nothing to do for so long; negative: never
    std::chrono::milliseconds patience{30'000}; ///< how long the database may refuse before work ends with its error
};

struct SampleCounts {
    qint64 taken = 0;
    PortResults ended;
};

/// Takes pending port messages of a database, completes most of them, lets some fail and die: what a pipeline's
/// components do, for the sample and for trying replays. Comes back when the token stops, `maximum` or `idleExit` is
/// reached, or the database refused for longer than `patience`. `progress` hears of the counts, and of trouble.
using SampleProgress = std::function<void(const SampleCounts& counts, const QString& lastError)>;
[[nodiscard]] Result<SampleCounts> workOnSample(const SampleWork& work, const CancelToken& token,
                                                const SampleProgress& progress = {});

/// The same on a thread of its own, from start() until it is destroyed. Waits for the store to be there.
class SampleWorker {
public:
    ~SampleWorker();
    /// Starts the threads of the work. Error Io: none can be started.
    [[nodiscard]] Result<void> start(const SampleWork& work);

private:
    std::jthread m_thread;
};

} // namespace portolan
