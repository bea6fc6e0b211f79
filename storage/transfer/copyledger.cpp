#include "storage/transfer/copyledger.h"

#include <QtEndian>

namespace portolan {

namespace {

using Kind = ContentCell::Kind;

constexpr quint64 signBit = quint64{1} << 63; // turned over, signed numbers sort as unsigned ones
constexpr char numberMark = '1';
constexpr char timeMark = '2';
constexpr char textMark = '3';
constexpr char bytesMark = '4';
constexpr char partEnd = '.';           // comes before all digits
constexpr qsizetype longestKey = 2'500; // bytes; a server's index takes 2,704 of all of the setting's name

QByteArray numberBytes(qint64 number) {
    QByteArray bytes(sizeof number, Qt::Uninitialized);
    qToBigEndian(static_cast<quint64>(number) ^ signBit, bytes.data());
    return bytes.toHex();
}

std::optional<ContentCell> cellOf(QByteArrayView part) {
    if (part.isEmpty())
        return std::nullopt;
    const QByteArray bytes = QByteArray::fromHex(part.sliced(1).toByteArray());
    ContentCell cell;
    switch (part.front()) {
    case numberMark:
    case timeMark: {
        if (bytes.size() != sizeof(qint64))
            return std::nullopt;
        const auto number = static_cast<qint64>(qFromBigEndian<quint64>(bytes.constData()) ^ signBit);
        if (part.front() == numberMark)
            cell.setInteger(number);
        else
            cell.setTime(number);
        return cell;
    }
    case textMark:
        cell.setBytes(Kind::Text, bytes);
        return cell;
    case bytesMark:
        cell.setBytes(Kind::Bytes, bytes);
        return cell;
    default:
        return std::nullopt;
    }
}

} // namespace

std::optional<QByteArray> ledgerKey(std::span<const ContentCell> key) {
    QByteArray text;
    for (const ContentCell& cell : key) {
        if (!text.isEmpty())
            text += partEnd;
        switch (cell.kind) {
        case Kind::Integer:
            text += numberMark + numberBytes(cell.integer);
            break;
        case Kind::Time:
            text += timeMark + numberBytes(cell.integer);
            break;
        case Kind::Text:
            text += textMark + cell.bytes.toHex();
            break;
        case Kind::Bytes:
            text += bytesMark + cell.bytes.toHex();
            break;
        case Kind::Nothing:
        case Kind::Real:
        case Kind::Decimal:
        case Kind::Json:
            return std::nullopt;
        }
    }
    return text.size() <= longestKey ? std::optional(text) : std::nullopt;
}

std::optional<ContentRow> ledgerKeyCells(QByteArrayView text) {
    ContentRow key;
    while (true) {
        const qsizetype end = text.indexOf(partEnd);
        const auto cell = cellOf(end < 0 ? text : text.first(end));
        if (!cell)
            return std::nullopt;
        key.push_back(*cell);
        if (end < 0)
            return key;
        text = text.sliced(end + 1);
    }
}

QByteArray ledgerText(std::span<const quint64> hashes) {
    QByteArray bytes(static_cast<qsizetype>(hashes.size() * sizeof(quint64)), Qt::Uninitialized);
    if (!hashes.empty()) // Qt copies by memcpy(), which takes no null
        qToLittleEndian<quint64>(hashes.data(), static_cast<qsizetype>(hashes.size()), bytes.data());
    return bytes.toBase64();
}

std::vector<quint64> ledgerHashes(QByteArrayView text) {
    const QByteArray bytes = QByteArray::fromBase64(text.toByteArray());
    std::vector<quint64> hashes(static_cast<std::size_t>(bytes.size()) / sizeof(quint64));
    if (!hashes.empty())
        qFromLittleEndian<quint64>(bytes.constData(), static_cast<qsizetype>(hashes.size()), hashes.data());
    return hashes;
}

} // namespace portolan
