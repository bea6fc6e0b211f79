#include "storage/sources/outbox.h"

#include "storage/ingest/jsonfields.h"
#include "storage/json/jsontext.h"

namespace portolan {

namespace {

/// A document as it stands; what is none, as a text.
void appendDocument(QByteArray& out, const QByteArray& document) {
    if (isJson(document))
        out += document;
    else
        appendJsonString(out, document);
}

void appendText(QByteArray& out, const char* name, const QByteArray& text) {
    out += QByteArray(",\"") + name + "\":";
    appendJsonString(out, text);
}

} // namespace

Result<QByteArray> outboxTarget(const SourceUrl& to) {
    const auto refused = [](const QString& why) {
        return Error{ErrorCode::Unsupported,
                     why
                         + QStringLiteral(" Dead letters are sent to a Redis stream, list or channel, as in "
                                          "redis://host:6379/0?stream=NAME.")};
    };
    using enum SourceKind;
    if (to.kind == RedisPattern)
        return refused(QStringLiteral("Nothing can be sent to a pattern; name one channel."));
    if (to.kind == Kafka)
        return refused(QStringLiteral("Sending to Kafka is not built."));
    if (to.kind == Demo)
        return refused(QStringLiteral("The demo takes no messages."));
    if (to.kind != RedisStream && to.kind != RedisList && to.kind != RedisChannel)
        return refused(QStringLiteral("%1 is only read.").arg(to.display()));
    SourceUrl target = to;
    target.group = SourceUrl().group;
    target.consumer.clear();
    return target.display().toUtf8();
}

QByteArray portMessageRecord(const OutboxMessage& message) {
    QByteArray out = R"({"kind":"port_message")";
    appendText(out, "id", message.id);
    appendText(out, "message_id", message.messageId);
    appendText(out, "port_name", message.portName);
    appendText(out, "source_component", message.sourceComponent);
    appendText(out, "target_component", message.targetComponent);
    if (message.metadata) {
        out += ",\"message_metadata\":";
        appendDocument(out, *message.metadata);
    }
    if (message.maxRetries && isJson(*message.maxRetries))
        out += ",\"max_retries\":" + *message.maxRetries;
    out += ",\"message_data\":";
    appendDocument(out, message.payload);
    return out + '}';
}

std::vector<std::pair<QByteArrayView, QByteArrayView>> portMessageFields(const OutboxMessage& message) {
    std::vector<std::pair<QByteArrayView, QByteArrayView>> fields{{"id", message.id},
                                                                  {"message_id", message.messageId},
                                                                  {"port_name", message.portName},
                                                                  {"payload", message.payload},
                                                                  {"kind", "port_message"},
                                                                  {"source_component", message.sourceComponent},
                                                                  {"target_component", message.targetComponent}};
    if (message.metadata)
        fields.emplace_back("message_metadata", *message.metadata);
    if (message.maxRetries)
        fields.emplace_back("max_retries", *message.maxRetries);
    return fields;
}

std::optional<OutboxMessage>
portMessageOf(const std::function<std::optional<QByteArrayView>(QByteArrayView name)>& fieldOf) {
    const auto isSet = [&](const char* name) { return fieldOf(name).has_value(); };
    if (fieldOf("kind") != QByteArrayView("port_message") || isSet("message_data"))
        return std::nullopt;
    for (const char* name : {"id", "message_id", "port_name", "payload", "source_component", "target_component"}) {
        if (!isSet(name))
            return std::nullopt;
    }
    const auto bytes = [&](const char* name) { return fieldOf(name)->toByteArray(); };
    OutboxMessage message;
    message.id = bytes("id");
    message.messageId = bytes("message_id");
    message.portName = bytes("port_name");
    message.sourceComponent = bytes("source_component");
    message.targetComponent = bytes("target_component");
    if (isSet("message_metadata"))
        message.metadata = bytes("message_metadata");
    if (isSet("max_retries"))
        message.maxRetries = bytes("max_retries");
    message.payload = bytes("payload");
    return message;
}

} // namespace portolan
