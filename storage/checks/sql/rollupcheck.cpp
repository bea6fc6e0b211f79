#include "storage/checks/sql/rollupcheck.h"

#include "storage/series/sql/rollupsql.h"
#include "storage/series/sql/serieslist.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace portolan {

namespace {

using namespace std::chrono;

constexpr hours anHour(1);
constexpr hours aDay(24);
constexpr hours daysAtOnce = 32 * aDay;

QString verifyingRollups() {
    return QStringLiteral("verify the rollups of");
}

/// Returns true when two sums differ by rounding at most: adding in another order rounds otherwise.
bool isSameSum(const SampleSum& a, const SampleSum& b) {
    constexpr double share = 1e-12;
    const double scale = double(a.count) * std::max(std::abs(a.min), std::abs(a.max));
    return std::abs(a.sum - b.sum) <= share * scale;
}

bool isSame(SampleSum a, const SampleSum& b) {
    if (a.count != b.count || !isSameSum(a, b))
        return false;
    a.sum = b.sum;
    return a == b;
}

struct Finding {
    Timestamp begin;
    seconds width{0};
    const char* what;
};

/// Reads the series that have rollups, also those of which no sample is left. A text that is no series' name is left
/// out: nobody reads its rollups.
Result<std::vector<SeriesName>> rolledNames(Connection& connection) {
    Result<QSqlQuery> rows = connection.run(
        QStringLiteral("WITH RECURSIVE names(s) AS (SELECT min(series) FROM portolan_rollups UNION ALL SELECT "
                       "(SELECT min(series) FROM portolan_rollups WHERE series > names.s) FROM names "
                       "WHERE names.s IS NOT NULL) SELECT s FROM names WHERE s IS NOT NULL"),
        {}, verifyingRollups());
    PORTOLAN_TRY(rows);
    std::vector<SeriesName> names;
    QueryCursor walk(connection, *rows, verifyingRollups());
    while (walk.next()) {
        if (Result<SeriesName> name = SeriesName::parse(rows->value(0).toString().toUtf8()))
            names.push_back(std::move(*name));
    }
    if (walk.error())
        return *walk.error();
    return names;
}

/// Reads the hours of a series that its rollups know of.
Result<std::optional<TimeRange>> rolledExtent(Connection& connection, const QByteArray& series) {
    Result<QSqlQuery> rows =
        connection.run(QStringLiteral("SELECT min(bucket), max(bucket) FROM portolan_rollups WHERE series = ? AND "
                                      "resolution = 3600"),
                       {QString::fromUtf8(series)}, verifyingRollups());
    PORTOLAN_TRY(rows);
    const Result<bool> any = connection.next(*rows, verifyingRollups());
    PORTOLAN_TRY(any);
    if (!*any || rows->value(0).isNull())
        return std::optional<TimeRange>();
    const auto time = [&](int column) { return Timestamp(milliseconds(rows->value(column).toLongLong())); };
    return std::optional(TimeRange{time(0), time(1) + anHour});
}

/// The verdict on a series, from its first sample or rollup to its watermark.
class SeriesVerdict {
public:
    SeriesVerdict(Connection& connection, const SeriesPlace& place)
        : m_connection(connection)
        , m_place(place)
        , m_series(place.name.toText()) {}

    Result<std::vector<Finding>> find() {
        Result<std::optional<TimeRange>> range = readExtent(m_connection, m_place);
        const Result<std::optional<TimeRange>> rolled = rolledExtent(m_connection, m_series);
        if (!range || !rolled)
            return range ? rolled.error() : range.error();
        if (*range && *rolled)
            *range = TimeRange{std::min((*range)->begin, (*rolled)->begin), std::max((*range)->end, (*rolled)->end)};
        else if (*rolled)
            *range = *rolled;
        if (!*range)
            return m_findings;
        const Timestamp end = (*range)->end;
        for (Timestamp from = floorTo((*range)->begin, aDay); from < end; from += daysAtOnce) {
            const Result<bool> more = compare({from, std::min(ceilTo(end, aDay), from + daysAtOnce)});
            PORTOLAN_TRY(more);
            if (!*more)
                break;
        }
        return m_findings;
    }

private:
    using Buckets = std::map<std::pair<seconds, Timestamp>, SampleSum>;

    /// Compares whole days; false when nothing after them is rolled up.
    Result<bool> compare(TimeRange days) {
        const Result<ReadSnapshot> snapshot = ReadSnapshot::begin(m_connection);
        PORTOLAN_TRY(snapshot);
        const Result<RolledState> state = readRolledState(m_connection, m_place, days);
        PORTOLAN_TRY(state);
        if (!state->watermark || *state->watermark <= days.begin)
            return false;
        days.end = std::min(days.end, *state->watermark);
        RollupAccumulator book;
        Result<void> read = readSamples(m_connection, m_place, days, [&](const SampleSum& sample) {
            book.add(m_series, {sample.firstAt, sample.first});
        });
        Buckets kept;
        for (const seconds width : rollupWidths) {
            if (read)
                read = readRollups(m_connection, m_series, days, width, [&, width](const SampleSum& samples) {
                    kept[{width, floorTo(samples.firstAt, width)}] = samples;
                });
        }
        PORTOLAN_TRY(read);
        std::vector<RollupRow> wanted = book.hourRows();
        std::ranges::move(book.dayRows(days), std::back_inserter(wanted));
        judge(wanted, std::move(kept), *state, days.end);
        return days.end < *state->watermark;
    }

