#include "storage/messages/files/messagerows.h"

#include "storage/base/thread.h"
#include "storage/messages/batchname.h"
#include "storage/messages/files/lines/batchline.h"
#include "storage/messages/files/orderedrows.h"

#include <algorithm>
#include <atomic>
#include <limits>

namespace portolan {

namespace {

/// The number of files that a filtered walk reads before it looks whether the page is full: few at first, so that
/// frequent matches come at once, more and more while it finds nothing.
constexpr std::size_t firstBlock = 16;
constexpr std::size_t largestBlock = 2048;
constexpr std::size_t worthASecondThread = 64;

struct BatchRange {
    qint64 first = std::numeric_limits<qint64>::min();
    qint64 last = std::numeric_limits<qint64>::max();
    void narrow(const BatchRange& other) {
        first = std::max(first, other.first);
        last = std::min(last, other.last);
    }
};

BatchRange rangeOf(Comparison comparison, qint64 value) {
    switch (comparison) {
    case Comparison::Equal:
        return {value, value};
    case Comparison::Less:
    case Comparison::LessOrEqual:
        return {std::numeric_limits<qint64>::min(), value};
    case Comparison::Greater:
    case Comparison::GreaterOrEqual:
        return {value, std::numeric_limits<qint64>::max()};
    case Comparison::Contains:
    case Comparison::IsSet:
        return {};
    }
    Q_UNREACHABLE();
}

/// Returns the batches that a term lets through; all when it is about another column.
BatchRange rangeOf(const FilterTerm& term) {
    const auto& columns = messageSchema().columns;
    const QByteArray& name = columns[static_cast<std::size_t>(term.field.column)].name;
    if (name == "batch_id") {
        const qint64* const value = std::get_if<qint64>(&term.value.value);
        return value ? rangeOf(term.comparison, *value) : BatchRange();
    }
    const QByteArray* const text = std::get_if<QByteArray>(&term.value.value);
    const auto id =
        name == "id" && text && term.comparison == Comparison::Equal ? MessageId::fromText(*text) : std::nullopt;
    return id ? rangeOf(Comparison::Equal, id->batch) : BatchRange();
}

/// Returns the batches outside of which no message can match.
BatchRange rangeOf(const FilterChild& node) {
    BatchRange range;
    if (!node)
        return range;
    if (const auto* term = std::get_if<FilterTerm>(&node->node))
        return rangeOf(*term);
    if (const auto* all = std::get_if<FilterAnd>(&node->node)) {
        for (const FilterChild& child : all->children)
            range.narrow(rangeOf(child));
    } else if (const auto* any = std::get_if<FilterOr>(&node->node); any && !any->children.empty()) {
        range = {std::numeric_limits<qint64>::max(), std::numeric_limits<qint64>::min()};
        for (const FilterChild& child : any->children) {
            const BatchRange one = rangeOf(child);
            range = {std::min(range.first, one.first), std::max(range.last, one.last)};
        }
    }
    return range;
}

Cursor cursorAt(MessageId id) {
    return Cursor{{Value(id.batch), Value(id.row)}};
}

/// Reads blocks of files on one thread or two; the rows come out in the order of `batches`.
class BlockReader {
public:
    BlockReader(const MessageReader& reader, const CancelToken& token) : m_reader(reader), m_token(token) {}

