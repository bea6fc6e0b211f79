#include "storage/transfer/sql/cellrefusal.h"

#include <algorithm>
#include <cmath>

namespace portolan {

namespace {

using Kind = ContentCell::Kind;

bool isUuidText(QByteArrayView text) {
    return text.size() == 36 && std::ranges::all_of(text, [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || c == '-';
           });
}

const char* kindInWords(const ContentCell& cell) {
    switch (cell.kind) {
    case Kind::Nothing:
        return "nothing";
    case Kind::Integer:
        return "a whole number";
    case Kind::Real:
    case Kind::Decimal:
        return "a number";
    case Kind::Time:
        return "a time";
    case Kind::Text:
    case Kind::Json:
        return "a text";
    case Kind::Bytes:
        return "bytes";
    }
    Q_UNREACHABLE();
}

/// Says that a server keeps it as it is in a column of this meaning.
bool fitsServer(CellMeaning meaning, const ContentCell& cell) {
    switch (meaning) {
    case CellMeaning::Integer:
    case CellMeaning::Boolean:
    case CellMeaning::Seconds:
        return cell.kind == Kind::Integer;
    case CellMeaning::Real:
        return cell.kind == Kind::Real;
    case CellMeaning::Decimal:
        return cell.kind == Kind::Decimal;
    case CellMeaning::Time:
        return cell.kind == Kind::Time;
    case CellMeaning::Uuid:
        return cell.kind == Kind::Text && isUuidText(cell.bytes);
    case CellMeaning::Json:
        return cell.kind == Kind::Json;
    case CellMeaning::Bytes:
        return cell.kind == Kind::Bytes;
    case CellMeaning::Plain:
        return cell.kind == Kind::Text;
    }
    Q_UNREACHABLE();
}

std::optional<QString> serverRefusal(const ContentColumn& column, const ContentCell& cell) {
    if (!fitsServer(column.meaning, cell))
        return QStringLiteral("%1 is %2, which the server's column does not keep as it is.")
            .arg(column.name, QLatin1String(kindInWords(cell)));
    const bool isText = cell.kind == Kind::Text || cell.kind == Kind::Json;
    if (isText && (cell.bytes.contains('\0') || !QByteArrayView(cell.bytes).isValidUtf8()))
        return QStringLiteral("%1 is a text that is no UTF-8 or holds NUL, which no server keeps.").arg(column.name);
    if (cell.kind == Kind::Time && contentTime(cell).isNull())
        return QStringLiteral("%1 is a time outside of the years 1 to 9999.").arg(column.name);
    return std::nullopt;
}

std::optional<QString> sqliteRefusal(const ContentColumn& column, const ContentCell& cell) {
    if (cell.kind == Kind::Real && std::isnan(cell.real))
        return QStringLiteral("%1 is not a number (NaN), which SQLite does not keep.").arg(column.name);
    if (cell.kind == Kind::Time && cell.bytes.isEmpty() && contentTime(cell).isNull())
        return QStringLiteral("%1 is a time outside of the years 1 to 9999.").arg(column.name);
    return std::nullopt;
}

} // namespace

std::optional<QString> cellRefusal(ContentKeeper keeper, const ContentColumn& column, const ContentCell& cell) {
    if (cell.kind == Kind::Nothing)
        return std::nullopt;
    return keeper == ContentKeeper::Postgresql ? serverRefusal(column, cell) : sqliteRefusal(column, cell);
}

} // namespace portolan
