#pragma once

#include "storage/base/timeforms.h"
#include "storage/sources/files/textstream.h"

#include <QByteArrayList>
#include <QString>
#include <optional>

namespace portolan {

/// The way in which a file that is imported was understood. Names of columns are foreign data.
struct ImportReading {
    TextEncoding encoding = TextEncoding::Utf8;
    bool isText = false;           ///< else a workbook, whose encoding is its own affair
    bool isPacked = false;         ///< gzip
    std::optional<char> separator; ///< of CSV; nothing: JSON or a workbook
    std::optional<char> comment;   ///< what begins lines that are passed over
    std::optional<char> decimal;   ///< nothing: no column of numbers was looked at
    QByteArray number;             ///< one that is two numbers by itself, 1.234 or 1234; empty: there is none
    QByteArray numberMeant;        ///< which of the two it was taken for
    bool isInflux = false;
    bool hasNames = true;          ///< of columns, in its first row
    std::optional<TimeForm> times; ///< nothing: no column of times was looked at
    bool areDoubtfulTimes = false; ///< numbers of which few are of the years 1973 to 2099
    // Of samples, a column of times and columns of values:
    QByteArrayList timeColumns; ///< with the time of day, where that is a column of its own
    QByteArray clock;           ///< the form of the times of day; empty: with colons, or there are none
    QByteArrayList values;
    QByteArray sensor;      ///< the column that names the sensors; empty: none does
    QByteArrayList leftOut; ///< columns that are none of these
    [[nodiscard]] bool isSeries() const { return !values.isEmpty(); }
};

/// In a sentence for an operator; empty: commas, points, UTF-8 and ISO times, as ever, and nothing is left out.
[[nodiscard]] QString readingText(const ImportReading& reading);

/// "\";\"", "a tab".
[[nodiscard]] QString separatorText(char separator);

/// The beginning of a list of names: "a, b, c (and 19 more)".
[[nodiscard]] QString namesText(const QByteArrayList& names, const QString& more);

} // namespace portolan
