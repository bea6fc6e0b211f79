#include "storage/tables/sql/sqlitecatalogue.h"

#include "storage/sql/columns/sqlitenames.h"
#include "storage/sql/rowreader.h"
#include "storage/sql/sqlite/sqlitedefinitions.h"
#include "storage/sql/sqlite/sqlitequery.h"

#include <algorithm>

namespace portolan {

namespace {

constexpr qint64 rowsCounted = 10'000; ///< of a table of a larger database
/// SQLite tells a table's size only by a look at every page, and its rows by twice that.
constexpr qint64 bytesSized = 256 * 1024 * 1024;
constexpr qint64 bytesCounted = 64 * 1024 * 1024;

QString readingCatalogue() {
    return QStringLiteral("read the tables of");
}

QString sqliteNames() {
    return QStringLiteral("SELECT l.name, CASE l.type WHEN 'shadow' THEN 'table' ELSE l.type END, l.ncol, l.wr FROM "
                          "pragma_table_list AS l WHERE l.schema = 'main' AND l.name NOT LIKE 'sqlite\\_%' ESCAPE "
                          "'\\' AND ")
           + isNoShadowTable("l") + QStringLiteral(" ORDER BY l.name");
}

/// Some that SQLite has not asked its modules for are none to the list of tables.
Result<qint64> columnCount(Connection& connection, const QByteArray& table) {
    const Result<QVariant> count = connection.value(
        QStringLiteral("SELECT count(*) FROM pragma_table_xinfo(?) WHERE hidden <> 1"), {QString::fromUtf8(table)});
    return count ? Result<qint64>(count->toLongLong()) : count.error();
}

/// Indexes and the columns of the primary key.
Result<void> readKey(Connection& connection, TableInfo& info) {
    const QString name = QString::fromUtf8(info.name);
    Result<SqliteQuery> query =
        SqliteQuery::run(connection,
                         QStringLiteral("SELECT (SELECT count(*) FROM pragma_index_list(?)), (SELECT "
                                        "group_concat(name, ', ') FROM (SELECT name FROM pragma_table_info(?) WHERE "
                                        "pk > 0 ORDER BY pk))"),
                         {name, name}, readingCatalogue());
    PORTOLAN_TRY(query);
    const Result<bool> found = query->next();
    PORTOLAN_TRY(found);
    info.indexes = numberAt(RowView(*query), 0);
    info.key = bytesAt(RowView(*query), 1);
    return {};
}

/// By how far apart the numbers of some rows lie, here and there between the first and the last.
Result<std::optional<qint64>> estimatedRows(Connection& connection, const QString& table) {
    constexpr int places = 24;
    constexpr int rowsAPlace = 64;
    const auto numberOf = [&](const QString& sql, const QVariantList& bindings) -> Result<std::optional<qint64>> {
        Result<SqliteQuery> query = SqliteQuery::run(connection, sql, bindings, readingCatalogue());
        PORTOLAN_TRY(query);
        const Result<bool> found = query->next();
        return found ? Result(*found ? integerAt(RowView(*query), 0) : std::nullopt)
                     : Result<std::optional<qint64>>(found.error());
    };
    const auto first = numberOf(QStringLiteral("SELECT min(rowid) FROM %1").arg(table), {});
    const auto last = numberOf(QStringLiteral("SELECT max(rowid) FROM %1").arg(table), {});
    if (!first || !last)
        return first ? last.error() : first.error();
    if (!*first || !*last)
        return std::optional<qint64>(0);
    const double span = static_cast<double>(**last) - static_cast<double>(**first) + 1;
    double density = 0;
    for (int place = 0; place < places; ++place) {
        const auto from = static_cast<qint64>(static_cast<double>(**first) + span * place / places);
        const auto to = numberOf(QStringLiteral("SELECT max(n) FROM (SELECT rowid AS n FROM %1 WHERE rowid >= ? ORDER "
                                                "BY rowid LIMIT %2)")
                                     .arg(table, QString::number(rowsAPlace)),
                                 {from});
        PORTOLAN_TRY(to);
        if (*to)
            density += rowsAPlace / std::max(static_cast<double>(**to) - static_cast<double>(from) + 1, 1.0);
    }
    return std::optional(static_cast<qint64>(span * std::min(density / places, 1.0)));
}

/// A table whose pages were not looked at: exactly where it is small.
Result<void> countTable(Connection& connection, TableInfo& info, bool hasNumbers) {
    const Result<QString> table = quoteIdentifier(QString::fromUtf8(info.name));
    PORTOLAN_TRY(table);
    const Result<QVariant> counted = connection.value(
        QStringLiteral("SELECT count(*) FROM (SELECT 1 FROM %1 LIMIT ?)").arg(*table), {QVariant(rowsCounted + 1)});
    PORTOLAN_TRY(counted);
    info.isEstimate = counted->toLongLong() > rowsCounted;
    if (!info.isEstimate)
        info.rows = counted->toLongLong();
    if (!info.isEstimate || !hasNumbers)
        return {};
    const auto rows = estimatedRows(connection, *table);
    PORTOLAN_TRY(rows);
    if (*rows)
        info.rows = std::max(**rows, rowsCounted + 1);
    return {};
}

/// A column of that name hides them.
bool hasNumbers(Connection& connection, const QByteArray& table) {
    const Result<QVariant> taken =
        connection.value(QStringLiteral("SELECT count(*) FROM pragma_table_xinfo(?) WHERE lower(name) = 'rowid'"),
                         {QString::fromUtf8(table)});
    return taken && taken->toLongLong() == 0;
}

template <class Row, class Make>
Result<std::vector<Row>> rowsOf(Connection& connection, const QString& sql, const QVariantList& bindings, Make make) {
    Result<SqliteQuery> query = SqliteQuery::run(connection, sql, bindings, readingCatalogue());
    PORTOLAN_TRY(query);
    std::vector<Row> rows;
    while (true) {
        const Result<bool> more = query->next();
        PORTOLAN_TRY(more);
        if (!*more)
            return rows;
        rows.push_back(make(RowView(*query)));
    }
}

} // namespace

QByteArray wordsOf(const Error& error) {
    const QString words = error.details.section(QStringLiteral(": "), 1);
    return (words.isEmpty() ? error.text : words.section(u'\n', 0, 0).trimmed()).toUtf8();
}

Error asErrorOf(const TableInfo& info, const Error& error) {
    if (error.code != ErrorCode::Invalid && error.code != ErrorCode::Corrupt)
        return error;
    return {
        error.code,
        QStringLiteral("%1 cannot be read: %2.").arg(QString::fromUtf8(info.path()), QString::fromUtf8(wordsOf(error))),
        error.details};
}

QByteArray sqliteTrouble(Connection& connection, const QString& table) {
    const Result<QString> quoted = quoteIdentifier(table);
    if (!quoted)
        return wordsOf(quoted.error());
    const Result<SqliteQuery> prepared =
        SqliteQuery::run(connection, QStringLiteral("SELECT * FROM %1").arg(*quoted), {}, readingCatalogue());
    return prepared || prepared.error().code == ErrorCode::Cancelled ? QByteArray() : wordsOf(prepared.error());
}

Result<std::map<QString, SqlitePages>> sqliteTablePages(Connection& connection) {
    std::map<QString, SqlitePages> tables;
    const Result<QVariant> bytes =
        connection.value(QStringLiteral("SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"));
    PORTOLAN_TRY(bytes);
    const Result<QVariant> known =
        connection.value(QStringLiteral("SELECT EXISTS (SELECT 1 FROM pragma_module_list WHERE name = 'dbstat')"));
    PORTOLAN_TRY(known);
    if (bytes->toLongLong() > bytesSized || !known->toBool())
        return tables;
    const bool isCounted = bytes->toLongLong() <= bytesCounted;
    struct Part {
        QString table;
        bool isTable; ///< not an index
        bool withoutNumbers;
        QByteArray type; ///< of its pages
        qint64 cells;
        qint64 bytes;
    };
    const auto parts = rowsOf<Part>(
        connection,
        QStringLiteral("SELECT lower(s.tbl_name), s.type = 'table', coalesce(l.wr, 0), p.pagetype, p.cells, p.bytes "
                       "FROM (SELECT name, pagetype, sum(ncell) AS cells, sum(pgsize) AS bytes FROM dbstat%1 GROUP BY "
                       "name, pagetype) AS p JOIN sqlite_schema AS s ON s.name = p.name LEFT JOIN pragma_table_list AS "
                       "l ON l.schema = 'main' AND l.name = s.name AND s.type = 'table'")
            .arg(isCounted ? QString() : QStringLiteral(" WHERE aggregate = TRUE")),
        {}, [](const RowView& row) {
            return Part{QString::fromUtf8(bytesAt(row, 0)),
                        numberAt(row, 1) != 0,
                        numberAt(row, 2) != 0,
                        bytesAt(row, 3),
                        numberAt(row, 4),
                        numberAt(row, 5)};
        });
    if (!parts) {
        // It gives up over pages that contradict each other; each table then tells for itself.
        return parts.error().code == ErrorCode::Corrupt ? tables
                                                        : Result<std::map<QString, SqlitePages>>(parts.error());
    }
    for (const Part& part : *parts) {
        SqlitePages& pages = tables[part.table];
        pages.bytes += part.bytes;
        pages.isDamaged = pages.isDamaged || part.type == "corrupted";
        // Rows are in the leaves; where the key is the row they are in the other pages, too.
        if (isCounted && part.isTable && (part.type == "leaf" || (part.withoutNumbers && part.type == "internal")))
            pages.rows = pages.rows.value_or(0) + part.cells;
    }
    return tables;
}

Result<std::vector<TableInfo>> readSqliteTables(Connection& connection) {
    auto infos = rowsOf<std::pair<TableInfo, bool>>(connection, sqliteNames(), {}, [](const RowView& row) {
        TableInfo info;
        info.schema = "main";
        info.name = bytesAt(row, 0);
        info.kind = bytesAt(row, 1) == "virtual" ? QByteArray("virtual table") : bytesAt(row, 1);
        info.columns = numberAt(row, 2);
        return std::pair(info, numberAt(row, 3) == 0);
    });
    PORTOLAN_TRY(infos);
    const auto pages = sqliteTablePages(connection);
    PORTOLAN_TRY(pages);
    std::vector<TableInfo> all;
    for (auto& [info, isNumbered] : *infos) {
        if (connection.stopRequested())
            return cancelled();
        info.problem = sqliteTrouble(connection, QString::fromUtf8(info.name));
        if (info.columns == 0 && info.problem.isEmpty()) {
            const Result<qint64> columns = columnCount(connection, info.name);
            PORTOLAN_TRY(columns);
            info.columns = *columns;
        }
        const auto found = pages->find(QString::fromUtf8(info.name).toLower());
        if (found != pages->end()) {
            info.bytes = found->second.bytes;
            if (found->second.isDamaged && info.problem.isEmpty())
                info.problem = "some of its pages are damaged";
        }
        if (info.kind == "table") {
            Result<void> done = readKey(connection, info);
            if (done && found != pages->end() && found->second.rows) {
                info.rows = found->second.rows;
                info.isEstimate = found->second.isDamaged;
            } else if (done && info.problem.isEmpty()) {
                done = countTable(connection, info, isNumbered && hasNumbers(connection, info.name));
            }
            if (!done && done.error().code == ErrorCode::Cancelled)
                return done.error();
            if (!done && info.problem.isEmpty())
                info.problem = wordsOf(done.error());
        }
        all.push_back(std::move(info));
    }
    const auto misunderstood = misunderstoodDefinitions(connection);
    PORTOLAN_TRY(misunderstood);
    for (const SqliteDefinition& definition : *misunderstood) {
        std::erase_if(all, [&](const TableInfo& info) { return info.name == definition.name; });
        TableInfo& info = all.emplace_back();
        info.schema = "main";
        info.name = definition.name;
        info.kind = definition.type;
        info.problem = misunderstoodWords().toUtf8();
    }
    return all;
}

Result<TableDetail> readSqliteTableDetail(Connection& connection, const TableInfo& info) {
    if (info.problem == misunderstoodWords().toUtf8())
        return Error{ErrorCode::Unsupported, QStringLiteral("%1 cannot be read: %2.")
                                                 .arg(QString::fromUtf8(info.path()), QString::fromUtf8(info.problem))};
    TableDetail detail;
    detail.info = info;
    const QString name = QString::fromUtf8(info.name);
    const auto parts = [&](const char* type) {
        return rowsOf<TableDetail::Part>(
            connection,
            QStringLiteral(
                "SELECT name, coalesce(sql, '') FROM sqlite_schema WHERE tbl_name = ? COLLATE NOCASE AND type "
                "= ? ORDER BY name"),
            {name, QLatin1String(type)}, [](const RowView& row) {
                return TableDetail::Part{bytesAt(row, 0), bytesAt(row, 1)};
            });
    };
    auto indexes = parts("index");
    PORTOLAN_TRY(indexes);
    auto triggers = parts("trigger");
    PORTOLAN_TRY(triggers);
    detail.indexes = std::move(*indexes);
    detail.triggers = std::move(*triggers);
    const Result<QVariant> definition = connection.value(
        QStringLiteral("SELECT coalesce(max(sql), '') FROM sqlite_schema WHERE name = ? COLLATE NOCASE AND type IN "
                       "('table', 'view')"),
        {name});
    PORTOLAN_TRY(definition);
    detail.definition = definition->toString().toUtf8();
    const Result<QVariant> strict = connection.value(
        QStringLiteral("SELECT strict FROM pragma_table_list WHERE schema = 'main' AND name = ? COLLATE NOCASE"),
        {name});
    PORTOLAN_TRY(strict);
    detail.isStrict = strict->toBool();
    // Columns that a virtual table hides are arguments of its queries; generated ones are hidden only from INSERT.
    auto columns = rowsOf<TableDetail::Column>(
        connection,
        QStringLiteral("SELECT name, type, \"notnull\", pk, coalesce(dflt_value, '') FROM pragma_table_xinfo(?) WHERE "
                       "hidden <> 1"),
        {name}, [](const RowView& row) {
            return TableDetail::Column{bytesAt(row, 0), bytesAt(row, 1), numberAt(row, 2) != 0,
                                       static_cast<int>(numberAt(row, 3)), bytesAt(row, 4)};
        });
    if (!columns)
        return asErrorOf(info, columns.error());
    detail.columns = std::move(*columns);
    return detail;
}

} // namespace portolan
