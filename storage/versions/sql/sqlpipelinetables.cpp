#include "storage/versions/sql/sqlpipelinetables.h"

#include "storage/search/sql/searchindex.h"
#include "storage/sql/columns/columnadapters.h"
#include "storage/sql/columns/sqlitejson.h"
#include "storage/sql/rowmetadata.h"
#include "storage/sql/rowreader.h"
#include "storage/sql/tablelistingfactory.h"

#include <algorithm>

namespace portolan {

namespace {

/// A cell as its column's type, or as it is stored where it is none of that type.
Value valueAt(const RowView& row, int column, ColumnType type) {
    Value cell = row.cell(column);
    if (std::holds_alternative<std::monostate>(cell))
        return {};
    const auto orStored = [&](const auto& read) { return read ? Value(*read) : std::move(cell); };
    switch (type) {
    case ColumnType::Integer:
        return orStored(wholeNumberOf(cell));
    case ColumnType::Real:
        return orStored(realNumberOf(cell));
    case ColumnType::Boolean: {
        const auto number = realNumberOf(cell);
        return number ? Value(*number != 0) : std::move(cell);
    }
    case ColumnType::Time:
        return orStored(timeValueOf(cell));
    case ColumnType::Text:
    case ColumnType::Json:
    case ColumnType::Date:
    case ColumnType::Numeric:
    case ColumnType::Native:
        break;
    }
    return std::holds_alternative<QByteArray>(cell) ? cell : Value(bytesAt(row, column));
}

template <PipelineTable table>
PipelineRow readStoredRow(const RowView& row) {
    PipelineRow read;
    const auto columns = pipelineColumns(table);
    read.cells.reserve(columns.size());
    for (std::size_t i = 0; i < columns.size(); ++i)
        read.cells.push_back(valueAt(row, static_cast<int>(i), columns[i].type));
    return read;
}

/// A table that holds versions, listed without their content.
struct Versions {
    PipelineTable table;
    const char* name;
    const char* content;
    std::initializer_list<const char*> needed; ///< columns
    const char* counts = nullptr; ///< a version that bears the mark of the one that counts; null: the highest does
    bool isOfNames = false;       ///< only the version that counts
};

const Versions* versionsIn(PipelineTable table) {
    static const Versions all[] = {
        {PipelineTable::CheckpointNames,
         "checkpoint_name",
         "checkpoint_data",
         {"checkpoint_name", "version", "is_latest", "checkpoint_data"},
         "is_latest",
         true},
        {PipelineTable::CheckpointVersions,
         "checkpoint_name",
         "checkpoint_data",
         {"checkpoint_name", "version", "is_latest", "checkpoint_data"}},
        {PipelineTable::ComponentNames,
         "component_name",
         "state_data",
         {"component_name", "version", "state_data"},
         nullptr,
         true},
        {PipelineTable::ComponentVersions, "component_name", "state_data", {"component_name", "version", "state_data"}},
    };
    const auto* const found = std::ranges::find(all, table, &Versions::table);
    return found == std::ranges::end(all) ? nullptr : found;
}

/// The alias of the listing is "t".
void addVersions(SqlListing& listing, const Versions& versions, bool hasRowIds, SqlDialect dialect) {
    const ColumnSet& schema = *listing.schema;
    const auto at = [&](const char* column) { return static_cast<int>(schema.find(column) - schema.columns.data()); };
    const auto set = [&](const char* column, const QString& expression) {
        if (schema.find(column))
            listing.sql[static_cast<std::size_t>(at(column))] = SqlColumn(expression);
    };
    listing.unread = {at(versions.content)};
    if (schema.find("checkpoint_metadata"))
        listing.unread.push_back(at("checkpoint_metadata"));
    const QString content = QLatin1String(versions.content);
    set("size", dialect == SqlDialect::Postgresql
                    ? QStringLiteral("CAST(pg_catalog.pg_column_size(t.%1) AS bigint)").arg(content)
                : hasRowIds && !dialect.isUtf16()
                    ? sqliteBytes(QLatin1String(pipelineTableName(versions.table)), content, QStringLiteral("t"))
                    : QStringLiteral("length(%1)").arg(bytesOf(QStringLiteral("t.") + content, dialect)));
    const QString others =
        QStringLiteral("FROM %1 AS o WHERE o.%2 = t.%2").arg(listing.table, QLatin1String(versions.name));
    set("versions", QStringLiteral("(SELECT count(*) %1)").arg(others));
    if (!versions.isOfNames)
        return;
    const QString mark = QLatin1String(versions.counts ? versions.counts : "");
    listing.condition =
        versions.counts
            ? QStringLiteral("(t.%1 OR NOT EXISTS (SELECT 1 %2 AND (o.%1 OR o.version > t.version)))").arg(mark, others)
            : QStringLiteral("(NOT EXISTS (SELECT 1 %1 AND o.version > t.version))").arg(others);
}

/// Returns the column previous_at.
Result<SqlColumn> timeBefore(Connection& connection, const SchemaInspector::Entry& entry, const Versions& versions,
                             const ColumnSet& schema) {
    const QString table = QLatin1String(pipelineTableName(versions.table));
    const QString name = QLatin1String(versions.name);
    const Result<bool> isIndexed = SchemaInspector::hasIndex(connection, table, {name, QStringLiteral("version")});
    PORTOLAN_TRY(isIndexed);
    if (!*isIndexed)
        return SqlColumn(nothingOf(ColumnType::Time, ColumnEncoding::Plain, connection.dialect()));
    const Result<SqlListing> other = columnsOfTable(entry, table, schema, QStringLiteral("o"));
    PORTOLAN_TRY(other);
    const SqlColumn& time = other->sql[static_cast<std::size_t>(*other->order)];
    return SqlColumn(QStringLiteral("(SELECT %1 FROM %2 AS o WHERE o.%3 = t.%3 AND o.version < t.version ORDER BY "
                                    "o.version DESC LIMIT 1)")
                         .arg(time.expression, other->table, name),
                     time.keeping);
}

} // namespace

template <PipelineTable table>
SqlPipelineTables::CachedListing SqlPipelineTables::known() {
    return {std::make_unique<SqlRowSource<PipelineRow>>(
        m_session, [this](Connection& connection) { return listing(connection, table); }, &readStoredRow<table>)};
}

SqlPipelineTables::SqlPipelineTables(Session& session)
    : m_session(session)
    , m_tables{known<PipelineTable::ComponentMetrics>(),
               known<PipelineTable::PortMetrics>(),
               known<PipelineTable::Metrics>(),
               known<PipelineTable::ProcessedEvents>(),
               known<PipelineTable::Checkpoints>(),
               known<PipelineTable::Components>(),
               known<PipelineTable::Health>(),
               known<PipelineTable::Sinks>(),
               known<PipelineTable::SinkCells>(),
               known<PipelineTable::CheckpointNames>(),
               known<PipelineTable::CheckpointVersions>(),
               known<PipelineTable::ComponentNames>(),
               known<PipelineTable::ComponentVersions>(),
               known<PipelineTable::ObjectModels>()} {}

std::optional<QString> SqlPipelineTables::unavailableReason(const SchemaInspector& catalogue, PipelineTable table) {
    const QString name = QLatin1String(pipelineTableName(table));
    const Versions* const versions = versionsIn(table);
    if (auto lacking = versions ? catalogue.lacks(name, versions->needed) : catalogue.lacks(name, {}))
        return lacking;
    return lacksRowKey(*catalogue.table(name), name);
}

Result<const SqlListing*> SqlPipelineTables::listing(Connection& connection, PipelineTable table) {
    CachedListing& known = m_tables[static_cast<std::size_t>(table)];
    const Result<qint64> now = SchemaInspector::mark(connection);
    PORTOLAN_TRY(now);
    if (known.listing && known.generation == m_session.generation() && known.mark == *now)
        return &*known.listing;
    const Result<SchemaInspector> catalogue = SchemaInspector::read(connection);
    PORTOLAN_TRY(catalogue);
    if (const auto lacking = unavailableReason(*catalogue, table))
        return Error{ErrorCode::Unsupported, *lacking};
    const QString name = QLatin1String(pipelineTableName(table));
    const SchemaInspector::Entry& entry = *catalogue->table(name);
    Result<SqlListing> made = listingOfTable(entry, name, pipelineSchema(table), QStringLiteral("t"));
    PORTOLAN_TRY(made);
    if (table == PipelineTable::SinkCells)
        made->cut = cellBytes;
    const MetadataKey* const key = metadataKeyOf(pipelineTableName(table));
    const auto* const beside = made->schema->find("metadata");
    if (key && beside && entry.column(QLatin1String(key->column)) && !entry.column(QStringLiteral("metadata"))) {
        const Result<bool> hasMetadata = canReadRowMetadata(connection, *catalogue);
        PORTOLAN_TRY(hasMetadata);
        if (*hasMetadata)
            made->sql[static_cast<std::size_t>(beside - made->schema->columns.data())] =
                rowMetadata(key->table, QStringLiteral("t.") + QLatin1String(key->column));
    }
    if (const Versions* const versions = versionsIn(table)) {
        addVersions(*made, *versions, entry.hasRowIds, connection.dialect());
        if (const auto* const before = made->schema->find("previous_at")) {
            Result<SqlColumn> time = timeBefore(connection, entry, *versions, *made->schema);
            PORTOLAN_TRY(time);
            const auto at = static_cast<std::size_t>(before - made->schema->columns.data());
            made->sql[at] = std::move(*time);
            made->nullable[at] = true;
        }
    }
    const Result<PlaceSearch> places = placeSearchOf(connection, *catalogue, name);
    PORTOLAN_TRY(places);
    made->places = *places;
    known.listing = std::move(*made);
    known.generation = m_session.generation();
    known.mark = *now;
    return &*known.listing;
}

} // namespace portolan
