#pragma once

#include <QInputDialog>

namespace portolan {

/// Asks for one line of text; `text`, which is plain, says for what, `field` names the line. Deletes itself; shown with
/// open(). GUI thread.
QInputDialog* makeLineQuestion(const QString& title, const QString& text, const QString& field, QWidget* parent);

} // namespace portolan
