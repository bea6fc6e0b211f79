#include "storage/series/sql/sqlseries.h"

#include "storage/listing/memorylisting.h"
#include "storage/series/sql/rollupsql.h"
#include "storage/series/sql/serieslist.h"
#include "storage/series/sql/sqlannotations.h"
#include "storage/series/sql/sqldayfigures.h"
#include "storage/sql/connection/unitofwork.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace portolan {

namespace {

using namespace std::chrono;

constexpr int bucketsAtOnce = 16;

RowOrder<SeriesInfo> seriesOrder() {
    return {seriesColumns(), &seriesSchema(), 0, 0};
}

Error noSuchSeries(const SeriesName& name, const QString& where, const QString& why) {
    return {ErrorCode::NotFound,
            QStringLiteral("There is no series %1 in %2. %3").arg(QString::fromUtf8(name.toText()), where, why)};
}

/// Returns the widest rollups that buckets of this width can be made of.
seconds rollupsFor(microseconds width) {
    for (auto each = rollupWidths.rbegin(); each != rollupWidths.rend(); ++each) {
        if (width % *each == microseconds(0))
            return *each;
    }
    return seconds(0);
}

/// Returns the index of a series' figure in its table.
Result<std::size_t> figureOf(const SeriesTable& table, const SeriesLayout& layout, const SeriesName& name,
                             const QString& where) {
    if (table.kind != SeriesName::Kind::Port && table.kind != SeriesName::Kind::Table)
        return std::size_t(0);
    for (std::size_t i = 0; i < table.values.size(); ++i) {
        if (name.parts.back() == table.values[i] && !layout.values[i].isEmpty())
            return i;
    }
    QStringList figures;
    for (const char* value : table.values)
        figures << QLatin1String(value);
    return noSuchSeries(name, where, QStringLiteral("Figures are %1.").arg(figures.join(QLatin1String(", "))));
}

const SeriesTable* tableOf(const SeriesName& name) {
    if (name.kind == SeriesName::Kind::Table) {
        const SeriesTable* table = seriesTableNamed(QString::fromUtf8(name.parts[0]));
        const auto isFigure = [&](const char* value) { return name.parts[2] == value; };
        return table && table->kind == name.kind && name.parts[1] == table->time
                       && std::ranges::any_of(table->values, isFigure)
                   ? table
                   : nullptr;
    }
    const auto found = std::ranges::find(seriesTables(), name.kind, &SeriesTable::kind);
    return found == seriesTables().end() ? nullptr : &*found;
}

} // namespace

std::optional<QString> SqlSeriesStore::unavailableReason(const SchemaInspector& catalogue) {
    for (const auto& [name, entry] : catalogue.entries()) {
        if (entry.kind == SchemaInspector::Kind::Table && (seriesTableNamed(name) || holdsSeries(name, entry)))
            return std::nullopt;
    }
    return QStringLiteral("The database has none of the tables of metrics (component_metrics, port_metrics, metrics, "
                          "telemetry_events, market_data), and no other with a column of times and one of numbers.");
}

Result<void> SqlSeriesStore::learn(Connection& connection) {
    const Result<qint64> now = SchemaInspector::mark(connection);
    PORTOLAN_TRY(now);
    if (m_mark == *now && m_generation == m_session.generation())
        return {};
    Result<SchemaInspector> catalogue = SchemaInspector::read(connection);
    PORTOLAN_TRY(catalogue);
    m_catalogue = std::move(*catalogue);
    m_mark = *now;
    m_generation = m_session.generation();
    return {};
}

Result<SeriesPlace> SqlSeriesStore::place(Connection& connection, const SeriesName& name) {
    const SeriesTable* table = tableOf(name);
    if (!table) {
        const auto part = [&](std::size_t i) { return QString::fromUtf8(name.parts[i]); };
        Result<SeriesLayout> layout = readSeriesLayout(connection, m_catalogue, part(0), part(1), part(2));
        PORTOLAN_TRY(layout);
        QString value = layout->values.front();
        return SeriesPlace{name, std::move(*layout), std::move(value), {}, {}};
    }
    Result<SeriesLayout> layout = readSeriesLayout(connection, m_catalogue, *table);
    if (!layout)
        return noSuchSeries(name, connection.where(), layout.error().text);
    const Result<std::size_t> figure = figureOf(*table, *layout, name, connection.where());
    PORTOLAN_TRY(figure);
    if (layout->values[*figure].isEmpty())
        return noSuchSeries(
            name, connection.where(),
            QStringLiteral("The table %1 has no column %2.").arg(layout->name, QLatin1String(table->values[*figure])));
    std::vector<QByteArray> keys(name.parts.begin(), name.parts.begin() + qsizetype(table->keys.size()));
    return seriesPlace(*table, *layout, *figure, std::move(keys));
}

