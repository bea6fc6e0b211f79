#pragma once

#include <QByteArray>
#include <QString>
#include <optional>

namespace portolan {

// Numbers as text, of which there are two purposes: a value, with the digits that bring it back, and a figure that was
// measured, with as many decimals as were asked for. No other code writes a double (tst_numbertext looks). Any thread.

/// The longest text of a double.
inline constexpr qsizetype longestReal = 32;

/// Writes the shortest text that reads back as the same number, as PostgreSQL writes a double precision: "0.1",
/// "1e+15",
/// "-0", "NaN", "Infinity"; a dot in every language. Returns its end, at most `longestReal` bytes on.
char* writeNumber(char* begin, double number);
/// Writes the same into a text of its own.
[[nodiscard]] QByteArray numberText(double number);
/// Reads the number of such a text; nothing for any other text.
[[nodiscard]] std::optional<double> numberIn(QByteArrayView text);

/// Writes a measured figure (a rate, seconds, a share) with so many decimals; never for a value of a database.
[[nodiscard]] QString measuredText(double number, int decimals);

} // namespace portolan
