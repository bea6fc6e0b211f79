#include "storage/sql/sqlite/sqlitedefinitions.h"

#include "storage/sql/sqlite/sqlitequery.h"

#include <memory>
#include <sqlite3.h>

namespace portolan {

namespace {

QString readingSchema() {
    return QStringLiteral("read the schema of");
}

/// A database without rows, in which definitions are compiled.
class Scratch {
public:
    Scratch() { sqlite3_open_v2(":memory:", &m_database, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr); }
    ~Scratch() { sqlite3_close(m_database); }
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;

    [[nodiscard]] bool understands(const QByteArray& definition) const {
        sqlite3_stmt* statement = nullptr;
        const int code = sqlite3_prepare_v2(m_database, definition.constData(), static_cast<int>(definition.size()),
                                            &statement, nullptr);
        sqlite3_finalize(statement);
        return code == SQLITE_OK;
    }
    /// Makes what the definition says, for those after it.
    [[nodiscard]] bool make(const QByteArray& definition) const {
        return sqlite3_exec(m_database, definition.constData(), nullptr, nullptr, nullptr) == SQLITE_OK;
    }

private:
    sqlite3* m_database = nullptr;
};

QByteArray textOfCell(const SqliteQuery& row, int column) {
    const Value value = row.cell(column);
    const auto* const text = std::get_if<QByteArray>(&value);
    return text ? *text : QByteArray();
}

} // namespace

Result<std::vector<SqliteDefinition>> misunderstoodDefinitions(Connection& connection) {
    std::vector<SqliteDefinition> found;
    int isPartly = 0;
    sqlite3_db_config(connection.sqlite(), SQLITE_DBCONFIG_WRITABLE_SCHEMA, -1, &isPartly);
    if (isPartly == 0)
        return found;
    auto rows = SqliteQuery::run(
        connection,
        QStringLiteral("SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND type IN ('table', 'index', "
                       "'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY type = 'index', rowid"),
        {}, readingSchema());
    PORTOLAN_TRY(rows);
    const Scratch scratch;
    for (Result<bool> more = rows->next();; more = rows->next()) {
        PORTOLAN_TRY(more);
        if (!*more)
            return found;
        const QByteArray type = textOfCell(*rows, 0);
        const QByteArray definition = textOfCell(*rows, 2);
        const bool isVirtual = definition.startsWith("CREATE VIRTUAL ");
        if (type == "table" && !isVirtual ? !scratch.make(definition) : !scratch.understands(definition))
            found.push_back({type, textOfCell(*rows, 1)});
    }
}

QString misunderstoodWords() {
    return QStringLiteral("this SQLite library (%1) does not understand its definition; a newer one may have made it")
        .arg(QLatin1String(sqlite3_libversion()));
}

} // namespace portolan
