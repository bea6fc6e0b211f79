#pragma once

#include "storage/base/cancel.h"
#include "storage/base/result.h"
#include "storage/config/urls.h"
#include "storage/ingest/delivery.h"

#include <QStringList>
#include <algorithm>
#include <chrono>
#include <memory>
#include <span>
#include <vector>

namespace portolan {

/// The limits of what a source hands over at once; it stops at whichever comes first (one message may pass the bytes).
struct FetchLimits {
    int count = 1000;
    qint64 bytes = 4 * 1024 * 1024;
    int ahead = 0; ///< how many more the source may ask its server for before they are fetched
};

/// Figures a source knows of itself.
struct SourceStatus {
    std::optional<qint64> behind; ///< messages that wait in the source, when it can tell
    qint64 reconnects = 0;
    QString lastError; ///< empty once it works again
    bool connected = false;
    qint64 noted = 0;  ///< what an operator is to hear once, all of it
    QStringList notes; ///< the last of that: losses as they were found, rights that are missing

    void note(const QStringList& more) {
        constexpr qsizetype kept = 20;
        noted += more.size();
        notes += more;
        notes = notes.last(std::min(notes.size(), kept));
    }
};

/// A place messages come from. Made, used and destroyed on the receiver's reading thread, which may block in it.
class Source {
public:
    Source() = default;
    Source(const Source&) = delete;
    Source& operator=(const Source&) = delete;
    virtual ~Source() = default;

    /// Waits up to `wait` for messages and returns what there is, perhaps nothing. News of gaps come among them, in
    /// their place (Delivery::gap). Connects, and connects again, by
    /// itself: while the server is away it returns Connection errors at once or after `wait`, with its own backoff
    /// between attempts; the caller just calls again. Errors that trying again cannot mend: Auth, Usage, Unsupported.
    /// Returns early with nothing when the token stops.
    [[nodiscard]] virtual Result<std::vector<Delivery>> fetch(FetchLimits limits, std::chrono::milliseconds wait,
                                                              const CancelToken& token) = 0;

    /// Returns true, after a fetch that brought nothing, when nothing was there, and false when nobody has answered
    /// yet. It ends a receiver that is idle.
    [[nodiscard]] virtual bool isQuiet() const { return true; }

    /// Tells the source that these are stored for good. Acknowledging twice does no harm. After an error they are
    /// simply delivered again some day, and told apart by their keys. A source may only send the acknowledgements
    /// here, and read their confirmations later; it then keeps, and sends again, what was not confirmed.
    [[nodiscard]] virtual Result<void> acknowledge(std::span<const SourceKey> keys) = 0;

    /// Waits up to `wait` until every acknowledgement is confirmed; connects again if need be. An error when some
    /// are not: they are delivered again some day.
    [[nodiscard]] virtual Result<void> settle(std::chrono::milliseconds wait) {
        Q_UNUSED(wait)
        return {};
    }

    /// Returns true when what is not fetched in time stays where it is. False: it is lost, so that it is fetched
    /// whether there is room for it or not, and counted when it has to be dropped.
    [[nodiscard]] virtual bool canWait() const { return true; }

    /// Nothing more will ever come (a demo with a count).
    [[nodiscard]] virtual bool exhausted() const { return false; }

    [[nodiscard]] virtual SourceStatus status() const = 0;
};

} // namespace portolan
