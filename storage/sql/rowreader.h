#pragma once

#include "storage/base/clock.h"
#include "storage/sql/rowview.h"

#include <QByteArray>
#include <optional>

namespace portolan {

// A column of a row: nothing for NULL, and for what is no such value. Other kinds of values are taken for what QVariant
// takes them for: a number for its text, a text for the number that it is.

[[nodiscard]] std::optional<QByteArray> textAt(const RowView& row, int column);
[[nodiscard]] std::optional<Timestamp> timeAt(const RowView& row, int column); ///< the server's own, or an ISO text
[[nodiscard]] std::optional<double> realAt(const RowView& row, int column);
[[nodiscard]] std::optional<qint64> integerAt(const RowView& row, int column); ///< what is no number is 0

/// A text that a row should have: null (isNull()) only for NULL.
[[nodiscard]] QByteArray bytesAt(const RowView& row, int column);
/// A number that a row should have: 0 for NULL, too.
[[nodiscard]] qint64 numberAt(const RowView& row, int column);

} // namespace portolan
