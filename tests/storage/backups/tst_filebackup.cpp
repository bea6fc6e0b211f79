// What of a file store belongs to a backup: whole groups, at any point of a commit.

#include "storage/backups/files/filebackup.h"
#include "storage/backups/files/filemark.h"
#include "storage/messages/files/filewriter.h"
#include "tests/support/batchfolder.h"
#include "tests/support/ingestitems.h"

#include <QProcess>
#include <QtTest>

using namespace portolan;
using namespace portolan::test;

namespace {

std::unique_ptr<FileWriter> writerAt(const StorePlaces& places) {
    auto writer = FileWriter::open(places, 10);
    if (!writer)
        qFatal("%s", qPrintable(writer.error().text));
    return std::move(*writer);
}

/// A copy of a store, as it is at this instant.
StorePlaces copyOf(const BatchFolder& batches, const TempFolder& folder, const char* name) {
    const QString to = folder.path(QLatin1String(name));
    if (QProcess::execute(QStringLiteral("cp"),
                          {QStringLiteral("-a"), batches.root() + QStringLiteral("/example_receiver"), to})
        != 0)
        qFatal("not copied");
    return {to + QStringLiteral("/messages"), to + QStringLiteral("/.portolan")};
}

QString logOf(const StorePlaces& places) {
    const QDir own(places.own);
    return own.filePath(own.entryList({QStringLiteral("log.*")}).last());
}

/// The number of lines in a backup of it, which is unpacked and proved.
qint64 linesIn(const StorePlaces& places, const QString& folder) {
    BackupManifest manifest = newBackup(backupkind::full, "files", QStringLiteral("x"), "test");
    const auto made = makeBackup({folder, {}, QStringLiteral("x")}, manifest, fileBackup(places), {}, {});
    if (!made) {
        qWarning("%s %s", qPrintable(made.error().text), qPrintable(made.error().details));
        return -1;
    }
    const QString unpacked = folder + QStringLiteral("/u") + QString::fromLatin1(made->id);
    QDir().mkpath(unpacked);
    const auto found = checkBackup(made->file, {}, {});
    if (!found || !unpackBackup(made->file, *found, unpacked, {}, {}))
        return -1;
    // What a writer finds there: as many lines as keys, and nothing is lost.
    auto writer =
        FileWriter::open({unpacked + QStringLiteral("/messages"), unpacked + QStringLiteral("/.portolan")}, 10);
    if (!writer)
        return -2;
    const auto counts = (*writer)->store({});
    if (!counts || counts->gaps != 0)
        return -3;
    const qint64 lines = found->tables.at("messages");
    const auto again = (*writer)->store(IngestItems().range(1, 25).all());
    if (!again || again->duplicates != lines || again->stored != 25 - lines)
        return -4;
    return lines;
}

} // namespace

class TestFileBackup : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void takesWholeGroups() {
        const BatchFolder batches;
        const TempFolder folder;
        const StorePlaces places = *placesOf(batches.url());
        auto writer = writerAt(places);
        QVERIFY(writer->store(IngestItems().range(1, 7).all()));
        QCOMPARE(linesIn(places, folder.path(QStringLiteral("1"))), 7);
        QVERIFY(writer->store(IngestItems().range(8, 25).all()));
        QCOMPARE(linesIn(places, folder.path(QStringLiteral("2"))), 25);

        // The last group is in the log, its end is not: all of its bytes are there, or not.
        const StorePlaces whole = copyOf(batches, folder, "whole");
        QByteArray log = BatchFolder::get(logOf(whole));
        log.replace(log.size() - 8, 8, QByteArray(8, '\0'));
        BatchFolder::put(logOf(whole), log);
        QCOMPARE(linesIn(whole, folder.path(QStringLiteral("3"))), 25);
        for (const char* missing : {"messages_batch_0003.txt", "messages_batch_0002.txt", "messages_batch_0001.txt"}) {
            const StorePlaces torn = copyOf(batches, folder, missing);
            BatchFolder::put(logOf(torn), log);
            const QString file = torn.messages + u'/' + QLatin1String(missing);
            BatchFolder::put(file, BatchFolder::get(file).chopped(1));
            QCOMPARE(linesIn(torn, folder.path(QLatin1String(missing) + QStringLiteral(".b"))), 7);
        }
        // The record itself is torn; nothing of its data is anywhere.
        const StorePlaces begun = copyOf(batches, folder, "begun");
        BatchFolder::put(logOf(begun), log.chopped(20));
        for (const char* name : {"messages_batch_0002.txt", "messages_batch_0003.txt"})
            QVERIFY(QFile::remove(begun.messages + u'/' + QLatin1String(name)));
        BatchFolder::put(begun.messages + QStringLiteral("/messages_batch_0001.txt"),
                         BatchFolder::get(begun.messages + QStringLiteral("/messages_batch_0001.txt"))
                                 .split('\n')
                                 .first(7)
                                 .join('\n')
                             + '\n');
        QCOMPARE(linesIn(begun, folder.path(QStringLiteral("4"))), 7);
    }

    void takesRejectsWithTheirKeys() {
        const BatchFolder batches;
        const TempFolder folder;
        const StorePlaces places = *placesOf(batches.url());
        auto writer = writerAt(places);
        QVERIFY(writer->store(IngestItems().message(1).rejection(2, QStringLiteral("no")).message(3).all()));
        const auto mark = markOf(places);
        QVERIFY(mark);
        QCOMPARE(mark->rejects.size(), std::size_t(1));
        const auto made =
            makeBackup({folder.path(), {}, QStringLiteral("x")},
                       newBackup(backupkind::full, "files", QStringLiteral("x"), "test"), fileBackup(places), {}, {});
        QVERIFY2(made, qPrintable(made ? QString() : made.error().text));
        QCOMPARE(made->rows, 3);
    }

    void takesAnotherProgramsFiles() {
        const BatchFolder batches;
        const TempFolder folder;
        batches.write(1, batchLine(1, "one") + batchLine(2, "two"));
        batches.write(3, batchLine(3, "three"));
        const StorePlaces places = *placesOf(batches.url());
        const auto mark = markOf(places);
        QVERIFY(mark && !mark->state);
        QCOMPARE(mark->batches.size(), std::size_t(2));
        const auto made =
            makeBackup({folder.path(), {}, QStringLiteral("x")},
                       newBackup(backupkind::full, "files", QStringLiteral("x"), "test"), fileBackup(places), {}, {});
        QVERIFY2(made, qPrintable(made ? QString() : made.error().text));
        QCOMPARE(made->rows, 3);
        QCOMPARE(markOf({batches.root() + QStringLiteral("/none"), batches.own()}).error().code, ErrorCode::NotFound);
    }
};

QTEST_GUILESS_MAIN(TestFileBackup)
#include "tst_filebackup.moc"
