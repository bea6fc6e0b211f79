#pragma once

#include <QWidget>

class QAction;
class QKeySequenceEdit;
class QLabel;
class QPushButton;
class QTableWidget;

namespace portolan {

class KeyBindings;

/// The settings' page of the keyboard: which keys do what, and new ones for the selected action; who has them already
/// is said before they are taken. GUI thread.
class KeyboardPage : public QWidget {
    Q_OBJECT
public:
    /// Borrowed.
    explicit KeyboardPage(KeyBindings& bindings, QWidget* parent = nullptr);
    void chooseAction(const QAction* action); ///< its row, with the focus where new keys are pressed

private:
    void fill();
    void showRow(int row);
    void choose();
    void showConflicts();
    void bind();
    [[nodiscard]] QAction* chosen() const;

    KeyBindings& m_bindings;
    QTableWidget* m_table;
    QKeySequenceEdit* m_keys;
    QLabel* m_conflicts;
    QPushButton* m_bind;
    QPushButton* m_usual;
    QPushButton* m_allUsual;
};

} // namespace portolan
