#include "storage/messages/files/linemetadata.h"

#include "storage/messages/files/lines/lostlines.h"

#include <QLoggingCategory>
#include <algorithm>

namespace portolan {

namespace {

Q_LOGGING_CATEGORY(metadataLog, "portolan.batchfile.metadata")

constexpr std::size_t segmentsKept = 4;

} // namespace

void LineMetadata::reset(LineBook book) {
    m_book = std::move(book);
    m_loaded.clear();
    m_recent.clear();
}

bool LineMetadata::add(const QByteArray& block) {
    Lines lines;
    const bool isRead = decodeLines(block, lines);
    if (!isRead || std::ranges::all_of(lines, [](const StoredLine& line) { return line.metadata.isEmpty(); }))
        return false;
    m_book.add(block);
    m_recent.clear();
    return true;
}

bool LineMetadata::holdsAny(std::size_t segment, std::span<const qint64> batches) const {
    return std::ranges::any_of(m_book.batchesOf(segment), [&](const auto& run) {
        return std::ranges::any_of(batches, [&](qint64 batch) { return run.first <= batch && batch <= run.second; });
    });
}

Result<const LineMetadata::Lines*> LineMetadata::linesOf(std::size_t segment, Missing missing) {
    const auto known = std::ranges::find(m_recent, segment, &std::pair<std::size_t, Lines>::first);
    if (known != m_recent.end()) {
        m_recent.splice(m_recent.begin(), m_recent, known);
        return &known->second;
    }
    const auto own = openFolder(m_ownPath);
    PORTOLAN_TRY(own);
    auto lines = m_book.linesOf(*own, segment);
    const bool isPassedOver = !lines
                              && (lines.error().code == ErrorCode::Corrupt
                                  || (lines.error().code == ErrorCode::NotFound && missing == Missing::IsEmpty));
    if (!lines && !isPassedOver)
        return lines.error();
    if (!lines)
        qCWarning(metadataLog).noquote() << lines.error().text;
    if (m_recent.size() >= segmentsKept)
        m_recent.pop_back();
    m_recent.emplace_front(segment, lines ? std::move(*lines) : Lines());
    return &m_recent.front().second;
}

/// Reads nothing where nothing came beside any line of these files.
Result<void> LineMetadata::load(std::span<const qint64> batches, Missing missing) {
    m_loaded.clear();
    bool hasAny = false;
    for (std::size_t segment = m_book.count(); segment-- > 0 && !hasAny;)
        hasAny = m_book.hasMetadata(segment);
    if (!hasAny)
        return {};
    std::vector<std::size_t> asked;
    hasAny = false;
    for (std::size_t segment = m_book.count(); segment-- > 0;) {
        if (!holdsAny(segment, batches))
            continue;
        asked.push_back(segment);
        hasAny = hasAny || m_book.hasMetadata(segment);
    }
    if (!hasAny)
        return {};
    std::vector<qint64> sorted(batches.begin(), batches.end());
    std::ranges::sort(sorted);
    for (const std::size_t segment : asked) {
        const auto lines = linesOf(segment, missing);
        PORTOLAN_TRY(lines);
        std::map<qint64, Lines> found;
        for (const StoredLine& line : **lines) {
            if (line.batch > 0 && std::ranges::binary_search(sorted, line.batch))
                found[line.batch].push_back(line);
        }
        for (auto& [batch, ofFile] : found) {
            Lines& all = m_loaded[batch];
            std::ranges::move(ofFile, std::back_inserter(all));
        }
    }
    return {};
}

/// Asks for the lines that are known to be gone last, and only for equal bytes, so that none takes another's place.
std::vector<QByteArray> LineMetadata::of(qint64 batch, const QByteArray& bytes) const {
    const auto loaded = m_loaded.find(batch);
    const bool hasAny = loaded != m_loaded.end() && std::ranges::any_of(loaded->second, [](const StoredLine& line) {
                            return !line.metadata.isEmpty();
                        });
    if (!hasAny)
        return {};
    std::vector<QByteArray> rows;
    StandingLines standing = StandingLines::in(bytes);
    for (const bool isGone : {false, true}) {
        std::vector<const StoredLine*> lines;
        for (const StoredLine& line : loaded->second) {
            if ((line.gap != 0) == isGone)
                lines.push_back(&line);
        }
        const auto found =
            standing.find(lines, isGone ? StandingLines::Likeness::Byte : StandingLines::Likeness::Number);
        for (std::size_t i = 0; i < lines.size(); ++i) {
            if (found[i].fate == StandingLines::Fate::Gone || lines[i]->metadata.isEmpty())
                continue;
            rows.resize(std::max(rows.size(), found[i].row + 1));
            rows[found[i].row] = lines[i]->metadata;
        }
    }
    return rows;
}

} // namespace portolan
