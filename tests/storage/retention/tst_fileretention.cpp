#include "storage/backups/backuparchive.h"
#include "storage/base/clock.h"
#include "storage/messages/batchname.h"
#include "storage/messages/files/archivedfiles.h"
#include "storage/messages/files/journal.h"
#include "storage/retention/files/fileretentionrun.h"
#include "tests/support/ingestitems.h"
#include "tests/support/need.h"
#include "tests/support/writtenbatches.h"

#include <QProcess>
#include <QRandomGenerator>
#include <QScopeGuard>
#include <QTest>
#include <atomic>
#include <ctime>
#include <fcntl.h>
#include <sys/file.h>
#include <thread>

using namespace portolan;
using namespace std::chrono;
using test::BatchFolder;
using test::IngestItems;
using test::need;
using State = RetentionOutcome::State;

namespace {

constexpr int batchSize = 10;

/// Makes files look as if they were written so long ago; returns when they are not of this moment any more.
void age(const BatchFolder& batches, qint64 first, qint64 last, int daysAgo) {
    for (qint64 batch = first; batch <= last; ++batch) {
        QFile file(batches.file(batch));
        if (!file.open(QIODevice::ReadWrite)
            || !file.setFileTime(QDateTime::currentDateTimeUtc().addDays(-daysAgo), QFileDevice::FileModificationTime))
            qFatal("%s cannot be made older", qPrintable(file.fileName()));
    }
    const Timestamp made = currentTime();
    QTRY_VERIFY(currentTime() > made + milliseconds(150));
}

/// Stores messages by a writer that ends then; returns how many are new.
qint64 receive(const BatchFolder& batches, quint64 first, quint64 last) {
    const auto writer = need(test::openWriter(batches, batchSize));
    return need(writer->store(IngestItems().range(first, last).all())).stored;
}

std::vector<qint64> filesOf(const BatchFolder& batches) {
    std::vector<qint64> files;
    for (const QString& name : QDir(batches.messages()).entryList(QDir::Files, QDir::Name)) {
        if (const auto batch = batchOfFileName(name.toLatin1()))
            files.push_back(*batch);
    }
    return files;
}

std::vector<qint64> fromTo(qint64 first, qint64 last) {
    std::vector<qint64> numbers;
    for (; first <= last; ++first)
        numbers.push_back(first);
    return numbers;
}

QByteArray found(const BatchFolder& batches) {
    QByteArray names;
    for (const auto& [name, result] : test::verify(batches, batchSize))
        names += result.found ? name + ": " + result.detail + "; " : QByteArray();
    return names;
}

/// The batches as they were listed once.
class ListedThen : public RowSource<Batch> {
public:
    explicit ListedThen(Page<Batch> page) : then(std::move(page)) {}
    Result<Page<Batch>> page(const ListQuery&, const CancelToken&) override { return then; }
    Result<PageIndex> pageIndex(const ListQuery&, int, const CancelToken&) override { return PageIndex(); }

    const Page<Batch> then;
};

QByteArray acknowledged(const BatchFolder& batches) {
    return test::verify(batches, batchSize).at("acknowledged").detail;
}

} // namespace

/// Batch files that go: which, where to, and what a writer and `verify` know of them.
class TestFileRetention : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void packsOldFiles();
    void keepsSoManyFiles();
    void randomAgesAreCountedAsByHand();
    void whatIsGoneDoesNotStay();
    void keysOfArchivedLinesStay();
    void aFileArchivedWhileAWriterOpensIsNoLoss();
    void writersOpenWhileRunsTakeFilesAway();
    void aLossIsStillTold();
    void filesOfAWriterThatGoesOnStay();
    void whatIsChangedMeanwhileStays();
    void whatTheWriterDoesNotRememberStays();
    void aKilledRunIsFinished();
    void aFileThatIsPutBackIsOfTheStore();
    void anotherProgramsFolder();
    void manyArchivesOfOneRun();
    void aWrongClockStopsIt();
    void whatCannotBePackedStays();
    void oneRunAtATime();
    void aCancelledRunIsNoted();
    void refusesMistakes();
    void aDamagedRecordIsToldAndLetsNoKeyGo();

