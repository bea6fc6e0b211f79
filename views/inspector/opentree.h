#pragma once

class QTreeView;

namespace portolan {

/// Opens what is within the first rows, as far as it fills some screens: a view pays for every open row with a move of
/// all rows below it. GUI thread.
void openFirst(QTreeView& tree);

} // namespace portolan
