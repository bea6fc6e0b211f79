#pragma once

#include "storage/base/clock.h"

#include <QByteArray>
#include <QByteArrayView>
#include <optional>

namespace portolan {

/// A line of a batch file, without its line feed:
///   [YYYY-MM-DD HH:MM:SS] Message #{number}: {content}
/// A line that is not exactly that (month 13, a number beyond 64 bits, no colon) has neither number nor timestamp, and
/// its content is the line as it is, a carriage return at its end included. Borrows the line's bytes.
struct BatchLine {
    std::optional<qint64> number;
    std::optional<Timestamp> timestamp; ///< there exactly when number is
    QByteArrayView content;
};

/// Parses a line. `firstInFile`: passes over a UTF-8 byte order mark in front.
[[nodiscard]] BatchLine parseBatchLine(QByteArrayView line, bool firstInFile = false);

/// A line ready to append, line feed included.
struct WrittenLine {
    QByteArray bytes;
    bool escaped = false; ///< the content in it was changed by escapeContent()
};
/// Makes the line of a message. The timestamp's year is within 1…9999.
[[nodiscard]] WrittenLine writeBatchLine(qint64 number, Timestamp timestamp, QByteArrayView content);

/// Returns true for content that cannot be in a line as it is: with C0 controls other than TAB, with DEL or with C1
/// controls (U+0080…U+009F).
[[nodiscard]] bool needsEscape(QByteArrayView content);
/// Writes those as \n, \r or \xNN (two capital hexadecimal digits a byte), and every backslash as \\.
[[nodiscard]] QByteArray escapeContent(QByteArrayView content);
/// Undoes escapeContent(); nothing for a text that it cannot have made.
[[nodiscard]] std::optional<QByteArray> unescapeContent(QByteArrayView text);

/// Calls visit(offset, line, ended) for every line of a file's bytes; `line` is without its line feed, `ended` says
/// that it had one. Bytes after the last line feed are a line too. Stops when visit returns false.
template <class Visit>
void forEachLine(QByteArrayView bytes, Visit visit) {
    qsizetype at = 0;
    while (at < bytes.size()) {
        const QByteArrayView rest = bytes.sliced(at);
        const qsizetype feed = rest.indexOf('\n');
        const QByteArrayView line = feed < 0 ? rest : rest.first(feed);
        if (!visit(at, line, feed >= 0))
            return;
        at += line.size() + (feed < 0 ? 0 : 1);
    }
}

/// Counts the lines that forEachLine() visits.
[[nodiscard]] qint64 countLines(QByteArrayView bytes);

} // namespace portolan
