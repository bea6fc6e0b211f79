#include "storage/deadletters/precursors.h"

#include <QtTest>
#include <map>
#include <random>

using namespace portolan;
using namespace std::chrono;

namespace {

const Timestamp began = *parseIsoTime("2026-11-27T02:10:00Z");

Precursor stored(PrecursorKind kind, const QByteArray& subject, qint64 version, Timestamp at, bool feeds) {
    return {at, kind, subject, subject + ' ' + QByteArray::number(version), feeds, version};
}

/// Versions of subjects with what each changed, as a store reads them.
class History {
public:
    void add(PrecursorKind kind, const QByteArray& subject, bool feeds, Timestamp at, const QByteArray& document) {
        auto& versions = m_documents[subject];
        const qint64 number = std::ssize(versions) + 1;
        versions.push_back({subject, number, at, document});
        if (at >= began - precursorSpan && at <= began)
            m_found[subject].push_back(stored(kind, subject, number, at, feeds));
    }
    std::vector<Precursor> ranked(const std::vector<QByteArray>& errors, std::vector<Precursor> others = {}) {
        for (auto& [subject, found] : m_found) {
            std::vector<Precursor*> versions;
            for (Precursor& each : found)
                versions.push_back(&each);
            noteDifferences(versions, m_documents[subject], began);
            std::ranges::copy(found, std::back_inserter(others));
        }
        rankPrecursors(others, began, errors);
        return others;
    }

private:
    std::map<QByteArray, std::vector<VersionDocument>> m_documents;
    std::map<QByteArray, std::vector<Precursor>> m_found;
};

QByteArray number(qint64 n) {
    return QByteArray::number(n);
}

QByteArray described(const std::vector<Precursor>& ranked) {
    QByteArray text;
    for (const Precursor& each : ranked)
        text += each.words + (each.isRoutine ? " (routine)" : "") + ", ";
    return text.left(600);
}

} // namespace

