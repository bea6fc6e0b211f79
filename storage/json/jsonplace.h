#pragma once

#include "storage/base/bytes.h"

#include <QByteArray>
#include <QByteArrayView>
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
    /// A string's characters (UTF-8, escapes resolved; a lone surrogate as its three bytes), a number as
    /// jsonNumberText() has it, else `raw`.
    [[nodiscard]] QByteArray text() const;
};

/// The value at the end of the path (object keys and array indexes); of equal keys the last counts. Nothing when
/// the document is no JSON (RFC 8259, up to 2,000 levels, as SQLite has it) or has no such place.
[[nodiscard]] std::optional<JsonPlace> findJsonPlace(QByteArrayView document,
                                                     const std::vector<std::variant<QByteArray, int>>& path);
template <Temporary Text>
std::optional<JsonPlace> findJsonPlace(const Text&& document,
                                       const std::vector<std::variant<QByteArray, int>>& path) = delete;

/// The values of the members of the one object that the document is, in their order, as they stand there. Nothing when
/// it is no such document (the same limits as above). Borrows the document.
[[nodiscard]] std::optional<std::vector<QByteArrayView>> jsonMemberValues(QByteArrayView document);
template <Temporary Text>
std::optional<std::vector<QByteArrayView>> jsonMemberValues(const Text&& document) = delete;

} // namespace portolan
