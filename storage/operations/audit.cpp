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
