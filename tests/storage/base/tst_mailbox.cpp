#include "storage/base/backoff.h"
#include "storage/base/mailbox.h"

#include <QtTest>
#include <atomic>
#include <numeric>
#include <thread>

using namespace portolan;
using namespace std::chrono_literals;

namespace {

struct OneByte {
    qint64 operator()(int) const { return 1; }
};
struct ItsValue {
    qint64 operator()(int value) const { return value; }
};
using Counted = Mailbox<int, OneByte>;
using Weighed = Mailbox<int, ItsValue>;

template <class Box>
std::size_t pushAll(Box& box, std::vector<int> values, std::chrono::milliseconds wait = 0ms) {
    return box.push(values, wait);
}

} // namespace

class TestMailbox : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void keepsTheOrder() {
        Counted box(10, 100);
        QCOMPARE(pushAll(box, {1, 2, 3}), 3U);
        QCOMPARE(box.take(2, 0ms, 0ms), (std::vector<int>{1, 2}));
        QCOMPARE(box.take(2, 0ms, 0ms), (std::vector<int>{3}));
        QCOMPARE(box.take(2, 0ms, 0ms), std::vector<int>());
    }

    void holdsItsBounds() {
        Counted counted(2, 100);
        QCOMPARE(pushAll(counted, {1, 2, 3}), 2U);
        QCOMPARE(pushAll(counted, {3}, 1ms), 0U);
        Weighed weighed(100, 10);
        QCOMPARE(pushAll(weighed, {4, 4, 4}), 2U);
        QCOMPARE(weighed.bytes(), 8);
        QCOMPARE(weighed.take(1, 0ms, 0ms), std::vector<int>{4});
        QCOMPARE(weighed.bytes(), 4);
    }

    void letsAnOversizedItemIntoAnEmptyBox() {
        Weighed box(100, 10);
        QCOMPARE(pushAll(box, {50, 1}), 1U);
        QCOMPARE(pushAll(box, {50}), 0U);
        QCOMPARE(box.take(9, 0ms, 0ms), std::vector<int>{50});
        QCOMPARE(box.bytes(), 0);
    }

    void drainsAfterClosing() {
        Counted box(10, 100);
        QCOMPARE(pushAll(box, {1}), 1U);
        box.close();
        QCOMPARE(pushAll(box, {2}, 1h), 0U);
        QVERIFY(!box.isDone());
        QCOMPARE(box.take(9, 1h, 1h), std::vector<int>{1});
        QVERIFY(box.isDone());
        QVERIFY(box.take(9, 1h, 1h).empty());
    }

    void endsItsWaitsWhenStopped() {
        Counted box(1, 100);
        std::stop_source stop;
        std::jthread stopper([&] { stop.request_stop(); });
        QVERIFY(box.take(1, 1h, 0ms, stop.get_token()).empty());
        QCOMPARE(pushAll(box, {1}), 1U);
        std::vector<int> more{2};
        QCOMPARE(box.push(more, 1h, stop.get_token()), 0U);
    }

    void waitsForAGroupToFill() {
        Counted box(10, 100);
        QCOMPARE(pushAll(box, {1}), 1U);
        std::jthread pusher([&] { QCOMPARE(pushAll(box, {2, 3}), 2U); });
        QCOMPARE(box.take(3, 1h, 1h).size(), 3U);
    }

    void doesNotLingerWhenNothingMoreFits() {
        Counted counted(2, 100);
        QCOMPARE(pushAll(counted, {1, 2}), 2U);
        QCOMPARE(counted.take(10, 1h, 1h).size(), 2U);
        Weighed weighed(10, 100);
        QCOMPARE(pushAll(weighed, {90}), 1U);
        QCOMPARE(weighed.take(10, 1h, 1h).size(), 1U);
    }

    void losesNothingBetweenThreads() {
        constexpr int count = 200'000;
        Counted box(64, 1000);
        std::jthread pusher([&] {
            std::vector<int> all(count);
            std::iota(all.begin(), all.end(), 0);
            for (std::size_t done = 0; done < all.size();)
                done += box.push(std::span(all).subspan(done, std::min<std::size_t>(100, all.size() - done)), 10ms);
            box.close();
        });
        int next = 0;
        bool inOrder = true;
        while (!box.isDone()) {
            for (const int value : box.take(50, 10ms, 0ms))
                inOrder = inOrder && value == next++;
        }
        QVERIFY(inOrder);
        QCOMPARE(next, count);
    }

    void backsOffWithinItsBounds() {
        Backoff a(5, 100ms, 400ms);
        Backoff b(5, 100ms, 400ms);
        for (const auto bound : {100ms, 200ms, 400ms, 400ms}) {
            const auto wait = a.next();
            QCOMPARE(wait.count(), b.next().count());
            QVERIFY(wait >= 0ms && wait <= bound);
        }
        a.reset();
        QVERIFY(a.next() <= 100ms);
    }
};

QTEST_GUILESS_MAIN(TestMailbox)
#include "tst_mailbox.moc"
