#pragma once

#include <QByteArray>
#include <QByteArrayView>

namespace portolan {

/// Returns the kind of document that a JSON text is: of an object its keys and the types of their values,
/// "{customer: object, id: number}", sorted; of an array "[…]"; of others their type; "not JSON" of other bytes. One
/// line of UTF-8 of at most 500 bytes. For dead letters that say nothing of their error. Any thread.
[[nodiscard]] QByteArray payloadShape(QByteArrayView document);

} // namespace portolan
