#include "storage/base/cancel.h"
#include "storage/operations/files/operationsfolder.h"
#include "tests/support/need.h"
#include "tests/support/tempfolder.h"

#include <QDir>
#include <QFile>
#include <QJsonDocument>
#include <QTest>
#include <thread>

using namespace portolan;
using test::need;
using test::TempFolder;

namespace {

QString counted() {
    return QStringLiteral("counted");
}

QByteArray bytesOf(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

void put(const QString& path, const QByteArray& bytes) {
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size())
        qFatal("%s cannot be written", qPrintable(path));
}

} // namespace

/// A file store's document of operations and its audit: both or neither, one change after the other.
class TestOperationsFolder : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void aChangeIsThereWithItsActs();
    void anErrorChangesNothing();
    void readingLeavesNothing();
    void actsBeyondTheStateAreReplaced();
    void anAuditThatWasMovedAwayBeginsAgain();
    void otherMembersStay();
    void aDamagedDocumentIsLeftAsItIs();
    void changesFollowEachOther();

private:
    [[nodiscard]] OperationsFolder operations(Access access = Access::Write) const {
        return {StoreUrl(), m_folder->path(QStringLiteral(".portolan")), access};
    }
    [[nodiscard]] QString path(const char* file) const {
        return m_folder->path(QStringLiteral(".portolan/operations/") + QLatin1String(file));
    }
    /// Counts one up, and tells of it.
    [[nodiscard]] Result<void> countUp() const;
    [[nodiscard]] qint64 count() const { return need(operations().read(counted())).value(counted()).toInteger(); }
    [[nodiscard]] std::vector<QJsonObject> acts() const;

    std::unique_ptr<TempFolder> m_folder;
};

void TestOperationsFolder::init() {
    m_folder = std::make_unique<TempFolder>();
}

Result<void> TestOperationsFolder::countUp() const {
    return operations().change(counted(), [](QJsonObject& member, OperationsFolder::Told& told) -> Result<void> {
        const qint64 number = member.value(counted()).toInteger() + 1;
        member.insert(counted(), number);
        told.push_back(auditEntry("count", "number", QByteArray::number(number), " \"why\" ", "tester"));
        told.back().after = "{\"n\":" + QByteArray::number(number) + '}';
        return {};
    });
}

std::vector<QJsonObject> TestOperationsFolder::acts() const {
    std::vector<QJsonObject> all;
    for (const QByteArray& line : bytesOf(path(OperationsFolder::auditFile)).split('\n')) {
        if (!line.isEmpty())
            all.push_back(QJsonDocument::fromJson(line).object());
    }
    return all;
}

void TestOperationsFolder::aChangeIsThereWithItsActs() {
    need(countUp());
    need(countUp());
    QCOMPARE(count(), 2);
    const auto told = acts();
    QCOMPARE(told.size(), std::size_t(2));
    QCOMPARE(told[1].value(QStringLiteral("id")).toInteger(), 2);
    QCOMPARE(told[1].value(QStringLiteral("reason")).toString(), QStringLiteral("\"why\""));
    QCOMPARE(told[1].value(QStringLiteral("after_image")).toObject().value(QStringLiteral("n")).toInteger(), 2);
    QVERIFY(told[1].value(QStringLiteral("before_image")).isNull());
    QVERIFY(parseIsoTime(told[1].value(QStringLiteral("at")).toString().toLatin1()));
}

void TestOperationsFolder::anErrorChangesNothing() {
    need(countUp());
    const QByteArray before = bytesOf(path(OperationsFolder::stateFile));
    const auto failed =
        operations().change(counted(), [](QJsonObject& member, OperationsFolder::Told& told) -> Result<void> {
            member.insert(counted(), 7);
            told.push_back(auditEntry("count", "number", "7", {}, "tester"));
            return cancelled();
        });
    QVERIFY(!failed && failed.error().code == ErrorCode::Cancelled);
    QCOMPARE(bytesOf(path(OperationsFolder::stateFile)), before);
    QCOMPARE(acts().size(), std::size_t(1));
    const auto refused = operations(Access::Read).change(counted(), [](QJsonObject&, OperationsFolder::Told&) {
        return Result<void>();
    });
    QVERIFY(!refused && refused.error().code == ErrorCode::ReadOnly);
}

