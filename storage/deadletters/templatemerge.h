#pragma once

#include "storage/deadletters/tokentable.h"

#include <span>

namespace portolan {

/// The rule by which words at one place are taken for values. One for every port and every kind of message; the figures
/// are in the middle of the range that makes no difference (tests/bench/RESULTS.md).
struct MergeRule {
    /// So many different words at one place, all others being equal, are values. Twice as many where only two words are
    /// equal, four times where one is.
    int values = 5;
    /// With so many equal words around, a single word is a value where a masked value was seen at its place.
    int wordsAroundValue = 3;
    /// With so many equal words around, two places may differ at once.
    int wordsAroundTwo = 6;
};

/// Returns the template of each shape, in their order: itself, with wildcards where its siblings show that a word is a
/// value. It depends on the set of shapes alone, not on their order or number. Shapes of one template get equal ones.
///
/// The idea is the second half of Brain (Yu et al.: Brain: Log Parsing with Bidirectional Parallel Tree, TSC 2023): the
/// common part of a template's messages is found first, and a place is a value when it has many different words, else
/// the words divide templates. Here the common part is everything but one or two places, which needs no thresholds of
/// similarity.
///
/// Time and memory: about the sum of the shapes' lengths; where two places may differ, of the squares in time.
std::vector<TemplateShape> generalized(std::span<const TemplateShape> shapes, const TokenTable& table,
                                       const MergeRule& rule = {});

} // namespace portolan
