#include "models/operations/retentionmodels.h"

#include "models/list/format.h"
#include "storage/store.h"

#include <array>
#include <utility>

namespace portolan {

namespace {

struct RetentionWords {
    Q_DECLARE_TR_FUNCTIONS(Retention)
};

} // namespace

std::shared_ptr<const ListingAdapter> retentionListing() {
    return std::make_shared<TypedListing<RetentionRule>>(Listing<RetentionRule>{
        .source = [](Store& store) -> RowSource<RetentionRule>& {
            Retention* const retention = store.retention();
            return retention ? retention->rules() : noRows<RetentionRule>();
        },
        .columns = retentionRuleColumns,
        .schema = retentionRuleSchema,
        .shown = {{"name", QT_TRANSLATE_NOOP("Columns", "Rule"), ColumnKind::Name, 24},
                  {"enabled", QT_TRANSLATE_NOOP("Columns", "On"), ColumnKind::Name, 5},
                  {"table_name", QT_TRANSLATE_NOOP("Columns", "Table"), ColumnKind::Data, 20},
                  {"keep_seconds", QT_TRANSLATE_NOOP("Columns", "Keep"), ColumnKind::Seconds, 11},
                  {"keep_count", QT_TRANSLATE_NOOP("Columns", "Keep newest"), ColumnKind::Number, 11},
                  {"condition", QT_TRANSLATE_NOOP("Columns", "Filter"), ColumnKind::Data, -20},
                  {"last_run_at", QT_TRANSLATE_NOOP("Columns", "Last run"), ColumnKind::Age, 9},
                  {"last_rows", QT_TRANSLATE_NOOP("Columns", "Rows"), ColumnKind::Number, 10},
                  {"last_result", QT_TRANSLATE_NOOP("Columns", "Result"), ColumnKind::Data, 14}},
        .identity = [](const RetentionRule& rule) { return rule.name; },
        .trim = nullptr,
        .rowsChange = true});
}

QString retentionOutcomeText(const RetentionOutcome& outcome) {
    if (!outcome.problem.isEmpty())
        return outcome.problem;
    const QString rows = RetentionWords::tr("It would delete %1 rows of %2 now (%3).")
                             .arg(groupedNumber(outcome.rows), visibleText(outcome.table, 60), byteSize(outcome.bytes));
    if (!outcome.oldestKept)
        return rows;
    return rows + u' '
           + RetentionWords::tr("The oldest that stays is of %1.").arg(timeText(*outcome.oldestKept, TimeDisplay::Utc));
}

Inspection inspect(const RetentionRule& rule) {
    Inspection inspection;
    inspection.title = inspectionText(QT_TRANSLATE_NOOP("Inspection", "Retention: %1")).arg(visibleText(rule.name, 60));
    const auto add = [&](const char* name, const QString& value) {
        inspection.facts.push_back({inspectionText(name), value});
    };
    add(QT_TRANSLATE_NOOP("Inspection", "Table"), visibleText(rule.table));
    add(QT_TRANSLATE_NOOP("Inspection", "State"), rule.enabled ? RetentionWords::tr("on") : RetentionWords::tr("off"));
    if (rule.keep)
        add(QT_TRANSLATE_NOOP("Inspection", "Kept for"), spanText(*rule.keep));
    if (!rule.timeColumn.isEmpty())
        add(QT_TRANSLATE_NOOP("Inspection", "Age by"), visibleText(rule.timeColumn));
    if (rule.keepCount)
        inspection.facts.push_back({inspectionText(QT_TRANSLATE_NOOP("Inspection", "Newest kept")), *rule.keepCount});
    if (!rule.filter.isEmpty())
        add(QT_TRANSLATE_NOOP("Inspection", "Filter"), visibleText(rule.filter));
    if (!rule.archive.isEmpty())
        add(QT_TRANSLATE_NOOP("Inspection", "Packed into"), visibleText(rule.archive));
    const auto addTime = [&](const char* name, const std::optional<Timestamp>& time) {
        if (time)
            inspection.facts.push_back({inspectionText(name), *time});
    };
    addTime(QT_TRANSLATE_NOOP("Inspection", "Last run"), rule.lastRunAt);
    if (rule.lastRows)
        inspection.facts.push_back({inspectionText(QT_TRANSLATE_NOOP("Inspection", "Rows deleted")), *rule.lastRows});
    addTime(QT_TRANSLATE_NOOP("Inspection", "Changed"), rule.updatedAt);
    const QString file = QStringLiteral("retention-%1").arg(QString::fromUtf8(rule.name));
    if (rule.lastResult)
        inspection.documents.push_back(readDocument(inspectionText(QT_TRANSLATE_NOOP("Inspection", "Result")),
                                                    *rule.lastResult, file + QStringLiteral("-result.txt")));
    inspection.documents.push_back(readDocument(inspectionText(QT_TRANSLATE_NOOP("Inspection", "Filter")), rule.filter,
                                                file + QStringLiteral("-filter.txt")));
    return inspection;
}

QString typedAge(std::chrono::seconds age) {
    constexpr std::array units{std::pair(86400, 'd'), std::pair(3600, 'h'), std::pair(60, 'm')};
    for (const auto& [length, unit] : units) {
        if (age.count() != 0 && age.count() % length == 0)
            return QString::number(age.count() / length) + QLatin1Char(unit);
    }
    return QString::number(age.count()) + u's';
}

} // namespace portolan
