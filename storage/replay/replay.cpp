#include "storage/replay/replay.h"

#include <algorithm>
#include <numeric>

namespace portolan {

namespace {

constexpr std::pair<RunState, const char*> runStates[] = {
    {RunState::Frozen, "frozen"},       {RunState::Running, "running"},     {RunState::Paused, "paused"},
    {RunState::Completed, "completed"}, {RunState::Cancelled, "cancelled"}, {RunState::Failed, "failed"},
    {RunState::Recalled, "recalled"},
};

constexpr std::pair<ItemState, const char*> itemStateNames[] = {
    {ItemState::Frozen, "frozen"},          {ItemState::Queued, "queued"},       {ItemState::Replayed, "replayed"},
    {ItemState::Pending, "pending"},        {ItemState::Completed, "completed"}, {ItemState::FailedSame, "failed_same"},
    {ItemState::FailedAnew, "failed_anew"}, {ItemState::Vanished, "vanished"},   {ItemState::Skipped, "skipped"},
    {ItemState::Recalled, "recalled"},      {ItemState::Failed, "failed"},
};
static_assert(std::size(itemStateNames) == itemStates);

template <class State, std::size_t N>
const char* nameOf(const std::pair<State, const char*> (&names)[N], State state) {
    return std::ranges::find(names, state, &std::pair<State, const char*>::first)->second;
}

template <class State, std::size_t N>
std::optional<State> named(const std::pair<State, const char*> (&names)[N], QByteArrayView name) {
    const auto found = std::ranges::find_if(names, [&](const auto& entry) { return name == entry.second; });
    return found == std::end(names) ? std::nullopt : std::optional(found->first);
}

using Run = ReplayRun;
template <ItemState state>
Value countOf(const Run& run) {
    return Value(run.counts[state]);
}

constexpr Column<Run> runTable[] = {
    {"id", ColumnType::Text, [](const Run& r) { return Value(r.id); }},
    {"state", ColumnType::Text, [](const Run& r) { return Value(QByteArray(listedState(r))); }},
    {"filter", ColumnType::Text, [](const Run& r) { return Value(r.filter); }},
    {"reason", ColumnType::Text, [](const Run& r) { return Value(r.reason); }},
    {"actor", ColumnType::Text, [](const Run& r) { return Value(r.actor); }},
    {"target", ColumnType::Text, [](const Run& r) { return Value(r.target); }},
    {"frozen", ColumnType::Integer, [](const Run& r) { return Value(r.frozen); }},
    {"queued", ColumnType::Integer, countOf<ItemState::Queued>},
    {"replayed", ColumnType::Integer, countOf<ItemState::Replayed>},
    {"pending", ColumnType::Integer, countOf<ItemState::Pending>},
    {"completed", ColumnType::Integer, countOf<ItemState::Completed>},
    {"failed_same", ColumnType::Integer, countOf<ItemState::FailedSame>},
    {"failed_anew", ColumnType::Integer, countOf<ItemState::FailedAnew>},
    {"vanished", ColumnType::Integer, countOf<ItemState::Vanished>},
    {"skipped", ColumnType::Integer, countOf<ItemState::Skipped>},
    {"recalled", ColumnType::Integer, countOf<ItemState::Recalled>},
    {"failed", ColumnType::Integer, countOf<ItemState::Failed>},
    {"created_at", ColumnType::Time, [](const Run& r) { return Value(r.createdAt); }},
    {"started_at", ColumnType::Time, [](const Run& r) { return optionalValue(r.startedAt); }},
    {"finished_at", ColumnType::Time, [](const Run& r) { return optionalValue(r.finishedAt); }},
    {"error_message", ColumnType::Text, [](const Run& r) { return optionalValue(r.errorMessage); }},
};

using Item = ReplayItem;
constexpr Column<Item> itemTable[] = {
    {"position", ColumnType::Integer, [](const Item& i) { return Value(i.position); }},
    {"message_id", ColumnType::Text, [](const Item& i) { return Value(i.messageId); }},
    {"state", ColumnType::Text, [](const Item& i) { return Value(QByteArray(itemStateName(i.state))); }},
    {"detail", ColumnType::Text, [](const Item& i) { return optionalValue(i.detail); }},
    {"before_image", ColumnType::Json, [](const Item& i) { return optionalValue(i.beforeImage); }},
    {"updated_at", ColumnType::Time, [](const Item& i) { return Value(i.updatedAt); }},
    {"replaced_by", ColumnType::Text, [](const Item& i) { return optionalValue(i.replacedBy); }},
};

} // namespace

const char* runStateName(RunState state) {
    return nameOf(runStates, state);
}

const char* listedState(const ReplayRun& run) {
    const bool isOpen = run.counts[ItemState::Replayed] + run.counts[ItemState::Pending] > 0;
    return run.state == RunState::Completed && isOpen ? "handed_back" : runStateName(run.state);
}

std::optional<RunState> runStateNamed(QByteArrayView name) {
    return named(runStates, name);
}

const char* itemStateName(ItemState state) {
    return nameOf(itemStateNames, state);
}

std::optional<ItemState> itemStateNamed(QByteArrayView name) {
    return named(itemStateNames, name);
}

qint64 ItemCounts::total() const {
    return std::accumulate(of.begin(), of.end(), qint64{0});
}

qint64 ItemCounts::released() const {
    const ItemCounts& self = *this;
    return self[ItemState::Replayed] + self[ItemState::Pending] + self[ItemState::Completed]
           + self[ItemState::FailedSame] + self[ItemState::FailedAnew] + self[ItemState::Vanished]
           + self[ItemState::Recalled];
}

std::span<const Column<ReplayRun>> replayRunColumns() {
    return runTable;
}

std::span<const Column<ReplayItem>> replayItemColumns() {
    return itemTable;
}

const ColumnSet& replayRunSchema() {
    static const ColumnSet schema =
        schemaOf(replayRunColumns(), "created_at", {"id", "filter", "reason", "actor", "target", "error_message"});
    return schema;
}

const ColumnSet& replayItemSchema() {
    static const ColumnSet schema = schemaOf(replayItemColumns(), "updated_at", {"message_id", "detail"});
    return schema;
}

} // namespace portolan