template <class Ask>
auto SqlSeriesStore::about(const SeriesName& name, const CancelToken& token, Ask ask)
    -> std::invoke_result_t<Ask, Connection&, const SeriesPlace&> {
    using Answer = std::invoke_result_t<Ask, Connection&, const SeriesPlace&>;
    return m_session.read(token, [&](Connection& connection) -> Answer {
        // The watermark, the rollups and the samples are of one moment.
        const Result<ReadSnapshot> snapshot = ReadSnapshot::begin(connection);
        PORTOLAN_TRY(snapshot);
        PORTOLAN_TRY(learn(connection));
        const Result<SeriesPlace> found = place(connection, name);
        return found ? ask(connection, *found) : Answer(found.error());
    });
}

Result<std::optional<TimeRange>> SqlSeriesStore::extent(const SeriesName& name, const CancelToken& token) {
    return about(name, token,
                 [](Connection& connection, const SeriesPlace& place) { return readExtent(connection, place); });
}

Result<std::vector<SeriesBucket>> SqlSeriesStore::buckets(const SeriesName& name, TimeRange range, microseconds width,
                                                          const CancelToken& token) {
    Result<SeriesLine> read = line(name, range, width, 0, token);
    PORTOLAN_TRY(read);
    auto* const buckets = std::get_if<std::vector<SeriesBucket>>(&*read);
    return buckets ? std::move(*buckets) : std::vector<SeriesBucket>();
}

Result<LeftOutRows> SqlSeriesStore::leftOut(const SeriesName& name, TimeRange range, const CancelToken& token) {
    return about(name, token, [&](Connection& connection, const SeriesPlace& place) {
        return readLeftOut(connection, place, range);
    });
}

Result<SeriesLine> SqlSeriesStore::line(const SeriesName& name, TimeRange range, microseconds width, qint64 few,
                                        const CancelToken& token) {
    if (width <= microseconds(0))
        return Error{ErrorCode::Usage, QStringLiteral("A bucket is at least a microsecond wide.")};
    return about(name, token, [&](Connection& connection, const SeriesPlace& place) -> Result<SeriesLine> {
        const seconds rollups = rollupsFor(width);
        const bool isRaw = rollups == seconds(0);
        std::map<Timestamp, SampleSum> found;
        std::vector<SeriesPoint> samples;
        qint64 count = 0;
        const Result<void> read = readSeries(connection, place, range, rollups, [&](const SampleSum& sum) {
            found[floorTo(sum.firstAt, width)].add(sum);
            count += sum.count;
            if (isRaw && count <= few)
                samples.push_back({sum.firstAt, sum.first});
        });
        PORTOLAN_TRY(read);
        if (count > few) {
            std::vector<SeriesBucket> buckets;
            buckets.reserve(found.size());
            for (const auto& [begin, sum] : found)
                buckets.push_back(sum.bucket(begin));
            return SeriesLine(std::move(buckets));
        }
        if (!isRaw) {
            const Result<void> all = readSamples(connection, place, range, [&](const SampleSum& sum) {
                samples.push_back({sum.firstAt, sum.first});
            });
            PORTOLAN_TRY(all);
        }
        std::ranges::sort(samples, {}, [](SeriesPoint point) { return std::pair(point.at, point.value); });
        return SeriesLine(std::move(samples));
    });
}

Result<std::vector<SeriesPercentile>> SqlSeriesStore::percentiles(const SeriesName& name, TimeRange range,
                                                                  microseconds width, double share,
                                                                  const CancelToken& token) {
    using Percentiles = std::vector<SeriesPercentile>;
    struct Bucket {
        SampleSum sum;
        std::vector<double> values;
    };
    if (width <= microseconds(0))
        return Error{ErrorCode::Usage, QStringLiteral("A bucket is at least a microsecond wide.")};
    if (!(share > 0 && share <= 1))
        return Error{ErrorCode::Usage, QStringLiteral("A percentile is of more than 0 and at most all samples.")};
    return about(name, token, [&](Connection& connection, const SeriesPlace& place) -> Result<Percentiles> {
        const Result<std::optional<TimeRange>> extent = readExtent(connection, place);
        PORTOLAN_TRY(extent);
        if (!*extent)
            return Percentiles();
        Percentiles percentiles;
        // Some buckets at a time: all their samples may not fit into memory.
        const Timestamp end = std::min(range.end, (*extent)->end);
        for (Timestamp from = std::max(range.begin, (*extent)->begin); from < end;) {
            const TimeRange part{from, std::min(end, floorTo(from, width) + bucketsAtOnce * width)};
            std::map<Timestamp, Bucket> found;
            const Result<void> read = readSamples(connection, place, part, [&](const SampleSum& sample) {
                Bucket& bucket = found[floorTo(sample.firstAt, width)];
                bucket.sum.add(sample);
                bucket.values.push_back(sample.first);
            });
            PORTOLAN_TRY(read);
            for (auto& [begin, bucket] : found) {
                std::vector<double>& values = bucket.values;
                const auto rank = static_cast<std::ptrdiff_t>(std::ceil(share * double(values.size()))) - 1;
                const auto at = values.begin() + std::clamp<std::ptrdiff_t>(rank, 0, std::ssize(values) - 1);
                std::ranges::nth_element(values, at);
                percentiles.push_back({bucket.sum.bucket(begin), *at});
            }
            from = part.end;
        }
        return percentiles;
    });
}

