#include "storage/sql/plannedquery.h"

#include "storage/sql/postgresql/filterencoding.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <algorithm>

namespace portolan {

namespace {

constexpr qint64 fewRows = 20'000; ///< walked over before other processes would have begun to help
constexpr qint64 shareTried = 100; ///< of the rows: the part of them that is walked over to see how many match
constexpr qint64 sweptAWalk = 3;   ///< rows that are swept by several processes while one is walked to
constexpr double cheaperAlone = 4; ///< the walk's cost in that of a sweep by one process, which an index then serves

/// A step of a plan, with those that it begins with.
using Step = QJsonObject;

QJsonArray stepsOf(const Step& step) {
    return step.value(QLatin1String("Plans")).toArray();
}

double estimateOf(const Step& step, const char* name) {
    return step.value(QLatin1String(name)).toDouble();
}

Result<Step> planOf(Connection& connection, const KeysetQuery::Statement& statement) {
    const Result<QVariant> plan =
        connection.value(QStringLiteral("EXPLAIN (FORMAT JSON) ") + statement.sql, statement.bindings);
    PORTOLAN_TRY(plan);
    const QJsonDocument document = QJsonDocument::fromJson(plan->toString().toUtf8());
    return document.array().first().toObject().value(QLatin1String("Plan")).toObject();
}

bool isByWorkers(const Step& step) {
    return step.contains(QLatin1String("Workers Planned"))
           || std::ranges::any_of(stepsOf(step), [](const QJsonValue& each) { return isByWorkers(each.toObject()); });
}

/// Returns true when rows come in their order by being sorted, not by an index.
bool sorts(const Step& step) {
    const QJsonArray inner = stepsOf(step);
    return step.value(QLatin1String("Node Type")) == QLatin1String("Sort")
           || (inner.size() == 1 && sorts(inner.first().toObject()));
}

/// Returns true when the rows that match are so few that all rows are swept sooner than so many are walked to.
Result<bool> isSweptSooner(Connection& connection, const KeysetQuery& keyset, const Cursor& after, qint64 rows) {
    const Result<Step> limited = planOf(connection, keyset.walk(after, rows));
    PORTOLAN_TRY(limited);
    const Step walk = stepsOf(*limited).first().toObject();
    const auto all = static_cast<qint64>(estimateOf(walk, "Plan Rows"));
    if (all < fewRows || sorts(walk))
        return all >= fewRows;
    const qint64 enough = std::max<qint64>(rows * sweptAWalk / shareTried, 1);
    const KeysetQuery::Statement among = keyset.countAmong(after, all / shareTried, enough);
    const Result<QVariant> found = connection.value(among.sql, among.bindings);
    PORTOLAN_TRY(found);
    if (found->toLongLong() >= enough)
        return false;
    KeysetQuery sweeping = keyset;
    sweeping.sweep();
    const Result<Step> sweep = planOf(connection, sweeping.page(after, rows));
    PORTOLAN_TRY(sweep);
    return isByWorkers(*sweep) || estimateOf(*sweep, "Total Cost") * cheaperAlone < estimateOf(walk, "Total Cost");
}

} // namespace

Result<PlannedQuery> planQuery(Connection& connection, const SqlListing& listing, const ListQuery& query, qint64 rows) {
    PORTOLAN_TRY(checkFilterEncoding(connection, query.filter));
    Result<SearchPlaces> places = searchPlaces(connection, listing, query.filter);
    PORTOLAN_TRY(places);
    Result<KeysetQuery> keyset = KeysetQuery::make(listing, query, connection.dialect(), std::move(places->candidates));
    PORTOLAN_TRY(keyset);
    if (keyset->mayWalkOrSweep()) {
        const Result<bool> sooner = isSweptSooner(connection, *keyset, query.after, rows);
        PORTOLAN_TRY(sooner);
        if (*sooner)
            keyset->sweep();
    }
    return PlannedQuery{std::move(*keyset), std::move(places->snapshot)};
}

} // namespace portolan
