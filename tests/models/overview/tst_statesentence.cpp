#include "models/overview/statesentence.h"

#include <QtTest>

using namespace portolan;
using namespace std::chrono;

namespace {

Timestamp at(const char* iso) {
    return *parseIsoTime(iso);
}

/// Nine o'clock in the morning.
StateFacts morning() {
    StateFacts facts;
    facts.now = at("2026-11-27T09:00:00Z");
    facts.times = TimeDisplay::Utc;
    return facts;
}

/// A store that has all, and in which all is well.
StateFacts well() {
    StateFacts facts = morning();
    facts.letters = OverviewCount{0, true};
    facts.newestRow = facts.now - seconds(3);
    facts.components = 7;
    return facts;
}

StateFacts with(StateFacts facts, const std::function<void(StateFacts&)>& change) {
    change(facts);
    return facts;
}

DeathWave wave(const char* begin, const char* end, qint64 letters, qint64 groups) {
    return {{at(begin), at(end)}, letters, groups};
}

const DeathWave lastNight = wave("2026-11-27T02:10:00Z", "2026-11-27T02:36:00Z", 3400, 3);

StateFacts died() {
    return with(well(), [](StateFacts& facts) {
        facts.letters = OverviewCount{5000, true};
        facts.waves = {lastNight};
        facts.newestDeath = at("2026-11-27T02:35:10Z");
    });
}

QString linksOf(const StateSentence& sentence) {
    QStringList texts;
    for (const StateLink& link : sentence.links)
        texts << link.text;
    return texts.join(QStringLiteral(" | "));
}

} // namespace

/// The sentence of a store's state.
class TestStateSentence : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everySituation_data();
    void everySituation();
    void theDayOfARange_data();
    void theDayOfARange();
    void linksLeadToTheRows();
    void aNameCannotMakeItLong();
};

