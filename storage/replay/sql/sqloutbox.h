#pragma once

#include "storage/replay/replay.h"
#include "storage/replay/sql/outboxsql.h"
#include "storage/sources/outbox.h"

#include <QSqlQuery>

namespace portolan {

class Connection;
class SqlReplays;

/// The outbox of a SQL store: portolan_outbox beside the items of its runs. Every call locks the run's row, so that
/// several programs take turns. Each change of a row or item has its entry in the audit: `replay_claimed`,
/// `replay_sent`, `replay_forgotten` (by the server), `replay_returned`.
class SqlOutbox final : public Outbox {
public:
    explicit SqlOutbox(SqlReplays& replays) : m_replays(replays) {}

    Result<OutboxBatch> claim(const QByteArray& run, int most, const OutboxLink& by, const QByteArray& actor) override;
    Result<void> mark(const QByteArray& run, std::span<const OutboxReceipt> receipts, const OutboxLink& by,
                      const QByteArray& actor) override;
    Result<std::vector<OutboxNote>> queued(const QByteArray& run, qint64 after, int limit) override;
    Result<std::vector<OutboxNote>> sent(const QByteArray& run, const OutboxLink& now, qint64 after,
                                         int limit) override;
    Result<void> keep(const QByteArray& run, const Positions& positions, const OutboxLink& now) override;
    Result<void> requeue(const QByteArray& run, const Positions& positions, const QByteArray& actor) override;
    Result<qint64> confirm(const QByteArray& run, const OutboxLink& by) override;
    Result<void> giveBack(const QByteArray& run, const Positions& positions, const QByteArray& actor) override;
    Result<bool> complete(const QByteArray& run, const QByteArray& actor) override;

private:
    /// The items of a page by what became of their rows since we left them.
    struct Rows {
        Positions processing;
        Positions completed;
        Positions changed;
        Positions deleted;
    };
    template <class Work>
    auto locked(const QByteArray& run, Work work) -> std::invoke_result_t<Work, const OutboxSql&, RunState>;

    [[nodiscard]] Result<qint64> claimFrozen(const OutboxSql& sql, const QByteArray& run, const Positions& positions,
                                             const QByteArray& actor);
    [[nodiscard]] Result<void> putInto(const OutboxSql& sql, const QByteArray& run, Positions& taken);
    [[nodiscard]] Result<std::vector<OutboxMessage>> letters(const OutboxSql& sql, const QByteArray& run,
                                                             const Positions& positions);
    [[nodiscard]] Result<Positions> firstQueued(const OutboxSql& sql, const QByteArray& run, int most);
    [[nodiscard]] Result<std::vector<OutboxNote>> notes(const QString& sql, const QByteArray& run, qint64 after,
                                                        int limit, const OutboxLink* link);
    [[nodiscard]] Result<Positions> stillIn(const OutboxSql& sql, const QByteArray& run, ItemState state,
                                            const Positions& positions);
    [[nodiscard]] Result<Rows> rowsOf(const OutboxSql& sql, const QByteArray& run, const Positions& positions);
    [[nodiscard]] Result<void> completeRows(const OutboxSql& sql, const QByteArray& run, const Positions& positions);
    [[nodiscard]] Result<void> restoreRows(const OutboxSql& sql, const QByteArray& run, const Positions& positions,
                                           const QByteArray& actor);
    [[nodiscard]] Result<void> move(const OutboxSql& sql, const QByteArray& run, ItemState to, const char* detail,
                                    const Positions& positions);
    [[nodiscard]] Result<void> set(const OutboxSql& sql, const QByteArray& run, const QString& assignments,
                                   QVariantList values, const Positions& positions);
    [[nodiscard]] Result<void> audit(const OutboxSql& sql, const QByteArray& run, const char* action,
                                     const QByteArray& actor, const Positions& positions);
    [[nodiscard]] Result<void> shift(const QByteArray& run, ItemState from, ItemState to, const Positions& positions);
    [[nodiscard]] Result<QVariant> reasonOf(const QByteArray& run);
    [[nodiscard]] Connection& connection();

    SqlReplays& m_replays;
};

} // namespace portolan
