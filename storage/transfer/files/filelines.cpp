#include "storage/transfer/files/filelines.h"

#include "storage/messages/batchname.h"
#include "storage/messages/files/lines/batchline.h"
#include "storage/messages/files/lines/lostlines.h"

#include <algorithm>
#include <bit>
#include <list>

namespace portolan {

namespace {

using Kind = ContentCell::Kind;

constexpr int batchesAtOnce = 500;
constexpr std::size_t segmentsInMind = 4;

qint64 bitsOf(quint64 number) {
    return std::bit_cast<qint64>(number);
}

/// The lines that the book has of batch files. It decodes a segment for all of its files at once.
class KnownLines {
public:
    KnownLines(const LineBook& book, const StorePlaces& places) : m_book(book) {
        if (auto own = openFolder(places.own))
            m_own = std::move(*own);
    }

    /// Returns the lines of a batch that are not known to be gone. A segment that its writer replaced meanwhile has
    /// none.
    Result<std::vector<StoredLine>> of(qint64 batch) {
        std::vector<StoredLine> lines;
        for (std::size_t i = 0; i < m_book.count() && m_own.isOpen(); ++i) {
            const LineBook::Runs& runs = m_book.batchesOf(i);
            const auto after = std::ranges::upper_bound(runs, batch, {}, [](const auto& run) { return run.first; });
            if (after == runs.begin() || std::prev(after)->second < batch)
                continue;
            const auto segment = linesOf(i);
            PORTOLAN_TRY(segment);
            for (const StoredLine& line : **segment) {
                if (line.batch == batch && line.gap == 0)
                    lines.push_back(line);
            }
        }
        return lines;
    }

private:
    using Lines = std::vector<StoredLine>;

    Result<const Lines*> linesOf(std::size_t segment) {
        const auto known = std::ranges::find(m_recent, segment, &std::pair<std::size_t, Lines>::first);
        if (known != m_recent.end()) {
            m_recent.splice(m_recent.begin(), m_recent, known);
            return &m_recent.front().second;
        }
        auto lines = m_book.linesOf(m_own, segment);
        const bool isGone =
            !lines && (lines.error().code == ErrorCode::NotFound || lines.error().code == ErrorCode::Corrupt);
        if (!lines && !isGone)
            return lines.error();
        if (m_recent.size() >= segmentsInMind)
            m_recent.pop_back();
        m_recent.emplace_front(segment, lines ? std::move(*lines) : Lines());
        return &m_recent.front().second;
    }

    const LineBook& m_book;
    Fd m_own;
    std::list<std::pair<std::size_t, Lines>> m_recent; ///< the one asked last comes first
};

/// One batch file after the other, each whole in memory.
class LineStream final : public RowStream {
public:
    LineStream(RowSource<Batch>& batches, Fd messages, const StorePlaces& places, const JournalState& state,
               CancelToken token)
        : m_batches(batches)
        , m_messages(std::move(messages))
        , m_state(state)
        , m_known(state.lines, places)
        , m_token(std::move(token)) {
        m_query.limit = batchesAtOnce;
    }

    Result<bool> next() override {
        while (m_at == m_lines.size()) {
            const Result<bool> more = readBatch();
            if (!more || !*more)
                return more;
        }
        fill(m_lines[m_at++]);
        return true;
    }
    const ContentRow& row() const override { return m_row; }

private:
    struct Line {
        qsizetype offset = 0;
        qsizetype length = 0; ///< with its line feed, if it has one
    };

    /// Moves to the next batch; false: there is none.
    Result<bool> readBatch() {
        while (m_next == m_page.rows.size()) {
            if (m_page.last)
                return false;
            m_query.after = m_page.next;
            auto page = m_batches.page(m_query, m_token);
            PORTOLAN_TRY(page);
            m_page = std::move(*page);
            m_next = 0;
        }
        if (m_token.stop_requested())
            return cancelled();
        m_batch = m_page.rows[m_next++].id;
        m_lines.clear();
        m_at = 0;
        const auto read = readAt(m_messages, batchFileName(m_batch), m_bytes);
        if (!read && read.error().code != ErrorCode::NotFound)
            return read.error();
        if (!read)
            m_bytes.clear(); // it went meanwhile
        forEachLine(m_bytes, [&](qsizetype offset, QByteArrayView line, bool isEnded) {
            m_lines.push_back({offset, line.size() + (isEnded ? 1 : 0)});
            return true;
        });
        auto stored = m_known.of(m_batch);
        PORTOLAN_TRY(stored);
        m_stored = std::move(*stored);
        std::vector<const StoredLine*> asked;
        for (const StoredLine& line : m_stored)
            asked.push_back(&line);
        m_storedAs.assign(m_lines.size(), nullptr);
        const auto found = StandingLines::in(m_bytes).find(asked, StandingLines::Likeness::Number);
        for (std::size_t i = 0; i < found.size(); ++i) {
            if (found[i].fate != StandingLines::Fate::Gone)
                m_storedAs[found[i].row] = asked[i];
        }
        return true;
    }

    void fill(const Line& line) {
        m_row.assign(BatchMessage::Cells, {});
        const QByteArrayView bytes = QByteArrayView(m_bytes).sliced(line.offset, line.length);
        m_row[BatchMessage::Batch].setInteger(m_batch);
        m_row[BatchMessage::Row].setInteger(static_cast<qint64>(m_at));
        m_row[BatchMessage::Line].setBytes(Kind::Bytes, bytes);
        m_row[BatchMessage::IsEscaped].setInteger(m_state.escapes.holds(m_batch, line.offset, bytes) ? 1 : 0);
        const StoredLine* const stored = m_storedAs[m_at - 1];
        if (!stored)
            return;
        if (!stored->metadata.isEmpty())
            m_row[BatchMessage::Metadata].setBytes(Kind::Json, stored->metadata);
        if (!stored->keyed)
            return;
        m_row[BatchMessage::Source].setBytes(Kind::Text, stored->source);
        m_row[BatchMessage::Major].setInteger(bitsOf(stored->key.major));
        m_row[BatchMessage::Minor].setInteger(bitsOf(stored->key.minor));
        m_row[BatchMessage::Hash].setInteger(bitsOf(stored->hash));
    }

    RowSource<Batch>& m_batches;
    Fd m_messages;
    const JournalState& m_state;
    KnownLines m_known;
    CancelToken m_token;
    ListQuery m_query;
    Page<Batch> m_page;
    std::size_t m_next = 0; ///< of the page
    qint64 m_batch = 0;
    QByteArray m_bytes; ///< of the batch
    std::vector<Line> m_lines;
    std::vector<StoredLine> m_stored;
    std::vector<const StoredLine*> m_storedAs; ///< by line; null: nobody knows
    std::size_t m_at = 0;                      ///< lines handed over
    ContentRow m_row;
};

} // namespace

Result<std::unique_ptr<RowStream>> readFileLines(RowSource<Batch>& batches, const StorePlaces& places,
                                                 const JournalState& state, const CancelToken& token) {
    auto messages = openFolder(places.messages);
    PORTOLAN_TRY(messages);
    return std::unique_ptr<RowStream>(
        std::make_unique<LineStream>(batches, std::move(*messages), places, state, token));
}

} // namespace portolan
