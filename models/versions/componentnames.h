#pragma once

#include "models/list/listingadapter.h"
#include "storage/versions/pipelinerows.h"

#include <mutex>
#include <set>

namespace portolan {

/// Components with how they are and the version that counts, also those that only report. Without a sort in groups by
/// their type (what feeds a pipeline first, what it ends in last), each of which can be closed; one that is alone of
/// its type stands for itself. Unlike other listings it changes: each pane has its own. Rows are of
/// PipelineTable::ComponentNames, with cells of its own after them.
class ComponentNameListing final : public TypedListing<PipelineRow> {
public:
    ComponentNameListing();

    /// GUI thread; what is listed changes with the next reading.
    void setClosed(const QByteArray& type, bool closed);

    /// Of a row that stands for all of a type.
    [[nodiscard]] static bool isGroup(const PipelineRow& row);
    [[nodiscard]] static QByteArray typeOf(const PipelineRow& row);

    Result<BlockPage> page(Store& store, const ListQuery& query, RowExtent extent,
                           const CancelToken& token) const override;
    Result<PageIndex> pageIndex(Store& store, const ListQuery& query, int pages,
                                const CancelToken& token) const override;
    bool rowsAreFew() const override { return true; }
    void addChosen(const RowBlock& rows, int at, std::vector<QByteArray>& identities) const override;
    Sort exportOrder(const Sort& shown) const override; ///< without groups
    OutlinePlace outline(const RowBlock& rows, int at) const override;

    static constexpr int mostNames = 10'000;

private:
    [[nodiscard]] Result<Rows> rowsOf(Store& store, const ListQuery& query, const CancelToken& token) const;

    mutable std::mutex m_mutex;
    std::set<QByteArray> m_closed; ///< guarded
};

} // namespace portolan
