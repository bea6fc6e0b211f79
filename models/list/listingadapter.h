#pragma once

#include "models/list/segments.h"
#include "storage/base/cancel.h"
#include "storage/export/namedlistings.h"
#include "storage/export/rowtext.h"
#include "storage/listing/listing.h"
#include "storage/messages/batches.h"
#include "storage/questionlog.h"

#include <QCoreApplication>
#include <QString>
#include <algorithm>
#include <functional>
#include <iterator>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace portolan {

class Store;

/// The extent of a page's rows: what cells can show, or everything.
enum class RowExtent { Cells, Whole };

/// The form and alignment of a column's cells.
enum class ColumnKind {
    Id,     ///< a number that names: no thousands
    Number, ///< a quantity: right-aligned, thin-space thousands
    Share,  ///< from 0 to 1, as a percentage
    Bars,   ///< a small chart: a text of the blocks ▁ to █ and blanks, drawn as bars
    States, ///< the same for states: ▁ is an unknown one, ▂ good, ▅ a warning, █ bad; a dot where there was none
    Time,
    WallTime, ///< a time without a zone, shown the same in every zone
    Age,      ///< a time shown by its age alone
    Elapsed,  ///< a number of milliseconds
    Seconds,  ///< a length of time in seconds that was set
    Name,     ///< short text of ours
    Data,     ///< foreign text, fixed pitch
    State,    ///< a status, after its shape
    Spark,    ///< figures over time, as a line
    Trend,    ///< values over time, as a line between the least and the greatest
    Outline,  ///< as Data, in groups that open and close
};

/// A column as a table shows it.
struct ModelColumn {
    QByteArray name;   ///< storage's name of it: what filters and sorts say
    const char* title; ///< for tr() in context "Columns"
    ColumnKind kind;
    /// The default width, in characters of the table's face; 0 or below: what is left, and at least -width.
    int width;
};

/// A figure for each span of time, oldest first; nothing where it is not known.
using Figures = std::vector<std::optional<qint64>>;

/// The place of a row in a grouped list.
struct OutlinePlace {
    bool isGroup = false;
    bool isOpen = false; ///< a group whose rows are shown
    bool isMember = false;
    /// The number of its text's first characters that are shown already: a member's by its group, a group's by `kind`.
    qsizetype said = 0;
    QByteArray kind;     ///< a group's kind, in a word; may be empty
    qsizetype count = 0; ///< the number of a group's members
};

/// A listing of rows of any type, as a list asks it. The GUI and the query thread share it: it is immutable, except
/// that one with groups guards by itself which of them are closed.
class ListingAdapter {
public:
    struct BlockPage {
        RowBlock block;
        Cursor next;
        bool last = false;
    };

    ListingAdapter() = default;
    ListingAdapter(const ListingAdapter&) = delete;
    ListingAdapter& operator=(const ListingAdapter&) = delete;
    virtual ~ListingAdapter() = default;

    /// As RowSource::page() and pageIndex(). Query thread.
    [[nodiscard]] virtual Result<BlockPage> page(Store& store, const ListQuery& query, RowExtent extent,
                                                 const CancelToken& token) const = 0;
    [[nodiscard]] virtual Result<PageIndex> pageIndex(Store& store, const ListQuery& query, int pages,
                                                      const CancelToken& token) const = 0;
    /// Any thread.
    [[nodiscard]] virtual Value value(const RowBlock& block, int row, int column) const = 0;
    [[nodiscard]] virtual QByteArray identity(const RowBlock& block, int row) const = 0;
    [[nodiscard]] virtual RowBlock joined(const RowBlock& first, const RowBlock& second) const = 0;
    [[nodiscard]] virtual RowBlock reversed(const RowBlock& block) const = 0;
    [[nodiscard]] virtual const std::vector<ModelColumn>& columns() const = 0;
    [[nodiscard]] virtual const std::vector<ExportColumn>& exportColumns() const = 0; ///< the same, for files
    /// Returns all columns that storage has of a row, shown or not: for files.
    [[nodiscard]] virtual const std::vector<ExportColumn>& storedColumns() const = 0;
    virtual void storedValues(const RowBlock& block, int row, std::vector<Value>& values) const = 0;
    [[nodiscard]] virtual const ColumnSet& schema() const = 0;

    // An export reads on a thread and with a store of its own.
    /// Returns the listing that an export reads in the place of this; null: this, which keeps nothing that changes.
    [[nodiscard]] virtual std::shared_ptr<const ListingAdapter> forExport() const { return nullptr; }
    /// Counts to the end whatever is otherwise counted little by little.
    [[nodiscard]] virtual Result<void> prepareExport(Store&, const CancelToken&) const { return {}; }
    /// Returns the sort by which an export reads the rows without their groups, in the order of a list sorted by
    /// `shown`.
    [[nodiscard]] virtual Sort exportOrder(const Sort& shown) const { return shown; }

