#pragma once

#include "storage/sql/columns/filtersql.h"
#include "storage/sql/columns/schemainspector.h"
#include "storage/sql/keyset.h"

#include <initializer_list>
#include <optional>

namespace portolan {

struct NamedType {
    const char* name;
    ColumnType type;
};

/// The columns of a table that are to be read. `timeColumn` is empty for none.
[[nodiscard]] ColumnSet namedColumns(std::initializer_list<NamedType> named, QByteArrayView timeColumn);

/// Some columns of a table of any program, as SQL reads them. A value.
class RequiredColumns {
public:
    /// Nothing where the table or a column is not there.
    [[nodiscard]] static std::optional<RequiredColumns> find(const SchemaInspector& catalogue, const char* name,
                                                             const ColumnSet& schema);

    /// The expression of a column of the schema.
    [[nodiscard]] const QString& column(std::size_t index) const { return m_listing.sql[index].expression; }
    [[nodiscard]] ColumnEncoding keeping(std::size_t index) const { return m_listing.sql[index].keeping; }
    [[nodiscard]] QString from() const { return QStringLiteral("%1 AS t").arg(m_listing.table); }

private:
    explicit RequiredColumns(SqlListing listing) : m_listing(std::move(listing)) {}
    SqlListing m_listing;
};

} // namespace portolan
