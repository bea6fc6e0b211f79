#pragma once

#include "storage/deadletters/wordmask.h"

#include <vector>

namespace portolan {

/// Limits of a message, in bytes and in pieces: the rest of a longer one is a single value. They bound the length of a
/// template.
inline constexpr qsizetype longestMessage = 16 * 1024;
inline constexpr std::size_t mostPieces = 128;

/// Cuts a message into pieces, each masked for itself: words, marks, and values that span several of them (URLs, paths,
/// hardware and IPv6 addresses, a quoted word). Any bytes; the pieces borrow them.
class MessageScanner {
public:
    MessageScanner(QByteArrayView message, std::vector<MessagePiece>& pieces);
    void scan();

private:
    void add(MessagePiece piece);
    void addMark(qsizetype end);
    void takeMark();
    void takeWord();
    [[nodiscard]] bool takeQuoted();
    [[nodiscard]] bool isAssigned(qsizetype at) const;
    [[nodiscard]] bool isKey(qsizetype afterQuote) const;
    [[nodiscard]] qsizetype pathEnd() const;
    [[nodiscard]] qsizetype addressEnd() const;
    [[nodiscard]] qsizetype urlEnd(qsizetype from) const;
    void addValue(qsizetype end);

    QByteArrayView m_text;
    std::vector<MessagePiece>& m_pieces;
    qsizetype m_at = 0;
    bool m_spaced = false;
    bool m_cut;
};

} // namespace portolan
