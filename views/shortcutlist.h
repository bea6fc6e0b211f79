#pragma once

#include <QDialog>
#include <QList>

class QAction;

namespace portolan {

/// F1: which keys do what.
class ShortcutList : public QDialog {
    Q_OBJECT
public:
    ShortcutList(const QList<QAction*>& actions, QWidget* parent);
};

} // namespace portolan
