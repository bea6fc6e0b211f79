#pragma once

#include "storage/base/timeforms.h"
#include "storage/sources/files/csvrows.h"
#include "storage/sources/files/textstream.h"

#include <QByteArray>
#include <optional>
#include <vector>

namespace portolan {

/// An operator's word on how a file is written; what is not said is found.
struct DialectWishes {
    std::optional<char> separator;
    std::optional<char> decimal;  ///< '.' or ','
    std::optional<bool> hasNames; ///< its first row names the columns
    std::optional<char> comment;
    std::optional<TimeForm> times; ///< of all columns of times
    std::optional<TextEncoding> encoding;
    friend bool operator==(const DialectWishes& a, const DialectWishes& b) = default;
};

/// "comma", "semicolon", "tab", "pipe", "\t", or one character of ASCII that is no letter, figure or quote.
[[nodiscard]] std::optional<char> separatorNamed(const QString& text);
/// "seconds", "ms", "us", "ns", "julian", "compact", "years", "ymd", "dmy", "mdy", "names", "iso".
[[nodiscard]] std::optional<TimeForm> timesNamed(const QString& text);
[[nodiscard]] QStringList timesNames();

/// The way in which a CSV text is written, as far as its beginning tells.
struct CsvDialect {
    CsvMarks marks;
    bool hasSeparatorLine = false; ///< it begins with "sep=;", which is no row
    bool isInflux = false;         ///< annotated CSV of InfluxDB, or its rows without annotations
    QByteArray commentedNames;     ///< the last comment before the first row, which may have the columns' names
};

/// `beginning`: UTF-8; `isWhole`: there is no more. `isTabbed`: the file's name says that tabs part its cells.
[[nodiscard]] CsvDialect csvDialectOf(QByteArrayView beginning, bool isWhole, bool isTabbed,
                                      const DialectWishes& wishes);

/// The rows of a beginning, without one that is not whole; no comments, and not the line that names the separator.
[[nodiscard]] std::vector<CsvRow> sampleRows(QByteArrayView beginning, bool isWhole, const CsvDialect& dialect);

} // namespace portolan
