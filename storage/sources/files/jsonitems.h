#pragma once

#include <QByteArray>
#include <QByteArrayView>
#include <optional>

namespace portolan {

/// Parts a JSON list that comes in pieces into its items, whatever line breaks are between and in them. One thread.
class JsonItems {
public:
    struct Item {
        qint64 line = 0; ///< on which it begins, from 1
        QByteArray raw;
    };

    void add(QByteArrayView bytes) { m_bytes.append(bytes); }
    /// Nothing: more has to be added first, or the list is at its end, or in trouble.
    [[nodiscard]] std::optional<Item> next();
    /// The bracket that closes the list has come.
    [[nodiscard]] bool isClosed() const { return m_state == State::Closed; }
    /// Something stands where no item can.
    [[nodiscard]] bool isBroken() const { return m_state == State::Broken; }
    [[nodiscard]] qsizetype pendingBytes() const { return m_bytes.size() - m_at; }
    [[nodiscard]] qint64 line() const { return m_line; }

private:
    enum class State { Before, Between, Item, Closed, Broken };
    [[nodiscard]] std::optional<Item> endItem(qsizetype end);
    void forgetRead();

    QByteArray m_bytes;
    qsizetype m_at = 0;      ///< where what is not read yet begins: an item, while one is read
    qsizetype m_scanned = 0; ///< of an item: bytes that were looked at
    State m_state = State::Before;
    qsizetype m_depth = 0;
    bool m_isInText = false;
    bool m_isEscaped = false;
    bool m_isFirst = true; ///< no item came yet
    bool m_hasComma = false;
    qint64 m_line = 1;
};

} // namespace portolan
