#pragma once

#include "storage/sql/columns/schemainspector.h"
#include "storage/sql/sqlrowsource.h"
#include "storage/sql/tablelistingfactory.h"

#include <optional>

namespace portolan {

/// Adds to why a table of Portolan's own cannot be read what brings it; nothing stays nothing.
inline std::optional<QString> withMigration(std::optional<QString> lacking) {
    if (lacking)
        *lacking +=
            QStringLiteral(" It is one of Portolan's own; `portolan migrate up` adds these and leaves others as "
                           "they are.");
    return lacking;
}

/// A table of Portolan's own as a listing. On the session's thread.
template <class Row>
class InternalTable {
public:
    InternalTable(Session& session, QString table, const ColumnSet& schema, Row (*reader)(const RowView&))
        : m_session(session)
        , m_table(std::move(table))
        , m_schema(schema)
        , m_rows(
              session, [this](Connection& connection) { return listing(connection); }, reader) {}

    RowSource<Row>& rows() { return m_rows; }

private:
    [[nodiscard]] Result<const SqlListing*> listing(Connection& connection) {
        const Result<qint64> now = SchemaInspector::mark(connection);
        PORTOLAN_TRY(now);
        if (m_listing && m_generation == m_session.generation() && m_mark == *now)
            return &*m_listing;
        const Result<SchemaInspector> catalogue = SchemaInspector::read(connection);
        PORTOLAN_TRY(catalogue);
        if (const auto lacking = withMigration(catalogue->lacks(m_table, {"id"})))
            return Error{ErrorCode::Unsupported, *lacking};
        Result<SqlListing> made = listingOfTable(*catalogue->table(m_table), m_table, m_schema, QStringLiteral("t"));
        PORTOLAN_TRY(made);
        m_listing = std::move(*made);
        m_generation = m_session.generation();
        m_mark = *now;
        return &*m_listing;
    }

    Session& m_session;
    QString m_table;
    const ColumnSet& m_schema;
    quint64 m_generation = 0;
    qint64 m_mark = 0;
    std::optional<SqlListing> m_listing;
    SqlRowSource<Row> m_rows;
};

} // namespace portolan
