#include "models/overview/statesentence.h"

#include "storage/ports/ports.h"

#include <QCoreApplication>
#include <algorithm>

namespace portolan {

namespace {

using namespace std::chrono;

constexpr minutes stillDying{5}; ///< since the last letter that died
constexpr minutes stillComing{15};
constexpr minutes around{5};    ///< of a wave, that is looked at with it
constexpr int nightBegins = 21; ///< o'clock
constexpr int nightEnds = 7;
constexpr int clockPlace = 11; ///< in timeText()
constexpr int clockLetters = 5;
constexpr int dateLetters = 10;
constexpr int nameLetters = 60;

QString say(const char* source) {
    return QCoreApplication::translate("Overview", source);
}

/// Returns the text for one, or that for several with the number in the place of %1.
QString counted(qint64 number, const char* one, const char* several) {
    return number == 1 ? say(one) : say(several).arg(groupedNumber(number));
}

QString clockOf(Timestamp at, TimeDisplay times) {
    return timeText(at, times).mid(clockPlace, clockLetters);
}

QString dateOf(Timestamp at, TimeDisplay times) {
    return timeText(at, times).first(dateLetters);
}

int hourOf(Timestamp at, TimeDisplay times) {
    return clockOf(at, times).first(2).toInt();
}

bool isNight(Timestamp at, TimeDisplay times) {
    const int hour = hourOf(at, times);
    return hour >= nightBegins || hour < nightEnds;
}

/// Returns the beginning of the night that a time is in, as its date.
QString nightOf(Timestamp at, TimeDisplay times) {
    return dateOf(hourOf(at, times) < nightEnds ? at - hours(nightEnds) : at, times);
}

QString clockRange(TimeRange range, TimeDisplay times) {
    const QString begin = clockOf(range.begin, times);
    const QString end = clockOf(std::max(range.begin, range.end - minutes(1)), times);
    return begin == end ? begin : begin + u'–' + end;
}

/// Names the day, or the night, of a time.
QString spokenDay(Timestamp at, Timestamp now, TimeDisplay times) {
    const bool isRecent = now - at < hours(36) && at <= now;
    if (isRecent && isNight(at, times) && nightOf(at, times) == nightOf(now, times) && isNight(now, times))
        return say(QT_TRANSLATE_NOOP("Overview", "Tonight"));
    if (isRecent && isNight(at, times) && nightOf(at, times) == dateOf(now - hours(24), times))
        return say(QT_TRANSLATE_NOOP("Overview", "Last night"));
    if (dateOf(at, times) == dateOf(now, times))
        return say(QT_TRANSLATE_NOOP("Overview", "Today"));
    if (dateOf(at, times) == dateOf(now - hours(24), times))
        return say(QT_TRANSLATE_NOOP("Overview", "Yesterday"));
    return dateOf(at, times);
}

QString withGroups(const QString& letters, const DeathWave& wave) {
    if (wave.groups < 1)
        return letters;
    return letters + u' '
           + counted(wave.groups, QT_TRANSLATE_NOOP("Overview", "in 1 group"),
                     QT_TRANSLATE_NOOP("Overview", "in %1 groups"));
}

QString lettersIn(const DeathWave& wave) {
    return withGroups(counted(wave.letters, QT_TRANSLATE_NOOP("Overview", "1 letter died"),
                              QT_TRANSLATE_NOOP("Overview", "%1 letters died")),
                      wave);
}

/// Makes the sentence, one part after the other.
class Telling {
public:
    explicit Telling(const StateFacts& facts) : m_facts(facts) {}

    StateSentence tell() && {
        tellDeaths();
        tellReceiving();
        tellComponents();
        tellChecks();
        if (m_made.grade == StateGrade::Good)
            m_parts.prepend(say(QT_TRANSLATE_NOOP("Overview", "All is well.")));
        if (m_parts.empty())
            m_parts << say(QT_TRANSLATE_NOOP("Overview", "Nothing is known of this store yet."));
        m_made.text = m_parts.join(u' ');
        return std::move(m_made);
    }

private:
    void raise(StateGrade grade) { m_made.grade = std::max(m_made.grade, grade); }
    void add(StateGrade grade, const QString& sentence) {
        raise(grade);
        m_parts << sentence;
    }
    void lead(StateLink::Kind kind, const QString& text, const QString& place, const QString& filter = {},
              TimeRange range = {}) {
        m_made.links.push_back({kind, text, place, filter, range});
    }

