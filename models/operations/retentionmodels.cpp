#include "models/operations/retentionmodels.h"

#include "storage/store.h"

namespace portolan {

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

} // namespace portolan
