#include "app/commands/commands.h"
#include "app/console/output.h"
#include "app/console/storeaccess.h"
#include "app/render/chartdrawing.h"
#include "storage/export/rowtext.h"
#include "storage/series/bucketwidth.h"
#include "storage/series/series.h"
#include "storage/store.h"

#include <QSaveFile>
#include <algorithm>
#include <array>

namespace portolan {

namespace {

constexpr std::array<ArgumentSpec, 1> chartArguments{
    {{"SERIES", "component/NAME/METRIC, port/NAME/FIGURE, sensor/ID or table/NAME/TIME/VALUE"}}};
constexpr std::array<OptionSpec, 5> chartOptions{{
    {"store", "STORE", "the store to read", true},
    {"to", "FILE", "where to, by its ending: .png, .svg, .csv", true},
    {"since", "T", "from this time on (the series' first sample)"},
    {"until", "T", "up to this time (by default after its last)"},
    {"buckets", "N", "at most so many (1000)"},
}};

constexpr qint64 usualBuckets = 1000;

bool isPicture(const QString& path) {
    return path.endsWith(QLatin1String(".png"), Qt::CaseInsensitive)
           || path.endsWith(QLatin1String(".svg"), Qt::CaseInsensitive);
}

Result<void> checkFile(const QString& path, ChartDrawer drawer) {
    if (path.endsWith(QLatin1String(".csv"), Qt::CaseInsensitive) || (isPicture(path) && drawer))
        return {};
    if (isPicture(path))
        return Error{ErrorCode::Unsupported,
                     QStringLiteral("%1 is drawn by portolan-window, which is not installed.").arg(path)};
    return Error{ErrorCode::Usage, QStringLiteral("%1 ends with none of .csv, .png and .svg.").arg(path)};
}

/// Returns the range that is given; an end that is not given is where the series begins or ends.
Result<TimeRange> rangeOf(const TimeRange& asked, SeriesStore& series, const SeriesName& name, const QString& leftOut,
                          const CancelToken& token) {
    const auto extent = series.extent(name, token);
    PORTOLAN_TRY(extent);
    if (!*extent)
        return Error{ErrorCode::NotFound,
                     QStringLiteral("There are no samples of %1.").arg(QString::fromUtf8(name.toText()))
                         + (leftOut.isEmpty() ? QString() : QLatin1Char(' ') + leftOut)};
    return TimeRange{asked.begin == allTimes().begin ? (*extent)->begin : asked.begin,
                     asked.end == allTimes().end ? (*extent)->end : asked.end};
}

Result<void> write(const QString& path, const std::vector<SeriesBucket>& buckets) {
    const auto columns = exportColumns(seriesBucketColumns());
    QByteArray text;
    appendCsvHeader(text, columns);
    std::vector<Value> cells;
    for (const SeriesBucket& bucket : buckets) {
        exportValues(seriesBucketColumns(), bucket, cells);
        appendCsvLine(text, columns, cells);
    }
    QSaveFile file(path);
    if (file.open(QIODevice::WriteOnly) && file.write(text) == text.size() && file.commit())
        return {};
    return Error{ErrorCode::Io, QStringLiteral("Cannot write %1: %2.").arg(path, file.errorString())};
}

/// Says at the end which rows are not in the file.
Result<Exit> chartTo(const Invocation& invocation, ChartDrawer drawer) {
    const QString path = invocation.value("to");
    const auto name = SeriesName::parse(invocation.arguments.first().toUtf8());
    PORTOLAN_TRY(name);
    PORTOLAN_TRY(checkFile(path, drawer));
    const auto buckets = invocation.number("buckets", 1);
    PORTOLAN_TRY(buckets);
    const auto since = invocation.time("since");
    const auto until = invocation.time("until");
    if (!since || !until)
        return since ? until.error() : since.error();
    if (*since && *until && **until <= **since)
        return Error{ErrorCode::Usage, QStringLiteral("--until is not after --since.")};
    const auto store = openedStore(invocation);
    PORTOLAN_TRY(store);
    SeriesStore* const series = (*store)->series();
    const bool isOfTable = name->kind == SeriesName::Kind::Table; // which any database has
    if (const auto missing = (*store)->unavailableReason(Feature::Metrics); (missing && !isOfTable) || !series)
        return Error{ErrorCode::Unsupported, missing.value_or(QString())};
    const TimeRange asked{since->value_or(allTimes().begin), until->value_or(allTimes().end)};
    const auto leftOut = series->leftOut(*name, asked, invocation.interrupted);
    PORTOLAN_TRY(leftOut);
    const QString shortfall = leftOutText(*name, *leftOut);
    const auto range = rangeOf(asked, *series, *name, shortfall, invocation.interrupted);
    PORTOLAN_TRY(range);
    const auto most = buckets->value_or(usualBuckets);
    Result<void> written;
    if (isPicture(path)) {
        written = drawer(*series, *name, *range, *buckets, path, invocation.interrupted);
    } else if (range->isEmpty()) {
        written = write(path, {});
    } else {
        const auto found = series->buckets(*name, *range, bucketWidth(*range, most), invocation.interrupted);
        written = found ? write(path, *found) : Result<void>(found.error());
    }
    PORTOLAN_TRY(written);
    if (!shortfall.isEmpty())
        say(shortfall);
    return shortfall.isEmpty() ? Exit::Done : Exit::Found;
}

Exit chart(const Invocation& invocation) {
    return runChart(invocation, nullptr);
}

} // namespace

Exit runChart(const Invocation& invocation, ChartDrawer drawer) {
    const auto done = chartTo(invocation, drawer);
    return done ? *done : fail(done.error());
}

bool isDrawing(const QStringList& arguments) {
    return !arguments.isEmpty() && arguments.first() == QLatin1String(chartCommand.name)
           && !arguments.contains(QLatin1String("--help")) && std::ranges::any_of(arguments, &isPicture);
}

const CommandSpec chartCommand{
    "chart",
    "Draws a series, or writes it in buckets, to a file.",
    chartArguments,
    chartOptions,
    chart,
    "Columns of a .csv are time, min, max, avg, sum, count, first and last. Buckets begin at whole multiples of their\n"
    "width; those without samples are left out. %2F stands for a slash inside a name, %25 for a percent sign.\n"
    "table/NAME/TIME/VALUE is of any table or view that can be listed. Its times are ISO 8601 (also "
    "20260105T123000Z),\n"
    "or seconds to nanoseconds since 1970, WebKit's microseconds, Windows file times, .NET ticks, Julian or Excel's\n"
    "days, or years, as numbers or as texts; its values are numbers, or texts that are numbers. Rows with other\n"
    "times or values are left out: how many, and why, is said, and the exit code is 3. A row without a time or a\n"
    "value is no sample."};

} // namespace portolan
