#include "storage/versions/sql/sqlcomponenthealth.h"

#include "storage/listing/memorylisting.h"
#include "storage/operations/sql/sqloperations.h"
#include "storage/sql/columns/schemainspector.h"
#include "storage/sql/connection/connection.h"

#include <algorithm>

namespace portolan {

namespace {

using Clock = std::chrono::steady_clock;

constexpr int newestReports = 4000;
constexpr auto shortestHealthRest = std::chrono::seconds(1);
constexpr int healthRestsLonger = 4;

RowOrder<ComponentHealth> worstFirst() {
    const ColumnSet& schema = componentHealthSchema();
    const auto at = [&](const char* column) { return static_cast<int>(schema.find(column) - schema.columns.data()); };
    return {componentHealthColumns(), &schema, at("component_name"), at("rank")};
}

ListQuery newestFirst(int limit) {
    ListQuery query;
    query.sort = {"last_heartbeat", true};
    query.limit = limit;
    return query;
}

QByteArray componentIn(const PipelineRow& row) {
    const Value name = pipelineCell(PipelineTable::Health, row, "component_name");
    const auto* const text = std::get_if<QByteArray>(&name);
    return text ? *text : QByteArray();
}

} // namespace

/// From one name to the next greater one, which the index finds at once.
Result<std::vector<QByteArray>> SqlComponentHealth::names(const CancelToken& token) {
    return m_session.read(token, [](Connection& connection) -> Result<std::vector<QByteArray>> {
        const QString doing = QStringLiteral("read the components of");
        Result<QSqlQuery> query = connection.run(
            QStringLiteral("WITH RECURSIVE c(name) AS (SELECT min(component_name) FROM system_health UNION ALL SELECT "
                           "(SELECT min(h.component_name) FROM system_health AS h WHERE h.component_name > c.name) "
                           "FROM c WHERE c.name IS NOT NULL) "
                           "SELECT CAST(name AS text) FROM c WHERE name IS NOT NULL LIMIT %1")
                .arg(mostComponents),
            {}, doing);
        PORTOLAN_TRY(query);
        std::vector<QByteArray> names;
        QueryCursor walk(connection, *query, doing);
        while (walk.next())
            names.push_back(query->value(0).toString().toUtf8());
        if (walk.error())
            return *walk.error();
        return names;
    });
}

Result<std::map<QByteArray, std::chrono::seconds>> SqlComponentHealth::patience(const CancelToken& token) {
    using Patience = std::map<QByteArray, std::chrono::seconds>;
    return m_session.read(token, [](Connection& connection) -> Result<Patience> {
        const QString doing = QStringLiteral("use the settings of");
        const Result<SchemaInspector> catalogue = SchemaInspector::read(connection);
        PORTOLAN_TRY(catalogue);
        Patience patience;
        if (catalogue->lacks(QStringLiteral("portolan_settings"), {"key", "value"}))
            return patience;
        const QString begin = QLatin1String(SqlOperations::silentAfterKey);
        Result<QSqlQuery> query = connection.run(
            QStringLiteral("SELECT key, value FROM portolan_settings WHERE substr(key, 1, %1) = ?").arg(begin.size()),
            {begin}, doing);
        PORTOLAN_TRY(query);
        QueryCursor walk(connection, *query, doing);
        while (walk.next()) {
            const qint64 seconds = query->value(1).toLongLong();
            if (seconds > 0)
                patience.emplace(query->value(0).toString().mid(begin.size()).toUtf8(), seconds);
        }
        if (walk.error())
            return *walk.error();
        return patience;
    });
}

Result<void> SqlComponentHealth::freshen(const CancelToken& token) {
    const auto began = Clock::now();
    if (m_until && began < *m_until)
        return {};
    const auto newest = m_reports.page(newestFirst(newestReports), token); // which says what is missing, too
    PORTOLAN_TRY(newest);
    std::map<QByteArray, std::vector<PipelineRow>> reports; // newest first
    for (const PipelineRow& row : newest->rows) {
        auto& own = reports[componentIn(row)];
        if (std::ssize(own) < keptReports)
            own.push_back(row);
    }
    const auto known = names(token);
    PORTOLAN_TRY(known);
    for (const QByteArray& name : *known) {
        if (newest->last || reports.contains(name))
            continue;
        ListQuery query = newestFirst(keptReports);
        query.filter = equals(pipelineSchema(PipelineTable::Health), "component_name", name);
        auto page = m_reports.page(query, token);
        PORTOLAN_TRY(page);
        if (!page->rows.empty())
            reports[name] = std::move(page->rows);
    }
    const auto set = patience(token);
    PORTOLAN_TRY(set);
    m_rows.clear();
    const Timestamp now = currentTime();
    for (const auto& [name, own] : reports) {
        const auto found = set->find(name);
        m_rows.push_back(healthOf(name, own, found == set->end() ? std::nullopt : std::optional(found->second), now));
    }
    const auto ended = Clock::now();
    m_until = ended + std::max<Clock::duration>(shortestHealthRest, (ended - began) * healthRestsLonger);
    return {};
}

Result<Page<ComponentHealth>> SqlComponentHealth::page(const ListQuery& query, const CancelToken& token) {
    PORTOLAN_TRY(freshen(token));
    return pageOfRows(m_rows, worstFirst(), query);
}

Result<PageIndex> SqlComponentHealth::pageIndex(const ListQuery& query, int pages, const CancelToken& token) {
    PORTOLAN_TRY(freshen(token));
    return pageIndexOfRows(m_rows, worstFirst(), query, pages);
}

} // namespace portolan
