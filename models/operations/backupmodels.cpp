#include "models/operations/backupmodels.h"

#include "models/list/format.h"
#include "storage/store.h"

namespace portolan {

std::shared_ptr<const ListingAdapter> backupListing() {
    return std::make_shared<TypedListing<BackupEntry>>(
        Listing<BackupEntry>{.source = [](Store& store) -> RowSource<BackupEntry>& {
                                 RowSource<BackupEntry>* const backups = store.backups();
                                 return backups ? *backups : noRows<BackupEntry>();
                             },
                             .columns = backupColumns,
                             .schema = backupSchema,
                             .shown = {{"created_at", QT_TRANSLATE_NOOP("Columns", "Time"), ColumnKind::Time, 23},
                                       {"kind", QT_TRANSLATE_NOOP("Columns", "Kind"), ColumnKind::Data, 10},
                                       {"result", QT_TRANSLATE_NOOP("Columns", "Result"), ColumnKind::Data, 12},
                                       {"verified_at", QT_TRANSLATE_NOOP("Columns", "Verified"), ColumnKind::Age, 9},
                                       {"rows", QT_TRANSLATE_NOOP("Columns", "Rows"), ColumnKind::Number, 10},
                                       {"bytes", QT_TRANSLATE_NOOP("Columns", "Bytes"), ColumnKind::Number, 13},
                                       {"schema_version", QT_TRANSLATE_NOOP("Columns", "Schema"), ColumnKind::Id, 7},
                                       {"file", QT_TRANSLATE_NOOP("Columns", "File"), ColumnKind::Data, -24}},
                             .identity = [](const BackupEntry& backup) { return backup.id; },
                             .trim = nullptr,
                             .rowsChange = true});
}

Inspection inspect(const BackupEntry& backup) {
    Inspection inspection;
    inspection.title = inspectionText(QT_TRANSLATE_NOOP("Inspection", "Backup %1")).arg(visibleText(backup.id, 60));
    const QString result = backup.result.isEmpty()
                               ? inspectionText(QT_TRANSLATE_NOOP("Inspection", "nobody has looked yet"))
                               : visibleText(backup.result);
    inspection.facts = {{inspectionText(QT_TRANSLATE_NOOP("Inspection", "Time")), backup.createdAt},
                        {inspectionText(QT_TRANSLATE_NOOP("Inspection", "Kind")), visibleText(backup.kind)},
                        {inspectionText(QT_TRANSLATE_NOOP("Inspection", "Result")), result},
                        {inspectionText(QT_TRANSLATE_NOOP("Inspection", "Rows")), backup.rows},
                        {inspectionText(QT_TRANSLATE_NOOP("Inspection", "Size (B)")), backup.bytes}};
    if (backup.schemaVersion)
        inspection.facts.push_back(
            {inspectionText(QT_TRANSLATE_NOOP("Inspection", "Schema version")), *backup.schemaVersion});
    if (backup.verifiedAt)
        inspection.facts.push_back({inspectionText(QT_TRANSLATE_NOOP("Inspection", "Verified")), *backup.verifiedAt});
    inspection.documents.push_back(readDocument(inspectionText(QT_TRANSLATE_NOOP("Inspection", "File")),
                                                backup.file.toUtf8(), QStringLiteral("backup.txt")));
    return inspection;
}

} // namespace portolan
