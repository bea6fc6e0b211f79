#pragma once

#include "storage/base/result.h"

#include <QByteArrayView>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

struct redisReader;

namespace portolan {

/// A reply of a Redis server. A tree kept flat – its nodes in the order in which they were sent, all text in one
/// buffer –, because a reply of 1,000 stream entries has 5,000 nodes, and an allocation for each would cost more than
/// reading them.
class RedisReply {
public:
    enum class Type : quint8 { Nil, Status, Error, Integer, Text, Array };

private:
    struct Cell {
        Type type = Type::Nil;
        std::size_t end = 0;  ///< the cell after this one and all its elements
        std::size_t text = 0; ///< where its text begins in m_text
        qint64 number = 0;    ///< Integer: its value; Array: elements; Text, Status, Error: bytes
    };

public:
    /// A node of the tree; borrowed, valid while the reply stays where it is.
    class Node {
    public:
        [[nodiscard]] Type type() const { return cell().type; }
        [[nodiscard]] bool isNil() const { return type() == Type::Nil; }
        [[nodiscard]] bool isError() const { return type() == Type::Error; }
        [[nodiscard]] bool isArray() const { return type() == Type::Array; }
        /// Of an Integer; 0 of anything else.
        [[nodiscard]] qint64 integer() const { return type() == Type::Integer ? cell().number : 0; }
        /// Returns the bytes of all texts of its reply.
        [[nodiscard]] qsizetype replyBytes() const { return static_cast<qsizetype>(m_reply->m_text.size()); }
        /// Of a Text, Status or Error; empty of anything else.
        [[nodiscard]] QByteArrayView text() const;
        /// Elements of an Array; 0 of anything else.
        [[nodiscard]] qsizetype size() const { return isArray() ? static_cast<qsizetype>(cell().number) : 0; }
        /// Only below size(). Costs as many steps as there are elements before it.
        [[nodiscard]] Node operator[](qsizetype index) const;

        /// The elements of an Array, in order.
        class Iterator {
        public:
            Iterator(const RedisReply* reply, std::size_t index) : m_reply(reply), m_index(index) {}
            Node operator*() const { return {m_reply, m_index}; }
            Iterator& operator++() {
                m_index = m_reply->m_cells[m_index].end;
                return *this;
            }
            friend bool operator==(const Iterator&, const Iterator&) = default;

        private:
            const RedisReply* m_reply;
            std::size_t m_index;
        };
        [[nodiscard]] Iterator begin() const { return {m_reply, isArray() ? m_index + 1 : cell().end}; }
        [[nodiscard]] Iterator end() const { return {m_reply, cell().end}; }

    private:
        friend class RedisReply;
        Node(const RedisReply* reply, std::size_t index) : m_reply(reply), m_index(index) {}
        [[nodiscard]] const Cell& cell() const { return m_reply->m_cells[m_index]; }

        const RedisReply* m_reply;
        std::size_t m_index;
    };

    [[nodiscard]] Node root() const { return {this, 0}; }

private:
    friend class RedisReplyReader;
    std::vector<Cell> m_cells;
    std::string m_text;
};

/// Makes replies of the bytes a server sends, with hiredis' reader as the parser. One thread.
class RedisReplyReader {
public:
    RedisReplyReader();
    ~RedisReplyReader();
    RedisReplyReader(const RedisReplyReader&) = delete;
    RedisReplyReader& operator=(const RedisReplyReader&) = delete;

    /// Bytes that came, once next() has brought nothing; they are borrowed until it brings nothing again.
    void feed(QByteArrayView bytes);
    /// The next whole reply, or nothing while it is not there yet. Error Connection: these bytes are not the Redis
    /// protocol (details: the parser's words); the reader is of no use any more.
    [[nodiscard]] Result<std::optional<RedisReply>> next();
    /// Takes a reply's memory back for those to come, unless it is much.
    void reuse(RedisReply&& spent);

private:
    struct Callbacks;
    struct Free {
        void operator()(redisReader* reader) const;
    };
    std::unique_ptr<redisReader, Free> m_reader;
    std::unique_ptr<RedisReply> m_growing; ///< what the parser has built so far
    RedisReply m_spare;                    ///< empty, with memory
    QByteArrayView m_fed;                  ///< what the parser has not been given yet
};

} // namespace portolan
