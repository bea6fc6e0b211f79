#include "models/deadletters/storytexts.h"

#include "storage/listing/filtertexts.h"

#include <QCoreApplication>
#include <QStringList>
#include <algorithm>
#include <cmath>

namespace portolan {

namespace {

using namespace std::chrono;

constexpr auto stillDying = minutes(10);
constexpr std::size_t valuesShown = 4;
constexpr qsizetype differencesShown = 3;
constexpr qsizetype longestDifference = 24; ///< characters of a value that differs
constexpr qsizetype longestPlace = 60;
constexpr int mostBlocks = 8;
constexpr QChar noBreak(0xa0);

QString storyText(const char* source) {
    return QCoreApplication::translate("DeadLetterStory", source);
}

/// "02:10" of "2026-11-27 02:10:33".
QString minuteOf(const QString& time) {
    return time.sliced(11, 5);
}

QString dayOf(const QString& time) {
    return time.first(10);
}

} // namespace

QString spanOfTimes(Timestamp first, Timestamp last, Timestamp now, TimeDisplay display) {
    const QString from = timeText(first, display);
    const QString to = timeText(last, display);
    const bool isToday = dayOf(from) == dayOf(timeText(now, display));
    const QString begin = isToday ? minuteOf(from) : dayOf(from) + u' ' + minuteOf(from);
    if (dayOf(from) != dayOf(to))
        return begin + QStringLiteral(" – ") + dayOf(to) + u' ' + minuteOf(to);
    return minuteOf(from) == minuteOf(to) ? begin : begin + u'–' + minuteOf(to);
}

QString replayText(const ReplayRun& run, Timestamp now) {
    const qint64 completed = run.counts[ItemState::Completed];
    const qint64 waiting =
        run.counts[ItemState::Pending] + run.counts[ItemState::Replayed] + run.counts[ItemState::Queued];
    const qint64 again = run.counts[ItemState::FailedSame] + run.counts[ItemState::FailedAnew];
    const qint64 untouched = run.counts[ItemState::Frozen];
    QStringList parts{storyText(QT_TRANSLATE_NOOP("DeadLetterStory", "%1 of %2 completed"))
                          .arg(groupedNumber(completed), groupedNumber(run.frozen))};
    const auto add = [&](qint64 count, const char* text) {
        if (count > 0)
            parts << storyText(text).arg(groupedNumber(count));
    };
    add(waiting, QT_TRANSLATE_NOOP("DeadLetterStory", "%1 still pending"));
    add(again, QT_TRANSLATE_NOOP("DeadLetterStory", "%1 died again"));
    add(run.counts[ItemState::Recalled], QT_TRANSLATE_NOOP("DeadLetterStory", "%1 recalled"));
    add(run.counts[ItemState::Skipped], QT_TRANSLATE_NOOP("DeadLetterStory", "%1 skipped"));
    add(untouched, QT_TRANSLATE_NOOP("DeadLetterStory", "%1 not put back yet"));
    return storyText(QT_TRANSLATE_NOOP("DeadLetterStory", "last replay %1: %2"))
        .arg(agoText(run.createdAt, now), parts.join(QStringLiteral(", ")));
}

QString groupFigures(const DeadLetterGroup& group, const GroupStory& story, Timestamp now, TimeDisplay display) {
    QStringList parts{groupedNumber(group.count)};
    if (group.firstSeen && group.lastSeen) {
        parts << spanOfTimes(*group.firstSeen, *group.lastSeen, now, display);
        parts << (now - *group.lastSeen < stillDying
                      ? storyText(QT_TRANSLATE_NOOP("DeadLetterStory", "still dying: the last %1"))
                            .arg(agoText(*group.lastSeen, now))
                      : storyText(QT_TRANSLATE_NOOP("DeadLetterStory", "none for %1"))
                            .arg(ageText(*group.lastSeen, now)));
    }
    if (story.lastReplay)
        parts << replayText(*story.lastReplay, now);
    else if (group.replayEnded > 0)
        parts << storyText(QT_TRANSLATE_NOOP("DeadLetterStory", "%1 replayed before, %2 died again"))
                     .arg(groupedNumber(group.replayEnded), groupedNumber(group.failedAgain));
    else if (story.areReplaysKnown)
        parts << storyText(QT_TRANSLATE_NOOP("DeadLetterStory", "never replayed"));
    return parts.join(QStringLiteral(" · "));
}

bool canSplit(const TemplateSlot& place) {
    return place.distinct > 1 && place.of > 0 && !place.commonest.empty()
           && 20 * place.commonest.front().count >= place.of;
}

QString placeText(const TemplateSlot& place) {
    if (place.distinct > 1 && !canSplit(place))
        return (place.isAtLeast ? storyText(QT_TRANSLATE_NOOP("DeadLetterStory", "more than %1 different values"))
                                : storyText(QT_TRANSLATE_NOOP("DeadLetterStory", "%1 different values")))
            .arg(groupedNumber(place.distinct));
    QStringList parts;
    for (std::size_t i = 0; i < std::min(place.commonest.size(), valuesShown); ++i) {
        const auto& [value, count] = place.commonest[i];
        const double share = static_cast<double>(count) / static_cast<double>(place.of);
        const auto blocks = static_cast<int>(std::lround(share * mostBlocks));
        // Lines break between values alone.
        parts << visibleText(value, 40) + noBreak + QString::number(std::lround(share * 100)) + noBreak + u'%'
                     + (blocks > 0 ? noBreak + QString(blocks, u'▇') : QString());
    }
    const qint64 more = place.distinct - std::ssize(parts);
    if (more > 0)
        parts << storyText(QT_TRANSLATE_NOOP("DeadLetterStory", "%1 more")).arg(groupedNumber(more));
    return parts.join(QStringLiteral("   "));
}

QString placeFilter(const TemplateSlot& place, const QByteArray& value) {
    const auto beside = [&](const QByteArray& each) { return place.before + each + place.after; };
    QByteArray terms = "error_message~" + quotedPhrase(beside(value));
    for (const auto& [other, count] : place.commonest) {
        if (other != value && beside(other).contains(beside(value)))
            terms += " not error_message~" + quotedPhrase(beside(other));
    }
    return QString::fromUtf8(terms);
}

QString contrastText(const Contrast& contrast) {
    const auto of = [](qint64 part, qint64 all) {
        return storyText(QT_TRANSLATE_NOOP("DeadLetterStory", "%1 of %2")).arg(groupedNumber(part), groupedNumber(all));
    };
    const QString dead = of(contrast.dead, contrast.ofDead);
    const QString completed = of(contrast.completed, contrast.ofCompleted);
    const QString place = visibleText(contrast.place, 60);
    return contrast.value ? storyText(QT_TRANSLATE_NOOP("DeadLetterStory", "%1 = %2 in %3, in %4 completed"))
                                .arg(place, visibleText(*contrast.value, 60), dead, completed)
                          : storyText(QT_TRANSLATE_NOOP("DeadLetterStory", "no %1 in %2, in %3 completed"))
                                .arg(place, dead, completed);
}

QString lookedAtText(const GroupStory& story) {
    const QString letters =
        story.areAllLetters
            ? storyText(QT_TRANSLATE_NOOP("DeadLetterStory", "all %1 letters")).arg(groupedNumber(story.letters))
            : storyText(QT_TRANSLATE_NOOP("DeadLetterStory", "the newest %1 letters"))
                  .arg(groupedNumber(story.letters));
    if (story.completed == 0)
        return (story.isWhole ? storyText(QT_TRANSLATE_NOOP(
                    "DeadLetterStory",
                    "Looked at %1. No message of this port has completed, so there is nothing to compare with."))
                              : storyText(QT_TRANSLATE_NOOP("DeadLetterStory", "Looked at %1 so far…")))
            .arg(letters);
    const QString completed =
        story.areAllCompleted
            ? storyText(QT_TRANSLATE_NOOP("DeadLetterStory", "all %1 completed messages of the port"))
                  .arg(groupedNumber(story.completed))
            : storyText(QT_TRANSLATE_NOOP("DeadLetterStory", "the newest %1 completed messages of the port"))
                  .arg(groupedNumber(story.completed));
    return (story.isWhole ? storyText(QT_TRANSLATE_NOOP("DeadLetterStory", "Looked at %1 and %2."))
                          : storyText(QT_TRANSLATE_NOOP("DeadLetterStory", "Looked at %1 and %2 so far…")))
        .arg(letters, completed);
}

QString changeText(const Precursor& change) {
    QStringList lines;
    const auto shown = [](const QString& value) {
        return value.isEmpty() ? QStringLiteral("–") : visibleText(value.toUtf8(), longestDifference);
    };
    const bool hasRare = std::ranges::count(change.members, MemberHabit::Rare, &MemberChange::habit) > 0;
    for (const MemberChange& member : change.members) {
        if (member.habit == MemberHabit::Constant || (hasRare && member.habit == MemberHabit::Doubtful))
            continue; // beside a setting what may be a counter tells nothing
        if (lines.size() == differencesShown) {
            lines << QStringLiteral("…");
            break;
        }
        lines << QStringLiteral("%1 %2 → %3")
                     .arg(visibleText(member.path.toUtf8(), longestPlace), shown(member.before), shown(member.after));
    }
    if (lines.isEmpty() || !change.previous || !change.version) {
        const QString words = visibleText(change.words, 300);
        return change.isRoutine && change.version
                   ? storyText(QT_TRANSLATE_NOOP("DeadLetterStory", "%1 It changes all the time.")).arg(words)
                   : words;
    }
    return QStringLiteral("%1 v%2 → v%3: %4")
        .arg(visibleText(change.subject, longestPlace), QString::number(*change.previous),
             QString::number(*change.version), lines.join(QStringLiteral(", ")));
}

} // namespace portolan
