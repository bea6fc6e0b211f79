#pragma once

#include "storage/config/urls.h"
#include "storage/ingest/delivery.h"
#include "tests/support/tempfolder.h"

#include <QByteArray>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <map>

namespace portolan::test {

/// A service folder of the test's own, with batch files written as another program would. The user's cache is moved
/// into the test's folder too.
class BatchFolder {
public:
    BatchFolder() {
        QDir().mkpath(messages());
        qputenv("XDG_CACHE_HOME", QFile::encodeName(m_folder.path(QStringLiteral("cache"))));
    }

    [[nodiscard]] QString root() const { return m_folder.path(QStringLiteral("data")); }
    [[nodiscard]] QString own() const { return root() + QStringLiteral("/example_receiver/.portolan"); }
    [[nodiscard]] QString messages() const { return root() + QStringLiteral("/example_receiver/messages"); }
    [[nodiscard]] QString file(qint64 batch) const {
        return messages() + QStringLiteral("/messages_batch_%1.txt").arg(batch, 4, 10, QLatin1Char('0'));
    }
    [[nodiscard]] StoreUrl url(int batchSize = 10) const {
        StoreUrl url;
        url.path = root();
        url.service = QStringLiteral("example_receiver");
        url.batchSize = batchSize;
        return url;
    }

    static void put(const QString& path, const QByteArray& bytes) {
        QFile file(path);
        const bool written = file.open(QIODevice::WriteOnly | QIODevice::Truncate) && file.write(bytes) == bytes.size();
        Q_ASSERT_X(written, "BatchFolder", "a test file cannot be written");
        Q_UNUSED(written)
    }
    static QByteArray get(const QString& path) {
        QFile file(path);
        return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    }
    void write(qint64 batch, const QByteArray& bytes) const { put(file(batch), bytes); }
    [[nodiscard]] QByteArray read(qint64 batch) const { return get(file(batch)); }

    /// Every batch file, by name.
    [[nodiscard]] std::map<QString, QByteArray> batchFiles() const {
        std::map<QString, QByteArray> files;
        const QDir folder(messages());
        const QStringList names = folder.entryList(QDir::Files | QDir::Hidden);
        for (const QString& name : names)
            files[name] = get(folder.filePath(name));
        return files;
    }

private:
    TempFolder m_folder;
};

/// "[2025-10-16 14:56:05] Message #<number>: <content>\n"
inline QByteArray batchLine(qint64 number, const QByteArray& content) {
    return "[2025-10-16 14:56:05] Message #" + QByteArray::number(number) + ": " + content + '\n';
}

/// A delivered message; `key` 0 has none.
inline IngestItem messageItem(quint64 key, std::optional<qint64> number, const QByteArray& content) {
    IngestItem item;
    if (key != 0)
        item.delivery.key = SourceKey{"localhost:6379/0/orders", key, 0};
    item.delivery.keyText = QByteArray::number(key) + "-0";
    item.delivery.payload = content;
    item.delivery.receivedAt = *parseIsoTime("2025-10-16T14:56:05Z");
    item.decoded = IncomingMessage{number, std::nullopt, content};
    return item;
}

} // namespace portolan::test
