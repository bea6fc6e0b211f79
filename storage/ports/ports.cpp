#include "storage/ports/ports.h"

namespace portolan {

namespace {

Value textOrNothing(const QByteArray& text) {
    return text.isNull() ? Value() : Value(text);
}

constexpr std::pair<PortStatus, const char*> statusNames[] = {
    {PortStatus::Pending, "pending"}, {PortStatus::Processing, "processing"},  {PortStatus::Completed, "completed"},
    {PortStatus::Failed, "failed"},   {PortStatus::DeadLetter, "dead_letter"},
};

using Pm = PortMessage;
constexpr Column<PortMessage> portMessageTable[] = {
    {"id", ColumnType::Text, [](const Pm& m) { return textOrNothing(m.id); }},
    {"port_name", ColumnType::Text, [](const Pm& m) { return textOrNothing(m.portName); }},
    {"source_component", ColumnType::Text, [](const Pm& m) { return textOrNothing(m.sourceComponent); }},
    {"target_component", ColumnType::Text, [](const Pm& m) { return textOrNothing(m.targetComponent); }},
    {"message_data", ColumnType::Json, [](const Pm& m) { return textOrNothing(m.messageData); }},
    {"message_metadata", ColumnType::Json, [](const Pm& m) { return optionalValue(m.messageMetadata); }},
    {"status", ColumnType::Text, [](const Pm& m) { return textOrNothing(m.statusText()); }},
    {"retry_count", ColumnType::Integer, [](const Pm& m) { return optionalValue(m.retryCount); }},
    {"max_retries", ColumnType::Integer, [](const Pm& m) { return optionalValue(m.maxRetries); }},
    {"created_at", ColumnType::Time, [](const Pm& m) { return optionalValue(m.createdAt); }},
    {"processed_at", ColumnType::Time, [](const Pm& m) { return optionalValue(m.processedAt); }},
    {"completed_at", ColumnType::Time, [](const Pm& m) { return optionalValue(m.completedAt); }},
    {"error_message", ColumnType::Text, [](const Pm& m) { return optionalValue(m.errorMessage); }},
    {"error_details", ColumnType::Json, [](const Pm& m) { return optionalValue(m.errorDetails); }},
    {"status_changed_at", ColumnType::Time, [](const Pm& m) { return optionalValue(m.statusChangedAt); }},
    {"died_at", ColumnType::Time, [](const Pm& m) { return optionalValue(m.diedAt()); }},
    {"pending_since", ColumnType::Time, [](const Pm& m) { return optionalValue(m.pendingSince()); }},
};

constexpr Column<Port> portTable[] = {
    {"port_name", ColumnType::Text, [](const Port& p) { return textOrNothing(p.portName); }},
    {"pending", ColumnType::Integer, [](const Port& p) { return Value(p.pending); }},
    {"processing", ColumnType::Integer, [](const Port& p) { return Value(p.processing); }},
    {"completed", ColumnType::Integer, [](const Port& p) { return Value(p.completed); }},
    {"failed", ColumnType::Integer, [](const Port& p) { return Value(p.failed); }},
    {"dead_letter", ColumnType::Integer, [](const Port& p) { return Value(p.deadLetter); }},
    {"oldest_pending", ColumnType::Time, [](const Port& p) { return optionalValue(p.oldestPending); }},
    {"last_activity", ColumnType::Time, [](const Port& p) { return optionalValue(p.lastActivity); }},
};

} // namespace

const char* portStatusName(PortStatus status) {
    for (const auto& [known, name] : statusNames) {
        if (known == status)
            return name;
    }
    return "";
}

std::optional<PortStatus> portStatusNamed(QByteArrayView name) {
    for (const auto& [status, text] : statusNames) {
        if (name == text)
            return status;
    }
    return std::nullopt;
}

QByteArray PortMessage::statusText() const {
    return status == PortStatus::Other ? otherStatus : QByteArray(portStatusName(status));
}

bool PortMessage::isDeadLetter() const {
    return status == PortStatus::DeadLetter
           || (status == PortStatus::Failed && retryCount && maxRetries && *retryCount >= *maxRetries);
}

std::optional<Timestamp> PortMessage::diedAt() const {
    if (!isDeadLetter())
        return std::nullopt;
    return processedAt ? processedAt : statusChangedAt ? statusChangedAt : createdAt;
}

std::optional<Timestamp> PortMessage::pendingSince() const {
    if (status != PortStatus::Pending)
        return std::nullopt;
    return statusChangedAt ? statusChangedAt : createdAt;
}

std::span<const Column<PortMessage>> portMessageColumns() {
    return portMessageTable;
}

std::span<const Column<PortMessage>> deadLetterColumns() {
    return portMessageColumns().first(std::size(portMessageTable) - 1);
}

std::span<const Column<Port>> portColumns() {
    return portTable;
}

namespace {

ColumnSet messageSchema(std::span<const Column<PortMessage>> columns, QByteArrayView timeColumn) {
    ColumnSet made = schemaOf(
        columns, timeColumn,
        {"port_name", "source_component", "target_component", "message_data", "error_message", "error_details"});
    made.jsonAliases = {{"data", "message_data"}, {"meta", "message_metadata"}, {"details", "error_details"}};
    return made;
}

} // namespace

const ColumnSet& portMessageSchema() {
    static const ColumnSet schema = [] {
        ColumnSet made = messageSchema(portMessageColumns(), "created_at");
        made.waiting = {"status", portStatusName(PortStatus::Pending), "pending_since"};
        made.ended = {{portStatusName(PortStatus::DeadLetter), portStatusName(PortStatus::Failed)}, "died_at"};
        return made;
    }();
    return schema;
}

const ColumnSet& deadLetterSchema() {
    static const ColumnSet schema = messageSchema(deadLetterColumns(), "died_at");
    return schema;
}

const ColumnSet& portSchema() {
    static const ColumnSet schema = schemaOf(portColumns(), "last_activity", {"port_name"});
    return schema;
}

} // namespace portolan
