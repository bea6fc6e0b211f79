#include "storage/migrations/migrations.h"

namespace portolan {

namespace {

const char* stateName(MigrationEntry::State state) {
    switch (state) {
    case MigrationEntry::State::Pending:
        return "pending";
    case MigrationEntry::State::Applied:
        return "applied";
    case MigrationEntry::State::Changed:
        return "changed";
    case MigrationEntry::State::Unknown:
        return "unknown";
    }
    Q_UNREACHABLE();
}

constexpr Column<MigrationEntry> migrationTable[] = {
    {"version", ColumnType::Integer, [](const MigrationEntry& m) { return Value(qint64(m.version)); }},
    {"description", ColumnType::Text, [](const MigrationEntry& m) { return Value(m.name.toUtf8()); }},
    {"state", ColumnType::Text, [](const MigrationEntry& m) { return Value(QByteArray(stateName(m.state))); }},
    {"applied_at", ColumnType::Time, [](const MigrationEntry& m) { return optionalValue(m.appliedAt); }},
    {"checksum", ColumnType::Text, [](const MigrationEntry& m) { return Value(m.checksum); }},
};

} // namespace

std::span<const Column<MigrationEntry>> migrationColumns() {
    return migrationTable;
}

const ColumnSet& migrationSchema() {
    static const ColumnSet schema = schemaOf(migrationColumns(), "applied_at", {"description", "state", "checksum"});
    return schema;
}

} // namespace portolan
