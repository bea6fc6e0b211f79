#include "storage/messages/files/lines/storedline.h"

#include "storage/base/bytes.h"

#include <map>
#include <optional>

namespace portolan {

namespace {

/// The ways to differ from the usual next line: of the same file and source, with the next number, not gone.
enum LineFlag : quint8 { OtherBatch = 1, OtherNumber = 2, OtherSource = 4, Keyed = 8, Gone = 16, HasMetadata = 32 };

quint64 zigzag(quint64 from, quint64 to) {
    const quint64 difference = to - from;
    return (difference << 1) ^ (0 - (difference >> 63));
}

quint64 unzigzag(quint64 from, quint64 coded) {
    return from + ((coded >> 1) ^ (0 - (coded & 1)));
}

quint64 bits(qint64 value) {
    return static_cast<quint64>(value);
}

/// The values from which the next line's differences are taken, when writing and when reading.
struct Before {
    quint64 batch = 0;
    quint64 number = 0;
    std::size_t source = 0;
    std::vector<KeyPair> keys; ///< by source
};

void putLine(ByteWriter& out, const StoredLine& line, std::size_t source, Before& before) {
    int flags = 0;
    flags |= bits(line.batch) != before.batch ? OtherBatch : 0;
    flags |= bits(line.number) != before.number + 1 ? OtherNumber : 0;
    flags |= source != before.source ? OtherSource : 0;
    flags |= line.keyed ? Keyed : 0;
    flags |= line.gap != 0 ? Gone : 0;
    flags |= line.metadata.isEmpty() ? 0 : HasMetadata;
    out.u8(static_cast<quint8>(flags));
    if ((flags & OtherBatch) != 0)
        out.varint(zigzag(before.batch, bits(line.batch)));
    out.varint(line.length);
    out.u32(line.checksum);
    if ((flags & OtherNumber) != 0)
        out.varint(zigzag(before.number + 1, bits(line.number)));
    if ((flags & OtherSource) != 0)
        out.varint(source);
    if (line.keyed) {
        KeyPair& last = before.keys[source];
        out.varint(zigzag(last.major, line.key.major));
        out.varint(line.key.major == last.major ? zigzag(last.minor, line.key.minor) : line.key.minor);
        out.u64(line.hash);
        last = line.key;
    }
    if (line.gap != 0)
        out.varint(bits(line.gap));
    if (!line.metadata.isEmpty())
        out.bytes(line.metadata);
    before.batch = bits(line.batch);
    before.number = bits(line.number);
    before.source = source;
}

std::optional<StoredLine> takeLine(ByteReader& in, std::span<const QByteArray> sources, Before& before) {
    const quint8 flags = in.u8();
    StoredLine line;
    if ((flags & OtherBatch) != 0)
        before.batch = unzigzag(before.batch, in.varint());
    line.length = static_cast<quint32>(in.varint());
    line.checksum = in.u32();
    before.number = (flags & OtherNumber) != 0 ? unzigzag(before.number + 1, in.varint()) : before.number + 1;
    if ((flags & OtherSource) != 0)
        before.source = in.varint();
    if (before.source >= sources.size())
        return std::nullopt;
    line.batch = static_cast<qint64>(before.batch);
    line.number = static_cast<qint64>(before.number);
    line.source = sources[before.source];
    line.keyed = (flags & Keyed) != 0;
    if (line.keyed) {
        KeyPair& last = before.keys[before.source];
        const quint64 major = unzigzag(last.major, in.varint());
        const quint64 minor = in.varint();
        line.key = KeyPair{major, major == last.major ? unzigzag(last.minor, minor) : minor};
        line.hash = in.u64();
        last = line.key;
    }
    if ((flags & Gone) != 0)
        line.gap = static_cast<qint64>(in.varint());
    if ((flags & HasMetadata) != 0)
        line.metadata = in.bytes().toByteArray();
    return in.failed() ? std::nullopt : std::optional(std::move(line));
}

} // namespace

QByteArray encodeLines(std::span<const StoredLine> lines) {
    std::vector<QByteArray> sources;
    std::map<QByteArray, std::size_t> places;
    ByteWriter body;
    Before before;
    std::size_t at = 0;
    for (const StoredLine& line : lines) {
        if (sources.empty() || sources[at] != line.source) {
            const auto [found, added] = places.try_emplace(line.source, sources.size());
            at = found->second;
            if (added) {
                sources.push_back(line.source);
                before.keys.emplace_back();
            }
        }
        putLine(body, line, at, before);
    }
    ByteWriter out;
    out.varint(sources.size());
    for (const QByteArray& source : sources)
        out.bytes(source);
    out.varint(lines.size());
    out.raw(body.data());
    return out.take();
}

bool decodeLines(QByteArrayView block, std::vector<StoredLine>& lines) {
    ByteReader in(block);
    std::vector<QByteArray> sources;
    for (qsizetype left = in.count(); left > 0 && !in.failed(); --left)
        sources.push_back(in.bytes().toByteArray());
    Before before;
    before.keys.resize(sources.size());
    for (qsizetype left = in.count(); left > 0; --left) {
        auto line = takeLine(in, sources, before);
        if (!line)
            return false;
        lines.push_back(std::move(*line));
    }
    return !in.failed() && in.atEnd();
}

} // namespace portolan
