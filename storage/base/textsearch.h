#pragma once

#include <QByteArray>
#include <QByteArrayView>
#include <cstddef>

namespace portolan {

/// Finds a text in bytes, upper and lower case of ASCII letters alike: what "contains" means in filters. Prepared
/// once, used for many; immutable, any thread. Searches for the needle's rarest byte with memchr, so that long texts
/// are gone over at memory speed.
class TextSearch {
public:
    explicit TextSearch(QByteArrayView needle);

    /// Returns the first place at or after `from`, or -1. An empty needle is found everywhere.
    [[nodiscard]] qsizetype find(QByteArrayView text, qsizetype from = 0) const;
    [[nodiscard]] bool isIn(QByteArrayView text) const { return find(text) >= 0; }

private:
    [[nodiscard]] const char* findBetween(const char* begin, const char* end) const;

    QByteArray m_needle; ///< lower case
    qsizetype m_rarest = 0;
    char m_lower = 0;
    char m_upper = 0;
};

} // namespace portolan
