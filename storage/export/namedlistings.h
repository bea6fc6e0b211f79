#pragma once

#include "storage/base/cancel.h"
#include "storage/export/rowtext.h"
#include "storage/listing/exportpage.h"
#include "storage/listing/listing.h"

#include <QString>
#include <QStringList>
#include <memory>
#include <vector>

namespace portolan {

class Store;

/// Rows that can be read page by page, with the columns they have. On the store's thread.
class ExportSource {
public:
    ExportSource() = default;
    ExportSource(const ExportSource&) = delete;
    ExportSource& operator=(const ExportSource&) = delete;
    virtual ~ExportSource() = default;

    [[nodiscard]] virtual const std::vector<ExportColumn>& columns() const = 0;
    /// Errors as RowSource.
    [[nodiscard]] virtual Result<std::unique_ptr<ExportPage>> page(const ListQuery& query,
                                                                   const CancelToken& token) = 0;
};

/// The number of rows that there are, or that were found when it was enough.
struct RowCount {
    qint64 rows = 0;
    bool exact = false; ///< there are no more
};

/// A listing of a store under its name (CONTRACT §5), whatever its rows are. Borrows the store.
class StoreListing : public ExportSource {
public:
    [[nodiscard]] virtual const ColumnSet& schema() const = 0;
    [[nodiscard]] virtual Sort usualSort() const { return {}; }
    /// Counts the rows of a query up to its limit; reads their keys alone. Errors as page().
    [[nodiscard]] virtual Result<RowCount> count(const ListQuery& query, const CancelToken& token) = 0;
    /// Tells the reader about its rows, in words; empty: nothing is to be known.
    [[nodiscard]] virtual QString note() const { return {}; }
    /// Names what was left out of the pages read so far, rows or columns, in words; empty: nothing.
    [[nodiscard]] virtual QString leftOut() const { return {}; }
    /// Tells the cost of an order in words; empty: no more than the rows read.
    [[nodiscard]] virtual QString costOf(const Sort&) const { return {}; }
};

/// The names there are, in the order of the contract.
[[nodiscard]] QStringList storeListingNames();

/// Returns what a filter may name. Null: of "rows", which only the table tells. Error Usage: there is no such listing.
[[nodiscard]] Result<const ColumnSet*> storeListingSchema(const QString& name);

/// Returns the name of the listing whose schema this is; empty: none has it.
[[nodiscard]] QByteArray storeListingNameOf(const ColumnSet& schema);

/// Says why the metadata that came beside the rows of a table are not read; empty: they are, or the table has a column
/// of its own for them.
[[nodiscard]] QString hiddenMetadataOf(Store& store, const QByteArray& table, const CancelToken& token);

/// Opens a listing: what has to be counted before its first row is counted to the end. `table` is the one whose rows
/// "rows" are. Errors: Usage for the name, Unsupported where this kind of store has none, and a listing's own.
[[nodiscard]] Result<std::unique_ptr<StoreListing>> openNamedListing(Store& store, const QString& name,
                                                                     const QByteArray& table, const CancelToken& token);

} // namespace portolan
