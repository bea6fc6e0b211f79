#include "models/overview/overviewday.h"

#include "models/list/format.h"
#include "models/overview/statesentence.h"
#include "storage/checks/checks.h"
#include "storage/deadletters/groupscan.h"
#include "storage/messages/batches.h"
#include "storage/series/sensorevents.h"
#include "storage/store.h"

#include <QCoreApplication>
#include <algorithm>
#include <array>

namespace portolan {

namespace {

using namespace std::chrono;

constexpr hours dayLength{24};
constexpr minutes marksApart{10}; ///< of a kind; nearer ones are one mark
constexpr int batchPage = 500;
constexpr int mostBatchPages = 20; ///< of a file store, whose batches are counted
constexpr int actsRead = 60;
constexpr std::size_t mostActs = 5;
constexpr int markName = 60;

QString name(const char* source) {
    return QCoreApplication::translate("Overview", source);
}

/// The kinds of subjects that people change. The notes of each message, and of jobs, are millions.
const std::vector<QByteArray>& actedOn() {
    static const std::vector<QByteArray> kinds{"alert",        "backup", "bundle",     "checkpoint", "component",
                                               "object model", "reject", "replay_run", "retention",  "schema",
                                               "schedule",     "store",  "view"};
    return kinds;
}

/// Returns false for an entry that is noted beside an act, or by a program.
bool isAct(const AuditEntry& entry) {
    static constexpr std::array notes{
        "replay_frozen", "replay_completed", "replay_failed", "replay_paused", "ran", "run",
        "lost",          "confirm",          "verify backup", "switch_offer"};
    return std::ranges::none_of(notes, [&](const char* note) { return entry.action == note; });
}

/// Returns true for the lines of one act: the steps of a migration, the rows of a promotion.
bool isOfOne(const AuditEntry& entry, const AuditEntry& later) {
    return entry.actor == later.actor && entry.action == later.action && entry.subjectKind == later.subjectKind
           && later.at - entry.at < seconds(2);
}

/// Counts the messages of a file store's newest batches, by when these began.
Result<void> countBatches(Store& store, DayFigures& figures, const CancelToken& token) {
    figures.received.assign(figures.stretches(), 0);
    figures.tables = {"messages"};
    ListQuery query;
    query.sort.descending = true;
    query.limit = batchPage;
    for (int pages = 0; pages < mostBatchPages; ++pages) {
        auto page = store.batches().batches().page(query, token);
        PORTOLAN_TRY(page);
        for (const Batch& batch : page->rows) {
            if (batch.dateCreated < figures.range.begin)
                return {};
            if (!figures.range.contains(batch.dateCreated))
                continue;
            const auto stretch = static_cast<std::size_t>((batch.dateCreated - figures.range.begin) / figures.width);
            figures.received[stretch] = figures.received[stretch].value_or(0) + batch.messageCount;
        }
        if (page->last)
            return {};
        if (pages + 1 == mostBatchPages && !page->rows.empty()) {
            const Timestamp first = std::clamp(page->rows.back().dateCreated, figures.range.begin, figures.range.end);
            const auto counted = static_cast<std::size_t>((first - figures.range.begin) / figures.width);
            for (std::size_t i = 0; i <= counted && i < figures.received.size(); ++i)
                figures.received[i].reset();
        }
        query.after = page->next;
    }
    return {};
}

Result<void> readFigures(Store& store, OverviewDay& day, const CancelToken& token) {
    SeriesStore* const series = store.series();
    if (!series)
        return store.unavailableReason(Feature::Batches) ? Result<void>() : countBatches(store, day.figures, token);
    auto figures = series->dayFigures(day.figures.range, minutes(1), token);
    if (!figures && figures.error().code != ErrorCode::Unsupported)
        return figures.error();
    if (figures)
        day.figures = std::move(*figures);
    return {};
}

Result<void> readWaves(Store& store, OverviewDay& day, const CancelToken& token) {
    Ports* const ports = store.ports();
    if (!ports || store.unavailableReason(Feature::DeadLetters))
        return {};
    GroupScan& scan = ports->groups();
    day.waves = deathWaves(day.figures, scan.groups());
    const DeathWave* const largest = largestWave(day.waves);
    if (!largest)
        return {};
    const auto& groups = scan.groups(); // most letters first
    const auto begun = std::ranges::find_if(groups, [&](const DeadLetterGroup& group) {
        return group.firstSeen && *group.firstSeen >= largest->range.begin && *group.firstSeen < largest->range.end;
    });
    if (begun == groups.end())
        return {};
    const DeadLetterGroup& group = *begun;
    auto before = scan.precursors(group, token);
    if (!before && before.error().code != ErrorCode::Unsupported)
        return before.error();
    if (before)
        day.before = std::move(*before);
    return {};
}

/// The link to rows of a kind that were made at a time.
void leadTo(DayMark& mark, const char* place, minutes length) {
    mark.place = QLatin1String(place);
    mark.filter =
        rangeFilter(QStringLiteral("created_at"), {floor<seconds>(mark.at), floor<seconds>(mark.at) + length});
}

DayMark markOf(const Annotation& change) {
    DayMark mark;
    mark.at = change.at;
    const bool isOne = change.count == 1;
    const QString subject = visibleText(change.subject, markName);
    const QString number = groupedNumber(change.count);
    if (change.kind == Annotation::Kind::Checkpoint) {
        mark.text = isOne ? name(QT_TRANSLATE_NOOP("Overview", "Checkpoint %1")).arg(subject)
                          : name(QT_TRANSLATE_NOOP("Overview", "%1 checkpoint versions")).arg(number);
        leadTo(mark, "checkpoints", marksApart);
    } else if (change.kind == Annotation::Kind::ComponentState) {
        mark.text = isOne ? name(QT_TRANSLATE_NOOP("Overview", "State of %1")).arg(subject)
                          : name(QT_TRANSLATE_NOOP("Overview", "%1 states")).arg(number);
        leadTo(mark, "components", marksApart);
    } else {
        mark.text = isOne ? name(QT_TRANSLATE_NOOP("Overview", "Replay %1")).arg(subject).trimmed()
                          : name(QT_TRANSLATE_NOOP("Overview", "%1 replays")).arg(number);
        mark.place = QStringLiteral("dead-letters/replays");
    }
    return mark;
}

DayMark markOf(const AuditEntry& act) {
    DayMark mark;
    mark.at = act.at;
    mark.text = visibleText(act.action, markName);
    if (act.subjectKind != "replay_run" && act.subjectId)
        mark.text += u' ' + visibleText(*act.subjectId, markName);
    mark.detail = visibleText(act.actor, markName);
    if (act.reason)
        mark.detail += QStringLiteral(": ") + visibleText(*act.reason);
    mark.place = QStringLiteral("audit");
    mark.filter = QStringLiteral("id:%1").arg(act.id);
    return mark;
}

Result<void> readMarks(Store& store, OverviewDay& day, const CancelToken& token) {
    RowSource<AuditEntry>* const audit = store.audit();
    bool tellsReplays = false;
    if (audit && !store.unavailableReason(Feature::Audit)) {
        const QString kinds = QString::fromUtf8(filterOf("subject_kind", actedOn()));
        const auto filter = parseFilter(kinds, auditSchema(), day.figures.range.end);
        PORTOLAN_TRY(filter);
        ListQuery query;
        query.filter = *filter;
        query.sort.descending = true;
        query.limit = actsRead;
        const auto page = audit->page(query, token);
        PORTOLAN_TRY(page);
        tellsReplays = true;
        const AuditEntry* last = nullptr;
        for (const AuditEntry& entry : page->rows) {
            if (!isAct(entry) || (last && isOfOne(entry, *last)))
                continue;
            last = &entry;
            if (day.acts.size() < mostActs)
                day.acts.push_back(entry);
            if (day.figures.range.contains(entry.at))
                day.marks.push_back(markOf(entry));
        }
    }
    if (SeriesStore* const series = store.series()) {
        const auto changes = series->annotations(day.figures.range, marksApart, token);
        if (!changes && changes.error().code != ErrorCode::Unsupported)
            return changes.error();
        for (const Annotation& change : changes ? *changes : std::vector<Annotation>()) {
            if (change.kind != Annotation::Kind::Burst && !(tellsReplays && change.kind == Annotation::Kind::Replay))
                day.marks.push_back(markOf(change));
        }
    }
    std::ranges::stable_sort(day.marks, {}, &DayMark::at);
    return {};
}

/// Reads the time of the newest row in a listing's own order.
template <class Row, class TimeOf>
Result<void> readNewest(RowSource<Row>& rows, std::optional<Timestamp>& newest, TimeOf timeOf,
                        const CancelToken& token) {
    ListQuery query;
    query.sort.descending = true;
    query.limit = 1;
    const auto page = rows.page(query, token);
    if (!page)
        return page.error().code == ErrorCode::Unsupported ? Result<void>() : Result<void>(page.error());
    const std::optional<Timestamp> time = page->rows.empty() ? std::nullopt : timeOf(page->rows.front());
    if (time)
        newest = std::max(newest.value_or(*time), *time);
    return {};
}

Result<void> readNewestRow(Store& store, OverviewDay& day, const CancelToken& token) {
    const DayFigures& figures = day.figures;
    for (std::size_t i = figures.received.size(); i-- > 0;) {
        if (figures.received[i].value_or(0) == 0)
            continue;
        day.newestRow = std::min(figures.beginOf(i + 1), currentTime());
        return {};
    }
    if (Ports* const ports = store.ports(); ports && !store.unavailableReason(Feature::Ports)) {
        const auto made = [](const PortMessage& message) { return message.createdAt; };
        PORTOLAN_TRY(readNewest(ports->messages(), day.newestRow, made, token));
    }
    if (SensorEvents* const events = store.sensorEvents(); events && !store.unavailableReason(Feature::Events)) {
        const auto at = [](const SensorEvent& event) { return event.timestamp; };
        PORTOLAN_TRY(readNewest(events->events(), day.newestRow, at, token));
    }
    return {};
}

/// Returns true when a group had letters that died in a wave, as far as its hours tell.
bool diedIn(const DeadLetterGroup& group, TimeRange wave, Timestamp now) {
    if (!group.firstSeen || !group.lastSeen || *group.firstSeen >= wave.end || *group.lastSeen < wave.begin)
        return false;
    if (wave.begin <= *group.firstSeen || *group.lastSeen < wave.end)
        return true;
    const auto hourOf = [](Timestamp at) { return floor<hours>(at).time_since_epoch().count(); };
    const auto last = static_cast<qint64>(group.lastHours.size()) - 1;
    for (qint64 hour = hourOf(wave.begin); hour <= hourOf(wave.end - microseconds(1)); ++hour) {
        const qint64 place = last - (hourOf(now) - hour);
        if (place >= 0 && place <= last && group.lastHours[static_cast<std::size_t>(place)] > 0)
            return true;
    }
    return false;
}

} // namespace

std::vector<DeathWave> deathWaves(const DayFigures& figures, std::span<const DeadLetterGroup> groups, minutes quiet) {
    std::vector<DeathWave> waves;
    for (std::size_t i = 0; i < figures.died.size(); ++i) {
        const qint64 letters = figures.died[i].value_or(0);
        if (letters == 0)
            continue;
        const TimeRange minute{figures.beginOf(i), figures.beginOf(i + 1)};
        if (waves.empty() || minute.begin - waves.back().range.end > quiet)
            waves.push_back({minute, 0, 0});
        waves.back().range.end = minute.end;
        waves.back().letters += letters;
    }
    for (DeathWave& wave : waves)
        wave.groups = std::ranges::count_if(groups, [&](const DeadLetterGroup& group) {
            return diedIn(group, wave.range, figures.range.end - microseconds(1));
        });
    return waves;
}

const DeathWave* largestWave(std::span<const DeathWave> waves) {
    const auto largest = std::ranges::max_element(waves, {}, &DeathWave::letters);
    return largest == waves.end() ? nullptr : &*largest;
}

Result<OverviewDay> readDay(Store& store, Timestamp now, const CancelToken& token) {
    OverviewDay day;
    day.figures.width = minutes(1);
    day.figures.range.end = floor<minutes>(now) + minutes(1);
    day.figures.range.begin = day.figures.range.end - dayLength;
    for (const auto read : {&readFigures, &readWaves, &readMarks, &readNewestRow}) {
        PORTOLAN_TRY(read(store, day, token));
    }
    return day;
}

} // namespace portolan
