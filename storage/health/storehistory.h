#pragma once

#include "storage/base/clock.h"
#include "storage/checks/storestats.h"
#include "storage/listing/rowsource.h"
#include "storage/questionlog.h"

#include <optional>
#include <span>
#include <vector>

namespace portolan {

/// The figures of a table on a day, of the store as a whole ("store"), or of the questions that windows asked it that
/// day ("questions").
struct HistoryDay {
    qint64 id = 0;
    Timestamp day; ///< when it begins, in UTC
    QByteArray name;
    std::optional<qint64> rows = {};
    bool isEstimate = false; ///< of `rows`
    std::optional<qint64> bytes = {};
    std::optional<Latency> latency = {};
    std::optional<qint64> asked = {}; ///< questions
    std::optional<qint64> slow = {};
    std::optional<qint64> failed = {};
};

/// The name of the row about the store as a whole, and of the one about its questions.
inline constexpr char wholeStoreName[] = "store";
inline constexpr char questionsName[] = "questions";

/// id, day, name, row_count, estimate, bytes, p50_ms, p95_ms, p99_ms, asked, slow, failed.
std::span<const Column<HistoryDay>> historyColumns();
const ColumnSet& historySchema();

/// Returns the beginning of the day of UTC.
[[nodiscard]] Timestamp dayOf(Timestamp at);
/// Returns a measured store as rows of today, the largest tables first; of so many tables as are kept.
[[nodiscard]] std::vector<HistoryDay> historyOf(std::span<const StoreStats> measured, Timestamp now);

/// The figures of a store day by day, so that growth can be seen: a row a day and table, of mostDays days and
/// mostTables tables. On the store's thread. Errors besides a database's own: Unsupported, the store has no place for
/// it; ReadOnly.
class StoreHistory {
public:
    static constexpr int mostDays = 400;
    static constexpr std::size_t mostTables = 300;

    StoreHistory() = default;
    StoreHistory(const StoreHistory&) = delete;
    StoreHistory& operator=(const StoreHistory&) = delete;
    virtual ~StoreHistory() = default;

    virtual RowSource<HistoryDay>& days() = 0;
    /// Keeps rows in the place of those that have their day and name, and lets go of what is older than mostDays; in
    /// one transaction. Counts of questions are added to those of the day.
    [[nodiscard]] virtual Result<void> keep(std::span<const HistoryDay> rows, Timestamp now) = 0;

    /// Returns the bytes that are free on the disk of the data; nothing where that cannot be seen from here. Error
    /// Cancelled.
    [[nodiscard]] virtual Result<std::optional<qint64>> freeBytes(const CancelToken& token) = 0;
    /// Returns how old the last change of a standby is that its primary has more of; nothing where it is no standby.
    [[nodiscard]] virtual Result<std::optional<std::chrono::seconds>> standbyLag(const CancelToken&) {
        return std::optional<std::chrono::seconds>();
    }
};

/// Returns a row of the questions of today. The times are those that `questions` still has of it.
[[nodiscard]] HistoryDay questionsOfDay(const QuestionLog& questions, const QuestionLog::Counts& counts, Timestamp now);

/// Reads the days of one name, oldest first; empty where the store keeps none.
[[nodiscard]] Result<std::vector<HistoryDay>> readHistory(StoreHistory& history, const QByteArray& name,
                                                          const CancelToken& token);

/// The bytes by which something grows a day: the straight line that is nearest to its last 30 days. Nothing: they are
/// too few to tell, less than three or of less than two days.
[[nodiscard]] std::optional<double> growthOf(std::span<const HistoryDay> days);
/// Returns when so many free bytes are used up; nothing: it does not grow, or not within ten years.
[[nodiscard]] std::optional<Timestamp> fullAt(qint64 freeBytes, double bytesADay, Timestamp now);

/// Adds to measured figures how the store and its tables grew, and when the disk is full. Error Cancelled.
[[nodiscard]] Result<void> addGrowth(std::vector<StoreStats>& measured, StoreHistory& history, Timestamp now,
                                     const CancelToken& token);

} // namespace portolan