Result<std::vector<std::vector<SeriesPoint>>> SqlSeriesStore::newest(std::span<const SeriesInfo> series, int count,
                                                                     const CancelToken& token) {
    using Newest = std::vector<std::vector<SeriesPoint>>;
    if (count < 1)
        return Error{ErrorCode::Usage, QStringLiteral("At least one sample is asked for.")};
    return m_session.read(token, [&](Connection& connection) -> Result<Newest> {
        PORTOLAN_TRY(learn(connection));
        Newest newest(series.size());
        for (std::size_t i = 0; i < series.size(); ++i) {
            if (!series[i].lastTime)
                continue;
            const Result<SeriesPlace> found = place(connection, series[i].name);
            if (!found && found.error().code == ErrorCode::NotFound)
                continue; // dropped since
            PORTOLAN_TRY(found);
            if (!found->layout.isIndexed)
                continue;
            const TimeRange day{*series[i].lastTime - hours(24), *series[i].lastTime + microseconds(1)};
            Result<std::vector<SeriesPoint>> points = readNewest(connection, *found, day, count);
            PORTOLAN_TRY(points);
            newest[i] = std::move(*points);
        }
        return newest;
    });
}

Result<std::vector<Annotation>> SqlSeriesStore::annotations(TimeRange range, microseconds gap,
                                                            const CancelToken& token) {
    return m_session.read(token, [&](Connection& connection) -> Result<std::vector<Annotation>> {
        PORTOLAN_TRY(learn(connection));
        return readAnnotations(connection, m_catalogue, range, gap);
    });
}

Result<DayFigures> SqlSeriesStore::dayFigures(TimeRange range, minutes width, const CancelToken& token) {
    constexpr qint64 mostStretches = 10'000;
    if (range.isEmpty() || width < minutes(1) || range.length() / width > mostStretches)
        return Error{ErrorCode::Usage, QStringLiteral("A timeline has up to 10,000 stretches of whole minutes.")};
    return m_session.read(token, [&](Connection& connection) -> Result<DayFigures> {
        PORTOLAN_TRY(learn(connection));
        return readDayFigures(connection, m_catalogue, range, width);
    });
}

/// Returns the list of series, read again when the store has changed. Five hundred series on a server with ten million
/// samples take a second: it looks for the newest sample of each in every partition.
Result<std::shared_ptr<const std::vector<SeriesInfo>>> SqlSeriesStore::all(const CancelToken& token) {
    using Infos = std::vector<SeriesInfo>;
    using All = std::shared_ptr<const Infos>;
    const Result<ChangeMark> mark = m_session.changeMark();
    PORTOLAN_TRY(mark);
    if (All known = m_session.cache().find<Infos>("series", mark->value))
        return known;
    return m_session.read(token, [&](Connection& connection) -> Result<All> {
        PORTOLAN_TRY(learn(connection));
        Result<Infos> series = listSeries(connection, m_catalogue);
        PORTOLAN_TRY(series);
        constexpr qint64 bytesASeries = 256; // about
        const qint64 bytes = std::ssize(*series) * bytesASeries;
        return m_session.cache().put("series", mark->value, std::move(*series), bytes);
    });
}

Result<Page<SeriesInfo>> SqlSeriesStore::Rows::page(const ListQuery& query, const CancelToken& token) {
    const auto rows = m_store.all(token);
    return rows ? pageOfRows(**rows, seriesOrder(), query) : Result<Page<SeriesInfo>>(rows.error());
}

Result<PageIndex> SqlSeriesStore::Rows::pageIndex(const ListQuery& query, int pages, const CancelToken& token) {
    const auto rows = m_store.all(token);
    return rows ? pageIndexOfRows(**rows, seriesOrder(), query, pages) : Result<PageIndex>(rows.error());
}

} // namespace portolan
