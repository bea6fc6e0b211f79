#pragma once

#include "storage/base/result.h"

#include <QByteArray>
#include <QFile>
#include <memory>
#include <optional>

namespace portolan {

/// The encoding of the characters of a text file.
enum class TextEncoding {
    Utf8,
    Utf16Little,
    Utf16Big,
    Windows1252, ///< never found by itself
};

/// "UTF-16LE", as operators name it.
[[nodiscard]] const char* encodingName(TextEncoding encoding);
/// Of "utf-8", "utf-16le", "utf-16be", "windows-1252", "latin1"; nothing: there is no such one here.
[[nodiscard]] std::optional<TextEncoding> encodingNamed(const QByteArray& name);

/// The text of a file as UTF-8, unpacked where it is gzip, whatever its name and its encoding; a byte order mark is
/// left out. UTF-16 is told by its mark or by the zeros of its first letters. Holds a block of the file. One thread.
class TextStream {
public:
    TextStream();
    ~TextStream();
    TextStream(const TextStream&) = delete;
    TextStream& operator=(const TextStream&) = delete;

    /// Errors: NotFound; Unsupported: UTF-32.
    [[nodiscard]] Result<void> open(const QString& path, std::optional<TextEncoding> encoding);
    /// The text that comes next, about a mebibyte; empty: that was all. Errors: Corrupt: it cannot be read on, is cut
    /// off or damaged, or is not of its encoding.
    [[nodiscard]] Result<QByteArray> read();

    [[nodiscard]] bool isOpen() const { return m_file.isOpen(); }
    [[nodiscard]] TextEncoding encoding() const { return m_encoding; }
    [[nodiscard]] bool isPacked() const { return m_unpacker != nullptr; }
    [[nodiscard]] qint64 size() const { return m_file.size(); }    ///< of the file
    [[nodiscard]] qint64 position() const { return m_file.pos(); } ///< in the file
    [[nodiscard]] qint64 textBytes() const { return m_textBytes; } ///< read() returned

private:
    class Unpacker;
    [[nodiscard]] Result<QByteArray> readBytes();
    [[nodiscard]] Result<QByteArray> toUtf8(const QByteArray& bytes);

    QFile m_file;
    std::unique_ptr<Unpacker> m_unpacker; ///< null: it is not packed
    QByteArray m_ahead;                   ///< bytes that open() read
    QByteArray m_left;                    ///< the half of a character
    TextEncoding m_encoding = TextEncoding::Utf8;
    qint64 m_textBytes = 0;
};

} // namespace portolan
