#include "storage/series/sql/sqldayfigures.h"

#include "storage/ports/sql/portlayout.h"
#include "storage/sql/rowreader.h"
#include "storage/tables/sql/requiredcolumns.h"

#include <algorithm>
#include <array>

namespace portolan {

namespace {

using namespace std::chrono;

constexpr qint64 mostDayRows = 1'000'000;
constexpr qint64 mostPassedOver = 200'000; ///< rows of a table whose times no index serves
constexpr qint64 mostProcessed = 100'000;  ///< messages that are looked at for when they began to wait and ended
constexpr int minuteLetters = 16;          ///< "2026-11-27T02:10"

QString countingDay() {
    return QStringLiteral("count the last day in");
}

/// A table whose rows come from outside, and the column that says when.
struct ArrivalTable {
    const char* table;
    const char* time;
    const char* weight;   ///< a column of the rows that a row stands for; null: itself alone
    const char* order;    ///< a column in which later rows are greater, where no index has the time; null: none
    const char* stands{}; ///< the table whose rows it stands for
};
constexpr std::array arrivalTables{
    ArrivalTable{"batches", "date_created", "message_count", "id", "messages"},
    ArrivalTable{"port_messages", "created_at", nullptr, nullptr},
    ArrivalTable{"metrics", "timestamp", nullptr, nullptr},
    ArrivalTable{"component_metrics", "timestamp", nullptr, nullptr},
    ArrivalTable{"port_metrics", "timestamp", nullptr, nullptr},
};

/// The rows of a table by one of its times.
struct TimedRows {
    QString from;      ///< a table with its alias
    SqlColumn time;    ///< that is counted by
    QString weight;    ///< an expression
    QString condition; ///< besides the range; empty: none
    QString order;     ///< an expression that grows with the time
    QVariantList bindings = {};
};

/// A minute of the database, since 1970 or as the beginning of a text. Empty: such times cannot be counted.
QString dayMinute(const SqlColumn& time, SqlDialect dialect) {
    if (time.keeping == ColumnEncoding::UnixMilliseconds)
        return QStringLiteral("(%1) / 60000").arg(time.expression);
    if (time.keeping == ColumnEncoding::IsoText)
        return QStringLiteral("substr(%1, 1, %2)").arg(time.expression).arg(minuteLetters);
    return time.keeping == ColumnEncoding::Plain && dialect == SqlDialect::Postgresql
               ? QStringLiteral("CAST(floor(extract(epoch FROM %1) / 60) AS bigint)").arg(time.expression)
               : QString();
}

std::optional<Timestamp> dayMinuteAt(const RowView& row, int column) {
    const auto text = textAt(row, column);
    if (!text)
        return std::nullopt;
    if (text->size() == minuteLetters)
        return parseIsoTime(*text + ":00Z");
    const auto number = integerAt(row, column);
    return number ? std::optional(Timestamp(minutes(*number))) : std::nullopt;
}

class Day {
public:
    Day(Connection& connection, const SchemaInspector& catalogue, TimeRange range, minutes width)
        : m_connection(connection)
        , m_catalogue(catalogue) {
        m_day.range = range;
        m_day.width = width;
    }

    Result<DayFigures> read() && {
        for (const ArrivalTable& table : arrivalTables)
            PORTOLAN_TRY(addArrivals(table));
        const Result<PortLayout> layout = readPortLayout(m_connection);
        if (!layout && layout.error().code != ErrorCode::Unsupported)
            return layout.error();
        if (layout) {
            PORTOLAN_TRY(addDeaths(*layout));
            PORTOLAN_TRY(addWaiting(*layout));
        }
        return std::move(m_day);
    }

private:
    [[nodiscard]] SqlDialect dialect() const { return m_connection.dialect(); }
    [[nodiscard]] QString place(const SqlColumn& time) const {
        return dialect() == SqlDialect::Postgresql && time.keeping == ColumnEncoding::Plain
                   ? QStringLiteral("CAST(? AS timestamptz)")
                   : QStringLiteral("?");
    }
    [[nodiscard]] static QVariant bound(const SqlColumn& time, Timestamp at) {
        if (time.keeping == ColumnEncoding::UnixMilliseconds)
            return QVariant(static_cast<qint64>(floor<milliseconds>(at).time_since_epoch().count()));
        return QString::fromLatin1(toIsoTime(at));
    }
    [[nodiscard]] std::optional<std::size_t> stretchOf(Timestamp at) const {
        if (!m_day.range.contains(at))
            return std::nullopt;
        return static_cast<std::size_t>((at - m_day.range.begin) / m_day.width);
    }
    [[nodiscard]] DayFigures::Line nothing() const { return DayFigures::Line(m_day.stretches(), 0); }