private:
    [[nodiscard]] std::unique_ptr<Store> open() const {
        return need(openStore(m_batches->url(batchSize), Access::Write));
    }
    void set(RetentionChange change) const {
        change.name = "batch-files";
        need(open()->retention()->set(change, "test", "tester", {}));
    }
    [[nodiscard]] RetentionOutcome run(bool isDryRun = false, const CancelToken& token = {},
                                       Timestamp now = currentTime()) const;
    [[nodiscard]] QString archive() const { return m_folder->path(QStringLiteral("archive")); }
    [[nodiscard]] QStringList archives() const {
        return QDir(archive()).entryList({QStringLiteral("*.portolan.tar.zst")}, QDir::Files);
    }
    [[nodiscard]] RetentionChange packing(int days = 90) const {
        return {.name = {}, .keep = std::chrono::days(days), .archive = archive().toUtf8()};
    }

    std::unique_ptr<test::TempFolder> m_folder;
    std::unique_ptr<BatchFolder> m_batches;
};

void TestFileRetention::init() {
    m_folder = std::make_unique<test::TempFolder>();
    m_batches = std::make_unique<BatchFolder>();
}

RetentionOutcome TestFileRetention::run(bool isDryRun, const CancelToken& token, Timestamp now) const {
    std::vector<RetentionOutcome> told;
    const auto store = open();
    const auto done = store->retention()->run(
        {.isDryRun = isDryRun, .now = now, .actor = "tester", .reason = "nightly"},
        [](const QByteArray&, qint64, qint64) {},
        [&](const RetentionOutcome& outcome) -> Result<void> {
            told.push_back(outcome);
            return {};
        },
        token);
    if (!done && done.error().code != ErrorCode::Cancelled)
        qFatal("%s", qPrintable(done.error().text));
    return told.at(0);
}

void TestFileRetention::packsOldFiles() {
    QCOMPARE(receive(*m_batches, 1, 100), 100);
    age(*m_batches, 1, 6, 100);
    qint64 bytes = 0;
    for (qint64 batch = 1; batch <= 6; ++batch)
        bytes += QFileInfo(m_batches->file(batch)).size();
    const QByteArray third = m_batches->read(3);
    set(packing());
    const RetentionOutcome dry = run(true);
    QCOMPARE(dry.state, State::Counted);
    QVERIFY2(dry.problem.isEmpty(), qPrintable(dry.problem));
    QVERIFY(dry.rows == 60 && dry.bytes == bytes && dry.oldestKept > currentTime() - hours(1));
    QCOMPARE(filesOf(*m_batches), fromTo(1, 10));
    const RetentionOutcome done = run();
    QCOMPARE(done.state, State::Done);
    QVERIFY(done.rows == 60 && done.bytes == bytes && done.oldestKept == dry.oldestKept);
    QCOMPARE(filesOf(*m_batches), fromTo(7, 10));

    // Another program has them.
    QCOMPARE(archives().size(), 1);
    QProcess tar;
    tar.start(QStringLiteral("tar"),
              {QStringLiteral("--zstd"), QStringLiteral("-xOf"), archive() + u'/' + archives().front(),
               QStringLiteral("messages/") + QString::fromLatin1(batchFileName(3))});
    QVERIFY(tar.waitForFinished(-1));
    QCOMPARE(tar.readAllStandardOutput(), third);
    QVERIFY(checkBackup(archive() + u'/' + archives().front(), {}, {}).ok());

    QCOMPARE(found(*m_batches), QByteArray());
    QVERIFY2(acknowledged(*m_batches).endsWith("; 60 lines were archived on purpose"),
             acknowledged(*m_batches).constData());
    const auto rules = need(open()->retention()->rules().page({}, {})).rows;
    QVERIFY(rules.back().lastRows == 60 && rules.back().lastResult == "done"
            && rules.back().archive == archive().toUtf8());
    QCOMPARE(run().rows, 0);
    QCOMPARE(archives().size(), 1);
}

