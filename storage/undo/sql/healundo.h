#pragma once

#include "storage/undo/sql/undopart.h"

namespace portolan {

/// Undoes a healing of user-defined tables by the statements that its entry has kept, while nothing would be lost.
class HealUndo final : public UndoPart {
public:
    /// Error Unsupported: the entry has no such statements.
    static Result<std::unique_ptr<UndoPart>> make(Session& session, const AuditEntry& entry);

    Result<std::vector<UndoUnit>> page(qint64 after, int most) override;
    Result<void> apply(const std::vector<UndoUnit>& ready, const UndoAuthor& author) override;

private:
    HealUndo(Session& session, AuditEntry act) : UndoPart(session), m_act(std::move(act)) {}
    [[nodiscard]] Result<UndoUnit> healedModel(const AuditEntry& entry);
    [[nodiscard]] Result<bool> isFilled(const AuditEntry& entry);

    AuditEntry m_act;
};

} // namespace portolan
