#pragma once

#include <compare>

namespace portolan {

/// The comparison of a field with a value in a filter.
enum class Comparison { Equal, Less, LessOrEqual, Greater, GreaterOrEqual, Contains, IsSet };

/// Returns true when values in this order (unordered: NaN, or kinds that do not compare) satisfy a filter's comparison.
/// Any thread.
[[nodiscard]] inline bool satisfies(std::partial_ordering order, Comparison comparison) {
    switch (comparison) {
    case Comparison::Equal:
        return order == 0;
    case Comparison::Less:
        return order < 0;
    case Comparison::LessOrEqual:
        return order <= 0;
    case Comparison::Greater:
        return order > 0;
    case Comparison::GreaterOrEqual:
        return order >= 0;
    case Comparison::Contains:
    case Comparison::IsSet:
        break;
    }
    return false;
}

} // namespace portolan
