#pragma once

#include "storage/ports/ports.h"
#include "storage/ports/sql/portlayout.h"
#include "storage/sql/session.h"

#include <map>
#include <optional>

namespace portolan {

/// The facts known of one port's messages.
struct PortTally {
    std::map<PortStatus, qint64> counts;
    std::optional<Timestamp> oldestPending; ///< kept here only where no index tells it
    std::optional<Timestamp> lastActivity;
};
using PortTallies = std::map<QByteArray, PortTally>;

/// Counts a table of port messages in statements of at most `chunk` rows or index entries each. Where an index leads
/// with port and status it goes from port to port over that index; else over the whole table once, by its key. A pass
/// is gone on with where it was left. On the session's thread.
class PortPass {
public:
    /// `names`: the ports to count; not used where the whole table is gone over. `layout` is borrowed.
    PortPass(const PortLayout& layout, SqlDialect dialect, std::vector<QByteArray> names, qint64 chunk = usualChunk)
        : m_chunk(chunk)
        , m_layout(layout)
        , m_dialect(dialect)
        , m_names(std::move(names)) {}

    /// Carries out one more statement. Returns true when that was the last.
    [[nodiscard]] Result<bool> step(Connection& connection);
    [[nodiscard]] const PortTallies& tallies() const { return m_tallies; }
    [[nodiscard]] qint64 counted() const { return m_counted; }

    static constexpr qint64 usualChunk = 100'000;

private:
    /// The phases of counting one port and status: the messages without a time are first, then the rest by time,
    /// and what is of the last instant of a full chunk by key.
    enum class Phase { WithoutTime, ByTime, OfOneInstant };

    [[nodiscard]] Result<bool> stepOverIndex(Connection& connection);
    [[nodiscard]] Result<bool> stepOverTable(Connection& connection);
    [[nodiscard]] Result<bool> wholePort(Connection& connection);
    [[nodiscard]] Result<bool> byTime(Connection& connection);
    [[nodiscard]] Result<bool> byKey(Connection& connection);
    void nextStatus();
    void add(PortStatus status, qint64 count);
    [[nodiscard]] QString from() const;

    qint64 m_chunk;
    const PortLayout& m_layout;
    SqlDialect m_dialect;
    std::vector<QByteArray> m_names;
    PortTallies m_tallies;
    qint64 m_counted = 0;
    std::size_t m_port = 0;
    std::optional<std::size_t> m_status; ///< nothing: the port is small, or not looked at yet
    Phase m_phase = Phase::WithoutTime;
    QVariant m_time;
    QVariant m_key; ///< after which to go on; invalid: from the start
};

} // namespace portolan
