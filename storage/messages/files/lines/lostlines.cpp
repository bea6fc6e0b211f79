#include "storage/messages/files/lines/lostlines.h"

#include "storage/messages/batchname.h"
#include "storage/messages/files/lines/batchline.h"
#include "storage/messages/files/lines/checksum.h"
#include "storage/messages/files/lines/rejectfile.h"

#include <QLoggingCategory>
#include <algorithm>
#include <map>
#include <set>

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
        // Counts the last line's line feed even where it is missing: an editor may have removed it.
        standing.m_lines.push_back(
            {static_cast<quint32>(line.size() + 1), crc32c("\n", crc32c(line)), at, ended, false});
        return true;
    });
    return standing;
}

Result<StandingLines> StandingLines::readRejects(const Fd& own) {
    StandingLines standing;
    standing.m_isOfRejects = true;
    const auto folder = openFolderAt(own, RejectFile::folderName);
    if (!folder)
        return folder.error().code == ErrorCode::NotFound ? Result(standing) : Result<StandingLines>(folder.error());
    RejectFile file;
    PORTOLAN_TRY(file.refresh(*folder));
    for (const RejectFile::Mark& mark : file.marks())
        standing.m_lines.push_back({mark.length, mark.checksum, 0, true, false});
    return standing;
}

std::optional<qint64> StandingLines::numberOf(const Line& line) const {
    return line.ended && !m_isOfRejects ? parsed(line).number : std::nullopt;
}

/// Returns true when none of the stored lines is there to the byte, nor with a carriage return that an editor put at
/// its end, and they or the file's are several.
bool StandingLines::isReplaced(std::span<const StoredLine* const> lines) const {
    if (m_isOfRejects || (lines.size() < 2 && m_lines.size() < 2))
        return false;
    std::set<std::pair<quint32, quint32>> stored;
    for (const StoredLine* const line : lines)
        stored.emplace(line->length, line->checksum);
    return std::ranges::none_of(m_lines, [&](const Line& line) {
        const QByteArrayView text = QByteArrayView(m_bytes).sliced(line.at, line.length - 1);
        return line.used
               || (text.endsWith('\r') && stored.contains({line.length - 1, crc32c("\n", crc32c(text.chopped(1)))}));
    });
}

std::vector<StandingLines::Found> StandingLines::find(std::span<const StoredLine* const> lines, Likeness likeness) {
    std::vector<Found> all(lines.size());
    const auto take = [this](Line& line) {
        line.used = true;
        return Found{line.ended ? Fate::Same : Fate::Changed, static_cast<std::size_t>(&line - m_lines.data())};
    };
    // Looks first in the order of the file, which is that of nearly all.
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
    const bool mayBeChanged = likeness == Likeness::Number && !isReplaced(lines);
    for (const auto& [checksum, line] : byChecksum) {
        if (const auto number = mayBeChanged ? numberOf(*line) : std::nullopt)
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

/// Looks for equal bytes first, and before others for the lines not known to be gone, so that a lost line does not take
/// the place of one. The rest waits until all segments were compared: only then is a line of its number a changed one.
Result<void> LineComparison::compareFile(std::size_t segment, qint64 batch, std::span<const StoredLine> lines,
                                         std::span<const std::size_t> indexes, const Visit& visit) {
    auto known = m_standing.find(batch);
    if (known == m_standing.end()) {
        auto read = batch > 0 ? StandingLines::read(m_messages, batch) : StandingLines::readRejects(m_own);
        PORTOLAN_TRY(read);
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
        const auto found = known->second.find(stored, StandingLines::Likeness::Byte);
        const bool mayBeChanged = !isGone && m_likeness == StandingLines::Likeness::Number;
        for (std::size_t i = 0; i < asked.size(); ++i) {
            if (mayBeChanged && found[i].fate == StandingLines::Fate::Gone)
                m_waiting[batch].push_back({segment, asked[i], lines[asked[i]]});
            else
                visit(Line{segment, asked[i], lines[asked[i]], found[i].fate});
        }
    }
    return {};
}

void LineComparison::settle(qint64 batch, const Visit& visit) {
    const auto waiting = m_waiting.extract(batch);
    const auto standing = m_standing.find(batch);
    if (!waiting || standing == m_standing.end())
        return;
    std::vector<const StoredLine*> stored;
    for (const Waiting& each : waiting.mapped())
        stored.push_back(&each.line);
    const auto found = standing->second.find(stored, StandingLines::Likeness::Number);
    for (std::size_t i = 0; i < found.size(); ++i) {
        const Waiting& each = waiting.mapped()[i];
        visit(Line{each.segment, each.index, each.line, found[i].fate});
    }
}

void LineComparison::finish(const Visit& visit) {
    while (!m_waiting.empty())
        settle(m_waiting.begin()->first, visit);
}

Result<void> LineComparison::compare(std::size_t segment, const BatchFilter& isAsked, const Visit& visit) {
    const auto lines = m_book.linesOf(m_own, segment);
    if (!lines && (lines.error().code == ErrorCode::Corrupt || lines.error().code == ErrorCode::NotFound)) {
        qCWarning(lostLog).noquote() << lines.error().text;
        return {};
    }
    PORTOLAN_TRY(lines);
    std::map<qint64, std::vector<std::size_t>> byBatch;
    for (std::size_t i = 0; i < lines->size(); ++i) {
        const qint64 batch = (*lines)[i].batch;
        const bool isComparable = batch > 0 || (*lines)[i].length > 0;
        if (isComparable && isAsked(batch))
            byBatch[batch].push_back(i);
    }
    for (const auto& [batch, indexes] : byBatch) {
        if (const auto compared = compareFile(segment, batch, *lines, indexes, visit); !compared)
            return compared;
        if (isNeededBefore(batch, segment))
            continue;
        settle(batch, visit);
        m_standing.erase(batch);
    }
    return {};
}

} // namespace portolan
