#pragma once

#include "storage/base/result.h"

#include <QString>

namespace portolan {

/// A database's SQL, and of SQLite whether it keeps its texts in UTF-16.
class SqlDialect {
public:
    enum Kind { Sqlite, Postgresql };
    constexpr SqlDialect(Kind kind, bool isUtf16 = false) // NOLINT(google-explicit-constructor): mostly the kind alone
        : m_kind(kind)
        , m_isUtf16(isUtf16) {}
    constexpr operator Kind() const { return m_kind; } // NOLINT(google-explicit-constructor)
    [[nodiscard]] constexpr bool isUtf16() const { return m_isUtf16; }

private:
    Kind m_kind;
    bool m_isUtf16;
};

/// An identifier in double quotes, doubled inside. Our own, because escapeIdentifier of Qt's drivers lets one pass
/// that begins or ends with a quote. Empty is a name, too, in SQLite. Error Usage: with a NUL in it.
[[nodiscard]] Result<QString> quoteIdentifier(const QString& name);

/// The statement that begins a transaction which will write. SQLite takes the write lock at once, because a lock
/// that is upgraded later fails at once, whatever the busy timeout. In PostgreSQL writers do not wait for each other
/// until they meet; see serverlock.h.
[[nodiscard]] QString beginWriting(SqlDialect dialect);

/// The statement that begins a transaction whose questions are all answered from one state of the database.
[[nodiscard]] QString beginReading(SqlDialect dialect);

/// An expression for the UTF-8 bytes of a text expression, which also sorts by bytes in every locale and encoding.
[[nodiscard]] QString bytesOf(const QString& expression, SqlDialect dialect);

/// An expression by which a text, or JSON, is read: SQLite's bytes, whatever they are; a server has checked its texts
/// and sends them as they are. Where `least` is not 0, of a long one only its beginning, of so many bytes at least:
/// what is left out never leaves the database.
[[nodiscard]] QString textOf(const QString& expression, SqlDialect dialect, qint64 least = 0);

/// Any other value as it is; SQLite may have a text or BLOB there as well, of which the bytes come, cut like that.
[[nodiscard]] QString cutValue(const QString& expression, SqlDialect dialect, qint64 least);

} // namespace portolan
