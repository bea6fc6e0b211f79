// BENCH.md: a year of batch files opened and searched, and messages written into files.

#include "storage/messages/batchname.h"
#include "storage/messages/files/lines/batchline.h"
#include "storage/stores/filestore.h"
#include "tests/bench/bench.h"

#include <QDir>
#include <QFile>
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstring>
#include <dirent.h>
#include <fcntl.h>
#include <string>
#include <thread>
#include <unistd.h>

namespace portolan::bench {

namespace {

constexpr qint64 filesOfAYear = 105'120;
constexpr qint64 perFile = 10;

StoreUrl urlOf(const QString& folder) {
    StoreUrl url;
    url.path = folder;
    url.service = QStringLiteral("example_receiver");
    return url;
}

QString messagesOf(const QString& folder) {
    return folder + QStringLiteral("/example_receiver/messages");
}

/// A folder of batch files as another program wrote them, made once.
struct Year {
    explicit Year(const Setting& setting)
        : folder(setting.folder + (setting.quick ? QStringLiteral("/weeks") : QStringLiteral("/year")))
        , files(setting.quick ? filesOfAYear / 20 : filesOfAYear) {
        const QString path = messagesOf(folder);
        if (QFileInfo::exists(path + QLatin1Char('/') + QString::fromLatin1(batchFileName(files))))
            return;
        QDir().mkpath(path);
        const Timestamp begin = *parseIsoTime("2025-01-01");
        for (qint64 batch = 1; batch <= files; ++batch) {
            QByteArray bytes;
            for (qint64 number = (batch - 1) * perFile + 1; number <= batch * perFile; ++number)
                bytes += writeBatchLine(number, begin + std::chrono::seconds(30 * number), contentOf(number)).bytes;
            QFile file(path + QLatin1Char('/') + QString::fromLatin1(batchFileName(batch)));
            if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size())
                giveUp(file.errorString());
        }
    }
    [[nodiscard]] qint64 messages() const { return files * perFile; }

    QString folder;
    qint64 files;
};

/// readdir, open, read, count lines, two threads: nothing else.
void bareCount(const Year& year) {
    const QByteArray path = QFile::encodeName(messagesOf(year.folder));
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
    if (lines != year.messages())
        giveUp(QStringLiteral("the bare count is wrong"));
}

void openOurs(const Year& year) {
    const auto store = openFileStore(urlOf(year.folder), Access::Read);
    if (!store)
        giveUp(store.error().text);
    ListQuery query;
    query.limit = 1'000'000;
    const auto page = (*store)->batches().batches().page(query, {});
    if (!page || std::ssize(page->rows) != year.files)
        giveUp(QStringLiteral("our listing is wrong"));
}

void searchOurs(const Year& year, const QString& text, qint64 expected) {
    const auto store = openFileStore(urlOf(year.folder), Access::Read);
    if (!store)
        giveUp(store.error().text);
    ListQuery query;
    query.filter = *parseFilter(QStringLiteral("content~\"%1\"").arg(text), messageSchema(), currentTime());
    query.limit = 1'000'000;
    const auto page = (*store)->batches().messages().page(query, {});
    if (!page || std::ssize(page->rows) != expected)
        giveUp(QStringLiteral("our search is wrong"));
}

std::vector<IngestItem> group(qint64 first, int count) {
    std::vector<IngestItem> items(static_cast<std::size_t>(count));
    for (int i = 0; i < count; ++i) {
        IngestItem& item = items[static_cast<std::size_t>(i)];
        const qint64 number = first + i;
        item.delivery.key = SourceKey{"localhost:6379/0/orders", 1729090565000 + static_cast<quint64>(number), 0};
        item.delivery.receivedAt = currentTime();
        item.decoded = IncomingMessage{number, item.delivery.receivedAt, contentOf(number)};
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
    say(QStringLiteral("write-files, %1 a group, bare C++").arg(perGroup), rate(total.ours), rate(total.theirs),
        {Goal::Kind::AtLeast, 0.6});
}

void openYear(const Setting& setting) {
    const Year year(setting);
    const Pair bare = inTurn(
        [&] {
            QDir(qEnvironmentVariable("XDG_CACHE_HOME")).removeRecursively();
            openOurs(year);
        },
        [&] { bareCount(year); });
    say(QStringLiteral("open-year, bare C++"), bare.ours, bare.theirs, {Goal::Kind::AtMost, 1.3});
}

void openKnownYear(const Setting& setting) {
    const Year year(setting);
    openOurs(year); // makes the index
    const QStringList script{QStringLiteral(PORTOLAN_SOURCE_DIR "/tests/bench/list_batches.py"),
                             messagesOf(year.folder)};
    const Pair python = inTurn([&] { openOurs(year); }, [&] { run(QStringLiteral("python3"), script); });
    say(QStringLiteral("open-known-year, Python"), python.ours, python.theirs, {Goal::Kind::AtMost, 0.03});
}

void searchYear(const Setting& setting) {
    const Year year(setting);
    openOurs(year); // makes the index
    const auto search = [&](const char* name, const char* text, qint64 expected) {
        const QString sought = QString::fromUtf8(text);
        const QStringList words{QStringLiteral("-i"), QStringLiteral("-F"), sought, messagesOf(year.folder)};
        const Pair found =
            inTurn([&] { searchOurs(year, sought, expected); }, [&] { run(QStringLiteral("rg"), words); });
        say(QStringLiteral("search-year, %1, ripgrep").arg(QLatin1String(name)), found.ours, found.theirs,
            {Goal::Kind::AtMost, 1.0});
    };
    search("one line", " 4731 ", 1);
    search("a tenth of the lines", "7 being", year.messages() / 10);
}

void writeFiles(const Setting& setting) {
    const qint64 messages = setting.quick ? 2000 : 200'000;
    benchWriting(setting.folder, messages, 1000);
    benchWriting(setting.folder, messages / 10, 100);
    benchWriting(setting.folder, messages / 100, 10);
}

constexpr Bench benches[] = {{"open-year", openYear},
                             {"open-known-year", openKnownYear},
                             {"search-year", searchYear},
                             {"write-files", writeFiles}};

} // namespace

std::span<const Bench> fileBenches() {
    return benches;
}

} // namespace portolan::bench
