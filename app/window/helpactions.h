#pragma once

#include "views/guide/helpdialog.h"

#include <QObject>
#include <memory>

class QAction;

namespace portolan {

class Actions;

/// The user guide of the window: F1 opens the chapter of what has the focus, a pane or a dialog. GUI thread.
class HelpActions : public QObject {
    Q_OBJECT
public:
    /// The pane that the window shows and what can be done in it, asked whenever it is needed.
    struct Window {
        std::function<QString()> pane; ///< the id of the pane; empty: none
        HelpDialog::ActionsInForce actions;
    };
    HelpActions(const Actions& actions, Window window);

    void close();

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void open(const QString& file);

    Window m_window;
    const QAction* m_help; ///< what has the key
    std::unique_ptr<HelpDialog> m_dialog;
};

} // namespace portolan
