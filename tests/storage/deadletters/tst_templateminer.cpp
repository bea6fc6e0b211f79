#include "storage/deadletters/templateminer.h"
#include "tests/support/loghub.h"

#include <QRegularExpression>
#include <QtTest>
#include <algorithm>
#include <map>
#include <random>

using namespace portolan;

namespace {

using Messages = std::vector<QByteArray>;

Messages invalidUsers(const QByteArray& names) {
    Messages messages;
    for (const QByteArray& name : names.split(' '))
        messages.push_back("Invalid user " + name + " from 10.1.2.3");
    return messages;
}

/// The template of each message.
Messages templatesOf(TemplateMiner& miner, const Messages& messages, std::size_t settledEvery = 0) {
    std::vector<TemplateId> ids;
    for (const QByteArray& message : messages) {
        ids.push_back(miner.add(message));
        if (settledEvery > 0 && ids.size() % settledEvery == 0)
            miner.settle();
    }
    miner.settle();
    Messages texts;
    for (const TemplateId id : ids)
        texts.push_back(miner.text(id));
    return texts;
}

Messages templatesOf(const Messages& messages) {
    TemplateMiner miner;
    return templatesOf(miner, messages);
}

/// All shared sets one after another; without them, made-up ones.
Messages manyMessages() {
    Messages messages;
    for (const char* set : test::loghubSets) {
        for (test::LabelledMessage& message : test::loghubSet(set))
            messages.push_back(std::move(message.content));
    }
    for (int i = 0; i < 500; ++i) {
        const QByteArray n = QByteArray::number(i);
        messages.push_back("order " + n + " of customer Q" + n + " failed: no stock of item '" + n + "x'");
        messages.push_back("cannot connect to 10.0.0." + n + ":5432 (attempt " + n + ")");
    }
    return messages;
}

/// A regular expression for a template: blanks may stand between any two tokens.
QRegularExpression patternOf(const QByteArray& text) {
    std::vector<TemplateToken> tokens;
    tokenize(text, tokens);
    QString pattern = QStringLiteral("^\\s*");
    for (const TemplateToken& token : tokens) {
        const QString plain = QString::fromUtf8(token.text.toByteArray());
        QString part = QRegularExpression::escape(plain);
        part.replace(QRegularExpression::escape(QStringLiteral("<*>")), QStringLiteral(".*?"));
        if (plain.size() == 3 && plain.count(plain[0]) == 3) // more of them are written as three
            part += QRegularExpression::escape(plain.left(1)) + u'*';
        pattern += part + QStringLiteral("\\s*");
    }
    return QRegularExpression(pattern + u'$', QRegularExpression::DotMatchesEverythingOption);
}

} // namespace

