#pragma once

#include <QByteArrayView>

namespace portolan {

/// A piece of a message. Borrows the message.
struct MessagePiece {
    enum class Kind : quint8 {
        Word,   ///< text that belongs to the template
        Mark,   ///< punctuation, at most three of a run
        Masked, ///< varies: <*>
        Named,  ///< varies, but has a name: blk_<*>, s<*>_upload
        Key,    ///< the name of a value, with a number in it: r<*>=
    };
    Kind kind = Kind::Word;
    bool spaced = false;      ///< a blank is before it
    QByteArrayView text = {}; ///< of a Named or a Key the part before its number
    QByteArrayView tail = {}; ///< of them the part after it
    bool number = false;      ///< begins with a digit: a unit may follow

    [[nodiscard]] bool varies() const { return kind == Kind::Masked || kind == Kind::Named; }
    [[nodiscard]] bool is(Kind other, QByteArrayView words) const { return kind == other && text == words; }
};

/// Makes the piece of a single word, from its own characters alone: a word of the template, or a value (numbers,
/// hexadecimal, UUIDs, versions, identifiers with digits, paths, mail addresses, host names, long words and words that
/// are not UTF-8). `word` is as wordEnd() finds it, without its tail.
MessagePiece maskedWord(QByteArrayView word);

/// Makes the piece of a word before "=": with a number in it, it still is a name.
MessagePiece maskedKey(QByteArrayView word);

/// Returns true when this is a host name whose port follows, or a file name whose line does: "name.tld" before ":80".
bool isNameBeforePort(QByteArrayView word);

} // namespace portolan
