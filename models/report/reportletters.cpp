#include "models/deadletters/groupstory.h"
#include "models/deadletters/grouptally.h"
#include "models/list/format.h"
#include "models/report/reportcauses.h"
#include "models/report/reportreading.h"
#include "storage/deadletters/groupscan.h"
#include "storage/ports/ports.h"

#include <algorithm>
#include <map>

namespace portolan {

namespace {

constexpr int mostGroups = 25;
constexpr std::size_t causesTold = 5;      ///< with their slots, contrasts and a sample
constexpr qint64 lettersLookedAt = 20'000; ///< the newest
constexpr qint64 lettersOfAGroup = 2'000;  ///< whose texts are compared
constexpr qint64 completedLookedAt = 2'000;
constexpr std::size_t contrastsTold = 3;
constexpr qsizetype longestTitle = 2'000;
constexpr std::size_t precursorsTold = 3;

} // namespace

/// Counts the slots of a cause's letters, and the contrasts with messages that were completed.
struct ReportReading::Cause {
    explicit Cause(const QByteArray& text) : places(text) {}
    /// "timeout after 3000 ms on ⟨host⟩": the names of what varies, and the values of what does not.
    [[nodiscard]] QString title() const { return visibleText(places.filledText(), longestTitle); }
    SlotCounter places;
    ContrastCounter contrasts{};
};

/// The newest letters, as far as they are looked at: their times, and what those of a cause say.
struct ReportReading::Letters {
    std::vector<std::pair<Timestamp, qint64>> times{};
    std::map<QByteArray, Cause> byGroup{}; ///< by fingerprint, of the causes that are told
};

Result<ReportReading::Letters> ReportReading::readLetters(const Filter& filter,
                                                          std::span<const DeadLetterGroup> groups) const {
    Letters letters;
    for (const DeadLetterGroup& group : groups.first(std::min(groups.size(), causesTold)))
        letters.byGroup.try_emplace(group.fingerprint, group.text);
    ListQuery query{filter, {{}, true}, {}, lettersAPage};
    qint64 read = 0;
    for (bool isLast = false; !isLast && read < lettersLookedAt;) {
        const auto page = store.ports()->deadLetters().page(query, token);
        PORTOLAN_TRY(page);
        for (const PortMessage& letter : page->rows) {
            if (const auto at = letter.diedAt())
                letters.times.emplace_back(*at, 1);
            const auto cause = letters.byGroup.find(GroupTally::groupOf(store, letter));
            if (cause == letters.byGroup.end() || cause->second.contrasts.dead() >= lettersOfAGroup)
                continue;
            cause->second.contrasts.addDead(contrasted(letter));
            if (letter.errorMessage)
                cause->second.places.add(*letter.errorMessage);
        }
        read += std::ssize(page->rows);
        query.after = page->next;
        isLast = page->last || page->rows.empty();
    }
    return letters;
}

/// Adds the newest messages of a port that completed, of whatever time.
Result<void> ReportReading::addCompleted(const QByteArray& port, ContrastCounter& contrasts) const {
    ListQuery query{both(equals(portMessageSchema(), "port_name", port),
                         equals(portMessageSchema(), "status", QByteArray(portStatusName(PortStatus::Completed)))),
                    {{}, true},
                    {},
                    lettersAPage};
    for (bool isLast = false; !isLast && contrasts.completed() < completedLookedAt;) {
        const auto page = store.ports()->messages().page(query, token);
        PORTOLAN_TRY(page);
        for (const PortMessage& message : page->rows)
            contrasts.addCompleted(contrasted(message));
        query.after = page->next;
        isLast = page->last || page->rows.empty();
    }
    return {};
}

QString ReportReading::changeText(const VersionChange& change) {
    constexpr qsizetype longest = 120;
    const auto value = [](const QString& text) { return text.isEmpty() ? QStringLiteral("–") : text; };
    const QString what = QStringLiteral("%1: %2 → %3").arg(change.path, value(change.before), value(change.after));
    return visibleText(what.toUtf8(), longest);
}

/// The rows of what changed in the hour before a group began, likeliest first.
Result<std::vector<QStringList>> ReportReading::justBefore(const DeadLetterGroup& group) const {
    std::vector<QStringList> rows;
    const auto precursors = store.ports()->groups().precursors(group, token);
    PORTOLAN_TRY(precursors);
    bool hasSchema = false; // a new one comes in many steps
    for (const Precursor& precursor : *precursors) {
        const bool isStep = precursor.kind == PrecursorKind::Migration && std::exchange(hasSchema, true);
        const QString what = changeSentence(precursor);
        if (!precursor.isRoutine && !isStep && !what.isEmpty() && rows.size() < precursorsTold)
            rows.push_back({tr("Just before"), time(precursor.at) + u' ' + what});
    }
    return rows;
}

/// A cause with its slots, what its letters have that others lack, and what changed before it.
Result<void> ReportReading::addCause(std::vector<ReportBlock>& blocks, const DeadLetterGroup& group, std::size_t place,
                                     Cause& cause) const {
    blocks.emplace_back(ReportHeading{QStringLiteral("%1 · %2").arg(place).arg(cause.title())});
    blocks.emplace_back(
        tr("%1 at the port %2, from %3 to %4.")
            .arg(groupedNumber(group.count), text(group.portName), time(group.firstSeen), time(group.lastSeen)));
    ReportTable table{.columns = {{tr("About it"), 22}, {tr("Found"), 78, false, true}}};
    for (const TemplateSlot& slot : cause.places.places()) {
        if (!slot.isOne() && !slot.commonest.empty())
            table.rows.push_back({u'⟨' + text(slot.name) + u'⟩', slotSentence(slot)});
    }
    PORTOLAN_TRY(addCompleted(group.portName, cause.contrasts));
    for (const Contrast& contrast : cause.contrasts.found(contrastsTold))
        table.rows.push_back({tr("The dead have"), contrastSentence(contrast)});
    auto before = justBefore(group);
    if (!before && !mayReadOn(before.error().code))
        return before.error();
    if (before)
        std::ranges::move(*before, std::back_inserter(table.rows));
    else
        table.rows.push_back({tr("Just before"), before.error().text});
    if (!table.rows.empty())
        blocks.emplace_back(std::move(table));
    return {};
}

ReportReading::Blocks ReportReading::deadLetters() {
    if (auto why = unavailableReason(Feature::DeadLetters))
        return *why;
    const auto filter = within(deadLetterSchema(), "died_at");
    PORTOLAN_TRY(filter);
    GroupTally tally(*filter);
    const auto read = tally.readAll(store, token);
    PORTOLAN_TRY(read);
    const TallyProgress progress = *read;
    facts.died = StoryFacts::Died{}; // clang 14 knows no emplace() of it
    StoryFacts::Died& told = *facts.died;
    told.letters = progress.letters;
    told.causes = progress.groups;
    summary.push_back({groupedNumber(progress.letters), tr("dead letters"), badIf(progress.letters > 0)});
    if (progress.letters == 0)
        return std::vector<ReportBlock>{tr("No message of this time died.")};
    ListQuery query;
    query.limit = mostGroups;
    const auto page = tally.rows(store).page(query, token);
    PORTOLAN_TRY(page);
    auto letters = readLetters(*filter, page->rows);
    PORTOLAN_TRY(letters);
    died = letters->times;
    ReportTable groups{.title = tr("What they have in common"),
                       .columns = {{tr("Count"), 7, true},
                                   {tr("Error"), 41, false, true},
                                   {tr("Port"), 12, false, true},
                                   {tr("First"), 20},
                                   {tr("Last"), 20}}};
    std::vector<QByteArray> ids;
    std::vector<ReportBlock> causes;
    for (const DeadLetterGroup& group : page->rows) {
        groups.rows.push_back({groupedNumber(group.count), text(group.text), text(group.portName),
                               time(group.firstSeen), time(group.lastSeen)});
        ids.push_back(group.sampleId);
        const auto earlier = [](const std::optional<Timestamp>& a, const std::optional<Timestamp>& b) {
            return a && (!b || *a < *b) ? a : b;
        };
        told.first = earlier(group.firstSeen, told.first);
        if (group.lastSeen && (!told.last || *told.last < *group.lastSeen))
            told.last = group.lastSeen;
        if (ids.size() <= causesTold && !isForCustomer())
            PORTOLAN_TRY(addCause(causes, group, ids.size(), letters->byGroup.at(group.fingerprint)));
    }
    if (!page->rows.empty()) {
        const DeadLetterGroup& largest = page->rows.front();
        told.largest = {largest.count, letters->byGroup.at(largest.fingerprint).title(), text(largest.portName)};
    }
    if (std::cmp_less(groups.rows.size(), progress.groups))
        groups.note = tr("The largest %1 of %2 groups.")
                          .arg(groupedNumber(qint64(groups.rows.size())), groupedNumber(progress.groups));
    std::vector<ReportBlock> blocks{
        ReportFigures{{groupedNumber(progress.letters), tr("dead letters"), ReportTone::Bad},
                      {groupedNumber(progress.groups), tr("groups")}}};
    blocks.emplace_back(std::move(groups));
    std::ranges::move(causes, std::back_inserter(blocks));
    if (isForCustomer())
        return blocks;
    auto examples = samples(ids);
    PORTOLAN_TRY(examples);
    if (*examples)
        blocks.emplace_back(std::move(**examples));
    return blocks;
}

/// The newest letter of each group, as far as it is still there.
Result<std::optional<ReportTable>> ReportReading::samples(const std::vector<QByteArray>& ids) const {
    ReportTable table{
        .title = tr("The newest of each"),
        .columns = {{tr("Message"), 22, false, true}, {tr("Error"), 34, false, true}, {tr("Data"), 38, false, true}}};
    for (const QByteArray& id : ids) {
        const auto letter = store.ports()->message(id);
        if (!letter && letter.error().code == ErrorCode::NotFound)
            continue;
        PORTOLAN_TRY(letter);
        table.rows.push_back({text(letter->id), text(letter->errorMessage), text(letter->messageData)});
    }
    return table.rows.empty() ? std::optional<ReportTable>() : std::optional(std::move(table));
}

} // namespace portolan
