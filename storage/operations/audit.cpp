#include "storage/operations/audit.h"

#include "storage/listing/filter.h"
#include "storage/listing/listing.h"

namespace portolan {

namespace {

using Entry = AuditEntry;
constexpr Column<AuditEntry> auditTable[] = {
    {"id", ColumnType::Integer, [](const Entry& e) { return Value(e.id); }},
    {"at", ColumnType::Time, [](const Entry& e) { return Value(e.at); }},
    {"actor", ColumnType::Text, [](const Entry& e) { return Value(e.actor); }},
    {"action", ColumnType::Text, [](const Entry& e) { return Value(e.action); }},
    {"subject_kind", ColumnType::Text, [](const Entry& e) { return Value(e.subjectKind); }},
    {"subject_id", ColumnType::Text, [](const Entry& e) { return optionalValue(e.subjectId); }},
    {"reason", ColumnType::Text, [](const Entry& e) { return optionalValue(e.reason); }},
    {"run_id", ColumnType::Text, [](const Entry& e) { return optionalValue(e.runId); }},
    {"before_image", ColumnType::Json, [](const Entry& e) { return optionalValue(e.before); }},
    {"after_image", ColumnType::Json, [](const Entry& e) { return optionalValue(e.after); }},
};

} // namespace

AuditEntry auditEntry(const char* action, const char* subjectKind, const QByteArray& subjectId,
                      const QByteArray& reason, const QByteArray& actor) {
    AuditEntry entry;
    entry.actor = actor;
    entry.action = action;
    entry.subjectKind = subjectKind;
    entry.subjectId = subjectId;
    if (!reason.trimmed().isEmpty())
        entry.reason = reason.trimmed();
    return entry;
}

std::span<const Column<AuditEntry>> auditColumns() {
    return auditTable;
}

const ColumnSet& auditSchema() {
    static const ColumnSet schema = [] {
        ColumnSet made =
            schemaOf(auditColumns(), "at", {"actor", "action", "subject_kind", "subject_id", "reason", "run_id"});
        made.jsonAliases = {{"before", "before_image"}, {"after", "after_image"}};
        return made;
    }();
    return schema;
}

} // namespace portolan
