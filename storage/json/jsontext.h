#pragma once

#include "storage/base/textsink.h"

namespace portolan {

/// Appends UTF-8 text as a JSON string (RFC 8259). Control characters, DEL and U+0080–U+009F are escaped, so that the
/// result is safe on a terminal too. Bytes that are not UTF-8 are copied as they are.
void putJsonString(TextSink& out, QByteArrayView text);
void appendJsonString(QByteArray& out, QByteArrayView text);

} // namespace portolan
