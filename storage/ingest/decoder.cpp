#include "storage/ingest/decoder.h"

#include "storage/ingest/fieldvalues.h"
#include "storage/ingest/kinds.h"
#include "storage/ingest/metadataobject.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <iterator>
#include <utility>

namespace portolan {

namespace {

constexpr qsizetype largestPayload = 8 * 1024 * 1024;

constexpr QByteArrayView noBreakSpace = "\xc2\xa0";

bool isBlank(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/// Part of a word: what must not stand before "No." and "number". Bytes of letters beyond ASCII count.
bool isWordByte(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z') || byte == '_'
           || byte >= 0x80;
}

/// A text that may stand before a message's number. Lower case; ° is UTF-8.
struct Marker {
    QByteArrayView text;
    bool isWord;       ///< nothing of a word stands before it
    bool endsWithWord; ///< nor after it
};
constexpr auto markers = std::to_array<Marker>({
    {"#", false, false},
    {"n\xc2\xb0", true, false},
    {"no.", true, false},
    {"number", true, true},
});

/// Returns the place after a marker that is at `at`, or 0.
qsizetype afterMarker(QByteArrayView text, qsizetype at) {
    for (const Marker& marker : markers) {
        const qsizetype end = at + marker.text.size();
        if (end > text.size()
            || qstrnicmp(text.data() + at, marker.text.data(), static_cast<size_t>(marker.text.size())) != 0)
            continue;
        if (marker.isWord && at > 0 && isWordByte(text[at - 1]))
            continue;
        // "number5" is a word with a figure; "number" + letter is another word ("numbers").
        const char next = end < text.size() ? text[end] : ' ';
        if (marker.endsWithWord && isWordByte(next) && (next < '0' || next > '9')
            && !text.sliced(end).startsWith(noBreakSpace))
            continue;
        return end;
    }
    return 0;
}

struct Number {
    bool found = false;          ///< an integer stands there
    std::optional<qint64> value; ///< nothing: it is beyond 64 bits
};

Number numberAt(QByteArrayView text, qsizetype at) {
    while (at < text.size()) {
        if (isBlank(text[at]) || text[at] == ':' || text[at] == '=')
            ++at;
        else if (text.sliced(at).startsWith(noBreakSpace))
            at += noBreakSpace.size();
        else
            break;
    }
    const bool plus = at + 1 < text.size() && text[at] == '+' && text[at + 1] != '-';
    qint64 value = 0;
    const char* begin = text.data() + at + (plus ? 1 : 0);
    const auto [end, error] = std::from_chars(begin, text.data() + text.size(), value);
    if (error == std::errc::invalid_argument)
        return {};
    return {true, error == std::errc() ? std::optional(value) : std::nullopt};
}

constexpr qsizetype mostWordsBefore = 3;

/// Length of the blank that stands at `at`; 0: none does.
qsizetype blankAt(QByteArrayView text, qsizetype at) {
    if (isBlank(text[at]))
        return 1;
    return text.sliced(at).startsWith(noBreakSpace) ? noBreakSpace.size() : 0;
}

/// Returns true when the word before the blanks at `end` is "Message", which belongs to the marker "Message #".
bool endsWithMessage(QByteArrayView text, qsizetype end) {
    constexpr QByteArrayView word = "message";
    while (end > 0 && isBlank(text[end - 1]))
        --end;
    const qsizetype begin = end - word.size();
    return begin >= 0 && qstrnicmp(text.data() + begin, word.data(), static_cast<size_t>(word.size())) == 0
           && (begin == 0 || !isWordByte(text[begin - 1]));
}

/// Finds the first integer directly after a marker that begins the text or follows at most three words; nothing when
/// that one is beyond 64 bits.
std::optional<qint64> numberIn(QByteArrayView text) {
    qsizetype words = 0;
    bool isInWord = false;
    for (qsizetype at = 0; at < text.size(); ++at) {
        if (const qsizetype blank = blankAt(text, at); blank > 0) {
            isInWord = false;
            at += blank - 1;
            continue;
        }
        const char c = text[at];
        const qsizetype before = words;
        words += isInWord ? 0 : 1;
        const bool beginsWord = !std::exchange(isInWord, true);
        if (before > mostWordsBefore + 1)
            return std::nullopt;
        if (c != '#' && c != 'n' && c != 'N')
            continue;
        const qsizetype wordsBefore = beginsWord ? before : words;
        if (wordsBefore > mostWordsBefore
            && !(wordsBefore == mostWordsBefore + 1 && beginsWord && endsWithMessage(text, at)))
            continue;
        const qsizetype end = afterMarker(text, at);
        if (end == 0)
            continue;
        if (const Number number = numberAt(text, end); number.found)
            return number.value;
    }
    return std::nullopt;
}

std::optional<qint64> numberBy(const QRegularExpression& pattern, const QByteArray& text) {
    const QRegularExpressionMatch match = pattern.match(QString::fromUtf8(text));
    bool ok = false;
    const qint64 number = match.captured(pattern.captureCount() > 0 ? 1 : 0).toLongLong(&ok);
    return ok ? std::optional(number) : std::nullopt;
}

/// Returns a text without the byte order mark that may begin it.
QByteArrayView afterMark(QByteArrayView text) {
    constexpr QByteArrayView byteOrderMark = "\xef\xbb\xbf";
    return text.startsWith(byteOrderMark) ? text.sliced(byteOrderMark.size()) : text;
}

/// JSON of no kind has no number of its own.
Decoded plainMessage(const Delivery& delivery, const QRegularExpression* pattern) {
    const QByteArray& text = delivery.payload;
    const QByteArray& metadata = delivery.metadata;
    if (pattern)
        return IncomingMessage{numberBy(*pattern, text), std::nullopt, text, metadata};
    const std::optional<qint64> number = numberIn(text);
    return IncomingMessage{number && isJson(afterMark(text)) ? std::nullopt : number, std::nullopt, text, metadata};
}

bool beginsLikeAnObject(QByteArrayView text) {
    for (const char c : afterMark(text)) {
        if (!isBlank(c))
            return c == '{';
    }
    return false;
}

/// Returns true when a text that is no JSON was meant as a record: `"kind"` and a colon are in it.
bool namesAKind(QByteArrayView text) {
    constexpr QByteArrayView name = "\"kind\"";
    for (qsizetype at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
        qsizetype after = at + name.size();
        while (after < text.size() && isBlank(text[after]))
            ++after;
        if (after < text.size() && text[after] == ':')
            return true;
    }
    return false;
}

/// The fields of a stream's entry that its kind does not have, and of a name that comes twice the values that do not
/// count, as JSON; empty: none.
QByteArray fieldsBeside(const JsonFields& object, const Kind& kind) {
    MetadataObject beside;
    for (const JsonField& field : object.fields) {
        const bool isKnown = field.name == "kind" || std::ranges::any_of(kind.fields, [&](const KindField& of) {
                                 return field.name == of.name;
                             });
        const auto* const text = std::get_if<QByteArray>(&field.value);
        if (text && (!isKnown || object.field(field.name) != &field))
            beside.add(field.name, *text);
    }
    return beside.toJson();
}

Decoded messageOf(std::vector<FieldValue> values, const Delivery& delivery, const QByteArray& beside) {
    IncomingMessage message{std::get<qint64>(values[0]), std::nullopt, std::get<QByteArray>(std::move(values[1])),
                            beside};
    if (const auto* time = std::get_if<Timestamp>(&values[2]))
        message.timestamp = *time;
    const auto* own = delivery.isListed ? std::get_if<QByteArray>(&values[3]) : nullptr;
    if (own)
        message.metadata = mergedMetadata(*own, beside);
    return message;
}

/// The metadata that a record's sender gave among its fields; empty: none.
QByteArray metadataAmong(const IncomingRecord& record, const Kind& kind) {
    const auto at = std::ranges::find_if(kind.fields, isMetadataField);
    const auto* const given =
        at == kind.fields.end()
            ? nullptr
            : std::get_if<QByteArray>(&record.values[static_cast<std::size_t>(std::distance(kind.fields.begin(), at))]);
    return given ? *given : QByteArray();
}

/// Puts what came beside a record where its kind has a place for it; the rest is the record's metadata.
void placeMetadata(IncomingRecord& record, const Kind& kind, const QByteArray& beside) {
    record.metadata = beside;
    const std::size_t ownFields = kindOf(kind.kind).fields.size();
    for (std::size_t i = 0; i < kind.fields.size(); ++i) {
        if (!isMetadataField(kind.fields[i]))
            continue;
        const auto* given = std::get_if<QByteArray>(&record.values[i]);
        const QByteArray own = given ? *given : QByteArray();
        const bool isListingsOwn = i >= ownFields; // of kinds whose tables have no column for it
        if (isListingsOwn) {
            record.metadata = mergedMetadata(own, beside);
            record.values[i] = FieldValue();
        } else if (!beside.isEmpty() && (own.isEmpty() || canTakeMetadata(own))) {
            record.values[i] = mergedMetadata(own, beside);
            record.metadata.clear();
        }
    }
}

Decoded recordOf(std::vector<FieldValue> values, const JsonFields& object, const Kind& kind, const Delivery& delivery,
                 const QByteArray& beside, bool hasFieldsBeside) {
    IncomingRecord record{kind.kind, delivery.fromFields ? typedDocument(object, kind) : delivery.payload,
                          std::move(values), delivery.isListed};
    if (hasFieldsBeside)
        record.ownMetadata = metadataAmong(record, kind);
    placeMetadata(record, kind, beside);
    return record;
}

/// `original`: as it came.
Decoded decodeObject(const Delivery& delivery, const Delivery& original, const QRegularExpression* pattern) {
    const auto object = parseJsonObject(delivery.payload);
    if (!object && namesAKind(delivery.payload))
        return Rejection{QStringLiteral("It names a \"kind\", but it is not one whole JSON object.")};
    if (!object)
        return plainMessage(original, pattern);

    const auto* named = object->find("kind");
    const auto* name = named ? std::get_if<QByteArray>(named) : nullptr;
    const Kind* kind = named ? (name ? kindNamed(*name) : nullptr) : kindByFields(*object);
    if (!kind)
        return plainMessage(original, pattern);
    if (delivery.isListed)
        kind = &listedKindOf(kind->kind);
    if (object->hasNul)
        return Rejection{QStringLiteral("A text in it contains the character NUL (\\u0000), which cannot be stored."),
                         kind->kind};
    auto values = fieldValues(*object, *kind, delivery);
    if (auto* mistake = std::get_if<QString>(&values))
        return Rejection{std::move(*mistake), kind->kind};
    auto& read = std::get<std::vector<FieldValue>>(values);
    const QByteArray fields = delivery.isEntry ? fieldsBeside(*object, *kind) : QByteArray();
    const QByteArray beside = fields.isEmpty() ? delivery.metadata : mergedMetadata(delivery.metadata, fields);
    return kind->kind == MessageKind::Message
               ? messageOf(std::move(read), delivery, beside)
               : recordOf(std::move(read), *object, *kind, delivery, beside, !fields.isEmpty());
}

/// A byte order mark before an object is no part of it, as it is none of a file.
Decoded decodeMarkedObject(const Delivery& original, const QRegularExpression* pattern) {
    Delivery delivery = original;
    delivery.payload = afterMark(original.payload).toByteArray();
    return decodeObject(delivery, original, pattern);
}

} // namespace

Decoded decode(const Delivery& delivery, const QRegularExpression* number) {
    const QByteArray& payload = delivery.payload;
    if (payload.size() > largestPayload)
        return Rejection{QStringLiteral("It has %1 bytes; at most 8 MiB are stored.").arg(payload.size())};
    if (payload.contains('\0'))
        return Rejection{QStringLiteral("It contains the byte NUL, which cannot be stored as text.")};
    if (!payload.isValidUtf8())
        return Rejection{QStringLiteral("It is not valid UTF-8 text.")};
    if (delivery.metadata.size() > largestPayload)
        return Rejection{
            QStringLiteral("Its metadata has %1 bytes; at most 8 MiB are stored.").arg(delivery.metadata.size())};
    if (!beginsLikeAnObject(payload))
        return plainMessage(delivery, number);
    return afterMark(payload).size() < payload.size() ? decodeMarkedObject(delivery, number)
                                                      : decodeObject(delivery, delivery, number);
}

const char* kindName(MessageKind kind) {
    return kindOf(kind).name;
}

} // namespace portolan
