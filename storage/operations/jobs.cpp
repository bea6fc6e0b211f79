#include "storage/operations/jobs.h"

#include <algorithm>

namespace portolan {

namespace {

constexpr std::pair<JobState, const char*> names[] = {
    {JobState::Queued, "queued"},       {JobState::Running, "running"}, {JobState::Paused, "paused"},
    {JobState::Completed, "completed"}, {JobState::Failed, "failed"},   {JobState::Cancelled, "cancelled"},
};

constexpr std::pair<JobState, JobState> jobChanges[] = {
    {JobState::Queued, JobState::Running},    {JobState::Queued, JobState::Cancelled},
    {JobState::Running, JobState::Completed}, {JobState::Running, JobState::Failed},
    {JobState::Running, JobState::Paused},    {JobState::Running, JobState::Cancelled},
    {JobState::Failed, JobState::Queued},     {JobState::Failed, JobState::Cancelled},
    {JobState::Paused, JobState::Running},    {JobState::Paused, JobState::Cancelled},
};

constexpr Column<Job> jobTable[] = {
    {"id", ColumnType::Text, [](const Job& j) { return Value(j.id); }},
    {"kind", ColumnType::Text, [](const Job& j) { return Value(j.kind); }},
    {"state", ColumnType::Text, [](const Job& j) { return Value(j.state); }},
    {"done", ColumnType::Integer, [](const Job& j) { return Value(j.done); }},
    {"total", ColumnType::Integer, [](const Job& j) { return optionalValue(j.total); }},
    {"actor", ColumnType::Text, [](const Job& j) { return optionalValue(j.actor); }},
    {"created_at", ColumnType::Time, [](const Job& j) { return Value(j.createdAt); }},
    {"started_at", ColumnType::Time, [](const Job& j) { return optionalValue(j.startedAt); }},
    {"heartbeat_at", ColumnType::Time, [](const Job& j) { return optionalValue(j.heartbeatAt); }},
    {"finished_at", ColumnType::Time, [](const Job& j) { return optionalValue(j.finishedAt); }},
    {"error_message", ColumnType::Text, [](const Job& j) { return optionalValue(j.errorMessage); }},
    {"parameters", ColumnType::Json, [](const Job& j) { return optionalValue(j.parameters); }},
    {"result", ColumnType::Json, [](const Job& j) { return optionalValue(j.result); }},
};

} // namespace

const char* jobStateName(JobState state) {
    return std::ranges::find(names, state, &std::pair<JobState, const char*>::first)->second;
}

std::optional<JobState> jobStateNamed(QByteArrayView name) {
    const auto* const found = std::ranges::find_if(names, [&](const auto& entry) { return name == entry.second; });
    return found == std::end(names) ? std::nullopt : std::optional(found->first);
}

bool isAllowed(JobState from, JobState to) {
    return std::ranges::find(jobChanges, std::pair(from, to)) != std::end(jobChanges);
}

std::optional<QString> whyNotRequeued(const QByteArray& kind) {
    if (kind == "replay")
        return std::nullopt;
    constexpr std::pair<const char*, const char*> again[] = {
        {"retain", "`portolan retain` goes on with the rows that are left"},
        {"discard", "`portolan discard` with its filter goes on with those that are left"},
        {"restore_discarded", "`portolan discard --restore` goes on with those that are left"},
        {"undo", "`portolan undo` with the same entry goes on"},
        {"verify", "`portolan verify --record` does it again"},
    };
    const auto* const known = std::ranges::find_if(again, [&](const auto& each) { return kind == each.first; });
    return QStringLiteral("No runner takes a job of the kind \"%1\" from the queue: %2.")
        .arg(QString::fromUtf8(kind), known == std::end(again)
                                          ? QStringLiteral("run the command again that it was made by")
                                          : QLatin1String(known->second));
}

std::span<const Column<Job>> jobColumns() {
    return jobTable;
}

const ColumnSet& jobSchema() {
    static const ColumnSet schema =
        schemaOf(jobColumns(), "created_at", {"id", "kind", "state", "actor", "error_message"});
    return schema;
}

} // namespace portolan