    /// Returns true when a table has few rows, so that reading all of them costs little.
    Result<bool> isSmall(const QString& from) {
        const Result<QVariant> rows =
            m_connection.value(QStringLiteral("SELECT count(*) FROM (SELECT 1 AS one FROM %1 LIMIT %2) AS few")
                                   .arg(from)
                                   .arg(mostPassedOver + 1));
        PORTOLAN_TRY(rows);
        return rows->toLongLong() <= mostPassedOver;
    }

    /// Calls take(minute, number) for each minute of the newest `most` rows; returns how many rows these were. A role
    /// that may not read them has none.
    template <class Take>
    Result<qint64> countMinutes(const TimedRows& rows, TimeRange range, qint64 most, Take take) {
        const QString minute = dayMinute(rows.time, dialect());
        if (minute.isEmpty())
            return 0;
        const QString& time = rows.time.expression;
        QStringList conditions;
        QVariantList bindings = rows.bindings;
        if (!rows.condition.isEmpty())
            conditions << rows.condition;
        conditions << QStringLiteral("%1 >= %2 AND %1 < %2").arg(time, place(rows.time));
        bindings << bound(rows.time, range.begin) << bound(rows.time, range.end) << most;
        Result<QSqlQuery> found = m_connection.run(
            QStringLiteral(
                "SELECT minute, CAST(sum(weight) AS bigint), count(*) FROM (SELECT %1 AS minute, %2 AS weight "
                "FROM %3 WHERE %4 ORDER BY %5 DESC LIMIT ?) AS part GROUP BY minute")
                .arg(minute, rows.weight, rows.from, conditions.join(QStringLiteral(" AND ")),
                     rows.order.isEmpty() ? time : rows.order),
            bindings, countingDay());
        if (!found)
            return found.error().code == ErrorCode::Auth ? Result<qint64>(0) : Result<qint64>(found.error());
        qint64 all = 0;
        QueryCursor walk(m_connection, *found, countingDay());
        while (walk.next()) {
            all += integerAt(*found, 2).value_or(0);
            if (const auto at = dayMinuteAt(*found, 0))
                take(*at, integerAt(*found, 1).value_or(0));
        }
        if (walk.error())
            return *walk.error();
        return all;
    }

    /// Adds the minutes of the newest rows to a line.
    Result<void> addTo(DayFigures::Line& line, const TimedRows& rows, qint64 most) {
        std::optional<Timestamp> first;
        DayFigures::Line counted = nothing();
        const Result<qint64> all = countMinutes(rows, m_day.range, most, [&](Timestamp minute, qint64 number) {
            first = std::min(first.value_or(minute), minute);
            if (const auto stretch = stretchOf(std::max(minute, m_day.range.begin)))
                counted[*stretch] = counted[*stretch].value_or(0) + number;
        });
        PORTOLAN_TRY(all);
        if (*all >= most && first)
            forgetUntil(counted, *first);
        if (line.empty())
            line = nothing();
        for (std::size_t i = 0; i < line.size(); ++i)
            line[i] = line[i] && counted[i] ? std::optional(*line[i] + *counted[i]) : std::nullopt;
        return {};
    }

    /// Takes back the figures of the stretches up to a time, of which a part may not have been counted.
    void forgetUntil(DayFigures::Line& line, Timestamp time) const {
        const std::size_t last = stretchOf(std::max(time, m_day.range.begin)).value_or(0);
        for (std::size_t i = 0; i <= last && i < line.size(); ++i)
            line[i].reset();
    }

    Result<void> addArrivals(const ArrivalTable& source) {
        const ColumnSet schema = source.weight ? namedColumns({{source.time, ColumnType::Time},
                                                               {source.weight, ColumnType::Integer},
                                                               {source.order, ColumnType::Integer}},
                                                              source.time)
                                               : namedColumns({{source.time, ColumnType::Time}}, source.time);
        const auto table = RequiredColumns::find(m_catalogue, source.table, schema);
        if (!table)
            return {};
        TimedRows rows{table->from(), SqlColumn(table->column(0), table->keeping(0)), QStringLiteral("1"), {}, {}};
        // An index serves the column alone, as it is, not what is made of it.
        const bool isPlain = !rows.time.expression.contains(u'(');
        const Result<bool> isIndexed =
            SchemaInspector::hasIndex(m_connection, QLatin1String(source.table), {QLatin1String(source.time)});
        PORTOLAN_TRY(isIndexed);
        if (source.weight) {
            rows.weight = table->column(1);
            rows.order = table->column(2); // newest first, without a sort: the walk ends with the limit
        }
        if (!source.weight && !(isPlain && *isIndexed)) {
            const Result<bool> small = isSmall(rows.from);
            if (!small && small.error().code == ErrorCode::Auth)
                return {};
            PORTOLAN_TRY(small);
            if (!*small)
                return {};
        }
        if (source.weight)
            rows.from = newest(*table);
        PORTOLAN_TRY(addTo(m_day.received, rows, mostDayRows));
        m_day.tables.emplace_back(source.stands ? source.stands : source.table);
        return {};
    }

