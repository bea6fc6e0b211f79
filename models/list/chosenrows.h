#pragma once

#include "models/list/listquestions.h"

#include <set>

namespace portolan {

/// Rows of a list that somebody chose, to be read later: where rows keep their places, by these, otherwise by what
/// tells them apart.
struct RowChoice {
    std::vector<RowPiece> pieces{};
    std::set<QByteArray> identities{};
};

/// Chosen rows of a block.
struct ChosenRows {
    RowBlock block{};
    std::vector<int> rows{};
};

/// Returns the identities of the rows of these pieces, or of those that they stand for. Query thread; errors as
/// RowListing::page().
[[nodiscard]] Result<std::vector<QByteArray>> askIdentities(const RowListing& listing, Store& store,
                                                            const ListQuery& query, const std::vector<RowPiece>& pieces,
                                                            const CancelToken& token);

/// Reads chosen rows whole, in the order of a query, part by part; what is gone is left out. Query thread. Everything
/// given is borrowed.
class ChosenReader {
public:
    ChosenReader(const RowListing& listing, Store& store, const ListQuery& query, RowChoice choice);
    /// The next of them; none may be among them. Errors as RowListing::page().
    [[nodiscard]] Result<ChosenRows> next(const CancelToken& token);
    [[nodiscard]] bool isAtEnd() const { return m_atEnd; }

private:
    [[nodiscard]] Result<ChosenRows> nextPiece(const CancelToken& token);
    [[nodiscard]] Result<ChosenRows> nextPage(const CancelToken& token);

    const RowListing& m_listing;
    Store& m_store;
    ListQuery m_query;
    RowChoice m_choice; ///< of identities those that are still to be found
    std::size_t m_piece = 0;
    bool m_atEnd;
};

} // namespace portolan
