#pragma once

#include <QByteArray>
#include <QByteArrayView>
#include <optional>
#include <span>

namespace portolan {

/// The form in which the numbers of a column are written.
struct NumberForm {
    char decimal = '.';     ///< '.' or ','
    bool isGrouped = false; ///< thousands may be marked: by the other of the two, a blank or an apostrophe
    friend bool operator==(const NumberForm& a, const NumberForm& b) = default;
};

/// The evidence that the texts of a column give of their form.
struct NumberEvidence {
    qint64 point = 0;          ///< numbers with a decimal point that can be nothing else: 0.5, 1,234.5, 12.25
    qint64 comma = 0;          ///< with a decimal comma: 0,5, 1.234,5
    qint64 ambiguousComma = 0; ///< 1,234
    qint64 ambiguousPoint = 0; ///< 1.234
    qint64 grouped = 0;        ///< with marked thousands: 1,234.5, 1.234.567, 1 234
    qint64 numbers = 0;        ///< all that may be numbers
    qint64 texts = 0;          ///< that are none
};

/// Looks at one text, which is not empty.
void look(NumberEvidence& evidence, QByteArrayView text);

/// The number as C writes it, "-1234.5", of a text in this form with blanks around it; nothing: it is no finite number.
[[nodiscard]] std::optional<QByteArray> plainNumber(QByteArrayView text, NumberForm form);

/// Returns true when a text stands for a value that is not there: empty, NA, N/A, NaN, null, None, "-" and the like.
[[nodiscard]] bool isMissingValue(QByteArrayView text);

} // namespace portolan
