// An incident bundle that may be anybody's: it opens whole, or is refused in words, and its lines come back as they
// were.
//
// Input: an archive, or after the byte 'm' a line of its messages, after 'a' one of its audit.

#include "storage/export/bundlefile.h"
#include "storage/export/bundlelines.h"
#include "tests/fuzz/fuzztarget.h"

#include <QFile>
#include <QTemporaryDir>

using namespace portolan;
using fuzz::require;

namespace {

void tryMessage(QByteArrayView line) {
    const auto message = parseMessageLine(line);
    if (!message)
        return;
    QByteArray text;
    appendMessageLine(text, *message);
    const auto again = parseMessageLine(text);
    require(again.ok() && again->messageData == message->messageData && saysTheSame(*again, *message),
            "a message comes back as it was");
}

void tryAudit(QByteArrayView line) {
    const auto entry = parseAuditLine(line);
    if (!entry)
        return;
    QByteArray text;
    appendAuditLine(text, *entry);
    const auto again = parseAuditLine(text);
    require(again.ok() && again->before == entry->before && again->reason == entry->reason,
            "a line of the audit comes back as it was");
}

void tryArchive(QByteArrayView bytes) {
    static const QTemporaryDir folder(QStringLiteral("/dev/shm/portolan-fuzz-XXXXXX"));
    const QString path = folder.filePath(QStringLiteral("a.zip"));
    QFile file(path);
    require(file.open(QIODevice::WriteOnly) && file.write(bytes.data(), bytes.size()) == bytes.size(), "it is written");
    file.close();
    const auto bundle = BundleFile::open(path, {});
    if (!bundle) {
        require(!bundle.error().text.isEmpty(), "a refusal says why");
        return;
    }
    while (true) {
        const auto some = (*bundle)->next(100);
        if (!some || some->empty())
            return;
    }
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const QByteArrayView bytes = fuzz::bytesOf(data, size);
    if (bytes.startsWith('m'))
        tryMessage(bytes.sliced(1));
    else if (bytes.startsWith('a'))
        tryAudit(bytes.sliced(1));
    else
        tryArchive(bytes);
    return 0;
}
