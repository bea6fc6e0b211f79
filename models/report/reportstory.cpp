#include "models/report/reportstory.h"

#include <QCoreApplication>
#include <algorithm>
#include <array>

namespace portolan {

namespace {

using namespace std::chrono;

constexpr qint64 mostBuckets = 60;

QString storyText(const char* text) {
    return QCoreApplication::translate("ReportStory", text);
}

/// The sentence for one, or the one for several with their number.
QString counted(qint64 count, const char* one, const char* several) {
    return count == 1 ? storyText(one) : storyText(several).arg(groupedNumber(count));
}

QString timeOf(Timestamp at, TimeDisplay display) {
    return timeText(floor<seconds>(at), display);
}

QString between(const std::optional<Timestamp>& first, const std::optional<Timestamp>& last, TimeDisplay display) {
    if (!first || !last)
        return {};
    const QString begin = timeOf(*first, display);
    const QString end = timeOf(*last, display);
    return begin == end ? storyText(QT_TRANSLATE_NOOP("ReportStory", "at %1")).arg(begin)
                        : storyText(QT_TRANSLATE_NOOP("ReportStory", "from %1 to %2")).arg(begin, end);
}

QString cameSentence(const StoryFacts::Came& came, TimeDisplay display) {
    if (came.messages == 0 && came.rejected == 0)
        return storyText(QT_TRANSLATE_NOOP("ReportStory", "Nothing came in."));
    QString text = counted(came.messages, QT_TRANSLATE_NOOP("ReportStory", "One message came in"),
                           QT_TRANSLATE_NOOP("ReportStory", "%1 messages came in"));
    if (const QString times = between(came.first, came.last, display); !times.isEmpty())
        text += u' ' + times;
    text += u'.';
    if (came.rejected > 0)
        text += u' '
                + counted(came.rejected, QT_TRANSLATE_NOOP("ReportStory", "One more was rejected."),
                          QT_TRANSLATE_NOOP("ReportStory", "%1 more were rejected."));
    return text;
}

QString diedSentence(const StoryFacts::Died& died, TimeDisplay display) {
    if (died.letters == 0)
        return storyText(QT_TRANSLATE_NOOP("ReportStory", "No message is dead."));
    QString text = counted(died.letters, QT_TRANSLATE_NOOP("ReportStory", "One message died and is still dead"),
                           QT_TRANSLATE_NOOP("ReportStory", "%1 messages died and are still dead"));
    if (died.causes > 1)
        text += storyText(QT_TRANSLATE_NOOP("ReportStory", ", of %1 causes")).arg(groupedNumber(died.causes));
    if (const QString times = between(died.first, died.last, display); !times.isEmpty())
        text += QStringLiteral(", ") + times;
    text += QStringLiteral(". ");
    const QString cause = QStringLiteral("“%1”").arg(died.largest.text);
    if (died.causes > 1)
        return text
               + storyText(QT_TRANSLATE_NOOP("ReportStory", "The most frequent cause: %1, %2 at the port %3."))
                     .arg(cause, groupedNumber(died.largest.count), died.largest.port);
    return text
           + storyText(QT_TRANSLATE_NOOP("ReportStory", "The cause: %1, at the port %2."))
                 .arg(cause, died.largest.port);
}

QString openSentence(const StoryFacts& facts) {
    QStringList open;
    bool isAsked = false;
    const auto add = [&](const std::optional<qint64>& count, const char* one, const char* several) {
        isAsked = isAsked || count;
        if (count && *count > 0)
            open << counted(*count, one, several);
    };
    add(facts.died ? std::optional(facts.died->letters) : std::nullopt,
        QT_TRANSLATE_NOOP("ReportStory", "one dead letter"), QT_TRANSLATE_NOOP("ReportStory", "%1 dead letters"));
    add(facts.putBack ? std::optional(facts.putBack->underWay) : std::nullopt,
        QT_TRANSLATE_NOOP("ReportStory", "one message that was put back and has not ended"),
        QT_TRANSLATE_NOOP("ReportStory", "%1 messages that were put back and have not ended"));
    add(facts.openGaps, QT_TRANSLATE_NOOP("ReportStory", "one gap"), QT_TRANSLATE_NOOP("ReportStory", "%1 gaps"));
    isAsked = isAsked || facts.silent;
    if (facts.silent && !facts.silent->isEmpty()) {
        std::vector<QByteArray> names;
        for (const QString& name : *facts.silent)
            names.push_back(name.toUtf8());
        open << storyText(QT_TRANSLATE_NOOP("ReportStory", "silence of %1")).arg(namesInShort(names));
    }
    add(facts.checked ? std::optional(facts.checked->found) : std::nullopt,
        QT_TRANSLATE_NOOP("ReportStory", "one check that found something"),
        QT_TRANSLATE_NOOP("ReportStory", "%1 checks that found something"));
    if (!isAsked)
        return {};
    return open.isEmpty()
               ? storyText(QT_TRANSLATE_NOOP("ReportStory", "Nothing is open."))
               : storyText(QT_TRANSLATE_NOOP("ReportStory", "Open: %1.")).arg(open.join(QStringLiteral("; ")));
}

} // namespace

QString outcomeSentence(const StoryFacts::PutBack& putBack) {
    QStringList ends;
    const auto add = [&](qint64 count, const char* one, const char* several) {
        if (count > 0)
            ends << counted(count, one, several);
    };
    add(putBack.completed, QT_TRANSLATE_NOOP("ReportStory", "one completed"),
        QT_TRANSLATE_NOOP("ReportStory", "%1 completed"));
    add(putBack.diedAgain, QT_TRANSLATE_NOOP("ReportStory", "one died again"),
        QT_TRANSLATE_NOOP("ReportStory", "%1 died again"));
    add(putBack.underWay, QT_TRANSLATE_NOOP("ReportStory", "one is under way"),
        QT_TRANSLATE_NOOP("ReportStory", "%1 are under way"));
    const QString text = counted(putBack.messages, QT_TRANSLATE_NOOP("ReportStory", "One message was put back"),
                                 QT_TRANSLATE_NOOP("ReportStory", "%1 messages were put back"));
    return ends.isEmpty() ? text + u'.' : text + QStringLiteral(": ") + ends.join(QStringLiteral(", ")) + u'.';
}

QString checksSentence(const StoryFacts::Checked& checked) {
    return storyText(QT_TRANSLATE_NOOP("ReportStory", "%1 of %2 checks found nothing."))
        .arg(groupedNumber(checked.all - checked.found), groupedNumber(checked.all));
}

QStringList storySentences(const StoryFacts& facts, TimeDisplay display) {
    QStringList sentences;
    if (facts.came)
        sentences << cameSentence(*facts.came, display);
    if (facts.died)
        sentences << diedSentence(*facts.died, display);
    if (facts.putBack && facts.putBack->messages > 0)
        sentences << outcomeSentence(*facts.putBack);
    else if (facts.putBack && facts.died && facts.died->letters > 0)
        sentences << storyText(QT_TRANSLATE_NOOP("ReportStory", "Nothing was put back."));
    if (const QString open = openSentence(facts); !open.isEmpty())
        sentences << open;
    return sentences;
}

namespace {

struct BucketWord {
    microseconds width;
    const char* title;
};

constexpr std::array<BucketWord, 16> bucketWords{{
    {seconds(1), QT_TRANSLATE_NOOP("ReportStory", "Messages a second")},
    {seconds(5), QT_TRANSLATE_NOOP("ReportStory", "Messages every 5 seconds")},
    {seconds(15), QT_TRANSLATE_NOOP("ReportStory", "Messages every 15 seconds")},
    {seconds(30), QT_TRANSLATE_NOOP("ReportStory", "Messages every 30 seconds")},
    {minutes(1), QT_TRANSLATE_NOOP("ReportStory", "Messages a minute")},
    {minutes(5), QT_TRANSLATE_NOOP("ReportStory", "Messages every 5 minutes")},
    {minutes(15), QT_TRANSLATE_NOOP("ReportStory", "Messages every 15 minutes")},
    {minutes(30), QT_TRANSLATE_NOOP("ReportStory", "Messages every half hour")},
    {hours(1), QT_TRANSLATE_NOOP("ReportStory", "Messages an hour")},
    {hours(3), QT_TRANSLATE_NOOP("ReportStory", "Messages every 3 hours")},
    {hours(6), QT_TRANSLATE_NOOP("ReportStory", "Messages every 6 hours")},
    {hours(12), QT_TRANSLATE_NOOP("ReportStory", "Messages every half day")},
    {days(1), QT_TRANSLATE_NOOP("ReportStory", "Messages a day")},
    {days(7), QT_TRANSLATE_NOOP("ReportStory", "Messages a week")},
    {days(28), QT_TRANSLATE_NOOP("ReportStory", "Messages every 4 weeks")},
    {days(364), QT_TRANSLATE_NOOP("ReportStory", "Messages every 52 weeks")},
}};

} // namespace

microseconds storyBucket(microseconds span) {
    const auto found =
        std::ranges::find_if(bucketWords, [&](const BucketWord& word) { return span / word.width < mostBuckets; });
    return found == bucketWords.end() ? bucketWords.back().width : found->width;
}

QString bucketTitle(microseconds width) {
    const auto found = std::ranges::find(bucketWords, width, &BucketWord::width);
    return found == bucketWords.end() ? QString() : storyText(found->title);
}

} // namespace portolan
