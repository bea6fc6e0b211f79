#pragma once

#include "storage/base/result.h"

struct sqlite3;

namespace portolan {

/// Gives a SQLite connection the functions that images of rows are made with; PostgreSQL has its own.
///   portolan_image(name, value, …)   a JSON object of the values. Numbers, text and NULL are themselves; a real number
///                                    is {"real":"1.5"}, and bytes, or a text that is no UTF-8, {"blob":"00ff"} or
///                                    {"text":"ff"} in hexadecimal digits, so that every value comes back as it was.
///   portolan_from_image(image, name) the value that stood there; NULL for a name that is not there.
///   portolan_sha256(text)            32 bytes.
///   portolan_unhex(text)             the bytes of hexadecimal digits.
///   portolan_like(value, bytes)      UTF-8 bytes as what the value is: bytes when it is bytes, else text.
/// On the connection's thread. Error Io: SQLite refuses them. (portolan_bytes() comes with every connection:
/// sqlitefunctions.h.)
[[nodiscard]] Result<void> addImageFunctions(sqlite3* database);

} // namespace portolan
