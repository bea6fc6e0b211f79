#pragma once

#include <QByteArray>
#include <vector>

namespace portolan {

/// The steps that turn one sequence of rows into another one, told by their identities: first rows go, then those that
/// stay change places, then rows come. A row that stands twice in a sequence (it changed its place while it was read)
/// stays by its first place alone. Pure; any thread.
struct RowDiff {
    struct Run {
        int first = 0;
        int count = 0;
        friend bool operator==(const Run&, const Run&) = default;
    };
    std::vector<Run> gone;  ///< in the rows as they were; to be taken away from the last one on
    std::vector<int> moved; ///< where each of those that stay goes to, among these; empty: nowhere
    std::vector<Run> come;  ///< in the rows as they are; to be put in from the first one on

    [[nodiscard]] bool isNothing() const { return gone.empty() && moved.empty() && come.empty(); }
};

[[nodiscard]] RowDiff rowChange(const std::vector<QByteArray>& were, const std::vector<QByteArray>& are);

} // namespace portolan
