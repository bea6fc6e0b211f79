#include "models/operations/schedulemodels.h"

#include "models/list/format.h"
#include "storage/listing/filter.h"
#include "storage/schedule/schedulespec.h"
#include "storage/store.h"

#include <algorithm>

namespace portolan {

namespace {

struct ScheduleWords {
    Q_DECLARE_TR_FUNCTIONS(Schedule)
};

RowSource<ScheduleEntry>& scheduleOf(Store& store) {
    Schedule* const schedule = store.schedule();
    return schedule ? schedule->entries() : noRows<ScheduleEntry>();
}

/// A runner whose lease is over died.
void cutToScheduleCells(ScheduleEntry& entry) {
    if (const auto words = wordsOfEntry(entry))
        entry.command = commandLineOf(*words).toUtf8();
    if (!entry.leaseUntil || *entry.leaseUntil < currentTime())
        entry.runner.reset();
    entry.lastOutput.reset(); // the Inspector reads it whole
}

Listing<ScheduleEntry> scheduled() {
    return {.source = scheduleOf,
            .columns = scheduleColumns,
            .schema = scheduleSchema,
            .shown = {{"name", QT_TRANSLATE_NOOP("Columns", "Name"), ColumnKind::Data, 12},
                      {"command", QT_TRANSLATE_NOOP("Columns", "Command"), ColumnKind::Data, -16},
                      {"spec", QT_TRANSLATE_NOOP("Columns", "When"), ColumnKind::Data, 16},
                      {"next_run_at", QT_TRANSLATE_NOOP("Columns", "Next run"), ColumnKind::Age, 14},
                      {"last_run_at", QT_TRANSLATE_NOOP("Columns", "Last run"), ColumnKind::Age, 9},
                      {"last_result", QT_TRANSLATE_NOOP("Columns", "Result"), ColumnKind::State, 13},
                      {"runner", QT_TRANSLATE_NOOP("Columns", "Run now by"), ColumnKind::Data, 12}},
            .identity = [](const ScheduleEntry& entry) { return entry.name; },
            .trim = cutToScheduleCells,
            .rowsChange = true};
}

} // namespace

std::shared_ptr<const ListingAdapter> scheduleListing() {
    return std::make_shared<TypedListing<ScheduleEntry>>(scheduled());
}

Result<ScheduleEntry> readWholeEntry(Store& store, const QByteArray& name, const CancelToken& token) {
    ListQuery query;
    query.filter = equals(scheduleSchema(), "name", name);
    query.sort.column = "id";
    query.limit = 1;
    auto page = scheduleOf(store).page(query, token);
    PORTOLAN_TRY(page);
    if (page->rows.empty())
        return Error{ErrorCode::NotFound, QCoreApplication::translate("Errors", "The row is no longer there.")};
    return std::move(page->rows.front());
}

Inspection inspect(const ScheduleEntry& entry) {
    Inspection inspection;
    inspection.title =
        inspectionText(QT_TRANSLATE_NOOP("Inspection", "Scheduled: %1")).arg(visibleText(entry.name, 60));
    inspection.facts = {{inspectionText(QT_TRANSLATE_NOOP("Inspection", "When")), visibleText(entry.spec)}};
    const auto addTime = [&](const char* name, const std::optional<Timestamp>& time) {
        if (time)
            inspection.facts.push_back({inspectionText(name), *time});
    };
    addTime(QT_TRANSLATE_NOOP("Inspection", "Next run"), entry.nextRunAt);
    addTime(QT_TRANSLATE_NOOP("Inspection", "Last run"), entry.lastRunAt);
    if (entry.lastResult)
        inspection.facts.push_back(
            {inspectionText(QT_TRANSLATE_NOOP("Inspection", "Result")), statusText(*entry.lastResult)});
    if (entry.lastExit)
        inspection.facts.push_back({inspectionText(QT_TRANSLATE_NOOP("Inspection", "Exit code")), *entry.lastExit});
    if (entry.runner)
        inspection.facts.push_back(
            {inspectionText(QT_TRANSLATE_NOOP("Inspection", "Taken by")), visibleText(*entry.runner)});
    const QString file = QStringLiteral("schedule-%1").arg(QString::fromUtf8(entry.name));
    const auto words = wordsOfEntry(entry);
    if (entry.lastOutput)
        inspection.documents.push_back(readDocument(inspectionText(QT_TRANSLATE_NOOP("Inspection", "Output")),
                                                    *entry.lastOutput, file + QStringLiteral(".txt")));
    inspection.documents.push_back(readDocument(inspectionText(QT_TRANSLATE_NOOP("Inspection", "Command")),
                                                words ? "portolan " + commandLineOf(*words).toUtf8() : entry.command,
                                                file + QStringLiteral("-command.txt")));
    return inspection;
}

QString commandLineOf(const QStringList& words) {
    QStringList line;
    for (const QString& word : words) {
        const bool isPlain =
            !word.isEmpty() && std::ranges::none_of(word, [](QChar c) { return c.isSpace() || c == u'"'; });
        line << (isPlain ? word : u'"' + QString(word).replace(QStringLiteral("\""), QStringLiteral("\"\"\"")) + u'"');
    }
    return line.join(u' ');
}

QString scheduleMistake(const QByteArray& spec) {
    using Kind = ScheduleSpec::Mistake::Kind;
    const auto mistake = ScheduleSpec::mistakeIn(spec);
    if (!mistake)
        return {};
    const QString word = visibleText(mistake->word, 40);
    QString why;
    switch (mistake->kind) {
    case Kind::NoInterval:
        why = ScheduleWords::tr("It is no interval.");
        break;
    case Kind::ShortInterval:
        why = ScheduleWords::tr("An interval is a minute at least.");
        break;
    case Kind::TimeOfDay:
        why = ScheduleWords::tr("The time of day is as 02:00.");
        break;
    case Kind::FieldCount:
        why = ScheduleWords::tr("Cron has five fields.");
        break;
    case Kind::Minute:
        why = ScheduleWords::tr("“%1” is no minute.").arg(word);
        break;
    case Kind::Hour:
        why = ScheduleWords::tr("“%1” is no hour.").arg(word);
        break;
    case Kind::Day:
        why = ScheduleWords::tr("“%1” is no day of the month.").arg(word);
        break;
    case Kind::Month:
        why = ScheduleWords::tr("“%1” is no month.").arg(word);
        break;
    case Kind::Weekday:
        why = ScheduleWords::tr("“%1” is no day of the week.").arg(word);
        break;
    }
    return ScheduleWords::tr("“%1” is no time to run at. %2 Write 15m, 2h, 1d, “daily 02:00”, “weekly sun 03:00”, or "
                             "cron's five fields as “0 2 * * 1-5”.")
        .arg(visibleText(spec, 60), why);
}

std::vector<ScheduleOffer> scheduleOffers(const StoreUrl& store) {
    const auto words = [](const char* line) { return QString::fromLatin1(line).split(u' '); };
    return {{ScheduleWords::tr("Back up, every night"), "backup", words("backup"), "daily 02:00"},
            {ScheduleWords::tr("Delete old rows, every night"), "retention", words("retain"), "daily 03:00"},
            {ScheduleWords::tr("Verify, every night"), "verify", words("verify --record"), "daily 04:00"},
            {ScheduleWords::tr("Sum up samples and make partitions, every hour"), "roll", words("roll"), "1h"},
            {ScheduleWords::tr("Keep sizes and how quickly it answers, every day"), "history", words("stats --record"),
             "daily 01:00"},
            {ScheduleWords::tr("Prove the newest backup, every week"), "drill",
             words("verify-backup newest --record --store") + QStringList(store.display()), "weekly sun 05:00"}};
}

} // namespace portolan
