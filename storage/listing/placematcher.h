#pragma once

#include "storage/base/textsearch.h"
#include "storage/listing/filter.h"

#include <QByteArrayView>

namespace portolan {

/// A term about a place in a document, made ready to be tested on many documents. False where the place is missing.
class PlaceMatcher {
public:
    explicit PlaceMatcher(const FilterTerm& term);
    [[nodiscard]] bool holds(QByteArrayView document) const;

private:
    FilterTerm m_term;
    TextSearch m_search;
};

} // namespace portolan
