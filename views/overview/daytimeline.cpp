#include "views/overview/daytimeline.h"

#include "models/list/format.h"
#include "views/style/badge.h"
#include "views/style/theme.h"

#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>
#include <algorithm>
#include <array>
#include <cmath>

namespace portolan {

namespace {

using namespace std::chrono;

constexpr int leastSlicePixels = 4;
constexpr std::array sliceWidths{minutes(5),  minutes(10), minutes(15), minutes(20),
                                 minutes(30), minutes(60), minutes(120)};
constexpr int leastLane = 7 * gridUnit;
constexpr int clockStart = 11; ///< in timeText()
constexpr int clockLength = 5;
constexpr double chosenShare = 0.18; ///< of the accent, under what is chosen
constexpr int markReach = 6;         ///< pixels around a mark that are the mark

QString clockAtTime(Timestamp at, TimeDisplay times) {
    return timeText(at, times).mid(clockStart, clockLength);
}

} // namespace

DayTimeline::DayTimeline(QWidget* parent) : QWidget(parent) {
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setAccessibleName(tr("Timeline of the last 24 hours"));
    setDay(nullptr);
}

void DayTimeline::setDay(const OverviewDay* day) {
    m_day = day ? std::optional(*day) : std::nullopt;
    slice();
    setAccessibleDescription(m_day ? dayDescription(*m_day, m_times) : tr("It is being read."));
    update();
}

void DayTimeline::setTimeDisplay(TimeDisplay times) {
    m_times = times;
    setDay(m_day ? &*m_day : nullptr);
}

void DayTimeline::setChosen(std::optional<TimeRange> chosen) {
    m_chosen = chosen;
    update();
}

QSize DayTimeline::sizeHint() const {
    const int text = fontMetrics().height();
    return {160 * gridUnit, 3 * laneHeight() + 2 * text + 4 * gridUnit};
}

QSize DayTimeline::minimumSizeHint() const {
    return {60 * gridUnit, sizeHint().height()};
}

int DayTimeline::laneHeight() const {
    return std::max(leastLane, fontMetrics().height() + 2 * gridUnit);
}

/// Finds out what the lanes say and how much room there is, once for every change of these: a picture asks for places a
/// thousand times.
void DayTimeline::measure() {
    const auto sum = [](const DayFigures::Line& line) {
        const auto known = sumOf(line);
        const bool isWhole = std::ranges::all_of(line, [](const auto& figure) { return figure.has_value(); });
        return known ? (isWhole ? QString() : QStringLiteral("≥ ")) + groupedNumber(*known) : QStringLiteral("–");
    };
    const DayFigures none;
    const DayFigures& figures = m_day ? m_day->figures : none;
    QString waiting = QStringLiteral("–");
    if (!figures.waiting.empty() && figures.waiting.back())
        waiting = groupedNumber(*figures.waiting.back());
    m_lanes = {
        {tr("received"), &DaySlice::received, StateTone::Active, sum(figures.received)},
        {QString(toneShape(StateTone::Bad)) + u' ' + tr("died"), &DaySlice::died, StateTone::Bad, sum(figures.died)},
        {QString(toneShape(StateTone::Neutral)) + u' ' + tr("waiting"), &DaySlice::waiting, StateTone::Warning,
         waiting}};
    const QFontMetrics digits(dataFont(font()));
    int names = 0;
    int values = 0;
    for (const Lane& lane : m_lanes) {
        names = std::max(names, fontMetrics().horizontalAdvance(lane.name));
        values = std::max(values, digits.horizontalAdvance(lane.value));
    }
    const int left = 2 * gridUnit + names + 3 * gridUnit;
    const int top = fontMetrics().height() + gridUnit;
    m_plot = {left, top, std::max(1, width() - left - values - 5 * gridUnit), 3 * laneHeight()};
}

double DayTimeline::xOf(Timestamp at) const {
    const TimeRange range = m_day->figures.range;
    const double share = static_cast<double>((at - range.begin).count()) / static_cast<double>(range.length().count());
    const QRect room = m_plot;
    return room.left() + std::clamp(share, 0.0, 1.0) * room.width();
}

void DayTimeline::slice() {
    measure();
    m_slices.clear();
    if (!m_day || m_day->figures.range.isEmpty())
        return;
    const double perMinute = m_plot.width() / (static_cast<double>(m_day->figures.range.length().count()) / 60e6);
    m_width = sliceWidths.back();
    for (const minutes width : sliceWidths) {
        if (static_cast<double>(width.count()) * perMinute < leastSlicePixels)
            continue;
        m_width = width;
        break;
    }
    m_slices = daySlices(*m_day, m_width);
    m_place = std::min(m_place, static_cast<int>(m_slices.size()) - 1);
    m_anchor = std::min(m_anchor, static_cast<int>(m_slices.size()) - 1);
}

int DayTimeline::sliceAt(double x) const {
    if (m_slices.empty())
        return -1;
    for (std::size_t i = 0; i < m_slices.size(); ++i) {
        if (x < xOf(m_slices[i].range.end))
            return static_cast<int>(i);
    }
    return static_cast<int>(m_slices.size()) - 1;
}

const DayMark* DayTimeline::markAt(QPoint point) const {
    if (!m_day || point.y() > m_plot.top())
        return nullptr;
    const DayMark* nearest = nullptr;
    double reach = markReach + 1;
    for (const DayMark& mark : m_day->marks) {
        const double away = std::abs(xOf(mark.at) - point.x());
        if (away < reach) {
            nearest = &mark;
            reach = away;
        }
    }
    return nearest;
}

std::optional<TimeRange> DayTimeline::drawn() const {
    if (m_anchor < 0 || m_place < 0)
        return std::nullopt;
    const auto [first, last] = std::minmax(m_anchor, m_place);
    return TimeRange{m_slices[static_cast<std::size_t>(first)].range.begin,
                     m_slices[static_cast<std::size_t>(last)].range.end};
}

QString DayTimeline::placeText() const {
    if (m_place < 0 || m_place >= static_cast<int>(m_slices.size()))
        return {};
    const DaySlice& slice = m_slices[static_cast<std::size_t>(m_place)];
    const TimeRange range = drawn().value_or(slice.range);
    QStringList parts{clockAtTime(range.begin, m_times) + u'–' + clockAtTime(range.end, m_times)};
    const bool isOne = m_anchor < 0 || m_anchor == m_place;
    if (isOne) {
        if (slice.received)
            parts << tr("received %1").arg(groupedNumber(*slice.received));
        if (slice.died)
            parts << tr("died %1").arg(groupedNumber(*slice.died));
        if (slice.waiting)
            parts << tr("waiting %1").arg(groupedNumber(*slice.waiting));
        for (const DayMark& mark : slice.marks)
            parts << QStringLiteral("◆ ") + mark.text;
    } else {
        parts << tr("Return shows these times in every pane");
    }
    return parts.join(QStringLiteral(" · "));
}

void DayTimeline::moveTo(int slice, bool extends) {
    if (m_slices.empty())
        return;
    if (extends && m_anchor < 0)
        m_anchor = std::max(m_place, 0);
    else if (!extends)
        m_anchor = -1;
    m_place = std::clamp(slice, 0, static_cast<int>(m_slices.size()) - 1);
    update();
    Q_EMIT placeChanged();
}

void DayTimeline::keyPressEvent(QKeyEvent* event) {
    const bool extends = event->modifiers().testFlag(Qt::ShiftModifier);
    const int place = m_place < 0 ? static_cast<int>(m_slices.size()) : m_place;
    switch (event->key()) {
    case Qt::Key_Left:
        return moveTo(place - 1, extends);
    case Qt::Key_Right:
        return moveTo(place + 1, extends);
    case Qt::Key_Home:
        return moveTo(0, extends);
    case Qt::Key_End:
        return moveTo(static_cast<int>(m_slices.size()) - 1, extends);
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (m_place >= 0) {
            const TimeRange range = drawn().value_or(m_slices[static_cast<std::size_t>(m_place)].range);
            m_anchor = -1;
            Q_EMIT timesWanted(range);
        }
        return;
    case Qt::Key_Escape:
        if (m_anchor < 0 && !m_chosen)
            break;
        if (std::exchange(m_anchor, -1) < 0)
            Q_EMIT allTimesWanted();
        update();
        Q_EMIT placeChanged();
        return;
    default:
        break;
    }
    QWidget::keyPressEvent(event);
}

void DayTimeline::mousePressEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton)
        return QWidget::mousePressEvent(event);
    if (const DayMark* const mark = markAt(event->pos())) {
        Q_EMIT placeWanted(mark->place, mark->filter);
        return;
    }
    m_isDragged = true;
    m_place = sliceAt(event->position().x());
    m_anchor = m_place;
    update();
    Q_EMIT placeChanged();
}

