// The file store against the programs of BENCH.md, lines 1 to 3 and 6. Run: bench_filestore FOLDER
// FOLDER/year is made once and used again. Every line: name, ours, theirs, ratio (seconds, or messages a second).

#include "storage/batchfile/batchline.h"
#include "storage/batchfile/filestore.h"

#include <QDir>
#include <QFile>
#include <QProcess>
#include <QTextStream>
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <dirent.h>
#include <fcntl.h>
#include <functional>
#include <string>
#include <thread>
#include <unistd.h>

using namespace portolan;

namespace {

constexpr qint64 filesOfAYear = 105'120;
constexpr int rounds = 3;

double seconds(const std::function<void()>& work) {
    const auto begun = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
}

/// The best of some rounds, ours and theirs in turn.
struct Pair {
    double ours = 1e9;
    double theirs = 1e9;
};
Pair inTurn(const std::function<void()>& ours, const std::function<void()>& theirs) {
    Pair best;
    for (int round = 0; round < rounds; ++round) {
        best.theirs = std::min(best.theirs, seconds(theirs));
        best.ours = std::min(best.ours, seconds(ours));
    }
    return best;
}

void say(const char* name, double ours, double theirs) {
    QTextStream(stdout) << QStringLiteral("%1: ours %2, theirs %3, ratio %4\n")
                               .arg(QString::fromUtf8(name))
                               .arg(ours, 0, 'f', 3)
                               .arg(theirs, 0, 'f', 3)
                               .arg(ours / theirs, 0, 'f', 3);
}

[[noreturn]] void giveUp(const QString& why) {
    QTextStream(stderr) << why << '\n';
    std::exit(1);
}

StoreUrl urlOf(const QString& folder) {
    StoreUrl url;
    url.path = folder;
    url.service = QStringLiteral("example_receiver");
    return url;
}

QString messagesOf(const QString& folder) {
    return folder + QStringLiteral("/example_receiver/messages");
}

void makeYear(const QString& folder) {
    const QString messages = messagesOf(folder);
    if (QFileInfo(messages + QLatin1Char('/') + QString::fromLatin1(batchFileName(filesOfAYear))).exists())
        return;
    QDir().mkpath(messages);
    const Timestamp begin = *parseIsoTime("2025-01-01");
    for (qint64 batch = 1; batch <= filesOfAYear; ++batch) {
        QByteArray bytes;
        for (qint64 i = 1; i <= 10; ++i) {
            const qint64 number = (batch - 1) * 10 + i;
            bytes +=
                writeBatchLine(number, begin + std::chrono::seconds(30 * number),
                               "this is Message N\xc2\xb0 " + QByteArray::number(number) + " being posted into Redis")
                    .bytes;
        }
        QFile file(messages + QLatin1Char('/') + QString::fromLatin1(batchFileName(batch)));
        if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size())
            giveUp(file.errorString());
    }
}

/// readdir, open, read, count lines, two threads: nothing else.
void bareCount(const QString& folder) {
    const QByteArray path = QFile::encodeName(messagesOf(folder));
    const int fd = ::open(path.constData(), O_RDONLY | O_DIRECTORY);
    DIR* const listing = ::opendir(path.constData());
    std::vector<std::string> names;
    while (const dirent* entry = ::readdir(listing)) {
        if (std::strncmp(entry->d_name, "messages_batch_", 15) == 0)
            names.emplace_back(entry->d_name);
    }
    ::closedir(listing);
    std::atomic<qint64> lines = 0;
    const auto work = [&](std::size_t from, std::size_t end) {
        std::vector<char> buffer(1 << 16);
        qint64 count = 0;
        for (std::size_t i = from; i < end; ++i) {
            const int file = ::openat(fd, names[i].c_str(), O_RDONLY);
            for (ssize_t size = 0; (size = ::read(file, buffer.data(), buffer.size())) > 0;)
                count += std::count(buffer.data(), buffer.data() + size, '\n');
            ::close(file);
        }
        lines += count;
    };
    {
        const std::jthread second(work, names.size() / 2, names.size());
        work(0, names.size() / 2);
    }
    ::close(fd);
    if (lines != filesOfAYear * 10)
        giveUp(QStringLiteral("the bare count is wrong"));
}

void openOurs(const QString& folder) {
    const auto store = openFileStore(urlOf(folder), Access::Read);
    if (!store)
        giveUp(store.error().text);
    ListQuery query;
    query.limit = 1'000'000;
    const auto page = (*store)->batches().batches().page(query, {});
    if (!page || page->rows.size() != filesOfAYear)
        giveUp(QStringLiteral("our listing is wrong"));
}

void searchOurs(const QString& folder, const QString& text, std::size_t expected) {
    const auto store = openFileStore(urlOf(folder), Access::Read);
    if (!store)
        giveUp(store.error().text);
    ListQuery query;
    query.filter = *parseFilter(text, messageSchema(), currentTime());
    query.limit = 1'000'000;
    const auto page = (*store)->batches().messages().page(query, {});
    if (!page || page->rows.size() != expected)
        giveUp(QStringLiteral("our search is wrong"));
}

