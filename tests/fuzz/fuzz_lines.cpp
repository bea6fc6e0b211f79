// Batch files as other programs may have left them, and lines as we write them.

#include "storage/messages/files/lines/batchline.h"
#include "storage/messages/files/lines/fileindex.h"
#include "tests/fuzz/fuzztarget.h"

using namespace portolan;
using fuzz::require;

namespace {

void readsWhatIsThere(QByteArrayView bytes) {
    qint64 lines = 0;
    qsizetype covered = 0;
    forEachLine(bytes, [&](qsizetype offset, QByteArrayView line, bool ended) {
        require(offset == covered, "lines follow one another");
        covered += line.size() + (ended ? 1 : 0);
        ++lines;
        const BatchLine parsed = parseBatchLine(line, offset == 0);
        require(parsed.number.has_value() == parsed.timestamp.has_value(), "number and time come together");
        require(parsed.number || parsed.content == line, "a line that is no message is its own content");
        require(parsed.content.size() <= line.size(), "content is part of the line");
        return true;
    });
    require(covered == bytes.size(), "lines cover the file");
    FileEntry entry;
    countInto(entry, bytes);
    require(entry.messageCount == lines, "the index counts lines");
}

void writesWhatItReads(QByteArrayView content) {
    const Timestamp time(std::chrono::seconds(1'729'090'565));
    const WrittenLine line = writeBatchLine(42, time, content);
    require(line.bytes.count('\n') == 1 && line.bytes.endsWith('\n'), "a message is one line");
    const QByteArrayView written = QByteArrayView(line.bytes).chopped(1);
    const BatchLine parsed = parseBatchLine(written);
    require(parsed.number == 42 && parsed.timestamp == time, "number and time come back");
    if (line.escaped)
        require(unescapeContent(parsed.content) == content.toByteArray(), "an escaped text comes back");
    else
        require(parsed.content == content, "a text comes back");
    require(line.escaped == needsEscape(content), "only what must be is escaped");
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const QByteArrayView bytes = fuzz::bytesOf(data, size);
    readsWhatIsThere(bytes);
    writesWhatItReads(bytes);
    if (const auto unescaped = unescapeContent(bytes))
        require(escapeContent(*unescaped) == bytes.toByteArray(), "only what escaping makes is undone");
    return 0;
}
