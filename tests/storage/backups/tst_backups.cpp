// The file of a backup, how one is made, and the list of them.

#include "storage/backups/backupcatalogue.h"
#include "storage/backups/backupjob.h"
#include "storage/backups/backupretention.h"
#include "tests/support/batchfolder.h"
#include "tests/support/need.h"

#include <QtTest>
#include <iterator>
#include <map>
#include <random>

using namespace portolan;
using namespace portolan::test;

namespace {

const Timestamp noon = *parseIsoTime("2026-01-05T12:00:00Z");

/// The parts of a backup of two files with these bytes, which holds nothing that can be wrong.
BackupParts twoFiles(const QByteArray& first, const QByteArray& second) {
    return {[first, second](BackupWriter& into, BackupManifest& manifest, const BackupWorkplace&,
                            const CancelToken&) -> Result<void> {
                manifest.tables["messages"] = 2;
                PORTOLAN_TRY(into.put("messages/messages_batch_0001.txt", first, noon));
                return into.put("messages/messages_batch_0002.txt", second, noon);
            },
            [](const QString&, const BackupManifest&, const CancelToken&) { return Result(BackupProof{}); }};
}

BackupManifest someManifest() {
    return newBackup(backupkind::full, "files", QStringLiteral("file:///data"), "Portolan test");
}

QString textOf(const Result<BackupEntry>& made) {
    return made ? QString() : made.error().text + made.error().details;
}

QStringList everythingIn(const QString& folder) {
    return QDir(folder).entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot);
}

} // namespace

