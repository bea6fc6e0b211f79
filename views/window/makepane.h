#pragma once

#include <QByteArrayView>

class QWidget;

namespace portolan {

class Pane;

/// Makes the pane of an entry of the pane list, by the entry's id; null where there is none in this version.
Pane* makePane(QByteArrayView id, QWidget* parent);

} // namespace portolan
