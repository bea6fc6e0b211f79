#include "storage/sources/redis/redisentry.h"

#include "storage/ingest/metadataobject.h"
#include "storage/json/jsontext.h"
#include "storage/sources/outbox.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

namespace portolan {

namespace {

constexpr std::array payloadFields{"payload", "data", "message"}; // the first that is there

/// Values that are not UTF-8 go in as they are: the decoder then rejects the whole, bytes kept.
QByteArray fieldsAsJson(const RedisReply::Node& fields) {
    QByteArray json(1, '{');
    bool isName = true;
    for (const RedisReply::Node field : fields) {
        if (isName && json.size() > 1)
            json += ',';
        appendJsonString(json, field.text());
        if (isName)
            json += ':';
        isName = !isName;
    }
    json += '}';
    return json;
}

/// The last value of that name, as in a JSON object.
std::optional<QByteArrayView> valueOf(const RedisReply::Node& fields, QByteArrayView wanted) {
    std::optional<QByteArrayView> found;
    for (auto at = fields.begin(); at != fields.end(); ++at) {
        const QByteArrayView name = (*at).text();
        ++at;
        if (name == wanted)
            found = (*at).text();
    }
    return found;
}

/// The record of a message that a replay sent to the stream; nothing for any other entry.
std::optional<QByteArray> replayedRecord(const RedisReply::Node& fields) {
    const auto message = portMessageOf([&](QByteArrayView name) { return valueOf(fields, name); });
    return message ? std::optional(portMessageRecord(*message)) : std::nullopt;
}

/// The place of the payload's value among the fields. An entry that names its kind and has no payload is its fields.
std::optional<qsizetype> payloadPlace(const RedisReply::Node& fields) {
    std::array<std::optional<qsizetype>, payloadFields.size()> found;
    bool namesKind = false;
    qsizetype place = 0;
    for (auto at = fields.begin(); at != fields.end(); ++at) {
        const QByteArrayView name = (*at).text();
        ++at;
        for (std::size_t i = 0; i < payloadFields.size(); ++i) {
            if (name == payloadFields[i] && !found[i])
                found[i] = place + 1;
        }
        namesKind = namesKind || name == "kind";
        place += 2;
    }
    if (namesKind && !found[0])
        return std::nullopt;
    const auto first = std::ranges::find_if(found, [](const auto& value) { return value.has_value(); });
    return first == found.end() ? std::nullopt : *first;
}

} // namespace

QByteArray StreamId::toText() const {
    QByteArray text;
    appendTo(text);
    return text;
}

void StreamId::appendTo(QByteArray& text) const {
    constexpr std::size_t longestNumber = 20;
    std::array<char, longestNumber> digits{};
    const auto append = [&](quint64 number) {
        const char* last = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
        text.append(digits.data(), last - digits.data());
    };
    append(major);
    text.append('-');
    append(minor);
}

StreamId StreamId::next() const {
    if (minor < std::numeric_limits<quint64>::max())
        return {major, minor + 1};
    return {major + 1, 0};
}

std::optional<StreamId> StreamId::fromText(QByteArrayView text) {
    StreamId id;
    const char* end = text.data() + text.size();
    const auto [dash, majorError] = std::from_chars(text.data(), end, id.major);
    if (majorError != std::errc() || dash == end || *dash != '-')
        return std::nullopt;
    const auto [last, minorError] = std::from_chars(dash + 1, end, id.minor);
    if (minorError != std::errc() || last != end)
        return std::nullopt;
    return id;
}

Delivery streamDelivery(const QByteArray& source, StreamId id, QByteArrayView idText, const RedisReply::Node& fields,
                        Timestamp receivedAt) {
    Delivery delivery;
    delivery.key = {source, id.major, id.minor};
    delivery.keyText = idText.toByteArray();
    delivery.receivedAt = receivedAt;
    if (auto record = replayedRecord(fields)) {
        delivery.payload = std::move(*record);
    } else if (const auto place = payloadPlace(fields)) {
        MetadataObject beside;
        QByteArrayView name;
        qsizetype at = 0;
        for (const RedisReply::Node field : fields) {
            if (at == *place)
                delivery.payload = field.text().toByteArray();
            else if (at % 2 == 1)
                beside.add(name, field.text());
            name = field.text();
            ++at;
        }
        delivery.metadata = beside.toJson();
    } else {
        delivery.payload = fieldsAsJson(fields);
        delivery.fromFields = true;
    }
    return delivery;
}

void OutstandingIds::add(StreamId id) {
    if (m_ids.empty() || m_ids.back() < id) {
        m_ids.push_back(id);
        return;
    }
    const auto at = std::ranges::lower_bound(m_ids, id);
    if (*at != id)
        m_ids.insert(at, id);
}

void OutstandingIds::remove(StreamId id) {
    if (m_ids.empty())
        return;
    if (m_ids.front() == id) {
        m_ids.pop_front();
        return;
    }
    const auto at = std::ranges::lower_bound(m_ids, id);
    if (at != m_ids.end() && *at == id)
        m_ids.erase(at);
}

bool OutstandingIds::contains(StreamId id) const {
    return std::ranges::binary_search(m_ids, id);
}

} // namespace portolan
