#include "storage/checks/checks.h"

#include "storage/listing/filtertexts.h"

#include <QStringList>
#include <algorithm>

namespace portolan {

namespace {

constexpr Column<CheckResult> checkTable[] = {
    {"name", ColumnType::Text, [](const CheckResult& r) { return Value(r.name); }},
    {"result", ColumnType::Text, [](const CheckResult& r) { return Value(QByteArray(r.found ? "found" : "ok")); }},
    {"count", ColumnType::Integer, [](const CheckResult& r) { return Value(r.count); }},
    {"detail", ColumnType::Text, [](const CheckResult& r) { return Value(r.detail); }},
};

bool isPlainValue(const QByteArray& value) {
    return !value.isEmpty() && std::ranges::all_of(value, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-'
               || c == '.';
    });
}

} // namespace

std::span<const Column<CheckResult>> checkColumns() {
    return checkTable;
}

QByteArray detailOf(const QString& what, std::span<const QByteArray> rows, qint64 all) {
    const auto named = std::min<std::ptrdiff_t>(namedRows, std::ssize(rows));
    if (named == 0)
        return what.toUtf8();
    QByteArrayList names;
    for (std::ptrdiff_t i = 0; i < named; ++i)
        names << rows[static_cast<std::size_t>(i)];
    QByteArray text = what.toUtf8() + ": " + names.join(", ");
    if (all > named)
        text += " and " + QByteArray::number(all - named) + " more";
    return text;
}

QByteArray filterOf(QByteArrayView column, std::span<const QByteArray> values) {
    QByteArrayList quoted;
    for (const QByteArray& value : values)
        quoted << (isPlainValue(value) ? value : quotedPhrase(value));
    return quoted.isEmpty() ? QByteArray() : column.toByteArray() + ':' + quoted.join(',');
}

} // namespace portolan
