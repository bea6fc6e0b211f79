#include "storage/sql/sqlite/sqliteintegrity.h"

#include "storage/sql/sqlite/sqlitedefinitions.h"
#include "storage/sql/sqlite/sqlitequery.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <sqlite3.h>
#include <variant>

namespace portolan {

namespace {

QString checking() {
    return QStringLiteral("check");
}

/// Finds the function that a refused statement needs; nothing for another error.
std::optional<QString> lackedFunction(const Error& error) {
    for (const char* words : {"unknown function: ", "no such function: "}) {
        const qsizetype at = error.details.indexOf(QLatin1String(words));
        if (at < 0)
            continue;
        QString name = error.details.mid(at + qsizetype(qstrlen(words)));
        if (name.endsWith(QLatin1String("()")))
            name.chop(2);
        return name;
    }
    return std::nullopt;
}

/// Compiles a statement and does not run it. Returns the function that it lacks, if it lacks one.
Result<std::optional<QString>> lackedBy(Connection& connection, const QString& sql) {
    const auto compiled = SqliteQuery::run(connection, sql, {}, checking());
    if (compiled)
        return std::optional<QString>();
    auto lacked = lackedFunction(compiled.error());
    return lacked ? Result<std::optional<QString>>(std::move(lacked)) : compiled.error();
}

QByteArray textIn(const SqliteQuery& rows, int column) {
    const Value value = rows.cell(column);
    const auto* const text = std::get_if<QByteArray>(&value);
    return text ? *text : QByteArray();
}

/// Functions that answer NULL while this is alive, so that what calls them can be compiled.
class StandIns {
public:
    explicit StandIns(Connection& connection) : m_connection(connection) {}
    ~StandIns() {
        for (const QByteArray& name : m_names)
            sqlite3_create_function_v2(m_connection.sqlite(), name.constData(), -1, SQLITE_UTF8, nullptr, nullptr,
                                       nullptr, nullptr, nullptr);
    }
    StandIns(const StandIns&) = delete;
    StandIns& operator=(const StandIns&) = delete;

    /// Adds those that a statement lacks.
    [[nodiscard]] Result<void> addFor(const QString& sql) {
        for (;;) {
            const auto lacked = lackedBy(m_connection, sql);
            PORTOLAN_TRY(lacked);
            if (!*lacked)
                return {};
            const QByteArray name = (*lacked)->toUtf8();
            const auto answer = [](sqlite3_context* context, int, sqlite3_value**) { sqlite3_result_null(context); };
            if (std::ranges::find(m_names, name) != m_names.end()
                || sqlite3_create_function_v2(m_connection.sqlite(), name.constData(), -1,
                                              SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS, nullptr, answer,
                                              nullptr, nullptr, nullptr)
                       != SQLITE_OK)
                return m_connection.lastSqliteError(checking());
            m_names.push_back(name);
        }
    }

private:
    Connection& m_connection;
    std::vector<QByteArray> m_names;
};

/// Collects the objects of which the check's lines say nothing true.
class Unknowns {
public:
    /// Finds those that the connection left out when it was opened.
    [[nodiscard]] Result<void> findMisunderstood(Connection& connection) {
        const auto definitions = misunderstoodDefinitions(connection);
        PORTOLAN_TRY(definitions);
        for (const SqliteDefinition& each : *definitions)
            m_names << QStringLiteral("the %1 %2 was not checked: %3")
                           .arg(QString::fromUtf8(each.type), QString::fromUtf8(each.name), misunderstoodWords());
        return {};
    }

    /// Finds the indexes and tables that need what this program does not have.
    [[nodiscard]] Result<void> find(Connection& connection) {
        PORTOLAN_TRY(findIndexes(connection));
        return findTables(connection);
    }

    [[nodiscard]] bool isEmpty() const { return m_names.isEmpty(); }
    [[nodiscard]] const QStringList& names() const { return m_names; }

