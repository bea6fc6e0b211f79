#include "storage/sql/rowreader.h"

#include "storage/base/numbertext.h"
#include "storage/base/timeforms.h"
#include "storage/listing/oddvalues.h"

#include <cmath>

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

/// Notes a cell that is no value of its column and is read as nothing.
void noteOdd(const Value& value, const char* wanted) {
    if (std::holds_alternative<std::monostate>(value))
        return;
    const auto* const text = std::get_if<QByteArray>(&value);
    OddValues::note(text ? *text : scalarText(value), wanted);
}

} // namespace

std::optional<qint64> wholeNumberOf(const Value& value) {
    constexpr double beyond = 9'223'372'036'854'775'808.0; // 2^63
    if (const auto* whole = std::get_if<qint64>(&value))
        return *whole;
    if (const auto* flag = std::get_if<bool>(&value))
        return *flag ? 1 : 0;
    if (const auto* real = std::get_if<double>(&value)) {
        const bool isWhole = std::trunc(*real) == *real && *real >= -beyond && *real < beyond;
        return isWhole ? std::optional(static_cast<qint64>(*real)) : std::nullopt;
    }
    const auto* text = std::get_if<QByteArray>(&value);
    bool isNumber = false;
    const qint64 number = text ? text->toLongLong(&isNumber) : 0;
    return isNumber ? std::optional(number) : std::nullopt;
}

std::optional<double> realNumberOf(const Value& value) {
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

std::optional<Timestamp> timeValueOf(const Value& value) {
    if (const auto* time = std::get_if<Timestamp>(&value))
        return *time;
    const auto* text = std::get_if<QByteArray>(&value);
    return text ? parseDatabaseTime(*text) : std::nullopt;
}

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
    const auto time = timeValueOf(value);
    if (!time)
        noteOdd(value, "a time");
    return time;
}

std::optional<double> realAt(const RowView& row, int column) {
    const Value value = row.cell(column);
    const auto number = realNumberOf(value);
    if (!number)
        noteOdd(value, "a number");
    return number;
}

std::optional<qint64> integerAt(const RowView& row, int column) {
    const Value value = row.cell(column);
    const auto number = wholeNumberOf(value);
    if (!number)
        noteOdd(value, "a whole number");
    return number;
}

QByteArray bytesAt(const RowView& row, int column) {
    return textAt(row, column).value_or(QByteArray());
}

qint64 numberAt(const RowView& row, int column) {
    const Value value = row.cell(column);
    const auto number = wholeNumberOf(value);
    if (number)
        return *number;
    noteOdd(value, "a whole number");
    const auto* const real = std::get_if<double>(&value);
    return real && std::abs(*real) < 9e18 ? std::llround(*real) : 0;
}

} // namespace portolan
