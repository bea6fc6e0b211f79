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

namespace portolan {

struct ReceiverOptions {
    SourceUrl from;
    StoreUrl into;
    std::optional<qint64> maximum;                     ///< ends after so many received
    std::optional<std::chrono::milliseconds> idleExit; ///< ends when nothing came for so long
    int batch = 5000;                                  ///< messages a commit at most
    std::chrono::milliseconds linger{20};              ///< how long a commit waits to fill up
    int queueCount = 20'000;                           ///< received, not yet stored: bounds of the memory
    qint64 queueBytes = 64 * 1024 * 1024;
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
    std::optional<Timestamp> newest; ///< the greatest time that a stored one gives itself; kinds without have none
    QString lastRejection;           ///< why the last rejected one was, in words

    /// Returns how far the newest lags; nothing where it is not known, never negative (clocks differ).
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
    qint64 noted = 0;                           ///< what the source had to say once: losses, rights that are missing
    QStringList notes;                          ///< the last of that
    std::array<KindStatus, messageKinds> kinds; ///< by MessageKind; what tells no kind stands in the sums alone
};

/// Receives messages from a source into a store on threads of its own: one reads and acknowledges, one decodes and
/// commits. A message is acknowledged after the commit that holds it, never before. Start, stop and status may be
/// called from any one thread; the destructor stops and joins.
class Receiver {
public:
    /// Makes the source and the store, both on the receiver's threads; makeReceiver() has those of the options' URLs.
    /// The token is openStore()'s: it stops with stop() while the store is being opened, and later when stopGrace is
    /// over.
    using SourceMaker = std::function<Result<std::unique_ptr<Source>>()>;
    using StoreMaker = std::function<Result<std::unique_ptr<Store>>(const CancelToken&)>;
    /// `onTick` is called from a receiver thread when the status has changed, at most four times a second, and once
    /// at the end.
    Receiver(ReceiverOptions options, SourceMaker source, StoreMaker store,
             std::function<void(const ReceiverStatus&)> onTick = {});
    Receiver(const Receiver&) = delete;
    Receiver& operator=(const Receiver&) = delete;
    ~Receiver();

    void start();
    /// Paused, it takes no further messages until it is told to go on; what was received is stored and acknowledged,
    /// and the connection is kept. What cannot wait in its source (pub/sub) is dropped, and counted as a gap. Returns
    /// at once.
    void setPaused(bool paused);
    /// Takes no further messages, stores and acknowledges what was received, ends; a store that is still being opened
    /// is not waited for. Returns at once.
    void stop();
    /// Waits for the end. Error: what ended it, when that was a failure.
    Result<ReceiverStatus> wait();
    [[nodiscard]] ReceiverStatus status() const;

private:
    struct Engine;
    std::unique_ptr<Engine> m_engine;
};

} // namespace portolan
