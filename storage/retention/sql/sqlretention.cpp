#include "storage/retention/sql/sqlretention.h"

#include "storage/listing/memorylisting.h"
#include "storage/operations/sql/sqlaudit.h"
#include "storage/retention/sql/retentionplan.h"
#include "storage/retention/sql/retentionrun.h"
#include "storage/series/sql/hypertables.h"
#include "storage/sql/columns/filtersqltext.h"
#include "storage/sql/connection/bindings.h"
#include "storage/sql/rowreader.h"

#include <algorithm>

namespace portolan {

namespace {

QString ruleTable() {
    return QStringLiteral("portolan_retention_rules");
}

QString usingRules() {
    return QStringLiteral("use the retention rules of");
}

RowOrder<RetentionRule> ruleOrder() {
    constexpr int name = 1;
    return {retentionRuleColumns(), &retentionRuleSchema(), name, name};
}

RetentionRule readRule(const RowView& row) {
    RetentionRule rule;
    rule.id = numberAt(row, 0);
    rule.name = bytesAt(row, 1);
    rule.table = bytesAt(row, 2);
    rule.timeColumn = bytesAt(row, 3);
    rule.filter = bytesAt(row, 4);
    if (const auto keep = integerAt(row, 5))
        rule.keep = std::chrono::seconds(*keep);
    rule.keepCount = integerAt(row, 6);
    if (!rule.keep && !rule.keepCount && rule.table != backupRuleTable)
        rule.keep = std::chrono::seconds(0);
    rule.enabled = numberAt(row, 7) != 0;
    rule.updatedAt = timeAt(row, 8);
    rule.lastRunAt = timeAt(row, 9);
    rule.lastRows = integerAt(row, 10);
    rule.lastResult = textAt(row, 11);
    return rule;
}

const RetentionRule* ruleNamed(const std::vector<RetentionRule>& rules, const QByteArray& name) {
    const auto found = std::ranges::find(rules, name, &RetentionRule::name);
    return found == rules.end() ? nullptr : &*found;
}

QVariant numberOrNothing(std::optional<qint64> number) {
    return number ? QVariant(qlonglong(*number)) : QVariant(QMetaType(QMetaType::LongLong));
}

/// Seconds as the table keeps them: NULL for a time that has only to be over.
std::optional<qint64> keptSeconds(const RetentionRule& rule) {
    return rule.keep && rule.keep->count() > 0 ? std::optional(qint64(rule.keep->count())) : std::nullopt;
}

Result<void> writeRule(Connection& connection, const RetentionRule& rule) {
    const QVariant enabled =
        connection.dialect() == SqlDialect::Postgresql ? QVariant(rule.enabled) : QVariant(rule.enabled ? 1 : 0);
    const QVariantList values{wholeText(rule.table),
                              wholeText(rule.timeColumn),
                              orNull(rule.filter),
                              numberOrNothing(keptSeconds(rule)),
                              numberOrNothing(rule.keepCount),
                              enabled,
                              timeNow(),
                              wholeText(rule.name)};
    return connection.execute(
        rule.id > 0
            ? QStringLiteral("UPDATE portolan_retention_rules SET table_name = ?, time_column = ?, condition = ?, "
                             "keep_seconds = ?, keep_count = ?, enabled = ?, updated_at = ?, deleted_at = NULL "
                             "WHERE name = ?")
            : QStringLiteral("INSERT INTO portolan_retention_rules (table_name, time_column, condition, "
                             "keep_seconds, keep_count, enabled, updated_at, name) VALUES (?, ?, ?, ?, ?, ?, ?, "
                             "?)"),
        values, usingRules());
}

/// TimescaleDB's own policy, which drops whole chunks, goes by the rule.
Result<void> switchPolicy(Connection& connection, const RetentionRule& rule) {
    const Result<std::optional<Timescale>> timescale = findTimescale(connection);
    PORTOLAN_TRY(timescale);
    if (!*timescale)
        return {};
    const QString table = QString::fromUtf8(rule.table);
    const Result<bool> isKept = isHypertable(connection, table);
    PORTOLAN_TRY(isKept);
    if (!*isKept)
        return {};
    if (rule.enabled && !rule.filter.isEmpty())
        return Error{ErrorCode::Usage,
                     QStringLiteral("TimescaleDB drops the chunks of %1 whole; a rule about it has no "
                                    "filter.")
                         .arg(table)};
    return connection.execute(
        QStringLiteral(
            "SELECT %1.alter_job(job_id, scheduled => CAST(? AS boolean), config => jsonb_set(config, "
            "'{drop_after}', to_jsonb(CAST(? AS text)))) FROM timescaledb_information.jobs WHERE proc_name = "
            "'policy_retention' AND hypertable_schema = current_schema AND hypertable_name = ?")
            .arg((*timescale)->schema),
        {rule.enabled ? QStringLiteral("true") : QStringLiteral("false"),
         QStringLiteral("%1 seconds").arg(qint64(rule.keep.value_or(std::chrono::seconds(0)).count())), table},
        usingRules());
}

/// Returns the rule with the change, as the catalogue spells its table and its time.
Result<RetentionRule> settledChange(Connection& connection, const std::optional<RetentionRule>& there,
                                    const RetentionChange& change) {
    const Result<SchemaInspector> catalogue = SchemaInspector::read(connection);
    PORTOLAN_TRY(catalogue);
    // Both spell the table in one way, or the change would seem to be about another.
    RetentionRule named = there.value_or(RetentionRule{.name = change.name, .table = {}});
    named.table = change.table.value_or(named.table);
    named.timeColumn = change.timeColumn.value_or(named.timeColumn);
    const Result<RetentionRule> meant = settledRule(connection, *catalogue, named);
    PORTOLAN_TRY(meant);
    RetentionChange settled = change;
    settled.table = meant->table;
    settled.timeColumn = meant->timeColumn;
    std::optional<RetentionRule> before = there;
    if (there) {
        const Result<RetentionRule> known = settledRule(connection, *catalogue, *there);
        PORTOLAN_TRY(known);
        before = *known;
    }
    Result<RetentionRule> changed = changedRetentionRule(before, settled);
    PORTOLAN_TRY(changed);
    if (changed->table == backupRuleTable)
        return changed;
    // A rule that cannot be is refused now and not at night.
    const auto plan = planRetention(connection, *catalogue, *changed, currentTime());
    if (!plan && plan.error().code != ErrorCode::Busy)
        return plan.error();
    return changed;
}

} // namespace

/// The store's rules, and of those that are offered the ones that it says nothing of, by name.
Result<std::vector<RetentionRule>> SqlRetention::readRules(Connection& connection) {
    const Result<SchemaInspector> catalogue = SchemaInspector::read(connection);
    PORTOLAN_TRY(catalogue);
    std::vector<RetentionRule> rules;
    if (!catalogue->lacks(ruleTable(), {"id", "name", "table_name", "enabled"})) {
        const bool hasResults = !catalogue->lacks(ruleTable(), {"last_run_at", "last_rows", "last_result"});
        Result<QSqlQuery> rows = connection.run(
            QStringLiteral("SELECT id, name, table_name, time_column, condition, keep_seconds, keep_count, "
                           "CASE WHEN enabled THEN 1 ELSE 0 END, updated_at, %1 FROM portolan_retention_rules "
                           "WHERE deleted_at IS NULL ORDER BY name")
                .arg(hasResults ? QStringLiteral("last_run_at, last_rows, last_result")
                                : QStringLiteral("NULL, NULL, NULL")),
            {}, usingRules());
        PORTOLAN_TRY(rows);
        QueryCursor walk(connection, *rows, usingRules());
        while (walk.next())
            rules.push_back(readRule(*rows));
        if (walk.error())
            return *walk.error();
    }
    for (const RetentionRule& offered : offeredRetentionRules()) {
        if (!ruleNamed(rules, offered.name))
            rules.push_back(offered);
    }
    std::ranges::sort(rules, {}, &RetentionRule::name);
    return rules;
}

Result<std::vector<RetentionRule>> SqlRetention::allRules(const CancelToken& token) {
    return m_session.read(token, [this](Connection& connection) { return readRules(connection); });
}

Result<Page<RetentionRule>> SqlRetention::page(const ListQuery& query, const CancelToken& token) {
    const auto rules = allRules(token);
    PORTOLAN_TRY(rules);
    return pageOfRows(*rules, ruleOrder(), query);
}

Result<PageIndex> SqlRetention::pageIndex(const ListQuery& query, int pages, const CancelToken& token) {
    const auto rules = allRules(token);
    PORTOLAN_TRY(rules);
    return pageIndexOfRows(*rules, ruleOrder(), query, pages);
}

Result<void> SqlRetention::mayWrite() {
    const QString remedy = QStringLiteral("`portolan migrate up` brings what retention needs.");
    PORTOLAN_TRY(SqlAudit::mayChange(m_session, QStringLiteral("portolan_jobs"), {"id"}, remedy));
    return SqlAudit::mayChange(m_session, ruleTable(), {"id", "name", "last_run_at", "last_rows", "last_result"},
                               remedy);
}

/// Runs `change`, a callable from the rule of that name (or nothing) to the Result of the one that takes its place, in
/// one transaction with its entry.
template <class Change>
Result<RetentionRule> SqlRetention::changeRule(const QByteArray& name, const char* action, const QByteArray& reason,
                                               const QByteArray& actor, const CancelToken& token, Change change) {
    PORTOLAN_TRY(mayWrite());
    Connection& connection = m_session.connection();
    const Connection::Watch watch(connection, token);
    Result<UnitOfWork> work = UnitOfWork::begin(connection);
    PORTOLAN_TRY(work);
    if (connection.dialect() == SqlDialect::Postgresql) {
        PORTOLAN_TRY(connection.execute(
            QStringLiteral("LOCK TABLE portolan_retention_rules IN SHARE ROW EXCLUSIVE MODE"), {}, usingRules()));
    }
    const auto rules = readRules(connection);
    PORTOLAN_TRY(rules);
    const RetentionRule* const there = ruleNamed(*rules, name);
    const Result<RetentionRule> changed =
        change(there ? std::optional(*there) : std::optional<RetentionRule>(), *rules);
    PORTOLAN_TRY(changed);
    PORTOLAN_TRY(writeRule(connection, *changed));
    PORTOLAN_TRY(switchPolicy(connection, *changed));
    AuditEntry entry = auditEntry(action, "retention", name, reason, actor);
    if (there)
        entry.before = retentionImage(*there);
    entry.after = retentionImage(*changed);
    PORTOLAN_TRY(SqlAudit::append(*work, entry));
    PORTOLAN_TRY(work->commit());
    return *changed;
}

Result<RetentionRule> SqlRetention::set(const RetentionChange& change, const QByteArray& reason,
                                        const QByteArray& actor, const CancelToken& token) {
    return changeRule(change.name, "set", reason, actor, token,
                      [&](const std::optional<RetentionRule>& there, const std::vector<RetentionRule>&) {
                          return settledChange(m_session.connection(), there, change);
                      });
}

Result<void> SqlRetention::switchOff(const QByteArray& name, const QByteArray& reason, const QByteArray& actor,
                                     const CancelToken& token) {
    const Result<RetentionRule> off = changeRule(name, "off", reason, actor, token,
                                                 [&](const std::optional<RetentionRule>& there,
                                                     const std::vector<RetentionRule>& rules) -> Result<RetentionRule> {
                                                     if (!there)
                                                         return noRetentionRule(name, rules);
                                                     RetentionRule changed = *there;
                                                     changed.enabled = false;
                                                     return changed;
                                                 });
    return off ? Result<void>() : Result<void>(off.error());
}

Result<void> SqlRetention::countChanged(const RetainOrder& order, const std::vector<RetentionRule>& rules,
                                        const Told& told, const CancelToken& token) {
    const RetentionRule* const there = ruleNamed(rules, order.changed->name);
    const auto changed = m_session.read(token, [&](Connection& connection) {
        return settledChange(connection, there ? std::optional(*there) : std::nullopt, *order.changed);
    });
    PORTOLAN_TRY(changed);
    const Result<RetentionOutcome> outcome = RetentionRun(m_session, *changed, order).count(token);
    PORTOLAN_TRY(outcome);
    return told(*outcome);
}

Result<void> SqlRetention::run(const RetainOrder& order, const Progress& progress, const Told& told,
                               const CancelToken& token) {
    const auto rules = allRules(token);
    PORTOLAN_TRY(rules);
    if (order.isDryRun && order.changed)
        return countChanged(order, *rules, told, token);
    if (order.rule) {
        const RetentionRule* const named = ruleNamed(*rules, *order.rule);
        if (!named)
            return noRetentionRule(*order.rule, *rules);
        if (!named->enabled && !order.isDryRun)
            return retentionRuleIsOff(*order.rule);
    }
    if (!order.isDryRun) {
        PORTOLAN_TRY(mayWrite());
    }
    for (const RetentionRule& rule : *rules) {
        if (order.rule ? rule.name != *order.rule : !rule.enabled)
            continue;
        RetentionRun run(m_session, rule, order);
        Result<RetentionOutcome> outcome = order.isDryRun ? run.count(token) : run.carryOut(progress, token);
        if (!outcome && (mayReadOn(outcome.error().code) || outcome.error().code == ErrorCode::Usage)) {
            RetentionOutcome failed{.rule = rule.name, .table = rule.table, .state = RetentionOutcome::State::Failed};
            failed.problem = retentionFailure(rule, outcome.error());
            outcome = failed;
        }
        PORTOLAN_TRY(outcome);
        PORTOLAN_TRY(told(*outcome));
        if (outcome->state == RetentionOutcome::State::Cancelled)
            return cancelled();
    }
    return {};
}

} // namespace portolan
