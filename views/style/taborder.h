#pragma once

class QWidget;

namespace portolan {

/// Moves `part`, and what is in it as it stands, to where `whole`, which holds it, is in the order of Tab: what is made
/// later stands last there. Neither takes the focus itself. Does nothing where nothing in `part` does. GUI thread.
void placeInTabOrder(QWidget& whole, QWidget& part);

} // namespace portolan
