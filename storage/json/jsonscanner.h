#pragma once

#include "storage/base/bytes.h"

#include <QByteArray>
#include <QByteArrayView>

namespace portolan {

/// Goes over JSON text without making anything of it. Every take… says whether it was there. Borrows the text.
class JsonScanner {
public:
    explicit JsonScanner(QByteArrayView text) : m_text(text) {}
    template <Temporary Text>
    explicit JsonScanner(const Text&& text) = delete;

    [[nodiscard]] qsizetype position() const { return m_at; }
    void moveTo(qsizetype position) { m_at = position; }
    [[nodiscard]] char peek() const { return m_at < m_text.size() ? m_text[m_at] : '\0'; }
    [[nodiscard]] bool atEnd() const { return m_at >= m_text.size(); }
    [[nodiscard]] QByteArrayView since(qsizetype begin) const { return m_text.sliced(begin, m_at - begin); }

    void skipBlanks() {
        while (!atEnd() && (peek() == ' ' || peek() == '\t' || peek() == '\n' || peek() == '\r'))
            ++m_at;
    }
    bool take(char c) {
        if (atEnd() || peek() != c)
            return false;
        ++m_at;
        return true;
    }
    bool takeWord(QByteArrayView word) {
        if (!m_text.sliced(m_at).startsWith(word))
            return false;
        m_at += word.size();
        return true;
    }
    bool takeDigits() {
        const qsizetype begin = m_at;
        while (peek() >= '0' && peek() <= '9')
            ++m_at;
        return m_at > begin;
    }
    bool takeNumber() {
        take('-');
        if (!take('0') && !takeDigits())
            return false;
        if (take('.') && !takeDigits())
            return false;
        if (take('e') || take('E')) {
            if (!take('+'))
                take('-');
            return takeDigits();
        }
        return true;
    }
    bool takeString() {
        if (!take('"'))
            return false;
        while (!atEnd()) {
            const char c = m_text[m_at++];
            if (c == '"')
                return true;
            if (static_cast<unsigned char>(c) < 0x20)
                return false;
            if (c == '\\' && !takeEscape())
                return false;
        }
        return false;
    }
    /// A value that stands `depth` levels deep: blanks before it are taken too.
    bool takeValue(int depth);

private:
    bool takeEscape();
    bool takeScalar();
    bool takeName();
    bool takeContainer(int depth);

    QByteArrayView m_text;
    qsizetype m_at = 0;
};

/// The characters of a checked JSON string, which is given with its quotes: UTF-8, escapes resolved, a lone surrogate
/// as its three bytes.
[[nodiscard]] QByteArray jsonStringText(QByteArrayView raw);

/// The same as jsonStringText(raw) == text, without making it: escapes only ever make a string longer than its text.
[[nodiscard]] bool isJsonString(QByteArrayView raw, QByteArrayView text);

} // namespace portolan
