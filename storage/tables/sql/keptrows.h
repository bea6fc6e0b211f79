#pragma once

#include "storage/sql/sqlite/sqliterowbuffer.h"

#include <memory>

struct sqlite3_stmt;

namespace portolan {

/// The rows of a SQLite statement that nothing tells apart (a view's), numbered from 1 and kept with their values as
/// they were, in a temporary file of this connection alone that nobody else can open. On the thread that made it.
class KeptRows {
public:
    static constexpr qint64 mostBytes = Q_INT64_C(2) << 30;

    /// Runs the statement and keeps up to so many of its rows. Errors: those of Connection::run() and next(), and Io
    /// where the temporary file cannot be written.
    static Result<std::unique_ptr<KeptRows>> of(Connection& connection, const QString& sql,
                                                const QVariantList& bindings, qint64 most, const QString& doing);
    ~KeptRows();
    KeptRows(const KeptRows&) = delete;
    KeptRows& operator=(const KeptRows&) = delete;

    [[nodiscard]] qint64 count() const { return m_count; }
    [[nodiscard]] bool isWhole() const { return m_isWhole; } ///< the statement had no further rows
    [[nodiscard]] bool isFull() const { return m_bytes >= mostBytes; }

    /// Up to `most` rows after (descending: before) a number; 0: from the first (last) one. Its columns, cut to `cut`
    /// bytes at least where that is not 0.
    [[nodiscard]] Result<SqliteRowBuffer> rows(qint64 after, bool descending, int most, qint64 cut) const;
    /// The number of one of these, the first being 0.
    [[nodiscard]] qint64 numberOf(qint64 after, bool descending, int row) const;

private:
    KeptRows() = default;
    [[nodiscard]] Result<void> prepare(int columns);
    [[nodiscard]] Result<void> add(sqlite3_stmt* row);
    [[nodiscard]] Error failed() const;

    std::unique_ptr<Connection> m_file;
    sqlite3_stmt* m_insert = nullptr;
    int m_columns = 0;
    qint64 m_count = 0;
    qint64 m_bytes = 0;
    bool m_isWhole = false;
};

} // namespace portolan
