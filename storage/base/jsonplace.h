#pragma once

#include <QByteArray>
#include <QByteArrayView>
#include <compare>
#include <optional>
#include <variant>
#include <vector>

namespace portolan {

/// A value inside a JSON document, as it stands there: numbers keep all their digits. Borrows the document.
struct JsonPlace {
    enum class Kind { Null, Boolean, Number, String, Array, Object };
    Kind kind = Kind::Null;
    QByteArrayView raw;

    [[nodiscard]] bool isScalar() const { return kind != Kind::Array && kind != Kind::Object; }
    /// A string's characters (UTF-8, escapes resolved; a lone surrogate as its three bytes), else `raw`.
    [[nodiscard]] QByteArray text() const;
};

/// The value at the end of the path (object keys and array indexes); of equal keys the first counts. Nothing when
/// the document is no JSON (RFC 8259, up to 2,000 levels, as SQLite has it) or has no such place.
[[nodiscard]] std::optional<JsonPlace> findJsonPlace(QByteArrayView document,
                                                     const std::vector<std::variant<QByteArray, int>>& path);

/// The values of the members of the one object that the document is, in their order, as they stand there. Nothing when
/// it is no such document (the same limits as above). Borrows the document.
[[nodiscard]] std::optional<std::vector<QByteArrayView>> jsonMemberValues(QByteArrayView document);

/// Whether this is a number as JSON writes them: "-1.5e3", not "+1", "01", ".5", "0x1" or "nan".
[[nodiscard]] bool isJsonNumber(QByteArrayView text);

/// The number's value; infinite, with its sign, when a double cannot hold it.
[[nodiscard]] double jsonNumberValue(QByteArrayView number);

/// Whether this is a whole number in its one plain spelling ("-5", not "5.0", "5e0" or "-0").
[[nodiscard]] bool isPlainInteger(QByteArrayView number);

/// Compares two JSON numbers: as doubles, and plain integers that are one double exactly, whatever their size.
[[nodiscard]] std::weak_ordering compareJsonNumbers(QByteArrayView a, QByteArrayView b);

} // namespace portolan
