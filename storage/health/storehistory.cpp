#include "storage/health/storehistory.h"

#include "storage/listing/filter.h"

#include <algorithm>
#include <map>

namespace portolan {

namespace {

using namespace std::chrono;

constexpr days regarded{30};
constexpr days leastApart{2};
constexpr std::size_t leastDays = 3;
constexpr double longestAhead = 3'650; ///< days
constexpr int rowsAPage = 1'000;

constexpr Column<HistoryDay> historyTable[] = {
    {"id", ColumnType::Integer, [](const HistoryDay& h) { return Value(h.id); }},
    {"day", ColumnType::Time, [](const HistoryDay& h) { return Value(h.day); }},
    {"name", ColumnType::Text, [](const HistoryDay& h) { return Value(h.name); }},
    {"row_count", ColumnType::Integer, [](const HistoryDay& h) { return optionalValue(h.rows); }},
    {"estimate", ColumnType::Boolean, [](const HistoryDay& h) { return Value(h.isEstimate); }},
    {"bytes", ColumnType::Integer, [](const HistoryDay& h) { return optionalValue(h.bytes); }},
    {"p50_ms", ColumnType::Real, [](const HistoryDay& h) { return h.latency ? Value(h.latency->p50) : Value(); }},
    {"p95_ms", ColumnType::Real, [](const HistoryDay& h) { return h.latency ? Value(h.latency->p95) : Value(); }},
    {"p99_ms", ColumnType::Real, [](const HistoryDay& h) { return h.latency ? Value(h.latency->p99) : Value(); }},
    {"asked", ColumnType::Integer, [](const HistoryDay& h) { return optionalValue(h.asked); }},
    {"slow", ColumnType::Integer, [](const HistoryDay& h) { return optionalValue(h.slow); }},
    {"failed", ColumnType::Integer, [](const HistoryDay& h) { return optionalValue(h.failed); }},
};

double daysSince(Timestamp first, Timestamp at) {
    return duration<double, days::period>(at - first).count();
}

} // namespace

std::span<const Column<HistoryDay>> historyColumns() {
    return historyTable;
}

const ColumnSet& historySchema() {
    static const ColumnSet schema = schemaOf(historyColumns(), "day", {"name"});
    return schema;
}

Timestamp dayOf(Timestamp at) {
    return Timestamp(floor<days>(at));
}

std::vector<HistoryDay> historyOf(std::span<const StoreStats> measured, Timestamp now) {
    std::vector<HistoryDay> rows;
    for (const StoreStats& stats : measured) {
        if (stats.problem.isEmpty())
            rows.push_back({.day = dayOf(now),
                            .name = stats.name,
                            .rows = stats.rows,
                            .isEstimate = stats.isEstimate,
                            .bytes = stats.bytes,
                            .latency = stats.latency});
    }
    const auto whole = std::ranges::find(rows, QByteArray(wholeStoreName), &HistoryDay::name);
    if (whole != rows.end())
        std::iter_swap(rows.begin(), whole);
    const auto tables = whole == rows.end() ? rows.begin() : rows.begin() + 1;
    std::ranges::stable_sort(tables, rows.end(), std::ranges::greater(),
                             [](const HistoryDay& row) { return row.bytes.value_or(0); });
    if (rows.size() > StoreHistory::mostTables)
        rows.resize(StoreHistory::mostTables);
    return rows;
}

HistoryDay questionsOfDay(const QuestionLog& questions, const QuestionLog::Counts& counts, Timestamp now) {
    return {.day = dayOf(now),
            .name = questionsName,
            .latency = Latency::of(questions.since(dayOf(now)).milliseconds),
            .asked = counts.asked,
            .slow = counts.slow,
            .failed = counts.failed};
}

Result<std::vector<HistoryDay>> readHistory(StoreHistory& history, const QByteArray& name, const CancelToken& token) {
    std::vector<HistoryDay> rows;
    ListQuery query;
    query.filter = equals(historySchema(), "name", name);
    query.sort = {"day", false};
    query.limit = rowsAPage;
    for (bool isLast = false; !isLast;) {
        auto page = history.days().page(query, token);
        if (!page && page.error().code == ErrorCode::Unsupported)
            return rows;
        PORTOLAN_TRY(page);
        std::ranges::move(page->rows, std::back_inserter(rows));
        query.after = page->next;
        isLast = page->last;
    }
    return rows;
}

std::optional<double> growthOf(std::span<const HistoryDay> rows) {
    std::vector<std::pair<double, double>> points; // day, bytes
    const auto last =
        std::ranges::find_if(rows.rbegin(), rows.rend(), [](const HistoryDay& row) { return row.bytes.has_value(); });
    if (last == rows.rend())
        return std::nullopt;
    for (const HistoryDay& row : rows) {
        if (row.bytes && row.day > last->day - regarded && row.day <= last->day)
            points.emplace_back(daysSince(rows.front().day, row.day), static_cast<double>(*row.bytes));
    }
    if (points.size() < leastDays || points.back().first - points.front().first < double(leastApart.count()))
        return std::nullopt;
    double meanX = 0;
    double meanY = 0;
    for (const auto& [x, y] : points) {
        meanX += x / static_cast<double>(points.size());
        meanY += y / static_cast<double>(points.size());
    }
    double together = 0;
    double square = 0;
    for (const auto& [x, y] : points) {
        together += (x - meanX) * (y - meanY);
        square += (x - meanX) * (x - meanX);
    }
    return together / square;
}

std::optional<Timestamp> fullAt(qint64 freeBytes, double bytesADay, Timestamp now) {
    if (bytesADay <= 0)
        return std::nullopt;
    const double left = std::max(0.0, static_cast<double>(freeBytes)) / bytesADay;
    return left > longestAhead ? std::nullopt
                               : std::optional(now + duration_cast<microseconds>(duration<double, days::period>(left)));
}

Result<void> addGrowth(std::vector<StoreStats>& measured, StoreHistory& history, Timestamp now,
                       const CancelToken& token) {
    const auto free = history.freeBytes(token);
    PORTOLAN_TRY(free);
    std::map<QByteArray, std::vector<HistoryDay>> byName;
    ListQuery query;
    query.sort = {"day", true};
    query.limit = rowsAPage;
    for (bool isLast = false; !isLast;) {
        auto page = history.days().page(query, token);
        if (!page)
            return page.error().code == ErrorCode::Cancelled ? Result<void>(page.error()) : Result<void>();
        isLast = page->last || page->rows.empty() || page->rows.back().day <= now - regarded;
        for (HistoryDay& row : page->rows)
            byName[row.name].push_back(std::move(row));
        query.after = page->next;
    }
    for (StoreStats& stats : measured) {
        const auto found = byName.find(stats.name);
        if (found == byName.end())
            continue;
        std::ranges::reverse(found->second);
        stats.bytesADay = growthOf(found->second);
        if (stats.name == wholeStoreName && stats.bytesADay && *free)
            stats.fullAt = fullAt(**free, *stats.bytesADay, now);
    }
    return {};
}

} // namespace portolan
