#include "views/charts/chartview.h"

#include "storage/base/numbertext.h"
#include "views/style/theme.h"

#include <QAreaSeries>
#include <QKeyEvent>
#include <QLineSeries>
#include <QMouseEvent>
#include <QScatterSeries>
#include <QValueAxis>
#include <algorithm>
#include <cmath>

namespace portolan {

namespace {

constexpr int topMargin = 3 * gridUnit;
constexpr int bottomMargin = 6 * gridUnit;
constexpr int emptyMargin = 4 * gridUnit;
constexpr int labelDistance = 2 * gridUnit;
constexpr int pixelsAValue = 44; ///< of height, for one mark of the value axis
constexpr int pixelsATime = 90;
constexpr double strokeWidth = 1.5;
constexpr double denseAPixel = 1.0; ///< points
constexpr double pointSize = 4.0;
constexpr int bandAlpha = 46;
constexpr double wheelFactor = 0.8;
constexpr double panShare = 0.2;
constexpr int leastDrag = 4; ///< pixels; less is a click
constexpr std::chrono::milliseconds shortestSpan{10};

QList<QPointF> listOf(const std::vector<QPointF>& points, std::size_t from, std::size_t to) {
    return {points.begin() + static_cast<std::ptrdiff_t>(from), points.begin() + static_cast<std::ptrdiff_t>(to)};
}

/// Returns the pen that Qt's raster engine draws quickly: wide lines piece by piece, which round caps and joins would
/// forbid (it takes ten times as long then), and still quicker hairlines, where so many points stand side by side that
/// nobody sees a width.
QPen strokeOf(const QColor& color, bool isDense) {
    QPen pen(color, isDense ? 1.0 : strokeWidth, Qt::SolidLine, Qt::SquareCap, Qt::BevelJoin);
    pen.setCosmetic(isDense);
    return pen;
}

QValueAxis* makeAxis(QChart* chart, Qt::Alignment side) {
    auto* axis = new QValueAxis(chart);
    axis->setVisible(false); // grid and labels are ours, on whole times and values
    chart->addAxis(axis, side);
    return axis;
}

} // namespace

/// The parts that draw a line in the chart. Pieces and what belongs to them are made as they are needed and kept.
struct ChartView::Drawn {
    struct Piece {
        QLineSeries* line;
        QLineSeries* low;
        QLineSeries* high;
        QAreaSeries* band;
    };
    std::vector<Piece> pieces;
    QScatterSeries* alone = nullptr; ///< points without neighbours
    int side = -1;
};

ChartView::ChartView(QWidget* parent) : QChartView(new QChart, parent), m_time(makeAxis(chart(), Qt::AlignBottom)) {
    m_sides[0].axis = makeAxis(chart(), Qt::AlignLeft);
    m_sides[1].axis = makeAxis(chart(), Qt::AlignRight);
    chart()->legend()->hide();
    chart()->setAnimationOptions(QChart::NoAnimation);
    chart()->setMargins({});
    chart()->setBackgroundRoundness(0);
    setRubberBand(QChartView::NoRubberBand);
    setRenderHint(QPainter::Antialiasing);
    setFrameShape(QFrame::NoFrame);
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(QStringLiteral("Chart"));
    setMinimumSize(60 * gridUnit, 30 * gridUnit);
    dress();
}

ChartView::~ChartView() = default;

void ChartView::dress() {
    const ThemeTokens& tokens = tokensOf(palette());
    chart()->setBackgroundBrush(tokens.base);
    setBackgroundBrush(tokens.base);
    for (std::size_t i = 0; i < m_drawn.size() && i < m_lines.size(); ++i)
        draw(*m_drawn[i], m_lines[i]);
}

void ChartView::changeEvent(QEvent* event) {
    QChartView::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::StyleChange)
        dress();
}

void ChartView::setTimeDisplay(TimeDisplay display) {
    m_display = display;
    layOut();
}

void ChartView::setMarkers(std::vector<ChartMarker> markers) {
    m_markers = std::move(markers);
    viewport()->update();
}

