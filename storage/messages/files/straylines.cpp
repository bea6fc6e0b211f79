#include "storage/messages/files/straylines.h"

#include "storage/ingest/contenthash.h"
#include "storage/messages/files/lines/batchline.h"
#include "storage/messages/files/lines/lostlines.h"
#include "storage/messages/files/lines/rejectfile.h"

#include <algorithm>
#include <limits>

namespace portolan {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

qint64 secondOf(Timestamp time) {
    return std::chrono::floor<seconds>(time).time_since_epoch().count();
}

/// Returns when an entry of a stream was made, where its id comes from the server's clock.
std::optional<Timestamp> clockOf(const SourceKey& key) {
    constexpr quint64 firstClock = 1'000'000'000'000;  // 2001
    constexpr quint64 lastClock = 100'000'000'000'000; // 5138
    if (key.major < firstClock || key.major > lastClock)
        return std::nullopt;
    return Timestamp(milliseconds(static_cast<qint64>(key.major)));
}

/// Returns true when a delivery is from a list, where all that is pushed gets a new place, whatever it says.
bool isOfList(const Delivery& delivery) {
    return delivery.key.major == 0 && !delivery.partition;
}

quint64 rejectHash(QByteArrayView source, QByteArrayView key, quint64 content) {
    const QByteArray name = source.toByteArray() + '\0' + key.toByteArray() + '\0' + QByteArray::number(content);
    return contentHash(name);
}

} // namespace

StrayLines::StrayLines(const StoreFolders& folders, const LineBook& book, LineBook::Runs batches, Timestamp newest,
                       bool rejects)
    : m_folders(&folders)
    , m_book(&book)
    , m_batches(std::move(batches))
    , m_newest(newest)
    , m_hasRejects(rejects) {}

/// Returns true when a message may have been delivered before; the caller looks whether a stream's id is too young.
bool StrayLines::mayBeThere(const Delivery& delivery, const IncomingMessage& message) {
    if (delivery.deliveries > 1 || delivery.partition)
        return true;
    return !isOfList(delivery) && (clockOf(delivery.key) || message.number || message.timestamp);
}

Result<std::optional<StrayLines::Found>> StrayLines::take(const Delivery& delivery, const IncomingMessage& message) {
    const auto clock = clockOf(delivery.key);
    const bool isTooYoung = clock && *clock > m_newest + seconds(1);
    if (m_batches.empty() || !delivery.key.isKeyed() || isTooYoung || !mayBeThere(delivery, message))
        return std::optional<Found>();
    PORTOLAN_TRY(readLines());
    const bool isEscaped = needsEscape(message.content);
    const quint64 hash = contentHash(isEscaped ? escapeContent(message.content) : message.content);
    qint64 earliest = clock ? secondOf(*clock) : std::numeric_limits<qint64>::min();
    qint64 latest = std::numeric_limits<qint64>::max();
    if (message.timestamp)
        earliest = latest = secondOf(*message.timestamp);
    const auto first = m_lines.lower_bound({hash, earliest});
    const auto last = m_lines.upper_bound({hash, latest});
    const auto found = std::find_if(
        first, last, [&](const auto& each) { return !message.number || *message.number == each.second.number; });
    if (found == last)
        return std::optional<Found>();
    const Line line = found->second;
    m_taken.push_back(m_lines.extract(found));
    Found taken;
    taken.place.batch = line.batch;
    taken.place.length = line.length;
    taken.place.checksum = line.checksum;
    taken.place.number = line.number;
    if (isEscaped)
        taken.escape = EscapedLine{line.batch, line.offset, line.length, line.checksum};
    return std::optional(std::move(taken));
}

Result<std::optional<StoredLine>> StrayLines::findReject(const Delivery& delivery, quint64 hash) {
    if (!m_hasRejects || !delivery.key.isKeyed())
        return std::optional<StoredLine>();
    PORTOLAN_TRY(readRejects());
    const auto found = m_rejects.find(rejectHash(delivery.key.source, delivery.keyText, hash));
    return found == m_rejects.end() ? std::optional<StoredLine>() : std::optional(found->second);
}

void StrayLines::settle(bool isStored) {
    for (Lines::node_type& line : m_taken) {
        if (!isStored)
            m_lines.insert(std::move(line));
    }
    m_taken.clear();
}

/// Reads the lines of the files that are left when the book's are taken away, those not known to be gone first.
Result<void> StrayLines::readLines() {
    if (std::exchange(m_linesRead, true))
        return {};
    const auto isAsked = [&](qint64 batch) {
        const auto after = std::ranges::upper_bound(m_batches, batch, {}, [](const auto& run) { return run.first; });
        return after != m_batches.begin() && std::prev(after)->second >= batch;
    };
    std::map<qint64, std::vector<StoredLine>> known;
    for (std::size_t i = m_book->count(); i-- > 0;) {
        const bool isNeeded = std::ranges::any_of(m_book->batchesOf(i), [&](const auto& run) {
            const auto after =
                std::ranges::upper_bound(m_batches, run.second, {}, [](const auto& each) { return each.first; });
            return after != m_batches.begin() && std::prev(after)->second >= run.first;
        });
        const auto lines = isNeeded ? m_book->linesOf(m_folders->own, i) : std::vector<StoredLine>();
        for (std::size_t at = 0; lines && at < lines->size(); ++at) {
            if ((*lines)[at].batch > 0 && isAsked((*lines)[at].batch))
                known[(*lines)[at].batch].push_back((*lines)[at]);
        }
    }
    for (const auto& [firstBatch, lastBatch] : m_batches) {
        for (qint64 batch = firstBatch; batch <= lastBatch; ++batch) {
            auto standing = StandingLines::read(m_folders->messages, batch);
            PORTOLAN_TRY(standing);
            std::vector<const StoredLine*> left;
            for (const bool isGone : {false, true}) {
                std::vector<const StoredLine*> lines;
                for (const StoredLine& line : known[batch]) {
                    if ((line.gap != 0) == isGone)
                        lines.push_back(&line);
                }
                const auto found = standing->find(lines, StandingLines::Likeness::Byte);
                for (std::size_t i = 0; !isGone && i < found.size(); ++i) {
                    if (found[i].fate == StandingLines::Fate::Gone)
                        left.push_back(lines[i]);
                }
            }
            static_cast<void>(standing->find(left, StandingLines::Likeness::Number)); // changed ones
            standing->forEachUnused([&](const StandingLines::Line& line, const BatchLine& text) {
                if (text.number)
                    m_lines.emplace(std::pair(contentHash(text.content), secondOf(*text.timestamp)),
                                    Line{*text.number, batch, line.at, line.length, line.checksum});
            });
            known.erase(batch);
        }
    }
    return {};
}

Result<void> StrayLines::readRejects() {
    if (std::exchange(m_rejectsRead, true))
        return {};
    RejectFile file;
    if (const auto read = file.refresh(m_folders->rejects); !read)
        return read;
    for (qsizetype i = 0; i < file.count(); ++i) {
        const auto kept = file.keptAt(i);
        if (!kept && kept.error().code != ErrorCode::Corrupt)
            return kept.error();
        if (!kept)
            continue; // `verify` names it
        StoredLine place;
        place.length = file.marks()[static_cast<std::size_t>(i)].length;
        place.checksum = file.marks()[static_cast<std::size_t>(i)].checksum;
        m_rejects.emplace(rejectHash(kept->reject.source, kept->reject.key, kept->hash), place);
    }
    return {};
}

} // namespace portolan
