#pragma once

#include "models/list/format.h"
#include "models/overview/overviewday.h"

#include <QAbstractTableModel>
#include <QStringList>
#include <vector>

namespace portolan {

/// A stretch of a day, as the timeline draws it. A figure is nothing where not all of it was counted.
struct DaySlice {
    TimeRange range{};
    std::optional<qint64> received = {};
    std::optional<qint64> died = {};
    std::optional<qint64> waiting = {}; ///< at its end
    std::vector<DayMark> marks = {};
};

/// Joins the minutes of a day to stretches of `width`, that begin at whole multiples of it.
[[nodiscard]] std::vector<DaySlice> daySlices(const OverviewDay& day, std::chrono::minutes width);

/// Describes a day in sentences: what came, died and waits, when most of it, and what was changed.
[[nodiscard]] QString dayDescription(const OverviewDay& day, TimeDisplay times);

/// The day by half hours, oldest first, as a table: the timeline for those who read it. GUI thread.
class DayTable final : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { Time, Received, Died, Waiting, Changes };
    static constexpr std::chrono::minutes width{30};

    using QAbstractTableModel::QAbstractTableModel;

    void setDay(const OverviewDay* day, TimeDisplay times); ///< copied; null: none
    [[nodiscard]] const std::vector<DaySlice>& slices() const { return m_slices; }

    [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] int columnCount(const QModelIndex& parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;
    [[nodiscard]] QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    std::vector<DaySlice> m_slices;
    TimeDisplay m_times = TimeDisplay::Local;
};

} // namespace portolan
