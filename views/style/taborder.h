#pragma once

class QWidget;

namespace portolan {

/// What is made later stands last in the order of Tab; this moves `part`, and what is in it as it stands, to where
/// `whole`, which holds it, is. Neither takes the focus itself. Nothing happens where nothing in it does. GUI thread.
void placeInTabOrder(QWidget& whole, QWidget& part);

} // namespace portolan
