#include "models/list/selectedrows.h"

#include <numeric>

namespace portolan {

Result<std::vector<QByteArray>> askIdentities(const ListingAdapter& listing, Store& store, const ListQuery& query,
                                              const std::vector<RowPiece>& pieces, const CancelToken& token) {
    std::vector<QByteArray> identities;
    for (const RowPiece& piece : pieces) {
        RowBlock block = piece.segment.block; // as it was seen
        if (!block) {
            auto read = askRows(listing, store, query, piece.segment, RowExtent::Cells, token);
            PORTOLAN_TRY(read);
            block = std::move(read->rows);
        }
        for (int row = piece.first; row <= std::min(piece.last, block.count - 1); ++row)
            listing.addChosen(block, row, identities);
    }
    return identities;
}

ChosenReader::ChosenReader(const ListingAdapter& listing, Store& store, const ListQuery& query, RowChoice choice)
    : m_listing(listing)
    , m_store(store)
    , m_query(query)
    , m_choice(std::move(choice))
    , m_atEnd(m_choice.pieces.empty() && m_choice.identities.empty()) {
    m_query.after = {};
}

Result<SelectedRows> ChosenReader::next(const CancelToken& token) {
    return m_piece < m_choice.pieces.size() ? nextPiece(token) : nextPage(token);
}

Result<SelectedRows> ChosenReader::nextPiece(const CancelToken& token) {
    const RowPiece& piece = m_choice.pieces[m_piece++];
    m_atEnd = m_piece == m_choice.pieces.size();
    auto found = askRows(m_listing, m_store, m_query, piece.segment, RowExtent::Whole, token);
    PORTOLAN_TRY(found);
    SelectedRows chosen{found->rows, {}};
    const int past = std::min(piece.last + 1, found->rows.count);
    chosen.rows.resize(static_cast<std::size_t>(std::max(0, past - piece.first)));
    std::iota(chosen.rows.begin(), chosen.rows.end(), piece.first);
    return chosen;
}

Result<SelectedRows> ChosenReader::nextPage(const CancelToken& token) {
    auto page = m_listing.page(m_store, m_query, RowExtent::Whole, token);
    PORTOLAN_TRY(page);
    m_query.after = std::move(page->next);
    SelectedRows chosen{page->block, {}};
    for (int row = 0; row < page->block.count; ++row) {
        if (m_choice.identities.erase(m_listing.identity(page->block, row)) > 0)
            chosen.rows.push_back(row);
    }
    m_atEnd = page->last || m_choice.identities.empty();
    return chosen;
}

} // namespace portolan
