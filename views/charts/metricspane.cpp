#include "views/charts/metricspane.h"

#include "views/charts/chartpanel.h"
#include "views/charts/chartthresholds.h"
#include "views/list/listframe.h"
#include "views/style/theme.h"

#include <QClipboard>
#include <QDataStream>
#include <QDrag>
#include <QGuiApplication>
#include <QMimeData>
#include <QSplitter>
#include <array>

namespace portolan {

namespace {

/// More lines than this no one can tell apart, nor would they answer at once.
constexpr std::size_t mostLines = 12;
constexpr int listRestMilliseconds = 1'000;
constexpr qint64 oddestRest = 10'000; ///< milliseconds between two looks for the oddest series
constexpr std::size_t mostTiles = 12;

constexpr quint32 layoutMark = 0x506d7431; ///< what saveLayout() begins with

/// By which column the rows of a pane are found in time.
struct TimeColumn {
    QLatin1String pane;
    const char* column;
};
constexpr std::array timeColumns{
    TimeColumn{QLatin1String("batches"), "timestamp"},
    TimeColumn{QLatin1String("events"), "timestamp"},
    TimeColumn{QLatin1String("dead-letters"), "died_at"},
};

std::vector<SeriesInfo> joined(std::vector<SeriesInfo> all, const std::vector<SeriesInfo>& more) {
    for (const SeriesInfo& series : more) {
        if (std::ranges::find(all, series.name, &SeriesInfo::name) == all.end())
            all.push_back(series);
    }
    return all;
}

} // namespace

MetricsPane::MetricsPane(QWidget* parent)
    : ListPane(parent)
    , m_listing(std::make_shared<SeriesListing>())
    , m_series(m_listing)
    , m_frame(new ListFrame(QT_TRANSLATE_NOOP("Lists", "Series"), &m_series,
                            {tr("No series yet."),
                             tr("Metrics of components and ports, sensors, and every table with a time and a number "
                                "appear here."),
                             tr("No series matches."), true},
                            this))
    , m_panel(new ChartPanel(m_feed, this)) {
    addPart(m_frame, 0);
    addPart(m_panel, 1);
    m_splitter->setOrientation(Qt::Horizontal);
    m_splitter->setSizes({78 * gridUnit, 120 * gridUnit});
    m_frame->table()->setOwnOrder({{}, false});
    m_frame->table()->setRowsDraggable(true);
    m_frame->table()->setTextElideMode(Qt::ElideLeft); // the leaf is what tells series apart
    wire(m_frame);
    connect(m_frame->table(), &DataTable::chosen, this, &MetricsPane::chooseSeries);
    m_listRest.setSingleShot(true);
    m_listRest.setInterval(listRestMilliseconds);
    connect(&m_listRest, &QTimer::timeout, this, [this] {
        if (m_listIsStale)
            refreshList();
    });
    connect(&m_series, &PagedModel::dataChanged, this, &MetricsPane::countSeries);
    connect(&m_series, &PagedModel::stateChanged, this, &MetricsPane::countSeries);
    connect(m_frame->table(), &DataTable::toggleWanted, this, &MetricsPane::toggleGroup);
    connect(m_frame->table(), &DataTable::dragWanted, this, &MetricsPane::drag);
    connect(m_panel, &ChartPanel::dropped, this, [this] { draw(joined(m_chosen, m_dragged)); });
    connect(m_panel, &ChartPanel::removeWanted, this, &MetricsPane::takeOut);
    connect(m_panel, &ChartPanel::rowsWanted, this, &MetricsPane::openRows);
    connect(m_panel, &ChartPanel::rangeChosen, this, &MetricsPane::countRows);
    connect(m_panel, &ChartPanel::seriesWanted, this, &MetricsPane::drawOne);
    connect(m_panel, &ChartPanel::timesWanted, this, &Pane::timesWanted);
    connect(m_panel, &ChartPanel::notice, this, &Pane::notice);
}

void MetricsPane::setContext(const PaneContext& context) {
    m_channel = context.channel;
    m_looked.invalidate();
    m_panel->setOddest({});
    m_feed.setChannel(context.channel);
    m_panel->forgetTimes();
    m_panel->setTimes(m_times);
    ListPane::setContext(context);
    if (isVisible())
        askOddest();
}

void MetricsPane::showEvent(QShowEvent* event) {
    ListPane::showEvent(event);
    askOddest();
}

void MetricsPane::forget() {
    m_chosen.clear();
    m_selected.clear();
    m_listing = std::make_shared<SeriesListing>();
    m_series.setListing(m_listing, {});
}

/// A group is all of its members; nothing twice.
std::vector<SeriesInfo> MetricsPane::seriesOf(const RowRuns& rows) const {
    std::vector<SeriesInfo> all;
    std::set<SeriesName> there;
    const auto add = [&](const SeriesInfo& series) {
        if (there.insert(series.name).second)
            all.push_back(series);
    };
    for (const auto& [first, last] : rows) {
        for (int row = first; row <= last; ++row) {
            const SeriesRow* const series = m_series.rowAt(row);
            if (series && series->members.empty())
                add(series->info);
            for (const SeriesInfo& member : series ? series->members : std::vector<SeriesInfo>())
                add(member);
        }
    }
    return all;
}

bool MetricsPane::isListed(const SeriesName& name) const {
    for (int row = 0; row < m_series.rowCount(); ++row) {
        const SeriesRow* const series = m_series.rowAt(row);
        if (series && series->members.empty() && series->info.name == name)
            return true;
    }
    return false;
}

/// Draws what is selected. With Ctrl only what comes to the selection comes to the chart, and what leaves it leaves. A
/// series that is no longer selected because it is not listed, its group being closed, stays.
void MetricsPane::chooseSeries() {
    if (m_series.state() == PagedModel::State::Loading) {
        m_selected.clear();
        return; // asked again: what was chosen stays
    }
    const std::vector<SeriesInfo> listed = seriesOf(m_frame->table()->selectedRuns());
    std::set<SeriesName> selected;
    for (const SeriesInfo& series : listed)
        selected.insert(series.name);
    if (selected == m_selected)
        return;
    const std::set<SeriesName> before = std::exchange(m_selected, selected);
    const auto stays = [&](const SeriesName& name) { return selected.contains(name) || !isListed(name); };
    const bool hidden = std::ranges::includes(before, selected) && std::ranges::all_of(before, stays);
    if (hidden)
        return;
    if (!QGuiApplication::keyboardModifiers().testFlag(Qt::ControlModifier)) {
        draw(listed);
        return;
    }
    std::vector<SeriesInfo> chosen = m_chosen;
    std::erase_if(chosen,
                  [&](const SeriesInfo& each) { return before.contains(each.name) && !selected.contains(each.name); });
    draw(joined(std::move(chosen), listed));
}

void MetricsPane::draw(std::vector<SeriesInfo> chosen) {
    if (chosen.size() > mostLines) {
        Q_EMIT notice(tr("The first %n of the chosen series are drawn.", nullptr, static_cast<int>(mostLines)));
        chosen.resize(mostLines);
    }
    if (std::ranges::equal(chosen, m_chosen, {}, &SeriesInfo::name, &SeriesInfo::name))
        return;
    m_chosen = std::move(chosen);
    m_feed.setSeries(m_chosen);
    askOddest();
}

void MetricsPane::takeOut(const SeriesName& name) {
    m_selected.erase(name);
    DataTable& table = *m_frame->table();
    for (const auto& [first, last] : table.selectedRuns()) {
        for (int row = first; row <= last; ++row) {
            const SeriesRow* const series = m_series.rowAt(row);
            if (series && series->members.empty() && series->info.name == name)
                table.selectionModel()->select(m_series.index(row, 0),
                                               QItemSelectionModel::Deselect | QItemSelectionModel::Rows);
        }
    }
    std::vector<SeriesInfo> chosen = m_chosen;
    std::erase_if(chosen, [&](const SeriesInfo& each) { return each.name == name; });
    draw(std::move(chosen));
}

void MetricsPane::drag(const RowRuns& rows) {
    m_dragged = seriesOf(rows);
    if (m_dragged.empty())
        return;
    QByteArrayList names;
    for (const SeriesInfo& series : m_dragged)
        names << series.name.toText();
    auto* carried = new QMimeData;
    carried->setData(seriesMimeType, names.join('\n'));
    carried->setText(QString::fromUtf8(names.join('\n'))); // another program gets the names
    auto* dragging = new QDrag(m_frame->table());
    dragging->setMimeData(carried);
    dragging->exec(Qt::CopyAction); // with an event loop of its own: Qt has no other drag
}

/// Groups stand for themselves in the list, not in its count.
void MetricsPane::countSeries() {
    qint64 counted = 0;
    for (int row = 0; row < m_series.rowCount(); ++row) {
        const SeriesRow* const series = m_series.rowAt(row);
        if (!series) {
            m_frame->setCounted(std::nullopt);
            return;
        }
        if (!series->members.empty())
            counted += std::ssize(series->members);
        else if (series->said == 0)
            ++counted;
    }
    m_frame->setCounted(counted);
}

void MetricsPane::toggleGroup(int row, bool open) {
    const SeriesRow* const group = m_series.rowAt(row);
    if (!group)
        return;
    m_listing->setClosed(group->text, !open);
    m_series.refresh();
}

void MetricsPane::openRows(const QString& pane, TimeRange range) {
    const auto column = std::ranges::find(timeColumns, pane, &TimeColumn::pane);
    if (column == timeColumns.end())
        return;
    const QString name = QString::fromLatin1(column->column);
    Q_EMIT paneWanted(
        pane, QStringLiteral("%1>=%2 %1<%3")
                  .arg(name, QString::fromLatin1(toIsoTime(range.begin)), QString::fromLatin1(toIsoTime(range.end))));
}

void MetricsPane::countRows(TimeRange range) {
    m_counting.cancelPending();
    if (!m_channel)
        return;
    m_channel->ask(
        m_counting, [range](Store& store, const CancelToken& token) { return countRange(store, range, token); }, this,
        [this, range](const Result<RangeCounts>& counts) {
            if (counts)
                m_panel->setCounts(range, *counts);
            else if (counts.error().code != ErrorCode::Cancelled)
                Q_EMIT notice(counts.error().text);
        });
}

/// As long as nothing is chosen, and every few seconds at most.
void MetricsPane::askOddest() {
    if (!m_channel || !m_chosen.empty() || (m_looked.isValid() && m_looked.elapsed() < oddestRest))
        return;
    m_looked.start();
    m_looking.cancelPending();
    m_channel->ask(
        m_looking,
        [times = m_times](Store& store, const CancelToken& token) {
            return oddestSeries(store, mostTiles, times, token);
        },
        this,
        [this](Result<std::vector<OddSeries>> oddest) {
            if (oddest) // without series the list says why
                m_panel->setOddest(std::move(*oddest));
        });
}

/// The list's selection follows, as far as the series is listed.
void MetricsPane::drawOne(const SeriesInfo& series) {
    DataTable& table = *m_frame->table();
    for (int row = 0; row < m_series.rowCount(); ++row) {
        const SeriesRow* const listed = m_series.rowAt(row);
        if (listed && listed->members.empty() && listed->info.name == series.name) {
            table.setCurrentIndex(m_series.index(row, 0));
            table.setFocus();
            return;
        }
    }
    draw({series});
}

/// The list is read whole, which of hundreds of series costs more than the chart: once a second at most.
void MetricsPane::refreshList() {
    m_listIsStale = m_listRest.isActive();
    if (m_listIsStale)
        return;
    m_series.refresh();
    m_listRest.start();
    askOddest();
}

void MetricsPane::refresh() {
    refreshList();
    if (!m_paused && m_feed.span().follows())
        m_feed.refresh();
}

void MetricsPane::refreshAll() {
    ListPane::refreshAll();
    m_looked.invalidate();
    askOddest();
    m_feed.refresh();
}

void MetricsPane::setPaused(bool paused) {
    m_paused = paused;
    ListPane::setPaused(paused);
    if (!paused)
        m_feed.refresh();
}

void MetricsPane::setTimeDisplay(TimeDisplay display) {
    ListPane::setTimeDisplay(display);
    m_panel->setTimeDisplay(display);
}

void MetricsPane::setTimes(std::optional<TimeRange> times) {
    if (m_times == times && !times)
        return;
    m_times = times;
    m_panel->setTimes(times);
    m_looked.invalidate(); // the tiles are of these times, too
    if (isVisible())
        askOddest();
}

void MetricsPane::copyRows(bool withHeader) {
    if (m_panel->tableHasFocus())
        QGuiApplication::clipboard()->setText(QString::fromUtf8(m_panel->tableText()));
    else
        Pane::copyRows(withHeader);
}

bool MetricsPane::isSettled() const {
    return ListPane::isSettled() && m_feed.state() != ChartFeed::State::Loading;
}

QByteArray MetricsPane::saveLayout() const {
    QByteArray layout;
    QDataStream stream(&layout, QIODevice::WriteOnly);
    stream << layoutMark << m_splitter->saveState() << m_panel->thresholds().save();
    return layout;
}

void MetricsPane::restoreLayout(const QByteArray& layout) {
    QDataStream stream(layout);
    quint32 mark = 0;
    QByteArray splitter;
    QByteArray thresholds;
    stream >> mark;
    if (mark == layoutMark)
        stream >> splitter >> thresholds;
    m_splitter->restoreState(mark == layoutMark ? splitter : layout); // once there was nothing else
    m_panel->thresholds().restore(thresholds);
}

} // namespace portolan
