#pragma once

#include "storage/deadletters/wordmask.h"

#include <QByteArray>
#include <vector>

namespace portolan {

/// Masks what varies from message to message: numbers with their units, hexadecimal numbers, UUIDs, times, paths, URLs,
/// addresses, host names, quoted words, identifiers with digits, truth values after = and :. Each becomes <*>, with the
/// name in front of it where it has one (blk_<*>); a list of values is one. The same rules for every message, none that
/// knows where it comes from.
///
/// Any bytes go in; out comes valid UTF-8 in one line without tabs, with single blanks, of at most some ten thousand
/// bytes. The idea, and most of the masks, are those that come before the tree in Drain (He, Zhu, Zheng, Lyu: Drain: An
/// Online Log Parsing Approach with Fixed Depth Tree, ICWS 2017).
///
/// Keeps memory between calls; one thread at a time.
class MessageMask {
public:
    /// Returns the masked message; valid until the next call.
    [[nodiscard]] const QByteArray& mask(QByteArrayView message);

private:
    void adaptToNeighbours();
    void mergeLists();
    void write();

    std::vector<MessagePiece> m_pieces;
    std::vector<MessagePiece> m_merged;
    QByteArray m_text;
};

} // namespace portolan
