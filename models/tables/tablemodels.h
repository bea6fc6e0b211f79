#pragma once

#include "models/inspect/inspection.h"
#include "models/list/listingmodel.h"
#include "storage/tables/tables.h"

namespace portolan {

using TableModel = ListingModel<TableInfo>;

/// The tables and views of a database, all at once; those that Portolan keeps for itself only when they are wanted.
std::shared_ptr<const ListingAdapter> tableListing(bool withOwn);

/// An opened table: what a list of its rows needs to know.
struct OpenedTable {
    TableDetail detail;
    std::shared_ptr<const ListingAdapter> rows; ///< null: they cannot be read
    QString note;                               ///< what of the rows is not shown, or why none are; may be empty
};

/// Rows of a table with these columns; an empty path: of none.
[[nodiscard]] std::shared_ptr<const ListingAdapter> tableRowsOf(const QByteArray& path, const ColumnSet& schema);

/// Query thread. Errors: as Tables::detail().
[[nodiscard]] Result<OpenedTable> openTable(Store& store, const QByteArray& path, const CancelToken& token);

/// The row of a list of rows(): null when it is not in memory.
[[nodiscard]] const TableRow* tableRowAt(const PagedModel& model, int row);

/// A row, whole, with its documents. Query thread; `key` is TableRow's.
[[nodiscard]] Result<Inspection> inspectTableRow(Store& store, const QByteArray& path, const Value& key,
                                                 const CancelToken& token);

/// Columns, indexes, constraints, triggers and the definition.
Inspection inspect(const TableDetail& detail);

} // namespace portolan
