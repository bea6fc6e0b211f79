#pragma once

#include <QDialog>
#include <QPointer>
#include <vector>

class QAction;
class QLineEdit;
class QListWidget;

namespace portolan {

/// Ctrl+K: every action by its name, typed in part. Those that cannot be done now are shown with the reason.
class CommandPalette : public QDialog {
    Q_OBJECT
public:
    explicit CommandPalette(QWidget* parent);
    void choose(const QList<QAction*>& actions);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;

private:
    void fill();
    void run();

    std::vector<QPointer<QAction>> m_actions;
    std::vector<QPointer<QAction>> m_shown;
    QLineEdit* m_field;
    QListWidget* m_list;
};

} // namespace portolan
