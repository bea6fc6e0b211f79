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
constexpr std::size_t causesTold = 5;          ///< with their slots, contrasts and a sample
constexpr qint64 lettersLookedAt = 20'000;     ///< the newest
constexpr std::size_t lettersOfAGroup = 2'000; ///< whose texts are compared
constexpr std::size_t completedLookedAt = 2'000;
constexpr std::size_t precursorsTold = 3;

} // namespace

/// The newest letters, as far as they are looked at: their times, and their texts by group.
struct ReportReading::Letters {
    struct Texts {
        std::vector<QByteArray> messages;
        std::vector<QByteArray> payloads;
    };
    std::vector<std::pair<Timestamp, qint64>> times{};
    std::map<QByteArray, Texts> byGroup{};
};

Result<ReportReading::Letters> ReportReading::readLetters(const Filter& filter) const {
    Letters letters;
    ListQuery query{filter, {{}, true}, {}, lettersAPage};
    qint64 read = 0;
    for (bool isLast = false; !isLast && read < lettersLookedAt;) {
        const auto page = store.ports()->deadLetters().page(query, token);
        PORTOLAN_TRY(page);
        for (const PortMessage& letter : page->rows) {
            if (const auto at = letter.diedAt())
                letters.times.emplace_back(*at, 1);
            Letters::Texts& texts = letters.byGroup[GroupTally::groupOf(store, letter)];
            if (texts.payloads.size() < lettersOfAGroup) {
                texts.messages.push_back(letter.errorMessage.value_or(QByteArray()));
                texts.payloads.push_back(letter.messageData);
            }
        }
        read += std::ssize(page->rows);
        query.after = page->next;
        isLast = page->last || page->rows.empty();
    }
    return letters;
}

/// The payloads of the newest messages of a port that completed, of whatever time.
Result<std::vector<QByteArray>> ReportReading::completed(const QByteArray& port) const {
    QString quoted = QString::fromUtf8(port);
    quoted.replace(u'\\', QStringLiteral("\\\\")).replace(u'"', QStringLiteral("\\\""));
    const auto filter = parseFilter(QStringLiteral("status:completed port_name:\"%1\"").arg(quoted),
                                    portMessageSchema(), currentTime());
    std::vector<QByteArray> payloads;
    if (!filter) // a name that the filter's language cannot say
        return payloads;
    ListQuery query{*filter, {{}, true}, {}, lettersAPage};
    for (bool isLast = false; !isLast && payloads.size() < completedLookedAt;) {
        auto page = store.ports()->messages().page(query, token);
        PORTOLAN_TRY(page);
        for (PortMessage& message : page->rows)
            payloads.push_back(std::move(message.messageData));
        query.after = page->next;
        isLast = page->last || page->rows.empty();
    }
    return payloads;
}

QString ReportReading::changeText(const VersionChange& change) {
    constexpr qsizetype longest = 120;
    const auto value = [](const QString& text) { return text.isEmpty() ? QStringLiteral("–") : text; };
    const QString what = QStringLiteral("%1: %2 → %3").arg(change.path, value(change.before), value(change.after));
    return visibleText(what.toUtf8(), longest);
}

