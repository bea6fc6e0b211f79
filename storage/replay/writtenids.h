#pragma once

#include <QByteArray>
#include <QByteArrayView>
#include <optional>
#include <vector>

namespace portolan {

/// Returns a UUID as databases write it, lower case with hyphens, from one in capitals, in braces or without hyphens;
/// nothing for any other text.
[[nodiscard]] std::optional<QByteArray> canonicalUuid(QByteArrayView text);

/// Returns the texts under which an id that was written down may be stored: itself first, and of a UUID its usual
/// forms.
[[nodiscard]] std::vector<QByteArray> formsOfId(const QByteArray& written);

/// Ids as somebody wrote them down, each once: of two forms of one UUID the first.
struct WrittenIds {
    std::vector<QByteArray> ids;
    std::vector<QByteArray> repeated; ///< each that came again, once
};
/// Reads ids, one a line; empty lines, a byte order mark, carriage returns and quotes around an id are passed over.
/// Where the first row is a header with `message_id` or `id` in it, the text is CSV and the ids are in that column.
[[nodiscard]] WrittenIds readWrittenIds(QByteArrayView text);

} // namespace portolan
