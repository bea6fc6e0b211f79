#include "views/overview/overviewlines.h"

#include "models/alerts/alerttexts.h"
#include "models/list/format.h"
#include "storage/checks/checks.h"

#include <QCoreApplication>
#include <QLocale>
#include <algorithm>
#include <array>
#include <span>

namespace portolan {

namespace {

constexpr std::size_t mostGrown = 3;
constexpr std::size_t mostFindings = 3;
constexpr int mostAlertLines = 4;
constexpr int portLetters = 24;

QString tell(const char* source) {
    return QCoreApplication::translate("Overview", source);
}

/// Writes a count; the last exact one with its age where there is none now, and of a count that has just begun that it
/// is being made.
QString countText(const OverviewCount& count, Timestamp now) {
    if (count.exact || (count.exactAt && now - *count.exactAt < std::chrono::seconds(1)))
        return groupedNumber(count.number);
    if (count.exactAt)
        return tell(QT_TRANSLATE_NOOP("Overview", "%1, %2 ago"))
            .arg(groupedNumber(count.number), ageText(*count.exactAt, now));
    return count.number == 0 ? tell(QT_TRANSLATE_NOOP("Overview", "being counted"))
                             : QStringLiteral("≥ ") + groupedNumber(count.number);
}

CardLine plainLine(const QString& text) {
    CardLine line;
    line.text = text;
    return line;
}

/// Returns a line of why there is nothing: the first sentence, and all of it as help.
CardLine reasonLine(const QString& why) {
    const qsizetype end = why.indexOf(QLatin1String(". "));
    CardLine made = plainLine(end < 0 ? why : why.first(end + 1));
    made.help = why;
    return made;
}

CardLine line(const QString& text, const QString& value, const char* pane, const QString& filter = {}) {
    CardLine made;
    made.text = text;
    made.value = value;
    made.pane = QLatin1String(pane);
    made.filter = filter;
    return made;
}

CardLine toned(StateTone tone, CardLine made) {
    made.tone = tone;
    made.hasShape = true;
    return made;
}

QString filterFor(QByteArrayView column, const QByteArray& value) {
    return QString::fromUtf8(filterOf(column, std::array{value}));
}

/// A table that a pane shows.
struct ShownTable {
    const char* table;
    const char* pane;
    const char* lastHour = ""; ///< a filter for the rows of the last hour, where its list goes by the same time
};
constexpr std::array shownTables{ShownTable{"messages", "batches", "age<1h"},
                                 ShownTable{"batches", "batches"},
                                 ShownTable{"port_messages", "ports", "age<1h"},
                                 ShownTable{"checkpoints", "checkpoints", "age<1h"},
                                 ShownTable{"component_state", "components"},
                                 ShownTable{"system_health", "components"},
                                 ShownTable{"metrics", "events"},
                                 ShownTable{"processed_events", "events"},
                                 ShownTable{"component_metrics", "metrics"},
                                 ShownTable{"port_metrics", "metrics"},
                                 ShownTable{"portolan_audit", "audit", "age<1h"}};

/// Leads to what was added last.
CardLine grownLine(const StoreStats& table) {
    const auto known =
        std::ranges::find_if(shownTables, [&](const ShownTable& each) { return table.name == each.table; });
    const bool isShown = known != shownTables.end();
    CardLine made = line(visibleText(table.name, 60),
                         u'+' + groupedNumber(*table.lastHour) + tell(QT_TRANSLATE_NOOP("Overview", " in 1 h")),
                         isShown ? known->pane : "tables", isShown ? QString::fromLatin1(known->lastHour) : QString());
    if (!isShown)
        made.pane += u'/' + QString::fromUtf8(table.name);
    made.help = tell(QT_TRANSLATE_NOOP("Overview", "Rows of %1 in the last hour")).arg(visibleText(table.name));
    return made;
}

/// Nothing where it does not receive.
CardLines receiverLines(const OverviewPoller& desk) {
    CardLines lines;
    const auto& receiver = desk.receiver();
    if (desk.isReceiving() && receiver) {
        const bool isTroubled = !receiver->lastError.isEmpty();
        lines.push_back(toned(isTroubled ? StateTone::Warning : StateTone::Good,
                              line(tell(QT_TRANSLATE_NOOP("Overview", "Receiving from %1")).arg(desk.source()),
                                   tell(QT_TRANSLATE_NOOP("Overview", "%1/s"))
                                       .arg(measuredFigure(receiver->rate, receiver->rate < 10 ? 1 : 0)),
                                   "batches")));
        if (receiver->behind)
            lines.push_back(line(tell(QT_TRANSLATE_NOOP("Overview", "Wait in the source")),
                                 groupedNumber(*receiver->behind), "batches"));
        if (receiver->state == ReceiverState::Retrying && receiver->queued > 0)
            lines.push_back(
                toned(StateTone::Warning, line(tell(QT_TRANSLATE_NOOP("Overview", "Held back, not stored yet")),
                                               groupedNumber(receiver->queued), "batches")));
    } else {
        lines.push_back(
            toned(StateTone::Neutral, line(tell(QT_TRANSLATE_NOOP("Overview", "Not receiving here")), {}, "batches")));
    }
    if (receiver && !receiver->lastError.isEmpty()) {
        CardLine error = toned(StateTone::Bad, line(receiver->lastError, {}, "batches"));
        error.help = receiver->lastError;
        lines.push_back(std::move(error));
    }
    return lines;
}

const StoreStats* tableNamed(const OverviewPoller& desk, const char* name) {
    const auto found = std::ranges::find_if(desk.sizes(), [&](const StoreStats& each) { return each.name == name; });
    return found == desk.sizes().end() ? nullptr : &*found;
}

CardLine cacheLine(const ReadCacheFigures& cache) {
    CardLine made = plainLine(tell(QT_TRANSLATE_NOOP("Overview", "Read cache")));
    made.value = tell(QT_TRANSLATE_NOOP("Overview", "%1 of %2 found, %3"))
                     .arg(groupedNumber(cache.hits), groupedNumber(cache.hits + cache.misses), byteSize(cache.bytes));
    made.help = tell(QT_TRANSLATE_NOOP("Overview", "Answers that this window did not have to read again; what it keeps "
                                                   "for that, of %1 at most"))
                    .arg(byteSize(cache.most));
    return made;
}

/// Says what a verification came to, and when it was.
CardLines outcomeLines(qint64 checks, qint64 found, const std::optional<Timestamp>& endedAt, Timestamp now) {
    const QString age = endedAt ? ageText(*endedAt, now) : QString();
    if (found == 0)
        return {toned(StateTone::Good,
                      line(tell(QT_TRANSLATE_NOOP("Overview", "Nothing found by %1 checks")).arg(groupedNumber(checks)),
                           age, "integrity"))};
    CardLines lines{toned(StateTone::Bad, line(tell(QT_TRANSLATE_NOOP("Overview", "Checks that found something")),
                                               groupedNumber(found), "integrity"))};
    if (endedAt)
        lines.push_back(line(tell(QT_TRANSLATE_NOOP("Overview", "Verified")), age, "integrity"));
    return lines;
}

CardLine findingLine(const QByteArray& check, qint64 count, const QByteArray& detail) {
    CardLine made = line(QString::fromUtf8(check), groupedNumber(count), "integrity");
    made.help = visibleText(detail);
    return made;
}

CardLines recordedLines(const Verification& last, Timestamp now) {
    CardLines lines = outcomeLines(last.checks, std::ssize(last.findings), last.endedAt, now);
    lines.front().help = tell(QT_TRANSLATE_NOOP("Overview", "Recorded by %1")).arg(visibleText(last.actor, 60));
    if (last.notMade > 0)
        lines.push_back(
            toned(StateTone::Warning, line(tell(QT_TRANSLATE_NOOP("Overview", "Checks that could not be made")),
                                           groupedNumber(last.notMade), "integrity")));
    for (const Verification::Finding& finding :
         std::span(last.findings).first(std::min(mostFindings, last.findings.size())))
        lines.push_back(findingLine(finding.check, finding.count, finding.detail));
    return lines;
}

QString oldest(const std::optional<Timestamp>& time, Timestamp now) {
    return time ? tell(QT_TRANSLATE_NOOP("Overview", "oldest %1")).arg(ageText(*time, now)) : QString();
}

} // namespace

CardLines receivingLines(const OverviewPoller& desk, Timestamp now) {
    CardLines lines = receiverLines(desk);
    if (!desk.overview())
        return lines;
    const Overview& told = *desk.overview();
    if (told.newestMessage)
        lines.push_back(
            line(tell(QT_TRANSLATE_NOOP("Overview", "Newest message")), ageText(*told.newestMessage, now), "batches"));
    if (const StoreStats* messages = tableNamed(desk, "messages"); messages && messages->lastHour)
        lines.push_back(line(tell(QT_TRANSLATE_NOOP("Overview", "In the last hour")),
                             groupedNumber(*messages->lastHour), "batches", QStringLiteral("age<1h")));
    lines.push_back(told.noBatches.isEmpty()
                        ? line(tell(QT_TRANSLATE_NOOP("Overview", "Batches")), countText(told.batches, now), "batches")
                        : reasonLine(told.noBatches));
    if (told.gaps.number > 0)
        lines.push_back(toned(StateTone::Warning, line(tell(QT_TRANSLATE_NOOP("Overview", "Gaps")),
                                                       countText(told.gaps, now), "batches/gaps")));
    if (told.rejects.number > 0)
        lines.push_back(toned(StateTone::Warning, line(tell(QT_TRANSLATE_NOOP("Overview", "Rejected")),
                                                       countText(told.rejects, now), "batches/rejects")));
    return lines;
}

CardLines deadLetterLines(const OverviewPoller& desk, Timestamp now) {
    if (!desk.overview())
        return {};
    const Overview& told = *desk.overview();
    if (!told.deadLetters)
        return {reasonLine(told.noDeadLetters)};
    const OverviewLetters& dead = *told.deadLetters;
    CardLines lines;
    const bool isAny = dead.letters.number > 0 || !dead.letters.exact;
    lines.push_back(
        toned(isAny ? StateTone::Bad : StateTone::Good,
              line(tell(QT_TRANSLATE_NOOP("Overview", "Dead letters")), countText(dead.letters, now), "dead-letters")));
    if (!isAny)
        return lines;
    for (const DeadLetterGroup& group : dead.worst) {
        const QByteArray place = "dead-letters/" + group.fingerprint;
        CardLine worst = line(groupedNumber(group.count) + QStringLiteral("  ") + visibleText(group.text, 200),
                              group.lastSeen ? ageText(*group.lastSeen, now) : QString(), place.constData());
        if (!group.portName.isEmpty())
            worst.value = visibleText(group.portName, portLetters) + QStringLiteral("  ") + worst.value;
        worst.help = visibleText(group.text)
                     + (group.firstSeen ? u'\n'
                                              + tell(QT_TRANSLATE_NOOP("Overview", "On %1 since %2"))
                                                    .arg(visibleText(group.portName, 60),
                                                         timeText(*group.firstSeen, TimeDisplay::Utc))
                                        : QString());
        lines.push_back(std::move(worst));
    }
    qint64 shown = 0;
    for (const DeadLetterGroup& group : dead.worst)
        shown += group.count;
    if (const qint64 more = dead.groups.number - std::ssize(dead.worst); more > 0)
        lines.push_back(line(
            more == 1 ? tell(QT_TRANSLATE_NOOP("Overview", "… 1 more group"))
                      : tell(QT_TRANSLATE_NOOP("Overview", "… %1 more groups")).arg(groupedNumber(more)),
            countText({dead.letters.number - shown, dead.letters.exact, dead.letters.exactAt}, now), "dead-letters"));
    return lines;
}

CardLines componentLines(const OverviewPoller& desk, Timestamp now) {
    if (!desk.overview())
        return {};
    const Overview& told = *desk.overview();
    CardLines lines;
    if (told.components) {
        const auto named = [&](StateTone tone, const QString& what, const std::vector<QByteArray>& names,
                               const char* filter) {
            if (names.empty())
                return;
            CardLine made =
                toned(tone, line(what + QStringLiteral(": ") + namesInShort(names), groupedNumber(std::ssize(names)),
                                 "components/health", QLatin1String(filter)));
            made.help = namesInShort(names);
            lines.push_back(std::move(made));
        };
        named(StateTone::Bad, tell(QT_TRANSLATE_NOOP("Overview", "Silent")), told.components->silent, "state:silent");
        named(StateTone::Bad, tell(QT_TRANSLATE_NOOP("Overview", "Unhealthy")), told.components->unhealthy,
              "state:unhealthy");
        named(StateTone::Warning, tell(QT_TRANSLATE_NOOP("Overview", "Degraded")), told.components->degraded,
              "state:degraded");
        const bool isWell = lines.empty() && told.components->all > 0;
        CardLine all = line(isWell ? tell(QT_TRANSLATE_NOOP("Overview", "Components, all healthy"))
                                   : tell(QT_TRANSLATE_NOOP("Overview", "Components that report")),
                            groupedNumber(told.components->all), "components/health");
        lines.push_back(isWell ? toned(StateTone::Good, std::move(all)) : std::move(all));
    } else {
        lines.push_back(reasonLine(told.noComponents));
    }
    if (told.queues) {
        const OverviewQueues& queues = *told.queues;
        const auto count = [&](qint64 number) { return countText({number, queues.exact, queues.exactAt}, now); };
        CardLine waiting = line(tell(QT_TRANSLATE_NOOP("Overview", "Pending")), count(queues.pending), "ports",
                                QStringLiteral("status:pending"));
        waiting.help = oldest(queues.oldestPending, now);
        if (!waiting.help.isEmpty() && queues.pending > 0)
            waiting.text += QStringLiteral(", ") + waiting.help;
        lines.push_back(std::move(waiting));
        lines.push_back(line(tell(QT_TRANSLATE_NOOP("Overview", "Processing")), count(queues.processing), "ports",
                             QStringLiteral("status:processing")));
        CardLine failed = line(tell(QT_TRANSLATE_NOOP("Overview", "Failed, to be tried again")), count(queues.failed),
                               "ports", QStringLiteral("status:failed"));
        lines.push_back(queues.failed > 0 ? toned(StateTone::Warning, std::move(failed)) : std::move(failed));
    }
    return lines;
}

CardLines storeLines(const OverviewPoller& desk) {
    if (desk.sizes().empty())
        return {};
    const StoreStats& whole = desk.sizes().front();
    const char* const place = desk.overview() && !desk.overview()->hasTables ? "batches" : "tables";
    CardLines lines;
    if (whole.bytes)
        lines.push_back(line(tell(QT_TRANSLATE_NOOP("Overview", "Size")), byteSize(*whole.bytes), place));
    if (whole.rows)
        lines.push_back(line(tell(QT_TRANSLATE_NOOP("Overview", "Rows")),
                             (whole.isEstimate ? QStringLiteral("≈ ") : QString()) + groupedNumber(*whole.rows),
                             place));
    if (whole.cache)
        lines.push_back(cacheLine(*whole.cache));
    std::vector<const StoreStats*> grown;
    for (const StoreStats& table : desk.sizes()) {
        if (table.lastHour.value_or(0) > 0)
            grown.push_back(&table);
    }
    std::ranges::stable_sort(grown, [](const auto* a, const auto* b) { return *a->lastHour > *b->lastHour; });
    if (grown.size() > mostGrown)
        grown.resize(mostGrown);
    for (const StoreStats* table : grown)
        lines.push_back(grownLine(*table));
    return lines;
}

CardLines checkLines(const CheckController* desk, const OverviewPoller* recorded, Timestamp now) {
    const auto* const last =
        recorded && recorded->overview() && recorded->overview()->verified ? &*recorded->overview()->verified : nullptr;
    const bool isUsed = desk && (!desk->entries().empty() || desk->isRunning() || desk->error());
    const bool isLater = last && desk && desk->endedAt() && *desk->endedAt() < last->endedAt;
    if (last && (!isUsed || (isLater && !desk->isRunning() && !desk->error())))
        return recordedLines(*last, now);
    if (!isUsed)
        return {line(tell(QT_TRANSLATE_NOOP("Overview", "Not verified since it was opened")), {}, "integrity")};
    if (desk->error())
        return {toned(StateTone::Bad, line(desk->error()->text, {}, "integrity"))};
    CardLines lines;
    const auto all = static_cast<qint64>(desk->entries().size());
    if (desk->isRunning())
        lines.push_back(toned(
            StateTone::Active,
            line(tell(QT_TRANSLATE_NOOP("Overview", "Verifying")),
                 tell(QT_TRANSLATE_NOOP("Overview", "%1 of %2")).arg(groupedNumber(desk->done()), groupedNumber(all)),
                 "integrity")));
    else
        lines = outcomeLines(desk->done(), desk->found(), desk->endedAt(), now);
    std::size_t told = 0;
    for (const CheckController::Entry& entry : desk->entries()) {
        if (entry.outcome != CheckController::Outcome::Found || told++ >= mostFindings)
            continue;
        lines.push_back(findingLine(entry.check.name, entry.result.count, entry.result.detail));
    }
    return lines;
}

namespace {

CardLine alertLine(const AlertReading& reading) {
    const PaneLink link = alertLink(reading.alert.rule);
    const bool fires = reading.state == AlertState::Firing;
    const bool isKnown = !reading.problem;
    CardLine made = toned(fires ? StateTone::Bad : isKnown ? StateTone::Warning : StateTone::Neutral, CardLine());
    made.text = isKnown ? alertSentence(reading)
                        : tell(QT_TRANSLATE_NOOP("Overview", "%1: not known")).arg(alertTitle(reading.alert.rule));
    made.value = fires                                       ? tell(QT_TRANSLATE_NOOP("Overview", "firing"))
                 : reading.state == AlertState::Acknowledged ? tell(QT_TRANSLATE_NOOP("Overview", "acknowledged"))
                                                             : QString();
    made.pane = link.place.isEmpty() ? QLatin1String(alertsPlace) : link.place;
    made.filter = link.filter;
    made.help = isKnown ? QString() : reading.problem->text;
    return made;
}

} // namespace

CardLines alertLines(const AlertMonitor* desk) {
    if (!desk || (!desk->isSettled() && !desk->error()))
        return {};
    if (desk->error())
        return {toned(StateTone::Neutral, line(desk->error()->text, {}, alertsPlace))};
    CardLines lines;
    int more = 0;
    for (const AlertReading& reading : desk->readings()) {
        if (alertRank(reading) > 2)
            break;
        if (std::ssize(lines) < mostAlertLines)
            lines.push_back(alertLine(reading));
        else
            ++more;
    }
    const auto watched =
        std::ranges::count_if(desk->readings(), [](const AlertReading& each) { return each.alert.rule.enabled; });
    if (lines.empty())
        return {
            toned(StateTone::Good,
                  line(tell(QT_TRANSLATE_NOOP("Overview", "No alert fires")),
                       tell(QT_TRANSLATE_NOOP("Overview", "%1 watched")).arg(groupedNumber(watched)), alertsPlace))};
    lines.push_back(line(more > 0 ? tell(QT_TRANSLATE_NOOP("Overview", "%1 more")).arg(groupedNumber(more))
                                  : tell(QT_TRANSLATE_NOOP("Overview", "All alerts")),
                         tell(QT_TRANSLATE_NOOP("Overview", "%1 watched")).arg(groupedNumber(watched)), alertsPlace));
    return lines;
}

CardLines operationLines(const OverviewPoller& desk, Timestamp now) {
    if (!desk.overview())
        return {};
    const Overview& told = *desk.overview();
    if (!told.operations)
        return {reasonLine(told.noOperations)};
    if (!desk.day())
        return {};
    const std::vector<AuditEntry>& acts = desk.day()->acts;
    if (acts.empty())
        return {line(told.operations->empty() ? tell(QT_TRANSLATE_NOOP("Overview", "Nothing was done to it yet"))
                                              : tell(QT_TRANSLATE_NOOP("Overview", "Nothing but the work of programs")),
                     {}, "audit")};
    CardLines lines;
    for (const AuditEntry& entry : acts) {
        QString text = visibleText(entry.actor, 40) + QStringLiteral(": ") + visibleText(entry.action, 40);
        if (entry.subjectKind != "replay_run" && entry.subjectId)
            text += u' ' + visibleText(*entry.subjectId, 60);
        CardLine made = line(text, ageText(entry.at, now), "audit", filterFor("id", QByteArray::number(entry.id)));
        made.help = visibleText(entry.subjectKind, 40)
                    + (entry.reason ? QStringLiteral(": ") + visibleText(*entry.reason) : QString());
        lines.push_back(std::move(made));
    }
    return lines;
}

} // namespace portolan
