#include "storage/export/sheetcheck.h"

#include "storage/base/libarchive.h"

#include <QByteArray>
#include <QFile>
#include <QRegularExpression>
#include <archive.h>
#include <archive_entry.h>
#include <memory>
#include <vector>

namespace portolan {

namespace {

constexpr qsizetype readAtOnce = 1 << 18;

struct Closer {
    void operator()(struct archive* reader) const { archive_read_free(reader); }
};
using Reader = std::unique_ptr<struct archive, Closer>;

Error unreadable(const Reader& reader) {
    return {ErrorCode::Corrupt, QStringLiteral("what was written cannot be read again: %1")
                                    .arg(QString::fromUtf8(archive_error_string(reader.get())))};
}

/// The rows of the sheet that is read now; -1 when its XML has no end. A '<' in a text is written otherwise.
Result<qint64> countRows(const Reader& reader) {
    static constexpr QByteArrayView rowStart = "<row ";
    static constexpr QByteArrayView sheetEnd = "</worksheet>";
    QByteArray block;
    qint64 rows = 0;
    while (true) {
        const qsizetype kept = std::min(block.size(), sheetEnd.size());
        QByteArray next = block.last(kept);
        next.resize(kept + readAtOnce);
        const auto size = archive_read_data(reader.get(), next.data() + kept, readAtOnce);
        if (size < 0)
            return unreadable(reader);
        if (size == 0)
            return block.trimmed().endsWith(sheetEnd) ? rows : -1;
        next.resize(kept + size);
        // A match that ends within the part kept was counted before.
        for (qsizetype at = next.indexOf(rowStart); at >= 0; at = next.indexOf(rowStart, at + 1))
            rows += at + rowStart.size() > kept ? 1 : 0;
        block = next;
    }
}

} // namespace

Result<void> checkSheets(const QString& path, std::span<const qint64> rows) {
    if (const auto loaded = loadLibarchive(); !loaded)
        return loaded;
    const Reader reader(archive_read_new());
    archive_read_support_format_zip_seekable(reader.get());
    if (archive_read_open_filename(reader.get(), QFile::encodeName(path).constData(), readAtOnce) != ARCHIVE_OK)
        return unreadable(reader);
    static const QRegularExpression sheetFile(QStringLiteral("^xl/worksheets/sheet([0-9]+)\\.xml$"));
    std::vector<qint64> found(rows.size(), -1);
    struct archive_entry* entry = nullptr;
    int read = ARCHIVE_OK;
    while ((read = archive_read_next_header(reader.get(), &entry)) == ARCHIVE_OK) {
        const auto match = sheetFile.match(QString::fromUtf8(archive_entry_pathname_utf8(entry)));
        const auto number = match.captured(1).toULongLong();
        if (!match.hasMatch() || number < 1 || number > found.size())
            continue;
        const Result<qint64> counted = countRows(reader);
        PORTOLAN_TRY(counted);
        found[number - 1] = *counted;
    }
    if (read != ARCHIVE_EOF)
        return unreadable(reader);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (found[i] != rows[i])
            return Error{ErrorCode::Corrupt, QStringLiteral("sheet %1 holds %2 rows instead of %3; is the disk full?")
                                                 .arg(i + 1)
                                                 .arg(found[i])
                                                 .arg(rows[i])};
    }
    return {};
}

} // namespace portolan
