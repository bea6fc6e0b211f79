#include "storage/schedule/schedulechange.h"

#include "storage/json/jsontext.h"
#include "storage/schedule/schedulespec.h"

namespace portolan {

namespace {

AuditEntry scheduleAct(const char* action, const QByteArray& name, const QByteArray& reason, const QByteArray& actor) {
    return auditEntry(action, "schedule", name, reason, actor);
}

QByteArray scheduleImage(const ScheduleEntry& entry) {
    QByteArray image = "{\"command\":" + entry.command + ",\"spec\":";
    appendJsonString(image, entry.spec);
    return image + '}';
}

} // namespace

Result<ScheduleChange> addedEntry(const QByteArray& name, const QStringList& words, const QByteArray& spec,
                                  Timestamp now, const QByteArray& reason, const QByteArray& actor) {
    const Result<ScheduleSpec> when = ScheduleSpec::parse(spec);
    PORTOLAN_TRY(when);
    ScheduleChange change;
    change.entry.name = name;
    change.entry.command = commandOfWords(words);
    change.entry.spec = spec;
    change.entry.nextRunAt = when->next(now);
    if (!change.entry.nextRunAt)
        return Error{ErrorCode::Usage, QStringLiteral("\"%1\" never comes.").arg(QString::fromUtf8(spec))};
    AuditEntry told = scheduleAct("add", name, reason, actor);
    told.after = scheduleImage(change.entry);
    change.told.push_back(std::move(told));
    return change;
}

AuditEntry removedEntry(const ScheduleEntry& entry, const QByteArray& reason, const QByteArray& actor) {
    AuditEntry told = scheduleAct("remove", entry.name, reason, actor);
    told.before = scheduleImage(entry);
    return told;
}

ScheduleChange takenEntry(const ScheduleEntry& entry, Timestamp now, const QByteArray& runner) {
    ScheduleChange change{entry, {}};
    if (entry.runner) // it died
        change.told.push_back(scheduleAct("lost", entry.name, {}, *entry.runner));
    change.entry.runner = runner;
    change.entry.lastRunAt = now;
    change.entry.leaseUntil = now + Schedule::lease;
    AuditEntry told = scheduleAct("run", entry.name, {}, runner);
    told.before = scheduleImage(entry);
    change.told.push_back(std::move(told));
    return change;
}

ScheduleChange finishedEntry(const ScheduleEntry& taken, const ScheduledEnd& end, Timestamp now,
                             const QByteArray& actor) {
    ScheduleChange change{taken, {}};
    ScheduleEntry& entry = change.entry;
    const Result<ScheduleSpec> spec = ScheduleSpec::parse(taken.spec);
    entry.nextRunAt = spec ? spec->next(now, taken.nextRunAt) : std::nullopt;
    entry.runner.reset();
    entry.leaseUntil.reset();
    entry.lastResult = scheduleResultOf(end);
    entry.lastExit = end.exit ? std::optional<qint64>(*end.exit) : std::nullopt;
    entry.lastOutput = QString::fromUtf8(end.output).remove(QChar(0)).toUtf8();
    AuditEntry told = scheduleAct("ran", taken.name, {}, actor);
    told.after = "{\"result\":\"" + *entry.lastResult
                 + "\",\"exit\":" + (end.exit ? QByteArray::number(*end.exit) : "null") + '}';
    change.told.push_back(std::move(told));
    return change;
}

Error entryIsThere(const QByteArray& name) {
    return {ErrorCode::Usage, QStringLiteral("The schedule has an entry \"%1\" already; remove it first, or "
                                             "give another name.")
                                  .arg(QString::fromUtf8(name))};
}

Error noSuchEntry(const QByteArray& name) {
    return {ErrorCode::NotFound,
            QStringLiteral("The schedule has no entry \"%1\"; `schedule list` has all.").arg(QString::fromUtf8(name))};
}

Error entryTakenOver(const ScheduleEntry& entry) {
    return {ErrorCode::Changed,
            QStringLiteral("The schedule's entry \"%1\" was removed, or taken over by another program, "
                           "while it ran.")
                .arg(QString::fromUtf8(entry.name))};
}

} // namespace portolan
