#include "storage/messages/files/journal.h"

#include "storage/base/bytes.h"
#include "storage/messages/files/linereconciler.h"
#include "storage/messages/files/lines/checksum.h"

#include <QLoggingCategory>
#include <algorithm>
#include <iterator>

namespace portolan {

namespace {

Q_LOGGING_CATEGORY(journalLog, "portolan.batchfile.journal")

constexpr QByteArrayView stateMagic = "PORTSTA4";
constexpr QByteArrayView anyMagic = "PORTSTA"; // then a digit, the version
constexpr QByteArrayView magicWithoutStrays = "PORTSTA3";
constexpr QByteArrayView magicWithoutLines = "PORTSTA2";
constexpr QByteArrayView magicWithoutGaps = "PORTSTA1";
constexpr qint64 longLog = 16 * 1024 * 1024; // bytes; a longer one is folded into the state file

Error damaged(const QString& name) {
    return Error{
        ErrorCode::Corrupt,
        QStringLiteral("%1 in the folder .portolan is damaged. Restore it from a backup; or move it away, then "
                       "messages that are delivered again are recognised by what they say alone.")
            .arg(name)};
}

Error unknown(const Error& cause) {
    return Error{ErrorCode::Unknown, cause.text, cause.details};
}

} // namespace

void JournalState::apply(const LogGroup& group) {
    sequence = group.sequence;
    for (const LogExtent& extent : group.extents) {
        if (extent.target == LogExtent::Target::Batch) {
            ownBatch = extent.batch;
            ownEnd = extent.offset + extent.length;
        }
    }
    for (const EscapedLine& line : group.escapes)
        escapes.add(line);
    gaps.apply(group.gaps);
    for (const auto& [source, chunk] : group.keys)
        keys.insert(source, chunk);
    lines.add(group.lines);
    for (const auto& keyed : group.keys) {
        if (gone.empty())
            break;
        keyed.second.forEach([&](KeyPair key) {
            gone.erase(SourceKey{keyed.first, key.major, key.minor});
            return true;
        });
    }
}

QByteArray encodeState(const JournalState& state) {
    ByteWriter body;
    body.u64(state.sequence);
    body.u64(state.logNumber);
    body.i64(state.ownBatch);
    body.i64(state.ownEnd);
    body.varint(state.escapes.lines().size());
    for (const EscapedLine& line : state.escapes.lines()) {
        for (const qint64 part : {line.batch, line.offset, line.length})
            body.varint(static_cast<quint64>(part));
        body.u32(line.checksum);
    }
    state.gaps.writeTo(body);
    body.varint(state.keys.chunks().size());
    for (const auto& [source, chunks] : state.keys.chunks()) {
        body.bytes(source);
        body.varint(chunks.size());
        for (const DedupChunk& chunk : chunks)
            body.bytes(chunk.encoded());
    }
    body.u32(state.indexMark);
    state.lines.writeTo(body);
    body.varint(state.strays.size());
    for (const auto& [first, last] : state.strays) {
        body.varint(static_cast<quint64>(first));
        body.varint(static_cast<quint64>(last));
    }
    body.u8(state.hasStrayRejects ? 1 : 0);
    body.u32(state.rejectsMark);
    body.i64(state.savedAt.time_since_epoch().count());
    ByteWriter file;
    file.raw(stateMagic);
    file.u32(crc32c(body.data()));
    file.raw(body.data());
    return file.take();
}

Result<JournalState> decodeState(QByteArrayView bytes, StateParts parts) {
    ByteReader in(bytes);
    const QByteArrayView magic = in.raw(static_cast<quint64>(stateMagic.size()));
    const bool known =
        magic == stateMagic || magic == magicWithoutStrays || magic == magicWithoutLines || magic == magicWithoutGaps;
    const quint32 checksum = in.u32();
    if (!known && magic.startsWith(anyMagic) && magic > stateMagic && checksum == crc32c(in.rest()))
        return Error{
            ErrorCode::Unsupported,
            QStringLiteral("The folder .portolan was written by a newer version of Portolan. Use that version, "
                           "or move the folder away, then messages that are delivered again are "
                           "recognised by what they say alone.")};
    if (!known || in.failed() || checksum != crc32c(in.rest()))
        return damaged(QStringLiteral("The file state"));
    JournalState state;
    state.sequence = in.u64();
    state.logNumber = in.u64();
    state.ownBatch = in.i64();
    state.ownEnd = in.i64();
    for (qsizetype left = in.count(); left > 0 && !in.failed(); --left) {
        EscapedLine line;
        for (qint64* part : {&line.batch, &line.offset, &line.length})
            *part = static_cast<qint64>(in.varint());
        line.checksum = in.u32();
        state.escapes.add(line);
    }
    if (magic != magicWithoutGaps)
        state.gaps = GapState::readFrom(in);
    for (qsizetype sources = in.count(); sources > 0 && !in.failed(); --sources) {
        const QByteArrayView source = in.bytes();
        for (qsizetype left = in.count(); left > 0 && !in.failed(); --left) {
            const QByteArrayView encoded = in.bytes();
            if (parts == StateParts::WithoutKeys)
                continue;
            const auto chunk = DedupChunk::decode(encoded);
            if (!chunk)
                return damaged(QStringLiteral("The file state"));
            state.keys.insert(source.toByteArray(), *chunk);
        }
    }
    if (magic == stateMagic || magic == magicWithoutStrays) {
        state.indexMark = in.u32();
        state.lines = LineBook::readFrom(in);
    }
    if (magic == stateMagic) {
        for (qsizetype left = in.count(); left > 0 && !in.failed(); --left) {
            const auto first = static_cast<qint64>(in.varint());
            state.strays.emplace_back(first, static_cast<qint64>(in.varint()));
        }
        state.hasStrayRejects = in.u8() == 1;
        state.rejectsMark = in.u32();
        state.savedAt = Timestamp(std::chrono::microseconds(in.i64()));
    }
    const bool whole = !in.failed() && in.atEnd();
    return whole ? Result<JournalState>(state) : damaged(QStringLiteral("The file state"));
}

Result<Journal> Journal::open(const StoreFolders& folders, LastGroup lastGroup, quint64 acknowledged) {
    Journal journal(folders);
    PORTOLAN_TRY(journal.load(lastGroup, acknowledged));
    journal.findGone();
    return journal;
}

bool Journal::isKnown(const StoredLine& line) {
    const SourceKey key = line.sourceKey();
    const auto hashes = hashesOf(std::span(&key, 1));
    return m_state.keys.contains(key)
           && std::ranges::any_of(hashes, [&](const auto& stored) { return stored.second == line.hash; });
}

/// Lets go of the lines and keys of segments that cannot be read: when their messages come again, the lines themselves
/// tell that they are stored.
Result<void> Journal::dropUnreadable() {
    const auto stat = statAt(m_folders->own, stateFile);
    PORTOLAN_TRY(stat);
    m_isUncertain = Timestamp(std::chrono::microseconds(stat->changedNs / 1000)) > m_state.savedAt + soonAfter;
    LineBook::KeyRanges ranges;
    qint64 dropped = 0;
    for (std::size_t i = m_state.lines.count(); i-- > 0;) {
        if (!m_isUncertain && !m_state.lines.isSuspect(m_folders->own, i, stat->changedNs))
            continue;
        const auto lines = m_state.lines.linesOf(m_folders->own, i);
        if (lines)
            continue;
        if (lines.error().code != ErrorCode::Corrupt && lines.error().code != ErrorCode::NotFound)
            return lines.error();
        for (const auto& [source, range] : m_state.lines.keysOf(i)) {
            const auto [known, added] = ranges.try_emplace(source, range);
            known->second.first = std::min(known->second.first, range.first);
            known->second.second = std::max(known->second.second, range.second);
        }
        m_state.lines.drop(i);
        ++dropped;
    }
    if (dropped == 0)
        return {};
    qCWarning(journalLog).noquote() << QStringLiteral("%1 files in .portolan/lines are missing or damaged. What is in "
                                                      "the batch files is recognised by what it says.")
                                           .arg(dropped);
    m_isUncertain = true;
    m_state.indexMark = 0; // all is to be compared
    m_state.rejectsMark = 0;
    letGo(ranges);
    return {};
}

/// Lets go of the keys in these ranges that no readable segment has.
void Journal::letGo(const LineBook::KeyRanges& ranges) {
    std::set<SourceKey> kept;
    for (std::size_t i = 0; i < m_state.lines.count(); ++i) {
        const bool isNeeded = std::ranges::any_of(m_state.lines.keysOf(i), [&](const auto& each) {
            const auto range = ranges.find(each.first);
            return range != ranges.end() && each.second.first <= range->second.second
                   && range->second.first <= each.second.second;
        });
        const auto lines = isNeeded ? m_state.lines.linesOf(m_folders->own, i) : std::vector<StoredLine>();
        for (std::size_t at = 0; lines && at < lines->size(); ++at) {
            if ((*lines)[at].keyed && (*lines)[at].gap == 0)
                kept.insert((*lines)[at].sourceKey());
        }
    }
    for (const auto& of : ranges) {
        const QByteArray& source = of.first; // clang lets no lambda have a structured binding
        const auto& range = of.second;
        const auto chunks = m_state.keys.chunks().find(source);
        if (chunks == m_state.keys.chunks().end())
            continue;
        std::vector<KeyPair> gone;
        for (const DedupChunk& chunk : chunks->second) {
            chunk.forEach([&](KeyPair key) {
                if (range.first <= key && key <= range.second && !kept.contains({source, key.major, key.minor}))
                    gone.push_back(key);
                return key <= range.second;
            });
        }
        m_state.keys.erase(source, gone);
    }
}

/// Finds the keys that were let go of: their lines are gone, and nothing else was stored under them.
void Journal::findGone() {
    for (std::size_t i = 0; i < m_state.lines.count(); ++i) {
        if (!m_state.lines.hasGone(i))
            continue;
        auto lines = m_state.lines.linesOf(m_folders->own, i);
        if (!lines) {
            qCWarning(journalLog).noquote() << lines.error().text;
            continue;
        }
        bool settled = false;
        for (StoredLine& line : *lines) {
            if (line.gap <= 0 || !line.keyed)
                continue;
            const bool isReject = line.batch == 0; // beside a line of its key
            if (isReject ? isKnown(line) : m_state.keys.contains(line.sourceKey())) {
                line.gap = StoredLine::noGap; // so that nobody asks again at the next opening
                settled = true;
            } else {
                m_state.gone[line.sourceKey()] = line.gap;
            }
        }
        if (settled)
            m_state.lines.replace(i, *lines);
    }
}

Result<Journal::Reconciled> Journal::reconcile(std::span<const qint64> batches, const WasArchived& wasArchived) {
    return LineReconciler(*m_folders, m_state, batches, wasArchived, StandingLines::likenessOf(m_isUncertain)).run();
}

Result<void> Journal::load(LastGroup lastGroup, quint64 acknowledged) {
    const auto stateBytes = readAt(m_folders->own, stateFile);
    if (stateBytes) {
        auto state = decodeState(*stateBytes, StateParts::All);
        PORTOLAN_TRY(state);
        m_state = std::move(*state);
        if (const auto dropped = dropUnreadable(); !dropped)
            return dropped;
        m_state.lines.loadLast(m_folders->own);
    } else if (stateBytes.error().code != ErrorCode::NotFound) {
        return stateBytes.error();
    }
    const QString logName = QString::fromLatin1(GroupLog::fileName(m_state.logNumber));
    const auto logBytes = readAt(m_folders->own, GroupLog::fileName(m_state.logNumber));
    if (!logBytes) {
        if (logBytes.error().code != ErrorCode::NotFound)
            return logBytes.error();
        if (stateBytes)
            qCWarning(journalLog).noquote()
                << QStringLiteral("%1 is missing; the batch files stay as they are").arg(logName);
        return {};
    }
    const auto contents = GroupLog::read(*logBytes, m_state.sequence);
    const auto first = GroupLog::firstSequence(*logBytes);
    if (first && *first != m_state.sequence + 1) {
        qCWarning(journalLog).noquote() << QStringLiteral("%1 does not go on from the file state: one of them was put "
                                                          "back from a backup. It is passed over.")
                                               .arg(logName);
        return {};
    }
    if (contents.damagedInside)
        return damaged(QStringLiteral("The acknowledgement log ") + logName);
    for (const LoggedGroup& logged : contents.groups) {
        if (const auto settled = settle(logged, lastGroup, acknowledged); !settled)
            return settled;
    }
    return {};
}

Result<void> Journal::settle(const LoggedGroup& logged, LastGroup lastGroup, quint64 acknowledged) {
    const bool isOpen = logged.fate == GroupFate::Open;
    // The mark of an acknowledged group may have failed to be written.
    bool stays = logged.fate == GroupFate::Committed || (isOpen && logged.group.sequence <= acknowledged);
    if (isOpen && !stays) {
        if (lastGroup == LastGroup::Verify) {
            const auto intact = isIntact(*m_folders, logged.group);
            PORTOLAN_TRY(intact);
            stays = *intact;
        }
        const TornBytes torn = lastGroup == LastGroup::Verify ? TornBytes::KeepAside : TornBytes::Drop;
        const auto done = stays ? writeAgain(*m_folders, logged.group) : undoGroup(*m_folders, logged.group, torn);
        if (!done)
            return done;
    }
    if (!stays) {
        m_state.sequence = logged.group.sequence;
        return {};
    }
    m_state.apply(logged.group);
    std::vector<StoredLine> lines;
    if (decodeLines(logged.group.lines, lines))
        std::ranges::transform(lines, std::inserter(m_replayed, m_replayed.end()), &StoredLine::batch);
    return {};
}

Result<void> Journal::commit(LogGroup& group, std::span<const QByteArray> pieces) {
    group.sequence = m_state.sequence + 1;
    if (const auto logged = m_log.append(group); !logged)
        return logged;
    std::size_t begun = 0;
    if (const auto written = writeGroup(*m_folders, group, pieces, begun); !written) {
        LogGroup part = group;
        part.extents.resize(begun);
        const auto undone = undoGroup(*m_folders, part, TornBytes::Drop);
        const auto marked = undone ? m_log.settle(GroupFate::Undone, true) : undone;
        if (!marked)
            return unknown(marked.error());
        m_state.sequence = group.sequence;
        return written;
    }
    if (const auto synced = syncGroup(*m_folders, group); !synced)
        return unknown(synced.error());
    if (const auto marked = m_log.settle(GroupFate::Committed, false); !marked)
        qCWarning(journalLog).noquote() << marked.error().text; // the next record, the checksums or the writer know
    m_state.apply(group);
    return {};
}

bool Journal::wantsCompaction() const {
    return m_log.size() >= longLog;
}

Result<void> Journal::compact() {
    if (const auto saved = m_state.lines.save(m_folders->own); !saved)
        return saved;
    const quint64 number = m_state.logNumber + 1;
    auto log = GroupLog::create(m_folders->own, number);
    PORTOLAN_TRY(log);
    const quint64 before = std::exchange(m_state.logNumber, number);
    m_state.savedAt = currentTime();
    if (const auto replaced = replaceFile(m_folders->own, stateFile, encodeState(m_state), true); !replaced) {
        m_state.logNumber = before;
        return replaced;
    }
    m_log = std::move(*log);
    m_state.lines.removeOld(m_folders->own);
    // Not synced: a log that comes back has a number that nobody reads any more.
    const auto removed = removeAt(m_folders->own, GroupLog::fileName(before));
    if (!removed && removed.error().code != ErrorCode::NotFound)
        qCWarning(journalLog).noquote() << removed.error().text;
    return {};
}

} // namespace portolan
