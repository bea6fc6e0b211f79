#include "storage/tables/sql/readabletable.h"

#include "storage/sql/keyset.h"
#include "storage/sql/tablelisting.h"

namespace portolan {

FilterSchema namedColumns(std::initializer_list<NamedType> named, QByteArrayView timeColumn) {
    FilterSchema schema;
    for (const NamedType& column : named)
        schema.columns.push_back({column.name, column.type, false});
    schema.timeColumn = timeColumn.toByteArray();
    return schema;
}

std::optional<ReadableTable> ReadableTable::find(const Catalogue& catalogue, const char* name,
                                                 const FilterSchema& schema) {
    const QString table = QLatin1String(name);
    const Catalogue::Entry* const entry = catalogue.table(table);
    if (!entry)
        return std::nullopt;
    for (const FilterSchema::Column& column : schema.columns) {
        if (!entry->column(QString::fromUtf8(column.name)))
            return std::nullopt;
    }
    Result<SqlListing> listing = listingOfTable(*entry, table, schema, QStringLiteral("t"));
    return listing ? std::optional(ReadableTable(std::move(*listing))) : std::nullopt;
}

} // namespace portolan
