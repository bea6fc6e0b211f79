#pragma once

#include "storage/transfer/copying.h"

#include <chrono>
#include <map>
#include <unordered_set>

namespace portolan {

class SourceRows;

/// Rows are brought table after table; those that go, go in the opposite order, after all others.
enum class Pass { Bring, Drop };

/// The copy of one table.
class TableCopy {
public:
    TableCopy(StoreContent& from, CopyTarget& into, const TablePlan& plan, const CopyOptions& options,
              CopyReport& report, Pass pass);

    Result<void> run(const std::function<void(const CopyReport&)>& progress);
    /// Returns the number of rows that are to go in the other pass.
    [[nodiscard]] qint64 gone() const { return m_gone; }
    /// Returns true when a new row was refused that another one may have made way for since.
    [[nodiscard]] bool mayGoOn() const { return m_hasRefused && m_hasChanged; }

private:
    using Clock = std::chrono::steady_clock;
    /// Rows of the source up to the end of a stretch, and the pages of the ledger that the stretch is of.
    struct Unit {
        std::vector<LedgerPage> pages;
        std::unordered_set<quint64> known; ///< hashes of the pages
        std::vector<ContentRow> rows;
        std::map<std::size_t, QString> refused; ///< rows that the target cannot keep, and why
        KeyStretch stretch;
        qint64 bytes = 0;
    };
    struct Change {
        ContentRow was;
        std::size_t row; ///< of the unit
    };
    /// The changes of a table that a rule was in the way of, until all others are made.
    struct Held {
        std::vector<CopyTarget::Exchange> rows;
        std::vector<std::size_t> pages; ///< of each row, where its hash is
        std::vector<LedgerPage> ledger;
        qint64 bytes = 0;
    };
    /// The outcome of laying a unit beside the target's rows.
    struct Work {
        std::vector<const ContentRow*> missing;
        std::vector<Change> changed;
        std::vector<ContentRow> gone;
        std::vector<const ContentRow*> appended; ///< of the audit, under another number
        std::vector<quint64> kept;               ///< hashes of the rows that are as they should be
    };

    [[nodiscard]] Result<std::vector<LedgerPage>> pagesAhead();
    [[nodiscard]] Result<Unit> takeUnit(SourceRows& rows);
    [[nodiscard]] Result<Work> layBeside(const Unit& unit);
    void settleSame(const ContentRow& row, Work& work);
    void settleMissing(const Unit& unit, std::size_t at, Work& work);
    void settleBoth(const Unit& unit, std::size_t at, const ContentRow& there, Work& work);
    void settleExtra(const Unit& unit, const ContentRow& there, Work& work);
    [[nodiscard]] Result<std::vector<Unit>> takeUnits(SourceRows& rows);
    [[nodiscard]] Result<void> settle(Unit unit, const std::function<void(const CopyReport&)>& progress);
    [[nodiscard]] std::optional<ContentRow> endOfPiece(const Unit& unit, const Work& work) const;
    [[nodiscard]] static Unit cutAfter(Unit& unit, const ContentRow& end, const TablePlan& plan);
    void learn(const Work& work, Clock::duration took);
    [[nodiscard]] Result<void> begin();
    [[nodiscard]] Result<void> letOthersWrite(const std::function<void(const CopyReport&)>& progress);
    [[nodiscard]] Result<void> carryOut(const Unit& unit, Work& work);
    [[nodiscard]] Result<void> changeRow(const ContentRow& was, const ContentRow& row, Work& work);
    [[nodiscard]] Result<void> writeLedger(const Unit& unit, Work& work);
    [[nodiscard]] Result<void> exchangeHeld();
    [[nodiscard]] Result<void> commit();
    [[nodiscard]] std::optional<ContentRow> keysOf(const ContentRow& row) const {
        return ContentRow(row.begin(), row.begin() + static_cast<std::ptrdiff_t>(m_plan.keys));
    }
    [[nodiscard]] quint64 hashOf(const ContentRow& row) const { return contentRowHash(m_plan.countedOf(row)); }
    void differ(const ContentRow& row, const QString& why);
    void tellDifference(const ContentRow& row, const QString& why);

    StoreContent& m_from;
    CopyTarget& m_into;
    const TablePlan& m_plan;
    const CopyOptions& m_options;
    CopyReport& m_report;
    bool m_isDropping;
    qint64 m_gone = 0;
    bool m_hasRefused = false; ///< a new row
    bool m_hasChanged = false;
    QByteArray m_ledger;
    bool m_isAudit;
    bool m_isSettings;
    bool m_isBegun;                   ///< the audit tells of it
    bool m_isWhole = false;           ///< all of the source's rows were taken
    std::optional<ContentRow> m_done; ///< keys up to which rows were taken
    Held m_held;
    qint64 m_differences = 0;
    std::size_t m_piece; ///< new rows that are written before others are thought of
    Clock::time_point m_began;
};

/// Makes the entry that tells of a copy in the target's audit.
[[nodiscard]] AuditEntry copyEntry(const CopyOptions& options, const char* action, const CopyReport& report);

} // namespace portolan