void TestFileRetention::keepsSoManyFiles() {
    receive(*m_batches, 1, 100);
    age(*m_batches, 1, 10, 0);
    set({.name = {}, .keepCount = 4});
    QCOMPARE(run(true).rows, 60);
    QCOMPARE(run().rows, 60);
    QCOMPARE(filesOf(*m_batches), fromTo(7, 10));
    QCOMPARE(found(*m_batches), QByteArray());
    QVERIFY(need(ArchivedFiles::read(m_batches->own())).records().front().file.isEmpty());
}

/// Ninety days are ninety times 24 hours of UTC over a leap day and both changes of the clocks, wherever it runs.
void TestFileRetention::randomAgesAreCountedAsByHand() {
    const QByteArray zone = qgetenv("TZ");
    const auto back = qScopeGuard([&] {
        zone.isNull() ? qunsetenv("TZ") : qputenv("TZ", zone);
        ::tzset();
    });
    QVERIFY(qputenv("TZ", "Europe/Berlin"));
    ::tzset();
    constexpr int files = 40;
    receive(*m_batches, 1, quint64(files) * batchSize);
    set(packing());
    QRandomGenerator random(26);
    std::vector<qint64> staying;
    Timestamp now;
    for (const char* each : {"2027-01-15T00:00:00Z", "2028-03-15T00:00:00Z", "2028-02-29T23:59:59.999Z",
                             "2027-06-26T01:30:00Z", "2027-01-29T00:30:00Z"}) {
        now = *parseIsoTime(each);
        const Timestamp edge = now - days(90);
        qint64 bytes = 0;
        staying.clear();
        for (qint64 batch = 1; batch <= files; ++batch) {
            Timestamp modified = now - milliseconds(random.bounded(qint64(180) * 86'400'000));
            if (batch < 4)
                modified = edge + milliseconds(batch - 2);
            if (batch == files)
                modified = now;
            QFile file(m_batches->file(batch));
            const auto since = std::chrono::duration_cast<milliseconds>(modified.time_since_epoch()).count();
            QVERIFY(
                file.open(QIODevice::ReadWrite)
                && file.setFileTime(QDateTime::fromMSecsSinceEpoch(since, Qt::UTC), QFileDevice::FileModificationTime));
            if (modified < edge)
                bytes += file.size();
            else
                staying.push_back(batch);
        }
        const Timestamp made = currentTime();
        QTRY_VERIFY(currentTime() > made + milliseconds(150)); // a file of this moment stays
        const RetentionOutcome dry = run(true, {}, now);
        QVERIFY2(dry.state == State::Counted, qPrintable(dry.problem));
        QCOMPARE(dry.rows, batchSize * (files - qint64(staying.size())));
        QCOMPARE(dry.bytes, bytes);
        QVERIFY2(dry.oldestKept == edge, each);
        QVERIFY(staying.front() == 2 && staying.size() > 10 && staying.size() < 30);
    }
    QCOMPARE(run(false, {}, now).rows, batchSize * (files - qint64(staying.size())));
    QCOMPARE(filesOf(*m_batches), staying);
    QCOMPARE(found(*m_batches), QByteArray());
}

/// The listing of a large folder is not read again for each question: files that another run has just removed stand in
/// it.
void TestFileRetention::whatIsGoneDoesNotStay() {
    receive(*m_batches, 1, 100);
    age(*m_batches, 1, 9, 100);
    const auto store = open();
    ListedThen listed(need(store->batches().batches().page({}, {})));
    QCOMPARE(std::ssize(listed.then.rows), 10);
    for (qint64 batch = 1; batch <= 3; ++batch)
        QVERIFY(QFile::remove(m_batches->file(batch)));
    const RetainOrder order{.now = currentTime(), .actor = "tester"};
    const StoreUrl url = m_batches->url(batchSize);
    const StorePlaces places = need(placesOf(url));
    const RetentionRule byAge{.name = "batch-files", .table = "batches", .keep = days(30), .enabled = true};
    const RetentionRule byCount{.name = "batch-files", .table = "batches", .keepCount = 4, .enabled = true};
    for (const RetentionRule* rule : {&byAge, &byCount}) {
        const RetentionOutcome told = FileRetentionRun(url, places, listed, *rule, order).count({});
        QVERIFY2(told.problem.isEmpty(), qPrintable(told.problem));
        QCOMPARE(told.state, State::Counted);
        QCOMPARE(told.rows, rule == &byAge ? 60 : 30); // 4 to 9, 4 to 6
        QVERIFY(told.oldestKept);
    }
}

