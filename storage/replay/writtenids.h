#pragma once

#include <QByteArray>
#include <QByteArrayView>
#include <vector>

namespace portolan {

/// Returns the texts under which an id that was written down may be stored: itself first, and of a UUID its usual
/// forms.
[[nodiscard]] std::vector<QByteArray> formsOfId(const QByteArray& written);

/// Ids as somebody wrote them down, each once: of two forms of one UUID the first.
struct WrittenIds {
    std::vector<QByteArray> ids;
    std::vector<QByteArray> repeated; ///< each that came again, once
};
/// Reads ids, one a line, in UTF-8 or, with its mark, UTF-16; empty lines, a byte order mark, carriage returns and
/// quotes around an id are passed over. A NUL, which no text of a server can hold, becomes its picture, so that it can
/// be named. Where the first row is a header with `message_id` or `id` in it, the text is CSV and the ids are in that
/// column.
[[nodiscard]] WrittenIds readWrittenIds(QByteArrayView text);

} // namespace portolan
