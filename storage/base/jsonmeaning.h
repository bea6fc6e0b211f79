#pragma once

#include "storage/base/filter.h"
#include "storage/base/textsearch.h"

#include <QByteArray>
#include <QByteArrayView>
#include <optional>

namespace portolan {

// What a document means, whichever database keeps it: the text that PostgreSQL's jsonb has of it. SQLite and files
// keep documents as they were written, and filters must not tell the difference.

/// The document with each member once (of equal names the last), members by the length of their names and then by
/// bytes, one blank behind commas and colons, strings without needless escapes and numbers as jsonNumberText() has
/// them. Nothing when it is no JSON (as findJsonPlace() reads it).
[[nodiscard]] std::optional<QByteArray> jsonMeaning(QByteArrayView document);

/// A term about a place in a document, made ready to be held against many. Two-valued.
class PlaceMatcher {
public:
    explicit PlaceMatcher(const FilterTerm& term);
    [[nodiscard]] bool holds(QByteArrayView document) const;

private:
    FilterTerm m_term;
    TextSearch m_search;
};

/// A text that documents are searched for: in what they mean, or in what stands there when that is no JSON.
class DocumentSearch {
public:
    explicit DocumentSearch(QByteArrayView needle);
    [[nodiscard]] bool isIn(QByteArrayView document) const;

private:
    TextSearch m_search;
    bool m_isOfOneToken; ///< stands within one string or word of a document, if anywhere
};

} // namespace portolan
