#pragma once

#include "storage/sql/rowstates.h"
#include "storage/undo/sql/undopart.h"

#include <map>

namespace portolan {

/// Undoes changes of settings and marks by the rows that their entries have kept: views, alerts, models, what is set
/// for the store, marks of checkpoints, dismissals of rejects.
class RowUndo final : public UndoPart {
public:
    /// Error Unsupported: the entry, which an older version wrote, has not kept what is needed.
    static Result<std::unique_ptr<UndoPart>> make(Session& session, const AuditEntry& entry);

    Result<std::vector<UndoUnit>> page(qint64 after, int most) override;
    Result<void> lock() override;
    Result<void> apply(const std::vector<UndoUnit>& ready, const UndoAuthor& author) override;

    /// The rows that an entry tells of, and what they were: images, in the order in which they were changed.
    struct Images {
        std::vector<QByteArray> before;
        std::vector<QByteArray> after;
    };

private:
    struct Table;
    RowUndo(Session& session, const Table& table, AuditEntry act)
        : UndoPart(session)
        , m_table(table)
        , m_act(std::move(act)) {}

    static const Table* tableOf(const AuditEntry& entry);
    [[nodiscard]] Result<Images> imagesOf(const AuditEntry& entry) const;
    /// The statements of a page of entries.
    struct Page {
        PreparedStatements statements;
        std::map<QStringList, RowStates> states = {}; ///< by the columns of the images
    };
    [[nodiscard]] Result<RowStates*> statesOf(Page& page, const Images& images);
    [[nodiscard]] Result<QString> touchedBy(RowStates& states, const Images& images, const AuditEntry& entry);
    [[nodiscard]] Result<QString> another(RowStates& states, const Images& images);
    [[nodiscard]] Result<UndoUnit> unitOf(Page& page, const AuditEntry& entry);
    [[nodiscard]] Result<void> restoreUnit(Page& page, const UndoUnit& unit, const UndoAuthor& author);
    [[nodiscard]] Result<void> restore(RowStates& states, const Images& images);

    const Table& m_table;
    AuditEntry m_act;
    std::optional<SchemaInspector> m_catalogue;
};

} // namespace portolan
