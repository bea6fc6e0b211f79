#pragma once

#include "storage/base/textsearch.h"

#include <QByteArray>
#include <QByteArrayView>
#include <optional>
#include <vector>

namespace portolan {

// The meaning of a document, whichever database keeps it: the text that PostgreSQL's jsonb has of it. SQLite and files
// keep documents as they were written, and filters must not tell the difference.

/// Returns the document with each member once (of equal names the last), members by the length of their names and then
/// by bytes, one blank after commas and colons, strings without needless escapes and numbers as jsonNumberText() has
/// them. Nothing when it is no JSON (as findJsonPlace() reads it).
[[nodiscard]] std::optional<QByteArray> jsonMeaning(QByteArrayView document);

// Strings in that text have escapes; a text that is searched for is spelled without. So it is looked for in the text as
// it stands, where quotes and colons between strings are found, and in the text with the escapes taken off its strings,
// where what the strings say is found. Both databases and files do the same.

/// Returns true when a document's string spells a text otherwise: it has a quote, a backslash or a control character.
[[nodiscard]] bool needsEscapes(QByteArrayView text);

/// Takes the escapes off the strings of what jsonMeaning() says. A quote in a string becomes a byte 2 and a backslash a
/// byte 1, which no document has otherwise; control characters without a letter of their own stay escaped.
[[nodiscard]] QByteArray withoutEscapes(QByteArrayView meaning);

/// A text as it stands in withoutEscapes(), where a string says it.
[[nodiscard]] QByteArray saidInString(QByteArrayView text);

/// The same length as withoutEscapes(), to be read: a quote that a string says is one.
[[nodiscard]] QByteArray shownSaying(QByteArray said);

/// The stretches of a text that are spelled alike with escapes and without.
[[nodiscard]] std::vector<QByteArray> betweenEscapes(QByteArrayView text);

/// A text that documents are searched for: in what they mean, or in what stands there when that is no JSON.
class DocumentSearch {
public:
    explicit DocumentSearch(QByteArrayView needle);
    [[nodiscard]] bool isIn(QByteArrayView document) const;

private:
    TextSearch m_search;
    std::optional<TextSearch> m_said; ///< in strings, where these spell it otherwise
    bool m_isOfOneToken;              ///< stands within one string or word of a document, if anywhere
};

} // namespace portolan