class TestBackups : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void comesBackAsItWas() {
        const TempFolder folder;
        const BackupManifest manifest = someManifest();
        const auto made = makeBackup({folder.path(QStringLiteral("kept")), {}, QStringLiteral("da ta")}, manifest,
                                     twoFiles("one\n", QByteArray(3'000'000, 'x')), {}, {});
        QCOMPARE(textOf(made), QString());
        QVERIFY2(made->file.endsWith(QString::fromLatin1(manifest.id) + QLatin1String(backupSuffix)),
                 qPrintable(made->file));
        QVERIFY(QFileInfo(made->file).fileName().startsWith(QLatin1String("da_ta-")));
        const QString unpacked = folder.path(QStringLiteral("unpacked"));
        QVERIFY(QDir().mkpath(unpacked));
        const auto found = checkBackup(made->file, {}, {});
        QVERIFY2(found, qPrintable(found ? QString() : found.error().text));
        QVERIFY(unpackBackup(made->file, *found, unpacked, {}, {}));
        QCOMPARE(found->id, manifest.id);
        QCOMPARE(found->members, 2);
        QCOMPARE(found->bytes, 3'000'004);
        QCOMPARE(BatchFolder::get(unpacked + QStringLiteral("/messages/messages_batch_0001.txt")), QByteArray("one\n"));
        const QFileInfo second(unpacked + QStringLiteral("/messages/messages_batch_0002.txt"));
        QCOMPARE(second.size(), 3'000'000);
        QCOMPARE(second.lastModified().toMSecsSinceEpoch(), qint64(noon.time_since_epoch().count() / 1000));
    }

    void findsAnyFlippedByte() {
        const TempFolder folder;
        const auto made =
            makeBackup({folder.path(), {}, QStringLiteral("data")}, someManifest(), twoFiles("one\n", "two\n"), {}, {});
        QCOMPARE(textOf(made), QString());
        const QByteArray whole = BatchFolder::get(made->file);
        QVERIFY(checkBackup(made->file, {}, {}));
        const QString path = folder.path(QStringLiteral("flipped"));
        for (qsizetype at = 0; at < whole.size(); ++at) {
            QByteArray flipped = whole;
            flipped[at] = static_cast<char>(flipped[at] ^ 0x10);
            BatchFolder::put(path, flipped);
            QVERIFY2(!checkBackup(path, {}, {}), QByteArray::number(at));
        }
        for (qsizetype size = 0; size < whole.size(); size += 7) {
            BatchFolder::put(path, whole.first(size));
            QVERIFY2(!checkBackup(path, {}, {}), QByteArray::number(size));
        }
        BatchFolder::put(path, whole + "x");
        QVERIFY(!checkBackup(path, {}, {}));
    }

    void whatFailsLeavesNothing() {
        const TempFolder folder;
        const QString kept = folder.path(QStringLiteral("kept"));
        BackupParts parts = twoFiles("one\n", "two\n");
        parts.prove = [](const QString&, const BackupManifest&, const CancelToken&) {
            return Result<BackupProof>(Error{ErrorCode::Corrupt, QStringLiteral("not sound")});
        };
        QCOMPARE(makeBackup({kept, {}, QStringLiteral("data")}, someManifest(), parts, {}, {}).error().text,
                 QStringLiteral("not sound"));
        QCOMPARE(everythingIn(kept), QStringList());
        CancelSource source;
        parts = twoFiles("one\n", "two\n");
        parts.prove = [&](const QString&, const BackupManifest&, const CancelToken&) {
            source.request_stop();
            return Result(BackupProof{});
        };
        const auto cancelledOne =
            makeBackup({kept, {}, QStringLiteral("data")}, someManifest(), parts, {}, source.get_token());
        QCOMPARE(cancelledOne.error().code, ErrorCode::Cancelled);
        QCOMPARE(everythingIn(kept), QStringList());
    }

    void removesWhatAKilledOneLeft() {
        const TempFolder folder;
        const QString left = folder.path(QStringLiteral(".portolan-0badcafe.part"));
        QVERIFY(QDir().mkpath(left + QStringLiteral("/unpacked")));
        BatchFolder::put(left + QStringLiteral("/lock"), {});
        const QString begun = folder.path(QStringLiteral(".portolan-0badcaff.part"));
        QVERIFY(QDir().mkpath(begun));
        const auto working = BackupWorkplace::make(folder.path(), "00000001");
        QVERIFY(working);
        QVERIFY(!QFileInfo::exists(left));
        QVERIFY(!QFileInfo::exists(begun)); // it was killed before it had the lock
        QVERIFY(BackupWorkplace::make(folder.path(), "00000002"));
        QVERIFY2(QFileInfo::exists((*working)->path("lock")), "somebody works there");
    }

    void listsWhatIsThere() {
        const TempFolder folder;
        const QString kept = folder.path(QStringLiteral("kept"));
        const BackupCatalogue catalogue(kept);
        QVERIFY(catalogue.entries()->empty());
        const auto first = makeBackup({kept, {}, QStringLiteral("data")}, someManifest(), twoFiles("1", "2"), {}, {});
        QCOMPARE(textOf(first), QString());
        const auto second = makeBackup(
            {kept, folder.path(QStringLiteral("there") + QLatin1String(backupSuffix)), QStringLiteral("data")},
            someManifest(), twoFiles("1", "2"), {}, {});
        QCOMPARE(textOf(second), QString());
        QCOMPARE(catalogue.entries()->size(), std::size_t(2));
        QCOMPARE(need(catalogue.find(second->id))->file, second->file);
        QVERIFY(!need(catalogue.find("00000000")));

        // Its entry is gone, or damaged: it tells of itself.
        BatchFolder::put(kept + u'/' + QString::fromLatin1(first->id) + QStringLiteral(".json"), "{\"id\":");
        const auto listed = need(catalogue.find(first->id));
        QVERIFY(listed);
        QCOMPARE(listed->rows, 2);
        QCOMPARE(listed->createdAt, first->createdAt);
        QVERIFY(!listed->verifiedAt && listed->result.isEmpty());
        // A file is gone.
        QVERIFY(QFile::remove(second->file));
        QCOMPARE(need(catalogue.find(second->id))->result, QByteArray("its file is gone"));
        // The folder moves with the store.
        const QString moved = folder.path(QStringLiteral("moved"));
        QVERIFY(QDir().rename(kept, moved));
        QCOMPARE(need(BackupCatalogue(moved).find(first->id))->file, moved + u'/' + QFileInfo(first->file).fileName());
    }

    /// Against a count by hand, over random backups.
    void theNewestOfDaysAndMonthsStay() {
        std::mt19937 random(11);
        const auto below = [&](unsigned most) { return static_cast<int>(random() % most); };
        for (int round = 0; round < 200; ++round) {
            std::vector<BackupEntry> all;
            for (int i = below(120); i > 0; --i) {
                BackupEntry entry;
                entry.id = QByteArray::number(random(), 16).rightJustified(8, '0').right(8);
                entry.createdAt =
                    noon - std::chrono::minutes(below(below(2) ? 3'000 : 600'000)) - std::chrono::milliseconds(i);
                entry.kind = below(4) ? backupkind::full : below(2) ? backupkind::selected : backupkind::replaced;
                entry.result = below(5) ? "ok" : "not sound";
                all.push_back(entry);
            }
            const BackupPolicy policy{1 + below(12), below(6)};
            const SortedBackups sorted = sortBackups(all, policy, noon);
            QCOMPARE(sorted.staying.size() + sorted.leaving.size(), all.size());
            std::map<QString, Timestamp> days;
            std::map<QString, Timestamp> months;
            std::optional<Timestamp> newest;
            for (const BackupEntry& each : all) {
                if (each.result != "ok")
                    continue;
                if (each.kind != backupkind::selected)
                    newest = std::max(newest.value_or(each.createdAt), each.createdAt);
                if (each.kind != backupkind::full)
                    continue;
                const QString time = QString::fromLatin1(toIsoTime(each.createdAt));
                for (auto& [group, digits] : {std::pair(&days, 10), std::pair(&months, 7)}) {
                    auto& latest = group->try_emplace(time.left(digits), each.createdAt).first->second;
                    latest = std::max(latest, each.createdAt);
                }
            }
            const auto isLatest = [](const auto& groups, int most, Timestamp at) {
                int seen = 0;
                for (auto group = groups.rbegin(); group != groups.rend() && seen < most; ++group, ++seen) {
                    if (group->second == at)
                        return true;
                }
                return false;
            };
            const bool isFull = std::ssize(days) >= policy.daily;
            const QString oldest = isFull ? std::prev(days.end(), policy.daily)->first : QString();
            for (const BackupEntry& each : sorted.leaving) {
                QVERIFY(each.createdAt <= noon - std::chrono::hours(24));
                QVERIFY(each.createdAt != newest || each.result != "ok" || each.kind == backupkind::selected);
                if (each.result == "ok" && each.kind == backupkind::full)
                    QVERIFY(!isLatest(days, policy.daily, each.createdAt)
                            && !isLatest(months, policy.monthly, each.createdAt));
                else
                    QVERIFY(isFull && QString::fromLatin1(toIsoTime(each.createdAt)).left(10) < oldest);
            }
            for (const BackupEntry& each : sorted.staying) {
                const bool isProved = each.result.startsWith("ok") && each.kind == backupkind::full;
                QVERIFY(each.createdAt > noon - std::chrono::hours(24) || each.createdAt == newest
                        || (isProved ? isLatest(days, policy.daily, each.createdAt)
                                           || isLatest(months, policy.monthly, each.createdAt)
                                     : !isFull || QString::fromLatin1(toIsoTime(each.createdAt)).left(10) >= oldest));
            }
        }
    }

    void ratesAreRead() {
        const std::map<const char*, qint64> rates{
            {"20MB", 20'000'000}, {"500 kB", 500'000},    {"1.5M", 1'500'000}, {"7", 7},
            {"64KiB", 65'536},    {"1GB", 1'000'000'000}, {"2MiB", 2'097'152}, {" 3B ", 3}};
        for (const auto& [text, bytes] : rates)
            QCOMPARE(need(parseByteRate(QString::fromLatin1(text))), bytes);
        for (const char* text : {"", "0", "-1", "MB", "20XB", "1e9", "20MB/s", "1.55MB", "9999999999999999"})
            QVERIFY2(!parseByteRate(QString::fromLatin1(text)), text);
    }

    void noStepIsFasterThanItsRate() {
        const TempFolder folder;
        std::map<BackupStep, qint64> steps;
        const auto begun = std::chrono::steady_clock::now();
        need(makeBackup({folder.path(), {}, QStringLiteral("data"), 2'000'000}, someManifest(),
                        twoFiles("one\n", QByteArray(1'000'000, 'x')),
                        [&](BackupStep step, qint64 bytes) {
                            QVERIFY(bytes >= steps[step]);
                            steps[step] = bytes;
                        },
                        {}));
        const auto took = std::chrono::steady_clock::now() - begun;
        QVERIFY(took >= std::chrono::milliseconds(990)); // written, and unpacked
        QCOMPARE(steps[BackupStep::Writing], qint64(1'000'004));
        QCOMPARE(steps[BackupStep::Proving], qint64(1'000'004));
    }

    void databasesHaveListsOfTheirOwn() {
        const TempFolder folder;
        qputenv("XDG_DATA_HOME", folder.path().toUtf8());
        const QStringList urls{QStringLiteral("postgresql:///größe"),
                               QStringLiteral("postgresql:///gröſe"),
                               QStringLiteral("postgresql:///заказы"),
                               QStringLiteral("postgresql:///склад1"),
                               QStringLiteral("postgresql:///склад2"),
                               QStringLiteral("postgresql:///_____"),
                               QStringLiteral("postgresql:///a_b"),
                               QStringLiteral("postgresql:///a%20b"),
                               QStringLiteral("postgresql://b/a"),
                               QStringLiteral("postgresql:///a%40b"),
                               QStringLiteral("postgresql://b:7/a"),
                               QStringLiteral("postgresql:///a%40b-7"),
                               QStringLiteral("postgresql://b-7/a"),
                               QStringLiteral("postgresql:///a%40b%2C7"),
                               QStringLiteral("postgresql:///a?schema=c"),
                               QStringLiteral("postgresql:///a.c"),
                               QStringLiteral("postgresql:///a%2Bc"),
                               QStringLiteral("postgresql://b/a?schema=c"),
                               QStringLiteral("postgresql://b.c/a"),
                               QStringLiteral("postgresql:///b"),
                               QStringLiteral("postgresql://b"),
                               QStringLiteral("postgresql://b/b"),
                               QStringLiteral("postgresql:///A"),
                               QStringLiteral("postgresql:///a"),
                               QStringLiteral("postgresql:///%25C3"),
                               QStringLiteral("postgresql:///") + QString(70, u'я'),
                               QStringLiteral("postgresql:///") + QString(71, u'я'),
                               QStringLiteral("postgresql:///x?service=one"),
                               QStringLiteral("postgresql:///x?service=two")};
        std::vector<StoreUrl> stores;
        for (const QString& url : urls)
            stores.push_back(need(StoreUrl::parse(url)));
        for (const char* name : {"a/b", "..", ".", "...", "a\\b", "~", "~b"}) {
            stores.push_back(stores.front());
            stores.back().database = QString::fromLatin1(name);
        }
        std::map<QString, QString> folders;
        for (const StoreUrl& store : stores) {
            const QString list = need(backupFolderOf(store));
            QVERIFY2(folders.emplace(list, store.database).second, qPrintable(store.display() + u' ' + folders[list]));
            QCOMPARE(QFileInfo(list).absolutePath(), folder.path(QStringLiteral("portolan/backups")));
            QVERIFY(QDir().mkpath(list));
        }
        QCOMPARE(serverBackupFolders().size(), std::ssize(stores));
    }

    void aListOfAnOlderVersionIsFoundAgain() {
        const TempFolder folder;
        qputenv("XDG_DATA_HOME", folder.path().toUtf8());
        const QString former = folder.path(QStringLiteral("portolan/backups/gr__e_b"));
        const auto listOf = [](const char* url) {
            return need(backupFolderOf(need(StoreUrl::parse(QString::fromUtf8(url)))));
        };
        const auto put = [&](const char* store) {
            BackupManifest manifest = someManifest();
            manifest.id = newBackup({}, {}, {}, {}).id;
            manifest.store = store;
            return need(makeBackup({former, {}, QStringLiteral("x")}, manifest, twoFiles("1", "2"), {}, {}));
        };
        put("postgresql://me@b/gr%C3%B6%C3%9Fe");
        QCOMPARE(listOf("postgresql://b/größe"), former);
        QVERIFY(listOf("postgresql://b/gräße") != former);
        // Where two had the same, neither takes it for its own.
        const auto other = put("postgresql://b/gr%C3%A4%C3%9Fe");
        QVERIFY(listOf("postgresql://b/größe") != former);
        const QString own = listOf("postgresql://b/größe");
        QVERIFY(QFile::remove(other.file));
        QCOMPARE(listOf("postgresql://b/größe"), former);
        QVERIFY(QDir().mkpath(own));
        QCOMPARE(listOf("postgresql://b/größe"), own);
    }

    void aListThatCannotBeWrittenCostsNoBackup() {
        const TempFolder folder;
        BatchFolder::put(folder.path(QStringLiteral("list")), "a file where the folder would be");
        const QString to = folder.path(QStringLiteral("one")) + QLatin1String(backupSuffix);
        BackupParts parts = twoFiles("one\n", "two\n");
        const auto made = need(makeBackup({folder.path(QStringLiteral("list")), to, QStringLiteral("data")},
                                          someManifest(), parts, {}, {}));
        QCOMPARE(made.file, to);
        QCOMPARE(made.result, QByteArray("ok"));
        QCOMPARE(made.shortfalls.size(), 1);
        QVERIFY(made.shortfalls.front().contains(to));
        QVERIFY(checkBackup(to, {}, {}));
    }

    void theListTellsWhatWasNotProved() {
        const TempFolder folder;
        BackupParts parts = twoFiles("one\n", "two\n");
        parts.prove = [](const QString&, const BackupManifest&, const CancelToken&) {
            return Result(
                BackupProof{QStringLiteral("read"), {QStringLiteral("one thing"), QStringLiteral("another")}});
        };
        const auto made = need(makeBackup({folder.path(), {}, QStringLiteral("data")}, someManifest(), parts, {}, {}));
        QCOMPARE(made.shortfalls.size(), 2);
        const auto listed = need(BackupCatalogue(folder.path()).find(made.id));
        QVERIFY(listed);
        QCOMPARE(listed->result, QByteArray("ok; one thing; another"));
        QVERIFY(isProved(*listed));
        for (const char* other : {"", "okay", "its file is gone", "not sound; ok"}) {
            BackupEntry entry = *listed;
            entry.result = other;
            QVERIFY2(!isProved(entry), other);
        }
    }

    void onlyItsOwnFilesAreRemoved() {
        const TempFolder folder;
        const QString kept = folder.path(QStringLiteral("kept"));
        const auto first =
            need(makeBackup({kept, {}, QStringLiteral("data")}, someManifest(), twoFiles("1", "2"), {}, {}));
        const auto second =
            need(makeBackup({kept, {}, QStringLiteral("data")}, someManifest(), twoFiles("1", "2"), {}, {}));
        need(makeBackup({kept, folder.path(QStringLiteral("there") + QLatin1String(backupSuffix)), {}}, someManifest(),
                        twoFiles("1", "2"), {}, {}));
        BatchFolder::put(kept + QStringLiteral("/x") + QLatin1String(backupSuffix), "no backup");
        QVERIFY(QFile::link(second.file, kept + QStringLiteral("/link") + QLatin1String(backupSuffix)));
        const auto own = need(ownBackups(kept));
        QCOMPARE(own.size(), std::size_t(2));
        QVERIFY(ownBackups(folder.path(QStringLiteral("nowhere")))->empty());
        // Another file has its name by now.
        QVERIFY(QFile::rename(first.file, first.file + QStringLiteral(".away")));
        QVERIFY(QFile::copy(second.file, first.file));
        QVERIFY(!need(removeBackup(kept, first)));
        QVERIFY(QFile::exists(first.file));
        QVERIFY(need(removeBackup(kept, second)));
        QVERIFY(!QFile::exists(second.file));
        QVERIFY(!QFile::exists(kept + u'/' + QString::fromLatin1(second.id) + QStringLiteral(".json")));
        QVERIFY(!need(removeBackup(kept, second)));
    }

    void policiesAreRead() {
        QCOMPARE(need(parseBackupPolicy("")).daily, 30);
        QCOMPARE(need(parseBackupPolicy(" daily:3 ")).monthly, 12);
        QCOMPARE(need(parseBackupPolicy("monthly:0 daily:7")).monthly, 0);
        for (const char* odd : {"weekly:3", "daily:0", "daily:", "daily", "monthly:-1", "daily:3,monthly:4", "30"})
            QVERIFY2(!parseBackupPolicy(odd), odd);
    }
};

QTEST_GUILESS_MAIN(TestBackups)
#include "tst_backups.moc"
