#include "storage/ingest/gaptracker.h"

#include <QtTest>
#include <limits>
#include <map>
#include <random>
#include <set>

using namespace portolan;

namespace {

using Numbers = std::vector<qint64>;

constexpr qint64 least = std::numeric_limits<qint64>::min();
constexpr qint64 most = std::numeric_limits<qint64>::max();
constexpr Timestamp now{std::chrono::seconds(1'700'000'000)};

Gap kept(qint64 first, qint64 last, qint64 epoch = 0) {
    Gap gap;
    gap.source = "s";
    gap.epoch = epoch;
    gap.firstNumber = first;
    gap.lastNumber = last;
    gap.missing = numbersBetween(first, last);
    gap.detectedAt = now;
    return gap;
}

/// "+3-4" a new gap, "3:5-9" the one that began with 3 is now 5 to 9, "x" after it: closed; "@1" its epoch, if any.
QString shown(const GapEdit& edit) {
    QString text = edit.isNew ? QStringLiteral("+") : QStringLiteral("%1:").arg(edit.formerFirst.value_or(-1));
    text += QStringLiteral("%1-%2").arg(*edit.gap.firstNumber).arg(*edit.gap.lastNumber);
    if (edit.gap.epoch != 0)
        text += QStringLiteral("@%1").arg(edit.gap.epoch);
    return edit.gap.closedAt ? text + QLatin1Char('x') : text;
}

} // namespace

Q_DECLARE_METATYPE(Numbers)
Q_DECLARE_METATYPE(std::optional<qint64>)
Q_DECLARE_METATYPE(std::vector<Gap>)

class TestGapTracker : public QObject {
    Q_OBJECT

    /// The numbers that open gaps declare missing after all came, stored in groups of any size by receivers that are
    /// started again and again.
    static std::set<qint64> declared(const Numbers& came, std::mt19937& random) {
        SeriesMark mark;
        std::map<std::pair<qint64, qint64>, Gap> kept; // by epoch and first number
        for (std::size_t at = 0; at < came.size();) {
            if (mark.numbering) // as a store keeps it
                mark.numbering = Numbering::fromText(mark.numbering->toText());
            GapTracker tracker("s", mark);
            std::vector<Gap> open;
            for (const auto& [place, gap] : kept) {
                if (place.first == mark.epoch)
                    open.push_back(gap);
            }
            tracker.know(std::move(open));
            for (std::size_t size = 1 + random() % 30; size > 0 && at < came.size(); --size, ++at)
                tracker.see({came[at], now});
            for (const GapEdit& edit : tracker.edits()) {
                if (edit.formerFirst)
                    kept.erase({edit.gap.epoch, *edit.formerFirst});
                if (!edit.gap.closedAt)
                    kept[{edit.gap.epoch, *edit.gap.firstNumber}] = edit.gap;
            }
            mark = tracker.mark();
        }
        std::set<qint64> missing;
        for (const auto& [place, gap] : kept) {
            for (qint64 number = *gap.firstNumber; number <= *gap.lastNumber; ++number)
                missing.insert(number);
        }
        return missing;
    }

private Q_SLOTS:
    void follows_data() {
        QTest::addColumn<std::optional<qint64>>("last");
        QTest::addColumn<std::vector<Gap>>("open");
        QTest::addColumn<Numbers>("numbers");
        QTest::addColumn<QString>("edits");
        QTest::addColumn<qint64>("newLast");
        QTest::addColumn<qint64>("epoch");
        const auto row = [](const char* name, std::optional<qint64> last, std::vector<Gap> open, Numbers numbers,
                            const char* edits, qint64 newLast, qint64 epoch = 0) {
            QTest::newRow(name) << last << std::move(open) << std::move(numbers) << QString::fromLatin1(edits)
                                << newLast << epoch;
        };
        const std::nullopt_t none = std::nullopt;
        row("in order", none, {}, {1, 2, 3}, "", 3);
        row("the first may be any", none, {}, {1000, 1001}, "", 1001);
        row("a jump", none, {}, {-1, 0, 1, 2, 5}, "+3-4", 5);
        row("a jump of what is no sequence yet", none, {}, {1, 5, 6, 7}, "", 7);
        row("and once it is one", none, {}, {1, 5, 6, 7, 8}, "+2-4", 8);
        row("late, before it is one", none, {}, {1, 5, 3, 6, 7, 8, 9, 10, 11, 12, 13, 14}, "+2-2 +4-4", 14);
        row("too many jumps for one", none, {}, {1, 5, 6, 9, 10, 12, 13}, "", 13);
        row("two jumps", none, {}, {-2, -1, 0, 1, 3, 7}, "+2-2 +4-6", 7);
        row("one missing", 9, {}, {11}, "+10-10", 11);
        row("after a restart", 10, {}, {15, 16}, "+11-14", 16);
        row("after a restart, nothing lost", 10, {}, {11}, "", 11);
        row("late, whole", none, {}, {-1, 0, 1, 2, 5, 3, 4}, "+4-4x", 5);
        row("late, one", none, {}, {-2, -1, 0, 1, 3, 2}, "+2-2x", 3);
        row("late, lower edge", 9, {kept(3, 6)}, {3}, "3:4-6", 9);
        row("late, upper edge", 9, {kept(3, 6)}, {6}, "3:3-5", 9);
        row("late, inside", 9, {kept(3, 6)}, {4}, "3:3-3 +5-6", 9);
        row("late, one by one", 9, {kept(3, 6)}, {4, 3, 6, 5}, "3:3-3x +5-5x", 9);
        row("late, backwards", 9, {kept(3, 5)}, {5, 4, 3}, "3:3-3x", 9);
        row("late, the right one of two", 99, {kept(3, 5), kept(50, 60)}, {50}, "50:51-60", 99);
        row("late, far below", 1'000'000, {kept(3, 5)}, {4}, "3:3-3 +5-5", 1'000'000);
        row("late and on", 9, {kept(3, 3)}, {10, 3, 11}, "3:3-3x", 11);
        row("late twice", 9, {kept(3, 5)}, {4, 4}, "3:3-3 +5-5", 9);
        row("the same again", 9, {}, {9, 9, 10}, "", 10);
        row("came twice", 9, {}, {7, 10, 8, 11}, "", 11);
        row("falls back", 100, {}, {1, 2, 3}, "", 3, 1);
        row("falls back and jumps", 100, {}, {1, 5}, "+2-4@1", 5, 1);
        row("falls back a little", 5, {}, {1, 2, 3}, "", 3, 1);
        row("falls back a little and jumps", 10, {}, {1, 5, 6}, "+2-4@1", 6, 1);
        row("falls back a little, once", 5, {}, {1}, "", 5, 0);
        row("the last ones once more", 100, {}, {98, 99, 100, 101}, "", 101, 1);
        row("falls back twice", 100, {}, {1, 2, 50, 1, 2}, "+3-49@1", 2, 2);
        row("old gaps stay", 100, {kept(50, 60)}, {55, 1, 2}, "50:50-54 +56-60", 2, 1);
        row("negative", -5, {}, {-4, -1, 0, 1}, "+-3--2", 1);
        row("negative fall", 3, {}, {-100, -99}, "", -99, 1);
        row("the whole range", least, {}, {most}, "+-9223372036854775807-9223372036854775806", most);
        row("the end of the range", most - 1, {}, {most}, "", most);
        row("behind the end", most, {}, {least, least + 1}, "", least + 1, 1);
        row("nothing", 7, {}, {}, "", 7);
    }
    void follows() {
        QFETCH(std::optional<qint64>, last);
        QFETCH(std::vector<Gap>, open);
        QFETCH(Numbers, numbers);
        QFETCH(QString, edits);
        QFETCH(qint64, newLast);
        QFETCH(qint64, epoch);
        GapTracker tracker("s", SeriesMark{0, last, {}});
        tracker.know(open);
        for (const qint64 number : numbers)
            tracker.see({number, now});
        QStringList found;
        for (const GapEdit& edit : tracker.edits())
            found.append(shown(edit));
        found.sort();
        QStringList expected = edits.split(QLatin1Char(' '), Qt::SkipEmptyParts);
        expected.sort();
        QCOMPARE(found, expected);
        QCOMPARE(tracker.mark().lastNumber, std::optional(newLast));
        QCOMPARE(tracker.mark().epoch, epoch);
    }

    // Whatever is lost on the way, in whatever groups the rest is stored, exactly that is declared.
    void declaresExactlyWhatASequenceLost() {
        for (unsigned seed = 1; seed <= 200; ++seed) {
            std::mt19937 random(seed);
            const double loss = static_cast<double>(random() % 11) / 100;
            std::bernoulli_distribution isLost(loss);
            qint64 number = static_cast<qint64>(random() % 100'000) - 50'000;
            Numbers came;
            std::set<qint64> lost;
            for (int i = 0; i < 400; ++i, ++number) {
                if (i < 380 && !came.empty() && isLost(random))
                    lost.insert(number);
                else
                    came.push_back(number);
            }
            QCOMPARE(declared(came, random), lost);
        }
    }

    void declaresNothingOfNumbersThatAreNoSequence_data() {
        QTest::addColumn<int>("how");
        QTest::newRow("any of 9,000") << 0;
        QTest::newRow("rising by 1 to 200") << 1;
        QTest::newRow("two sequences far apart, mixed") << 2;
        QTest::newRow("each by 7") << 3;
        QTest::newRow("falling") << 4;
    }
    void declaresNothingOfNumbersThatAreNoSequence() {
        QFETCH(int, how);
        for (unsigned seed = 1; seed <= 200; ++seed) {
            std::mt19937 random(seed);
            Numbers came;
            qint64 last = 5000;
            for (int i = 0; i < 100; ++i) {
                const auto any = static_cast<qint64>(random());
                last += how == 1 ? 1 + any % 200 : how == 3 ? 7 : how == 4 ? -1 : 0;
                came.push_back(how == 0   ? 1000 + any % 9000
                               : how == 2 ? (i % 2 == 0 ? 1000 + i / 2 : 900'000 + i / 2)
                                          : last);
            }
            QCOMPARE(declared(came, random), std::set<qint64>());
        }
    }

    void countsWhatIsMissing() {
        QCOMPARE(numbersBetween(3, 3), 1);
        QCOMPARE(numbersBetween(-2, 2), 5);
        QCOMPARE(numbersBetween(least, most), most);
        GapTracker tracker("s", SeriesMark{0, 1, {}});
        tracker.see({10, now});
        QCOMPARE(tracker.edits().at(0).gap.missing, std::optional<qint64>(8));
        tracker.see({5, now});
        qint64 missing = 0;
        for (const GapEdit& edit : tracker.edits())
            missing += *edit.gap.missing;
        QCOMPARE(missing, 7);
        QCOMPARE(tracker.found(), 1); // narrowing finds none
    }

    void aFallIsRememberedFromGroupToGroup() {
        GapTracker first("s", SeriesMark{0, 10, {}});
        first.see({1, now});
        GapTracker second("s", first.mark());
        second.see({2, now});
        QCOMPARE(second.mark().epoch, 1);
        QCOMPARE(second.mark().lastNumber, std::optional<qint64>(2));
    }

    void asksForOpenGapsOnlyWhenSomethingIsLate() {
        const GapTracker tracker("s", SeriesMark{0, 10, {}});
        const auto seen = [](const Numbers& numbers) {
            std::vector<SeenNumber> all;
            for (const qint64 number : numbers)
                all.push_back({number, now});
            return all;
        };
        QVERIFY(!tracker.wantsOpenGaps(seen({11, 12, 20})));
        QVERIFY(tracker.wantsOpenGaps(seen({11, 5})));
        QVERIFY(tracker.wantsOpenGaps(seen({12, 11})));
        QVERIFY(!GapTracker("s", {}).wantsOpenGaps(seen({1, 2})));
    }

    void seriesDoNotMix() {
        std::vector<IngestItem> items;
        for (const auto& [series, number] :
             std::vector<std::pair<QByteArray, qint64>>{{"a", 1}, {"b", 1}, {"a", 2}, {"b", 5}, {"", 9}, {"a", 3}}) {
            IngestItem item;
            item.delivery.series = series;
            item.decoded = IncomingMessage{number, std::nullopt, "x"};
            items.push_back(std::move(item));
        }
        items.push_back({Delivery(), IncomingMessage{std::nullopt, std::nullopt, "no number"}});
        const auto all = numbersIn(items, std::vector<bool>(items.size(), false));
        QCOMPARE(all.size(), 2U);
        QCOMPARE(all.at("a").size(), 3U);
        QCOMPARE(all.at("b")[1].number, 5);
    }

    void trimmedEntriesBecomeOneRow() {
        std::vector<GapEdit> edits;
        Delivery delivery;
        delivery.key = {"s", 1, 0};
        for (int i = 0; i < 3; ++i)
            addEdit(edits, editOf(delivery, {GapKind::Trimmed, false, 1, {}}, 0));
        addEdit(edits, editOf(delivery, {GapKind::Disconnect, false, {}, {}}, 0));
        QCOMPARE(edits.size(), 2U);
        QCOMPARE(edits[0].gap.missing, std::optional<qint64>(3));
    }
};

QTEST_GUILESS_MAIN(TestGapTracker)
#include "tst_gaptracker.moc"