    void tellDeaths() {
        if (!m_facts.waves.empty())
            return tellWaves();
        if (!m_facts.letters)
            return;
        const OverviewCount& letters = *m_facts.letters;
        if (letters.number == 0) {
            if (letters.exact)
                raise(StateGrade::Good);
            return;
        }
        const QString number = (letters.exact ? QString() : QStringLiteral("≥ ")) + groupedNumber(letters.number);
        QString sentence = letters.number == 1 && letters.exact
                               ? say(QT_TRANSLATE_NOOP("Overview", "1 dead letter is here"))
                               : say(QT_TRANSLATE_NOOP("Overview", "%1 dead letters are here")).arg(number);
        if (m_facts.newestDeath)
            sentence += m_facts.now - *m_facts.newestDeath < seconds(1)
                            ? say(QT_TRANSLATE_NOOP("Overview", ", the newest just now"))
                            : say(QT_TRANSLATE_NOOP("Overview", ", the newest %1 old"))
                                  .arg(ageText(*m_facts.newestDeath, m_facts.now));
        add(StateGrade::Warning, sentence + u'.');
        lead(StateLink::Kind::Rows, say(QT_TRANSLATE_NOOP("Overview", "Look at them")), QStringLiteral("dead-letters"));
    }

    void tellWaves() {
        const DeathWave& last = m_facts.waves.back();
        const DeathWave& largest = *largestWave(m_facts.waves);
        const bool goesOn = m_facts.now - last.range.end < stillDying;
        qint64 all = 0;
        for (const DeathWave& wave : m_facts.waves)
            all += wave.letters;
        if (goesOn)
            add(StateGrade::Bad, say(QT_TRANSLATE_NOOP("Overview", "Letters are dying: since %1 %2."))
                                     .arg(clockOf(last.range.begin, m_facts.times), lettersIn(last)));
        else if (m_facts.waves.size() == 1)
            add(StateGrade::Warning, QStringLiteral("%1: %2.").arg(
                                         spokenRange(largest.range, m_facts.now, m_facts.times), lettersIn(largest)));
        else
            add(StateGrade::Warning,
                say(QT_TRANSLATE_NOOP("Overview", "In 24 h %1 letters died in %2 waves, the largest %3: %4."))
                    .arg(groupedNumber(all), groupedNumber(std::ssize(m_facts.waves)),
                         lowered(spokenRange(largest.range, m_facts.now, m_facts.times)),
                         withGroups(groupedNumber(largest.letters), largest)));
        if (goesOn && m_facts.waves.size() > 1)
            m_parts << say(QT_TRANSLATE_NOOP("Overview", "%1 in 24 h.")).arg(groupedNumber(all));
        if (!goesOn)
            m_parts << (m_facts.waves.size() == 1 ? say(QT_TRANSLATE_NOOP("Overview", "Quiet since."))
                                                  : say(QT_TRANSLATE_NOOP("Overview", "Quiet since %1."))
                                                        .arg(clockOf(last.range.end, m_facts.times)));
        tellRest(all);
        leadToWave(goesOn ? last : largest);
    }

    /// Words that follow others begin small, where the language has them so.
    static QString lowered(const QString& words) {
        return words.isEmpty() ? words : words.first(1).toLower() + words.sliced(1);
    }

    void tellRest(qint64 died) {
        if (!m_facts.letters)
            return;
        const OverviewCount& letters = *m_facts.letters;
        if (letters.exact && letters.number == died)
            m_parts << (died == 1 ? say(QT_TRANSLATE_NOOP("Overview", "It is still here."))
                                  : say(QT_TRANSLATE_NOOP("Overview", "All of them are still here.")));
        else if (letters.number > 0)
            m_parts << say(QT_TRANSLATE_NOOP("Overview", "%1 still here."))
                           .arg((letters.exact ? QString() : QStringLiteral("≥ ")) + groupedNumber(letters.number));
    }

