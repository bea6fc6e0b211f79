#include "models/overview/daytable.h"

#include <QCoreApplication>
#include <algorithm>

namespace portolan {

namespace {

constexpr int clockAt = 11; ///< in timeText()
constexpr int clockSize = 5;
constexpr std::size_t marksTold = 12;

QString dayWords(const char* source) {
    return QCoreApplication::translate("Overview", source);
}

QString dayClock(Timestamp at, TimeDisplay times) {
    return timeText(at, times).mid(clockAt, clockSize);
}

void addFigure(std::optional<qint64>& sum, const DayFigures::Line& line, std::size_t minute, bool isFirst) {
    if (minute >= line.size() || !line[minute])
        sum.reset();
    else if (isFirst || sum)
        sum = sum.value_or(0) + *line[minute];
}

QString most(const std::vector<DaySlice>& slices, std::optional<qint64> DaySlice::*figure, TimeDisplay times) {
    const DaySlice* greatest = nullptr;
    for (const DaySlice& slice : slices) {
        if ((slice.*figure).value_or(0) > (greatest ? (greatest->*figure).value_or(0) : 0))
            greatest = &slice;
    }
    return greatest ? dayWords(QT_TRANSLATE_NOOP("Overview", "most at %1: %2"))
                          .arg(dayClock(greatest->range.begin, times), groupedNumber(*(greatest->*figure)))
                    : dayWords(QT_TRANSLATE_NOOP("Overview", "none"));
}

QString figureText(const std::optional<qint64>& figure) {
    return figure ? groupedNumber(*figure) : dayWords(QT_TRANSLATE_NOOP("Overview", "not counted"));
}

} // namespace

std::vector<DaySlice> daySlices(const OverviewDay& day, std::chrono::minutes width) {
    std::vector<DaySlice> slices;
    const DayFigures& figures = day.figures;
    for (std::size_t i = 0; i < figures.stretches(); ++i) {
        const Timestamp at = figures.beginOf(i);
        const bool isFirst = slices.empty() || at >= slices.back().range.end;
        if (isFirst) {
            const Timestamp begin = std::chrono::floor<std::chrono::minutes>(at)
                                    - std::chrono::floor<std::chrono::minutes>(at).time_since_epoch() % width;
            slices.push_back(
                {.range = {std::max(begin, figures.range.begin), std::min(begin + width, figures.range.end)}});
        }
        DaySlice& slice = slices.back();
        addFigure(slice.received, figures.received, i, isFirst);
        addFigure(slice.died, figures.died, i, isFirst);
        slice.waiting = i < figures.waiting.size() ? figures.waiting[i] : std::nullopt;
    }
    for (const DayMark& mark : day.marks) {
        const auto place =
            std::ranges::find_if(slices, [&](const DaySlice& slice) { return slice.range.contains(mark.at); });
        if (place != slices.end())
            place->marks.push_back(mark);
    }
    return slices;
}

QString dayDescription(const OverviewDay& day, TimeDisplay times) {
    const std::vector<DaySlice> slices = daySlices(day, DayTable::width);
    const DayFigures& figures = day.figures;
    QStringList parts{dayWords(QT_TRANSLATE_NOOP("Overview", "From %1 to %2."))
                          .arg(timeText(figures.range.begin, times), timeText(figures.range.end, times))};
    if (!figures.received.empty())
        parts << dayWords(QT_TRANSLATE_NOOP("Overview", "Received %1, %2."))
                     .arg(groupedNumber(sumOf(figures.received).value_or(0)), most(slices, &DaySlice::received, times));
    if (!figures.died.empty())
        parts << dayWords(QT_TRANSLATE_NOOP("Overview", "Died %1, %2."))
                     .arg(groupedNumber(sumOf(figures.died).value_or(0)), most(slices, &DaySlice::died, times));
    if (!figures.waiting.empty())
        parts << dayWords(QT_TRANSLATE_NOOP("Overview", "Waiting %1, %2."))
                     .arg(figureText(figures.waiting.back()), most(slices, &DaySlice::waiting, times));
    if (day.marks.empty())
        parts << dayWords(QT_TRANSLATE_NOOP("Overview", "No change is known."));
    for (std::size_t i = day.marks.size() - std::min(day.marks.size(), marksTold); i < day.marks.size(); ++i)
        parts << dayClock(day.marks[i].at, times) + u' ' + day.marks[i].text + u'.';
    return parts.join(u' ');
}

void DayTable::setDay(const OverviewDay* day, TimeDisplay times) {
    std::vector<DaySlice> slices = day ? daySlices(*day, width) : std::vector<DaySlice>();
    m_times = times;
    if (slices.size() == m_slices.size()) { // the chosen row stays
        m_slices = std::move(slices);
        if (!m_slices.empty())
            Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1));
        return;
    }
    beginResetModel();
    m_slices = std::move(slices);
    endResetModel();
}

int DayTable::rowCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : static_cast<int>(m_slices.size());
}

int DayTable::columnCount(const QModelIndex& parent) const {
    return parent.isValid() ? 0 : Changes + 1;
}

QVariant DayTable::data(const QModelIndex& index, int role) const {
    if (!index.isValid())
        return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant(index.column() == Time || index.column() == Changes ? Qt::AlignVCenter | Qt::AlignLeft
                                                                            : Qt::AlignVCenter | Qt::AlignRight);
    const DaySlice& slice = m_slices[static_cast<std::size_t>(index.row())];
    if (role == Qt::ToolTipRole && index.column() == Time)
        return timeText(slice.range.begin, m_times == TimeDisplay::Utc ? TimeDisplay::Local : TimeDisplay::Utc);
    if (role != Qt::DisplayRole)
        return {};
    switch (index.column()) {
    case Time:
        return timeText(slice.range.begin, m_times).first(clockAt + clockSize);
    case Received:
        return figureText(slice.received);
    case Died:
        return figureText(slice.died);
    case Waiting:
        return figureText(slice.waiting);
    default:
        break;
    }
    QStringList changes;
    for (const DayMark& mark : slice.marks)
        changes << dayClock(mark.at, m_times) + u' ' + mark.text;
    return changes.join(QStringLiteral(" · "));
}

QVariant DayTable::headerData(int section, Qt::Orientation orientation, int role) const {
    static constexpr const char* titles[]{
        QT_TRANSLATE_NOOP("Overview", "time"), QT_TRANSLATE_NOOP("Overview", "received"),
        QT_TRANSLATE_NOOP("Overview", "died"), QT_TRANSLATE_NOOP("Overview", "waiting"),
        QT_TRANSLATE_NOOP("Overview", "changes")};
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole || section < 0 || section > Changes)
        return {};
    return dayWords(titles[section]);
}

} // namespace portolan