void TestStateSentence::everySituation_data() {
    using enum StateGrade;
    QTest::addColumn<StateFacts>("facts");
    QTest::addColumn<StateGrade>("grade");
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("links");
    const auto row = [](const char* name, const StateFacts& facts, StateGrade grade, const char* text,
                        const char* links = "") {
        QTest::newRow(name) << facts << grade << QString::fromUtf8(text).replace(u'_', QChar(0x2009))
                            << QString::fromUtf8(links).replace(u'_', QChar(0x2009));
    };
    const auto change = [&](const char* name, const StateFacts& from, const std::function<void(StateFacts&)>& how,
                            StateGrade grade, const char* text,
                            const char* links = "") { row(name, with(from, how), grade, text, links); };

    row("nothing known", with(morning(), [](StateFacts& f) { f.canReceive = false; }), Neutral,
        "Nothing is known of this store yet.");
    row("empty file store", morning(), Neutral, "Nothing has come yet.");
    change(
        "empty database", well(),
        [](StateFacts& f) {
            f.newestRow.reset();
            f.components = 0;
        },
        Neutral, "Nothing has come yet.");
    row("all well", well(), Good, "All is well. Rows are coming. 7 components are healthy. No dead letters.");
    change(
        "all well, nobody reports", well(), [](StateFacts& f) { f.components = 0; }, Good,
        "All is well. Rows are coming. No dead letters.");
    change(
        "receiving now", well(),
        [](StateFacts& f) {
            f.isReceiving = true;
            f.rate = 212.4;
        },
        Good, "All is well. Receiving 212/s. 7 components are healthy. No dead letters.");
    change(
        "receiving slowly", well(),
        [](StateFacts& f) {
            f.isReceiving = true;
            f.rate = 1.25;
            f.behind = 0;
            f.components = 1;
        },
        Good, "All is well. Receiving 1.2/s. 1 component is healthy. No dead letters.");
    change(
        "receiving, behind", well(),
        [](StateFacts& f) {
            f.isReceiving = true;
            f.rate = 212;
            f.behind = 25000;
        },
        Good, "All is well. Receiving 212/s. 25_000 wait in the source. 7 components are healthy. No dead letters.");
    change(
        "receiving, held back", well(),
        [](StateFacts& f) {
            f.isReceiving = true;
            f.rate = 0;
            f.behind = 0;
            f.heldBack = 25000;
        },
        Warning, "Receiving 0/s. 25_000 are fetched and not stored yet.");
    change(
        "receiving into a file store", morning(),
        [](StateFacts& f) {
            f.isReceiving = true;
            f.rate = 50;
            f.newestRow = f.now;
        },
        Good, "All is well. Receiving 50/s.");
    change(
        "receiving is paused", well(),
        [](StateFacts& f) {
            f.isReceiving = true;
            f.isPaused = true;
        },
        Warning, "Receiving is paused.");
    change(
        "receiver fails", well(),
        [](StateFacts& f) {
            f.isReceiving = true;
            f.trouble = QStringLiteral("The server does not answer.");
        },
        Bad, "The receiver has trouble: The server does not answer.");
    change(
        "nothing for hours", well(), [](StateFacts& f) { f.newestRow = f.now - hours(3); }, Warning,
        "Nothing has come for 3 h.");
    change(
        "nothing for days", well(), [](StateFacts& f) { f.newestRow = f.now - hours(72); }, Neutral,
        "Nothing has come for 3 d.");
    row("died last night", died(), Warning,
        "Last night 02:10–02:35: 3_400 letters died in 3 groups. Quiet since. 5_000 still here. Rows are coming.",
        "Look at the night | Replay 3_400…");
    change(
        "died last night, not replayed", died(),
        [](StateFacts& f) {
            f.letters = OverviewCount{3400, true};
        },
        Warning,
        "Last night 02:10–02:35: 3_400 letters died in 3 groups. Quiet since. All of them are still here. Rows are "
        "coming.",
        "Look at the night | Replay 3_400…");
    change(
        "died last night, being counted", died(),
        [](StateFacts& f) {
            f.letters = OverviewCount{4000, false};
        },
        Warning,
        "Last night 02:10–02:35: 3_400 letters died in 3 groups. Quiet since. ≥ 4_000 still here. Rows are coming.",
        "Look at the night | Replay 3_400…");
    change(
        "a change before it", died(),
        [](StateFacts& f) {
            f.before = {{at("2026-11-27T02:09:41Z"), PrecursorKind::ComponentState, "order-router", "v17", true}};
        },
        Warning,
        "Last night 02:10–02:35: 3_400 letters died in 3 groups. Quiet since. 5_000 still here. Rows are coming.",
        "Look at the night | What changed at 02:09 | Replay 3_400…");
    change(
        "one letter died today", died(),
        [](StateFacts& f) {
            f.letters = OverviewCount{1, true};
            f.waves = {wave("2026-11-27T08:12:00Z", "2026-11-27T08:13:00Z", 1, 1)};
        },
        Warning, "Today 08:12: 1 letter died in 1 group. Quiet since. It is still here. Rows are coming.",
        "Look at these times | Replay 1…");
    change(
        "dying now", died(),
        [](StateFacts& f) {
            f.letters = OverviewCount{812, true};
            f.waves = {wave("2026-11-27T08:40:00Z", "2026-11-27T09:00:00Z", 812, 2)};
        },
        Bad,
        "Letters are dying: since 08:40 812 letters died in 2 groups. All of them are still here. Rows are coming.",
        "Look at these times | Replay 812…");
    change(
        "dying now, and last night", died(),
        [](StateFacts& f) { f.waves.push_back(wave("2026-11-27T08:57:00Z", "2026-11-27T08:59:00Z", 12, 1)); }, Bad,
        "Letters are dying: since 08:57 12 letters died in 1 group. 3_412 in 24 h. 5_000 still here. Rows are coming.",
        "Look at these times | Replay 12…");
    change(
        "several waves", died(),
        [](StateFacts& f) {
            f.waves = {wave("2026-11-26T21:40:00Z", "2026-11-26T21:50:00Z", 300, 1), lastNight,
                       wave("2026-11-27T06:10:00Z", "2026-11-27T06:12:00Z", 8, 1)};
        },
        Warning,
        "In 24 h 3_708 letters died in 3 waves, the largest last night 02:10–02:35: 3_400 in 3 groups. "
        "Quiet since "
        "06:12. 5_000 still here. Rows are coming.",
        "Look at the night | Replay 3_400…");
    change(
        "died long ago", well(),
        [](StateFacts& f) {
            f.letters = OverviewCount{5000, true};
            f.newestDeath = f.now - hours(72);
        },
        Warning, "5_000 dead letters are here, the newest 3 d old. Rows are coming.", "Look at them");
    change(
        "one, of no known time", well(),
        [](StateFacts& f) {
            f.letters = OverviewCount{1, true};
        },
        Warning, "1 dead letter is here. Rows are coming.", "Look at them");
    change(
        "still counting, none yet", well(),
        [](StateFacts& f) {
            f.letters = OverviewCount{0, false};
            f.components = 0;
        },
        Neutral, "Rows are coming.");
    change(
        "silent components", well(), [](StateFacts& f) { f.silent = {"ledger"}; }, Bad,
        "Rows are coming. ledger is silent.", "Show them");
    change(
        "several silent, one degraded", well(),
        [](StateFacts& f) {
            f.silent = {"ledger", "mailer"};
            f.degraded = {"tap"};
        },
        Bad, "Rows are coming. 2 components are silent: ledger, mailer. tap is degraded.", "Show them");
    change(
        "unhealthy", well(), [](StateFacts& f) { f.unhealthy = {"ledger"}; }, Bad,
        "Rows are coming. ledger is unhealthy.", "Show them");
    change(
        "degraded", well(), [](StateFacts& f) { f.degraded = {"ledger"}; }, Warning,
        "Rows are coming. ledger is degraded.", "Show them");
    change(
        "failed checks", well(), [](StateFacts& f) { f.findings = 2; }, Warning,
        "Rows are coming. 7 components are healthy. No dead letters. 2 checks found something.", "What was found");
    change(
        "checks found nothing", well(), [](StateFacts& f) { f.findings = 0; }, Good,
        "All is well. Rows are coming. 7 components are healthy. No dead letters.");
    change(
        "everything at once", died(),
        [](StateFacts& f) {
            f.silent = {"ledger"};
            f.findings = 1;
            f.trouble = QStringLiteral("No answer.");
        },
        Bad,
        "Last night 02:10–02:35: 3_400 letters died in 3 groups. Quiet since. 5_000 still here. The receiver has "
        "trouble: No answer. ledger "
        "is silent. 1 check found something.",
        "Look at the night | Replay 3_400… | What was found");
    change(
        "only dead letters, no groups known", died(),
        [](StateFacts& f) {
            f.canReceive = false;
            f.waves.front().groups = 0;
        },
        Warning, "Last night 02:10–02:35: 3_400 letters died. Quiet since. 5_000 still here.",
        "Look at the night | Replay 3_400…");
    change(
        "only components", morning(),
        [](StateFacts& f) {
            f.canReceive = false;
            f.components = 3;
            f.silent = {"a"};
        },
        Bad, "a is silent.", "Show them");
    change(
        "only components, well", morning(),
        [](StateFacts& f) {
            f.canReceive = false;
            f.components = 3;
        },
        Good, "All is well. 3 components are healthy.");
}

