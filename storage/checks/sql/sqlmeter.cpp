#include "storage/checks/sql/sqlmeter.h"

#include "storage/base/random.h"
#include "storage/series/sql/hypertables.h"
#include "storage/sql/columns/schemainspector.h"
#include "storage/sql/connection/statementlimit.h"
#include "storage/tables/sql/sqlitecatalogue.h"

#include <chrono>

namespace portolan {

namespace {

using namespace std::chrono;

constexpr int questions = 40; ///< of each table
constexpr int rowsAQuestion = 100;
/// A server counts a table of more rows by its statistics.
constexpr qint64 countedRows = 100'000;
constexpr milliseconds lockPatience{2'000}; ///< for others that have locked a table
constexpr milliseconds tablePatience{500};  ///< with the questions of one table

QString measuring() {
    return QStringLiteral("measure");
}

/// A table, while it is measured.
class TableMeter {
public:
    TableMeter(Connection& connection, const SchemaInspector::Entry& entry, QString name, QString quoted)
        : m_connection(connection)
        , m_entry(entry)
        , m_name(std::move(name))
        , m_quoted(std::move(quoted)) {}

    Result<StoreStats> measure(StoreMeter::Extent extent, std::vector<double>& all) {
        m_stats.name = m_name.toUtf8();
        for (const auto step :
             {&TableMeter::count, &TableMeter::findTime, &TableMeter::countRecent, &TableMeter::ask}) {
            if (step == &TableMeter::ask && extent == StoreMeter::Extent::Sizes)
                break;
            PORTOLAN_TRY((this->*step)());
        }
        all.insert(all.end(), m_times.begin(), m_times.end());
        m_stats.latency = Latency::of(std::move(m_times));
        return std::move(m_stats);
    }

    /// Gives the figures measured until then.
    [[nodiscard]] StoreStats failed(const Error& error) {
        m_stats.problem = wordsOf(error);
        return std::move(m_stats);
    }

private:
    [[nodiscard]] bool isServer() const { return m_connection.dialect() == SqlDialect::Postgresql; }

    /// Counts the rows, on a server by its estimate: a partitioned table's is its partitions'; -1: it never looked.
    Result<void> count() {
        if (isServer()) {
            const Result<QVariant> bytes = m_connection.value(
                QStringLiteral("SELECT CAST(sum(pg_catalog.pg_total_relation_size(relid)) AS bigint) "
                               "FROM pg_catalog.pg_partition_tree(to_regclass(quote_ident(CAST(? AS text)))) "
                               "WHERE isleaf"),
                {m_name});
            const Result<QVariant> plain = m_connection.value(
                QStringLiteral("SELECT pg_catalog.pg_total_relation_size(to_regclass(quote_ident(CAST(? AS text))))"),
                {m_name});
            if (!bytes || !plain)
                return bytes ? plain.error() : bytes.error();
            qint64 total = bytes->isNull() ? plain->toLongLong() : bytes->toLongLong();
            const Result<qint64> chunks = chunkBytes(m_connection, m_name);
            PORTOLAN_TRY(chunks);
            total += *chunks;
            m_stats.bytes = total;
            const Result<QVariant> estimate = m_connection.value(
                QStringLiteral("SELECT CAST(sum(reltuples) AS bigint) FROM pg_catalog.pg_class WHERE oid = "
                               "to_regclass(quote_ident(CAST(? AS text))) AND relkind = 'r' OR oid IN (SELECT relid "
                               "FROM "
                               "pg_catalog.pg_partition_tree(to_regclass(quote_ident(CAST(? AS text)))) WHERE isleaf "
                               "AND level > 0) AND reltuples > 0"),
                {m_name, m_name});
            PORTOLAN_TRY(estimate);
            if (estimate->toLongLong() > countedRows) {
                m_stats.rows = estimate->toLongLong();
                m_stats.isEstimate = true;
                return {};
            }
        }
        const Result<QVariant> rows = m_connection.value(QStringLiteral("SELECT count(*) FROM %1").arg(m_quoted));
        PORTOLAN_TRY(rows);
        m_stats.rows = rows->toLongLong();
        return {};
    }

    /// Finds the column of the time that a row came at, else is of: the first of these that an index begins with.
    Result<void> findTime() {
        for (const char* name :
             {"processed_at", "created_at", "timestamp", "time", "rejected_at", "detected_at", "at"}) {
            const SchemaInspector::Column* column = m_entry.column(QLatin1String(name));
            if (!column || (isServer() && column->type != QLatin1String("timestamp with time zone")))
                continue;
            const Result<bool> indexed = SchemaInspector::hasIndex(m_connection, m_name, {column->name});
            PORTOLAN_TRY(indexed);
            if (!*indexed)
                continue;
            const Result<QString> quoted = quoteIdentifier(column->name);
            PORTOLAN_TRY(quoted);
            m_time = *quoted;
            return {};
        }
        return {};
    }

    /// Counts the rows of the last minute and hour; of SQLite's tables only of those whose times are our texts.
    Result<void> countRecent() {
        if (m_time.isEmpty())
            return {};
        if (!isServer()) {
            const Result<QVariant> newest =
                m_connection.value(QStringLiteral("SELECT max(%1) FROM %2").arg(m_time, m_quoted));
            PORTOLAN_TRY(newest);
            if (!newest->isNull() && (newest->toString().size() != isoTimeSize || !newest->toString().endsWith(u'Z'))) {
                m_time.clear();
                return {};
            }
        }
        const Timestamp now = currentTime();
        for (const auto& [age, recent] : {std::pair<seconds, std::optional<qint64>*>{minutes(1), &m_stats.lastMinute},
                                          {hours(1), &m_stats.lastHour}}) {
            const Result<QVariant> rows =
                m_connection.value(QStringLiteral("SELECT count(*) FROM %1 WHERE %2 >= %3 AND %2 <= %4")
                                       .arg(m_quoted, m_time, place(), place()),
                                   {QString::fromLatin1(toIsoTime(now - age)), QString::fromLatin1(toIsoTime(now))});
            PORTOLAN_TRY(rows);
            *recent = rows->toLongLong();
        }
        return {};
    }

    [[nodiscard]] QString place() const {
        return isServer() ? QStringLiteral("CAST(? AS timestamptz)") : QStringLiteral("?");
    }

    /// Asks for the newest page and pages from anywhere, by turns; of a table without such a time those that come
    /// first.
    Result<void> ask() {
        Timestamp first;
        Timestamp last;
        if (!m_time.isEmpty()) {
            for (const auto& [end, at] : {std::pair<const char*, Timestamp*>{"min", &first}, {"max", &last}}) {
                const Result<QVariant> cell = m_connection.value(
                    QStringLiteral("SELECT %1(%2) FROM %3").arg(QLatin1String(end), m_time, m_quoted));
                PORTOLAN_TRY(cell);
                *at = parseIsoTime(cell->toString().toUtf8()).value_or(Timestamp());
            }
        }
        Random random(1);
        const auto end = steady_clock::now() + tablePatience;
        for (int i = 0; i < questions && steady_clock::now() < end; ++i) {
            QString sql = QStringLiteral("SELECT * FROM %1").arg(m_quoted);
            QVariantList bindings;
            if (!m_time.isEmpty() && i % 2 == 1 && last > first) {
                const quint64 length = static_cast<quint64>((last - first).count());
                const Timestamp from = first + microseconds(static_cast<qint64>(random.below(length)));
                sql += QStringLiteral(" WHERE %1 >= %2").arg(m_time, place());
                bindings << QString::fromLatin1(toIsoTime(from));
            }
            if (!m_time.isEmpty())
                sql += QStringLiteral(" ORDER BY %1%2")
                           .arg(m_time, bindings.isEmpty() ? QStringLiteral(" DESC") : QString());
            sql += QStringLiteral(" LIMIT %1").arg(rowsAQuestion);
            const auto begin = steady_clock::now();
            Result<QSqlQuery> rows = m_connection.run(sql, bindings, measuring());
            PORTOLAN_TRY(rows);
            QueryCursor walk(m_connection, *rows, measuring());
            while (walk.next())
                (void)rows->value(0);
            if (walk.error())
                return *walk.error();
            m_times.push_back(duration<double, std::milli>(steady_clock::now() - begin).count());
        }
        return {};
    }

    Connection& m_connection;
    const SchemaInspector::Entry& m_entry;
    QString m_name;
    QString m_quoted;
    QString m_time; ///< quoted; empty: there is none
    StoreStats m_stats;
    std::vector<double> m_times;
};

Result<qint64> databaseSize(Connection& connection) {
    const Result<QVariant> bytes = connection.value(
        connection.dialect() == SqlDialect::Sqlite
            ? QStringLiteral("SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()")
            : QStringLiteral("SELECT pg_catalog.pg_database_size(current_database())"));
    return bytes ? Result<qint64>(bytes->toLongLong()) : bytes.error();
}

} // namespace

Result<std::vector<StoreStats>> SqlMeter::measure(Extent extent, const CancelToken& token) {
    using All = Result<std::vector<StoreStats>>;
    return m_session.read(token, [extent, url = m_session.url()](Connection& connection) -> All {
        const Result<SchemaInspector> catalogue = SchemaInspector::read(connection);
        PORTOLAN_TRY(catalogue);
        const Result<qint64> size = databaseSize(connection);
        PORTOLAN_TRY(size);
        std::map<QString, SqlitePages> sizes;
        if (connection.dialect() == SqlDialect::Sqlite) {
            auto each = sqliteTablePages(connection);
            PORTOLAN_TRY(each);
            sizes = std::move(*each);
        }
        std::vector<StoreStats> all(1);
        std::vector<double> times;
        StoreStats whole{"store", 0};
        whole.bytes = *size;
        for (const auto& [name, entry] : catalogue->entries()) {
            if (entry.kind != SchemaInspector::Kind::Table)
                continue;
            const Result<QString> quoted = quoteIdentifier(entry.spelling);
            PORTOLAN_TRY(quoted);
            const auto ask = [&, name = name, &entry = entry]() -> Result<StoreStats> {
                TableMeter meter(connection, entry, entry.spelling, *quoted);
                Result<StoreStats> measured = meter.measure(extent, times);
                const bool isItsOwn = !measured && mayReadOn(measured.error().code) && connection.isAlive();
                return isItsOwn ? meter.failed(measured.error()) : measured;
            };
            Result<StoreStats> table = connection.dialect() == SqlDialect::Postgresql
                                           ? withinLimit(connection, {std::nullopt, lockPatience}, ask)
                                           : ask();
            PORTOLAN_TRY(table);
            if (const auto found = sizes.find(name.toLower()); found != sizes.end())
                table->bytes = found->second.bytes;
            *whole.rows += table->rows.value_or(0);
            whole.isEstimate = whole.isEstimate || table->isEstimate;
            all.push_back(std::move(*table));
        }
        whole.latency = Latency::of(std::move(times));
        if (connection.dialect() == SqlDialect::Postgresql) {
            const PostgresqlPool::Figures pool = PostgresqlPool::of(url).figures();
            whole.pool = PoolUse{pool.open, pool.kept, url.settings.maxConnections, pool.refused};
        }
        whole.cache = ReadCacheBudget::common().figures();
        all.front() = std::move(whole);
        return all;
    });
}

} // namespace portolan
