#include "views/charts/seriestiles.h"

#include "models/list/format.h"
#include "views/style/elidedlabel.h"
#include "views/style/theme.h"

#include <QGridLayout>
#include <QPainter>
#include <QResizeEvent>
#include <algorithm>

namespace portolan {

namespace {

constexpr int tileWidth = 58 * gridUnit;
constexpr int tileHeight = 34 * gridUnit;
constexpr int whyLines = 3;
constexpr int mostLeafLines = 3;
constexpr int leastOwner = 16 * gridUnit; ///< beside the leaf
constexpr int inset = 2 * gridUnit;

} // namespace

SeriesTile::SeriesTile(OddSeries series, TimeDisplay display, QWidget* parent)
    : QAbstractButton(parent)
    , m_series(std::move(series)) {
    const QString title = m_series.line.title;
    // Read as people write it: a part of a name may have strokes of its own.
    const auto& parts = m_series.info.name.parts;
    QStringList owner{QString::fromUtf8(m_series.info.name.toText()).section(u'/', 0, 0)};
    for (std::size_t i = 0; i + 1 < parts.size(); ++i)
        owner << visibleText(parts[i]);
    m_leaf = parts.empty() ? title : visibleText(parts.back());
    m_owner = owner.join(u'/');
    m_why = oddnessText(m_series.oddness, m_series.line.unit, display);
    setFocusPolicy(Qt::StrongFocus);
    setCursor(Qt::PointingHandCursor);
    setAttribute(Qt::WA_Hover);
    setAccessibleName(tr("Show %1").arg(title));
    const QString figures = tr("%1 samples, from %2 to %3, last %4 %5")
                                .arg(groupedNumber(m_series.line.samples), realText(m_series.line.least),
                                     realText(m_series.line.greatest), realText(m_series.line.last), m_series.line.unit)
                                .trimmed();
    setAccessibleDescription(m_why.isEmpty() ? figures : m_why + QStringLiteral(". ") + figures);
    setToolTip(title + u'\n' + accessibleDescription());
    setMinimumSize(sizeHint());
}

QStringList SeriesTile::leafLines() const {
    QFont bold = font();
    bold.setBold(true);
    const QStringList lines = brokenName(QFontMetrics(bold), m_leaf, width() - 2 * inset, mostLeafLines);
    return lines.isEmpty() ? QStringList{QString()} : lines;
}

QSize SeriesTile::sizeHint() const {
    return {tileWidth, tileHeight};
}

void SeriesTile::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const ThemeTokens& tokens = tokensOf(palette());
    const QRectF frame = QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5);
    painter.setBrush(isDown() ? tokens.selection : underMouse() ? tokens.hover : tokens.base);
    painter.setPen(QPen(hasFocus() ? tokens.accent : tokens.line, hasFocus() ? 2 : 1));
    painter.drawRoundedRect(frame, gridUnit, gridUnit);
    const QRect inner = rect().adjusted(inset, inset, -inset, -inset);
    QFont bold = font();
    bold.setBold(true);
    const QFontMetrics leafMetrics(bold);
    const QFont small = smallFont(font());
    const QFontMetrics smallMetrics(small);
    // The leaf is never cut before whose it is: one too long for a line has several.
    painter.setFont(bold);
    painter.setPen(tokens.text);
    const QStringList leaf = leafLines();
    int y = inner.top();
    for (const QString& each : leaf) {
        painter.drawText(QRect(inner.left(), y, inner.width(), leafMetrics.height()),
                         Qt::AlignLeft | Qt::TextSingleLine, each);
        y += leafMetrics.height();
    }
    painter.setFont(small);
    painter.setPen(tokens.muted);
    const int beside = inner.width() - leafMetrics.horizontalAdvance(leaf.last()) - 2 * gridUnit;
    if (beside >= std::min(smallMetrics.horizontalAdvance(m_owner), leastOwner)) {
        painter.drawText(QRect(inner.right() + 1 - beside, y - leafMetrics.height(), beside, leafMetrics.height()),
                         Qt::AlignRight | Qt::AlignVCenter | Qt::TextSingleLine,
                         smallMetrics.elidedText(m_owner, Qt::ElideLeft, beside));
    } else {
        painter.drawText(QRect(inner.left(), y, inner.width(), smallMetrics.height()),
                         Qt::AlignLeft | Qt::TextSingleLine,
                         smallMetrics.elidedText(m_owner, Qt::ElideLeft, inner.width()));
        y += smallMetrics.height();
    }
    const int whyHeight = m_why.isEmpty() ? 0 : whyLines * smallMetrics.lineSpacing();
    painter.setPen(m_series.oddness.isOdd() ? tokens.text : tokens.muted);
    painter.drawText(QRect(inner.left(), inner.bottom() + 1 - whyHeight, inner.width(), whyHeight),
                     Qt::AlignLeft | Qt::AlignTop | Qt::TextWordWrap, m_why);
    const QRectF area(inner.left(), y + gridUnit, inner.width(), inner.bottom() + 1 - whyHeight - y - 2 * gridUnit);
    const ChartLine& line = m_series.line;
    if (line.points.empty())
        return;
    const double begin = line.points.front().x();
    const double width = std::max(line.points.back().x() - begin, 1.0);
    const double height = line.greatest - line.least;
    const auto place = [&](const QPointF& point) {
        const double share = height > 0 ? (point.y() - line.least) / height : 0.5;
        return QPointF(area.left() + (point.x() - begin) / width * area.width(), area.bottom() - share * area.height());
    };
    painter.setPen(QPen(tokens.series[0], 1.5, Qt::SolidLine, Qt::SquareCap));
    QPolygonF piece;
    const auto finish = [&] {
        if (piece.size() == 1)
            painter.drawPoint(piece.front());
        else
            painter.drawPolyline(piece);
        piece.clear();
    };
    for (std::size_t i = 0; i < line.points.size(); ++i) {
        if (std::ranges::find(line.pieces, i) != line.pieces.end())
            finish();
        piece << place(line.points[i]);
    }
    finish();
}

