#pragma once

#include <QByteArray>
#include <vector>

namespace portolan {

/// The steps that turn one sequence of rows into another, told by their identities: first rows go, then those that stay
/// change places, then rows come. Of a row that is twice in a sequence (it changed its place while it was read) only
/// the first place counts. Pure; any thread.
struct RowDiff {
    struct Run {
        int first = 0;
        int count = 0;
        friend bool operator==(const Run&, const Run&) = default;
    };
    std::vector<Run> gone;  ///< in the rows before; remove the last run first
    std::vector<int> moved; ///< the new index of each row that stays, among these; empty: none moves
    std::vector<Run> come;  ///< in the rows after; insert the first run first

    [[nodiscard]] bool isNothing() const { return gone.empty() && moved.empty() && come.empty(); }
};

[[nodiscard]] RowDiff rowChange(const std::vector<QByteArray>& were, const std::vector<QByteArray>& are);

} // namespace portolan
