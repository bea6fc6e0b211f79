#include "views/inspector/opentree.h"

#include <QTreeView>
#include <algorithm>

namespace portolan {

namespace {

constexpr int mostOpenRows = 200;
/// Counting the rows of a large one costs a model its time.
constexpr int mostTooLarge = 3;

struct Room {
    int rows = mostOpenRows;
    int tooLarge = 0;
};

/// The rows below one, and what is in them as long as there is room.
void openBelow(QTreeView& tree, const QModelIndex& parent, int depth, Room& room) {
    const QAbstractItemModel& model = *tree.model();
    const int rows = std::min(model.rowCount(parent), mostOpenRows);
    for (int row = 0; row < rows && room.rows > 0 && room.tooLarge < mostTooLarge; ++row) {
        const QModelIndex index = model.index(row, 0, parent);
        --room.rows;
        if (depth == 0 || !model.hasChildren(index))
            continue;
        if (model.rowCount(index) > room.rows) {
            ++room.tooLarge;
            continue;
        }
        tree.expand(index);
        openBelow(tree, index, depth - 1, room);
    }
}

} // namespace

void openFirst(QTreeView& tree) {
    constexpr int levels = 2;
    Room room;
    openBelow(tree, {}, levels, room);
}

} // namespace portolan
