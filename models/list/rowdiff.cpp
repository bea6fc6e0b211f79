#include "models/list/rowdiff.h"

#include <QHash>
#include <algorithm>

namespace portolan {

namespace {

void lengthen(std::vector<RowDiff::Run>& runs, int row) {
    if (!runs.empty() && runs.back().first + runs.back().count == row)
        ++runs.back().count;
    else
        runs.push_back({row, 1});
}

QHash<QByteArray, int> placesOf(const std::vector<QByteArray>& rows) {
    QHash<QByteArray, int> places;
    for (int i = 0; i < static_cast<int>(rows.size()); ++i) {
        if (!places.contains(rows[static_cast<std::size_t>(i)]))
            places.insert(rows[static_cast<std::size_t>(i)], i);
    }
    return places;
}

} // namespace

RowDiff rowChange(const std::vector<QByteArray>& were, const std::vector<QByteArray>& are) {
    RowDiff change;
    if (were == are)
        return change;
    const QHash<QByteArray, int> before = placesOf(were);
    const QHash<QByteArray, int> after = placesOf(are);
    std::vector<int> rank(are.size(), -1); // among those that stay
    int staying = 0;
    for (int i = 0; i < static_cast<int>(are.size()); ++i) {
        const QByteArray& row = are[static_cast<std::size_t>(i)];
        if (before.contains(row) && after.value(row) == i)
            rank[static_cast<std::size_t>(i)] = staying++;
        else
            lengthen(change.come, i);
    }
    for (int i = 0; i < static_cast<int>(were.size()); ++i) {
        const QByteArray& row = were[static_cast<std::size_t>(i)];
        const auto found = after.constFind(row);
        if (found == after.cend() || before.value(row) != i)
            lengthen(change.gone, i);
        else
            change.moved.push_back(rank[static_cast<std::size_t>(*found)]);
    }
    if (std::ranges::is_sorted(change.moved))
        change.moved.clear();
    return change;
}

} // namespace portolan
