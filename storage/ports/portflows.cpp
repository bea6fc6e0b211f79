#include "storage/ports/portflows.h"

namespace portolan {

namespace {

constexpr Column<PortFlow> flowColumns[] = {
    {"flow", ColumnType::Text,
     [](const PortFlow& f) { return Value(f.source + " \u2192 " + f.port + " \u2192 " + f.target); }},
    {"source_component", ColumnType::Text, [](const PortFlow& f) { return Value(f.source); }},
    {"port_name", ColumnType::Text, [](const PortFlow& f) { return Value(f.port); }},
    {"target_component", ColumnType::Text, [](const PortFlow& f) { return Value(f.target); }},
    {"per_minute", ColumnType::Real, [](const PortFlow& f) { return optionalValue(f.perMinute); }},
    {"last_activity", ColumnType::Time, [](const PortFlow& f) { return optionalValue(f.lastActivity); }},
    {"dead_letters", ColumnType::Integer, [](const PortFlow& f) { return Value(f.deadLetters); }},
    {"exact", ColumnType::Boolean, [](const PortFlow& f) { return Value(f.exact); }},
};

} // namespace

std::span<const Column<PortFlow>> portFlowColumns() {
    return flowColumns;
}

const ColumnSet& portFlowSchema() {
    static const ColumnSet schema =
        schemaOf(portFlowColumns(), "last_activity", {"source_component", "port_name", "target_component"});
    return schema;
}

} // namespace portolan
