#include "storage/messages/files/checks/filescan.h"

#include "storage/messages/batchname.h"
#include "storage/messages/files/archivedfiles.h"
#include "storage/messages/files/checks/numberset.h"
#include "storage/messages/files/lines/batchline.h"

#include <algorithm>
#include <chrono>
#include <map>

namespace portolan {

namespace {

constexpr int batchesAPage = 500;
constexpr auto clockTolerance = std::chrono::minutes(5);

/// Calls visit(batch, last) for each batch in order; `last`: it is the newest.
template <class Visit>
Result<void> forEachBatch(RowSource<Batch>& batches, const CancelToken& token, Visit visit) {
    ListQuery query;
    query.limit = batchesAPage;
    for (bool last = false; !last;) {
        const auto page = batches.page(query, token);
        PORTOLAN_TRY(page);
        last = page->last;
        query.after = page->next;
        for (const Batch& batch : page->rows) {
            if (token.stop_requested())
                return cancelled();
            if (const Result<void> visited = visit(batch, last && &batch == &page->rows.back()); !visited)
                return visited;
        }
    }
    return {};
}

/// Finds the size that most full batches have, `usual` where there are too few: one alone proves nothing.
Result<qint64> usualSizeOf(RowSource<Batch>& batches, qint64 usual, const CancelToken& token) {
    std::map<qint64, qint64> files; // by their messages; few sizes, whatever the number of files
    const Result<void> read = forEachBatch(batches, token, [&](const Batch& batch, bool last) -> Result<void> {
        if (!last)
            ++files[batch.messageCount];
        return {};
    });
    PORTOLAN_TRY(read);
    // Of two that are as many the larger one: what it holds is no batch that is too large.
    const auto most =
        std::ranges::max_element(files, {}, [](const auto& size) { return std::pair(size.second, size.first); });
    return most != files.end() && most->second > 1 ? most->first : usual;
}

QByteArray lineId(qint64 batch, qint64 line) {
    return MessageId{batch, line}.toText();
}

QByteArray rangeText(qint64 first, qint64 last) {
    return first == last ? QByteArray::number(first) : QByteArray::number(first) + '-' + QByteArray::number(last);
}

class Scanner {
public:
    Scanner(FileScan& scan, Timestamp latest) : m_scan(scan), m_latest(latest) {}

    void take(qint64 batch, QByteArrayView bytes, bool last) {
        qint64 lines = 0;
        forEachLine(bytes, [&](qsizetype at, QByteArrayView line, bool ended) {
            ++lines;
            takeLine(batch, lines, parseBatchLine(line, at == 0), ended);
            return true;
        });
        m_scan.lines.emplace_back(batch, lines);
        if (lines > m_scan.batchSize)
            m_scan.of(FileDamage::OverSize).add(QByteArray::number(batch));
        else if (lines < m_scan.batchSize && !last)
            m_scan.of(FileDamage::NotFull).add(QByteArray::number(batch));
        if (m_before && batch > *m_before + 1)
            m_batchGaps.emplace_back(*m_before + 1, batch - 1);
        m_before = batch;
    }

    void end(const ArchivedFiles& archived) {
        for (const auto& [from, until] : m_batchGaps) {
            for (const auto& [first, last] : archived.otherThan(from, until))
                m_scan.of(FileDamage::BatchGap)
                    .add(rangeText(first, last), QByteArray::number(from - 1), last - first + 1);
        }
        for (const ArchivedRecord& record : archived.records()) {
            for (const auto& [first, last] : record.numbers) {
                for (qint64 number = first; number < last; ++number)
                    m_numbers.add(number);
                m_numbers.add(last);
            }
        }
        DamageTally& gaps = m_scan.of(FileDamage::NumberGap);
        const NumberSet::Missing missing = m_numbers.missing(filteredRows);
        for (const NumberSet::Run& gap : missing.first)
            gaps.add(rangeText(gap.first, gap.last), QByteArray::number(gap.first - 1));
        gaps.places = static_cast<qint64>(missing.gaps);
        gaps.amount = missing.numbers;
        m_scan.numbersKnown = !m_numbers.isFull();
    }

private:
    void takeLine(qint64 batch, qint64 at, const BatchLine& line, bool ended) {
        if (!ended)
            m_scan.of(FileDamage::TornLine).add(lineId(batch, at));
        else if (!line.number)
            m_scan.of(FileDamage::NoMessage).add(lineId(batch, at));
        if (line.number && !m_numbers.add(*line.number))
            m_scan.of(FileDamage::NumberTwice).add(QByteArray::number(*line.number));
        if (line.timestamp && *line.timestamp > m_latest)
            m_scan.of(FileDamage::Future).add(lineId(batch, at));
    }

    FileScan& m_scan;
    Timestamp m_latest;
    NumberSet m_numbers;
    std::optional<qint64> m_before; ///< the batch before
    LineBook::Runs m_batchGaps;
};

} // namespace

void DamageTally::add(const QByteArray& row, const QByteArray& key, qint64 stands) {
    ++places;
    amount += stands;
    if (std::ssize(rows) >= filteredRows)
        return;
    rows.push_back(row);
    if (std::ranges::find(keys, key) == keys.end())
        keys.push_back(key);
}

Result<FileScan> scanFiles(const Fd& messages, const QString& own, RowSource<Batch>& batches, qint64 usualSize,
                           const CancelToken& token) {
    const Result<qint64> size = usualSizeOf(batches, usualSize, token);
    PORTOLAN_TRY(size);
    FileScan scan;
    scan.batchSize = *size;
    Scanner scanner(scan, currentTime() + clockTolerance);
    QByteArray buffer;
    const Result<void> read = forEachBatch(batches, token, [&](const Batch& batch, bool last) -> Result<void> {
        const QByteArray name = batchFileName(batch.id);
        Result<void> got = readAt(messages, name, buffer);
        // A line that is being written has no end yet.
        if (got && last && !buffer.isEmpty() && !buffer.endsWith('\n'))
            got = readAt(messages, name, buffer);
        if (!got) // deleted meanwhile: the list of files tells
            return got.error().code == ErrorCode::NotFound ? Result<void>() : got;
        scanner.take(batch.id, buffer, last);
        return {};
    });
    PORTOLAN_TRY(read);
    const auto archived = ArchivedFiles::read(own);
    PORTOLAN_TRY(archived);
    scanner.end(*archived);
    return scan;
}

} // namespace portolan
