#pragma once

#include "storage/replay/sql/sqlarchive.h"
#include "storage/undo/sql/undopart.h"

namespace portolan {

/// Undoes a discard by putting the messages back from the archive, and a restoring by archiving them again.
class ArchiveUndo final : public UndoPart {
public:
    /// Error Unsupported: an older version wrote the entry, and did not note which others are of the same act.
    static Result<std::unique_ptr<UndoPart>> make(Session& session, SqlArchive& archive, const AuditEntry& entry,
                                                  UndoWay way);

    Result<std::vector<UndoUnit>> page(qint64 after, int most) override;
    Result<void> lock() override;
    Result<void> prepare(const CancelToken& token) override;
    Result<void> begin(const UndoAuthor& author, qint64 rows) override;
    Result<void> apply(const std::vector<UndoUnit>& ready, const UndoAuthor& author) override;
    Result<void> end(const UndoAuthor& author, qint64 rows) override;
    Result<void> fail(const UndoAuthor& author, const Error& error) override;

private:
    ArchiveUndo(Session& session, SqlArchive& archive, DiscardSql sql, AuditEntry entry, bool restores)
        : UndoPart(session)
        , m_archive(archive)
        , m_sql(std::move(sql))
        , m_act(std::move(entry))
        , m_restores(restores) {}

    SqlArchive& m_archive;
    DiscardSql m_sql;
    AuditEntry m_act;
    bool m_restores; ///< false: it undoes a restoring
};

} // namespace portolan
