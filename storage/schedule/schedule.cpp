#include "storage/schedule/schedule.h"

#include "storage/schedule/schedulespec.h"
#include "storage/schedule/trustedentries.h"
#include "storage/store.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QUuid>
#include <algorithm>
#include <iterator>
#include <thread>

namespace portolan {

namespace {

/// A runner says that it is there a few times in a lease.
constexpr std::chrono::milliseconds beatEvery{15'000};
/// After a failure sooner.
constexpr std::chrono::milliseconds againEvery{2'000};

constexpr Column<ScheduleEntry> columns[] = {
    {"id", ColumnType::Integer, [](const ScheduleEntry& e) { return Value(e.id); }},
    {"name", ColumnType::Text, [](const ScheduleEntry& e) { return Value(e.name); }},
    {"command", ColumnType::Json, [](const ScheduleEntry& e) { return Value(e.command); }},
    {"spec", ColumnType::Text, [](const ScheduleEntry& e) { return Value(e.spec); }},
    {"next_run_at", ColumnType::Time, [](const ScheduleEntry& e) { return optionalValue(e.nextRunAt); }},
    {"last_run_at", ColumnType::Time, [](const ScheduleEntry& e) { return optionalValue(e.lastRunAt); }},
    {"last_result", ColumnType::Text, [](const ScheduleEntry& e) { return optionalValue(e.lastResult); }},
    {"last_exit", ColumnType::Integer, [](const ScheduleEntry& e) { return optionalValue(e.lastExit); }},
    {"last_output", ColumnType::Text, [](const ScheduleEntry& e) { return optionalValue(e.lastOutput); }},
    {"runner", ColumnType::Text, [](const ScheduleEntry& e) { return optionalValue(e.runner); }},
    {"lease_until", ColumnType::Time, [](const ScheduleEntry& e) { return optionalValue(e.leaseUntil); }},
};

Result<void> notTaken(const QByteArray& name) {
    return Error{ErrorCode::NotFound,
                 QStringLiteral("The schedule has no entry \"%1\" any more, or another program runs it now.")
                     .arg(QString::fromUtf8(name))};
}

/// Keeps an entry while its command runs. Error: it is another's, or would be by the time the command has ended.
class LeaseKeeper {
public:
    LeaseKeeper(Schedule& schedule, const ScheduleEntry& entry, const RunDueOrder& order)
        : m_schedule(schedule)
        , m_entry(entry)
        , m_order(order)
        , m_renewed(order.steadyClock())
        , m_tried(m_renewed) {}

    Result<void> beat() {
        const auto now = m_order.steadyClock();
        if (now - m_tried < (m_tried == m_renewed ? beatEvery : againEvery))
            return {};
        m_tried = now;
        const Result<void> renewed = m_schedule.renew(m_entry, m_order.clock());
        if (renewed)
            m_renewed = now;
        const auto silent = m_order.steadyClock() - m_renewed;
        const bool mayWait =
            !renewed && isTransient(renewed.error().code) && silent < Schedule::lease - Schedule::endsWithin;
        return mayWait ? Result<void>() : renewed;
    }

    /// Keeps the result; a minute is long enough for a store that is busy.
    Result<void> finish(const ScheduledEnd& end) {
        const auto since = m_order.steadyClock();
        bool isUnknown = false;
        while (true) {
            const Result<void> kept = m_schedule.finish(m_entry, end, m_order.clock(), m_order.actor);
            if (!kept && isUnknown && kept.error().code == ErrorCode::Changed)
                return {}; // it was kept, and its answer lost
            if (kept || !isTransient(kept.error().code) || m_order.steadyClock() - since > Schedule::lease)
                return kept;
            isUnknown = isUnknown || kept.error().code == ErrorCode::Unknown;
            std::this_thread::sleep_for(againEvery / 10);
        }
    }

private:
    Schedule& m_schedule;
    const ScheduleEntry& m_entry;
    const RunDueOrder& m_order;
    std::chrono::steady_clock::time_point m_renewed;
    std::chrono::steady_clock::time_point m_tried;
};

} // namespace

Result<Schedule*> scheduleIn(Store& store) {
    if (Schedule* const schedule = store.schedule())
        return schedule;
    return Error{ErrorCode::Unsupported, QStringLiteral("%1 keeps no schedule.").arg(store.url().display())};
}

std::span<const Column<ScheduleEntry>> scheduleColumns() {
    return columns;
}

const ColumnSet& scheduleSchema() {
    static const ColumnSet schema = schemaOf(scheduleColumns(), "next_run_at", {"name", "command", "last_output"});
    return schema;
}

Result<QStringList> wordsOfEntry(const ScheduleEntry& entry) {
    const QJsonDocument document = QJsonDocument::fromJson(entry.command);
    QStringList words;
    const QJsonArray all = document.array();
    for (const auto& word : all) {
        if (!word.isString())
            break;
        words << word.toString();
    }
    if (words.isEmpty() || words.size() != document.array().size())
        return Error{ErrorCode::Invalid,
                     QStringLiteral("The command of the schedule's entry \"%1\" is no list of words; "
                                    "remove it and add it again.")
                         .arg(QString::fromUtf8(entry.name))};
    return words;
}

QByteArray commandOfWords(const QStringList& words) {
    return QJsonDocument(QJsonArray::fromStringList(words)).toJson(QJsonDocument::Compact);
}

const char* scheduleResultOf(const ScheduledEnd& end) {
    if (!end.exit)
        return "failed";
    constexpr int found = 3;
    constexpr int interrupted = 130;
    return *end.exit == 0 ? "done" : *end.exit == found ? "found" : *end.exit == interrupted ? "interrupted" : "failed";
}

Result<std::vector<ScheduleEntry>> allEntries(Store& store, const CancelToken& token) {
    const Result<Schedule*> schedule = scheduleIn(store);
    PORTOLAN_TRY(schedule);
    std::vector<ScheduleEntry> all;
    ListQuery query;
    for (bool isLast = false; !isLast;) {
        const Result<Page<ScheduleEntry>> page = (*schedule)->entries().page(query, token);
        PORTOLAN_TRY(page);
        std::ranges::copy(page->rows, std::back_inserter(all));
        query.after = page->next;
        isLast = page->last;
    }
    return all;
}

bool isDue(const ScheduleEntry& entry, Timestamp now) {
    return entry.nextRunAt && *entry.nextRunAt <= now && !(entry.leaseUntil && *entry.leaseUntil >= now);
}

Result<std::vector<ScheduleEntry>> dueEntries(Store& store, Timestamp now, const CancelToken& token) {
    Result<std::vector<ScheduleEntry>> due = allEntries(store, token);
    if (due)
        std::erase_if(*due, [now](const ScheduleEntry& entry) { return !isDue(entry, now); });
    return due;
}

Result<void> runDue(Store& store, const RunDueOrder& order, const CancelToken& token) {
    const Result<Schedule*> schedule = scheduleIn(store);
    return schedule ? runDue(**schedule, order, token) : Result<void>(schedule.error());
}

Result<void> runDue(Schedule& schedule, const RunDueOrder& order, const CancelToken& token) {
    const Timestamp due = order.clock(); // what comes due meanwhile is for the next time
    const QByteArray runner = order.actor + ' ' + QUuid::createUuid().toByteArray(QUuid::WithoutBraces).first(8);
    std::optional<ScheduleEntry> refused;
    const EntryTest mayRun = [&](const ScheduleEntry& entry) {
        const bool may = order.mayRun(entry);
        if (!may)
            refused = entry;
        return may;
    };
    while (true) {
        if (token.stop_requested())
            return cancelled();
        const Result<std::optional<ScheduleEntry>> taken =
            order.only.isEmpty() ? schedule.take(due, order.clock(), runner, mayRun)
                                 : schedule.takeNamed(order.only, order.clock(), runner, mayRun);
        PORTOLAN_TRY(taken);
        if (!*taken && refused && !order.only.isEmpty())
            return entryIsNotTrusted(*refused);
        if (!*taken)
            return order.only.isEmpty() ? Result<void>() : notTaken(order.only);
        ScheduledRun run{**taken};
        if (const auto spec = ScheduleSpec::parse(run.entry.spec); spec && run.entry.nextRunAt)
            run.missed = spec->missedUntil(*run.entry.nextRunAt, due);
        LeaseKeeper keeper(schedule, run.entry, order);
        const Result<QStringList> words = wordsOfEntry(run.entry);
        const Result<ScheduledEnd> ended =
            words ? order.run(*words, [&] { return keeper.beat(); }) : Result<ScheduledEnd>(words.error());
        if (!ended && ended.error().code == ErrorCode::Changed)
            return ended.error();
        run.end = ended ? *ended : ScheduledEnd{std::nullopt, ended.error().text.toUtf8()};
        PORTOLAN_TRY(keeper.finish(run.end));
        PORTOLAN_TRY(order.told(run));
        if (!order.only.isEmpty())
            return {};
    }
}

} // namespace portolan
