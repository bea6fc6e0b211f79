#pragma once

#include "storage/base/cancel.h"
#include "storage/base/result.h"
#include "storage/config/urls.h"
#include "storage/deadletters/deathcause.h"

#include <QByteArray>
#include <chrono>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace portolan {

/// A try of a worker at a port message, which is its own until the lease ends.
struct PortAttempt {
    QByteArray messageId;
    QByteArray token; ///< of this try: an earlier holder's is refused
    QByteArray portName;
    QByteArray messageData; ///< JSON
    qint64 tries = 0;       ///< those before, which failed
};

/// The end of a try: without a note the message is completed.
struct PortOutcome {
    QByteArray messageId;
    QByteArray token;
    std::optional<DeathNote> failure = {};
};

/// The results of outcomes that were handed in.
struct PortResults {
    qint64 completed = 0;
    qint64 failed = 0; ///< and may be tried again
    qint64 dead = 0;   ///< without tries left
    qint64 late = 0;   ///< another one has the message by now, or somebody changed it: nothing was done
};

/// The port messages of a database as work: several workers, also in several programs, take each message once, hold it
/// by a lease, and say how it ended (SCHEMA.md "States"). Each function is one transaction; every change of a state is
/// in the audit. Used on the thread that opened it. Errors are the connection's; again helps after Busy.
class PortWork {
public:
    PortWork() = default;
    PortWork(const PortWork&) = delete;
    PortWork& operator=(const PortWork&) = delete;
    virtual ~PortWork() = default;

    /// Takes pending messages, oldest first, `most` at most, that nobody else is taking at the same moment.
    [[nodiscard]] virtual Result<std::vector<PortAttempt>> take(const QByteArray& worker, int most,
                                                                std::chrono::milliseconds lease) = 0;
    /// Ends tries: completes their messages, or notes why they failed. Outcomes of a token that is no longer the
    /// message's are counted as late and change nothing.
    [[nodiscard]] virtual Result<PortResults> end(const QByteArray& worker, std::span<const PortOutcome> outcomes) = 0;

    /// Makes failed messages with tries left pending again, `pause` after they were taken, and tries whose lease is
    /// over failed ones. Returns how many; 500 of each at most.
    [[nodiscard]] virtual Result<qint64> putBack(const QByteArray& worker, std::chrono::milliseconds pause) = 0;
};

/// Opens a database to work on its port messages. Error Unsupported, in words, for other stores and for databases that
/// lack something of it.
[[nodiscard]] Result<std::unique_ptr<PortWork>> openPortWork(const StoreUrl& url, const CancelToken& token = {});

} // namespace portolan