void TestFileRetention::keysOfArchivedLinesStay() {
    receive(*m_batches, 1, 100);
    age(*m_batches, 1, 6, 100);
    set(packing());
    QCOMPARE(run().rows, 60);
    for (int time = 0; time < 2; ++time) { // the second opening reads what the first one wrote
        const auto writer = need(test::openWriter(*m_batches, batchSize));
        const auto counts = need(writer->store(IngestItems().range(1, 100).all()));
        QVERIFY(counts.stored == 0 && counts.duplicates == 100);
    }
    { // the same key with other content is no duplicate
        const auto writer = need(test::openWriter(*m_batches, batchSize));
        IngestItems other;
        other.message(5);
        other.last().delivery.payload = "other";
        QCOMPARE(need(writer->store(other.all())).rejected, 1);
    }
    QCOMPARE(receive(*m_batches, 101, 130), 30);
    QVERIFY(test::gapsOf(*m_batches).empty());
    QCOMPARE(found(*m_batches), QByteArray());
}

/// The writer has read the records, and looks for a file after a run of retention removed it.
void TestFileRetention::aFileArchivedWhileAWriterOpensIsNoLoss() {
    receive(*m_batches, 1, 50);
    QVERIFY(QFile::remove(m_batches->file(2)) && QFile::remove(m_batches->file(3)));
    const auto folders = need(openFolders(m_batches->messages(), m_batches->own()));
    auto journal = need(Journal::open(folders, LastGroup::Verify));
    const std::vector<qint64> batches{1, 2, 3};
    std::vector<qint64> asked;
    const auto told = need(journal.reconcile(batches, [&](qint64 batch) -> Result<bool> {
        asked.push_back(batch);
        return batch == 2;
    }));
    QCOMPARE(asked, (std::vector<qint64>{2, 3}));
    QVERIFY(told.lost == 10 && told.gaps == 1 && told.standing == (std::map<qint64, qint64>{{1, 10}}));
    const auto gaps = journal.state().gaps.gaps();
    QVERIFY(gaps.size() == 1 && gaps.front().firstNumber == 21 && gaps.front().lastNumber == 30);
}

void TestFileRetention::writersOpenWhileRunsTakeFilesAway() {
    const auto restored =
        qScopeGuard([then = FileRetentionRun::clearlyBefore] { FileRetentionRun::clearlyBefore = then; });
    FileRetentionRun::clearlyBefore = milliseconds(0);
    const int rounds = qEnvironmentVariableIsSet("PORTOLAN_LONG") ? 3000 : 60;
    set({.name = {}, .keepCount = 3, .archive = archive().toUtf8()});
    std::atomic<bool> isOver = false;
    std::atomic<qint64> taken = 0;
    std::jthread taker([&] {
        while (!isOver)
            taken += run().rows;
    });
    const auto ended = qScopeGuard([&] { isOver = true; });
    quint64 next = 1;
    for (int round = 0; round < rounds; ++round) {
        const auto writer = need(test::openWriter(*m_batches, batchSize));
        const quint64 last = next + static_cast<quint64>(round % 37) + 1;
        need(writer->store(IngestItems().range(next, last).all()));
        next = last + 1;
        const auto gaps = test::gapsOf(*m_batches);
        QVERIFY2(gaps.empty(), qPrintable(QString::number(round)));
    }
    isOver = true;
    taker.join();
    QVERIFY(taken > 0 && !archives().empty());
    QCOMPARE(receive(*m_batches, 1, next - 1), 0);
}

