#pragma once

#include <QByteArray>
#include <QByteArrayView>
#include <compare>

namespace portolan {

/// Returns true when this is a number as JSON writes them: "-1.5e3", not "+1", "01", ".5", "0x1" or "nan".
[[nodiscard]] bool isJsonNumber(QByteArrayView text);

/// The number's value; infinite, with its sign, when a double cannot hold it.
[[nodiscard]] double jsonNumberValue(QByteArrayView number);

/// Returns true when this is a whole number in its one plain spelling ("-5", not "5.0", "5e0" or "-0").
[[nodiscard]] bool isPlainInteger(QByteArrayView number);

/// A JSON number without exponent, with the decimals that are written, and no minus before zero: "1.50e1" is "15.0".
/// One that PostgreSQL's numeric does not hold stays as it is.
[[nodiscard]] QByteArray jsonNumberText(QByteArrayView number);

/// Returns true when PostgreSQL's numeric holds it: up to 131,072 digits before the point and 16,383 after it.
[[nodiscard]] bool isHeldNumber(QByteArrayView number);

/// Compares two JSON numbers by value, exactly.
[[nodiscard]] std::strong_ordering compareJsonNumbers(QByteArrayView a, QByteArrayView b);

} // namespace portolan