    /// Returns the newest rows of a table by its key, in place of the table: an index by time is not there.
    [[nodiscard]] static QString newest(const RequiredColumns& table) {
        return QStringLiteral("(SELECT * FROM %1 ORDER BY %2 DESC LIMIT %3) AS t")
            .arg(table.from(), table.column(2))
            .arg(mostPassedOver);
    }

    Result<void> addDeaths(const PortLayout& layout) {
        const SqlListing& letters = layout.deadLetters;
        const QString from = QStringLiteral("%1 AS %2").arg(letters.table, letters.alias);
        if (!layout.deadByIndex) {
            const Result<bool> small = isSmall(from);
            PORTOLAN_TRY(small);
            if (!*small)
                return {};
        }
        return addTo(m_day.died, {from, layout.diedAt(), QStringLiteral("1"), letters.condition, {}}, mostDayRows);
    }

    /// A message waits from when it is made, or was put back, until it is processed. Those that wait now are all
    /// counted; of those that were processed the newest ones that came in the range.
    Result<void> addWaiting(const PortLayout& layout) {
        const QString from = QStringLiteral("%1 AS %2").arg(layout.messages.table, layout.messages.alias);
        if (!layout.timesByIndex || !layout.waitsByIndex) {
            const Result<bool> small = isSmall(from);
            PORTOLAN_TRY(small);
            if (!*small)
                return {};
        }
        DayFigures::Line changes = nothing();
        const auto change = [&](Timestamp at, qint64 number) {
            if (const auto stretch = stretchOf(std::max(at, m_day.range.begin)))
                changes[*stretch] = *changes[*stretch] + number;
        };
        const TimedRows pending{from, layout.column("pending_since"), QStringLiteral("1"), {}, {}};
        const Result<qint64> now = countMinutes(pending, {allTimes().begin, m_day.range.end}, mostDayRows, change);
        PORTOLAN_TRY(now);
        if (*now >= mostDayRows)
            return {};
        const Result<std::optional<Timestamp>> first = addProcessed(layout, from, change);
        PORTOLAN_TRY(first);
        m_day.waiting = nothing();
        qint64 waiting = 0;
        for (std::size_t i = 0; i < changes.size(); ++i) {
            waiting += *changes[i];
            m_day.waiting[i] = std::max<qint64>(waiting, 0);
        }
        if (*first)
            forgetUntil(m_day.waiting, **first);
        return {};
    }

    /// Calls change() for the messages that wait no more. Returns the time of the first one looked at, where there
    /// were more.
    template <class Change>
    Result<std::optional<Timestamp>> addProcessed(const PortLayout& layout, const QString& from, Change change) {
        using First = std::optional<Timestamp>;
        const SqlColumn& made = layout.column("created_at");
        const SqlColumn& taken = layout.column("processed_at");
        const SqlColumn& completed = layout.column("completed_at");
        const QString begun = dayMinute(made, dialect());
        const QString ended = dayMinute(taken, dialect());
        const QString done = dayMinute(completed, dialect());
        if (begun.isEmpty() || ended.isEmpty() || taken.keeping != completed.keeping)
            return First();
        Result<QSqlQuery> rows = m_connection.run(
            QStringLiteral("SELECT begun, ended, count(*) FROM (SELECT %1 AS begun, CASE WHEN %4 <> 'pending' THEN "
                           "COALESCE(%2, %3) END AS ended FROM %5 WHERE %6 >= %7 AND %6 < %7 ORDER BY %6 DESC LIMIT ?) "
                           "AS part GROUP BY begun, ended")
                .arg(begun, ended, done, layout.column("status").expression, from, made.expression, place(made)),
            {bound(made, m_day.range.begin), bound(made, m_day.range.end), mostProcessed}, countingDay());
        if (!rows)
            return rows.error().code == ErrorCode::Auth ? Result<First>(First()) : Result<First>(rows.error());
        qint64 all = 0;
        First first;
        QueryCursor walk(m_connection, *rows, countingDay());
        while (walk.next()) {
            const auto begin = dayMinuteAt(*rows, 0);
            const auto end = dayMinuteAt(*rows, 1);
            const qint64 number = integerAt(*rows, 2).value_or(0);
            all += number;
            if (begin)
                first = std::min(first.value_or(*begin), *begin);
            if (!begin || !end || *end < *begin)
                continue;
            change(*begin, number);
            change(*end, -number);
        }
        if (walk.error())
            return *walk.error();
        return all >= mostProcessed ? first : First();
    }

    Connection& m_connection;
    const SchemaInspector& m_catalogue;
    DayFigures m_day;
};

} // namespace

Result<DayFigures> readDayFigures(Connection& connection, const SchemaInspector& catalogue, TimeRange range,
                                  minutes width) {
    return Day(connection, catalogue, range, width).read();
}

} // namespace portolan