void DayTimeline::mouseMoveEvent(QMouseEvent* event) {
    m_place = sliceAt(event->position().x());
    setCursor(markAt(event->pos()) ? Qt::PointingHandCursor : Qt::CrossCursor);
    update();
    Q_EMIT placeChanged();
}

void DayTimeline::mouseReleaseEvent(QMouseEvent*) {
    if (!std::exchange(m_isDragged, false))
        return;
    const auto range = drawn();
    const bool isStretch = m_anchor != m_place;
    m_anchor = -1;
    update();
    if (range && isStretch) // a click alone chooses nothing
        Q_EMIT timesWanted(*range);
}

void DayTimeline::mouseDoubleClickEvent(QMouseEvent*) {
    Q_EMIT allTimesWanted();
}

void DayTimeline::leaveEvent(QEvent* event) {
    if (!m_isDragged && !hasFocus()) {
        m_place = -1;
        update();
        Q_EMIT placeChanged();
    }
    QWidget::leaveEvent(event);
}

void DayTimeline::focusInEvent(QFocusEvent* event) {
    QWidget::focusInEvent(event);
    update();
}

bool DayTimeline::event(QEvent* event) {
    if (event->type() != QEvent::ToolTip)
        return QWidget::event(event);
    const QPoint point = static_cast<QHelpEvent*>(event)->pos();
    const DayMark* const mark = markAt(point);
    const QString text = mark ? timeText(mark->at, m_times) + u' ' + mark->text
                                    + (mark->detail.isEmpty() ? QString() : u'\n' + mark->detail)
                              : placeText();
    QToolTip::showText(static_cast<QHelpEvent*>(event)->globalPos(), text.toHtmlEscaped(), this);
    return true;
}

