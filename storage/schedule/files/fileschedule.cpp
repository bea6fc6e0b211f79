#include "storage/schedule/files/fileschedule.h"

#include "storage/listing/memorylisting.h"
#include "storage/schedule/schedulechange.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <algorithm>
#include <tuple>

namespace portolan {

namespace {

constexpr char entriesMember[] = "entries";

QString scheduleSubject() {
    return QStringLiteral("schedule");
}

RowOrder<ScheduleEntry> scheduleOrder() {
    return {scheduleColumns(), &scheduleSchema(), 0, 0};
}

QJsonValue textOf(const std::optional<QByteArray>& text) {
    return text ? QJsonValue(QString::fromUtf8(*text)) : QJsonValue();
}

QJsonValue timeOf(const std::optional<Timestamp>& time) {
    return time ? QJsonValue(QString::fromLatin1(toExactIsoTime(*time))) : QJsonValue();
}

std::optional<QByteArray> textIn(const QJsonObject& object, const char* name) {
    const QJsonValue value = object.value(QLatin1String(name));
    return value.isString() ? std::optional(value.toString().toUtf8()) : std::nullopt;
}

std::optional<Timestamp> timeIn(const QJsonObject& object, const char* name) {
    return parseIsoTime(textIn(object, name).value_or(QByteArray()));
}

QJsonObject encodedEntry(const ScheduleEntry& entry) {
    return {{QStringLiteral("id"), entry.id},
            {QStringLiteral("name"), QString::fromUtf8(entry.name)},
            {QStringLiteral("command"), QJsonDocument::fromJson(entry.command).array()},
            {QStringLiteral("spec"), QString::fromUtf8(entry.spec)},
            {QStringLiteral("next_run_at"), timeOf(entry.nextRunAt)},
            {QStringLiteral("last_run_at"), timeOf(entry.lastRunAt)},
            {QStringLiteral("last_result"), textOf(entry.lastResult)},
            {QStringLiteral("last_exit"), entry.lastExit ? QJsonValue(*entry.lastExit) : QJsonValue()},
            {QStringLiteral("last_output"), textOf(entry.lastOutput)},
            {QStringLiteral("runner"), textOf(entry.runner)},
            {QStringLiteral("lease_until"), timeOf(entry.leaseUntil)}};
}

ScheduleEntry decodedEntry(const QJsonObject& object) {
    ScheduleEntry entry;
    entry.id = object.value(QLatin1String("id")).toInteger();
    entry.name = textIn(object, "name").value_or(QByteArray());
    entry.command = QJsonDocument(object.value(QLatin1String("command")).toArray()).toJson(QJsonDocument::Compact);
    entry.spec = textIn(object, "spec").value_or(QByteArray());
    entry.nextRunAt = timeIn(object, "next_run_at");
    entry.lastRunAt = timeIn(object, "last_run_at");
    entry.lastResult = textIn(object, "last_result");
    if (const QJsonValue exit = object.value(QLatin1String("last_exit")); exit.isDouble())
        entry.lastExit = exit.toInteger();
    entry.lastOutput = textIn(object, "last_output");
    entry.runner = textIn(object, "runner");
    entry.leaseUntil = timeIn(object, "lease_until");
    return entry;
}

std::vector<ScheduleEntry> decodedEntries(const QJsonObject& member) {
    std::vector<ScheduleEntry> entries;
    const QJsonArray all = member.value(QLatin1String(entriesMember)).toArray();
    for (const auto& each : all)
        entries.push_back(decodedEntry(each.toObject()));
    return entries;
}

/// Finds the entry as a runner took it. Error Changed: it is another's by now, or was removed.
Result<ScheduleEntry*> entryOf(std::vector<ScheduleEntry>& entries, const ScheduleEntry& taken) {
    const auto found = std::ranges::find_if(
        entries, [&](const ScheduleEntry& each) { return each.id == taken.id && each.runner == taken.runner; });
    return found == entries.end() ? Result<ScheduleEntry*>(entryTakenOver(taken)) : Result(&*found);
}

} // namespace

Result<FileSchedule::Entries> FileSchedule::read() const {
    const auto member = m_folder.read(scheduleSubject());
    PORTOLAN_TRY(member);
    return decodedEntries(*member);
}

Result<Page<ScheduleEntry>> FileSchedule::page(const ListQuery& query, const CancelToken&) {
    const auto all = read();
    PORTOLAN_TRY(all);
    return pageOfRows(*all, scheduleOrder(), query);
}

Result<PageIndex> FileSchedule::pageIndex(const ListQuery& query, int pages, const CancelToken&) {
    const auto all = read();
    PORTOLAN_TRY(all);
    return pageIndexOfRows(*all, scheduleOrder(), query, pages);
}

Result<void> FileSchedule::change(const Change& change) const {
    return m_folder.change(scheduleSubject(), [&](QJsonObject& member, OperationsFolder::Told& told) -> Result<void> {
        Entries entries = decodedEntries(member);
        PORTOLAN_TRY(change(entries, told));
        QJsonArray all;
        for (const ScheduleEntry& each : entries)
            all.append(encodedEntry(each));
        member.insert(QLatin1String(entriesMember), all);
        return {};
    });
}

Result<void> FileSchedule::add(const QByteArray& name, const QStringList& words, const QByteArray& spec, Timestamp now,
                               const QByteArray& reason, const QByteArray& actor) {
    Result<ScheduleChange> added = addedEntry(name, words, spec, now, reason, actor);
    PORTOLAN_TRY(added);
    return change([&](Entries& entries, OperationsFolder::Told& told) -> Result<void> {
        qint64 last = 0;
        for (const ScheduleEntry& each : entries) {
            if (each.name == name)
                return entryIsThere(name);
            last = std::max(last, each.id);
        }
        added->entry.id = last + 1;
        entries.push_back(added->entry);
        told = std::move(added->told);
        return {};
    });
}

Result<void> FileSchedule::remove(const QByteArray& name, const QByteArray& reason, const QByteArray& actor) {
    return change([&](Entries& entries, OperationsFolder::Told& told) -> Result<void> {
        const auto found = std::ranges::find(entries, name, &ScheduleEntry::name);
        if (found == entries.end())
            return noSuchEntry(name);
        told.push_back(removedEntry(*found, reason, actor));
        entries.erase(found);
        return {};
    });
}

Result<std::optional<ScheduleEntry>> FileSchedule::take(Timestamp due, Timestamp now, const QByteArray& runner,
                                                        const EntryTest& mayRun) {
    return takeFirst(
        [&](const ScheduleEntry& each) { return each.nextRunAt && *each.nextRunAt <= due && mayRun(each); }, now,
        runner);
}

Result<std::optional<ScheduleEntry>> FileSchedule::takeNamed(const QByteArray& name, Timestamp now,
                                                             const QByteArray& runner, const EntryTest& mayRun) {
    return takeFirst([&](const ScheduleEntry& each) { return each.name == name && mayRun(each); }, now, runner);
}

Result<std::optional<ScheduleEntry>> FileSchedule::takeFirst(const std::function<bool(const ScheduleEntry&)>& isWanted,
                                                             Timestamp now, const QByteArray& runner) const {
    std::optional<ScheduleEntry> taken;
    PORTOLAN_TRY(change([&](Entries& entries, OperationsFolder::Told& told) -> Result<void> {
        ScheduleEntry* first = nullptr;
        for (ScheduleEntry& each : entries) {
            const bool isFree = !each.leaseUntil || *each.leaseUntil < now;
            if (isFree && isWanted(each)
                && (!first || std::tie(each.nextRunAt, each.id) < std::tie(first->nextRunAt, first->id)))
                first = &each;
        }
        if (!first)
            return {};
        ScheduleChange given = takenEntry(*first, now, runner);
        taken = *first = given.entry;
        told = std::move(given.told);
        return {};
    }));
    return taken;
}

Result<void> FileSchedule::renew(const ScheduleEntry& taken, Timestamp now) {
    return change([&](Entries& entries, OperationsFolder::Told&) -> Result<void> {
        const auto entry = entryOf(entries, taken);
        PORTOLAN_TRY(entry);
        (*entry)->leaseUntil = now + lease;
        return {};
    });
}

Result<void> FileSchedule::finish(const ScheduleEntry& taken, const ScheduledEnd& end, Timestamp now,
                                  const QByteArray& actor) {
    return change([&](Entries& entries, OperationsFolder::Told& told) -> Result<void> {
        const auto entry = entryOf(entries, taken);
        PORTOLAN_TRY(entry);
        ScheduleChange done = finishedEntry(taken, end, now, actor);
        **entry = done.entry;
        told = std::move(done.told);
        return {};
    });
}

} // namespace portolan
