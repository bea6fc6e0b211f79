#include "storage/tables/sql/requiredcolumns.h"

#include "storage/sql/keyset.h"
#include "storage/sql/tablelistingfactory.h"

namespace portolan {

ColumnSet namedColumns(std::initializer_list<NamedType> named, QByteArrayView timeColumn) {
    ColumnSet schema;
    for (const NamedType& column : named)
        schema.columns.push_back({column.name, column.type, false});
    schema.timeColumn = timeColumn.toByteArray();
    return schema;
}

std::optional<RequiredColumns> RequiredColumns::find(const SchemaInspector& catalogue, const char* name,
                                                     const ColumnSet& schema) {
    const QString table = QLatin1String(name);
    const SchemaInspector::Entry* const entry = catalogue.table(table);
    if (!entry)
        return std::nullopt;
    for (const ColumnSet::Column& column : schema.columns) {
        if (!entry->column(QString::fromUtf8(column.name)))
            return std::nullopt;
    }
    Result<SqlListing> listing = columnsOfTable(*entry, table, schema, QStringLiteral("t"));
    return listing ? std::optional(RequiredColumns(std::move(*listing))) : std::nullopt;
}

} // namespace portolan