    void leadToWave(const DeathWave& wave) {
        const TimeRange range{wave.range.begin - around, wave.range.end + around};
        const bool isNightly = isNight(wave.range.begin, m_facts.times);
        lead(StateLink::Kind::Times,
             isNightly ? say(QT_TRANSLATE_NOOP("Overview", "Look at the night"))
                       : say(QT_TRANSLATE_NOOP("Overview", "Look at these times")),
             QStringLiteral("dead-letters"), rangeFilter(QStringLiteral("died_at"), wave.range), range);
        if (!m_facts.before.empty() && !m_facts.before.front().isRoutine)
            m_made.links.push_back(changeLink(m_facts.before.front(), m_facts.times));
        lead(StateLink::Kind::Replay, say(QT_TRANSLATE_NOOP("Overview", "Replay %1…")).arg(groupedNumber(wave.letters)),
             QStringLiteral("dead-letters"), rangeFilter(QStringLiteral("died_at"), wave.range));
    }

    void tellReceiving() {
        if (!m_facts.trouble.isEmpty())
            return add(StateGrade::Bad,
                       say(QT_TRANSLATE_NOOP("Overview", "The receiver has trouble: %1")).arg(m_facts.trouble));
        if (m_facts.isReceiving)
            return tellReceiver();
        if (!m_facts.canReceive)
            return;
        if (!m_facts.newestRow) {
            m_parts << say(QT_TRANSLATE_NOOP("Overview", "Nothing has come yet."));
            if (m_made.grade == StateGrade::Good)
                m_made.grade = StateGrade::Neutral; // of nothing it is not said that it is well
            return;
        }
        if (m_facts.now - *m_facts.newestRow < stillComing)
            m_parts << say(QT_TRANSLATE_NOOP("Overview", "Rows are coming."));
        else
            add(m_facts.now - *m_facts.newestRow < hours(24) ? StateGrade::Warning : StateGrade::Neutral,
                say(QT_TRANSLATE_NOOP("Overview", "Nothing has come for %1."))
                    .arg(ageText(*m_facts.newestRow, m_facts.now)));
        if (m_made.grade == StateGrade::Good && m_facts.now - *m_facts.newestRow >= stillComing)
            m_made.grade = StateGrade::Neutral;
    }

    void tellReceiver() {
        if (m_facts.isPaused)
            add(StateGrade::Warning, say(QT_TRANSLATE_NOOP("Overview", "Receiving is paused.")));
        else
            m_parts << say(QT_TRANSLATE_NOOP("Overview", "Receiving %1/s."))
                           .arg(measuredFigure(m_facts.rate, m_facts.rate > 0 && m_facts.rate < 10 ? 1 : 0));
        if (m_facts.behind.value_or(0) > 0)
            m_parts << say(QT_TRANSLATE_NOOP("Overview", "%1 wait in the source.")).arg(groupedNumber(*m_facts.behind));
        if (m_facts.heldBack > 0)
            add(StateGrade::Warning, say(QT_TRANSLATE_NOOP("Overview", "%1 are fetched and not stored yet."))
                                         .arg(groupedNumber(m_facts.heldBack)));
        if (m_made.grade == StateGrade::Neutral && !m_facts.letters)
            raise(StateGrade::Good);
    }

    void tellOf(StateGrade grade, const std::vector<QByteArray>& names, const char* one, const char* several,
                const char* state) {
        if (names.empty())
            return;
        if (names.size() == 1)
            add(grade, say(one).arg(visibleText(names.front(), nameLetters)));
        else
            add(grade, say(several).arg(groupedNumber(std::ssize(names)), namesInShort(names)));
        if (m_made.links.empty())
            lead(StateLink::Kind::Rows, say(QT_TRANSLATE_NOOP("Overview", "Show them")),
                 QStringLiteral("components/health"), QStringLiteral("state:") + QLatin1String(state));
    }