/// The wall that the tests above lean on: what was not archived is missed.
void TestFileRetention::aLossIsStillTold() {
    receive(*m_batches, 1, 100);
    age(*m_batches, 1, 6, 100);
    set(packing());
    QCOMPARE(run().rows, 60);
    QVERIFY(QFile::remove(m_batches->file(8)));
    const QByteArray names = found(*m_batches);
    QVERIFY2(names.contains("acknowledged") && names.contains("batch-number-gaps")
                 && names.contains("message-number-gaps"),
             names.constData());
    QCOMPARE(receive(*m_batches, 1, 100), 10);
    QVERIFY(!test::gapsOf(*m_batches).empty());
}

void TestFileRetention::filesOfAWriterThatGoesOnStay() {
    receive(*m_batches, 1, 60);
    const auto writer = need(test::openWriter(*m_batches, batchSize));
    need(writer->store(IngestItems().range(61, 100).all()));
    age(*m_batches, 1, 10, 0);
    set({.name = {}, .keepCount = 1});
    const RetentionOutcome done = run();
    QVERIFY2(done.problem.isEmpty(), qPrintable(done.problem));
    QCOMPARE(filesOf(*m_batches), fromTo(6, 10)); // its state has the sixth, its log the others
    const auto counts = need(writer->store(IngestItems().range(1, 120).all()));
    QVERIFY(counts.stored == 20 && counts.duplicates == 100);
    need(writer->recover());
    QCOMPARE(need(writer->store(IngestItems().range(1, 120).all())).duplicates, 120);
    QVERIFY(test::gapsOf(*m_batches).empty());
    QCOMPARE(found(*m_batches), QByteArray());
}

void TestFileRetention::whatIsChangedMeanwhileStays() {
    receive(*m_batches, 1, 50);
    age(*m_batches, 1, 4, 100);
    set(packing());
    const auto usual = std::exchange(FileRetentionRun::clearlyBefore, hours(1)); // as if it were changed just now
    const RetentionOutcome dry = run(true);
    QVERIFY(dry.rows == 0 && dry.problem.startsWith(u'4'));
    const RetentionOutcome done = run();
    FileRetentionRun::clearlyBefore = usual;
    QVERIFY(done.rows == 0 && done.problem == dry.problem);
    QCOMPARE(filesOf(*m_batches), fromTo(1, 5));
    QCOMPARE(run().rows, 40);
}

void TestFileRetention::whatTheWriterDoesNotRememberStays() {
    receive(*m_batches, 1, 60);
    QByteArray edited = m_batches->read(2);
    m_batches->write(2, edited.replace("text 15", "TEXT 15"));
    m_batches->write(3, m_batches->read(3) + "[2026-01-01 00:00:00] Message #900: of another program\n");
    age(*m_batches, 1, 5, 100);
    set(packing());
    const RetentionOutcome done = run();
    QVERIFY2(done.rows == 30 && done.problem.startsWith(u'2'), qPrintable(done.problem));
    QCOMPARE(filesOf(*m_batches), (std::vector<qint64>{2, 3, 6}));
    QVERIFY(QFile::remove(m_batches->own() + QStringLiteral("/state"))); // all that it knew
    receive(*m_batches, 101, 160);
    QVERIFY(QFile::remove(m_batches->own() + QStringLiteral("/state")));
    age(*m_batches, 7, 11, 100);
    QCOMPARE(run().rows, 0);
}

