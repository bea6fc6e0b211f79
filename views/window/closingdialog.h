#pragma once

#include <QDialog>
#include <QStringList>

namespace portolan {

/// The one question of a window, or of a store, that is closed while something runs. What goes by itself when it is
/// stopped, and what can be gone on with, is said of each. GUI thread.
class ClosingDialog : public QDialog {
    Q_OBJECT
public:
    /// Whether work can go on without a window.
    enum class Background { Offered, NotFound, No };
    /// `running` has a line for each thing that runs. NotFound: a later start would not come back to this program.
    ClosingDialog(const QString& title, const QStringList& running, Background background, QWidget* parent);

Q_SIGNALS:
    void stopWanted();
    void backgroundWanted();
};

} // namespace portolan