    void tellComponents() {
        tellOf(StateGrade::Bad, m_facts.silent, QT_TRANSLATE_NOOP("Overview", "%1 is silent."),
               QT_TRANSLATE_NOOP("Overview", "%1 components are silent: %2."), "silent");
        tellOf(StateGrade::Bad, m_facts.unhealthy, QT_TRANSLATE_NOOP("Overview", "%1 is unhealthy."),
               QT_TRANSLATE_NOOP("Overview", "%1 components are unhealthy: %2."), "unhealthy");
        tellOf(StateGrade::Warning, m_facts.degraded, QT_TRANSLATE_NOOP("Overview", "%1 is degraded."),
               QT_TRANSLATE_NOOP("Overview", "%1 components are degraded: %2."), "degraded");
        if (m_made.grade == StateGrade::Neutral && m_facts.components > 0 && !m_facts.letters && !m_facts.canReceive)
            raise(StateGrade::Good); // components are all it has
        if (m_made.grade == StateGrade::Good && m_facts.components > 0)
            m_parts << counted(m_facts.components, QT_TRANSLATE_NOOP("Overview", "1 component is healthy."),
                               QT_TRANSLATE_NOOP("Overview", "%1 components are healthy."));
        if (m_made.grade == StateGrade::Good && m_facts.letters)
            m_parts << say(QT_TRANSLATE_NOOP("Overview", "No dead letters."));
    }

    void tellChecks() {
        if (m_facts.findings.value_or(0) == 0)
            return;
        add(StateGrade::Warning, counted(*m_facts.findings, QT_TRANSLATE_NOOP("Overview", "1 check found something."),
                                         QT_TRANSLATE_NOOP("Overview", "%1 checks found something.")));
        lead(StateLink::Kind::Rows, say(QT_TRANSLATE_NOOP("Overview", "What was found")), QStringLiteral("integrity"));
    }

    const StateFacts& m_facts;
    StateSentence m_made;
    QStringList m_parts;
};

} // namespace

StateSentence stateSentence(const StateFacts& facts) {
    return Telling(facts).tell();
}

QString spokenRange(TimeRange range, Timestamp now, TimeDisplay times) {
    return spokenDay(range.begin, now, times) + u' ' + clockRange(range, times);
}

QString rangeFilter(const QString& column, TimeRange range) {
    return QStringLiteral("%1>=%2 %1<%3")
        .arg(column, QString::fromLatin1(toIsoTime(range.begin)), QString::fromLatin1(toIsoTime(range.end)));
}

StateLink changeLink(const Precursor& change, TimeDisplay times) {
    StateLink link;
    link.text = say(QT_TRANSLATE_NOOP("Overview", "What changed at %1")).arg(clockOf(change.at, times));
    const TimeRange moment{floor<seconds>(change.at), floor<seconds>(change.at) + seconds(1)};
    switch (change.kind) {
    case PrecursorKind::Checkpoint:
        link.place = QStringLiteral("checkpoints");
        link.filter = rangeFilter(QStringLiteral("created_at"), moment);
        break;
    case PrecursorKind::ComponentState:
        link.place = QStringLiteral("components");
        link.filter = rangeFilter(QStringLiteral("created_at"), moment);
        break;
    case PrecursorKind::Silence:
        link.place = QStringLiteral("components/health");
        break;
    case PrecursorKind::Replay:
        link.place = QStringLiteral("dead-letters/replays");
        break;
    case PrecursorKind::Migration:
        link.place = QStringLiteral("operations");
        break;
    case PrecursorKind::Promotion: // the version is older; the promotion itself is in the audit
        link.place = QStringLiteral("audit");
        link.filter = rangeFilter(QStringLiteral("at"), moment);
        break;
    }
    return link;
}

StateFacts stateFacts(const Overview& overview, const OverviewDay* day) {
    StateFacts facts;
    facts.now = currentTime();
    facts.newestRow = overview.newestMessage;
    if (overview.deadLetters) {
        facts.letters = overview.deadLetters->letters;
        facts.newestDeath = overview.deadLetters->newest;
    }
    if (overview.components) {
        facts.silent = overview.components->silent;
        facts.unhealthy = overview.components->unhealthy;
        facts.degraded = overview.components->degraded;
        facts.components = overview.components->all;
    }
    facts.canReceive = overview.noBatches.isEmpty() || overview.queues;
    if (overview.verified)
        facts.findings = std::ssize(overview.verified->findings);
    if (!day)
        return facts;
    facts.waves = day->waves;
    facts.before = day->before;
    facts.canReceive = facts.canReceive || !day->figures.received.empty();
    if (day->newestRow)
        facts.newestRow = std::max(facts.newestRow.value_or(*day->newestRow), *day->newestRow);
    return facts;
}

} // namespace portolan
