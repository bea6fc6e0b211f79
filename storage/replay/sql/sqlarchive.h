#pragma once

#include "storage/replay/archive.h"
#include "storage/replay/sql/archivesql.h"
#include "storage/sql/internaltable.h"

#include <optional>

namespace portolan {

class GroupScan;

/// The archive of a SQL store (`portolan_message_archive`).
class SqlArchive : public MessageArchive {
public:
    /// `groups` are remembered before some of their letters go; null: there is nothing to remember them in.
    explicit SqlArchive(Session& session, GroupScan* groups = nullptr);

    RowSource<ArchivedMessage>& messages() override { return m_rows.rows(); }
    Result<qint64> count(const DiscardOrder& order, const CancelToken& token) override;
    using MessageArchive::discard;
    Result<std::shared_ptr<const SeenLetters>> look(const DiscardOrder& order, const CancelToken& token) override;
    Result<DiscardOutcome> discard(const DiscardOrder& order, const SeenLetters& seen, const Progress& progress,
                                   const CancelToken& token) override;
    Result<RestoreOutcome> restore(const std::vector<QByteArray>& ids, const QByteArray& reason,
                                   const QByteArray& actor, const Progress& progress,
                                   const CancelToken& token) override;

    using Letter = SeenLetters::Letter;
    /// The actor, the reason and the act (the job's id), for the audit.
    struct Author {
        QByteArray actor;
        QByteArray reason;
        QByteArray act;
    };

    // Within a transaction that is open already.

    /// Moves the letters that are as they were seen into the archive; returns how many.
    [[nodiscard]] static Result<qint64> takeAway(Connection& connection, const DiscardSql& sql,
                                                 std::span<const Letter> letters, const Author& author);
    /// Puts archived rows of messages back, to the letter. Error Invalid: one of them would not be as it was.
    [[nodiscard]] static Result<void> putBack(Connection& connection, const DiscardSql& sql,
                                              std::span<const qint64> archived, const Author& author);
    /// Has the store remember the groups before letters leave them, so that they keep their names and history. In no
    /// transaction.
    [[nodiscard]] Result<void> rememberGroups(const CancelToken& token);

private:
    struct StatementCache {
        quint64 generation = 0;
        qint64 mark = 0;
        DiscardSql sql;
    };
    [[nodiscard]] Connection& connection() { return m_session.connection(); }
    [[nodiscard]] Result<const DiscardSql*> sql();
    [[nodiscard]] Result<qint64> discardSome(std::span<const Letter> letters, const QByteArray& job,
                                             const DiscardOrder& order);
    [[nodiscard]] Result<DiscardOutcome> discardAll(const SeenLetters& seen, const QByteArray& job,
                                                    const DiscardOrder& order, const Progress& progress,
                                                    const CancelToken& token);
    struct Restorable {
        qint64 archived = 0;
        QByteArray cause;
        QByteArray messageId;
    };
    class Restoring;
    [[nodiscard]] Result<void> restoreAll(const std::vector<QByteArray>& ids, const Author& author,
                                          const Progress& progress, const CancelToken& token, RestoreOutcome& outcome);
    [[nodiscard]] Result<QByteArray> beginJob(const char* kind, const QByteArray& words, qint64 total,
                                              const QByteArray& actor);
    [[nodiscard]] Result<void> endJob(const QByteArray& job, const std::optional<Error>& failure,
                                      const QByteArray& result, const QByteArray& actor);

    Session& m_session;
    GroupScan* m_groups;
    std::optional<StatementCache> m_known;
    InternalTable<ArchivedMessage> m_rows;
};

} // namespace portolan
