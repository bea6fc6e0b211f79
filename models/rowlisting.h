#pragma once

#include "models/segments.h"
#include "storage/base/cancel.h"
#include "storage/base/listing.h"
#include "storage/batches.h"
#include "storage/export/rowtext.h"

#include <QString>
#include <algorithm>
#include <iterator>
#include <memory>
#include <span>
#include <vector>

namespace portolan {

class Store;

/// How much of its rows a page brings: what cells can show, or everything.
enum class RowExtent { Cells, Whole };

/// How a column is written and aligned.
enum class ColumnKind {
    Id,     ///< a number that names: no thousands
    Number, ///< a quantity: right-aligned, thin-space thousands
    Time,
    Name, ///< short text of ours
    Data, ///< foreign text, fixed pitch
};

/// One column as a table shows it.
struct ModelColumn {
    QByteArray name;   ///< storage's name of it: what filters and sorts say
    const char* title; ///< for tr() in context "Columns"
    ColumnKind kind;
    int width; ///< default, in characters of the table's face; 0: takes what is left
};

/// What a list asks of a listing, whatever its rows are. Immutable: the GUI and the query thread share it.
class RowListing {
public:
    struct BlockPage {
        RowBlock block;
        Cursor next;
        bool last = false;
    };

    RowListing() = default;
    RowListing(const RowListing&) = delete;
    RowListing& operator=(const RowListing&) = delete;
    virtual ~RowListing() = default;

    /// Query thread. Errors as RowSource.
    [[nodiscard]] virtual Result<BlockPage> page(Store& store, const ListQuery& query, RowExtent extent,
                                                 const CancelToken& token) const = 0;
    [[nodiscard]] virtual Result<Skeleton> skeleton(Store& store, const ListQuery& query, int pages,
                                                    const CancelToken& token) const = 0;
    /// Any thread.
    [[nodiscard]] virtual Value value(const RowBlock& block, int row, int column) const = 0;
    [[nodiscard]] virtual QByteArray identity(const RowBlock& block, int row) const = 0;
    [[nodiscard]] virtual RowBlock joined(const RowBlock& first, const RowBlock& second) const = 0;
    [[nodiscard]] virtual RowBlock reversed(const RowBlock& block) const = 0;
    [[nodiscard]] virtual const std::vector<ModelColumn>& columns() const = 0;
    [[nodiscard]] virtual const std::vector<ExportColumn>& exportColumns() const = 0; ///< the same, for files
    [[nodiscard]] virtual const FilterSchema& schema() const = 0;
    /// Rows may change after they were written (a batch grows): a change re-reads what is in memory.
    [[nodiscard]] virtual bool rowsChange() const = 0;
};

/// A listing's declaration: all that a new list needs.
template <class Row>
struct Listing {
    RowSource<Row>& (*source)(Store&);
    std::span<const Column<Row>> (*columns)();
    const FilterSchema& (*schema)();
    std::vector<ModelColumn> shown;
    QByteArray (*identity)(const Row&);
    void (*trim)(Row&); ///< cuts what no cell can show, so that memory stays flat; may be null
    bool rowsChange;
};

/// Binds a declaration to the interface above.
template <class Row>
class TypedListing final : public RowListing {
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
    }

    static const Row& row(const RowBlock& block, int row) {
        return (*static_cast<const Rows*>(block.rows.get()))[static_cast<std::size_t>(row)];
    }

    Result<BlockPage> page(Store& store, const ListQuery& query, RowExtent extent,
                           const CancelToken& token) const override {
        auto page = m_listing.source(store).page(query, token);
        if (!page)
            return page.error();
        if (m_listing.trim && extent == RowExtent::Cells)
            std::for_each(page->rows.begin(), page->rows.end(), m_listing.trim);
        return BlockPage{block(std::move(page->rows)), std::move(page->next), page->last};
    }
    Result<Skeleton> skeleton(Store& store, const ListQuery& query, int pages,
                              const CancelToken& token) const override {
        return m_listing.source(store).skeleton(query, pages, token);
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
    const FilterSchema& schema() const override { return m_listing.schema(); }
    bool rowsChange() const override { return m_listing.rowsChange; }

private:
    static const Rows& all(const RowBlock& block) { return *static_cast<const Rows*>(block.rows.get()); }
    static RowBlock block(Rows rows) {
        const int count = static_cast<int>(rows.size());
        return {std::make_shared<const Rows>(std::move(rows)), count};
    }

    Listing<Row> m_listing;
    std::vector<Value (*)(const Row&)> m_values;
    std::vector<ExportColumn> m_exported;
};

} // namespace portolan