void ChartView::setThresholds(Thresholds thresholds) {
    if (thresholds == m_thresholds)
        return;
    m_thresholds = std::move(thresholds);
    scaleSides();
    layOut();
}

const std::vector<double>& ChartView::thresholdsOf(const ChartLine& line) const {
    static const std::vector<double> none;
    const auto known = m_thresholds.find(line.name);
    return known == m_thresholds.end() ? none : known->second;
}

void ChartView::setCrosshair(std::optional<double> milliseconds) {
    if (m_crosshair == milliseconds)
        return;
    m_crosshair = milliseconds;
    viewport()->update();
}

void ChartView::setChosen(std::optional<TimeRange> chosen) {
    m_chosen = chosen;
    viewport()->update();
}

int ChartView::pixels() const {
    return std::max(2, static_cast<int>(chart()->plotArea().width()));
}

void ChartView::setLines(const std::vector<ChartLine>& lines, TimeRange span) {
    m_lines = lines;
    m_span = span;
    scaleSides();
    while (m_drawn.size() < m_lines.size())
        m_drawn.push_back(std::make_unique<Drawn>());
    for (std::size_t i = 0; i < m_drawn.size(); ++i)
        draw(*m_drawn[i], i < m_lines.size() ? m_lines[i] : ChartLine{});
    layOut();
    describe();
}

/// The first unit stands left, the first other one right; with a third unit its lines go by the right side's numbers.
void ChartView::scaleSides() {
    double least[2] = {0, 0};
    double greatest[2] = {0, 0};
    m_sides[0].used = m_sides[1].used = false;
    for (const ChartLine& line : m_lines) {
        if (line.points.empty())
            continue;
        const int at = !m_sides[0].used || m_sides[0].unit == line.unit ? 0 : 1;
        double low = line.points.front().y();
        double high = low;
        for (const auto* values : {&line.points, &line.low, &line.high}) {
            for (const QPointF& point : *values) {
                low = std::min(low, point.y());
                high = std::max(high, point.y());
            }
        }
        for (const double threshold : thresholdsOf(line)) {
            low = std::min(low, threshold);
            high = std::max(high, threshold);
        }
        Side& side = m_sides[at];
        least[at] = side.used ? std::min(least[at], low) : low;
        greatest[at] = side.used ? std::max(greatest[at], high) : high;
        side.used = true;
        if (at == 0 || side.unit.isEmpty())
            side.unit = line.unit;
    }
    for (int at = 0; at < 2; ++at) {
        Side& side = m_sides[at];
        if (!side.used)
            side.unit.clear();
        const int most = std::max(2, static_cast<int>(height() - topMargin - bottomMargin) / pixelsAValue);
        side.scale = valueScale(least[at], greatest[at], most);
        side.axis->setRange(side.scale.low, side.scale.high);
    }
    m_time->setRange(chartTime(m_span.begin), std::max(chartTime(m_span.end), chartTime(m_span.begin) + 1));
}

