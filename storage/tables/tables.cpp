#include "storage/tables/tables.h"

namespace portolan {

namespace {

const char* zoneName(TableInfo::Zone zone) {
    switch (zone) {
    case TableInfo::Zone::Core:
        return "core";
    case TableInfo::Zone::Portolan:
        return "portolan";
    case TableInfo::Zone::User:
        return "user";
    case TableInfo::Zone::Other:
        return "other";
    }
    Q_UNREACHABLE();
}

Value orNothing(const QByteArray& text) {
    return text.isEmpty() ? Value() : Value(text);
}

constexpr Column<TableInfo> infoColumns[] = {
    {"table", ColumnType::Text, [](const TableInfo& t) { return Value(t.path()); }},
    {"kind", ColumnType::Text, [](const TableInfo& t) { return Value(t.kind); }},
    {"zone", ColumnType::Text, [](const TableInfo& t) { return Value(QByteArray(zoneName(t.zone))); }},
    {"rows", ColumnType::Integer, [](const TableInfo& t) { return optionalValue(t.rows); }},
    {"estimate", ColumnType::Boolean, [](const TableInfo& t) { return t.rows ? Value(t.isEstimate) : Value(); }},
    {"bytes", ColumnType::Integer, [](const TableInfo& t) { return optionalValue(t.bytes); }},
    {"columns", ColumnType::Integer, [](const TableInfo& t) { return Value(t.columns); }},
    {"key", ColumnType::Text, [](const TableInfo& t) { return orNothing(t.key); }},
    {"indexes", ColumnType::Integer, [](const TableInfo& t) { return Value(t.indexes); }},
    {"partitions", ColumnType::Integer, [](const TableInfo& t) { return Value(t.parts); }},
    {"problem", ColumnType::Text, [](const TableInfo& t) { return orNothing(t.problem); }},
};

} // namespace

QByteArray TableInfo::path() const {
    return isElsewhere ? schema + '.' + name : name;
}

std::span<const Column<TableInfo>> tableInfoColumns() {
    return infoColumns;
}

const ColumnSet& tableInfoSchema() {
    static const ColumnSet schema = schemaOf(tableInfoColumns(), {}, {"table", "key"});
    return schema;
}

} // namespace portolan
