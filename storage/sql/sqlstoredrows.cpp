#include "storage/sql/sqlstoredrows.h"

#include "storage/sql/tablelisting.h"

namespace portolan {

namespace {

Value valueAt(const QSqlQuery& row, int column, ColumnType type) {
    const QVariant cell = row.value(column);
    if (cell.isNull())
        return {};
    switch (type) {
    case ColumnType::Integer:
        return cell.toLongLong();
    case ColumnType::Real:
        return cell.toDouble();
    case ColumnType::Boolean:
        return cell.toBool();
    case ColumnType::Time:
        if (const auto time = parseIsoTime(cell.toString().toUtf8()))
            return *time;
        return {};
    case ColumnType::Text:
    case ColumnType::Json:
        break;
    }
    return cell.toByteArray();
}

template <StoredTable table>
StoredRow readStoredRow(const QSqlQuery& row) {
    StoredRow read;
    const auto columns = storedColumns(table);
    read.cells.reserve(columns.size());
    for (std::size_t i = 0; i < columns.size(); ++i)
        read.cells.push_back(valueAt(row, static_cast<int>(i), columns[i].type));
    return read;
}

/// On a server a page ends with its key, which a time beside it may complete where the table is partitioned.
std::optional<QString> lacksStoredKey(const Catalogue::Entry& table, const QString& name, const FilterSchema& schema) {
    const Catalogue::Column* key = table.column(QString::fromUtf8(schema.columns.front().name));
    if (table.hasRowIds || (key && key->keyPosition > 0))
        return std::nullopt;
    return QStringLiteral("The rows of the table %1 cannot be told apart: its primary key has no column %2.")
        .arg(name, QString::fromUtf8(schema.columns.front().name));
}

} // namespace

template <StoredTable table>
SqlStoredRows::Known SqlStoredRows::known() {
    return {std::make_unique<SqlRows<StoredRow>>(
        m_session, [this](Connection& connection) { return listing(connection, table); }, &readStoredRow<table>)};
}

SqlStoredRows::SqlStoredRows(Session& session)
    : m_session(session)
    , m_tables{known<StoredTable::ComponentMetrics>(), known<StoredTable::PortMetrics>(),
               known<StoredTable::Metrics>(),          known<StoredTable::ProcessedEvents>(),
               known<StoredTable::Checkpoints>(),      known<StoredTable::Components>(),
               known<StoredTable::Health>(),           known<StoredTable::Sinks>()} {}

Result<const SqlListing*> SqlStoredRows::listing(Connection& connection, StoredTable table) {
    Known& known = m_tables[static_cast<std::size_t>(table)];
    const Result<qint64> now = Catalogue::mark(connection);
    if (!now)
        return now.error();
    if (known.listing && known.generation == m_session.generation() && known.mark == *now)
        return &*known.listing;
    const Result<Catalogue> catalogue = Catalogue::read(connection);
    if (!catalogue)
        return catalogue.error();
    const QString name = QLatin1String(storedTableName(table));
    if (const auto lacking = catalogue->lacks(name, {}))
        return Error{ErrorCode::Unsupported, *lacking};
    const Catalogue::Entry& entry = *catalogue->table(name);
    if (const auto lacking = lacksStoredKey(entry, name, storedSchema(table)))
        return Error{ErrorCode::Unsupported, *lacking};
    Result<SqlListing> made = listingOfTable(entry, name, storedSchema(table), QStringLiteral("t"));
    if (!made)
        return made.error();
    known.listing = std::move(*made);
    known.generation = m_session.generation();
    known.mark = *now;
    return &*known.listing;
}

} // namespace portolan
