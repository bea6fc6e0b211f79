#pragma once

#include "models/charts/oddestseries.h"

#include <QAbstractButton>
#include <QScrollArea>

class QGridLayout;

namespace portolan {

/// A series in short, as a button: its leaf name, whose it is, its newest samples, and why it is odd.
class SeriesTile final : public QAbstractButton {
    Q_OBJECT
public:
    SeriesTile(OddSeries series, TimeDisplay display, QWidget* parent);

    [[nodiscard]] const SeriesInfo& series() const { return m_series.info; }
    /// Returns the name's last part in the lines that the tile has for it.
    [[nodiscard]] QStringList leafLines() const;
    [[nodiscard]] QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    OddSeries m_series;
    QString m_leaf;  ///< "throughput"
    QString m_owner; ///< "component/billing"
    QString m_why;
};

/// Small charts of the oddest series, where none is chosen; as many a row as there is room for.
class SeriesTiles final : public QScrollArea {
    Q_OBJECT
public:
    explicit SeriesTiles(QWidget* parent = nullptr);

    /// The focus stays with its series.
    void setSeries(std::vector<OddSeries> series, TimeDisplay display);
    [[nodiscard]] bool isEmpty() const { return m_tiles.empty(); }

Q_SIGNALS:
    void chosen(const portolan::SeriesInfo& series);

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    void layOut();

    QWidget* m_content;
    QGridLayout* m_grid;
    std::vector<SeriesTile*> m_tiles;
    int m_columns = 0;
};

} // namespace portolan
