#include "storage/transfer/copiedtables.h"

#include "storage/ingest/fence.h"
#include "storage/transfer/storecomparison.h"

#include <algorithm>
#include <array>

namespace portolan {

namespace {

constexpr const char* scheduleTable = "portolan_schedule";

/// The tables of ours that go along, after the pipeline's, each after those it depends on.
constexpr std::array ownTables{
    "portolan_sources",      "portolan_source_offsets",  "portolan_source_chunks",   "portolan_gaps",
    "portolan_rejects",      "portolan_metadata",        "portolan_replay_runs",     "portolan_replay_items",
    "portolan_fingerprints", "portolan_outbox",          "portolan_message_archive", "portolan_leases",
    "portolan_jobs",         "portolan_retention_rules", "portolan_schedule",        "portolan_object_models",
    "portolan_saved_views",  "portolan_alerts",          "portolan_settings"};
/// The tables that each place makes for itself.
constexpr std::array placesOwn{"schema_version",          "portolan_migrations", "portolan_commits",
                               "component_statistics",    "portolan_rollups",    "portolan_rollup_watermarks",
                               "portolan_rollup_stale",   "portolan_search",     "portolan_search_state",
                               "portolan_search_pending", "portolan_history"};

/// A schedule goes along, but not who works on it just now. When it ran and runs next goes with a new entry alone:
/// where both places run it, each has its own times.
void leaveRuns(TablePlan& plan) {
    if (plan.table != QLatin1String(scheduleTable))
        return;
    const auto isOneOf = [](const ContentColumn& column, std::initializer_list<const char*> names) {
        return std::ranges::any_of(names, [&](const char* name) { return column.name == QLatin1String(name); });
    };
    std::erase_if(plan.columns, [&](const auto& column) { return isOneOf(column, {"runner", "lease_until"}); });
    const auto own = std::stable_partition(plan.columns.begin(), plan.columns.end(), [&](const auto& column) {
        return !isOneOf(column, {"next_run_at", "last_run_at", "last_result", "last_exit", "last_output"});
    });
    plan.counted = static_cast<std::size_t>(own - plan.columns.begin());
}

} // namespace

QStringList copiedTables() {
    QStringList names = QStringList{QStringLiteral("portolan_audit")} + pipelineTableNames();
    for (const char* name : ownTables)
        names << QLatin1String(name);
    return names;
}

bool isPlacesOwnTable(const QString& table) {
    return std::ranges::any_of(placesOwn, [&](const char* name) { return table == QLatin1String(name); })
           || table.startsWith(QLatin1String("portolan_search")); // SQLite's shadow tables
}

Result<void> checkAsked(const QStringList& only) {
    const QStringList known = copiedTables();
    for (const QString& name : only) {
        if (!known.contains(name))
            return Error{ErrorCode::NotFound, QStringLiteral("There is no table %1 that a copy takes. There are: %2.")
                                                  .arg(name, known.join(QStringLiteral(", ")))};
    }
    return {};
}

bool isPlacesOwnSetting(const ContentRow& row) {
    const QByteArray& key = row.front().bytes;
    return key == "production" || key == fenceKey || key.startsWith("copy/") || key.startsWith("copy-source/");
}

Result<std::optional<TablePlan>> planCopied(StoreContent& from, CopyTarget& into, const QString& name,
                                            QStringList& told) {
    const auto inFrom = from.table(name);
    PORTOLAN_TRY(inFrom);
    if (!*inFrom)
        return std::optional<TablePlan>();
    const Result<bool> may = from.mayRead(name);
    PORTOLAN_TRY(may);
    if (!*may) {
        told << QStringLiteral("%1 is left out: the right to read it in %2 is missing (GRANT SELECT).")
                    .arg(name, from.where());
        return std::optional<TablePlan>();
    }
    const auto inInto = into.table(name);
    PORTOLAN_TRY(inInto);
    if (!*inInto) {
        const Result<bool> has = from.hasRows(name);
        PORTOLAN_TRY(has);
        if (*has)
            told << QStringLiteral("%1 is left out: %2 has no such table.").arg(name, into.where());
        return std::optional<TablePlan>();
    }
    Result<TablePlan> plan = planTable(**inFrom, from.keeper(), **inInto, into.keeper());
    if (!plan && plan.error().code == ErrorCode::Unsupported) {
        told << QStringLiteral("%1 is left out. %2").arg(name, plan.error().text);
        return std::optional<TablePlan>();
    }
    PORTOLAN_TRY(plan);
    if (!plan->onlyInA.isEmpty())
        told << QStringLiteral("%1: the column %2 is left out, which %3 does not have.")
                    .arg(name, plan->onlyInA.join(QStringLiteral(", ")), into.where());
    leaveRuns(*plan);
    return std::optional(std::move(*plan));
}

Result<void> noteOthers(StoreContent& from, QStringList& told) {
    const QStringList copied = copiedTables();
    for (const QString& name : from.tables()) {
        if (copied.contains(name, Qt::CaseInsensitive) || isPlacesOwnTable(name))
            continue;
        const Result<bool> may = from.mayRead(name);
        PORTOLAN_TRY(may);
        const Result<bool> has = *may ? from.hasRows(name) : Result<bool>(true);
        PORTOLAN_TRY(has);
        if (*has)
            told << QStringLiteral("%1 is left out: it is no table of the pipeline.").arg(name);
    }
    return {};
}

} // namespace portolan
