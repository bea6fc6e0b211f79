#pragma once

#include "storage/ingest/kinds.h"

#include <QByteArray>

namespace portolan {

/// The field of a column that has the time of day to a date in `timestamp`.
constexpr const char* clockField = "time_of_day";

/// The field that a column of this name is: "Date" and "ts" are `timestamp`, "reading" is `value`.
[[nodiscard]] QByteArray fieldNamed(const QByteArray& column);

/// The field of a kind, or of its listing; null: it has none of this name.
[[nodiscard]] const KindField* kindFieldNamed(MessageKind kind, bool isListed, QByteArrayView name);

/// Adds a member to a JSON object that is not closed yet.
void appendTextMember(QByteArray& json, QByteArrayView name, QByteArrayView text);

} // namespace portolan
