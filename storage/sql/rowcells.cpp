#include "storage/sql/rowcells.h"

#include <QVariant>

namespace portolan {

std::optional<QByteArray> textAt(const QSqlQuery& row, int column) {
    const QVariant value = row.value(column);
    return value.isNull() ? std::nullopt : std::optional(value.toString().toUtf8());
}

std::optional<Timestamp> timeAt(const QSqlQuery& row, int column) {
    return parseIsoTime(row.value(column).toString().toUtf8());
}

std::optional<double> realAt(const QSqlQuery& row, int column) {
    const QVariant value = row.value(column);
    bool isNumber = false;
    const double number = value.toDouble(&isNumber);
    return isNumber && !value.isNull() ? std::optional(number) : std::nullopt;
}

std::optional<qint64> integerAt(const QSqlQuery& row, int column) {
    const QVariant value = row.value(column);
    return value.isNull() ? std::nullopt : std::optional(value.toLongLong());
}

QByteArray bytesAt(const QSqlQuery& row, int column) {
    const QVariant value = row.value(column);
    if (value.isNull())
        return {};
    const QByteArray text = value.toByteArray();
    return text.isNull() ? QByteArray("") : text;
}

} // namespace portolan