void DayTimeline::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    slice();
}

void DayTimeline::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::FontChange || event->type() == QEvent::StyleChange) {
        updateGeometry();
        slice();
    }
}

void DayTimeline::paintLane(QPainter& painter, const Lane& lane, const QRect& place) const {
    const ThemeTokens& t = tokensOf(palette());
    painter.setPen(t.text);
    painter.drawText(QRect(2 * gridUnit, place.top(), place.left() - 4 * gridUnit, place.height()), Qt::AlignVCenter,
                     lane.name);
    painter.setFont(dataFont(font()));
    painter.drawText(
        QRect(place.right() + gridUnit, place.top(), width() - place.right() - 3 * gridUnit, place.height()),
        Qt::AlignVCenter | Qt::AlignRight, lane.value);
    painter.setFont(font());
    const int foot = place.bottom() - 1;
    painter.setPen(t.line);
    painter.drawLine(place.left(), foot + 1, place.right(), foot + 1);
    qint64 most = 0;
    for (const DaySlice& slice : m_slices)
        most = std::max(most, (slice.*lane.figure).value_or(0));
    const double room = place.height() - gridUnit;
    const QColor color = lane.tone == StateTone::Active ? t.accent : toneColor(lane.tone, palette());
    for (const DaySlice& slice : m_slices) {
        const double left = xOf(slice.range.begin);
        const double right = std::max(left + 1, xOf(slice.range.end) - 1);
        const std::optional<qint64>& figure = slice.*lane.figure;
        if (!figure) { // not counted: a gap that is seen
            painter.fillRect(QRectF(left, foot - 1, right - left, 1), QBrush(t.muted, Qt::Dense6Pattern));
            continue;
        }
        if (*figure <= 0)
            continue;
        const double height = std::max(2.0, room * static_cast<double>(*figure) / static_cast<double>(most));
        painter.fillRect(QRectF(left, foot + 1 - height, right - left, height), color);
    }
}

