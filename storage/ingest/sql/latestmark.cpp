#include "storage/ingest/sql/latestmark.h"

#include "storage/ingest/sql/versionguard.h"

#include <algorithm>
#include <iterator>

namespace portolan {

LatestMark::LatestMark(Connection& connection, const RecordPlan& plan)
    : m_connection(connection)
    , m_nameField(fieldIndex(plan.kind, plan.key))
    , m_markField(fieldIndex(plan.kind, plan.latest)) {
    const QString table = QLatin1StringView(plan.tables.front().name);
    const QString name = QLatin1StringView(plan.key);
    const QString mark = QLatin1StringView(plan.latest);
    m_askStatement = QStringLiteral("SELECT version FROM \"%1\" WHERE \"%2\" = ? AND \"%3\" = (1 = 1) "
                                    "ORDER BY version DESC LIMIT 1")
                         .arg(table, name, mark);
    m_takeStatement = QStringLiteral("UPDATE \"%1\" SET \"%3\" = (1 = 0) WHERE \"%2\" = ? AND \"%3\" = (1 = 1) "
                                     "AND version <> ? AND EXISTS (SELECT 1 FROM \"%1\" AS kept WHERE kept.\"%2\" = ? "
                                     "AND kept.version = ?)")
                          .arg(table, name, mark);
    m_giveStatement = QStringLiteral("UPDATE \"%1\" SET \"%3\" = (1 = 1) WHERE \"%2\" = ? AND version = ? "
                                     "AND \"%3\" IS DISTINCT FROM (1 = 1)")
                          .arg(table, name, mark);
}

Result<std::optional<qint64>> LatestMark::marked(const QByteArray& name) {
    const QString doing = QStringLiteral("look up versions in");
    const QVariantList values{QString::fromUtf8(name)};
    if (m_askQuery) {
        PORTOLAN_TRY(m_connection.rerun(*m_askQuery, values, doing));
    } else {
        Result<QSqlQuery> first = m_connection.run(m_askStatement, values, doing);
        PORTOLAN_TRY(first);
        m_askQuery.emplace(std::move(*first));
    }
    const Result<bool> row = m_connection.next(*m_askQuery);
    const std::optional<qint64> version = row && *row ? std::optional(m_askQuery->value(0).toLongLong()) : std::nullopt;
    m_askQuery->finish();
    return row ? Result<std::optional<qint64>>(version) : Result<std::optional<qint64>>(row.error());
}

Result<void> LatestMark::note(const IncomingRecord& record, qint64 version) {
    const QByteArray& name = std::get<QByteArray>(record.values[m_nameField]);
    auto known = m_noted.find(name);
    if (known == m_noted.end()) {
        const auto before = marked(name);
        PORTOLAN_TRY(before);
        known = m_noted.emplace(name, Noted{*before, version, {}}).first;
    }
    Noted& noted = known->second;
    noted.greatest = std::max(noted.greatest, version);
    const auto* isLatest = std::get_if<qint64>(&record.values[m_markField]);
    if (isLatest && *isLatest != 0)
        noted.latest = std::max(noted.latest.value_or(version), version);
    return {};
}

qint64 LatestMark::wanted(const QByteArray& name, const Noted& noted) {
    const auto put = m_provisional.find(name);
    const bool isOwn = noted.before && (put == m_provisional.end() || put->second != *noted.before);
    if (noted.latest) {
        m_provisional.erase(name);
        return isOwn ? std::max(*noted.before, *noted.latest) : *noted.latest;
    }
    if (isOwn)
        return *noted.before;
    const qint64 greatest = std::max(noted.greatest, noted.before.value_or(noted.greatest));
    m_provisional[name] = greatest;
    return greatest;
}

Result<void> LatestMark::settle() {
    for (const auto& [name, noted] : m_noted) {
        const QVariantList values{QString::fromUtf8(name), wanted(name, noted)};
        // The mark is taken from no version for one that its owner has removed by now.
        PORTOLAN_TRY(m_connection.execute(m_takeStatement, values + values, QStringLiteral("write to")));
        PORTOLAN_TRY(m_connection.execute(m_giveStatement, values, QStringLiteral("write to")));
    }
    return {};
}

} // namespace portolan
