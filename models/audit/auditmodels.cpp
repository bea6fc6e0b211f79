#include "models/audit/auditmodels.h"

#include "storage/store.h"

namespace portolan {

namespace {

Listing<AuditEntry> audit() {
    return {.source = [](Store& store) -> RowSource<AuditEntry>& {
                RowSource<AuditEntry>* const entries = store.audit();
                return entries ? *entries : noRows<AuditEntry>();
            },
            .columns = auditColumns,
            .schema = auditSchema,
            .shown = {{"at", QT_TRANSLATE_NOOP("Columns", "Time"), ColumnKind::Time, 29},
                      {"actor", QT_TRANSLATE_NOOP("Columns", "By"), ColumnKind::Data, 14},
                      {"action", QT_TRANSLATE_NOOP("Columns", "Action"), ColumnKind::Data, 17},
                      {"reason", QT_TRANSLATE_NOOP("Columns", "Reason"), ColumnKind::Data, 0},
                      {"subject_kind", QT_TRANSLATE_NOOP("Columns", "Subject"), ColumnKind::Data, 13},
                      {"subject_id", QT_TRANSLATE_NOOP("Columns", "Id"), ColumnKind::Data, 36},
                      {"run_id", QT_TRANSLATE_NOOP("Columns", "Run"), ColumnKind::Data, 36}},
            .identity = [](const AuditEntry& entry) { return QByteArray::number(entry.id); },
            .trim =
                [](AuditEntry& entry) { // the Inspector reads them whole
                    entry.before.reset();
                    entry.after.reset();
                },
            .rowsChange = false};
}

} // namespace

std::shared_ptr<const ListingAdapter> auditListing() {
    return std::make_shared<TypedListing<AuditEntry>>(audit());
}

} // namespace portolan