void TestFileRetention::aKilledRunIsFinished() {
    receive(*m_batches, 1, 60);
    age(*m_batches, 1, 4, 100);
    ArchivedRecord record;
    record.id = "0123abcd";
    record.at = currentTime();
    record.file = QStringLiteral("/elsewhere/a.portolan.tar.zst");
    for (qint64 batch = 1; batch <= 4; ++batch)
        record.add(batch, batchSize);
    for (qint64 number = 1; number <= 40; ++number)
        record.addNumber(number);
    need(ArchivedFiles::put(m_batches->own(), record));
    QVERIFY(QFile::remove(m_batches->file(1)));
    QCOMPARE(found(*m_batches), QByteArray());
    QVERIFY2(acknowledged(*m_batches).endsWith("; 10 lines were archived on purpose"),
             acknowledged(*m_batches).constData());
    QCOMPARE(receive(*m_batches, 1, 60), 0);
    // Somebody put the third one back meanwhile.
    const QByteArray third = m_batches->read(3);
    QVERIFY(QFile::remove(m_batches->file(3)));
    m_batches->write(3, third);
    set({.name = {}, .keepCount = 1000});
    QCOMPARE(run().rows, 20); // the second and the fourth
    QCOMPARE(filesOf(*m_batches), (std::vector<qint64>{3, 5, 6}));
    QVERIFY(need(ArchivedFiles::read(m_batches->own())).records().front().isRemoved);
    QCOMPARE(receive(*m_batches, 1, 60), 0);
    QVERIFY(test::gapsOf(*m_batches).empty());
}

void TestFileRetention::aFileThatIsPutBackIsOfTheStore() {
    receive(*m_batches, 1, 60);
    const QByteArray second = m_batches->read(2);
    age(*m_batches, 1, 4, 100);
    set(packing());
    QCOMPARE(run().rows, 40);
    m_batches->write(2, second);
    QCOMPARE(found(*m_batches), QByteArray());
    QVERIFY(acknowledged(*m_batches).endsWith("; 30 lines were archived on purpose"));
    QCOMPARE(receive(*m_batches, 1, 60), 0);
    age(*m_batches, 2, 2, 100);
    QCOMPARE(run().rows, 10);
    QCOMPARE(archives().size(), 2);
    QVERIFY(acknowledged(*m_batches).endsWith("; 40 lines were archived on purpose"));
    QVERIFY(test::gapsOf(*m_batches).empty());
}

void TestFileRetention::anotherProgramsFolder() {
    for (int batch = 1; batch <= 8; ++batch) {
        QByteArray lines;
        for (int line = 0; line < batchSize; ++line)
            lines += "[2026-01-01 00:00:00] Message #" + QByteArray::number(batch * batchSize + line) + ": theirs\n";
        m_batches->write(batch, lines);
    }
    age(*m_batches, 1, 5, 100);
    age(*m_batches, 6, 8, 0);
    set(packing());
    QCOMPARE(run().rows, 50);
    QCOMPARE(found(*m_batches), QByteArray());
    QCOMPARE(filesOf(*m_batches), fromTo(6, 8));
}

void TestFileRetention::manyArchivesOfOneRun() {
    FileRetentionRun::filesAtOnce = 2;
    receive(*m_batches, 1, 80);
    age(*m_batches, 1, 7, 100);
    set(packing());
    const RetentionOutcome done = run();
    FileRetentionRun::filesAtOnce = 50'000;
    QCOMPARE(done.rows, 70);
    QCOMPARE(archives().size(), 4);
    QCOMPARE(filesOf(*m_batches), fromTo(8, 8));
    QCOMPARE(found(*m_batches), QByteArray());
    QCOMPARE(receive(*m_batches, 1, 80), 0);
}

void TestFileRetention::aWrongClockStopsIt() {
    receive(*m_batches, 1, 50);
    set(packing());
    age(*m_batches, 1, 5, 100); // the newest, too
    const RetentionOutcome done = run();
    QCOMPARE(done.state, State::Stopped);
    QVERIFY(done.problem.contains(QStringLiteral("Nothing newer")));
    age(*m_batches, 5, 5, -2);
    QCOMPARE(run().state, State::Stopped);
    QCOMPARE(filesOf(*m_batches), fromTo(1, 5));
    QCOMPARE(found(*m_batches), QByteArray());
}