    /// Returns true when rows may change after they were written (a batch grows): a change re-reads those in memory.
    [[nodiscard]] virtual bool rowsChange() const = 0;
    /// Returns true when a page holds all rows: they are read as a whole, in every sort.
    [[nodiscard]] virtual bool rowsAreFew() const { return false; }
    /// Returns true when rows are found again by their places in a query; otherwise by their identities alone.
    [[nodiscard]] virtual bool rowsKeepPlaces() const { return !rowsAreFew(); }
    /// Adds the identities that a chosen row stands for: its own, or those of a group's members.
    virtual void addChosen(const RowBlock& block, int row, std::vector<QByteArray>& identities) const {
        identities.push_back(identity(block, row));
    }
    /// Returns true when the number in this cell may be too small because it is still being counted.
    [[nodiscard]] virtual bool isAtLeast(const RowBlock&, int /*row*/, int /*column*/) const { return false; }
    /// Returns the figures of a cell of a column of kind Spark.
    [[nodiscard]] virtual Figures figures(const RowBlock&, int /*row*/, int /*column*/) const { return {}; }
    /// Returns the values of a cell of a column of kind Trend, oldest first.
    [[nodiscard]] virtual std::vector<double> trend(const RowBlock&, int /*row*/, int /*column*/) const { return {}; }
    /// Returns the place of a row in a listing with a column of kind Outline.
    [[nodiscard]] virtual OutlinePlace outline(const RowBlock&, int /*row*/) const { return {}; }
};

/// The declaration of a listing: all that a new list needs.
template <class Row>
struct Listing {
    std::function<RowSource<Row>&(Store&)> source;
    std::span<const Column<Row>> (*columns)();
    const ColumnSet& (*schema)();
    std::vector<ModelColumn> shown;
    QByteArray (*identity)(const Row&);
    void (*trim)(Row&); ///< cuts what no cell can show, so that memory stays bounded; may be null
    bool rowsChange;
    /// The same rows with texts cut where cells end; null: the source's, whole.
    std::function<RowSource<Row>&(Store&)> cells = {};
};

/// Returns the source that a listing reads in a store of a kind that has none of its rows.
template <class Row>
RowSource<Row>& noRows() {
    class None final : public RowSource<Row> {
    public:
        Result<Page<Row>> page(const ListQuery&, const CancelToken&) override { return none(); }
        Result<PageIndex> pageIndex(const ListQuery&, int, const CancelToken&) override { return none(); }

    private:
        static Error none() {
            return {ErrorCode::Unsupported,
                    QCoreApplication::translate("Errors", "This kind of store has no such rows.")};
        }
    };
    static None source;
    return source;
}

/// Binds a declaration to the interface above.
template <class Row>
class TypedListing : public ListingAdapter {
public:
    using Rows = std::vector<Row>;

    explicit TypedListing(Listing<Row> listing) : m_listing(std::move(listing)) {
        const auto known = m_listing.columns();
        for (const ModelColumn& shown : m_listing.shown) {
            const auto column =
                std::find_if(known.begin(), known.end(), [&](const Column<Row>& c) { return shown.name == c.name; });
            Q_ASSERT_X(column != known.end(), "Listing", shown.name.constData());
            m_values.push_back(column->value);
            m_exported.push_back({column->name, column->type});
        }
        m_stored = portolan::exportColumns(known);
        m_name = storeListingNameOf(m_listing.schema());
    }

    static const Row& row(const RowBlock& block, int row) {
        return (*static_cast<const Rows*>(block.rows.get()))[static_cast<std::size_t>(row)];
    }

    Result<BlockPage> page(Store& store, const ListQuery& query, RowExtent extent,
                           const CancelToken& token) const override {
        QuestionLog::describe(m_name, query.filter.source);
        const auto& source = m_listing.cells && extent == RowExtent::Cells ? m_listing.cells : m_listing.source;
        auto page = source(store).page(query, token);
        PORTOLAN_TRY(page);
        if (m_listing.trim && extent == RowExtent::Cells)
            std::for_each(page->rows.begin(), page->rows.end(), m_listing.trim);
        return BlockPage{block(std::move(page->rows)), std::move(page->next), page->last};
    }
    Result<PageIndex> pageIndex(Store& store, const ListQuery& query, int pages,
                                const CancelToken& token) const override {
        QuestionLog::describe(m_name, query.filter.source);
        return m_listing.source(store).pageIndex(query, pages, token);
    }
    Value value(const RowBlock& block, int at, int column) const override {
        return m_values[static_cast<std::size_t>(column)](row(block, at));
    }
    QByteArray identity(const RowBlock& block, int at) const override { return m_listing.identity(row(block, at)); }
    RowBlock joined(const RowBlock& first, const RowBlock& second) const override {
        Rows rows = all(first);
        rows.insert(rows.end(), all(second).begin(), all(second).end());
        return block(std::move(rows));
    }
    RowBlock reversed(const RowBlock& given) const override {
        return block(Rows(all(given).rbegin(), all(given).rend()));
    }
    const std::vector<ModelColumn>& columns() const override { return m_listing.shown; }
    const std::vector<ExportColumn>& exportColumns() const override { return m_exported; }
    const std::vector<ExportColumn>& storedColumns() const override { return m_stored; }
    void storedValues(const RowBlock& block, int at, std::vector<Value>& values) const override {
        exportValues(m_listing.columns(), row(block, at), values);
    }
    const ColumnSet& schema() const override { return m_listing.schema(); }
    bool rowsChange() const override { return m_listing.rowsChange; }

protected:
    static const Rows& all(const RowBlock& block) { return *static_cast<const Rows*>(block.rows.get()); }
    static RowBlock block(Rows rows) {
        const int count = static_cast<int>(rows.size());
        return {std::make_shared<const Rows>(std::move(rows)), count};
    }

private:
    Listing<Row> m_listing;
    QByteArray m_name; ///< as `portolan list` has it; empty: it has none
    std::vector<Value (*)(const Row&)> m_values;
    std::vector<ExportColumn> m_exported;
    std::vector<ExportColumn> m_stored;
};

} // namespace portolan
