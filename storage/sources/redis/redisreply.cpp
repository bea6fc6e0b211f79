#include "storage/sources/redis/redisreply.h"

#include <algorithm>
#include <hiredis/read.h>
#include <new>

namespace portolan {

namespace {

/// The free buffer that hiredis keeps between replies; without a bound of our own it frees and grows again for every
/// reply over 16 KiB.
constexpr std::size_t keptBuffer = 1024 * 1024;

/// hiredis moves what is left of its buffer to the front after every KiB it has parsed: with many small replies in a
/// large buffer that costs more than parsing them.
constexpr qsizetype portion = 4 * 1024;

// The part of a reply's memory that is kept: one of 1,000 entries of a stream would else have 100 new pages from the
// system.
constexpr std::size_t keptNodes = 16 * 1024;
constexpr std::size_t keptText = 1024 * 1024; ///< bytes

RedisReply::Type textType(int type) {
    if (type == REDIS_REPLY_ERROR)
        return RedisReply::Type::Error;
    return type == REDIS_REPLY_STATUS ? RedisReply::Type::Status : RedisReply::Type::Text;
}

} // namespace

/// hiredis hands over each node as it is parsed, parents first. It wants a pointer back only to tell failure from
/// success, so any that is not null does. No exception may pass through its C code: no memory is its null.
struct RedisReplyReader::Callbacks {
    static RedisReply& growing(const redisReadTask* task) { return *static_cast<RedisReply*>(task->privdata); }

    static void* add(const redisReadTask* task, RedisReply::Cell cell) noexcept {
        RedisReply& reply = growing(task);
        try {
            reply.m_cells.push_back(cell);
        } catch (const std::bad_alloc&) {
            return nullptr;
        }
        return &reply;
    }
    static void* string(const redisReadTask* task, char* text, std::size_t size) noexcept {
        RedisReply& reply = growing(task);
        const auto at = reply.m_text.size();
        try {
            reply.m_text.append(text, size);
        } catch (const std::bad_alloc&) {
            return nullptr;
        }
        return add(task, {textType(task->type), 0, at, static_cast<qint64>(size)});
    }
    static void* array(const redisReadTask* task, int elements) noexcept {
        return add(task, {RedisReply::Type::Array, 0, 0, elements});
    }
    static void* integer(const redisReadTask* task, long long value) noexcept {
        return add(task, {RedisReply::Type::Integer, 0, 0, value});
    }
    static void* nil(const redisReadTask* task) noexcept { return add(task, {RedisReply::Type::Nil, 0, 0, 0}); }
    static void free(void*) noexcept {}

    static redisReplyObjectFunctions table;

    /// Sets every cell's end, from the back: children come after their parent, so that theirs are known before its own.
    static void close(RedisReply& reply) {
        auto& cells = reply.m_cells;
        for (std::size_t i = cells.size(); i-- > 0;) {
            std::size_t end = i + 1;
            if (cells[i].type == RedisReply::Type::Array) {
                for (qint64 n = 0; n < cells[i].number; ++n)
                    end = cells[end].end;
            }
            cells[i].end = end;
        }
    }
};

redisReplyObjectFunctions RedisReplyReader::Callbacks::table{&Callbacks::string, &Callbacks::array, &Callbacks::integer,
                                                             &Callbacks::nil, &Callbacks::free};

QByteArrayView RedisReply::Node::text() const {
    const Cell& at = cell();
    if (at.type != Type::Text && at.type != Type::Status && at.type != Type::Error)
        return {};
    return {m_reply->m_text.data() + at.text, static_cast<qsizetype>(at.number)};
}

RedisReply::Node RedisReply::Node::operator[](qsizetype index) const {
    Iterator at = begin();
    for (; index > 0; --index)
        ++at;
    return *at;
}

void RedisReplyReader::Free::operator()(redisReader* reader) const {
    redisReaderFree(reader);
}

RedisReplyReader::RedisReplyReader()
    : m_reader(redisReaderCreateWithFunctions(&Callbacks::table))
    , m_growing(std::make_unique<RedisReply>()) {
    if (!m_reader)
        throw std::bad_alloc();
    m_reader->maxbuf = keptBuffer;
    m_reader->privdata = m_growing.get();
}

RedisReplyReader::~RedisReplyReader() = default;

void RedisReplyReader::feed(QByteArrayView bytes) {
    Q_ASSERT(m_fed.isEmpty());
    m_fed = bytes;
}

Result<std::optional<RedisReply>> RedisReplyReader::next() {
    while (true) {
        void* whole = nullptr;
        if (redisReaderGetReply(m_reader.get(), &whole) != REDIS_OK) {
            return Error{ErrorCode::Connection, QStringLiteral("The answer is not in the Redis protocol."),
                         QString::fromUtf8(m_reader->errstr)};
        }
        if (whole) {
            Callbacks::close(*m_growing);
            return std::optional(std::exchange(*m_growing, std::exchange(m_spare, RedisReply())));
        }
        if (m_fed.isEmpty())
            return std::optional<RedisReply>();
        const QByteArrayView some = m_fed.first(std::min(m_fed.size(), portion));
        m_fed = m_fed.sliced(some.size());
        // Its failure (no memory) is remembered by the reader and reported with the next reply.
        redisReaderFeed(m_reader.get(), some.data(), static_cast<std::size_t>(some.size()));
    }
}

void RedisReplyReader::reuse(RedisReply&& spent) {
    if (spent.m_cells.capacity() > keptNodes || spent.m_text.capacity() > keptText
        || spent.m_cells.capacity() < m_spare.m_cells.capacity())
        return;
    spent.m_cells.clear();
    spent.m_text.clear();
    std::swap(m_spare.m_cells, spent.m_cells);
    m_spare.m_text.swap(spent.m_text);
}

} // namespace portolan