void TestFileRetention::whatCannotBePackedStays() {
    receive(*m_batches, 1, 60);
    age(*m_batches, 1, 4, 100);
    BatchFolder::put(archive(), "a file, no folder");
    set(packing());
    const RetentionOutcome done = run();
    QCOMPARE(done.state, State::Failed);
    QVERIFY2(done.rows == 0 && done.problem.contains(archive()), qPrintable(done.problem));
    QCOMPARE(filesOf(*m_batches), fromTo(1, 6));
    QVERIFY(need(ArchivedFiles::read(m_batches->own())).records().empty());
    QCOMPARE(need(open()->retention()->rules().page({}, {})).rows.back().lastResult, QByteArray("failed"));
}

void TestFileRetention::oneRunAtATime() {
    receive(*m_batches, 1, 60);
    age(*m_batches, 1, 4, 100);
    set(packing());
    const auto own = need(openFolder(m_batches->own()));
    {
        const auto other = need(openAt(own, "retain.lock", O_RDWR | O_CREAT));
        QCOMPARE(::flock(other.get(), LOCK_EX), 0);
        const RetentionOutcome refused = run();
        QVERIFY2(refused.state == State::Failed && refused.problem.contains(QStringLiteral("Another program")),
                 qPrintable(refused.problem));
        QCOMPARE(run(true).rows, 40); // looking waits for nobody
    }
    QCOMPARE(run().rows, 40);
}

void TestFileRetention::aCancelledRunIsNoted() {
    receive(*m_batches, 1, 60);
    age(*m_batches, 1, 4, 100);
    set(packing());
    CancelSource source;
    source.request_stop();
    QCOMPARE(run(false, source.get_token()).state, State::Cancelled);
    QCOMPARE(filesOf(*m_batches), fromTo(1, 6));
    QCOMPARE(archives().size(), 0);
    QCOMPARE(need(open()->retention()->rules().page({}, {})).rows.back().lastResult, QByteArray("cancelled"));
}

void TestFileRetention::refusesMistakes() {
    receive(*m_batches, 1, 20);
    const auto store = open();
    const RetentionChange wrong[] = {{.name = "metrics", .keep = days(1)},
                                     {.name = "batch-files", .table = "batches"},
                                     {.name = "batch-files", .filter = "id:1"},
                                     {.name = "batch-files", .keepCount = 0},
                                     {.name = "batch-files", .archive = m_batches->messages().toUtf8()},
                                     {.name = "batch-files", .archive = m_batches->own().toUtf8() + "/backups"}};
    for (const RetentionChange& change : wrong) {
        const auto refused = store->retention()->set(change, "test", "tester", {});
        QVERIFY(!refused && refused.error().code == ErrorCode::Usage);
    }
    const auto off = store->retention()->run({.rule = "batch-files", .now = currentTime()}, {},
                                             [](const RetentionOutcome&) { return Result<void>(); }, {});
    QVERIFY(!off && off.error().code == ErrorCode::Usage);
    const auto none = store->retention()->switchOff("metrics", {}, "tester", {});
    QVERIFY(!none && none.error().code == ErrorCode::NotFound);
    QVERIFY(!QFile::exists(m_batches->own() + QStringLiteral("/operations/state.json")));
}

void TestFileRetention::aDamagedRecordIsToldAndLetsNoKeyGo() {
    receive(*m_batches, 1, 60);
    age(*m_batches, 1, 4, 100);
    set(packing());
    QCOMPARE(run().rows, 40);
    const QString name = m_batches->own() + QStringLiteral("/archived/")
                         + QString::fromLatin1(need(ArchivedFiles::read(m_batches->own())).records().front().id);
    QFile file(name);
    QVERIFY(file.open(QIODevice::ReadWrite));
    const QByteArray whole = file.readAll();
    QVERIFY(file.resize(whole.size() / 2));
    const auto refused = test::openWriter(*m_batches, batchSize);
    QVERIFY(!refused && refused.error().code == ErrorCode::Corrupt);
    QVERIFY(file.resize(0) && file.seek(0) && file.write(whole) == whole.size());
    file.close();
    QCOMPARE(receive(*m_batches, 1, 60), 0);
}

QTEST_GUILESS_MAIN(TestFileRetention)
#include "tst_fileretention.moc"