void ChartView::draw(Drawn& drawn, const ChartLine& line) {
    const ThemeTokens& tokens = tokensOf(palette());
    const QColor color = tokens.series[line.color % tokens.series.size()];
    QColor shade = color;
    shade.setAlpha(bandAlpha);
    const int side = line.unit == m_sides[0].unit ? 0 : 1;
    const auto attach = [&](QAbstractSeries* series) {
        chart()->addSeries(series);
        series->attachAxis(m_time);
        series->attachAxis(m_sides[side].axis);
    };
    if (drawn.side != side) { // a series keeps its axis: it is made again where the unit has changed sides
        for (Drawn::Piece& piece : drawn.pieces) {
            for (QAbstractSeries* series :
                 {static_cast<QAbstractSeries*>(piece.band), static_cast<QAbstractSeries*>(piece.line)}) {
                chart()->removeSeries(series);
                delete series;
            }
            delete piece.low;
            delete piece.high;
        }
        drawn.pieces.clear();
        if (drawn.alone) {
            chart()->removeSeries(drawn.alone);
            delete drawn.alone;
        }
        drawn.alone = new QScatterSeries;
        drawn.alone->setMarkerSize(pointSize);
        drawn.alone->setPen(Qt::NoPen);
        attach(drawn.alone);
        drawn.side = side;
    }
    const bool isDense = devicePixelRatioF() <= 1 && static_cast<double>(line.points.size()) > denseAPixel * pixels();
    QList<QPointF> alone;
    std::size_t used = 0;
    for (std::size_t i = 0; i < line.pieces.size(); ++i) {
        const std::size_t from = line.pieces[i];
        const std::size_t to = i + 1 < line.pieces.size() ? line.pieces[i + 1] : line.points.size();
        if (to - from == 1) {
            alone.append(line.points[from]);
            continue;
        }
        if (used == drawn.pieces.size()) {
            Drawn::Piece piece{new QLineSeries, new QLineSeries(chart()), new QLineSeries(chart()), nullptr};
            piece.band = new QAreaSeries(piece.high, piece.low);
            attach(piece.band);
            attach(piece.line);
            drawn.pieces.push_back(piece);
        }
        Drawn::Piece& piece = drawn.pieces[used++];
        piece.line->setPen(strokeOf(color, isDense));
        piece.line->replace(listOf(line.points, from, to));
        piece.line->show();
        piece.band->setPen(Qt::NoPen);
        piece.band->setBrush(shade);
        piece.band->setVisible(!line.low.empty());
        if (!line.low.empty()) {
            piece.low->replace(listOf(line.low, from, to));
            piece.high->replace(listOf(line.high, from, to));
        }
    }
    for (std::size_t i = used; i < drawn.pieces.size(); ++i) {
        drawn.pieces[i].line->hide();
        drawn.pieces[i].band->hide();
    }
    drawn.alone->setBrush(color);
    drawn.alone->replace(alone);
    drawn.alone->setVisible(!alone.isEmpty());
}

/// Places the plot beside the widest labels.
void ChartView::layOut() {
    const QFontMetrics metrics(smallFont(font()));
    const auto margin = [&](const Side& side) {
        int widest = 0;
        for (const ChartTick& tick : side.scale.ticks)
            widest = std::max(widest, metrics.horizontalAdvance(tick.label));
        return side.used ? widest + 2 * labelDistance : emptyMargin;
    };
    const int above = topMargin + (m_sides[0].unit.isEmpty() && m_sides[1].unit.isEmpty() ? 0 : metrics.height());
    const QRectF area = QRectF(rect()).adjusted(margin(m_sides[0]), above, -margin(m_sides[1]), -bottomMargin);
    const int before = pixels();
    chart()->setPlotArea(area);
    m_ticks = timeTicks(m_span, std::max(1, static_cast<int>(area.width()) / pixelsATime), m_display);
    resetCachedContent();
    viewport()->update();
    if (pixels() != before)
        Q_EMIT pixelsChanged();
}

void ChartView::describe() {
    const auto figure = [](double value) { return QString::fromLatin1(numberText(value)); };
    QStringList texts;
    for (const ChartLine& line : m_lines) {
        // Put together by hand: arg() would take the % of a name for a place of its own.
        texts << QStringLiteral("series=") + QString::fromUtf8(line.name.toText()) + QStringLiteral(" points=")
                     + QString::number(line.samples) + QStringLiteral(" min=") + figure(line.least)
                     + QStringLiteral(" max=") + figure(line.greatest) + QStringLiteral(" last=") + figure(line.last);
    }
    setAccessibleDescription(texts.join(QStringLiteral("; ")));
}

void ChartView::resizeEvent(QResizeEvent* event) {
    QChartView::resizeEvent(event);
    scaleSides();
    layOut();
}

double ChartView::timeAt(double x) const {
    const QRectF area = chart()->plotArea();
    const double share = std::clamp((x - area.left()) / std::max(1.0, area.width()), 0.0, 1.0);
    const double begin = chartTime(m_span.begin);
    return begin + share * (chartTime(m_span.end) - begin);
}

