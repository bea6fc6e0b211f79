#pragma once

#include <QByteArray>
#include <QtGlobal>
#include <compare>
#include <span>
#include <vector>

namespace portolan {

/// The meaning of a column's values, by which two stores that keep them in their own ways are compared. Plain: a value
/// is what it is. Seconds: milliseconds since 1970, of which the whole seconds count.
enum class CellMeaning { Plain, Integer, Real, Boolean, Decimal, Time, Uuid, Json, Bytes, Seconds };

/// A value of a store, with its meaning: a time of SQLite's text and one of a server are the same.
struct ContentCell {
    enum class Kind : quint8 { Nothing, Integer, Real, Decimal, Time, Text, Json, Bytes };
    Kind kind = Kind::Nothing;
    qint64 integer = 0; ///< Integer; Time: microseconds since 2000, as servers count, at its ends infinity
    double real = 0;
    QByteArray bytes;              ///< Text, Json, Bytes, Decimal; of a Time that was read from a text, that text
    mutable QByteArray meant = {}; ///< what a document means, once somebody asked; see documentMeaning()

    void setNothing() { kind = Kind::Nothing; }
    void setInteger(qint64 value) {
        kind = Kind::Integer;
        integer = value;
    }
    void setReal(double value) {
        kind = Kind::Real;
        real = value;
    }
    /// `which`: Decimal, Text, Json or Bytes. Keeps the memory of what was there.
    void setBytes(Kind which, QByteArrayView value);
    void setTime(qint64 microseconds) {
        kind = Kind::Time;
        integer = microseconds;
        bytes.resize(0);
    }
    /// Returns what a document means, as the text that a server has of it; one that is no JSON as it stands.
    [[nodiscard]] const QByteArray& documentMeaning() const;
    /// Gives a value that was read as it is stored the meaning of its column; one that has none of it stays as it is.
    void giveMeaning(CellMeaning meaning);
};

using ContentRow = std::vector<ContentCell>;

/// Compares two values by what they mean: JSON by its meaning, numbers and times by value, not a number with itself.
[[nodiscard]] bool isSameCell(const ContentCell& a, const ContentCell& b);

/// Compares keys in the order in which rows come: nothing, numbers, times, texts by their bytes, bytes.
[[nodiscard]] std::strong_ordering compareContentKeys(std::span<const ContentCell> a, std::span<const ContentCell> b);

/// Computes a hash of a row's values that is the same in every store that has them. Never 0.
[[nodiscard]] quint64 contentRowHash(std::span<const ContentCell> row);

/// Writes a value for people and scripts: times in ISO 8601, bytes in hexadecimal, nothing as nothing.
[[nodiscard]] QByteArray contentCellText(const ContentCell& cell);

/// The same of a key: of several columns a JSON array of texts.
[[nodiscard]] QByteArray contentKeyText(std::span<const ContentCell> key);

/// "2025-10-16T14:56:05.123456Z", "infinity", "-infinity"; null for a time outside of the years 1 to 9999.
[[nodiscard]] QByteArray contentTime(const ContentCell& time);

} // namespace portolan
