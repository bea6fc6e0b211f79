#include "storage/tables/sql/keptrows.h"

#include "storage/sql/sqlite/sqlitequery.h"

#include <QStringList>
#include <sqlite3.h>

namespace portolan {

namespace {

QString keeping() {
    return QStringLiteral("keep rows in");
}

QString keptColumn(int column) {
    return QStringLiteral("c%1").arg(column);
}

} // namespace

KeptRows::~KeptRows() {
    sqlite3_finalize(m_insert);
}

Error KeptRows::failed() const {
    return m_file->lastSqliteError(keeping());
}

/// Columns without a type: values stay what they are.
Result<void> KeptRows::prepare(int columns) {
    auto file = Connection::openSqlite({QString(), {}, QStringLiteral("a temporary file")});
    PORTOLAN_TRY(file);
    m_file = std::move(*file);
    m_columns = columns;
    QStringList names;
    QStringList places;
    for (int i = 0; i < columns; ++i) {
        names << keptColumn(i);
        places << QStringLiteral("?");
    }
    for (const QString& sql :
         {QStringLiteral("PRAGMA journal_mode = OFF"), QStringLiteral("PRAGMA synchronous = OFF"),
          QStringLiteral("PRAGMA cache_size = -16384"),
          QStringLiteral("CREATE TABLE kept (%1)").arg(names.join(QLatin1String(", "))), QStringLiteral("BEGIN")}) {
        if (const Result<void> done = m_file->execute(sql, {}, keeping()); !done)
            return done;
    }
    const QByteArray insert = QStringLiteral("INSERT INTO kept (%1) VALUES (%2)")
                                  .arg(names.join(QLatin1String(", ")), places.join(QLatin1String(", ")))
                                  .toUtf8();
    const int code =
        sqlite3_prepare_v2(m_file->sqlite(), insert.constData(), static_cast<int>(insert.size()), &m_insert, nullptr);
    return code == SQLITE_OK ? Result<void>() : Result<void>(failed());
}

Result<void> KeptRows::add(sqlite3_stmt* row) {
    for (int i = 0; i < m_columns; ++i) {
        sqlite3_value* const value = sqlite3_column_value(row, i);
        if (sqlite3_bind_value(m_insert, i + 1, value) != SQLITE_OK)
            return failed();
        const int type = sqlite3_column_type(row, i);
        m_bytes += static_cast<qint64>(sizeof(qint64));
        if (type == SQLITE_TEXT || type == SQLITE_BLOB) // of a number it would make a text
            m_bytes += sqlite3_column_bytes(row, i);
    }
    const int code = sqlite3_step(m_insert);
    if (code != SQLITE_DONE)
        return failed();
    sqlite3_reset(m_insert);
    ++m_count;
    return {};
}

Result<std::unique_ptr<KeptRows>> KeptRows::of(Connection& connection, const QString& sql, const QVariantList& bindings,
                                               qint64 most, const QString& doing) {
    Result<SqliteQuery> query = SqliteQuery::run(connection, sql, bindings, doing);
    PORTOLAN_TRY(query);
    std::unique_ptr<KeptRows> kept(new KeptRows);
    PORTOLAN_TRY(kept->prepare(sqlite3_column_count(query->statement())));
    while (kept->m_count < most && !kept->isFull()) {
        const Result<bool> more = query->next();
        PORTOLAN_TRY(more);
        kept->m_isWhole = !*more;
        if (!*more)
            break;
        PORTOLAN_TRY(kept->add(query->statement()));
    }
    PORTOLAN_TRY(kept->m_file->execute(QStringLiteral("COMMIT"), {}, keeping()));
    return kept;
}

qint64 KeptRows::numberOf(qint64 after, bool descending, int row) const {
    return descending ? (after == 0 ? m_count + 1 : after) - row - 1 : after + row + 1;
}

Result<SqliteRowBuffer> KeptRows::rows(qint64 after, bool descending, int most, qint64 cut) const {
    QStringList columns;
    for (int i = 0; i < m_columns; ++i)
        columns << (cut > 0 ? cutValue(keptColumn(i), m_file->dialect(), cut) : keptColumn(i));
    const bool isFirst = after == 0;
    const QString sql = QStringLiteral("SELECT %1 FROM kept%2 ORDER BY rowid%3 LIMIT ?")
                            .arg(columns.join(QLatin1String(", ")),
                                 isFirst      ? QString()
                                 : descending ? QStringLiteral(" WHERE rowid < ?")
                                              : QStringLiteral(" WHERE rowid > ?"),
                                 descending ? QStringLiteral(" DESC") : QString());
    QVariantList bindings;
    if (!isFirst)
        bindings << after;
    bindings << most;
    SqliteRowBuffer rows;
    const Result<void> read = rows.add(*m_file, sql, bindings, most, keeping());
    return read ? Result<SqliteRowBuffer>(std::move(rows)) : Result<SqliteRowBuffer>(read.error());
}

} // namespace portolan
