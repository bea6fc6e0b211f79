#pragma once

#include "storage/sql/bulkinsert.h"
#include "storage/sql/connection/unitofwork.h"
#include "storage/sql/writerturns.h"
#include "storage/transfer/copytarget.h"
#include "storage/transfer/sql/sqlcontent.h"

#include <deque>
#include <type_traits>

namespace portolan {

/// A database that rows are copied into, on a connection of its own; the ledger is in `portolan_settings`. On its
/// thread.
class SqlCopyTarget final : public CopyTarget {
public:
    /// The store must be there, with the current schema. Errors: those of opening.
    static Result<std::unique_ptr<CopyTarget>> open(const StoreUrl& url, const CancelToken& token);
    ~SqlCopyTarget() override;

    ContentKeeper keeper() const override;
    QString where() const override { return m_connection->where(); }
    QByteArray identity() const override { return m_identity; }
    Result<std::optional<ContentTable>> table(const QString& name) override;
    std::optional<std::chrono::milliseconds> patience() const override {
        return keeper() == ContentKeeper::Sqlite ? std::optional(std::chrono::milliseconds(250)) : std::nullopt;
    }
    Result<void> begin() override;
    Result<void> commit() override;
    Result<std::unique_ptr<RowStream>> rows(const TablePlan& plan, const KeyStretch& stretch) override;
    std::optional<QString> refusal(const TablePlan& plan, const ContentRow& row) const override;
    Result<std::vector<Refused>> insert(const TablePlan& plan, const std::vector<const ContentRow*>& rows) override;
    Result<void> append(const TablePlan& plan, const ContentRow& row) override;
    Result<Replaced> replace(const TablePlan& plan, const ContentRow& was, const ContentRow& row) override;
    Result<std::vector<std::size_t>> exchange(const TablePlan& plan, const std::vector<Exchange>& rows) override;
    Result<bool> remove(const TablePlan& plan, const ContentRow& was) override;
    Result<void> raiseNumbers(const QString& table, qint64 last) override;
    Result<std::optional<LedgerPage>> ledgerPage(const QByteArray& ledger,
                                                 const std::optional<ContentRow>& after) override;
    Result<void> writeLedger(const QByteArray& ledger, const LedgerPage& page) override;
    Result<void> dropLedger(const QByteArray& ledger, const LedgerPage& page) override;
    Result<std::map<QByteArray, QByteArray>> origins() override;
    Result<void> writeOrigin(const QByteArray& name, const QByteArray& lineage) override;
    Result<std::optional<QString>> setFence(const std::optional<QString>& other) override;
    Result<void> appendAudit(const AuditEntry& entry) override;

private:
    SqlCopyTarget(std::unique_ptr<Connection> connection, CancelToken token);
    using Rows = std::span<const ContentRow* const>;

    /// Runs `change`, a callable to a Result, which leaves nothing when it fails.
    template <class Change>
    auto guarded(Change change) -> std::invoke_result_t<Change>;
    [[nodiscard]] Result<void> insertAll(const TablePlan& plan, Rows rows);
    [[nodiscard]] Result<void> insertParts(const TablePlan& plan, Rows rows, std::size_t first,
                                           std::vector<Refused>& refused);
    [[nodiscard]] SqlCell cellFor(const ContentCell& cell);
    [[nodiscard]] QVariant bound(CellMeaning meaning, const ContentCell& cell) const;
    [[nodiscard]] QString placeholder(const ContentCell& cell) const;
    [[nodiscard]] Result<std::optional<ContentRow>> current(const TablePlan& plan, const ContentRow& row);
    [[nodiscard]] Result<bool> isThere(const TablePlan& plan, const ContentRow& row);
    [[nodiscard]] Result<void> expect(const TablePlan& plan, const ContentRow& row);
    [[nodiscard]] Result<bool> mayBeTakenOut(const QString& table);
    [[nodiscard]] Result<void> moveMetadata(const TablePlan& plan, const ContentRow& row, bool isAside);
    [[nodiscard]] Result<void> takeOut(const TablePlan& plan, const ContentRow& row);
    [[nodiscard]] Result<void> putAgain(const TablePlan& plan, const ContentRow& row);
    [[nodiscard]] Result<bool> exchangeAll(const TablePlan& plan, const std::vector<Exchange>& rows,
                                           std::vector<std::size_t>& left, std::vector<std::size_t>& refused);
    [[nodiscard]] Result<void> change(const TablePlan& plan, const ContentRow& row);
    [[nodiscard]] Result<void> update(const TablePlan& plan, const ContentRow& row, std::span<const std::size_t> set);
    [[nodiscard]] Result<void> erase(const TablePlan& plan, const ContentRow& row);
    [[nodiscard]] Result<void> raiseSequence(const QString& table, qint64 last);
    [[nodiscard]] QString place(const QString& column) const;

    std::unique_ptr<Connection> m_connection;
    CancelToken m_token;
    Connection::Watch m_watch;
    ContentTables m_tables;
    QByteArray m_identity;
    [[nodiscard]] Result<void> putSetting(const QString& key, const QString& value);
    [[nodiscard]] Result<void> dropSetting(const QString& key);

    std::optional<UnitOfWork> m_work;
    WriterTurns m_turns;
    std::optional<WriterTurns::Held> m_held; ///< by m_work
    QString m_insertsInto;                   ///< the table that m_insert is for
    std::unique_ptr<BulkInsert> m_insert;
    std::deque<QByteArray> m_written; ///< texts of the rows that are being inserted
};

} // namespace portolan
