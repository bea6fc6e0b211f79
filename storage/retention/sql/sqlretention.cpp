#include "storage/retention/sql/sqlretention.h"

#include "storage/json/jsontext.h"
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

Error noRule(const QByteArray& name, const std::vector<RetentionRule>& rules) {
    QStringList names;
    for (const RetentionRule& each : rules)
        names << QString::fromUtf8(each.name);
    return {ErrorCode::NotFound, QStringLiteral("There is no retention rule \"%1\"; there are %2.")
                                     .arg(QString::fromUtf8(name), names.join(QLatin1String(", ")))};
}

QByteArray imageOf(const RetentionRule& rule) {
    QByteArray image = "{\"table\":";
    appendJsonString(image, rule.table);
    image += ",\"time_column\":";
    appendJsonString(image, rule.timeColumn);
    image += ",\"condition\":";
    appendJsonString(image, rule.filter);
    image += ",\"keep_seconds\":" + (rule.keep ? QByteArray::number(qint64(rule.keep->count())) : QByteArray("null"))
             + ",\"keep_count\":" + (rule.keepCount ? QByteArray::number(*rule.keepCount) : QByteArray("null"))
             + ",\"enabled\":" + (rule.enabled ? "true" : "false") + '}';
    return image;
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
    if (m_session.access() == Access::Read)
        return Error{ErrorCode::ReadOnly,
                     QStringLiteral("%1 is open for reading only.").arg(m_session.url().display())};
    PORTOLAN_TRY(m_session.freshen());
    const Result<SchemaInspector> catalogue = SchemaInspector::read(m_session.connection());
    PORTOLAN_TRY(catalogue);
    for (const auto& lacking :
         {catalogue->lacks(ruleTable(), {"id", "name", "last_run_at", "last_rows", "last_result"}),
          catalogue->lacks(QStringLiteral("portolan_jobs"), {"id"}), SqlAudit::unavailableReason(*catalogue)}) {
        if (lacking)
            return Error{ErrorCode::Unsupported,
                         *lacking + QStringLiteral(" `portolan migrate up` brings what retention needs.")};
    }
    return {};
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
    AuditEntry entry;
    entry.actor = actor;
    entry.action = action;
    entry.subjectKind = "retention";
    entry.subjectId = name;
    if (!reason.trimmed().isEmpty())
        entry.reason = reason.trimmed();
    if (there)
        entry.before = imageOf(*there);
    entry.after = imageOf(*changed);
    PORTOLAN_TRY(SqlAudit::append(*work, entry));
    PORTOLAN_TRY(work->commit());
    return *changed;
}

Result<RetentionRule> SqlRetention::set(const RetentionChange& change, const QByteArray& reason,
                                        const QByteArray& actor, const CancelToken& token) {
    return changeRule(
        change.name, "set", reason, actor, token,
        [&](const std::optional<RetentionRule>& there, const std::vector<RetentionRule>&) -> Result<RetentionRule> {
            const Result<RetentionRule> changed = changedRetentionRule(there, change);
            PORTOLAN_TRY(changed);
            if (changed->table == backupRuleTable)
                return *changed;
            // A rule that cannot be is refused now and not at night.
            const Result<SchemaInspector> catalogue = SchemaInspector::read(m_session.connection());
            PORTOLAN_TRY(catalogue);
            const auto plan = planRetention(m_session.connection(), *catalogue, *changed, currentTime());
            if (!plan && plan.error().code != ErrorCode::Busy)
                return plan.error();
            return *changed;
        });
}

Result<void> SqlRetention::switchOff(const QByteArray& name, const QByteArray& reason, const QByteArray& actor,
                                     const CancelToken& token) {
    const Result<RetentionRule> off = changeRule(name, "off", reason, actor, token,
                                                 [&](const std::optional<RetentionRule>& there,
                                                     const std::vector<RetentionRule>& rules) -> Result<RetentionRule> {
                                                     if (!there)
                                                         return noRule(name, rules);
                                                     RetentionRule changed = *there;
                                                     changed.enabled = false;
                                                     return changed;
                                                 });
    return off ? Result<void>() : Result<void>(off.error());
}

Result<void> SqlRetention::run(const RetainOrder& order, const Progress& progress, const Told& told,
                               const CancelToken& token) {
    const auto rules = allRules(token);
    PORTOLAN_TRY(rules);
    if (order.rule) {
        const RetentionRule* const named = ruleNamed(*rules, *order.rule);
        if (!named)
            return noRule(*order.rule, *rules);
        if (!named->enabled && !order.isDryRun)
            return Error{ErrorCode::Usage,
                         QStringLiteral("The rule \"%1\" is off. `portolan retention set %1` switches it on; --dry-run "
                                        "says what it would delete.")
                             .arg(QString::fromUtf8(*order.rule))};
    }
    if (!order.isDryRun) {
        PORTOLAN_TRY(mayWrite());
    }
    for (const RetentionRule& rule : *rules) {
        if (order.rule ? rule.name != *order.rule : !rule.enabled)
            continue;
        RetentionRun run(m_session, rule, order);
        Result<RetentionOutcome> outcome = order.isDryRun ? run.count(token) : run.carryOut(progress, token);
        if (!outcome && mayReadOn(outcome.error().code)) {
            RetentionOutcome failed{.rule = rule.name, .table = rule.table, .state = RetentionOutcome::State::Failed};
            failed.problem = failureOf(rule, outcome.error());
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
