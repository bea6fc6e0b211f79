#pragma once

#include "storage/base/clock.h"

#include <QByteArray>
#include <QSqlQuery>
#include <optional>

namespace portolan {

// A column of the row that a query stands on: nothing for NULL, and for what is no such value. Times are ISO texts.

[[nodiscard]] std::optional<QByteArray> textAt(const QSqlQuery& row, int column);
[[nodiscard]] std::optional<Timestamp> timeAt(const QSqlQuery& row, int column);
[[nodiscard]] std::optional<double> realAt(const QSqlQuery& row, int column);
[[nodiscard]] std::optional<qint64> integerAt(const QSqlQuery& row, int column);

/// A text that a row should have: null (isNull()) only for NULL.
[[nodiscard]] QByteArray bytesAt(const QSqlQuery& row, int column);

} // namespace portolan
