#include "storage/retention/retention.h"

#include "storage/backups/backupretention.h"
#include "storage/json/jsontext.h"

#include <QStringList>
#include <algorithm>
#include <array>

namespace portolan {

namespace {

using namespace std::chrono;

constexpr qsizetype longestRuleName = 100;
/// The guard of an event has to be there for as long as somebody may deliver it again.
constexpr days leastForEvents(30);

constexpr Column<RetentionRule> ruleColumns[] = {
    {"id", ColumnType::Integer, [](const RetentionRule& r) { return r.id > 0 ? Value(r.id) : Value(); }},
    {"name", ColumnType::Text, [](const RetentionRule& r) { return Value(r.name); }},
    {"table_name", ColumnType::Text, [](const RetentionRule& r) { return Value(r.table); }},
    {"time_column", ColumnType::Text,
     [](const RetentionRule& r) { return r.timeColumn.isEmpty() ? Value() : Value(r.timeColumn); }},
    {"condition", ColumnType::Text,
     [](const RetentionRule& r) { return r.filter.isEmpty() ? Value() : Value(r.filter); }},
    {"keep_seconds", ColumnType::Integer,
     [](const RetentionRule& r) { return r.keep ? Value(qint64(r.keep->count())) : Value(); }},
    {"keep_count", ColumnType::Integer, [](const RetentionRule& r) { return optionalValue(r.keepCount); }},
    {"archive", ColumnType::Text,
     [](const RetentionRule& r) { return r.archive.isEmpty() ? Value() : Value(r.archive); }},
    {"enabled", ColumnType::Boolean, [](const RetentionRule& r) { return Value(r.enabled); }},
    {"last_run_at", ColumnType::Time, [](const RetentionRule& r) { return optionalValue(r.lastRunAt); }},
    {"last_rows", ColumnType::Integer, [](const RetentionRule& r) { return optionalValue(r.lastRows); }},
    {"last_result", ColumnType::Text, [](const RetentionRule& r) { return optionalValue(r.lastResult); }},
    {"updated_at", ColumnType::Time, [](const RetentionRule& r) { return optionalValue(r.updatedAt); }},
};

constexpr Column<RetentionOutcome> outcomeColumns[] = {
    {"rule", ColumnType::Text, [](const RetentionOutcome& o) { return Value(o.rule); }},
    {"table", ColumnType::Text, [](const RetentionOutcome& o) { return Value(o.table); }},
    {"rows", ColumnType::Integer, [](const RetentionOutcome& o) { return Value(o.rows); }},
    {"bytes", ColumnType::Integer, [](const RetentionOutcome& o) { return Value(o.bytes); }},
    {"oldest_kept", ColumnType::Time, [](const RetentionOutcome& o) { return optionalValue(o.oldestKept); }},
    {"state", ColumnType::Text,
     [](const RetentionOutcome& o) { return Value(QByteArray(retentionStateName(o.state))); }},
};

Error wrong(const QByteArray& name, const QString& what) {
    return {ErrorCode::Usage, QStringLiteral("The rule \"%1\" %2").arg(QString::fromUtf8(name), what)};
}

Result<void> validateBackups(const RetentionRule& rule) {
    if ((rule.keep && *rule.keep > seconds(0)) || rule.keepCount || !rule.archive.isEmpty())
        return wrong(rule.name,
                     QStringLiteral("keeps so many backups as its filter says: --filter 'daily:30 monthly:12'."));
    const auto policy = parseBackupPolicy(rule.filter);
    return policy ? Result<void>() : Result<void>(policy.error());
}

} // namespace

std::span<const Column<RetentionRule>> retentionRuleColumns() {
    return ruleColumns;
}

const ColumnSet& retentionRuleSchema() {
    static const ColumnSet schema =
        schemaOf(retentionRuleColumns(), "last_run_at", {"name", "table_name", "condition"});
    return schema;
}

std::span<const Column<RetentionOutcome>> retentionOutcomeColumns() {
    return outcomeColumns;
}

std::span<const RetentionRule> offeredRetentionRules() {
    static const std::array<RetentionRule, 15> rules{{
        {.name = "backups", .table = backupRuleTable, .timeColumn = "created_at", .filter = "daily:30 monthly:12"},
        {.name = "checkpoint-versions", .table = "checkpoints", .timeColumn = "created_at", .keepCount = 10},
        {.name = "completed-messages",
         .table = "port_messages",
         .timeColumn = "completed_at",
         .filter = "status:completed",
         .keep = days(7)},
        {.name = "component-metrics", .table = "component_metrics", .timeColumn = "timestamp", .keep = days(30)},
        {.name = "expired-checkpoints", .table = "checkpoints", .timeColumn = "expires_at", .keep = seconds(0)},
        {.name = "forgotten-alerts", .table = "portolan_alerts", .timeColumn = "deleted_at", .keep = days(90)},
        {.name = "forgotten-models", .table = "portolan_object_models", .timeColumn = "deleted_at", .keep = days(90)},
        {.name = "forgotten-views", .table = "portolan_saved_views", .timeColumn = "deleted_at", .keep = days(90)},
        {.name = "market-data", .table = "market_data", .timeColumn = "time", .keep = days(730)},
        {.name = "message-archive",
         .table = "portolan_message_archive",
         .timeColumn = "archived_at",
         .keep = days(365)},
        {.name = "metrics", .table = "metrics", .timeColumn = "timestamp", .keep = days(730)},
        {.name = "news-articles", .table = "news_articles", .timeColumn = "time", .keep = days(730)},
        {.name = "port-metrics", .table = "port_metrics", .timeColumn = "timestamp", .keep = days(730)},
        {.name = "processed-events", .table = "processed_events", .timeColumn = "processed_at", .keep = days(760)},
        {.name = "telemetry-events", .table = "telemetry_events", .timeColumn = "time", .keep = days(730)},
    }};
    return rules;
}

Result<void> checkRetentionRule(const RetentionRule& rule) {
    if (rule.name.trimmed().isEmpty() || rule.name.size() > longestRuleName)
        return Error{ErrorCode::Usage, QStringLiteral("A rule's name has 1 to %1 characters.").arg(longestRuleName)};
    if (rule.table.isEmpty() || rule.timeColumn.isEmpty())
        return wrong(rule.name, QStringLiteral("is new: --table says whose rows go, --column by which of its times."));
    if (rule.table == backupRuleTable)
        return validateBackups(rule);
    if (!rule.keep && !rule.keepCount)
        return wrong(rule.name, QStringLiteral("needs --keep: how long its rows are kept, as 30d or 12h."));
    if (rule.keep && *rule.keep < seconds(0))
        return wrong(rule.name, QStringLiteral("cannot keep rows for less than no time."));
    if (rule.keepCount && *rule.keepCount < 1)
        return wrong(rule.name, QStringLiteral("keeps at least one version: --count 1."));
    if (rule.keepCount && rule.table != "checkpoints")
        return wrong(rule.name,
                     QStringLiteral("cannot have --count: only versions of checkpoints are counted, so many of "
                                    "each component."));
    if (!rule.archive.isEmpty())
        return wrong(rule.name, QStringLiteral("cannot have --archive: only batch files are packed into a folder."));
    if (rule.table == "processed_events" && (!rule.keep || *rule.keep < leastForEvents))
        return wrong(rule.name, QStringLiteral("cannot keep less than %1 days: an event that is delivered again after "
                                               "its row is gone would be stored twice.")
                                    .arg(leastForEvents.count()));
    const bool isOffered = std::ranges::any_of(offeredRetentionRules(), [&](const RetentionRule& each) {
        return each.table == rule.table && each.timeColumn == rule.timeColumn;
    });
    const bool isOurs = rule.table.startsWith("portolan_") || rule.table == "messages" || rule.table == "batches"
                        || rule.table == "schema_version";
    if (isOurs && !isOffered)
        return wrong(rule.name,
                     QStringLiteral("cannot be about %1: what Portolan promises of a store goes by its rows.")
                         .arg(QString::fromUtf8(rule.table)));
    return {};
}

Result<RetentionRule> changedRetentionRule(const std::optional<RetentionRule>& rule, const RetentionChange& change) {
    RetentionRule changed = rule.value_or(RetentionRule{.name = change.name, .table = {}});
    if (rule
        && ((change.table && *change.table != rule->table)
            || (change.timeColumn && *change.timeColumn != rule->timeColumn)))
        return wrong(change.name, QStringLiteral("is about %1 by %2; give a rule for other rows another name.")
                                      .arg(QString::fromUtf8(rule->table), QString::fromUtf8(rule->timeColumn)));
    changed.table = change.table.value_or(changed.table);
    changed.timeColumn = change.timeColumn.value_or(changed.timeColumn);
    changed.filter = change.filter.value_or(changed.filter);
    if (change.keep)
        changed.keep = change.keep;
    if (change.keepCount)
        changed.keepCount = change.keepCount;
    changed.archive = change.archive.value_or(changed.archive);
    changed.enabled = true;
    PORTOLAN_TRY(checkRetentionRule(changed));
    return changed;
}

Error noRetentionRule(const QByteArray& name, std::span<const RetentionRule> rules) {
    QStringList names;
    for (const RetentionRule& each : rules)
        names << QString::fromUtf8(each.name);
    return {ErrorCode::NotFound,
            QStringLiteral("There is no retention rule \"%1\"; there %2 %3.")
                .arg(QString::fromUtf8(name), names.size() == 1 ? QStringLiteral("is") : QStringLiteral("are"),
                     names.join(QLatin1String(", ")))};
}

Error retentionRuleIsOff(const QByteArray& name) {
    return {ErrorCode::Usage,
            QStringLiteral("The rule \"%1\" is off. `portolan retention set %1` switches it on; --dry-run "
                           "says what it would delete.")
                .arg(QString::fromUtf8(name))};
}

QString retentionFailure(const RetentionRule& rule, const Error& error) {
    return QStringLiteral("Rule %1 failed: %2%3")
        .arg(QString::fromUtf8(rule.name), error.text,
             error.details.isEmpty() ? QString() : QStringLiteral(" (%1)").arg(error.details));
}

std::optional<QString> clockTroubleOf(const RetentionRule& rule, const QByteArray& table, Timestamp newest,
                                      Timestamp now, microseconds kept) {
    constexpr hours longestAhead(24);
    const auto shown = [](Timestamp at) { return QString::fromLatin1(toIsoTime(at)); };
    const QString seen = QStringLiteral("Rule %1 was stopped: the newest row of %2 is of %3, and this clock says %4. ")
                             .arg(QString::fromUtf8(rule.name), QString::fromUtf8(table), shown(newest), shown(now));
    if (newest > now + longestAhead)
        return seen + QStringLiteral("Set the clock right, or mend the rows of the future; nothing was deleted.");
    if (newest < now - kept)
        return seen
               + QStringLiteral("Nothing newer would be left. Set the clock right, or lengthen --keep; nothing "
                                "was deleted.");
    return std::nullopt;
}

QByteArray retentionImage(const RetentionRule& rule) {
    QByteArray image = "{\"table\":";
    appendJsonString(image, rule.table);
    image += ",\"time_column\":";
    appendJsonString(image, rule.timeColumn);
    image += ",\"condition\":";
    appendJsonString(image, rule.filter);
    image += ",\"keep_seconds\":" + (rule.keep ? QByteArray::number(qint64(rule.keep->count())) : QByteArray("null"))
             + ",\"keep_count\":" + (rule.keepCount ? QByteArray::number(*rule.keepCount) : QByteArray("null"));
    if (!rule.archive.isEmpty()) {
        image += ",\"archive\":";
        appendJsonString(image, rule.archive);
    }
    return image + ",\"enabled\":" + (rule.enabled ? "true" : "false") + '}';
}

const char* retentionStateName(RetentionOutcome::State state) {
    constexpr const char* names[] = {"done", "counted", "off",       "server", "stopped",
                                     "held", "missing", "cancelled", "failed"};
    return names[static_cast<std::size_t>(state)];
}

} // namespace portolan
