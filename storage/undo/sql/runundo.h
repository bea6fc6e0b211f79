#pragma once

#include "storage/replay/sql/sqlreplays.h"
#include "storage/undo/sql/undopart.h"

namespace portolan {

/// Undoes a replay run by taking its messages back, and a recall by putting them where the run had put them.
class RunUndo final : public UndoPart {
public:
    /// Error Unsupported: the run sends elsewhere, or has put nothing back yet.
    static Result<std::unique_ptr<UndoPart>> make(Session& session, SqlReplays& replays, const AuditEntry& entry,
                                                  UndoWay way);

    bool isBegun() const override { return m_isBegun; }
    Result<std::vector<UndoUnit>> page(qint64 after, int most) override;
    Result<void> begin(const UndoAuthor& author, qint64 rows) override;
    Result<void> apply(const std::vector<UndoUnit>& ready, const UndoAuthor& author) override;

private:
    RunUndo(Session& session, SqlReplays& replays, AuditEntry entry, bool recalls, bool isBegun)
        : UndoPart(session)
        , m_replays(replays)
        , m_act(std::move(entry))
        , m_recalls(recalls)
        , m_isBegun(isBegun) {}

    SqlReplays& m_replays;
    AuditEntry m_act;
    bool m_recalls; ///< false: it undoes a recall
    bool m_isBegun;
};

} // namespace portolan
