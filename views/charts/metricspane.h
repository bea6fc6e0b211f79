#pragma once

#include "models/charts/chartfeed.h"
#include "models/charts/seriesmodels.h"
#include "views/list/listpane.h"

#include <QElapsedTimer>
#include <QTimer>

namespace portolan {

class ChartPanel;

/// `Series` beside the charts of the chosen ones: choose one, or several to compare them.
class MetricsPane final : public ListPane {
    Q_OBJECT
public:
    explicit MetricsPane(QWidget* parent = nullptr);

    void setContext(const PaneContext& context) override;
    void refresh() override;
    void refreshAll() override;
    void setPaused(bool paused) override;
    void setTimeDisplay(TimeDisplay display) override;
    void setTimes(std::optional<TimeRange> times) override;
    void copyRows(bool withHeader) override;
    [[nodiscard]] bool isSettled() const override;
    [[nodiscard]] QByteArray saveLayout() const override;
    void restoreLayout(const QByteArray& layout) override;

protected:
    void forget() override;
    void showEvent(QShowEvent* event) override;

private:
    void refreshList();
    void chooseSeries();
    [[nodiscard]] std::vector<SeriesInfo> seriesOf(const RowRuns& rows) const;
    [[nodiscard]] bool isListed(const SeriesName& name) const;
    void draw(std::vector<SeriesInfo> chosen);
    void takeOut(const SeriesName& name);
    void drag(const RowRuns& rows);
    void toggleGroup(int row, bool open);
    void countSeries();
    void openRows(const QString& pane, TimeRange range);
    void countRows(TimeRange range);
    void askOddest();
    void drawOne(const SeriesInfo& series);

    std::shared_ptr<SeriesListing> m_listing;
    SeriesModel m_series;
    ChartFeed m_feed;
    std::set<SeriesName> m_selected;   ///< in the list
    std::vector<SeriesInfo> m_chosen;  ///< drawn: the selected ones, and those that were added to them
    std::vector<SeriesInfo> m_dragged; ///< in the last drag
    bool m_paused = false;
    StoreWorker* m_channel = nullptr;
    RequestScope m_counting;
    RequestScope m_looking; ///< for the oddest series
    QElapsedTimer m_looked;
    std::optional<TimeRange> m_times; ///< the window's time range
    QTimer m_listRest;                ///< until the list is read again
    bool m_listIsStale = false;
    ListFrame* m_frame;
    ChartPanel* m_panel;
};

} // namespace portolan