void TestOperationsFolder::readingLeavesNothing() {
    QVERIFY(need(operations(Access::Read).read(counted())).isEmpty());
    need(operations().change(counted(), [](QJsonObject&, OperationsFolder::Told&) { return Result<void>(); }));
    QVERIFY(!QFile::exists(path(OperationsFolder::stateFile)));
    const auto own = openFolder(m_folder->path());
    const auto copy = need(OperationsFolder::copyOf(need(openFolder(m_folder->path(QStringLiteral(".portolan"))))));
    QVERIFY(copy.state.isEmpty() && copy.audit.isEmpty());
    QVERIFY(need(OperationsFolder::copyOf(*own)).state.isEmpty());
}

/// A program was killed after it had appended acts, or in the middle of one.
void TestOperationsFolder::actsBeyondTheStateAreReplaced() {
    need(countUp());
    const QByteArray whole = bytesOf(path(OperationsFolder::auditFile));
    for (const QByteArray& torn : {whole, whole + whole.left(whole.size() / 2), QByteArray(5000, '\0')}) {
        const QByteArray before = bytesOf(path(OperationsFolder::auditFile));
        put(path(OperationsFolder::auditFile), before + torn);
        const auto copy = need(OperationsFolder::copyOf(need(openFolder(m_folder->path(QStringLiteral(".portolan"))))));
        QCOMPARE(copy.audit, before);
        const qint64 number = count();
        need(countUp());
        QCOMPARE(count(), number + 1);
        QCOMPARE(qint64(acts().size()), number + 1);
        QCOMPARE(acts().back().value(QStringLiteral("id")).toInteger(), number + 1);
        QVERIFY(bytesOf(path(OperationsFolder::auditFile)).startsWith(before));
    }
}

void TestOperationsFolder::anAuditThatWasMovedAwayBeginsAgain() {
    need(countUp());
    QVERIFY(QFile::remove(path(OperationsFolder::auditFile)));
    need(countUp());
    QCOMPARE(acts().size(), std::size_t(1));
    QCOMPARE(acts().front().value(QStringLiteral("id")).toInteger(), 2);
}

void TestOperationsFolder::otherMembersStay() {
    need(countUp());
    need(operations().change(QStringLiteral("other"), [](QJsonObject& member, OperationsFolder::Told&) -> Result<void> {
        member.insert(QStringLiteral("kept"), true);
        return {};
    }));
    need(countUp());
    QCOMPARE(need(operations().read(QStringLiteral("other"))).value(QStringLiteral("kept")).toBool(), true);
    QCOMPARE(count(), 2);
}

void TestOperationsFolder::aDamagedDocumentIsLeftAsItIs() {
    need(countUp());
    const QByteArray damaged = bytesOf(path(OperationsFolder::stateFile)).chopped(4);
    put(path(OperationsFolder::stateFile), damaged);
    const auto read = operations().read(counted());
    QVERIFY(!read && read.error().code == ErrorCode::Corrupt);
    QVERIFY(!countUp());
    QCOMPARE(bytesOf(path(OperationsFolder::stateFile)), damaged);
}

void TestOperationsFolder::changesFollowEachOther() {
    constexpr int threads = 6;
    constexpr int times = 20;
    std::vector<std::thread> all;
    for (int i = 0; i < threads; ++i)
        all.emplace_back([this] {
            for (int n = 0; n < times; ++n)
                need(countUp());
        });
    for (std::thread& each : all)
        each.join();
    QCOMPARE(count(), threads * times);
    const auto told = acts();
    QCOMPARE(told.size(), std::size_t(threads * times));
    for (std::size_t i = 0; i < told.size(); ++i)
        QCOMPARE(told[i].value(QStringLiteral("id")).toInteger(), qint64(i + 1));
}

QTEST_GUILESS_MAIN(TestOperationsFolder)
#include "tst_operationsfolder.moc"
