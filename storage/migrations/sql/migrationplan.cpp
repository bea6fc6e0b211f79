#include "storage/migrations/sql/migrator.h"
#include "storage/sql/tablerows.h"

namespace portolan {

namespace {

MigrationStep stepOf(const Migration& migration) {
    return {migration.version, migration.name, {}};
}

} // namespace

Result<void> Migrator::mayGoTo(int version) const {
    if (version >= 0 && version <= latest())
        return {};
    return Error{ErrorCode::Usage,
                 QStringLiteral("There is no schema version %1; versions are 0 to %2.").arg(version).arg(latest())};
}

QString Migrator::tableOf(const QString& object, const std::vector<QByteArray>& creating) {
    for (const QByteArray& statement : creating) {
        const SchemaStatement made = describeStatement(statement);
        if (made.name == object && !made.table.isEmpty())
            return made.table;
    }
    return {};
}

SchemaStatement Migrator::described(const QByteArray& statement, const std::vector<QByteArray>& script) {
    SchemaStatement described = describeStatement(statement);
    if (described.table.isEmpty()) // it drops what it makes again
        described.table = tableOf(described.name, script);
    return described;
}

Result<bool> Migrator::isLeftAlone(const SchemaStatement& made, const SchemaInspector& before,
                                   const QStringList& foreign, QStringList& adopted) {
    const Result<bool> there = isThere(made, before);
    PORTOLAN_TRY(there);
    const bool isOnOthers =
        made.kind != SchemaStatement::Kind::Table && (foreign + adopted).contains(made.table, Qt::CaseInsensitive);
    if (*there || (isOnOthers && made.kind == SchemaStatement::Kind::View))
        adopted.append(made.name);
    return *there || isOnOthers;
}

Result<MigrationPlan> Migrator::plan(int version) {
    PORTOLAN_TRY(mayGoTo(version));
    const Result<ReadSnapshot> snapshot = ReadSnapshot::begin(m_connection);
    PORTOLAN_TRY(snapshot);
    const auto records = MigrationLog(m_connection).records();
    PORTOLAN_TRY(records);
    PORTOLAN_TRY(check(*records));
    const Result<SchemaInspector> before = SchemaInspector::read(m_connection);
    PORTOLAN_TRY(before);
    MigrationReport found;
    PORTOLAN_TRY(lookForTimescale(found));
    MigrationPlan plan{static_cast<int>(records->size()), version, {}, {}, false, found.series};
    if (plan.from != plan.to) {
        const Result<bool> rows = holdsRows(m_connection);
        PORTOLAN_TRY(rows);
        plan.holdsRows = *rows;
    }
    const QStringList foreign = adoptedBy(*records);
    for (int each = plan.from; each < plan.to; ++each) {
        const Migration& migration = m_migrations[static_cast<std::size_t>(each)];
        const auto statements = splitScript(migration.up, m_connection.dialect());
        PORTOLAN_TRY(statements);
        plan.steps.push_back(stepOf(migration));
        for (const QByteArray& statement : *statements) {
            const Result<bool> alone = isLeftAlone(described(statement, *statements), *before, foreign, plan.adopted);
            PORTOLAN_TRY(alone);
            if (!*alone)
                plan.steps.back().statements.push_back(statement);
        }
    }
    for (int each = plan.from; each > plan.to; --each) {
        const Migration& migration = m_migrations[static_cast<std::size_t>(each) - 1];
        const auto statements = splitScript(migration.down, m_connection.dialect());
        PORTOLAN_TRY(statements);
        const auto creating = splitScript(migration.up, m_connection.dialect());
        PORTOLAN_TRY(creating);
        plan.steps.push_back(stepOf(migration));
        for (const QByteArray& statement : *statements) {
            const SchemaStatement dropped = describeStatement(statement);
            if (foreign.contains(dropped.name, Qt::CaseInsensitive)
                || foreign.contains(tableOf(dropped.name, *creating), Qt::CaseInsensitive))
                continue;
            plan.steps.back().statements.push_back(statement);
        }
    }
    return plan;
}

} // namespace portolan
