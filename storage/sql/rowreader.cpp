#include "storage/sql/rowreader.h"

#include "storage/base/numbertext.h"
#include "storage/base/timeforms.h"

#include <QVariant>

namespace portolan {

namespace {

QByteArray scalarText(const Value& number) {
    if (const auto* whole = std::get_if<qint64>(&number))
        return QByteArray::number(*whole);
    if (const auto* real = std::get_if<double>(&number))
        return numberText(*real);
    if (const auto* flag = std::get_if<bool>(&number))
        return *flag ? "true" : "false";
    return toExactIsoTime(std::get<Timestamp>(number));
}

} // namespace

std::optional<QByteArray> textAt(const RowView& row, int column) {
    Value value = row.cell(column);
    if (std::holds_alternative<std::monostate>(value))
        return std::nullopt;
    if (auto* const bytes = std::get_if<QByteArray>(&value))
        return std::move(*bytes);
    return scalarText(value);
}

std::optional<Timestamp> timeAt(const RowView& row, int column) {
    const Value value = row.cell(column);
    if (const auto* time = std::get_if<Timestamp>(&value))
        return *time;
    const auto* text = std::get_if<QByteArray>(&value);
    return text ? parseDatabaseTime(*text) : std::nullopt;
}

std::optional<double> realAt(const RowView& row, int column) {
    const Value value = row.cell(column);
    if (const auto* real = std::get_if<double>(&value))
        return *real;
    if (const auto* whole = std::get_if<qint64>(&value))
        return static_cast<double>(*whole);
    if (const auto* flag = std::get_if<bool>(&value))
        return *flag ? 1.0 : 0.0;
    const auto* text = std::get_if<QByteArray>(&value);
    bool isNumber = false;
    const double number = text ? text->toDouble(&isNumber) : 0.0;
    return isNumber ? std::optional(number) : std::nullopt;
}

std::optional<qint64> integerAt(const RowView& row, int column) {
    const Value value = row.cell(column);
    if (std::holds_alternative<std::monostate>(value))
        return std::nullopt;
    if (const auto* whole = std::get_if<qint64>(&value))
        return *whole;
    if (const auto* text = std::get_if<QByteArray>(&value))
        return text->toLongLong();
    if (const auto* real = std::get_if<double>(&value))
        return QVariant(*real).toLongLong();
    if (const auto* flag = std::get_if<bool>(&value))
        return *flag ? 1 : 0;
    return 0; // a time
}

QByteArray bytesAt(const RowView& row, int column) {
    return textAt(row, column).value_or(QByteArray());
}

qint64 numberAt(const RowView& row, int column) {
    return integerAt(row, column).value_or(0);
}

} // namespace portolan
