#pragma once

#include "models/chartfeed.h"
#include "models/charttable.h"
#include "views/chartview.h"

#include <QWidget>
#include <set>

class QComboBox;
class QHBoxLayout;
class QLabel;
class QPushButton;
class QScrollArea;
class QSplitter;
class QTableView;
class QVBoxLayout;

namespace portolan {

class ChartThresholds;
class ErrorBar;

/// Charts of the chosen series over one time axis: one for all of them, or one each; above them what is shown and how,
/// below them, when wanted, the figures as a table.
class ChartPanel final : public QWidget {
    Q_OBJECT
public:
    /// `feed` is borrowed.
    explicit ChartPanel(ChartFeed& feed, QWidget* parent = nullptr);

    void setTimeDisplay(TimeDisplay display);
    [[nodiscard]] QByteArray tableText() const { return m_table.toCsv(); }
    [[nodiscard]] bool tableHasFocus() const;
    [[nodiscard]] ChartThresholds& thresholds() { return *m_thresholds; }
    [[nodiscard]] const ChartThresholds& thresholds() const { return *m_thresholds; }

Q_SIGNALS:
    /// The operator wants the rows of a pane (its id in paneEntries()) of the chosen times.
    void rowsWanted(const QString& pane, portolan::TimeRange range);
    void notice(const QString& text);

private:
    QWidget* makeBar();
    QWidget* makeChosenBar();
    QWidget* makeEmpty();
    QPushButton* addButton(QHBoxLayout* layout, const QString& icon, const QString& name);
    void show();
    void showCharts();
    void showLegend();
    void dressLegend(QPushButton& button, std::size_t color) const;
    void showSpan();
    void askThresholds();
    void showChosen(std::optional<TimeRange> chosen);
    ChartView* makeChart();
    void zoomTo(const ChartSpan& span);
    void goBack();
    void save();
    void saveTo(const QString& path);
    void copy();

    ChartFeed& m_feed;
    ChartTable m_table;
    std::vector<ChartSpan> m_before; ///< to go back to
    std::optional<TimeRange> m_chosen;
    std::set<SeriesName> m_hidden; ///< of the lines, by the legend
    std::vector<std::pair<SeriesName, std::size_t>> m_legendLines;
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
    QWidget* m_legend;
    QHBoxLayout* m_legendLayout;
    QScrollArea* m_legendArea = nullptr;
    QWidget* m_chosenBar = nullptr;
    QLabel* m_chosenText = nullptr;
    QWidget* m_empty = nullptr;
    QLabel* m_emptyTitle = nullptr;
    QLabel* m_emptyAdvice = nullptr;
    QWidget* m_charts;
    QVBoxLayout* m_chartLayout;
    QSplitter* m_splitter;
    QTableView* m_tableView;
    std::vector<ChartView*> m_views;
};

} // namespace portolan
