#pragma once

#include "storage/ingest/delivery.h"
#include "storage/ingest/jsonfields.h"

#include <span>

namespace portolan {

enum class FieldType {
    Text,
    Choice, ///< one of the words the reference DDL allows
    Uuid,   ///< "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx"
    Boolean,
    Integer,   ///< within 64 bits, exact; 42.0 and 1e3 are whole numbers too while a double holds them exactly
    Integer32, ///< the same within 32 bits
    Number,
    Time, ///< ISO 8601 text, or Unix seconds or milliseconds
    Json, ///< anything but null
};

enum class FieldNeed {
    Required,
    OneOf, ///< at least one of those of the kind
    Optional,
};

struct KindField {
    const char* name;
    FieldType type;
    FieldNeed need;
    std::span<const char* const> words = {}; ///< Choice
    qsizetype longest = 0;                   ///< Text: characters (code points) that fit; 0: any number
};

/// A kind of CONTRACT §3.
struct Kind {
    MessageKind kind;
    const char* name;
    std::span<const KindField> fields;
};

/// All of them, in the contract's order, in which an object without "kind" is compared with them.
[[nodiscard]] std::span<const Kind> kinds();
[[nodiscard]] const Kind& kindOf(MessageKind kind);
/// The kind with the fields that its listing has besides (state, times, ids), after its own. Producers cannot set
/// these.
[[nodiscard]] const Kind& listedKindOf(MessageKind kind);
[[nodiscard]] const Kind* kindNamed(QByteArrayView name);
/// Says what is wrong with the "kind" that an object names, where it is none of these, in words.
[[nodiscard]] std::optional<QString> unknownKind(const JsonFields& object);
/// The first kind of which the object has every field that it needs.
[[nodiscard]] const Kind* kindByFields(const JsonFields& object);

/// Says whether a field is its kind's place for what the sender tells beside the data.
[[nodiscard]] bool isMetadataField(const KindField& field);
[[nodiscard]] bool isUuidText(QByteArrayView text);

/// Nothing when it is not of the type. A text is read as a number only with `textValues`.
[[nodiscard]] std::optional<bool> toBoolean(const JsonScalar& value, bool textValues);
[[nodiscard]] std::optional<qint64> toInteger(const JsonScalar& value, bool textValues);
[[nodiscard]] std::optional<double> toNumber(const JsonScalar& value, bool textValues);
[[nodiscard]] std::optional<Timestamp> toTime(const JsonScalar& value, bool textValues);

/// Writes the object again with the types the kind wants: for values that came as text.
[[nodiscard]] QByteArray typedDocument(const JsonFields& object, const Kind& kind);

} // namespace portolan
