// The acknowledgement log, the writer's state and key chunks, read from damaged files.

#include "storage/messages/files/grouplog.h"
#include "storage/messages/files/journal.h"
#include "tests/fuzz/fuzztarget.h"

using namespace portolan;
using fuzz::require;

namespace {

void checkChunk(QByteArrayView bytes) {
    const auto chunk = DedupChunk::decode(bytes);
    if (!chunk)
        return;
    quint64 count = 0;
    chunk->forEachStretch([&](KeyPair, quint64 keys) { count += keys; });
    require(count == static_cast<quint64>(chunk->count()), "a chunk holds as many keys as it says");
    if (!chunk->isEmpty())
        require(chunk->contains(chunk->first()) && chunk->contains(chunk->last()), "a chunk holds its ends");
    const auto again = DedupChunk::decode(chunk->encoded());
    require(again && again->encoded() == chunk->encoded(), "a chunk comes back");
}

void checkLines(QByteArrayView bytes) {
    std::vector<StoredLine> lines;
    if (!decodeLines(bytes, lines))
        return;
    std::vector<StoredLine> again;
    require(decodeLines(encodeLines(lines), again) && again == lines, "lines come back");
}

} // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const QByteArrayView bytes = fuzz::bytesOf(data, size);
    const GroupLog::Contents log = GroupLog::read(bytes, 0);
    require(log.end >= 0 && log.end <= bytes.size(), "the log ends within its file");
    for (const LoggedGroup& logged : log.groups) {
        JournalState state;
        state.apply(logged.group);
    }
    for (const StateParts parts : {StateParts::All, StateParts::WithoutKeys}) {
        const auto state = decodeState(bytes, parts);
        require(state || state.error().code == ErrorCode::Corrupt, "a damaged state is called so");
    }
    checkChunk(bytes);
    checkLines(bytes);
    return 0;
}
