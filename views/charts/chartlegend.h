#pragma once

#include "models/charts/chartfeed.h"

#include <QScrollArea>
#include <set>

class QHBoxLayout;
class QPushButton;

namespace portolan {

/// The names of a chart's lines in their colours, as buttons: each hides its line, or shows it again; its menu, or the
/// key Delete, takes it out of the chart. A legend that is wider than its room is scrolled.
class ChartLegend final : public QScrollArea {
    Q_OBJECT
public:
    explicit ChartLegend(QWidget* parent = nullptr);

    /// The buttons stay where they are while the lines are the same, so that the keyboard's place is not lost with
    /// every new sample.
    void setLines(const std::vector<ChartLine>& lines);
    [[nodiscard]] bool isHidden(const SeriesName& name) const { return m_hidden.contains(name); }

Q_SIGNALS:
    void hiddenChanged();
    void removeWanted(const portolan::SeriesName& name);

private:
    void addButton(const ChartLine& line);
    void dress(QPushButton& button, std::size_t color) const;

    QHBoxLayout* m_layout;
    std::set<SeriesName> m_hidden;
    std::vector<std::pair<SeriesName, std::size_t>> m_lines;
};

} // namespace portolan
