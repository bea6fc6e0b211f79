#include "storage/ports/messagehistory.h"

#include "storage/json/jsonplace.h"

namespace portolan {

namespace {

using Replay = MessageReplay;
constexpr Column<MessageReplay> replayTable[] = {
    {"run_id", ColumnType::Text, [](const Replay& r) { return Value(r.runId); }},
    {"run_state", ColumnType::Text, [](const Replay& r) { return Value(QByteArray(runStateName(r.runState))); }},
    {"position", ColumnType::Integer, [](const Replay& r) { return Value(r.position); }},
    {"state", ColumnType::Text, [](const Replay& r) { return Value(QByteArray(itemStateName(r.state))); }},
    {"detail", ColumnType::Text, [](const Replay& r) { return optionalValue(r.detail); }},
    {"reason", ColumnType::Text, [](const Replay& r) { return Value(r.reason); }},
    {"actor", ColumnType::Text, [](const Replay& r) { return Value(r.actor); }},
    {"updated_at", ColumnType::Time, [](const Replay& r) { return optionalValue(r.updatedAt); }},
};

constexpr Column<RelatedMessage> relatedTable[] = {
    {"id", ColumnType::Text, [](const RelatedMessage& r) { return Value(r.id); }},
    {"port_name", ColumnType::Text, [](const RelatedMessage& r) { return Value(r.portName); }},
    {"status", ColumnType::Text, [](const RelatedMessage& r) { return Value(r.status); }},
    {"created_at", ColumnType::Time, [](const RelatedMessage& r) { return optionalValue(r.createdAt); }},
};

constexpr Column<ProcessedEvent> eventTable[] = {
    {"event_id", ColumnType::Text, [](const ProcessedEvent& e) { return Value(e.eventId); }},
    {"sensor_id", ColumnType::Text, [](const ProcessedEvent& e) { return optionalValue(e.sensorId); }},
    {"processed_at", ColumnType::Time, [](const ProcessedEvent& e) { return optionalValue(e.processedAt); }},
};

} // namespace

std::span<const Column<MessageReplay>> messageReplayColumns() {
    return replayTable;
}

std::span<const Column<RelatedMessage>> relatedMessageColumns() {
    return relatedTable;
}

std::span<const Column<ProcessedEvent>> processedEventColumns() {
    return eventTable;
}

std::optional<QByteArray> namedInMessage(const PortMessage& message, QByteArrayView name) {
    for (const QByteArray& document : {message.messageMetadata.value_or(QByteArray()), message.messageData}) {
        const auto place = findJsonPlace(document, {name.toByteArray()});
        if (!place || !place->isScalar() || place->kind == JsonPlace::Kind::Null)
            continue;
        if (QByteArray text = place->text(); !text.isEmpty())
            return text;
    }
    return std::nullopt;
}

} // namespace portolan
