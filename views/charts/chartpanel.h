#pragma once

#include "models/charts/chartfeed.h"
#include "models/charts/charttable.h"
#include "models/charts/oddestseries.h"
#include "views/charts/chartview.h"

#include <QWidget>

class QComboBox;
class QHBoxLayout;
class QLabel;
class QPushButton;
class QRubberBand;
class QSplitter;
class QTableView;
class QVBoxLayout;

namespace portolan {

class ChartLegend;
class ChartThresholds;
class ErrorBar;
class SeriesTiles;

/// The type of what a drag from the list of series carries: their names as CONTRACT writes them, one a line.
inline constexpr QLatin1String seriesMimeType("application/x-portolan-series");

/// Charts of the chosen series over one time axis: one for all of them, or one each; above them what is shown and how,
/// below them, when wanted, the figures as a table.
class ChartPanel final : public QWidget {
    Q_OBJECT
public:
    /// `feed` is borrowed.
    explicit ChartPanel(ChartFeed& feed, QWidget* parent = nullptr);

    void setTimeDisplay(TimeDisplay display);
    /// Shows the window's time range, with no times to go back to; nothing: the times from before it.
    void setTimes(std::optional<TimeRange> times);
    void forgetTimes(); ///< another store is shown
    /// Series to choose from, shown as long as none is.
    void setOddest(std::vector<OddSeries> series);
    /// Rows of the chosen times, said by the buttons that lead to them; of other times nothing is shown.
    void setCounts(TimeRange range, const RangeCounts& counts);
    [[nodiscard]] QByteArray tableText() const { return m_table.toCsv(); }
    [[nodiscard]] bool tableHasFocus() const;
    [[nodiscard]] ChartThresholds& thresholds() { return *m_thresholds; }
    [[nodiscard]] const ChartThresholds& thresholds() const { return *m_thresholds; }

Q_SIGNALS:
    /// The operator wants the rows of a pane (its id in paneEntries()) of the chosen times.
    void rowsWanted(const QString& pane, portolan::TimeRange range);
    void rangeChosen(portolan::TimeRange range); ///< their rows are to be counted: setCounts()
    void seriesWanted(const portolan::SeriesInfo& series);
    /// Asks for these times in every pane; nothing: for all times. Who hears it calls setTimes().
    void timesWanted(std::optional<portolan::TimeRange> times);
    void notice(const QString& text);
    void dropped(); ///< what is being dragged is wanted in the chart
    void removeWanted(const portolan::SeriesName& name);

protected:
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dragLeaveEvent(QDragLeaveEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    QWidget* makeBar();
    QWidget* makeChosenBar();
    QWidget* makeEmpty();
    QPushButton* addButton(QHBoxLayout* layout, const QString& icon, const QString& name);
    void show();
    void showCharts();
    void showTiles();
    void showSpan();
    void showRowsButtons(const RangeCounts& counts);
    void askTimes();
    void askThresholds();
    void showChosen(std::optional<TimeRange> chosen);
    void chooseHighest();
    ChartView* makeChart();
    /// A notch goes on from the one before, so that all of them are one step to go back.
    void zoomTo(const ChartSpan& span, bool isNotch = false);
    void chooseSpan(const ChartSpan& span);
    void goBack();
    void save();
    void saveTo(const QString& path);
    void copy();

    ChartFeed& m_feed;
    ChartTable m_table;
    std::vector<ChartSpan> m_before; ///< to go back to
    bool m_isNotched = false;        ///< the newest of them was left by a notch
    std::optional<TimeRange> m_chosen;
    std::optional<TimeRange> m_shared; ///< the window's time range
    ChartSpan m_own;                   ///< what was shown before there was one
    TimeDisplay m_display = TimeDisplay::Utc;

    QComboBox* m_span;
    QComboBox* m_figure;
    QPushButton* m_stack = nullptr;
    QPushButton* m_back = nullptr;
    QPushButton* m_markersButton = nullptr;
    QPushButton* m_thresholdButton = nullptr;
    QPushButton* m_tableButton = nullptr;
    ChartThresholds* m_thresholds;
    ErrorBar* m_error;
    ChartLegend* m_legend;
    QLabel* m_leftOut; ///< rows that are in no line
    QWidget* m_chosenBar = nullptr;
    QLabel* m_chosenText = nullptr;
    std::vector<QPushButton*> m_rowsButtons; ///< messages, events, dead letters
    SeriesTiles* m_tiles;
    QWidget* m_empty = nullptr;
    QLabel* m_emptyTitle = nullptr;
    QLabel* m_emptyAdvice = nullptr;
    QWidget* m_charts;
    QVBoxLayout* m_chartLayout;
    QSplitter* m_splitter;
    QTableView* m_tableView;
    QRubberBand* m_landing; ///< shows where a drag would end
    std::vector<ChartView*> m_views;
};

} // namespace portolan