void TestStateSentence::everySituation() {
    QFETCH(const StateFacts, facts);
    QFETCH(const StateGrade, grade);
    QFETCH(const QString, text);
    QFETCH(const QString, links);
    const StateSentence sentence = stateSentence(facts);
    QCOMPARE(sentence.text, text);
    QCOMPARE(sentence.grade, grade);
    QCOMPARE(linksOf(sentence), links);
}

void TestStateSentence::theDayOfARange_data() {
    QTest::addColumn<QByteArray>("begin");
    QTest::addColumn<QByteArray>("now");
    QTest::addColumn<QString>("spoken");
    const auto row = [](const char* begin, const char* now, const char* spoken) {
        QTest::addRow("%s at %s", begin, now) << QByteArray(begin) << QByteArray(now) << QString::fromUtf8(spoken);
    };
    row("2026-11-27T02:10:00Z", "2026-11-27T09:00:00Z", "Last night 02:10–02:35");
    row("2026-11-26T22:10:00Z", "2026-11-27T09:00:00Z", "Last night 22:10–22:35");
    row("2026-11-26T22:10:00Z", "2026-11-27T03:00:00Z", "Tonight 22:10–22:35");
    row("2026-11-27T02:10:00Z", "2026-11-27T03:00:00Z", "Tonight 02:10–02:35");
    row("2026-11-27T02:10:00Z", "2026-11-27T22:00:00Z", "Last night 02:10–02:35");
    row("2026-11-26T06:30:00Z", "2026-11-27T03:00:00Z", "Yesterday 06:30–06:55");
    row("2026-11-26T12:10:00Z", "2026-11-27T09:00:00Z", "Yesterday 12:10–12:35");
    row("2026-11-27T08:10:00Z", "2026-11-27T09:00:00Z", "Today 08:10–08:35");
    row("2026-11-24T02:10:00Z", "2026-11-27T09:00:00Z", "2026-11-24 02:10–02:35");
}

