#pragma once

#include "models/list/listingadapter.h"
#include "storage/ports/ports.h"

#include <memory>
#include <optional>
#include <variant>
#include <vector>

namespace portolan {

/// A place in the documents of letters that is shown as a column, as a filter names it: "data.order.id".
struct LetterPlace {
    QByteArray name;
    QByteArray column; ///< the JSON column that it is in
    std::vector<std::variant<QByteArray, int>> path;
};
/// Reads a place as it is typed; nothing for what is no place in a document of a dead letter.
[[nodiscard]] std::optional<LetterPlace> letterPlace(const QString& typed);

/// Returns a letter's value at a place; nothing where it has none.
[[nodiscard]] Value valueAt(const PortMessage& letter, const LetterPlace& place);

/// A listing of letters with more columns, after the first: what stands at places in their documents. Cells keep of a
/// document these values alone, cut to what a cell shows.
class PlaceListing : public TypedListing<PortMessage> {
public:
    PlaceListing(const Listing<PortMessage>& letters, std::vector<LetterPlace> places);

    Result<BlockPage> page(Store& store, const ListQuery& query, RowExtent extent,
                           const CancelToken& token) const override;
    Value value(const RowBlock& rows, int at, int column) const override;
    const std::vector<ModelColumn>& columns() const override { return m_shown; }
    const std::vector<ExportColumn>& exportColumns() const override { return m_exported; }

private:
    std::function<RowSource<PortMessage>&(Store&)> m_source;
    void (*m_trim)(PortMessage&);
    std::vector<LetterPlace> m_places;
    std::vector<ModelColumn> m_shown;
    std::vector<ExportColumn> m_exported;
};

} // namespace portolan
