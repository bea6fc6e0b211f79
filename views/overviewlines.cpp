#include "views/overviewlines.h"

#include "storage/upkeep/checks.h"

#include <QCoreApplication>
#include <QLocale>
#include <algorithm>
#include <array>

namespace portolan {

namespace {

constexpr std::size_t mostGrown = 3;
constexpr std::size_t mostFindings = 3;

QString tell(const char* source) {
    return QCoreApplication::translate("Overview", source);
}
#define TELL(source) tell(QT_TRANSLATE_NOOP("Overview", source))

QString countText(const OverviewCount& count) {
    return (count.exact ? QString() : QStringLiteral("≥ ")) + groupedNumber(count.number);
}

CardLine plainLine(const QString& text) {
    CardLine line;
    line.text = text;
    return line;
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
};
constexpr std::array shownTables{ShownTable{"messages", "batches"},
                                 ShownTable{"batches", "batches"},
                                 ShownTable{"port_messages", "ports"},
                                 ShownTable{"checkpoints", "checkpoints"},
                                 ShownTable{"component_state", "components"},
                                 ShownTable{"system_health", "components"},
                                 ShownTable{"metrics", "events"},
                                 ShownTable{"processed_events", "events"},
                                 ShownTable{"component_metrics", "metrics"},
                                 ShownTable{"port_metrics", "metrics"},
                                 ShownTable{"portolan_audit", "audit"}};

const char* paneOfTable(const QByteArray& table) {
    const auto found = std::ranges::find_if(shownTables, [&](const ShownTable& each) { return table == each.table; });
    return found == shownTables.end() ? "tables" : found->pane;
}

/// Nothing where it does not receive.
CardLines receiverLines(const OverviewDesk& desk) {
    CardLines lines;
    const auto& receiver = desk.receiver();
    if (desk.isReceiving() && receiver) {
        const bool isTroubled = !receiver->lastError.isEmpty();
        lines.push_back(toned(
            isTroubled ? StateTone::Warning : StateTone::Good,
            line(TELL("Receiving from %1").arg(desk.source()),
                 TELL("%1/s").arg(QLocale().toString(receiver->rate, 'f', receiver->rate < 10 ? 1 : 0)), "batches")));
        if (receiver->behind)
            lines.push_back(line(TELL("Wait in the source"), groupedNumber(*receiver->behind), "batches"));
    } else {
        lines.push_back(toned(StateTone::Neutral, line(TELL("Not receiving here"), {}, "batches")));
    }
    if (receiver && !receiver->lastError.isEmpty()) {
        CardLine error = toned(StateTone::Bad, line(receiver->lastError, {}, "batches"));
        error.help = receiver->lastError;
        lines.push_back(std::move(error));
    }
    return lines;
}

const StoreStats* tableNamed(const OverviewDesk& desk, const char* name) {
    const auto found = std::ranges::find_if(desk.sizes(), [&](const StoreStats& each) { return each.name == name; });
    return found == desk.sizes().end() ? nullptr : &*found;
}

QString oldest(const std::optional<Timestamp>& time, Timestamp now) {
    return time ? TELL("oldest %1").arg(ageText(*time, now)) : QString();
}

} // namespace

CardLines receivingLines(const OverviewDesk& desk, Timestamp now) {
    CardLines lines = receiverLines(desk);
    if (!desk.overview())
        return lines;
    const Overview& told = *desk.overview();
    if (told.newestMessage)
        lines.push_back(line(TELL("Newest message"), ageText(*told.newestMessage, now), "batches"));
    if (const StoreStats* messages = tableNamed(desk, "messages"); messages && messages->lastHour)
        lines.push_back(
            line(TELL("In the last hour"), groupedNumber(*messages->lastHour), "batches", QStringLiteral("age<1h")));
    lines.push_back(line(TELL("Batches"), countText(told.batches), "batches"));
    if (told.gaps.number > 0)
        lines.push_back(toned(StateTone::Warning, line(TELL("Gaps"), countText(told.gaps), "batches")));
    if (told.rejects.number > 0)
        lines.push_back(toned(StateTone::Warning, line(TELL("Rejected"), countText(told.rejects), "batches")));
    return lines;
}

CardLines deadLetterLines(const OverviewDesk& desk, Timestamp now) {
    if (!desk.overview())
        return {};
    const Overview& told = *desk.overview();
    if (!told.deadLetters)
        return {plainLine(told.noDeadLetters)};
    const OverviewLetters& dead = *told.deadLetters;
    CardLines lines;
    const bool isAny = dead.letters.number > 0 || !dead.letters.exact;
    lines.push_back(toned(isAny ? StateTone::Bad : StateTone::Good,
                          line(TELL("Dead letters"), countText(dead.letters), "dead-letters")));
    if (!isAny)
        return lines;
    lines.push_back(line(TELL("Groups"), countText(dead.groups), "dead-letters"));
    if (std::ranges::any_of(dead.lastHours, [](qint32 count) { return count > 0; })) {
        CardLine trend = line({}, {}, "dead-letters", QStringLiteral("age<24h"));
        trend.help = TELL("Dead letters in each of the last 24 hours");
        qint64 all = 0;
        for (const qint32 count : dead.lastHours) {
            trend.figures.emplace_back(count);
            all += count;
        }
        trend.text = TELL("%1 in 24 h").arg(groupedNumber(all));
        lines.push_back(std::move(trend));
    }
    for (const DeadLetterGroup& group : dead.worst) {
        CardLine worst = line(groupedNumber(group.count) + QStringLiteral("  ") + visibleText(group.text, 200),
                              group.lastSeen ? ageText(*group.lastSeen, now) : QString(), "dead-letters",
                              filterFor("port_name", group.portName));
        worst.help = visibleText(group.text)
                     + (group.firstSeen ? u'\n'
                                              + TELL("On %1 since %2")
                                                    .arg(visibleText(group.portName, 60),
                                                         timeText(*group.firstSeen, TimeDisplay::Utc))
                                        : QString());
        lines.push_back(std::move(worst));
    }
    return lines;
}

CardLines componentLines(const OverviewDesk& desk, Timestamp now) {
    if (!desk.overview())
        return {};
    const Overview& told = *desk.overview();
    CardLines lines;
    if (told.components) {
        const auto named = [&](StateTone tone, const QString& what, const std::vector<QByteArray>& names) {
            if (names.empty())
                return;
            CardLine made = toned(tone, line(what + QStringLiteral(": ") + namesInShort(names),
                                             groupedNumber(std::ssize(names)), "components"));
            made.help = namesInShort(names);
            lines.push_back(std::move(made));
        };
        named(StateTone::Bad, TELL("Silent"), told.components->silent);
        named(StateTone::Bad, TELL("Unhealthy"), told.components->unhealthy);
        named(StateTone::Warning, TELL("Degraded"), told.components->degraded);
        const bool isWell = lines.empty() && told.components->all > 0;
        CardLine all = line(isWell ? TELL("Components, all healthy") : TELL("Components that report"),
                            groupedNumber(told.components->all), "components");
        lines.push_back(isWell ? toned(StateTone::Good, std::move(all)) : std::move(all));
    } else {
        lines.push_back(plainLine(told.noComponents));
    }
    if (told.queues) {
        const OverviewQueues& queues = *told.queues;
        const auto count = [&](qint64 number) { return countText({number, queues.exact}); };
        CardLine waiting = line(TELL("Pending"), count(queues.pending), "ports");
        waiting.help = oldest(queues.oldestPending, now);
        if (!waiting.help.isEmpty() && queues.pending > 0)
            waiting.text += QStringLiteral(", ") + waiting.help;
        lines.push_back(std::move(waiting));
        lines.push_back(line(TELL("Processing"), count(queues.processing), "ports"));
        CardLine failed = line(TELL("Failed, to be tried again"), count(queues.failed), "ports");
        lines.push_back(queues.failed > 0 ? toned(StateTone::Warning, std::move(failed)) : std::move(failed));
    }
    return lines;
}

CardLines storeLines(const OverviewDesk& desk) {
    if (desk.sizes().empty())
        return {};
    const StoreStats& whole = desk.sizes().front();
    CardLines lines;
    if (whole.bytes)
        lines.push_back(line(TELL("Size"), QLocale().formattedDataSize(*whole.bytes), "tables"));
    if (whole.rows)
        lines.push_back(line(TELL("Rows"),
                             (whole.isEstimate ? QStringLiteral("≈ ") : QString()) + groupedNumber(*whole.rows),
                             "tables"));
    std::vector<const StoreStats*> grown;
    for (const StoreStats& table : desk.sizes()) {
        if (table.lastHour.value_or(0) > 0)
            grown.push_back(&table);
    }
    std::ranges::stable_sort(grown, [](const auto* a, const auto* b) { return *a->lastHour > *b->lastHour; });
    if (grown.size() > mostGrown)
        grown.resize(mostGrown);
    for (const StoreStats* table : grown) {
        CardLine made = line(visibleText(table->name, 60), u'+' + groupedNumber(*table->lastHour) + TELL(" in 1 h"),
                             paneOfTable(table->name));
        made.help = TELL("Rows of %1 in the last hour").arg(visibleText(table->name));
        lines.push_back(std::move(made));
    }
    return lines;
}

CardLines checkLines(const CheckDesk* desk, Timestamp now) {
    if (!desk || (desk->entries().empty() && !desk->isRunning() && !desk->error()))
        return {line(TELL("Not verified since it was opened"), {}, "integrity")};
    if (desk->error())
        return {toned(StateTone::Bad, line(desk->error()->text, {}, "integrity"))};
    CardLines lines;
    const auto all = static_cast<qint64>(desk->entries().size());
    if (desk->isRunning())
        lines.push_back(
            toned(StateTone::Active,
                  line(TELL("Verifying"), TELL("%1 of %2").arg(groupedNumber(desk->done()), groupedNumber(all)),
                       "integrity")));
    else if (desk->found() == 0)
        lines.push_back(
            toned(StateTone::Good, line(TELL("Nothing found by %1 checks").arg(groupedNumber(desk->done())),
                                        desk->endedAt() ? ageText(*desk->endedAt(), now) : QString(), "integrity")));
    else
        lines.push_back(toned(StateTone::Bad,
                              line(TELL("Checks that found something"), groupedNumber(desk->found()), "integrity")));
    std::size_t told = 0;
    for (const CheckDesk::Entry& entry : desk->entries()) {
        if (entry.outcome != CheckDesk::Outcome::Found || told++ >= mostFindings)
            continue;
        CardLine made = line(QString::fromUtf8(entry.check.name), groupedNumber(entry.result.count), "integrity");
        made.help = visibleText(entry.result.detail);
        lines.push_back(std::move(made));
    }
    return lines;
}

CardLines operationLines(const OverviewDesk& desk, Timestamp now) {
    if (!desk.overview())
        return {};
    const Overview& told = *desk.overview();
    if (!told.operations)
        return {plainLine(told.noOperations)};
    if (told.operations->empty())
        return {line(TELL("Nothing was done to it yet"), {}, "audit")};
    CardLines lines;
    for (const AuditEntry& entry : *told.operations) {
        QString text = visibleText(entry.action, 40) + u' ' + visibleText(entry.subjectKind, 40);
        if (entry.subjectId)
            text += u' ' + visibleText(*entry.subjectId, 60);
        CardLine made = line(text, ageText(entry.at, now), "audit", filterFor("id", QByteArray::number(entry.id)));
        made.help = visibleText(entry.actor, 60)
                    + (entry.reason ? QStringLiteral(": ") + visibleText(*entry.reason) : QString());
        lines.push_back(std::move(made));
    }
    return lines;
}

#undef TELL

} // namespace portolan
