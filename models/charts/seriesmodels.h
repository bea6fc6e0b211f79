#pragma once

#include "models/list/listingmodel.h"
#include "storage/series/series.h"

#include <chrono>
#include <map>
#include <mutex>
#include <set>

namespace portolan {

/// A series, or the group of those of one component, port or table, or of all sensors.
struct SeriesRow {
    SeriesInfo info;                 ///< of a group: its newest time, and no name
    QByteArray text;                 ///< as CONTRACT names it; of a group what its members' names begin with
    QByteArray place;                ///< what rows are ordered and told apart by
    std::vector<SeriesInfo> members; ///< of a group, all
    bool isOpen = true;
    qsizetype said = 0;         ///< OutlinePlace::said
    std::vector<double> newest; ///< samples, oldest first
};

using SeriesModel = ListingModel<SeriesRow>;

/// Every series with its last value, by kind and name. Without a sort in groups, each of which can be closed; series
/// that are alone in their group stand for themselves. Unlike other listings it changes: each store has its own.
class SeriesListing final : public TypedListing<SeriesRow> {
public:
    SeriesListing();

    /// By SeriesRow::text. GUI thread; what is listed changes with the next reading.
    void setClosed(const QByteArray& group, bool closed);

    Result<BlockPage> page(Store& store, const ListQuery& query, RowExtent extent,
                           const CancelToken& token) const override;
    Result<PageIndex> pageIndex(Store& store, const ListQuery& query, int pages,
                                const CancelToken& token) const override;
    bool rowsAreFew() const override { return true; }
    void addChosen(const RowBlock& rows, int at, std::vector<QByteArray>& identities) const override;
    Sort exportOrder(const Sort& shown) const override; ///< without groups
    std::vector<double> trend(const RowBlock& rows, int at, int column) const override;
    OutlinePlace outline(const RowBlock& rows, int at) const override;

private:
    [[nodiscard]] Result<Rows> rowsOf(Store& store, const ListQuery& query, const CancelToken& token) const;
    [[nodiscard]] Result<void> addNewest(Store& store, Rows& rows, const CancelToken& token) const;

    mutable std::mutex m_mutex;
    std::set<QByteArray> m_closed; ///< guarded

    struct Newest {
        std::chrono::steady_clock::time_point readAt;
        std::vector<double> values;
    };
    mutable std::map<QByteArray, Newest> m_newest; ///< by name; the query thread's
};

} // namespace portolan