class TestTemplateMiner : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void wordsThatVaryAreValues() {
        const Messages found = templatesOf(invalidUsers("alice bob carol dave erin"));
        QCOMPARE(found, Messages(5, "Invalid user <*> from <*>"));
    }
    void fewWordsDivideTemplates() {
        const Messages messages{"VM started (lifecycle event)", "VM paused (lifecycle event)",
                                "VM resumed (lifecycle event)"};
        QCOMPARE(templatesOf(messages), messages);
    }
    void aMaskedValueTellsOfItsPlace() {
        QCOMPARE(templatesOf(invalidUsers("alice 0")), Messages(2, "Invalid user <*> from <*>"));
    }
    void withFewWordsAroundMoreMustVary() {
        Messages messages;
        for (const char* name : {"cupsd", "syslogd", "klogd", "portmap", "hcid", "sdpd"})
            messages.push_back(QByteArray(name) + " started");
        QCOMPARE(templatesOf(messages), messages);
    }
    void twoPlacesMayVaryAtOnce() {
        Messages messages;
        for (const auto& [user, host] : std::map<QByteArray, QByteArray>{
                 {"alice", "oak"}, {"bob", "elm"}, {"carol", "ash"}, {"dave", "fir"}, {"erin", "yew"}})
            messages.push_back("the login of " + user + " on host " + host + " was refused by policy");
        QCOMPARE(templatesOf(messages), Messages(5, "the login of <*> on host <*> was refused by policy"));
    }
    void namesOfValuesStayWhereAllHaveThem() {
        QCOMPARE(templatesOf({"lost blk_12 on node-3", "lost blk_7 on node-44"}),
                 Messages(2, "lost blk_<*> on node-<*>"));
        QCOMPARE(templatesOf({"lost blk_12 on node-3", "lost part-7 on node-44"}), Messages(2, "lost <*> on node-<*>"));
    }
    void blanksDoNotTell() { QCOMPARE(templatesOf({"size = 5 of x", "size=6  of x"}), Messages(2, "size = <*> of x")); }

    void theOrderDoesNotTell() {
        Messages messages = manyMessages();
        const Messages before = templatesOf(messages);
        std::vector<std::size_t> order(messages.size());
        std::ranges::generate(order, [i = std::size_t(0)]() mutable { return i++; });
        std::ranges::shuffle(order, std::mt19937(5));
        Messages shuffled;
        for (const std::size_t i : order)
            shuffled.push_back(messages[i]);
        const Messages after = templatesOf(shuffled);
        for (std::size_t i = 0; i < order.size(); ++i)
            QCOMPARE(after[i], before[order[i]]);
    }
    void theNumberOfEqualMessagesDoesNotTell() {
        Messages messages = invalidUsers("alice bob carol");
        const Messages once = templatesOf(messages);
        for (int i = 0; i < 100; ++i)
            messages.push_back(messages.front());
        const Messages often = templatesOf(messages);
        QVERIFY(std::equal(once.begin(), once.end(), often.begin()));
    }

    void everyMessageFitsItsTemplate() {
        const Messages messages = manyMessages();
        const Messages texts = templatesOf(messages);
        std::map<QByteArray, QRegularExpression> patterns;
        for (std::size_t i = 0; i < messages.size(); ++i) {
            auto [pattern, isNew] = patterns.try_emplace(texts[i]);
            if (isNew)
                pattern->second = patternOf(texts[i]);
            QVERIFY2(pattern->second.match(QString::fromUtf8(messages[i])).hasMatch(),
                     (messages[i] + "\n" + texts[i]).constData());
        }
    }
    void equalMessagesAreTogether() {
        std::map<QByteArray, QByteArray> templates;
        const Messages messages = manyMessages();
        TemplateMiner miner;
        const Messages texts = templatesOf(miner, messages, 700);
        for (std::size_t i = 0; i < messages.size(); ++i) {
            const auto [before, isNew] = templates.try_emplace(messages[i], texts[i]);
            QCOMPARE(texts[i], before->second);
        }
    }

    void whatIsKnownStays() {
        TemplateMiner miner;
        const TemplateId bob = miner.add("Invalid user bob from 10.1.2.3");
        miner.settle();
        QCOMPARE(miner.text(bob), QByteArray("Invalid user bob from <*>"));
        const Messages more = templatesOf(miner, invalidUsers("alice carol dave erin frank"));
        QCOMPARE(more, Messages(5, "Invalid user <*> from <*>"));
        QCOMPARE(miner.text(bob), QByteArray("Invalid user bob from <*>"));
        QCOMPARE(templatesOf(miner, invalidUsers("bob grace")),
                 (Messages{"Invalid user bob from <*>", "Invalid user <*> from <*>"}));
        QCOMPARE(miner.templates(), (Messages{"Invalid user bob from <*>", "Invalid user <*> from <*>"}));
    }
    void messagesFallIntoKnownTemplates() {
        const Messages messages = manyMessages();
        TemplateMiner first;
        const Messages before = templatesOf(first, messages);
        TemplateMiner later(first.templates());
        QCOMPARE(later.templates(), first.templates());
        QCOMPARE(templatesOf(later, messages), before);
        QCOMPARE(later.templates(), first.templates());
        QCOMPARE(templatesOf(later, {"order 7777 of customer Q9 failed: no stock of item 'abc'"}).front(),
                 QByteArray("order <*> of customer <*> failed: no stock of item '<*>'"));
        QCOMPARE(later.templates().size(), first.templates().size());
    }
    void manyNewWordsAreBounded() {
        const MinerLimits limits{200, 1000};
        TemplateMiner miner({}, limits);
        const auto word = [](std::size_t n) {
            QByteArray letters;
            for (std::size_t i = 0; i < 6; ++i, n /= 20)
                letters += static_cast<char>('g' + n % 20);
            return letters;
        };
        std::vector<TemplateId> ids;
        for (std::size_t i = 0; i < 2 * limits.mergesAt; ++i)
            ids.push_back(miner.add("no account of " + word(i) + " here"));
        miner.settle();
        QCOMPARE(miner.templates().size(), std::size_t(1));
        for (const TemplateId id : ids)
            QCOMPARE(miner.text(id), QByteArray("no account of <*> here"));
        for (std::size_t i = 0; i < 3 * limits.mostTemplates; ++i)
            miner.add(word(i) + " " + word(i + 1) + " " + word(i + 2));
        miner.settle();
        QVERIFY(miner.templates().size() <= 2 * limits.mostTemplates);
        QCOMPARE(miner.text(miner.add("no such words in it")), QByteArray("<*>"));
        QCOMPARE(miner.text(miner.add("no account of bob here")), QByteArray("no account of <*> here"));
    }
};

QTEST_GUILESS_MAIN(TestTemplateMiner)
#include "tst_templateminer.moc"