SeriesTiles::SeriesTiles(QWidget* parent)
    : QScrollArea(parent)
    , m_content(new QWidget(this))
    , m_grid(new QGridLayout(m_content)) {
    m_grid->setContentsMargins(3 * gridUnit, 0, 3 * gridUnit, 3 * gridUnit);
    m_grid->setSpacing(2 * gridUnit);
    setWidget(m_content);
    setWidgetResizable(true);
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::NoFocus);
    setAccessibleName(tr("Oddest series"));
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    viewport()->setBackgroundRole(QPalette::Base);
    m_content->setBackgroundRole(QPalette::Base);
}

void SeriesTiles::setSeries(std::vector<OddSeries> series, TimeDisplay display) {
    const QWidget* const focused = focusWidget();
    std::optional<SeriesName> kept;
    for (SeriesTile* tile : m_tiles) {
        if (tile == focused && tile->hasFocus())
            kept = tile->series().name;
        m_grid->removeWidget(tile);
        tile->hide();
        tile->deleteLater();
    }
    m_tiles.clear();
    for (OddSeries& each : series) {
        auto* const tile = new SeriesTile(std::move(each), display, m_content);
        connect(tile, &QAbstractButton::clicked, this, [this, tile] { Q_EMIT chosen(tile->series()); });
        m_tiles.push_back(tile);
    }
    m_columns = 0;
    layOut();
    for (SeriesTile* tile : m_tiles) {
        if (kept == tile->series().name)
            tile->setFocus();
    }
}

void SeriesTiles::layOut() {
    const int room = viewport()->width() - 6 * gridUnit;
    const int columns = std::max(1, (room + 2 * gridUnit) / (tileWidth + 2 * gridUnit));
    if (columns == m_columns)
        return;
    m_columns = columns;
    for (SeriesTile* tile : m_tiles)
        m_grid->removeWidget(tile);
    for (std::size_t i = 0; i < m_tiles.size(); ++i) {
        const int place = static_cast<int>(i);
        m_grid->addWidget(m_tiles[i], place / columns, place % columns);
        m_tiles[i]->show();
    }
    for (int row = 0; row < m_grid->rowCount(); ++row)
        m_grid->setRowStretch(row, 0);
    m_grid->setRowStretch(static_cast<int>(m_tiles.size()) / columns + 1, 1);
}

void SeriesTiles::resizeEvent(QResizeEvent* event) {
    QScrollArea::resizeEvent(event);
    layOut();
}

} // namespace portolan