    /// Compares rollups with those that are wanted; the rest of `kept` is left over.
    void judge(const std::vector<RollupRow>& wanted, Buckets kept, const RolledState& state, Timestamp end) {
        const auto isStale = [&](seconds width, Timestamp begin) {
            const auto noted = state.stale.lower_bound(floorTo(begin, anHour));
            return noted != state.stale.end() && *noted < begin + width;
        };
        const auto note = [&](seconds width, Timestamp begin, const char* what) {
            if (begin + width <= end && !isStale(width, begin))
                m_findings.push_back({begin, width, what});
        };
        for (const RollupRow& row : wanted) {
            const auto found = kept.find({row.width, row.begin});
            if (found == kept.end())
                note(row.width, row.begin, "missing");
            else if (!isSame(found->second, row.samples))
                note(row.width, row.begin, "wrong");
            if (found != kept.end())
                kept.erase(found);
        }
        for (const auto& [key, samples] : kept)
            note(key.first, key.second, "left over");
    }

    Connection& m_connection;
    const SeriesPlace& m_place;
    QByteArray m_series;
    std::vector<Finding> m_findings;
};

QByteArray lineOf(const SeriesName& name, const Finding& finding) {
    return name.toText() + ' ' + toIsoTime(finding.begin) + ' ' + QByteArray::number(qint64(finding.width.count()))
           + " s " + finding.what;
}

/// Finds the series with that name, if it is one of the table's.
std::optional<SeriesPlace> placeOf(const SeriesTable& table, const SeriesLayout& layout, const SeriesName& name) {
    if (name.kind != table.kind || name.parts.size() < table.keys.size())
        return std::nullopt;
    const std::vector<QByteArray> keys(name.parts.begin(), name.parts.begin() + std::ssize(table.keys));
    for (std::size_t value = 0; value < layout.values.size(); ++value) {
        SeriesPlace place = seriesPlace(table, layout, value, keys);
        if (place.name == name && !place.value.isEmpty())
            return place;
    }
    return std::nullopt;
}

/// Names the listing that the samples of a kind are in.
const char* listingOf(SeriesName::Kind kind) {
    switch (kind) {
    case SeriesName::Kind::Component:
        return "component-metrics";
    case SeriesName::Kind::Port:
        return "port-metrics";
    case SeriesName::Kind::Sensor:
        return "metrics";
    case SeriesName::Kind::Table:
        break;
    }
    return "";
}

/// Its samples, as that listing is asked for them.
QByteArray samplesFilter(const SeriesTable& table, const SeriesPlace& place, const Finding& finding) {
    QByteArray filter;
    for (std::size_t i = 0; i < table.keys.size(); ++i)
        filter += filterOf(table.keys[i], {&place.keys[i], 1}) + ' ';
    const QByteArray time = table.time;
    return filter + time + ">=" + toIsoTime(finding.begin) + ' ' + time + '<'
           + toIsoTime(finding.begin + finding.width);
}

/// Adds what is found of a table's series; `names` are those of all tables.
Result<void> verifyTable(Connection& connection, const SeriesTable& table, const SeriesLayout& layout,
                         const std::vector<SeriesName>& names, CheckResult& result) {
    for (const SeriesName& name : names) {
        const std::optional<SeriesPlace> place = placeOf(table, layout, name);
        if (!place)
            continue;
        const Result<std::vector<Finding>> findings = SeriesVerdict(connection, *place).find();
        PORTOLAN_TRY(findings);
        if (result.count == 0 && !findings->empty() && *listingOf(table.kind)) {
            result.listing = listingOf(table.kind);
            result.filter = samplesFilter(table, *place, findings->front());
        }
        result.count += std::ssize(*findings);
        for (const Finding& finding : *findings) {
            if (std::ssize(result.rows) < filteredRows)
                result.rows.push_back(lineOf(name, finding));
        }
    }
    return {};
}

} // namespace

Result<CheckResult> verifyRollups(const SqlChecks::CheckContext& place) {
    Connection& connection = place.connection;
    const Result<std::vector<SeriesInfo>> listed = listSeries(connection, place.catalogue);
    Result<std::vector<SeriesName>> names = rolledNames(connection);
    if (!listed || !names)
        return listed ? names.error() : listed.error();
    for (const SeriesInfo& info : *listed)
        names->push_back(info.name);
    std::ranges::sort(*names);
    names->erase(std::unique(names->begin(), names->end()), names->end());

    CheckResult result;
    for (const SeriesTable& table : seriesTables()) {
        const Result<SeriesLayout> layout = readSeriesLayout(connection, place.catalogue, table);
        if (!layout && layout.error().code != ErrorCode::NotFound && layout.error().code != ErrorCode::Unsupported)
            return layout.error();
        if (!layout || !layout->isRolled || layout->isAggregated)
            continue; // not there, another program's, or kept by the server
        PORTOLAN_TRY(verifyTable(connection, table, *layout, *names, result));
    }
    result.found = result.count > 0;
    if (result.found)
        result.detail = detailOf(QStringLiteral("rollups that are not of their samples (they are made again when the "
                                                "table's row in portolan_rollup_watermarks is deleted)"),
                                 result.rows, result.count);
    return result;
}

} // namespace portolan