void run(const QString& program, const QStringList& arguments) {
    QProcess process;
    process.setStandardErrorFile(QProcess::nullDevice());
    process.start(program, arguments);
    if (!process.waitForFinished(-1))
        giveUp(program + QStringLiteral(" does not run"));
    process.readAllStandardOutput();
}

std::vector<IngestItem> group(qint64 first, int count) {
    std::vector<IngestItem> items(static_cast<std::size_t>(count));
    for (int i = 0; i < count; ++i) {
        IngestItem& item = items[static_cast<std::size_t>(i)];
        const qint64 number = first + i;
        item.delivery.key = SourceKey{"localhost:6379/0/orders", 1729090565000 + static_cast<quint64>(number), 0};
        item.delivery.receivedAt = currentTime();
        item.decoded =
            IncomingMessage{number, item.delivery.receivedAt,
                            "this is Message N\xc2\xb0 " + QByteArray::number(number) + " being posted into Redis"};
    }
    return items;
}

/// The same files, one sync a group.
class BareWriter {
public:
    explicit BareWriter(const QString& folder) {
        QDir().mkpath(messagesOf(folder));
        m_folder = ::open(QFile::encodeName(messagesOf(folder)).constData(), O_RDONLY | O_DIRECTORY);
    }
    ~BareWriter() { ::close(m_folder); }
    BareWriter(const BareWriter&) = delete;
    BareWriter& operator=(const BareWriter&) = delete;

    void store(const std::vector<IngestItem>& items) {
        for (std::size_t at = 0; at < items.size(); at += 10) {
            QByteArray bytes;
            for (std::size_t i = at; i < std::min(items.size(), at + 10); ++i) {
                const auto& message = std::get<IncomingMessage>(items[i].decoded);
                bytes += writeBatchLine(*message.number, *message.timestamp, message.content).bytes;
            }
            const int file =
                ::openat(m_folder, batchFileName(++m_batch).constData(), O_WRONLY | O_CREAT | O_EXCL, 0644);
            if (::write(file, bytes.constData(), static_cast<std::size_t>(bytes.size())) != bytes.size())
                giveUp(QStringLiteral("the bare writer fails"));
            ::close(file);
        }
        if (::syncfs(m_folder) < 0)
            giveUp(QStringLiteral("the bare writer cannot sync"));
    }

private:
    int m_folder = -1;
    qint64 m_batch = 0;
};

/// Group by group in turn: a disk's mood changes within a second.
void benchWriting(const QString& folder, qint64 messages, int perGroup) {
    const QString place = folder + QStringLiteral("/writing");
    QDir(place).removeRecursively();
    ::sync();
    const auto store = openFileStore(urlOf(place + QStringLiteral("/ours")), Access::Write);
    const auto ours = store ? (*store)->ingestWriter() : Result<std::unique_ptr<IngestWriter>>(store.error());
    if (!ours)
        giveUp(ours.error().text);
    BareWriter theirs(place + QStringLiteral("/theirs"));
    Pair total{0, 0};
    for (qint64 done = 0; done < messages; done += perGroup) {
        const auto items = group(done + 1, perGroup);
        total.theirs += seconds([&] { theirs.store(items); });
        total.ours += seconds([&] {
            if (const auto stored = (*ours)->store(items); !stored)
                giveUp(stored.error().text);
        });
    }
    const auto rate = [&](double time) { return static_cast<double>(messages) / time; };
    say(qPrintable(QStringLiteral("write, %1 a group, messages a second").arg(perGroup)), rate(total.ours),
        rate(total.theirs));
}

} // namespace

int main(int argc, char** argv) {
    if (argc != 2)
        giveUp(QStringLiteral("usage: bench_filestore FOLDER"));
    const QString folder = QFile::decodeName(argv[1]);
    const QString year = folder + QStringLiteral("/year");
    const QString cache = folder + QStringLiteral("/cache");
    qputenv("XDG_CACHE_HOME", QFile::encodeName(cache));
    makeYear(year);

    const Pair bare = inTurn(
        [&] {
            QDir(cache).removeRecursively();
            openOurs(year);
        },
        [&] { bareCount(year); });
    say("open a year, no index, bare C++", bare.ours, bare.theirs);
    openOurs(year);
    const QString script = QStringLiteral(PORTOLAN_SOURCE_DIR "/tests/bench/list_batches.py");
    const Pair python = inTurn([&] { openOurs(year); },
                               [&] {
                                   run(QStringLiteral("python3"), {script, messagesOf(year)});
                               });
    say("open a year, index present, Python", python.ours, python.theirs);
    const auto search = [&](const char* name, const char* text, std::size_t expected) {
        const Pair found = inTurn([&] { searchOurs(year, QString::fromLatin1(text), expected); },
                                  [&] {
                                      run(QStringLiteral("rg"), {QStringLiteral("-i"), QStringLiteral("-F"),
                                                                 QString::fromLatin1(text), messagesOf(year)});
                                  });
        say(name, found.ours, found.theirs);
    };
    search("find a rare text, ripgrep", "1051199", 1);
    search("find a frequent text, ripgrep", "77777", 19);
    benchWriting(folder, 100'000, 1000);
    benchWriting(folder, 20'000, 100);
    benchWriting(folder, 2'000, 10);
    return 0;
}
