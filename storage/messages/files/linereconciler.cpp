#include "storage/messages/files/linereconciler.h"

#include <QLoggingCategory>
#include <algorithm>

namespace portolan {

namespace {

Q_LOGGING_CATEGORY(linesLog, "portolan.batchfile.lines.lost")

bool isGone(const LineComparison::Line& compared) {
    return compared.fate == StandingLines::Fate::Gone;
}

} // namespace

bool LineReconciler::isAsked(std::size_t segment) const {
    return std::ranges::any_of(m_state.lines.batchesOf(segment), [&](const auto& run) {
        const auto first = std::ranges::lower_bound(m_batches, run.first);
        return first != m_batches.end() && *first <= run.second;
    });
}

Result<void> LineReconciler::compareAll(Journal::Reconciled& result) {
    LineComparison comparison(m_folders.own, m_folders.messages, m_state.lines, m_likeness);
    const auto isBatchAsked = [&](qint64 batch) { return std::ranges::binary_search(m_batches, batch); };
    const auto visit = [&](const LineComparison::Line& compared) {
        const bool wasGone = compared.line.gap != 0;
        if (!isGone(compared))
            ++result.standing[compared.line.batch];
        if (isGone(compared) != wasGone)
            (wasGone ? m_returned : m_lost).push_back({compared.segment, compared.index, compared.line});
    };
    for (std::size_t i = m_state.lines.count(); i-- > 0;) {
        if (const auto looked = isAsked(i) ? comparison.compare(i, isBatchAsked, visit) : Result<void>(); !looked)
            return looked;
    }
    comparison.finish(visit);
    PORTOLAN_TRY(leaveArchived());
    noteLostKeys();
    return {};
}

/// Leaves the lines out whose files a run of retention took away before they were looked for: it had written its record
/// by then.
Result<void> LineReconciler::leaveArchived() {
    std::map<qint64, bool> archived;
    for (const Found& found : m_lost) {
        const auto [at, isNew] = archived.try_emplace(found.line.batch);
        if (!isNew || found.line.batch == 0)
            continue;
        const auto was = m_wasArchived(found.line.batch);
        PORTOLAN_TRY(was);
        at->second = *was;
    }
    std::erase_if(m_lost, [&](const Found& found) { return archived.at(found.line.batch); });
    return {};
}

/// Notes the keys of lost lines, and those of lost rejects under which nothing else was stored.
void LineReconciler::noteLostKeys() {
    std::multiset<SourceKey> lost;
    std::vector<SourceKey> ofRejects;
    for (const Found& found : m_lost) {
        if (!found.line.keyed)
            continue;
        lost.insert(found.line.sourceKey());
        if (found.line.batch > 0)
            m_lostKeys.insert(found.line.sourceKey());
        else
            ofRejects.push_back(found.line.sourceKey());
    }
    std::ranges::sort(ofRejects);
    const auto twice = std::unique(ofRejects.begin(), ofRejects.end());
    ofRejects.erase(twice, ofRejects.end());
    const LineBook::Hashes stored = m_state.lines.hashesOf(m_folders.own, ofRejects);
    for (const SourceKey& key : ofRejects) {
        if (stored.count(key) <= lost.count(key))
            m_lostKeys.insert(key);
    }
}

/// Returns true for a reject that came back and was rejected once more meanwhile.
bool LineReconciler::standsTwice(const StoredLine& line) {
    const SourceKey key = line.sourceKey();
    const auto hashes = m_state.lines.hashesOf(m_folders.own, std::span(&key, 1));
    return std::ranges::any_of(hashes, [&](const auto& stored) { return stored.second == line.hash; });
}

/// Looks for other lines of the lost keys that came back earlier, in files that this comparison leaves out.
Result<void> LineReconciler::lookForOthers() {
    LineComparison comparison(m_folders.own, m_folders.messages, m_state.lines, m_likeness);
    for (std::size_t i = m_state.lines.count(); i-- > 0 && !m_lostKeys.empty();) {
        if (!m_state.lines.hasGone(i))
            continue;
        const auto lines = m_state.lines.linesOf(m_folders.own, i);
        if (!lines)
            continue; // damaged, as reported before
        std::set<qint64> batches;
        for (const StoredLine& line : *lines) {
            if (line.gap != 0 && line.keyed && m_lostKeys.contains(line.sourceKey())
                && !std::ranges::binary_search(m_batches, line.batch))
                batches.insert(line.batch);
        }
        const auto compared = comparison.compare(
            i, [&](qint64 batch) { return batches.contains(batch); },
            [&](const LineComparison::Line& other) {
                if (other.line.gap != 0 && !isGone(other))
                    m_returned.push_back({other.segment, other.index, other.line});
            });
        if (!compared)
            return compared;
    }
    return {};
}

void LineReconciler::takeBack() {
    std::map<qint64, qint64> filled; // messages, by gap
    for (const Found& found : m_returned) {
        const SourceKey key = found.line.sourceKey();
        if (found.line.keyed && m_lostKeys.erase(key) == 0) {
            const bool isKnown = !m_state.keys.insert(key);
            if (isKnown && (found.line.batch > 0 || standsTwice(found.line)))
                continue; // stored again meanwhile: it is there twice
            if (const auto gone = m_state.gone.extract(key))
                ++filled[gone.mapped()];
        } else if (!found.line.keyed) {
            ++filled[found.line.gap];
        }
        m_gaps[found.segment][found.index] = 0;
    }
    GapChanges changes;
    for (const auto& [gap, messages] : filled) {
        if (auto edit = m_state.gaps.filledBy(gap, messages, currentTime()))
            changes.edits.push_back(std::move(*edit));
    }
    m_state.gaps.apply(changes);
}

/// Returns true when nothing else is there in place of the line.
bool LineReconciler::isMissed(const StoredLine& line) const {
    return !line.keyed || line.batch == 0 || m_lostKeys.contains(line.sourceKey());
}

void LineReconciler::tellOfLost(Journal::Reconciled& result) {
    std::map<QByteArray, std::vector<const StoredLine*>> bySource;
    std::set<qint64> files;
    std::ranges::sort(m_lost, {}, [](const Found& found) { return std::pair(found.line.batch, found.line.number); });
    for (const Found& found : m_lost) {
        if (!isMissed(found.line))
            continue;
        bySource[found.line.source].push_back(&found.line);
        files.insert(found.line.batch);
        ++result.lost;
    }
    std::map<QByteArray, qint64> gaps;
    for (const auto& [source, lines] : bySource)
        gaps[source] = m_state.gaps.addLost(source, lines);
    result.gaps = std::ssize(gaps);
    for (const Found& found : m_lost) {
        const bool isToTell = isMissed(found.line);
        m_gaps[found.segment][found.index] = isToTell ? gaps[found.line.source] : StoredLine::noGap;
        if (isToTell && found.line.keyed && found.line.batch == 0)
            m_state.gone[found.line.sourceKey()] = gaps[found.line.source];
    }
    std::map<QByteArray, std::vector<KeyPair>> keys;
    for (const SourceKey& key : m_lostKeys) {
        keys[key.source].push_back(KeyPair{key.major, key.minor});
        m_state.gone[key] = gaps[key.source];
    }
    for (const auto& [source, lost] : keys)
        m_state.keys.erase(source, lost);
    if (result.lost > 0)
        qCWarning(linesLog).noquote() << QStringLiteral(
                                             "%1 stored lines are gone from %2 files, the first of them %3. They are "
                                             "listed as gaps; what is delivered again is stored again.")
                                             .arg(result.lost)
                                             .arg(files.size())
                                             .arg(QString::fromLatin1(GapState::fileNameOf(*files.begin())));
}

Result<void> LineReconciler::writeGaps() {
    for (const auto& [segment, gaps] : m_gaps) {
        auto lines = m_state.lines.linesOf(m_folders.own, segment);
        PORTOLAN_TRY(lines);
        for (const auto& [index, gap] : gaps)
            (*lines)[index].gap = gap;
        m_state.lines.replace(segment, *lines);
    }
    return {};
}

Result<Journal::Reconciled> LineReconciler::run() {
    Journal::Reconciled result;
    if (m_batches.empty())
        return result;
    PORTOLAN_TRY(compareAll(result));
    PORTOLAN_TRY(lookForOthers());
    takeBack();
    tellOfLost(result);
    result.changed = !m_gaps.empty();
    const auto written = writeGaps();
    return written ? Result(result) : written.error();
}

} // namespace portolan
