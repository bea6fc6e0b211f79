#include "views/charts/chartlegend.h"

#include "views/style/elidedlabel.h"
#include "views/style/theme.h"

#include <QAction>
#include <QHBoxLayout>
#include <QPainter>
#include <QPushButton>

namespace portolan {

namespace {

constexpr int swatchSize = 10;
constexpr int usualName = 55 * gridUnit;
constexpr int longestName = 500 * gridUnit; ///< the names scroll

QPixmap swatch(const QColor& color, bool full) {
    QPixmap pixmap(swatchSize, swatchSize);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(full ? QPen(Qt::NoPen) : QPen(color, 1.5));
    painter.setBrush(full ? QBrush(color) : QBrush(Qt::NoBrush));
    painter.drawRoundedRect(QRectF(pixmap.rect()).adjusted(1, 1, -1, -1), 2, 2);
    return pixmap;
}

} // namespace

ChartLegend::ChartLegend(QWidget* parent) : QScrollArea(parent) {
    auto* content = new QWidget(this);
    m_layout = new QHBoxLayout(content);
    m_layout->setContentsMargins(3 * gridUnit, 0, 3 * gridUnit, gridUnit);
    m_layout->setSpacing(gridUnit);
    setWidget(content);
    setWidgetResizable(true);
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::NoFocus);
    setAccessibleName(tr("Legend"));
    viewport()->setBackgroundRole(QPalette::Base);
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setFixedHeight(9 * gridUnit);
}

void ChartLegend::setLines(const std::vector<ChartLine>& lines) {
    std::vector<std::pair<SeriesName, std::size_t>> wanted;
    for (const ChartLine& line : lines)
        wanted.emplace_back(line.name, line.color);
    if (wanted == m_lines)
        return;
    m_lines = std::move(wanted);
    std::erase_if(m_hidden, [&](const SeriesName& name) {
        return std::ranges::find(m_lines, name, &std::pair<SeriesName, std::size_t>::first) == m_lines.end();
    });
    while (QLayoutItem* item = m_layout->takeAt(0)) {
        // By its own menu it may have been told to go: not before that has ended.
        if (item->widget()) {
            item->widget()->hide();
            item->widget()->deleteLater();
        }
        delete item;
    }
    for (const ChartLine& line : lines)
        addButton(line);
    m_layout->addStretch(1);
}

void ChartLegend::addButton(const ChartLine& line) {
    auto* button = new QPushButton(widget());
    button->setFlat(true);
    button->setCheckable(true); // pressed while the line is hidden
    button->setChecked(m_hidden.contains(line.name));
    button->setFixedHeight(6 * gridUnit);
    button->setText(elidedParent(fontMetrics(), line.title, line.leaf, usualName, longestName)
                        .replace(QLatin1Char('&'), QLatin1String("&&")));
    button->setAccessibleName(tr("Hide %1").arg(line.title));
    button->setToolTip(tr("Hide %1, or show it again").arg(line.title));
    dress(*button, line.color);
    connect(button, &QPushButton::toggled, this, [this, button, name = line.name, color = line.color](bool hidden) {
        if (hidden)
            m_hidden.insert(name);
        else
            m_hidden.erase(name);
        dress(*button, color);
        Q_EMIT hiddenChanged();
    });
    auto* removing = new QAction(tr("Take out of the chart"), button);
    removing->setShortcut(QKeySequence::Delete);
    removing->setShortcutContext(Qt::WidgetShortcut);
    connect(removing, &QAction::triggered, this, [this, name = line.name] { Q_EMIT removeWanted(name); });
    button->addAction(removing);
    button->setContextMenuPolicy(Qt::ActionsContextMenu);
    m_layout->addWidget(button);
}

/// Hidden is also told by a hollow mark, not by colour alone.
void ChartLegend::dress(QPushButton& button, std::size_t color) const {
    const ThemeTokens& tokens = tokensOf(palette());
    button.setIcon(swatch(tokens.series[color % tokens.series.size()], !button.isChecked()));
}

} // namespace portolan
