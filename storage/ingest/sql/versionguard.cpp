#include "storage/ingest/sql/versionguard.h"

#include <algorithm>
#include <array>

namespace portolan {

VersionGuard::VersionGuard(Connection& connection, const SchemaInspector& catalogue, const RecordPlan& plan)
    : m_connection(connection)
    , m_plan(plan)
    , m_nameField(fieldIndex(plan.kind, plan.key))
    , m_versionField(fieldIndex(plan.kind, "version"))
    , m_compare(connection, catalogue, plan.kind, plan.tables.front(), plan.data,
                std::to_array({plan.key, "version"})) {
    const QString table = QLatin1StringView(plan.tables.front().name);
    const QString name = QLatin1StringView(plan.key);
    const SchemaInspector::Entry* entry = catalogue.table(table);
    m_marksLatest = plan.latest && entry && entry->column(QLatin1StringView(plan.latest));
    m_lastStatement =
        QStringLiteral("SELECT version FROM \"%1\" WHERE \"%2\" = ? ORDER BY version DESC LIMIT 1").arg(table, name);
}

Result<QVariant> VersionGuard::ask(std::optional<QSqlQuery>& query, const QString& sql, const QVariantList& values) {
    const QString doing = QStringLiteral("look up versions in");
    if (query) {
        PORTOLAN_TRY(m_connection.rerun(*query, values, doing));
    } else {
        Result<QSqlQuery> first = m_connection.run(sql, values, doing);
        PORTOLAN_TRY(first);
        query.emplace(std::move(*first));
    }
    const Result<bool> row = m_connection.next(*query);
    const QVariant value = row && *row ? query->value(0) : QVariant();
    query->finish();
    return row ? Result<QVariant>(value) : Result<QVariant>(row.error());
}

Result<VersionGuard::Name*> VersionGuard::nameOf(const QByteArray& name) {
    if (const auto known = m_names.find(name); known != m_names.end())
        return &known->second;
    const Result<QVariant> last = ask(m_lastQuery, m_lastStatement, {QString::fromUtf8(name)});
    PORTOLAN_TRY(last);
    Name& fresh = m_names[name];
    if (!last->isNull())
        fresh.last = last->toLongLong();
    return &fresh;
}

Result<VersionGuard::Answer> VersionGuard::check(const IncomingRecord& record) {
    const Result<Name*> found = nameOf(std::get<QByteArray>(record.values[m_nameField]));
    PORTOLAN_TRY(found);
    Name& name = **found;
    const auto* given = std::get_if<qint64>(&record.values[m_versionField]);
    if (!given && name.last && *name.last >= m_plan.greatestVersion)
        return Answer{Outcome::Exhausted, *name.last, {}};
    const qint64 version = given ? *given : name.last ? *name.last + 1 : 1;
    const auto answer = [&](const QString& difference) {
        return Answer{difference.isEmpty() ? Outcome::Same : Outcome::Differs, version, difference};
    };
    if (const auto taken = name.taken.find(version); taken != name.taken.end())
        return answer(m_compare.between(*taken->second, record));
    if (name.last && version <= *name.last) {
        const Result<RecordCompare::Answer> stored =
            m_compare.withStored(record, {toVariant(record.values[m_nameField]), version});
        PORTOLAN_TRY(stored);
        if (stored->isThere)
            return answer(stored->difference);
    }
    name.last = std::max(name.last.value_or(version), version);
    name.newest = version;
    name.taken.emplace(version, &record);
    return Answer{Outcome::Fresh, version, {}};
}

Result<void> VersionGuard::markLatest() {
    if (!m_marksLatest)
        return {};
    // From no version for one that its owner has removed by now.
    const QString taking = QStringLiteral("UPDATE \"%1\" SET \"%2\" = (1 = 0) WHERE \"%3\" = ? AND \"%2\" = (1 = 1) "
                                          "AND version <> ? AND EXISTS (SELECT 1 FROM \"%1\" AS kept WHERE "
                                          "kept.\"%3\" = ? AND kept.version = ?)")
                               .arg(QLatin1StringView(m_plan.tables.front().name), QLatin1StringView(m_plan.latest),
                                    QLatin1StringView(m_plan.key));
    // The reference's trigger, which sees all rows of a statement, takes the mark from each for the others' sake: the
    // newest gets it back. Last, because a partial unique index allows one.
    const QString restoring = QStringLiteral("UPDATE \"%1\" SET \"%2\" = (1 = 1) WHERE \"%3\" = ? AND version = ? "
                                             "AND \"%2\" IS DISTINCT FROM (1 = 1)")
                                  .arg(QLatin1StringView(m_plan.tables.front().name), QLatin1StringView(m_plan.latest),
                                       QLatin1StringView(m_plan.key));
    for (const auto& [name, state] : m_names) {
        if (state.taken.empty())
            continue;
        const QVariantList values{QString::fromUtf8(name), state.newest};
        PORTOLAN_TRY(m_connection.execute(taking, values + values, QStringLiteral("write to")));
        PORTOLAN_TRY(m_connection.execute(restoring, values, QStringLiteral("write to")));
    }
    return {};
}

} // namespace portolan