/// The rows of what changed in the hour before a group began: of components that feed it first, then the newest.
Result<std::vector<QStringList>> ReportReading::justBefore(const DeadLetterGroup& group,
                                                           std::span<const VersionChange> changed) const {
    std::vector<QStringList> rows;
    if (!group.firstSeen)
        return rows;
    const auto precursors = store.ports()->groups().precursors(group, token);
    PORTOLAN_TRY(precursors);
    std::vector<VersionChange> before;
    std::ranges::copy_if(changed, std::back_inserter(before), [&](const VersionChange& change) {
        return change.at <= *group.firstSeen + std::chrono::milliseconds(1)
               && change.at >= *group.firstSeen - precursorSpan;
    });
    const auto feeds = [&](const VersionChange& change) {
        return std::ranges::any_of(*precursors, [&](const Precursor& each) {
            return each.feeds && each.subject == change.subject && each.at == change.at;
        });
    };
    std::ranges::stable_sort(before, [&](const VersionChange& a, const VersionChange& b) {
        return feeds(a) != feeds(b) ? feeds(a) : a.at > b.at;
    });
    for (const VersionChange& change : before) {
        if (rows.size() < precursorsTold)
            rows.push_back({tr("Just before"),
                            QStringLiteral("%1 %2: %3").arg(time(change.at), whereText(change), changeText(change))});
    }
    // Versions that changed nothing worth telling are as many as there are, and a new schema comes in many steps.
    bool hasSchema = false;
    for (const Precursor& precursor : *precursors) {
        const bool isVersion =
            precursor.kind == PrecursorKind::Checkpoint || precursor.kind == PrecursorKind::ComponentState;
        const bool isStep = precursor.kind == PrecursorKind::Migration && hasSchema;
        hasSchema = hasSchema || precursor.kind == PrecursorKind::Migration;
        if (!isVersion && !isStep && rows.size() < precursorsTold)
            rows.push_back({tr("Just before"), time(precursor.at) + u' ' + text(precursor.words)});
    }
    return rows;
}

/// A cause with its slots, what its letters have that others lack, and what changed before it.
Result<void> ReportReading::addCause(std::vector<ReportBlock>& blocks, const DeadLetterGroup& group, std::size_t place,
                                     const Letters& letters, std::span<const VersionChange> changed) const {
    const auto found = letters.byGroup.find(group.fingerprint);
    const Letters::Texts texts = found == letters.byGroup.end() ? Letters::Texts() : found->second;
    const std::vector<CauseSlot> places = slotsOf(group.text, texts.messages);
    blocks.emplace_back(ReportHeading{QStringLiteral("%1 · %2").arg(place).arg(namedTemplate(group.text, places))});
    blocks.emplace_back(
        tr("%1 at the port %2, from %3 to %4.")
            .arg(groupedNumber(group.count), text(group.portName), time(group.firstSeen), time(group.lastSeen)));
    ReportTable table{.columns = {{tr("About it"), 22}, {tr("Found"), 78, false, true}}};
    for (const CauseSlot& slot : places) {
        if (!slot.isOne())
            table.rows.push_back({u'⟨' + slot.name + u'⟩', slotText(slot)});
    }
    const auto others = completed(group.portName);
    PORTOLAN_TRY(others);
    for (const CauseContrast& contrast : contrastsOf(texts.payloads, *others))
        table.rows.push_back({tr("The dead have"), contrastText(contrast)});
    auto before = justBefore(group, changed);
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

/// Reads the changes from an hour before the first of some groups until the last of them began.
Result<std::vector<VersionChange>> ReportReading::changesBefore(std::span<const DeadLetterGroup> groups) const {
    std::optional<TimeRange> span;
    for (const DeadLetterGroup& group : groups.first(std::min(groups.size(), causesTold))) {
        if (!group.firstSeen)
            continue;
        const TimeRange one{*group.firstSeen, *group.firstSeen + std::chrono::milliseconds(2)};
        span = span ? TimeRange{std::min(span->begin, one.begin), std::max(span->end, one.end)} : one;
    }
    return span && !isForCustomer() ? changes(*span) : std::vector<VersionChange>();
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
    const auto letters = readLetters(*filter);
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
    const auto changed = changesBefore(page->rows);
    PORTOLAN_TRY(changed);
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
            PORTOLAN_TRY(addCause(causes, group, ids.size(), *letters, *changed));
    }
    if (!page->rows.empty()) {
        const DeadLetterGroup& largest = page->rows.front();
        const auto found = letters->byGroup.find(largest.fingerprint);
        const auto places =
            found == letters->byGroup.end() ? std::vector<CauseSlot>() : slotsOf(largest.text, found->second.messages);
        told.largest = {largest.count, namedTemplate(largest.text, places), text(largest.portName)};
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
