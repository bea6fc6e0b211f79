#include "storage/transfer/contentcell.h"

#include "storage/base/clock.h"
#include "storage/base/numbertext.h"
#include "storage/ingest/contenthash.h"
#include "storage/json/jsondifference.h"
#include "storage/json/jsonmeaning.h"
#include "storage/json/jsonnumber.h"
#include "storage/json/jsontext.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace portolan {

namespace {

using namespace std::chrono;
using Kind = ContentCell::Kind;

constexpr Timestamp serverEpoch = sys_days(2000y / January / 1);
constexpr Timestamp firstTime = sys_days(1y / January / 1);
constexpr Timestamp afterTimes = sys_days(10'000y / January / 1);
constexpr qint64 infinity = std::numeric_limits<qint64>::max();
constexpr qint64 minusInfinity = std::numeric_limits<qint64>::min();
constexpr double exactReal = 9'007'199'254'740'992.0; // 2^53: whole numbers up to it are doubles

bool isHex(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

bool isUuid(QByteArrayView text) {
    if (text.size() != 36)
        return false;
    for (qsizetype i = 0; i < text.size(); ++i) {
        const bool isHyphen = i == 8 || i == 13 || i == 18 || i == 23;
        if (isHyphen ? text[i] != '-' : !isHex(text[i]))
            return false;
    }
    return true;
}

void becomeTime(ContentCell& cell, Timestamp time) {
    cell.kind = Kind::Time;
    cell.integer = duration_cast<microseconds>(time - serverEpoch).count();
}

void readAsTime(ContentCell& cell) {
    if (cell.kind == Kind::Integer || cell.kind == Kind::Real) {
        const auto time = fromUnixNumber(cell.kind == Kind::Real ? cell.real : static_cast<double>(cell.integer));
        if (time) {
            cell.bytes.resize(0);
            becomeTime(cell, *time);
        }
        return;
    }
    if (cell.kind != Kind::Text)
        return;
    if (const auto time = parseIsoTime(cell.bytes)) {
        becomeTime(cell, *time);
    } else if (cell.bytes == "infinity" || cell.bytes == "-infinity") {
        cell.kind = Kind::Time;
        cell.integer = cell.bytes.startsWith('-') ? minusInfinity : infinity;
    }
}

/// Without exponent, trailing zeros after the point, and a minus before zero.
void readAsDecimal(ContentCell& cell) {
    QByteArray text = cell.kind == Kind::Integer ? QByteArray::number(cell.integer)
                      : cell.kind == Kind::Real  ? numberText(cell.real)
                                                 : cell.bytes;
    if (cell.kind == Kind::Nothing || cell.kind == Kind::Bytes || !isJsonNumber(text))
        return;
    text = jsonNumberText(text);
    if (text.contains('.') && !text.contains('e') && !text.contains('E')) {
        while (text.endsWith('0'))
            text.chop(1);
        if (text.endsWith('.'))
            text.chop(1);
    }
    cell.setBytes(Kind::Decimal, text == "-0" ? QByteArray("0") : text);
}

void readAsReal(ContentCell& cell) {
    if (cell.kind == Kind::Integer && std::abs(static_cast<double>(cell.integer)) <= exactReal)
        cell.setReal(static_cast<double>(cell.integer));
}

void readAsInteger(ContentCell& cell) {
    if (cell.kind == Kind::Real && std::abs(cell.real) <= exactReal && cell.real == std::trunc(cell.real))
        cell.setInteger(static_cast<qint64>(cell.real));
}

bool isNumber(Kind kind) {
    return kind == Kind::Integer || kind == Kind::Real || kind == Kind::Decimal;
}

/// Nothing, numbers, times, texts, bytes.
int classOf(Kind kind) {
    switch (kind) {
    case Kind::Nothing:
        return 0;
    case Kind::Integer:
    case Kind::Real:
    case Kind::Decimal:
        return 1;
    case Kind::Time:
        return 2;
    case Kind::Text:
    case Kind::Json:
        return 3;
    case Kind::Bytes:
        return 4;
    }
    Q_UNREACHABLE();
}

QByteArray numberOf(const ContentCell& cell) {
    return cell.kind == Kind::Integer ? QByteArray::number(cell.integer)
           : cell.kind == Kind::Real  ? numberText(cell.real)
                                      : cell.bytes;
}

/// Not a number comes after all numbers, as servers sort it.
std::strong_ordering compareNumbers(const ContentCell& a, const ContentCell& b) {
    if (a.kind == Kind::Integer && b.kind == Kind::Integer)
        return a.integer <=> b.integer;
    if (a.kind == Kind::Real && b.kind == Kind::Real && !std::isnan(a.real) && !std::isnan(b.real))
        return a.real < b.real ? std::strong_ordering::less
                               : (a.real > b.real ? std::strong_ordering::greater : std::strong_ordering::equal);
    const QByteArray left = numberOf(a);
    const QByteArray right = numberOf(b);
    const auto rank = [](const QByteArray& number) {
        return number == "-Infinity" ? 0 : number == "Infinity" ? 2 : number == "NaN" ? 3 : 1;
    };
    if (rank(left) != rank(right) || rank(left) != 1)
        return rank(left) <=> rank(right);
    return compareJsonNumbers(left, right);
}

std::strong_ordering compareCells(const ContentCell& a, const ContentCell& b) {
    if (classOf(a.kind) != classOf(b.kind))
        return classOf(a.kind) <=> classOf(b.kind);
    if (a.kind == Kind::Nothing)
        return std::strong_ordering::equal;
    if (isNumber(a.kind))
        return compareNumbers(a, b);
    if (a.kind == Kind::Time)
        return a.integer <=> b.integer;
    return QByteArrayView(a.bytes).compare(b.bytes) <=> 0;
}

void appendHashed(QByteArray& out, const ContentCell& cell) {
    const auto add = [&out](QByteArrayView value) {
        const qint64 size = value.size();
        out.append(reinterpret_cast<const char*>(&size), sizeof size);
        out.append(value);
    };
    out += static_cast<char>(cell.kind);
    switch (cell.kind) {
    case Kind::Nothing:
        break;
    case Kind::Integer:
    case Kind::Time:
        out.append(reinterpret_cast<const char*>(&cell.integer), sizeof cell.integer);
        break;
    case Kind::Real: {
        const double same = std::isnan(cell.real) ? std::numeric_limits<double>::quiet_NaN()
                            : cell.real == 0      ? 0.0
                                                  : cell.real;
        out.append(reinterpret_cast<const char*>(&same), sizeof same);
        break;
    }
    case Kind::Json:
        add(cell.documentMeaning());
        break;
    case Kind::Decimal:
    case Kind::Text:
    case Kind::Bytes:
        add(cell.bytes);
        break;
    }
}

} // namespace

void ContentCell::setBytes(Kind which, QByteArrayView value) {
    kind = which;
    bytes.resize(0);
    bytes.append(value);
    meant.clear();
}

const QByteArray& ContentCell::documentMeaning() const {
    if (meant.isNull())
        meant = jsonMeaning(bytes).value_or(bytes);
    return meant;
}

void ContentCell::giveMeaning(CellMeaning meaning) {
    switch (meaning) {
    case CellMeaning::Plain:
    case CellMeaning::Bytes:
        return;
    case CellMeaning::Integer:
    case CellMeaning::Boolean:
        readAsInteger(*this);
        return;
    case CellMeaning::Real:
        readAsReal(*this);
        return;
    case CellMeaning::Decimal:
        readAsDecimal(*this);
        return;
    case CellMeaning::Time:
        readAsTime(*this);
        return;
    case CellMeaning::Uuid:
        if (kind == Kind::Text && isUuid(bytes))
            bytes = bytes.toLower();
        return;
    case CellMeaning::Json:
        if (kind == Kind::Text)
            kind = Kind::Json;
        return;
    case CellMeaning::Seconds:
        if (const qint64 past = ((integer % 1000) + 1000) % 1000;
            kind == Kind::Integer && integer >= std::numeric_limits<qint64>::min() + past)
            integer -= past;
        return;
    }
    Q_UNREACHABLE();
}

bool isSameCell(const ContentCell& a, const ContentCell& b) {
    if (a.kind != b.kind)
        return false;
    switch (a.kind) {
    case Kind::Nothing:
        return true;
    case Kind::Integer:
    case Kind::Time:
        return a.integer == b.integer;
    case Kind::Real:
        return a.real == b.real || (std::isnan(a.real) && std::isnan(b.real));
    case Kind::Json:
        return a.bytes == b.bytes || a.documentMeaning() == b.bytes || a.documentMeaning() == b.documentMeaning()
               || jsonDifferences(a.bytes, b.bytes, 1).empty();
    case Kind::Decimal:
    case Kind::Text:
    case Kind::Bytes:
        return a.bytes == b.bytes;
    }
    Q_UNREACHABLE();
}

std::strong_ordering compareContentKeys(std::span<const ContentCell> a, std::span<const ContentCell> b) {
    for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
        if (const auto order = compareCells(a[i], b[i]); order != std::strong_ordering::equal)
            return order;
    }
    return a.size() <=> b.size();
}

quint64 contentRowHash(std::span<const ContentCell> row) {
    thread_local QByteArray bytes;
    bytes.resize(0);
    for (const ContentCell& cell : row)
        appendHashed(bytes, cell);
    return contentHash(bytes);
}

QByteArray contentTime(const ContentCell& time) {
    if (time.integer == infinity)
        return "infinity";
    if (time.integer == minusInfinity)
        return "-infinity";
    constexpr qint64 least = duration_cast<microseconds>(firstTime - serverEpoch).count();
    constexpr qint64 most = duration_cast<microseconds>(afterTimes - serverEpoch).count();
    return time.integer >= least && time.integer < most ? toExactIsoTime(serverEpoch + microseconds(time.integer))
                                                        : QByteArray();
}

QByteArray contentCellText(const ContentCell& cell) {
    switch (cell.kind) {
    case Kind::Nothing:
        return {};
    case Kind::Integer:
    case Kind::Real:
        return numberOf(cell);
    case Kind::Time: {
        const QByteArray text = contentTime(cell);
        return text.isNull() ? QByteArray::number(cell.integer) + " microseconds since 2000" : text;
    }
    case Kind::Decimal:
    case Kind::Text:
    case Kind::Json:
        return cell.bytes;
    case Kind::Bytes:
        return cell.bytes.toHex();
    }
    Q_UNREACHABLE();
}

QByteArray contentKeyText(std::span<const ContentCell> key) {
    if (key.size() == 1)
        return contentCellText(key.front());
    QByteArray text = "[";
    for (const ContentCell& cell : key) {
        text += text.size() > 1 ? "," : "";
        if (cell.kind == Kind::Nothing)
            text += "null";
        else if (isNumber(cell.kind) && isJsonNumber(numberOf(cell)))
            text += numberOf(cell);
        else
            appendJsonString(text, contentCellText(cell));
    }
    return text + ']';
}

} // namespace portolan
