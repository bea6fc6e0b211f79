#pragma once

#include <QByteArray>
#include <QByteArrayView>

namespace portolan {

/// What kind of document a JSON text is: of an object its keys and what stands there, "{customer: object, id: number}",
/// sorted; of an array "[…]"; of others their type; "not JSON" of other bytes. One line of UTF-8 of at most 500 bytes.
/// For dead letters that say nothing of their error. Any thread.
[[nodiscard]] QByteArray payloadShape(QByteArrayView document);

} // namespace portolan
