#pragma once

#include "storage/base/textsearch.h"
#include "storage/listing/filter.h"

#include <QByteArrayView>

namespace portolan {

/// A term about a place in a document, made ready to be tested on many documents. False where the place is
/// missing; null is no value, in no order and in no text (only `a:null` is true of it), and true and false are no
/// numbers.
class PlaceMatcher {
public:
    explicit PlaceMatcher(const FilterTerm& term);
    [[nodiscard]] bool holds(QByteArrayView document) const;

private:
    FilterTerm m_term;
    TextSearch m_search;
};

} // namespace portolan
