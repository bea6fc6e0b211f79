#pragma once

#include <QByteArray>
#include <QByteArrayView>
#include <limits>
#include <optional>
#include <vector>

namespace portolan {

/// A place where two documents differ: a value that came, went or changed, as it is written in either.
struct JsonDifference {
    QByteArray path; ///< a JSON pointer, "" for the whole
    std::optional<QByteArray> before;
    std::optional<QByteArray> after;
    friend bool operator==(const JsonDifference&, const JsonDifference&) = default;
};

/// Finds where two documents differ in what they mean, `most` places at most: members in the order of the old document,
/// then the new ones; elements of arrays by their place. Numbers by value, of equal names the last. A document that is
/// no JSON differs as a whole.
[[nodiscard]] std::vector<JsonDifference> jsonDifferences(QByteArrayView before, QByteArrayView after,
                                                          std::size_t most = std::numeric_limits<std::size_t>::max());

/// A JSON Patch (RFC 6902) that makes the one document mean what the other does. `differences` must be all of theirs,
/// and both must be JSON. Values stand in it as they are written, with all their digits.
[[nodiscard]] QByteArray jsonPatch(const std::vector<JsonDifference>& differences);

/// "/total: 1 → 2", "/note: + \"x\"", "/note: − \"x\""; values cut at `width` characters.
[[nodiscard]] QByteArray differenceText(const JsonDifference& difference, qsizetype width = 60);

} // namespace portolan
