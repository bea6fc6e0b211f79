#include "models/charts/seriesmodels.h"

#include "storage/base/numbertext.h"
#include "storage/listing/filter.h"
#include "storage/listing/memorylisting.h"
#include "storage/store.h"

#include <limits>

namespace portolan {

namespace {

using Clock = std::chrono::steady_clock;

constexpr int newestSamples = 60;
/// Looked up again no sooner: a line of every series with every change would keep the questions of the operator
/// waiting.
constexpr std::chrono::seconds newestRest(10);

/// A series' columns, those of a group where they say something, and the newest samples.
template <std::size_t column>
Value valueOf(const SeriesRow& row) {
    return seriesColumns()[column].value(row.info);
}
Value textOf(const SeriesRow& row) {
    return row.text;
}
Value placeOf(const SeriesRow& row) {
    return row.place;
}
Value newestOf(const SeriesRow& row) {
    QByteArray text = "[";
    for (const double value : row.newest)
        text += (text.size() > 1 ? "," : "") + numberText(value);
    return text + ']';
}

constexpr int placeColumn = 5;

std::span<const Column<SeriesRow>> rowColumns() {
    static const std::vector<Column<SeriesRow>> columns{
        {"series", ColumnType::Text, &textOf},        {"kind", ColumnType::Text, &valueOf<1>},
        {"unit", ColumnType::Text, &valueOf<2>},      {"last_value", ColumnType::Real, &valueOf<3>},
        {"last_time", ColumnType::Time, &valueOf<4>}, {"place", ColumnType::Text, &placeOf},
        {"newest", ColumnType::Json, &newestOf},
    };
    return columns;
}

const ColumnSet& rowSchema() {
    static const ColumnSet schema = schemaOf(rowColumns(), "last_time", {"series"});
    return schema;
}

Listing<SeriesRow> series() {
    return {.source = [](Store&) -> RowSource<SeriesRow>& { return noRows<SeriesRow>(); },
            .columns = rowColumns,
            .schema = seriesSchema,
            .shown = {{"series", QT_TRANSLATE_NOOP("Columns", "Series"), ColumnKind::Outline, 0},
                      {"newest", QT_TRANSLATE_NOOP("Columns", "Newest"), ColumnKind::Trend, 5},
                      {"last_value", QT_TRANSLATE_NOOP("Columns", "Last"), ColumnKind::Data, 8},
                      {"last_time", QT_TRANSLATE_NOOP("Columns", "Age"), ColumnKind::Age, 4}},
            .identity = [](const SeriesRow& row) { return row.place; },
            .trim = nullptr,
            .rowsChange = true};
}

/// Parts in front of which nothing of the same kind sorts in between.
QByteArray placed(SeriesName::Kind kind, std::span<const QByteArray> parts) {
    QByteArray place(1, static_cast<char>('0' + static_cast<int>(kind)));
    for (const QByteArray& part : parts)
        place += '\0' + part;
    return place;
}

/// Returns how many parts of its name a series shares with its group.
std::size_t sharedParts(const SeriesName& name) {
    return name.kind == SeriesName::Kind::Sensor ? 0 : 1;
}

SeriesRow rowOf(const SeriesInfo& info) {
    return {info, info.name.toText(), placed(info.name.kind, info.name.parts), {}, true, 0, {}};
}

/// "component/parser", "sensor"
QByteArray groupText(const SeriesName& name) {
    const QByteArrayList pieces = name.toText().split('/');
    return pieces.first(1 + static_cast<qsizetype>(sharedParts(name))).join('/');
}

SeriesRow groupOf(std::span<const SeriesInfo> members) {
    SeriesRow row;
    const SeriesName& name = members.front().name;
    row.text = groupText(name);
    row.said = row.text.indexOf('/') + 1;
    row.place = placed(name.kind, std::span(name.parts).first(sharedParts(name)));
    for (const SeriesInfo& member : members)
        row.info.lastTime = std::max(row.info.lastTime, member.lastTime);
    row.members.assign(members.begin(), members.end());
    return row;
}

RowOrder<SeriesRow> outlineOrder() {
    return {rowColumns(), &rowSchema(), placeColumn, placeColumn};
}

/// Without what was asked of the store itself.
ListQuery ofOutline(const ListQuery& query) {
    ListQuery outline = query;
    outline.filter = {};
    return outline;
}

} // namespace

SeriesListing::SeriesListing() : TypedListing(series()) {}

void SeriesListing::setClosed(const QByteArray& group, bool closed) {
    const std::lock_guard lock(m_mutex);
    if (closed)
        m_closed.insert(group);
    else
        m_closed.erase(group);
}

Result<SeriesListing::Rows> SeriesListing::rowsOf(Store& store, const ListQuery& query,
                                                  const CancelToken& token) const {
    SeriesStore* const series = store.series();
    ListQuery all;
    all.filter = query.filter;
    all.limit = std::numeric_limits<int>::max();
    auto page = (series ? series->series() : noRows<SeriesInfo>()).page(all, token);
    PORTOLAN_TRY(page);
    std::vector<SeriesInfo>& found = page->rows;
    Rows rows;
    const bool isGrouped = query.sort.column.isEmpty();
    std::set<QByteArray> closed;
    if (isGrouped) {
        std::ranges::sort(found, {}, [](const SeriesInfo& info) { return placed(info.name.kind, info.name.parts); });
        const std::lock_guard lock(m_mutex);
        closed = m_closed;
    }
    for (auto begin = found.begin(); begin != found.end();) {
        const QByteArray text = groupText(begin->name);
        const auto end = isGrouped ? std::find_if(begin, found.end(),
                                                  [&](const SeriesInfo& each) { return groupText(each.name) != text; })
                                   : begin + 1;
        const bool isGroup = end - begin > 1;
        // Rows that a filter has found are shown.
        const bool isClosed = isGroup && query.filter.isEmpty() && closed.contains(text);
        if (isGroup) {
            rows.push_back(groupOf({begin, end}));
            rows.back().isOpen = !isClosed;
        }
        for (; begin != end; ++begin) {
            if (isClosed)
                continue;
            rows.push_back(rowOf(*begin));
            rows.back().said = isGroup ? QString::fromUtf8(text).size() + 1 : 0;
        }
    }
    return rows;
}

/// The lines of a page's rows; one that was read a moment ago is not read again.
Result<void> SeriesListing::addNewest(Store& store, Rows& rows, const CancelToken& token) const {
    const Clock::time_point now = Clock::now();
    std::vector<SeriesInfo> wanted;
    for (const SeriesRow& row : rows) {
        if (!row.members.empty())
            continue;
        const auto known = m_newest.find(row.text);
        if (known == m_newest.end() || known->second.readAt + newestRest < now)
            wanted.push_back(row.info);
    }
    if (!wanted.empty()) {
        auto read = store.series()->newest(wanted, newestSamples, token);
        PORTOLAN_TRY(read);
        for (std::size_t i = 0; i < wanted.size(); ++i) {
            Newest& newest = m_newest[wanted[i].name.toText()];
            newest.readAt = now;
            newest.values.clear();
            for (const SeriesPoint& point : (*read)[i])
                newest.values.push_back(point.value);
        }
    }
    for (SeriesRow& row : rows) {
        if (row.members.empty())
            row.newest = m_newest[row.text].values;
    }
    return {};
}

Result<SeriesListing::BlockPage> SeriesListing::page(Store& store, const ListQuery& query, RowExtent extent,
                                                     const CancelToken& token) const {
    const auto rows = rowsOf(store, query, token);
    PORTOLAN_TRY(rows);
    auto page = pageOfRows(*rows, outlineOrder(), ofOutline(query));
    PORTOLAN_TRY(page);
    if (extent == RowExtent::Cells && !page->rows.empty()) {
        PORTOLAN_TRY(addNewest(store, page->rows, token));
    }
    return BlockPage{block(std::move(page->rows)), std::move(page->next), page->last};
}

Result<PageIndex> SeriesListing::pageIndex(Store& store, const ListQuery& query, int pages,
                                           const CancelToken& token) const {
    const auto rows = rowsOf(store, query, token);
    return rows ? pageIndexOfRows(*rows, outlineOrder(), ofOutline(query), pages) : Result<PageIndex>(rows.error());
}

void SeriesListing::addChosen(const RowBlock& rows, int at, std::vector<QByteArray>& identities) const {
    const SeriesRow& chosen = row(rows, at);
    if (chosen.members.empty())
        identities.push_back(chosen.place);
    for (const SeriesInfo& member : chosen.members)
        identities.push_back(rowOf(member).place);
}

Sort SeriesListing::exportOrder(const Sort& shown) const {
    return shown.column.isEmpty() ? Sort{"series", false} : shown;
}

std::vector<double> SeriesListing::trend(const RowBlock& rows, int at, int) const {
    return row(rows, at).newest;
}

OutlinePlace SeriesListing::outline(const RowBlock& rows, int at) const {
    const SeriesRow& series = row(rows, at);
    const bool isGroup = !series.members.empty();
    return {.isGroup = isGroup,
            .isOpen = series.isOpen,
            .isMember = !isGroup && series.said > 0,
            .said = series.said,
            .kind = isGroup && series.said > 0 ? series.text.first(series.said - 1) : QByteArray(),
            .count = std::ssize(series.members)};
}

} // namespace portolan
