#include "storage/batchfile/lostlines.h"

#include "storage/batchfile/batchline.h"
#include "storage/batchfile/checksum.h"
#include "storage/batchname.h"

#include <QLoggingCategory>
#include <algorithm>
#include <map>

namespace portolan {

namespace {

Q_LOGGING_CATEGORY(lostLog, "portolan.batchfile.lost")

} // namespace

Result<StandingLines> StandingLines::read(const Fd& messages, qint64 batch) {
    auto bytes = readAt(messages, batchFileName(batch));
    if (!bytes && bytes.error().code == ErrorCode::NotFound)
        return StandingLines();
    return bytes ? Result<StandingLines>(in(std::move(*bytes))) : Result<StandingLines>(bytes.error());
}

StandingLines StandingLines::in(QByteArray bytes) {
    StandingLines standing;
    standing.m_bytes = std::move(bytes);
    forEachLine(standing.m_bytes, [&](qsizetype at, QByteArrayView line, bool ended) {
        // Without its line feed it would be another one; an editor may have taken the last one away.
        standing.m_lines.push_back(
            {static_cast<quint32>(line.size() + 1), crc32c("\n", crc32c(line)), at, ended, false});
        return true;
    });
    return standing;
}

std::optional<qint64> StandingLines::numberOf(const Line& line) const {
    if (!line.ended)
        return std::nullopt;
    return parseBatchLine(QByteArrayView(m_bytes).sliced(line.at, line.length - 1), line.at == 0).number;
}

std::vector<StandingLines::Found> StandingLines::find(std::span<const StoredLine* const> lines) {
    std::vector<Found> all(lines.size());
    const auto take = [this](Line& line) {
        line.used = true;
        return Found{line.ended ? Fate::Same : Fate::Changed, static_cast<std::size_t>(&line - m_lines.data())};
    };
    // In their order, as nearly all stand.
    std::size_t left = 0;
    auto next = m_lines.begin();
    for (std::size_t i = 0; i < lines.size(); ++i) {
        while (next != m_lines.end() && next->used)
            ++next;
        const bool isNext =
            next != m_lines.end() && next->checksum == lines[i]->checksum && next->length == lines[i]->length;
        if (isNext)
            all[i] = take(*next);
        else
            ++left;
    }
    if (left == 0)
        return all;
    std::multimap<std::pair<quint32, quint32>, Line*> byChecksum;
    std::multimap<qint64, Line*> byNumber;
    for (Line& line : m_lines) {
        if (!line.used)
            byChecksum.emplace(std::pair(line.checksum, line.length), &line);
    }
    for (std::size_t i = 0; i < lines.size() && !byChecksum.empty(); ++i) {
        const auto found =
            all[i].fate == Fate::Gone ? byChecksum.find({lines[i]->checksum, lines[i]->length}) : byChecksum.end();
        if (found == byChecksum.end())
            continue;
        all[i] = take(*found->second);
        byChecksum.erase(found);
    }
    for (const auto& [checksum, line] : byChecksum) {
        if (const auto number = numberOf(*line))
            byNumber.emplace(*number, line);
    }
    for (std::size_t i = 0; i < lines.size() && !byNumber.empty(); ++i) {
        const auto found = all[i].fate == Fate::Gone ? byNumber.find(lines[i]->number) : byNumber.end();
        if (found == byNumber.end())
            continue;
        all[i] = {Fate::Changed, take(*found->second).row};
        byNumber.erase(found);
    }
    return all;
}

bool LineComparison::isNeededBefore(qint64 batch, std::size_t segment) const {
    for (std::size_t i = 0; i < segment; ++i) {
        const LineBook::Runs& runs = m_book.batchesOf(i);
        const auto after = std::ranges::upper_bound(runs, batch, {}, [](const auto& run) { return run.first; });
        if (after != runs.begin() && std::prev(after)->second >= batch)
            return true;
    }
    return false;
}

/// Those that stand as far as is known come first, so that none that is gone passes for one of them.
Result<void> LineComparison::compareFile(std::size_t segment, qint64 batch, std::span<const StoredLine> lines,
                                         std::span<const std::size_t> indexes, const Visit& visit) {
    auto known = m_standing.find(batch);
    if (known == m_standing.end()) {
        auto read = StandingLines::read(m_messages, batch);
        if (!read)
            return read.error();
        known = m_standing.emplace(batch, std::move(*read)).first;
    }
    for (const bool isGone : {false, true}) {
        std::vector<std::size_t> asked;
        std::vector<const StoredLine*> stored;
        for (const std::size_t index : indexes) {
            if ((lines[index].gap != 0) != isGone)
                continue;
            asked.push_back(index);
            stored.push_back(&lines[index]);
        }
        const auto found = known->second.find(stored);
        for (std::size_t i = 0; i < asked.size(); ++i)
            visit(Line{segment, asked[i], lines[asked[i]], found[i].fate});
    }
    return {};
}

Result<void> LineComparison::compare(std::size_t segment, const Asked& isAsked, const Visit& visit) {
    const auto lines = m_book.linesOf(m_own, segment);
    if (!lines && (lines.error().code == ErrorCode::Corrupt || lines.error().code == ErrorCode::NotFound)) {
        qCWarning(lostLog).noquote() << lines.error().text;
        return {};
    }
    if (!lines)
        return lines.error();
    std::map<qint64, std::vector<std::size_t>> byBatch;
    for (std::size_t i = 0; i < lines->size(); ++i) {
        const qint64 batch = (*lines)[i].batch;
        if (batch > 0 && isAsked(batch))
            byBatch[batch].push_back(i);
    }
    for (const auto& [batch, indexes] : byBatch) {
        if (const auto compared = compareFile(segment, batch, *lines, indexes, visit); !compared)
            return compared;
        if (!isNeededBefore(batch, segment))
            m_standing.erase(batch);
    }
    return {};
}

} // namespace portolan
