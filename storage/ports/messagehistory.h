#pragma once

#include "storage/operations/audit.h"
#include "storage/ports/ports.h"
#include "storage/replay/replay.h"

namespace portolan {

/// A replay run that a message was frozen for, and what became of it there.
struct MessageReplay {
    QByteArray runId;
    RunState runState = RunState::Frozen;
    qint64 position = 0; ///< in the run, from 1
    ItemState state = ItemState::Frozen;
    std::optional<QByteArray> detail;
    QByteArray reason;
    QByteArray actor;
    std::optional<Timestamp> updatedAt;
};

/// Another message of the same correlation id.
struct RelatedMessage {
    QByteArray id;
    QByteArray portName;
    QByteArray status;
    std::optional<Timestamp> createdAt;
};

/// The note that the guard against duplicates has of a message's event.
struct ProcessedEvent {
    QByteArray eventId;
    std::optional<QByteArray> sensorId;
    std::optional<Timestamp> processedAt;
};

/// A port message and what is known of it besides its row. Each list holds `most` entries at most, the newest, oldest
/// first.
struct MessageHistory {
    static constexpr int most = 100;
    static constexpr int neighbours = 5'000; ///< messages before it by time, and as many after it, that are looked at

    PortMessage message;
    std::vector<AuditEntry> audit; ///< about the message
    std::vector<MessageReplay> replays;
    std::optional<QByteArray> correlationId; ///< `correlation_id` of its metadata, else of its document
    std::vector<RelatedMessage> related;     ///< of that id, among the neighbours
    std::optional<ProcessedEvent> processed; ///< under its `event_id`, else its own id
};

std::span<const Column<MessageReplay>> messageReplayColumns();
std::span<const Column<RelatedMessage>> relatedMessageColumns();
std::span<const Column<ProcessedEvent>> processedEventColumns();

/// Returns the text at a name of the message's metadata, else of its document; numbers as they are written. Nothing
/// when neither has one.
[[nodiscard]] std::optional<QByteArray> namedInMessage(const PortMessage& message, QByteArrayView name);

} // namespace portolan