    /// Returns true for a line about one of them.
    [[nodiscard]] bool has(const QByteArray& line) const {
        return std::ranges::any_of(m_indexes, [&](const QByteArray& end) { return line.endsWith(end); })
               || std::ranges::any_of(m_tables, [&](const QByteArray& table) {
                      return line == "CHECK constraint failed in " + table || line.contains(" value in " + table + '.');
                  });
    }

private:
    Result<void> findIndexes(Connection& connection) {
        auto rows = SqliteQuery::run(
            connection,
            QStringLiteral(
                "SELECT l.name, i.name, i.origin, l.wr, (SELECT group_concat(DISTINCT x.coll) FROM "
                "pragma_index_xinfo(i.name) AS x WHERE upper(x.coll) NOT IN ('BINARY', 'NOCASE', 'RTRIM')) FROM "
                "pragma_table_list AS l, pragma_index_list(l.name) AS i WHERE l.schema = 'main' AND l.type IN "
                "('table', "
                "'shadow') ORDER BY 1, 2"),
            {}, checking());
        PORTOLAN_TRY(rows);
        for (Result<bool> more = rows->next();; more = rows->next()) {
            PORTOLAN_TRY(more);
            if (!*more)
                return {};
            const QByteArray table = textIn(*rows, 0);
            const QByteArray index = textIn(*rows, 1);
            const bool isTableItself = textIn(*rows, 2) == "pk" && rows->cell(3) == Value(qint64(1));
            const QByteArray collations = textIn(*rows, 4);
            const Result<QString> quoted = quoteIdentifier(QString::fromUtf8(index));
            PORTOLAN_TRY(quoted);
            // To fill an index again takes all that it is made of.
            const auto lacked = isTableItself ? Result<std::optional<QString>>(std::optional<QString>())
                                              : lackedBy(connection, QStringLiteral("REINDEX main.%1").arg(*quoted));
            PORTOLAN_TRY(lacked);
            if (!*lacked && collations.isEmpty())
                continue;
            m_indexes.push_back(isTableItself ? "row not in PRIMARY KEY order for " + table : " index " + index);
            const QString what =
                isTableItself
                    ? QStringLiteral("the order of the table %1").arg(QString::fromUtf8(table))
                    : QStringLiteral("the index %1 of %2").arg(QString::fromUtf8(index), QString::fromUtf8(table));
            m_names << (*lacked ? QStringLiteral("%1 needs the function %2(), which this program does not have: it was "
                                                 "not checked")
                                      .arg(what, **lacked)
                                : QStringLiteral("%1 needs the collation %2, which this program does not know: it was "
                                                 "not checked")
                                      .arg(what, QString::fromUtf8(collations)));
        }
    }

    Result<void> findTables(Connection& connection) {
        auto rows = SqliteQuery::run(connection,
                                     QStringLiteral("SELECT name FROM pragma_table_list WHERE schema = 'main' AND type "
                                                    "IN ('table', 'shadow') ORDER BY 1"),
                                     {}, checking());
        PORTOLAN_TRY(rows);
        for (Result<bool> more = rows->next();; more = rows->next()) {
            PORTOLAN_TRY(more);
            if (!*more)
                return {};
            const QByteArray table = textIn(*rows, 0);
            const Result<QString> quoted = quoteIdentifier(QString::fromUtf8(table));
            PORTOLAN_TRY(quoted);
            const auto lacked = lackedBy(connection, QStringLiteral("PRAGMA main.quick_check(%1)").arg(*quoted));
            PORTOLAN_TRY(lacked);
            if (!*lacked)
                continue;
            m_tables.push_back(table);
            m_names << QStringLiteral("what the values of %1 have to be needs the function %2(), which this program "
                                      "does not have: it was not checked")
                           .arg(QString::fromUtf8(table), **lacked);
        }
    }

    std::vector<QByteArray> m_indexes; ///< the ends of lines about them
    std::vector<QByteArray> m_tables;
    QStringList m_names;
};

/// Returns true where nothing of another program's is needed.
Result<bool> knowsAll(Connection& connection, const QString& check) {
    const auto lacked = lackedBy(connection, check);
    PORTOLAN_TRY(lacked);
    const Result<QVariant> strange = connection.value(
        QStringLiteral("SELECT EXISTS (SELECT 1 FROM pragma_table_list AS l, pragma_index_list(l.name) AS i, "
                       "pragma_index_xinfo(i.name) AS x WHERE l.schema = 'main' AND l.type IN ('table', 'shadow') AND "
                       "upper(x.coll) NOT IN ('BINARY', 'NOCASE', 'RTRIM'))"));
    PORTOLAN_TRY(strange);
    return !*lacked && !strange->toBool();
}

} // namespace

bool needsAnotherProgram(const Error& error) {
    return lackedFunction(error) || error.details.contains(QLatin1String("no such collation sequence: "));
}

Result<SqliteIntegrity> checkSqliteIntegrity(Connection& connection, int mostLines) {
    QString check = QStringLiteral("PRAGMA integrity_check(%1)").arg(mostLines);
    const auto knows = knowsAll(connection, check);
    PORTOLAN_TRY(knows);
    Unknowns unknowns;
    PORTOLAN_TRY(unknowns.findMisunderstood(connection));
    StandIns standIns(connection); // of what is unknown each row of an index differs: these lines do not count
    if (!*knows) {
        PORTOLAN_TRY(unknowns.find(connection));
        check = QStringLiteral("PRAGMA integrity_check(%1)").arg(std::numeric_limits<int>::max());
        PORTOLAN_TRY(standIns.addFor(check));
    }
    SqliteIntegrity found;
    found.unchecked = unknowns.names();
    auto rows = SqliteQuery::run(connection, check, {}, checking());
    PORTOLAN_TRY(rows);
    while (std::ssize(found.damage) < mostLines) {
        const Result<bool> more = rows->next();
        PORTOLAN_TRY(more);
        if (!*more)
            break;
        QByteArray line = textIn(*rows, 0);
        if (line != "ok" && !unknowns.has(line))
            found.damage.push_back(std::move(line));
    }
    return found;
}

} // namespace portolan
