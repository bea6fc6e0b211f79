#include "storage/sources/files/textstream.h"

#include <QFileInfo>
#include <algorithm>
#include <array>
#include <zlib.h>

namespace portolan {

namespace {

constexpr qint64 textBytesAtOnce = 1 << 20;
constexpr QByteArrayView utf8Mark = "\xEF\xBB\xBF";
constexpr QByteArrayView gzipMark = "\x1F\x8B";

/// The code points of the bytes 0x80 to 0x9F; zero: none.
constexpr std::array<char16_t, 32> windowsLetters{0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
                                                  0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0,      0x017D, 0,
                                                  0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
                                                  0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};

void appendCodePoint(QByteArray& text, char32_t point) {
    if (point < 0x80) {
        text += static_cast<char>(point);
    } else if (point < 0x800) {
        text += static_cast<char>(0xC0 | (point >> 6));
        text += static_cast<char>(0x80 | (point & 0x3F));
    } else if (point < 0x10000) {
        text += static_cast<char>(0xE0 | (point >> 12));
        text += static_cast<char>(0x80 | ((point >> 6) & 0x3F));
        text += static_cast<char>(0x80 | (point & 0x3F));
    } else {
        text += static_cast<char>(0xF0 | (point >> 18));
        text += static_cast<char>(0x80 | ((point >> 12) & 0x3F));
        text += static_cast<char>(0x80 | ((point >> 6) & 0x3F));
        text += static_cast<char>(0x80 | (point & 0x3F));
    }
}

QByteArray fromWindows(const QByteArray& bytes) {
    QByteArray text;
    text.reserve(bytes.size() + bytes.size() / 8);
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        const char16_t letter = byte >= 0x80 && byte < 0xA0 ? windowsLetters[byte - 0x80] : char16_t{0};
        appendCodePoint(text, letter != 0 ? letter : char32_t{byte});
    }
    return text;
}

/// UTF-16 without a mark: a letter of ASCII beside a zero, twice.
std::optional<TextEncoding> wideEncodingOf(QByteArrayView beginning) {
    if (beginning.size() < 4)
        return std::nullopt;
    const auto isLetterAt = [&](qsizetype at) { return beginning[at] > 0; };
    const auto isZero = [&](qsizetype at) { return beginning[at] == '\0'; };
    if (isLetterAt(0) && isZero(1) && isLetterAt(2) && isZero(3))
        return TextEncoding::Utf16Little;
    if (isZero(0) && isLetterAt(1) && isZero(2) && isLetterAt(3))
        return TextEncoding::Utf16Big;
    return std::nullopt;
}

} // namespace

const char* encodingName(TextEncoding encoding) {
    switch (encoding) {
    case TextEncoding::Utf8:
        return "UTF-8";
    case TextEncoding::Utf16Little:
        return "UTF-16LE";
    case TextEncoding::Utf16Big:
        return "UTF-16BE";
    case TextEncoding::Windows1252:
        return "Windows-1252";
    }
    Q_UNREACHABLE();
}

std::optional<TextEncoding> encodingNamed(const QByteArray& name) {
    const QByteArray lower = name.trimmed().toLower();
    if (lower == "utf-8" || lower == "utf8")
        return TextEncoding::Utf8;
    if (lower == "utf-16le" || lower == "utf-16")
        return TextEncoding::Utf16Little;
    if (lower == "utf-16be")
        return TextEncoding::Utf16Big;
    if (lower == "windows-1252" || lower == "cp1252" || lower == "latin1" || lower == "iso-8859-1")
        return TextEncoding::Windows1252;
    return std::nullopt;
}

/// Unpacks gzip, of which several may follow one another.
class TextStream::Unpacker {
public:
    Unpacker() { m_isReady = inflateInit2(&m_stream, 16 + MAX_WBITS) == Z_OK; }
    ~Unpacker() { inflateEnd(&m_stream); }
    Unpacker(const Unpacker&) = delete;
    Unpacker& operator=(const Unpacker&) = delete;

    [[nodiscard]] bool wantsMore() const { return m_stream.avail_in == 0 && !m_hasOutput; }
    [[nodiscard]] bool isBetween() const { return m_isBetween; } ///< what was given has ended whole
    void give(const QByteArray& packed) {
        m_packed = packed;
        m_stream.next_in = reinterpret_cast<unsigned char*>(m_packed.data());
        m_stream.avail_in = static_cast<unsigned>(m_packed.size());
    }
    /// Empty: more has to be given first. Nothing: it is damaged.
    std::optional<QByteArray> take() {
        QByteArray text(textBytesAtOnce, Qt::Uninitialized);
        m_stream.next_out = reinterpret_cast<unsigned char*>(text.data());
        m_stream.avail_out = static_cast<unsigned>(text.size());
        m_hasOutput = false;
        while (m_isReady && m_stream.avail_out > 0 && m_stream.avail_in > 0) {
            if (m_isBetween && *m_stream.next_in != static_cast<unsigned char>(gzipMark[0])) {
                m_stream.avail_in = 0; // what fills a tape's block after the last part
                break;
            }
            if (m_isBetween && inflateReset(&m_stream) != Z_OK)
                return std::nullopt;
            const int result = inflate(&m_stream, Z_NO_FLUSH);
            m_isBetween = result == Z_STREAM_END;
            if (result != Z_OK && result != Z_STREAM_END)
                return std::nullopt;
        }
        if (!m_isReady)
            return std::nullopt;
        m_hasOutput = m_stream.avail_out == 0;
        text.truncate(text.size() - static_cast<qsizetype>(m_stream.avail_out));
        return text;
    }

private:
    z_stream m_stream{};
    QByteArray m_packed;
    bool m_isReady = false;
    bool m_hasOutput = false; ///< the last take() filled all its room
    bool m_isBetween = false;
};

