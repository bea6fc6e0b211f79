#include "storage/messages/batches.h"

#include "storage/messages/batchname.h"

#include <algorithm>
#include <charconv>

namespace portolan {

namespace {

constexpr Column<Batch> batchTable[] = {
    {"id", ColumnType::Integer, [](const Batch& b) { return Value(b.id); }},
    {"filename", ColumnType::Text, [](const Batch& b) { return Value(b.filename()); }},
    {"message_count", ColumnType::Integer, [](const Batch& b) { return Value(b.messageCount); }},
    {"file_size_bytes", ColumnType::Integer, [](const Batch& b) { return Value(b.fileSizeBytes); }},
    {"date_created", ColumnType::Time, [](const Batch& b) { return Value(b.dateCreated); }},
    {"date_modified", ColumnType::Time, [](const Batch& b) { return Value(b.dateModified); }},
    {"first_message_number", ColumnType::Integer, [](const Batch& b) { return optionalValue(b.firstMessageNumber); }},
    {"last_message_number", ColumnType::Integer, [](const Batch& b) { return optionalValue(b.lastMessageNumber); }},
};

/// Returns a text as a value, an empty one as nothing.
Value someValue(const QByteArray& text) {
    return text.isEmpty() ? Value() : Value(text);
}

/// Returns an id as a text: a number in a SQL store, "12:3" in a file store.
Value idValue(MessageId id) {
    return id.batch == 0 ? Value(id.row) : Value(id.toText());
}

constexpr Column<Message> messageTable[] = {
    {"id", ColumnType::Text, [](const Message& m) { return idValue(m.id); }},
    {"batch_id", ColumnType::Integer, [](const Message& m) { return Value(m.batchId); }},
    {"message_number", ColumnType::Integer, [](const Message& m) { return optionalValue(m.messageNumber); }},
    {"content", ColumnType::Text, [](const Message& m) { return Value(m.content); }},
    {"timestamp", ColumnType::Time, [](const Message& m) { return optionalValue(m.timestamp); }},
    {"metadata", ColumnType::Json, [](const Message& m) { return someValue(m.metadata); }},
};

constexpr Column<Reject> rejectTable[] = {
    {"id", ColumnType::Integer, [](const Reject& r) { return Value(r.id); }},
    {"rejected_at", ColumnType::Time, [](const Reject& r) { return Value(r.rejectedAt); }},
    {"source", ColumnType::Text, [](const Reject& r) { return Value(r.source); }},
    {"key", ColumnType::Text, [](const Reject& r) { return Value(r.key); }},
    {"reason", ColumnType::Text, [](const Reject& r) { return Value(r.reason.toUtf8()); }},
    {"payload", ColumnType::Text, [](const Reject& r) { return Value(r.payload); }},
    {"reinjected_at", ColumnType::Time, [](const Reject& r) { return optionalValue(r.reinjectedAt); }},
    {"state", ColumnType::Text, [](const Reject& r) { return Value(QByteArray(r.state())); }},
    {"dismissed_at", ColumnType::Time, [](const Reject& r) { return optionalValue(r.dismissedAt); }},
    {"settled_by", ColumnType::Text, [](const Reject& r) { return optionalValue(r.settledBy); }},
    {"settled_reason", ColumnType::Text, [](const Reject& r) { return optionalValue(r.settledReason); }},
    {"mended_payload", ColumnType::Text, [](const Reject& r) { return optionalValue(r.mendedPayload); }},
    {"metadata", ColumnType::Json, [](const Reject& r) { return someValue(r.metadata); }},
};

constexpr std::pair<GapKind, const char*> gapKinds[] = {
    {GapKind::Numbers, "numbers"},
    {GapKind::Disconnect, "disconnect"},
    {GapKind::Overrun, "overrun"},
    {GapKind::Trimmed, "trimmed"},
};

constexpr Column<Gap> gapTable[] = {
    {"id", ColumnType::Integer, [](const Gap& g) { return Value(g.id); }},
    {"source", ColumnType::Text, [](const Gap& g) { return Value(g.source); }},
    {"kind", ColumnType::Text, [](const Gap& g) { return Value(QByteArray(gapKindName(g.kind))); }},
    {"epoch", ColumnType::Integer, [](const Gap& g) { return Value(g.epoch); }},
    {"first_number", ColumnType::Integer, [](const Gap& g) { return optionalValue(g.firstNumber); }},
    {"last_number", ColumnType::Integer, [](const Gap& g) { return optionalValue(g.lastNumber); }},
    {"missing", ColumnType::Integer, [](const Gap& g) { return optionalValue(g.missing); }},
    {"detected_at", ColumnType::Time, [](const Gap& g) { return Value(g.detectedAt); }},
    {"closed_at", ColumnType::Time, [](const Gap& g) { return optionalValue(g.closedAt); }},
    {"details", ColumnType::Json, [](const Gap& g) { return someValue(g.details); }},
};

/// Takes a number without sign or leading zeros off the beginning of the text.
std::optional<qint64> takeNumber(QByteArrayView& text) {
    qint64 value = 0;
    const auto [end, error] = std::from_chars(text.begin(), text.end(), value);
    const bool plain = !text.startsWith('-') && (!text.startsWith('0') || end == text.begin() + 1);
    if (error != std::errc() || !plain)
        return std::nullopt;
    text = text.sliced(end - text.begin());
    return value;
}

} // namespace

QByteArray MessageId::toText() const {
    return batch == 0 ? QByteArray::number(row) : QByteArray::number(batch) + ':' + QByteArray::number(row);
}

std::optional<MessageId> MessageId::fromText(QByteArrayView text) {
    const auto first = takeNumber(text);
    if (!first)
        return std::nullopt;
    if (text.isEmpty())
        return MessageId{0, *first};
    if (!text.startsWith(':') || *first == 0)
        return std::nullopt;
    text = text.sliced(1);
    const auto second = takeNumber(text);
    if (!second || *second == 0 || !text.isEmpty())
        return std::nullopt;
    return MessageId{*first, *second};
}

QByteArray Batch::filename() const {
    return storedName ? *storedName : batchFileName(id);
}

const char* Reject::state() const {
    return reinjectedAt ? "reinjected" : dismissedAt ? "dismissed" : "open";
}

std::span<const Column<Batch>> batchColumns() {
    return batchTable;
}

std::span<const Column<Message>> messageColumns() {
    return messageTable;
}

std::span<const Column<Reject>> rejectColumns() {
    return rejectTable;
}

std::span<const Column<Gap>> gapColumns() {
    return gapTable;
}

const char* gapKindName(GapKind kind) {
    return std::ranges::find(gapKinds, kind, &std::pair<GapKind, const char*>::first)->second;
}

std::optional<GapKind> gapKindNamed(QByteArrayView name) {
    for (const auto& [kind, text] : gapKinds) {
        if (name == text)
            return kind;
    }
    return std::nullopt;
}

const ColumnSet& batchSchema() {
    static const ColumnSet schema = schemaOf(batchColumns(), "date_created", {"filename"});
    return schema;
}

const ColumnSet& messageSchema() {
    static const ColumnSet schema = [] {
        ColumnSet made = schemaOf(messageColumns(), "timestamp", {"content"});
        made.jsonAliases = {{"meta", "metadata"}};
        return made;
    }();
    return schema;
}

const ColumnSet& rejectSchema() {
    static const ColumnSet schema = [] {
        ColumnSet made = schemaOf(rejectColumns(), "rejected_at", {"source", "key", "reason", "payload"});
        made.jsonAliases = {{"meta", "metadata"}};
        return made;
    }();
    return schema;
}

const ColumnSet& gapSchema() {
    static const ColumnSet schema = schemaOf(gapColumns(), "detected_at", {"source", "kind", "details"});
    return schema;
}

} // namespace portolan
