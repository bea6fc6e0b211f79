#pragma once

#include "storage/base/result.h"
#include "storage/config/urls.h"
#include "storage/ingest/writer.h"
#include "storage/sources/source.h"
#include "storage/store.h"

#include <QStringList>
#include <algorithm>
#include <array>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace portolan {

struct ReceiverOptions {
    SourceUrl from;
    StoreUrl into;
    std::optional<StoreUrl> also = {};                 ///< a second store that gets the same
    std::optional<qint64> maximum;                     ///< ends after so many received
    std::optional<std::chrono::milliseconds> idleExit; ///< ends when nothing came for so long
    int batch = 5000;                                  ///< the most messages a commit holds
    std::chrono::milliseconds linger{20};              ///< how long a commit waits to fill up
    int queueCount = 20'000;                           ///< the most messages received and not yet stored
    qint64 queueBytes = 64 * 1024 * 1024;              ///< and the most bytes of them
    /// With idleExit: how long the source may be out of reach before that ends the receiver as a failure. The idle
    /// time itself only runs while the source answers.
    std::chrono::milliseconds awayExit{30'000};
    /// After stop(): how long a store that refuses may hold up the end.
    std::chrono::milliseconds stopGrace{5'000};
};

enum class ReceiverState { Starting, Running, Retrying, Paused, Stopping, Stopped, Failed };

/// The account of one kind of message.
struct KindStatus {
    qint64 stored = 0;
    qint64 duplicates = 0;
    qint64 rejected = 0;
    double rate = 0.0;               ///< stored a second, over the last seconds
    std::optional<Timestamp> newest; ///< the latest time in a stored message; nothing for kinds without times
    QString lastRejection;           ///< the reason of the last rejection, in words

    /// Returns the age of the newest at `now`; nothing where it is not known, never negative (clocks differ).
    [[nodiscard]] std::optional<std::chrono::microseconds> lag(Timestamp now) const {
        return newest ? std::optional(std::max(now - *newest, std::chrono::microseconds(0))) : std::nullopt;
    }
};

/// The state of a receiver and what it has done, one consistent copy.
struct ReceiverStatus {
    ReceiverState state = ReceiverState::Starting;
    qint64 received = 0;
    qint64 stored = 0;
    qint64 duplicates = 0;
    qint64 rejected = 0;
    qint64 gaps = 0;
    double rate = 0.0;            ///< stored a second, over the last seconds
    std::optional<qint64> behind; ///< messages that wait in the source
    qint64 queued = 0;            ///< received, not yet stored
    qint64 reconnects = 0;
    QString lastError;                          ///< in words; empty while all is well
    qint64 noted = 0;                           ///< number of the source's notices: losses, missing rights
    QStringList notes;                          ///< the last of them
    std::array<KindStatus, messageKinds> kinds; ///< by MessageKind; messages of no known kind are in the sums alone
    /// The account of a second store.
    struct Also {
        qint64 stored = 0;
        qint64 duplicates = 0;
        qint64 rejected = 0;
        qint64 gaps = 0;
    };
    Also also;
};

/// Receives messages from a source into a store, or into several, on threads of its own: one reads and acknowledges,
/// one decodes and commits. A message is acknowledged after the commit that holds it, never before. start() and wait()
/// are for one thread; setPaused(), stop() and status() for any. The destructor stops and joins.
class Receiver {
public:
    /// Make the source and the store, on the receiver's threads; makeReceiver() gives those of the options' URLs. The
    /// token is openStore()'s: cancelled by stop() while the store is being opened, later when stopGrace is over.
    using SourceMaker = std::function<Result<std::unique_ptr<Source>>()>;
    using StoreMaker = std::function<Result<std::unique_ptr<Store>>(const CancelToken&)>;
    /// `onTick` is called from a receiver thread when the status has changed, at most four times a second, and once
    /// at the end; in start() where no thread can be started.
    Receiver(ReceiverOptions options, SourceMaker source, StoreMaker store,
             std::function<void(const ReceiverStatus&)> onTick = {});
    /// The same into several stores, one at least: a message is acknowledged when all have it, and each stores it once.
    Receiver(ReceiverOptions options, SourceMaker source, std::vector<StoreMaker> stores,
             std::function<void(const ReceiverStatus&)> onTick);
    Receiver(const Receiver&) = delete;
    Receiver& operator=(const Receiver&) = delete;
    ~Receiver();

    /// Starts the threads. One that the system refuses ends the receiver as a failure, before anything was read.
    void start();
    /// Pauses or goes on; returns at once. While paused, stores and acknowledges what was received, takes nothing more
    /// and keeps the connection. Drops messages that cannot wait in their source (pub/sub), and counts them as a gap.
    void setPaused(bool paused);
    /// Ends the receiver; returns at once. It takes no further messages, stores and acknowledges what was received, and
    /// does not wait for a store that is still being opened.
    void stop();
    /// Waits for the end. Error: the failure that ended it, if one did.
    Result<ReceiverStatus> wait();
    [[nodiscard]] ReceiverStatus status() const;

private:
    struct Engine;
    std::unique_ptr<Engine> m_engine;
};

} // namespace portolan