double ChartView::placeOf(double milliseconds) const {
    const QRectF area = chart()->plotArea();
    const double begin = chartTime(m_span.begin);
    const double length = std::max(1e-3, chartTime(m_span.end) - begin);
    return area.left() + (milliseconds - begin) / length * area.width();
}

double ChartView::heightOf(double value, const Side& side) const {
    const QRectF area = chart()->plotArea();
    return area.bottom() - (value - side.scale.low) / (side.scale.high - side.scale.low) * area.height();
}

TimeRange ChartView::between(double x1, double x2) const {
    return {chartTime(timeAt(std::min(x1, x2))), chartTime(timeAt(std::max(x1, x2)))};
}

/// Stays within the years 0001 to 9999, which every store has.
void ChartView::zoom(double factor, double around) {
    static const double first = chartTime(*parseIsoTime("0001-01-01T00:00:00Z"));
    static const double last = chartTime(*parseIsoTime("9999-12-31T23:59:59Z"));
    const double begin = chartTime(m_span.begin);
    const double end = chartTime(m_span.end);
    const TimeRange wanted{chartTime(std::clamp(around - (around - begin) * factor, std::min(first, begin), last)),
                           chartTime(std::clamp(around + (end - around) * factor, first, std::max(last, end)))};
    if (wanted.length() >= shortestSpan && wanted != m_span)
        Q_EMIT notchWanted(wanted);
}

void ChartView::pan(double share) {
    const auto by = std::chrono::duration_cast<std::chrono::microseconds>(m_span.length() * share);
    Q_EMIT spanWanted({m_span.begin + by, m_span.end + by});
}

void ChartView::mousePressEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton || m_span.isEmpty())
        return;
    m_pressed = m_dragged = event->position().x();
    m_choosing = event->modifiers().testFlag(Qt::ShiftModifier);
}

void ChartView::mouseMoveEvent(QMouseEvent* event) {
    if (m_pressed)
        m_dragged = event->position().x();
    if (!m_span.isEmpty())
        Q_EMIT pointed(timeAt(event->position().x()));
    viewport()->update();
}

void ChartView::mouseReleaseEvent(QMouseEvent* event) {
    const std::optional<double> from = std::exchange(m_pressed, {});
    viewport()->update();
    if (!from || std::abs(event->position().x() - *from) < leastDrag)
        return;
    const TimeRange range = between(*from, event->position().x());
    if (m_choosing)
        Q_EMIT chosenWanted(range);
    else if (range.length() >= shortestSpan)
        Q_EMIT spanWanted(range);
}

void ChartView::mouseDoubleClickEvent(QMouseEvent*) {
    m_pressed.reset();
    Q_EMIT backWanted();
}

void ChartView::wheelEvent(QWheelEvent* event) {
    const int steps = event->angleDelta().y();
    if (steps != 0 && !m_span.isEmpty())
        zoom(steps > 0 ? wheelFactor : 1 / wheelFactor, timeAt(event->position().x()));
    event->accept();
}

void ChartView::keyPressEvent(QKeyEvent* event) {
    const double middle = (chartTime(m_span.begin) + chartTime(m_span.end)) / 2;
    switch (event->key()) {
    case Qt::Key_Left:
        pan(-panShare);
        return;
    case Qt::Key_Right:
        pan(panShare);
        return;
    case Qt::Key_Plus:
    case Qt::Key_Up:
        zoom(wheelFactor, middle);
        return;
    case Qt::Key_Minus:
    case Qt::Key_Down:
        zoom(1 / wheelFactor, middle);
        return;
    case Qt::Key_Backspace:
        Q_EMIT backWanted();
        return;
    default:
        QChartView::keyPressEvent(event);
    }
}

void ChartView::leaveEvent(QEvent* event) {
    QChartView::leaveEvent(event);
    Q_EMIT pointed({});
}

} // namespace portolan