    Result<void> read(std::span<const qint64> batches, std::vector<std::vector<Message>>& rows) {
        rows.assign(batches.size(), {});
        std::atomic<std::size_t> next = 0;
        const auto work = [&](Result<void>& result) {
            QByteArray buffer;
            for (std::size_t i = next++; i < batches.size() && result; i = next++)
                result = m_token.stop_requested() ? cancelled() : m_reader.read(batches[i], buffer, rows[i]);
        };
        Result<void> here;
        Result<void> there;
        if (batches.size() >= worthASecondThread) {
            const auto second = startThread([&] { work(there); }); // without it the first one reads all
            work(here);
        } else {
            work(here);
        }
        return here ? there : here;
    }

private:
    const MessageReader& m_reader;
    const CancelToken& m_token;
};

} // namespace

void MessageReader::setFilter(const Filter& filter) {
    if (filter.isEmpty())
        return;
    m_matcher.emplace(filter, messageSchema());
    if (const QByteArray needed = neededText(filter, messageSchema(), "content"); !needed.isEmpty())
        m_needed.emplace(needed);
}

Message MessageReader::messageOf(qint64 batch, qint64 row, QByteArrayView bytes, qsizetype offset,
                                 QByteArrayView line) const {
    const BatchLine parsed = parseBatchLine(line, offset == 0);
    Message message;
    message.id = MessageId{batch, row};
    message.batchId = batch;
    message.messageNumber = parsed.number;
    message.timestamp = parsed.timestamp;
    const bool ended = offset + line.size() < bytes.size();
    const bool recorded = parsed.number && ended && parsed.content.contains('\\')
                          && m_escapes.holds(batch, offset, bytes.sliced(offset, line.size() + 1));
    const auto content = recorded ? unescapeContent(parsed.content) : std::nullopt;
    message.content = content ? *content : parsed.content.toByteArray();
    return message;
}

Result<void> MessageReader::read(qint64 batch, QByteArray& buffer, std::vector<Message>& to) const {
    if (const auto read = readAt(m_folder, batchFileName(batch), buffer); !read)
        return read.error().code == ErrorCode::NotFound ? Result<void>() : read;
    const bool escaped = m_escapes.hasAny(batch);
    if (m_needed && !escaped && !m_needed->isIn(buffer))
        return {};
    const std::vector<QByteArray> metadata = m_metadata.of(batch, buffer);
    qint64 row = 0;
    forEachLine(buffer, [&](qsizetype offset, QByteArrayView line, bool) {
        ++row;
        if (m_needed && !escaped && !m_needed->isIn(line))
            return true;
        Message message = messageOf(batch, row, buffer, offset, line);
        if (row <= std::ssize(metadata))
            message.metadata = metadata[static_cast<std::size_t>(row - 1)];
        if (!m_matcher || m_matcher->matches(messageColumns(), message))
            to.push_back(std::move(message));
        return true;
    });
    return {};
}

/// The state of a walk: the entries still to come, as positions in the index.
struct MessageRows::Walk {
    std::size_t first = 0;
    std::size_t end = 0; ///< one past the last
    std::optional<MessageId> after;
    bool down = false;

