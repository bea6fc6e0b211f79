#pragma once

#include "storage/base/clock.h"
#include "storage/sql/rowview.h"

#include <QByteArray>
#include <optional>

namespace portolan {

// Each reads a column of a row: nothing for NULL and for a value that cannot be read so, which OddValues is told. A
// number is read as its text and a text as its number.

[[nodiscard]] std::optional<QByteArray> textAt(const RowView& row, int column);
[[nodiscard]] std::optional<Timestamp> timeAt(const RowView& row, int column); ///< the server's own, or a text of one
[[nodiscard]] std::optional<double> realAt(const RowView& row, int column);
[[nodiscard]] std::optional<qint64> integerAt(const RowView& row, int column); ///< 2.5 is none

// The same of a value that was read.
[[nodiscard]] std::optional<Timestamp> timeValueOf(const Value& value);
[[nodiscard]] std::optional<double> realNumberOf(const Value& value);
[[nodiscard]] std::optional<qint64> wholeNumberOf(const Value& value);

/// Reads a text that a row should have: null (isNull()) only for NULL.
[[nodiscard]] QByteArray bytesAt(const RowView& row, int column);
/// Reads a number that a row should have: 0 for NULL, too, and 2.5 rounded.
[[nodiscard]] qint64 numberAt(const RowView& row, int column);

} // namespace portolan
