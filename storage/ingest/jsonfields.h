#pragma once

#include <QByteArray>
#include <QByteArrayView>
#include <QString>
#include <optional>
#include <variant>
#include <vector>

namespace portolan {

/// An object or array inside an object: present, not looked into.
struct JsonNested {};

using JsonScalar = std::variant<std::nullptr_t, bool, qint64, quint64, double, QByteArray, JsonNested>;

struct JsonField {
    QByteArray name;
    JsonScalar value; ///< quint64 only for what is beyond qint64
};

/// The fields of one JSON object, in their order, values of the first level only.
struct JsonFields {
    std::vector<JsonField> fields;
    bool hasNul = false; ///< some name or text, at any depth, holds U+0000

    /// Of several fields of one name the last, as most readers have it. Null when there is none.
    [[nodiscard]] const JsonField* field(QByteArrayView name) const;
    /// Its value.
    [[nodiscard]] const JsonScalar* find(QByteArrayView name) const;
};

/// Reads one JSON object and nothing after it. Nothing when the text is anything else: broken, a number beyond
/// double, lone surrogates. Any depth (no recursion); any thread.
[[nodiscard]] std::optional<JsonFields> parseJsonObject(QByteArrayView text);

/// Says how the value was in the object, for the reason of a rejection.
[[nodiscard]] QString shownValue(const JsonScalar& value);

/// Returns true when the text is one JSON document of any type.
[[nodiscard]] bool isJson(QByteArrayView text);

} // namespace portolan
