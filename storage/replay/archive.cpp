#include "storage/replay/archive.h"

namespace portolan {

namespace {

using Archived = ArchivedMessage;
constexpr Column<Archived> archiveTable[] = {
    {"id", ColumnType::Integer, [](const Archived& a) { return Value(a.id); }},
    {"message_id", ColumnType::Text, [](const Archived& a) { return Value(a.messageId); }},
    {"cause", ColumnType::Text, [](const Archived& a) { return Value(a.cause); }},
    {"replaced_by", ColumnType::Text, [](const Archived& a) { return optionalValue(a.replacedBy); }},
    {"reason", ColumnType::Text, [](const Archived& a) { return Value(a.reason); }},
    {"actor", ColumnType::Text, [](const Archived& a) { return Value(a.actor); }},
    {"archived_at", ColumnType::Time, [](const Archived& a) { return Value(a.archivedAt); }},
    {"restored_at", ColumnType::Time, [](const Archived& a) { return optionalValue(a.restoredAt); }},
    {"row_image", ColumnType::Json, [](const Archived& a) { return Value(a.rowImage); }},
};

} // namespace

std::span<const Column<ArchivedMessage>> archiveColumns() {
    return archiveTable;
}

const ColumnSet& archiveSchema() {
    static const ColumnSet schema = [] {
        ColumnSet made = schemaOf(archiveColumns(), "archived_at", {"message_id", "cause", "reason", "actor"});
        made.jsonAliases = {{"row", "row_image"}};
        return made;
    }();
    return schema;
}

Result<DiscardOutcome> MessageArchive::discard(const DiscardOrder& order, const Progress& progress,
                                               const CancelToken& token) {
    const auto seen = look(order, token);
    return seen ? discard(order, **seen, progress, token) : Result<DiscardOutcome>(seen.error());
}

} // namespace portolan