TextStream::TextStream() = default;
TextStream::~TextStream() = default;

Result<void> TextStream::open(const QString& path, std::optional<TextEncoding> encoding) {
    const QFileInfo info(path);
    if (!info.isFile())
        return Error{ErrorCode::NotFound, QStringLiteral("There is no file %1.").arg(path)};
    m_file.setFileName(info.absoluteFilePath());
    if (!m_file.open(QIODevice::ReadOnly))
        return Error{ErrorCode::NotFound, QStringLiteral("%1 cannot be read: %2.").arg(path, m_file.errorString())};
    if (m_file.peek(gzipMark.size()) == gzipMark)
        m_unpacker = std::make_unique<Unpacker>();
    auto beginning = readBytes();
    PORTOLAN_TRY(beginning);
    m_ahead = std::move(*beginning);
    if (m_ahead.startsWith(QByteArrayView("\xFF\xFE\0\0", 4)) || m_ahead.startsWith(QByteArrayView("\0\0\xFE\xFF", 4)))
        return Error{ErrorCode::Unsupported, QStringLiteral("%1 is UTF-32; save it as UTF-8.").arg(path)};
    const auto mark = m_ahead.startsWith("\xFF\xFE")   ? std::optional(TextEncoding::Utf16Little)
                      : m_ahead.startsWith("\xFE\xFF") ? std::optional(TextEncoding::Utf16Big)
                      : m_ahead.startsWith(utf8Mark)   ? std::optional(TextEncoding::Utf8)
                                                       : std::nullopt;
    m_encoding = encoding.value_or(mark.value_or(wideEncodingOf(m_ahead).value_or(TextEncoding::Utf8)));
    if (mark == m_encoding)
        m_ahead.remove(0, mark == TextEncoding::Utf8 ? utf8Mark.size() : 2);
    return {};
}

Result<QByteArray> TextStream::readBytes() {
    while (true) {
        if (m_unpacker && !m_unpacker->wantsMore()) {
            auto text = m_unpacker->take();
            if (!text)
                return Error{ErrorCode::Corrupt,
                             QStringLiteral("%1 is damaged: what is packed in it cannot be unpacked "
                                            "on; everything before it was stored.")
                                 .arg(m_file.fileName())};
            if (!text->isEmpty())
                return *text;
        }
        const QByteArray block = m_file.read(textBytesAtOnce);
        if (block.isEmpty() && m_file.error() != QFileDevice::NoError)
            return Error{ErrorCode::Corrupt,
                         QStringLiteral("%1 cannot be read on: %2.").arg(m_file.fileName(), m_file.errorString())};
        if (block.isEmpty() && m_unpacker && !m_unpacker->isBetween())
            return Error{ErrorCode::Corrupt,
                         QStringLiteral("%1 is cut off: what is packed in it does not end; everything "
                                        "before it was stored.")
                             .arg(m_file.fileName())};
        if (block.isEmpty() || !m_unpacker)
            return block;
        m_unpacker->give(block);
    }
}

Result<QByteArray> TextStream::toUtf8(const QByteArray& bytes) {
    if (m_encoding == TextEncoding::Utf8)
        return bytes;
    if (m_encoding == TextEncoding::Windows1252)
        return fromWindows(bytes);
    const QByteArray all = m_left + bytes;
    const bool isLittle = m_encoding == TextEncoding::Utf16Little;
    const auto unitAt = [&](qsizetype at) {
        const auto first = static_cast<unsigned char>(all[at]);
        const auto second = static_cast<unsigned char>(all[at + 1]);
        return static_cast<char16_t>(isLittle ? first | (second << 8) : (first << 8) | second);
    };
    QByteArray text;
    text.reserve(all.size());
    qsizetype at = 0;
    for (; at + 1 < all.size(); at += 2) {
        const char16_t unit = unitAt(at);
        if (unit < 0xD800 || unit > 0xDFFF) {
            appendCodePoint(text, unit);
            continue;
        }
        if (at + 3 >= all.size() && unit < 0xDC00 && !bytes.isEmpty())
            break; // its other half comes with the next block
        const char16_t other = at + 3 < all.size() ? unitAt(at + 2) : char16_t{0};
        if (unit > 0xDBFF || other < 0xDC00 || other > 0xDFFF)
            return Error{ErrorCode::Corrupt, QStringLiteral("%1 is not %2: it contains half a character.")
                                                 .arg(m_file.fileName(), QLatin1String(encodingName(m_encoding)))};
        appendCodePoint(text, 0x10000 + ((char32_t{unit} - 0xD800) << 10) + (char32_t{other} - 0xDC00));
        at += 2;
    }
    m_left = all.sliced(std::min(at, all.size()));
    if (bytes.isEmpty() && !m_left.isEmpty())
        return Error{ErrorCode::Corrupt,
                     QStringLiteral("%1 is cut off: its last character is half there.").arg(m_file.fileName())};
    return text;
}

Result<QByteArray> TextStream::read() {
    while (true) {
        Result<QByteArray> bytes = m_ahead.isEmpty() ? readBytes() : Result<QByteArray>(std::exchange(m_ahead, {}));
        PORTOLAN_TRY(bytes);
        const bool isEnd = bytes->isEmpty();
        auto text = toUtf8(*bytes);
        PORTOLAN_TRY(text);
        m_textBytes += text->size();
        if (isEnd || !text->isEmpty())
            return text;
    }
}

} // namespace portolan
