// BENCH.md: a million error messages grouped by fingerprint, and how well.

#include "storage/deadletters/linegroups.h"
#include "tests/bench/bench.h"
#include "tests/support/loghub.h"

#include <QTextStream>
#include <algorithm>
#include <ctime>

namespace portolan::bench {

namespace {

constexpr qint64 aMillion = 1'000'000;
constexpr qint64 fewMessages = 50'000;
constexpr double leastRate = 500'000;
constexpr double leastAccuracy = 0.93;

qint64 messagesOf(const Setting& setting) {
    return setting.quick ? fewMessages : aMillion;
}

/// The messages of all shared sets in turn, again and again; without them one template of our own.
std::vector<QByteArray> mixedMessages(qint64 count) {
    std::vector<std::vector<test::LabelledMessage>> sets;
    for (const char* name : test::loghubSets)
        sets.push_back(test::loghubSet(name));
    std::vector<QByteArray> messages;
    for (qint64 i = 0; i < count; ++i) {
        const auto n = static_cast<std::size_t>(i);
        const auto& set = sets[n % sets.size()];
        messages.push_back(set.empty() ? contentOf(i) : set[n / sets.size() % set.size()].content);
    }
    return messages;
}

/// Messages with names that no mask knows: 100,000 of them, and as many addresses.
std::vector<QByteArray> namedMessages(qint64 count) {
    std::vector<QByteArray> messages;
    for (qint64 i = 0; i < count; ++i) {
        QByteArray name;
        for (qint64 n = i % 100'000 + 12'345; n > 0; n /= 17)
            name += static_cast<char>('g' + n % 17);
        messages.push_back("Failed password for " + name + " from 10.0." + QByteArray::number(i % 251) + ".7 port "
                           + QByteArray::number(i % 60'000));
    }
    return messages;
}

/// Of this thread: a rate on one core is asked for, and others may have the machine as well.
double processorSeconds() {
    timespec time{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

double rateOf(const std::vector<QByteArray>& messages) {
    double best = 1e9;
    for (int round = 0; round < 3; ++round) {
        const double begun = processorSeconds();
        TemplateMiner miner;
        for (const QByteArray& message : messages)
            miner.add(message);
        miner.settle();
        best = std::min(best, processorSeconds() - begun);
    }
    return static_cast<double>(messages.size()) / best;
}

void rate(const Setting& setting) {
    const Goal goal{Goal::Kind::AtLeast, leastRate};
    sayAlone(QStringLiteral("fingerprint-rate, loghub"), rateOf(mixedMessages(messagesOf(setting))), goal);
    sayAlone(QStringLiteral("fingerprint-rate, 100,000 names"), rateOf(namedMessages(messagesOf(setting))), goal);
}

/// The templates of the set's messages, settled every so many messages, or once at the end.
double accuracyOf(const std::vector<test::LabelledMessage>& set, std::size_t settledEvery) {
    TemplateMiner miner;
    std::vector<TemplateId> ids;
    for (const test::LabelledMessage& message : set) {
        ids.push_back(miner.add(message.content));
        if (settledEvery > 0 && ids.size() % settledEvery == 0)
            miner.settle();
    }
    miner.settle();
    std::vector<QByteArray> groups;
    for (const TemplateId id : ids)
        groups.push_back(miner.text(id));
    return test::groupingAccuracy(set, groups);
}

void quality(const Setting&) {
    const auto measure = [](const QString& how, std::size_t settledEvery, Goal goal) {
        double sum = 0;
        for (const char* name : test::loghubSets) {
            const auto set = test::loghubSet(name);
            if (set.empty())
                giveUp(QStringLiteral("no %1 in %2/loghub").arg(QLatin1String(name), test::sharedData()));
            const double accuracy = accuracyOf(set, settledEvery);
            sayAlone(how + QLatin1String(name), accuracy, {});
            sum += accuracy;
        }
        sayAlone(how + QStringLiteral("mean"), sum / static_cast<double>(test::loghubSets.size()), goal);
    };
    if (test::loghubSet(test::loghubSets.front()).empty()) {
        QTextStream(stdout)
            << QStringLiteral("fingerprint-quality: left out, there is no %1/loghub\n").arg(test::sharedData());
        return;
    }
    measure(QStringLiteral("fingerprint-quality, "), 0, {Goal::Kind::AtLeast, leastAccuracy});
    measure(QStringLiteral("fingerprint-quality, settled every 250 messages, "), 250, {});
}

constexpr Bench benches[] = {{"fingerprint-rate", rate}, {"fingerprint-quality", quality}};

} // namespace

std::span<const Bench> fingerprintBenches() {
    return benches;
}

} // namespace portolan::bench