/// What changed before letters died, by the evidence that it caused them.
class TestPrecursors : public QObject {
    Q_OBJECT
private Q_SLOTS:
    /// A cache, a cursor and the loads of components change all the time, before the letters and after them; once
    /// somebody changes a setting. Wherever in the hour that is, it is told first, and what changes all the time last.
    void theCauseIsTold_data() {
        QTest::addColumn<int>("seconds");
        QTest::addColumn<int>("every");
        QTest::addColumn<int>("days");
        QTest::addColumn<QByteArray>("setting");
        QTest::addColumn<QByteArray>("error");
        QTest::addColumn<bool>("feeds");
        struct Case {
            const char* name;
            QByteArray setting; ///< with before and after between strokes
            QByteArray error;
            bool feeds;
        };
        const Case cases[] = {
            {"value and name", R"("timeout_ms":|5000|3000|)", "timeout after 3000 ms on db-1", true},
            {"a longer one", R"("timeout_ms":|3000|5000|)", "timeout after 5002 ms on db-1", true},
            {"name alone", R"("maxConnections":|50|5|)", "too many connections, refused", true},
            {"value alone", R"("upstream":|"old.example"|"new.example"|)", "HTTP 503 from https://new.example/a", true},
            {"nothing of it", R"("mode":|"strict"|"lax"|)", "no such customer: 17", true},
            {"no feeder", R"("timeout_ms":|5000|3000|)", "timeout after 3000 ms on db-1", false},
        };
        for (const Case& each : cases) {
            for (const int distance : {1, 19, 240, 3'500}) {
                for (const int every : {10, 60})
                    QTest::addRow("%s, %d s before, every %d s", each.name, distance, every)
                        << distance << every << (distance % 2 ? 1 : 0) << each.setting << each.error << each.feeds;
            }
        }
    }
    void theCauseIsTold() {
        QFETCH(const int, seconds);
        QFETCH(const int, every);
        QFETCH(const int, days);
        QFETCH(const QByteArray, setting);
        QFETCH(const QByteArray, error);
        QFETCH(const bool, feeds);
        for (const unsigned seed : {1U, 99U}) {
            std::mt19937 random(seed);
            const auto any = [&](int of) { return static_cast<int>(random() % static_cast<unsigned>(of)); };
            const QByteArrayList parts = setting.split('|');
            History history;
            const Timestamp changed = began - std::chrono::seconds(seconds);
            if (days > 0) // its state is stored with each restart
                history.add(PrecursorKind::ComponentState, "router", feeds, began - hours(30),
                            R"({"processed":4,)" + parts[0] + parts[1] + "}");
            qint64 told = 0;
            bool isChanged = false;
            for (Timestamp at = began - minutes(62 + any(30)); at < began + minutes(3);
                 at += std::chrono::seconds(every) + milliseconds(any(900))) {
                told += 1 + any(4);
                history.add(PrecursorKind::Checkpoint, "enricher-cache", any(2) == 0, at,
                            R"({"last_order":"o-)" + number(told) + R"(","events":)" + number(told * 3) + "}");
                history.add(PrecursorKind::Checkpoint, "router-offsets", feeds, at + milliseconds(100),
                            R"({"offsets":{"0":)" + number(3'000 + told) + R"(,"1":)" + number(told * 5) + "}}");
                history.add(PrecursorKind::ComponentState, "validator", true, at + milliseconds(200),
                            R"({"in_flight":)" + number(any(9)) + R"(,"processed":)" + number(told) + "}");
                const bool isAfter = at >= changed;
                if (isAfter && !std::exchange(isChanged, true))
                    history.add(PrecursorKind::ComponentState, "router", feeds, changed,
                                R"({"processed":)" + number(told) + ',' + parts[0] + parts[2] + "}");
                if (days == 0) // its state has counters, too
                    history.add(PrecursorKind::ComponentState, "router", feeds, at,
                                R"({"processed":)" + number(told + 1) + ',' + parts[0] + parts[isAfter ? 2 : 1] + "}");
            }
            const auto ranked = history.ranked({error});
            QVERIFY2(!ranked.empty() && ranked.front().subject == "router"
                         && ranked.front().kind == PrecursorKind::ComponentState && !ranked.front().isRoutine,
                     described(ranked));
            const QString member = QString::fromUtf8(parts[0]).remove(u'"').chopped(1);
            QCOMPARE(ranked.front().members.front().path, member);
            const auto routine = std::ranges::find(ranked, true, &Precursor::isRoutine);
            QVERIFY2(std::all_of(routine, ranked.end(), [](const Precursor& each) { return each.isRoutine; }),
                     described(ranked));
            QVERIFY2(std::ranges::all_of(
                         ranked, [](const Precursor& each) { return each.isRoutine || each.subject == "router"; }),
                     described(ranked));
        }
    }

    /// Acts are told before what nobody did, those about the letters' components before others.
    void actsAreToldByNearness() {
        const auto act = [](PrecursorKind kind, const QByteArray& subject, int before, bool feeds) {
            return Precursor{began - seconds(before), kind, subject, subject, feeds};
        };
        std::vector<Precursor> all{
            act(PrecursorKind::Promotion, "far", 3'000, false), act(PrecursorKind::Replay, "run", 100, true),
            act(PrecursorKind::Promotion, "near", 200, false), act(PrecursorKind::Silence, "sink", 600, true),
            act(PrecursorKind::Migration, "7", 60, false)};
        rankPrecursors(all, began, {});
        QByteArrayList order;
        for (const Precursor& each : all)
            order << each.subject;
        QCOMPARE(order, (QByteArrayList{"run", "sink", "7", "near", "far"}));
    }

    /// A migration that the error speaks of is likelier than one that it does not.
    void aMigrationIsKnownByItsWords() {
        std::vector<Precursor> all{
            {began - seconds(100), PrecursorKind::Migration, "7", "The schema became version 7: add indexes.", false},
            {began - seconds(900), PrecursorKind::Migration, "6", "The schema became version 6: customers required.",
             false}};
        rankPrecursors(all, began, std::vector<QByteArray>{"column \"customer\" violates not-null constraint"});
        QCOMPARE(all.front().subject, QByteArray("6"));
    }

    /// Nothing of two versions that are the same, or of a first one, is a difference.
    void versionsWithoutDifferences() {
        History history;
        history.add(PrecursorKind::Checkpoint, "same", true, began - hours(2), R"({"a":1})");
        history.add(PrecursorKind::Checkpoint, "same", true, began - seconds(5), R"({"a":1})");
        history.add(PrecursorKind::Checkpoint, "first", false, began - seconds(50), R"({"a":1})");
        const auto ranked = history.ranked({});
        QCOMPARE(ranked.size(), 2U);
        QCOMPARE(ranked[0].subject, QByteArray("first"));
        QVERIFY(!ranked[0].isRoutine && !ranked[0].previous);
        QVERIFY(ranked[1].isRoutine && ranked[1].previous == 1);
    }

    void anyBytesMayCome() {
        std::mt19937 random(5);
        for (int round = 0; round < 200; ++round) {
            std::vector<QByteArray> errors;
            QByteArray bytes;
            for (int i = 0; i < 60; ++i)
                bytes += static_cast<char>(random());
            errors.push_back(bytes);
            History history;
            history.add(PrecursorKind::ComponentState, bytes, true, began - hours(3), bytes);
            history.add(PrecursorKind::ComponentState, bytes, true, began - seconds(3),
                        "{\"" + bytes.toHex() + "\":1e999}");
            QCOMPARE(history.ranked(errors).size(), 1U);
        }
    }
};

QTEST_GUILESS_MAIN(TestPrecursors)
#include "tst_precursors.moc"
