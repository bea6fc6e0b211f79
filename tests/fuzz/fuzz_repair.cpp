// A file store that somebody has damaged: a writer opens it, or says why not, and never takes away a stored line.
//
// Input: edits, each of: file (0 log, 1 state, 2 last batch file), deed (0 cut, 1 append, 2 overwrite), place (two
// bytes), length (one byte), so many bytes.

#include "storage/ingest/delivery.h"
#include "storage/ingest/writer.h"
#include "storage/messages/files/filewriter.h"
#include "storage/messages/files/lines/batchline.h"
#include "storage/stores/filestore.h"
#include "storage/stores/openstore.h"
#include "tests/fuzz/fuzztarget.h"

#include <QDir>
#include <QFile>
#include <QLoggingCategory>
#include <QTemporaryDir>
#include <memory>

using namespace portolan;
using fuzz::require;

namespace {

constexpr quint64 before = 13;

struct Edit {
    int file = 0;
    int deed = 0;
    qint64 place = 0;
    QByteArray bytes;
};

std::vector<Edit> readEdits(QByteArrayView bytes) {
    std::vector<Edit> edits;
    constexpr qsizetype head = 5;
    while (bytes.size() >= head && edits.size() < 4) {
        const auto at = [&](qsizetype i) { return static_cast<quint8>(bytes[i]); };
        const qsizetype length = std::min<qsizetype>(at(4), bytes.size() - head);
        edits.push_back({at(0) % 3, at(1) % 3, at(2) * 256 + at(3), bytes.sliced(head, length).toByteArray()});
        bytes = bytes.sliced(head + length);
    }
    return edits;
}

IngestItem item(quint64 n) {
    IngestItem item;
    item.delivery.key = {"localhost:6379/0/orders", n, 0};
    item.delivery.receivedAt = Timestamp(std::chrono::seconds(1'729'090'565));
    item.decoded = IncomingMessage{static_cast<qint64>(n), {}, n % 5 == 0 ? "two\nlines" : "one line"};
    return item;
}

QString newestOf(const QString& folder, const QString& pattern) {
    const QStringList names = QDir(folder).entryList({pattern}, QDir::Files, QDir::Name);
    return names.isEmpty() ? QString() : folder + u'/' + names.last();
}

void apply(const Edit& edit, const QString& path) {
    QFile file(path);
    if (path.isEmpty() || !file.open(QIODevice::ReadWrite))
        return;
    const qint64 place = file.size() == 0 ? 0 : edit.place % (file.size() + 1);
    if (edit.deed == 0) {
        file.resize(place);
        return;
    }
    file.seek(edit.deed == 1 ? file.size() : place);
    file.write(edit.bytes);
}

QByteArray allLines(const QString& messages) {
    QByteArray all;
    const QDir folder(messages);
    for (const QString& name : folder.entryList(QDir::Files, QDir::Name)) {
        QFile file(folder.filePath(name));
        if (file.open(QIODevice::ReadOnly))
            all += file.readAll();
    }
    return all;
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const bool quiet = [] {
        QLoggingCategory::setFilterRules(QStringLiteral("portolan.*=false"));
        return true;
    }();
    Q_UNUSED(quiet)
    const QTemporaryDir folder(QStringLiteral("/dev/shm/portolan-fuzz-XXXXXX"));
    StoreUrl url;
    url.kind = StoreKind::Files;
    url.path = folder.path();
    url.service = QStringLiteral("example_receiver");
    const StorePlaces places = *placesOf(url);
    {
        const auto store = openStore(url, Access::Write);
        require(store.ok(), "a new store opens");
        const auto writer = (*store)->ingestWriter();
        require(writer.ok(), "a new store is written to");
        for (quint64 n = 1; n <= before; ++n) {
            const IngestItem one = item(n);
            require((*writer)->store(std::span(&one, 1)).ok(), "a message is stored");
        }
    }
    bool messagesTouched = false;
    for (const Edit& edit : readEdits(fuzz::bytesOf(data, size))) {
        messagesTouched = messagesTouched || edit.file == 2;
        const std::array<QString, 3> files{newestOf(places.own, QStringLiteral("log.*")),
                                           places.own + QStringLiteral("/state"),
                                           newestOf(places.messages, QStringLiteral("messages_batch_*"))};
        apply(edit, files[static_cast<std::size_t>(edit.file)]);
    }
    const QByteArray damaged = allLines(places.messages);
    const auto store = openStore(url, Access::Write);
    if (!store)
        return 0;
    const auto writer = (*store)->ingestWriter();
    if (!writer) {
        require(!writer.error().text.isEmpty(), "a refusal says why");
        return 0;
    }
    const IngestItem more = item(before + 1);
    const auto counts = (*writer)->store(std::span(&more, 1));
    require(counts && counts->stored == 1, "an opened store stores");
    const QByteArray mended = allLines(places.messages);
    require(messagesTouched || mended.startsWith(damaged), "what was stored is left alone");
    return 0;
}