    [[nodiscard]] bool isAfter(MessageId id) const { return !after || (down ? id < *after : id > *after); }
};

Result<MessageRows::Walk> MessageRows::begin(const ListQuery& query) const {
    if (!query.sort.column.isEmpty() && query.sort.column != "id")
        return Error{ErrorCode::Usage, QStringLiteral("The messages of a file store are sorted by id only.")};
    Walk walk;
    walk.down = query.sort.descending;
    BatchRange range = rangeOf(query.filter.root);
    if (!query.after.atStart()) {
        const auto& keys = query.after.keys;
        const qint64* const batch = std::get_if<qint64>(&keys.front());
        const qint64* const row = keys.size() == 2 ? std::get_if<qint64>(&keys.back()) : nullptr;
        if (!batch || !row)
            return Cursor::foreign();
        walk.after = MessageId{*batch, *row};
        range.narrow(rangeOf(walk.down ? Comparison::LessOrEqual : Comparison::GreaterOrEqual, *batch));
    }
    walk.first = m_index.lowerBound(range.first);
    walk.end = range.last == std::numeric_limits<qint64>::max() ? m_index.entries().size()
                                                                : m_index.lowerBound(range.last + 1);
    walk.end = std::max(walk.first, walk.end);
    return walk;
}

Result<void> MessageRows::walk(const ListQuery& query, const CancelToken& token,
                               const std::function<bool(Message&&)>& visit) {
    auto begun = begin(query);
    PORTOLAN_TRY(begun);
    Walk& walk = *begun;
    MessageReader reader(m_folder, m_journal.book(), m_journal.metadata());
    reader.setFilter(query.filter);
    BlockReader blocks(reader, token);
    const auto entries = m_index.entries();
    std::vector<std::vector<Message>> rows;
    std::vector<qint64> batches;
    std::size_t block = query.filter.isEmpty() ? 1 : firstBlock;
    while (walk.first < walk.end) {
        if (token.stop_requested())
            return cancelled();
        batches.clear();
        while (batches.size() < block && walk.first < walk.end)
            batches.push_back(entries[walk.down ? --walk.end : walk.first++].batch);
        if (const auto loaded = m_journal.loadMetadata(batches); !loaded)
            return loaded;
        if (const auto read = blocks.read(batches, rows); !read)
            return read;
        for (auto& ofFile : rows) {
            if (walk.down)
                std::ranges::reverse(ofFile);
            for (Message& message : ofFile) {
                if (walk.isAfter(message.id) && !visit(std::move(message)))
                    return {};
            }
        }
        if (!query.filter.isEmpty())
            block = std::min(block * 2, largestBlock);
    }
    return {};
}

Result<Page<Message>> MessageRows::page(const ListQuery& query, const CancelToken& token) {
    PORTOLAN_TRY(m_freshen());
    Page<Message> page;
    page.next = query.after;
    page.last = true;
    const auto limit = static_cast<std::size_t>(std::max(1, query.limit));
    const auto walked = walk(query, token, [&](Message&& message) {
        if (page.rows.size() == limit) {
            page.last = false;
            return false;
        }
        page.next = cursorAt(message.id);
        page.rows.push_back(std::move(message));
        return true;
    });
    PORTOLAN_TRY(walked);
    return page;
}

Result<PageIndex> MessageRows::pageIndex(const ListQuery& query, int pages, const CancelToken& token) {
    PORTOLAN_TRY(m_freshen());
    if (query.filter.isEmpty())
        return countedPageIndex(query, pages);
    PageIndex pageIndex;
    pageIndex.next = query.after;
    pageIndex.complete = true;
    const int limit = std::max(1, query.limit);
    const auto walked = walk(query, token, [&](Message&& message) {
        if (pageIndex.counts.empty() || pageIndex.counts.back() == limit) {
            if (pageIndex.counts.size() == static_cast<std::size_t>(std::max(0, pages))) {
                pageIndex.complete = false;
                return false;
            }
            pageIndex.starts.push_back(pageIndex.next);
            pageIndex.counts.push_back(0);
        }
        ++pageIndex.counts.back();
        pageIndex.next = cursorAt(message.id);
        return true;
    });
    PORTOLAN_TRY(walked);
    return pageIndex;
}

/// Makes the page index from the counts in the file index; opens no file.
Result<PageIndex> MessageRows::countedPageIndex(const ListQuery& query, int pages) const {
    const auto begun = begin(query);
    PORTOLAN_TRY(begun);
    const bool down = begun->down;
    const auto entries = m_index.entries();
    const int limit = std::max(1, query.limit);
    PageIndex pageIndex;
    pageIndex.next = query.after;
    for (std::size_t left = begun->end - begun->first, i = 0; i < left; ++i) {
        const FileEntry& entry = entries[down ? begun->end - 1 - i : begun->first + i];
        const bool isCut = begun->after && begun->after->batch == entry.batch;
        // Rows of this file that are still to come: from `at` on, upwards or downwards.
        qint64 at = down ? entry.messageCount : 1;
        if (isCut)
            at = down ? std::min(at, begun->after->row - 1) : begun->after->row + 1;
        qint64 rows = down ? at : entry.messageCount - at + 1;
        while (rows > 0) {
            if (pageIndex.counts.empty() || pageIndex.counts.back() == limit) {
                if (pageIndex.counts.size() == static_cast<std::size_t>(std::max(0, pages)))
                    return pageIndex;
                pageIndex.starts.push_back(pageIndex.next);
                pageIndex.counts.push_back(0);
            }
            const qint64 taken = std::min<qint64>(rows, limit - pageIndex.counts.back());
            pageIndex.counts.back() += static_cast<int>(taken);
            rows -= taken;
            at += down ? -taken : taken;
            pageIndex.next = cursorAt(MessageId{entry.batch, down ? at + 1 : at - 1});
        }
    }
    pageIndex.complete = true;
    return pageIndex;
}

} // namespace portolan
