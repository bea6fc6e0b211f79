#pragma once

#include "storage/operations/audit.h"
#include "storage/transfer/copyledger.h"
#include "storage/transfer/storecontent.h"

#include <chrono>
#include <map>

namespace portolan {

/// The store that rows are copied into: everything between begin() and commit() is one transaction. One thread.
class CopyTarget {
public:
    /// A row that cannot be kept, by its place among those given, and why.
    struct Refused {
        std::size_t row = 0;
        QString why;
    };

    /// The outcome of putting a row in another one's place.
    enum class Replaced {
        Done,
        Gone,   ///< it is not the row any more that was read there
        Refused ///< a rule is in the way; the row is as it was
    };
    /// A row that was read, and the one that is to be in its place.
    struct Exchange {
        ContentRow was;
        ContentRow row;
    };

    CopyTarget() = default;
    CopyTarget(const CopyTarget&) = delete;
    CopyTarget& operator=(const CopyTarget&) = delete;
    virtual ~CopyTarget() = default;

    [[nodiscard]] virtual ContentKeeper keeper() const = 0;
    [[nodiscard]] virtual QString where() const = 0;
    /// As StoreContent::identity().
    [[nodiscard]] virtual QByteArray identity() const = 0;
    [[nodiscard]] virtual Result<std::optional<ContentTable>> table(const QString& name) = 0;

    /// Returns how long a transaction may last while others wait to write; nothing: they need not wait for it.
    [[nodiscard]] virtual std::optional<std::chrono::milliseconds> patience() const { return std::nullopt; }
    [[nodiscard]] virtual Result<void> begin() = 0;
    /// Durable when it returns a value. Without it everything since begin() is undone, at the latest with the target.
    [[nodiscard]] virtual Result<void> commit() = 0;

    /// Returns the rows after one key up to another, which may be missing. The stream must be gone before anything is
    /// written.
    [[nodiscard]] virtual Result<std::unique_ptr<RowStream>> rows(const TablePlan& plan, const KeyStretch& stretch) = 0;
    /// Says why a row, or its key alone, cannot be kept as it is; nothing when it can, as far as that is known before
    /// it is written.
    [[nodiscard]] virtual std::optional<QString> refusal(const TablePlan& plan, const ContentRow& row) const = 0;
    /// Inserts rows, all but those that a rule of the store refuses.
    [[nodiscard]] virtual Result<std::vector<Refused>> insert(const TablePlan& plan,
                                                              const std::vector<const ContentRow*>& rows) = 0;
    /// Inserts a row under a key of the store's own, which is a number.
    [[nodiscard]] virtual Result<void> append(const TablePlan& plan, const ContentRow& row) = 0;
    /// Puts a row in the place of the one that was read there.
    [[nodiscard]] virtual Result<Replaced> replace(const TablePlan& plan, const ContentRow& was,
                                                   const ContentRow& row) = 0;
    /// The same of rows that are in one another's way: all are taken out before they are put back. Returns those that
    /// stay as they were, which rise.
    [[nodiscard]] virtual Result<std::vector<std::size_t>> exchange(const TablePlan& plan,
                                                                    const std::vector<Exchange>& rows) = 0;
    /// Removes a row that is as it was read; false: it is not any more, or a rule refuses.
    [[nodiscard]] virtual Result<bool> remove(const TablePlan& plan, const ContentRow& was) = 0;
    /// Lets the numbers that the table gives out begin after its rows' and after this one.
    [[nodiscard]] virtual Result<void> raiseNumbers(const QString& table, qint64 last) = 0;

    /// Returns the first page of a ledger whose last key is after this one; nothing where there is none.
    [[nodiscard]] virtual Result<std::optional<LedgerPage>> ledgerPage(const QByteArray& ledger,
                                                                       const std::optional<ContentRow>& after) = 0;
    [[nodiscard]] virtual Result<void> writeLedger(const QByteArray& ledger, const LedgerPage& page) = 0;
    [[nodiscard]] virtual Result<void> dropLedger(const QByteArray& ledger, const LedgerPage& page) = 0;

    /// Returns the stores of which rows were copied, by the name under which each was copied: their lineages.
    [[nodiscard]] virtual Result<std::map<QByteArray, QByteArray>> origins() = 0;
    [[nodiscard]] virtual Result<void> writeOrigin(const QByteArray& name, const QByteArray& lineage) = 0;

    /// Writes the row that keeps receivers out (fenceKey), or with nothing removes it, while no receiver's transaction
    /// is open; returns what was there.
    [[nodiscard]] virtual Result<std::optional<QString>> setFence(const std::optional<QString>& other) = 0;

    [[nodiscard]] virtual Result<void> appendAudit(const AuditEntry& entry) = 0;
};

} // namespace portolan
