#include "models/auditmodels.h"

#include "storage/store.h"

namespace portolan {

namespace {

#define COLUMN(text) QT_TRANSLATE_NOOP("Columns", text)

Listing<AuditEntry> audit() {
    return {.source = [](Store& store) -> RowSource<AuditEntry>& {
                RowSource<AuditEntry>* const entries = store.audit();
                return entries ? *entries : noRows<AuditEntry>();
            },
            .columns = auditColumns,
            .schema = auditSchema,
            .shown = {{"at", COLUMN("Time"), ColumnKind::Time, 29},
                      {"actor", COLUMN("By"), ColumnKind::Data, 14},
                      {"action", COLUMN("Action"), ColumnKind::Data, 17},
                      {"reason", COLUMN("Reason"), ColumnKind::Data, 0},
                      {"subject_kind", COLUMN("Subject"), ColumnKind::Data, 13},
                      {"subject_id", COLUMN("Id"), ColumnKind::Data, 36},
                      {"run_id", COLUMN("Run"), ColumnKind::Data, 36}},
            .identity = [](const AuditEntry& entry) { return QByteArray::number(entry.id); },
            .trim =
                [](AuditEntry& entry) { // the Inspector reads them whole
                    entry.before.reset();
                    entry.after.reset();
                },
            .rowsChange = false};
}

#undef COLUMN

} // namespace

std::shared_ptr<const RowListing> auditListing() {
    return std::make_shared<TypedListing<AuditEntry>>(audit());
}

} // namespace portolan
