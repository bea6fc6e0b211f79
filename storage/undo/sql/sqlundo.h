#pragma once

#include "storage/operations/sql/sqlaudit.h"
#include "storage/undo/sql/undopart.h"

namespace portolan {

class SqlArchive;
class SqlReplays;

/// Undoing in a SQL store.
class SqlUndo final : public Undo {
public:
    SqlUndo(Session& session, SqlReplays& replays, SqlArchive& archive)
        : m_session(session)
        , m_replays(replays)
        , m_archive(archive)
        , m_audit(session) {}

    Result<UndoOutcome> look(qint64 entry, const Tell& tell, const CancelToken& token) override;
    Result<UndoOutcome> undo(qint64 entry, const QByteArray& reason, const QByteArray& actor, const Tell& touched,
                             const CancelToken& token) override;
    Result<std::optional<AuditEntry>> newest(const QByteArray& actor, const CancelToken& token) override;
    Result<AuditParts> parts(qint64 after, qint64 before, int most, const Filter& filter,
                             const CancelToken& token) override {
        return m_audit.parts(after, before, most, filter, token);
    }

private:
    struct Act {
        AuditEntry entry; ///< one of those that tell of what was done
        std::unique_ptr<UndoPart> part;
    };
    [[nodiscard]] Result<Act> actOf(qint64 entry, const CancelToken& token);
    [[nodiscard]] Result<AuditEntry> entryOf(qint64 entry);
    [[nodiscard]] Result<std::unique_ptr<UndoPart>> partOf(const AuditEntry& entry);
    [[nodiscard]] Result<UndoOutcome> walk(const Act& act, bool tellsAll, const Tell& tell, const CancelToken& token);
    struct Step {
        qint64 after = 0;
        bool isFirst = true;
        bool isWhole = true; ///< all rows or none
        qint64 rows = 0;     ///< that will be undone in all
        [[nodiscard]] int most() const;
    };
    [[nodiscard]] Result<std::vector<UndoUnit>> step(UndoPart& part, const Step& next, const UndoAuthor& author,
                                                     UndoOutcome& outcome);
    [[nodiscard]] Result<UndoOutcome> carryOut(const Act& act, const UndoOutcome& seen, const UndoAuthor& author,
                                               const Tell& touched, const CancelToken& token);

    Session& m_session;
    SqlReplays& m_replays;
    SqlArchive& m_archive;
    SqlAudit m_audit;
};

} // namespace portolan
