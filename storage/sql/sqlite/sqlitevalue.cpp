#include "storage/sql/sqlite/sqlitevalue.h"

#include "storage/base/bytes.h"
#include "storage/sql/columns/filtersqltext.h"
#include "storage/sql/sqlite/sqlitequery.h"

#include <bit>

namespace portolan {

namespace {

enum class Storage : quint8 { Nothing, Integer, Real, Text, Bytes, WideText };

bool isUtf8(const SqliteValue& value) {
    return std::get<QByteArray>(value.value).isValidUtf8();
}

} // namespace

SqliteValue SqliteValue::of(const SqliteQuery& row, int column) {
    if (auto wide = row.wideText(column))
        return {std::move(*wide), true, true};
    const bool text = row.isText(column); // before it is read: that may convert it
    return {row.cell(column), text};
}

SqliteValue SqliteValue::of(const SqliteRowBuffer& rows, int row, int column) {
    return {rows.cell(row, column), rows.isText(row, column)};
}

QString SqliteValue::placeholder() const {
    if (isWide) // joined, bytes are a text in the database's encoding; CAST would take them for UTF-8
        return QStringLiteral("(? || '')");
    return isText && !isUtf8(*this) ? QStringLiteral("portolan_text(?)") : QStringLiteral("?");
}

QVariant SqliteValue::bound() const {
    if (const auto* number = std::get_if<qint64>(&value))
        return QVariant(*number);
    if (const auto* real = std::get_if<double>(&value))
        return QVariant(*real);
    const auto* bytes = std::get_if<QByteArray>(&value);
    if (!bytes)
        return {};
    if (isText && !isWide && isUtf8(*this))
        return wholeText(*bytes);
    return bytes->isNull() ? QByteArray("") : *bytes;
}

QByteArray packed(const std::vector<SqliteValue>& values) {
    ByteWriter out;
    for (const SqliteValue& each : values) {
        if (const auto* number = std::get_if<qint64>(&each.value)) {
            out.u8(static_cast<quint8>(Storage::Integer));
            out.i64(*number);
        } else if (const auto* real = std::get_if<double>(&each.value)) {
            out.u8(static_cast<quint8>(Storage::Real));
            out.u64(std::bit_cast<quint64>(*real));
        } else if (const auto* bytes = std::get_if<QByteArray>(&each.value)) {
            out.u8(static_cast<quint8>(each.isWide ? Storage::WideText : each.isText ? Storage::Text : Storage::Bytes));
            out.bytes(*bytes);
        } else {
            out.u8(static_cast<quint8>(Storage::Nothing));
        }
    }
    return out.take();
}

std::optional<std::vector<SqliteValue>> unpackedValues(QByteArrayView bytes) {
    ByteReader in(bytes);
    std::vector<SqliteValue> values;
    while (!in.atEnd() && !in.failed()) {
        switch (static_cast<Storage>(in.u8())) {
        case Storage::Nothing:
            values.emplace_back();
            break;
        case Storage::Integer:
            values.push_back({in.i64()});
            break;
        case Storage::Real:
            values.push_back({std::bit_cast<double>(in.u64())});
            break;
        case Storage::Text:
            values.push_back({in.bytes().toByteArray(), true});
            break;
        case Storage::Bytes:
            values.push_back({in.bytes().toByteArray()});
            break;
        case Storage::WideText:
            values.push_back({in.bytes().toByteArray(), true, true});
            break;
        default:
            return std::nullopt;
        }
    }
    return in.failed() ? std::nullopt : std::optional(std::move(values));
}

SqliteAffinity affinityOf(const QByteArray& declared) {
    const QByteArray type = declared.toUpper();
    if (type.contains("INT"))
        return SqliteAffinity::Integer;
    if (type.contains("CHAR") || type.contains("CLOB") || type.contains("TEXT"))
        return SqliteAffinity::Text;
    if (type.contains("BLOB") || type.isEmpty())
        return SqliteAffinity::Blob;
    if (type.contains("REAL") || type.contains("FLOA") || type.contains("DOUB"))
        return SqliteAffinity::Real;
    return SqliteAffinity::Numeric;
}

} // namespace portolan
