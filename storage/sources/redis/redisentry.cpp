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

constexpr std::array<QByteArrayView, 3> payloadFields{"payload", "data", "message"}; // the first that is there

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

struct EntryForm {
    std::optional<qsizetype> payload; ///< the place of its value among the fields
    bool namesKind = false;
};

/// Finds the payload. An entry that names its kind and has no payload is its fields.
EntryForm formOf(const RedisReply::Node& fields) {
    std::array<std::optional<qsizetype>, payloadFields.size()> found;
    EntryForm form;
    qsizetype place = 0;
    for (auto at = fields.begin(); at != fields.end(); ++at) {
        const QByteArrayView name = (*at).text();
        ++at;
        for (std::size_t i = 0; i < payloadFields.size(); ++i) {
            if (name == payloadFields[i] && !found[i])
                found[i] = place + 1;
        }
        form.namesKind = form.namesKind || name == QByteArrayView("kind");
        place += 2;
    }
    if (form.namesKind && !found[0])
        return form;
    const auto first = std::ranges::find_if(found, [](const auto& value) { return value.has_value(); });
    form.payload = first == found.end() ? std::nullopt : *first;
    return form;
}

} // namespace

QByteArray StreamId::toText() const {
    std::array<char, longestText> text{};
    return QByteArray(text.data(), writeTo(text.data()) - text.data());
}

char* StreamId::writeTo(char* text) const {
    constexpr std::ptrdiff_t longestNumber = 20;
    text = std::to_chars(text, text + longestNumber, major).ptr;
    *text++ = '-';
    return std::to_chars(text, text + longestNumber, minor).ptr;
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
    const EntryForm form = formOf(fields);
    auto record = form.namesKind ? replayedRecord(fields) : std::nullopt;
    if (record) {
        delivery.payload = std::move(*record);
    } else if (form.payload) {
        MetadataObject beside;
        QByteArrayView name;
        qsizetype at = 0;
        for (const RedisReply::Node field : fields) {
            if (at == *form.payload)
                delivery.payload = field.text().toByteArray();
            else if (at % 2 == 1)
                beside.add(name, field.text());
            name = field.text();
            ++at;
        }
        delivery.metadata = beside.toJson();
    } else {
        delivery.payload = fieldsAsJson(fields);
        delivery.fromFields = delivery.isEntry = true;
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