void TestStateSentence::theDayOfARange() {
    QFETCH(const QByteArray, begin);
    QFETCH(const QByteArray, now);
    QFETCH(const QString, spoken);
    const Timestamp from = at(begin.constData());
    QCOMPARE(spokenRange({from, from + minutes(26)}, at(now.constData()), TimeDisplay::Utc), spoken);
}

void TestStateSentence::linksLeadToTheRows() {
    StateFacts facts = died();
    facts.before = {{at("2026-11-27T02:09:41.5Z"), PrecursorKind::ComponentState, "order-router", "v17", true}};
    const StateSentence sentence = stateSentence(facts);
    QCOMPARE(sentence.links.size(), std::size_t(3));
    const StateLink& look = sentence.links[0];
    QCOMPARE(look.kind, StateLink::Kind::Times);
    QCOMPARE(look.range, (TimeRange{at("2026-11-27T02:05:00Z"), at("2026-11-27T02:41:00Z")}));
    const StateLink& changed = sentence.links[1];
    QCOMPARE(changed.place, QStringLiteral("components"));
    QCOMPARE(changed.filter,
             QStringLiteral("created_at>=2026-11-27T02:09:41.000Z created_at<2026-11-27T02:09:42.000Z"));
    const StateLink& replay = sentence.links[2];
    QCOMPARE(replay.kind, StateLink::Kind::Replay);
    QCOMPARE(replay.place, QStringLiteral("dead-letters"));
    QVERIFY(parseFilter(replay.filter, deadLetterSchema(), facts.now).ok());
    QCOMPARE(replay.filter, QStringLiteral("died_at>=2026-11-27T02:10:00.000Z died_at<2026-11-27T02:36:00.000Z"));
}

void TestStateSentence::aNameCannotMakeItLong() {
    StateFacts facts = well();
    facts.silent = {QByteArray(1200, 'x')};
    QVERIFY(stateSentence(facts).text.size() < 120);
    facts.silent.assign(500, "component");
    QVERIFY(stateSentence(facts).text.size() < 200);
}

QTEST_GUILESS_MAIN(TestStateSentence)
#include "tst_statesentence.moc"
