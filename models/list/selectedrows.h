#pragma once

#include "models/list/pagequeries.h"

#include <set>

namespace portolan {

/// The selected rows of a list, to be read later: their places where rows keep these, otherwise their identities.
struct RowChoice {
    std::vector<RowPiece> pieces{};
    std::set<QByteArray> identities{};
};

/// Chosen rows of a block.
struct SelectedRows {
    RowBlock block{};
    std::vector<int> rows{};
};

/// Returns the identities of the rows of these pieces, or of those that they stand for. Query thread; errors as
/// ListingAdapter::page().
[[nodiscard]] Result<std::vector<QByteArray>> askIdentities(const ListingAdapter& listing, Store& store,
                                                            const ListQuery& query, const std::vector<RowPiece>& pieces,
                                                            const CancelToken& token);

/// Reads chosen rows whole, in the order of a query, part by part, without those that are gone. Query thread. Borrows
/// everything.
class ChosenReader {
public:
    ChosenReader(const ListingAdapter& listing, Store& store, const ListQuery& query, RowChoice choice);
    /// Reads the next part, which may hold no rows. Errors as ListingAdapter::page().
    [[nodiscard]] Result<SelectedRows> next(const CancelToken& token);
    [[nodiscard]] bool isAtEnd() const { return m_atEnd; }

private:
    [[nodiscard]] Result<SelectedRows> nextPiece(const CancelToken& token);
    [[nodiscard]] Result<SelectedRows> nextPage(const CancelToken& token);

    const ListingAdapter& m_listing;
    Store& m_store;
    ListQuery m_query;
    RowChoice m_choice; ///< with the identities still to be found
    std::size_t m_piece = 0;
    bool m_atEnd;
};

} // namespace portolan