void DayTimeline::paintMarks(QPainter& painter) const {
    const ThemeTokens& t = tokensOf(palette());
    const QRect room = m_plot;
    const QFont small = smallFont(font());
    painter.setFont(small);
    const QFontMetrics metrics(small);
    double taken = room.left();
    for (auto mark = m_day->marks.begin(); mark != m_day->marks.end(); ++mark) {
        const double x = xOf(mark->at);
        painter.setPen(QPen(t.line, 1, Qt::DotLine));
        painter.drawLine(QPointF(x, room.top()), QPointF(x, room.bottom()));
        painter.setPen(t.accentText);
        const QString shape = QStringLiteral("◆");
        painter.drawText(QPointF(x - metrics.horizontalAdvance(shape) / 2.0, metrics.ascent() + 2), shape);
        const double next = mark + 1 == m_day->marks.end() ? room.right() : xOf((mark + 1)->at) - 2 * gridUnit;
        const QString label = mark->text + u' ' + clockAtTime(mark->at, m_times);
        const double wide = metrics.horizontalAdvance(label);
        double begin = x + 2 * gridUnit;
        if (begin + wide > next) // else before it, where there is room
            begin = x - wide - 2 * gridUnit;
        const bool hasRoom = begin >= taken && begin + wide <= next;
        taken = std::max(taken, (hasRoom ? std::max(x, begin + wide) : x) + 2 * gridUnit);
        if (!hasRoom)
            continue; // the mark itself and the table tell it
        painter.setPen(t.muted);
        painter.drawText(QPointF(begin, metrics.ascent() + 2), label);
    }
    painter.setFont(font());
}

void DayTimeline::paintAxis(QPainter& painter) const {
    const ThemeTokens& t = tokensOf(palette());
    const QRect room = m_plot;
    const QFont small = smallFont(font());
    painter.setFont(small);
    const QFontMetrics metrics(small);
    const TimeRange range = m_day->figures.range;
    const double hour = room.width() / (static_cast<double>(range.length().count()) / 3600e6);
    const double label = metrics.horizontalAdvance(QStringLiteral("00:00")) + 4 * gridUnit;
    const int step = hour * 1 > label ? 1 : hour * 3 > label ? 3 : hour * 6 > label ? 6 : 12;
    for (Timestamp at = ceil<hours>(range.begin); at < range.end; at += hours(1)) {
        const QString clock = clockAtTime(at, m_times);
        if (clock.first(2).toInt() % step != 0)
            continue;
        const double x = xOf(at);
        painter.setPen(t.line);
        painter.drawLine(QPointF(x, room.bottom() + 1), QPointF(x, room.bottom() + gridUnit));
        const double wide = metrics.horizontalAdvance(clock);
        painter.setPen(t.muted);
        painter.drawText(QPointF(std::clamp(x - wide / 2, double(room.left()), room.right() - wide),
                                 room.bottom() + gridUnit + metrics.ascent()),
                         clock);
    }
    painter.setFont(font());
}

void DayTimeline::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    const ThemeTokens& t = tokensOf(palette());
    const QRect room = m_plot;
    if (!m_day) {
        painter.setPen(t.muted);
        painter.drawText(rect(), Qt::AlignCenter, tr("Reading the last 24 hours…"));
        return;
    }
    for (const std::optional<TimeRange>& range : {m_chosen, drawn()}) {
        if (!range)
            continue;
        const double left = xOf(range->begin);
        const double right = std::max(left + 2, xOf(range->end));
        painter.fillRect(QRectF(left, room.top(), right - left, room.height()), mixed(t.base, t.accent, chosenShare));
        painter.setPen(t.accent);
        painter.drawLine(QPointF(left, room.top()), QPointF(left, room.bottom()));
        painter.drawLine(QPointF(right, room.top()), QPointF(right, room.bottom()));
    }
    paintMarks(painter);
    QRect place(room.left(), room.top(), room.width(), laneHeight());
    for (const Lane& lane : m_lanes) {
        paintLane(painter, lane, place);
        place.translate(0, laneHeight());
    }
    paintAxis(painter);
    if (m_place >= 0 && m_place < static_cast<int>(m_slices.size())) {
        const TimeRange slice = m_slices[static_cast<std::size_t>(m_place)].range;
        painter.setPen(t.text);
        const double x = (xOf(slice.begin) + xOf(slice.end)) / 2;
        painter.drawLine(QPointF(x, room.top()), QPointF(x, room.bottom()));
    }
    if (hasFocus()) {
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(t.accent);
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4);
    }
}

} // namespace portolan
