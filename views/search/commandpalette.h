#pragma once

#include "views/search/fieldoverlist.h"

#include <QList>
#include <QPointer>
#include <functional>
#include <vector>

class QAction;
class QListWidget;

namespace portolan {

/// Ctrl+K: every action by its name or by another word for it (the property "words" of the action), typed in part, and
/// after them what the typed text itself can lead to. Those that cannot be done now are shown with the reason. F2 asks
/// for keys for the action that is marked.
class CommandPalette : public FieldOverList {
    Q_OBJECT
public:
    explicit CommandPalette(QWidget* parent);
    /// Returns actions for a text as it is typed; they live until the next call.
    using MadeOf = std::function<QList<QAction*>(const QString& typed)>;
    void choose(const QList<QAction*>& actions, MadeOf madeOf = {});

Q_SIGNALS:
    void keysWanted(QAction* action);

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    void fill();
    void run();
    [[nodiscard]] QAction* marked() const;

    std::vector<QPointer<QAction>> m_actions;
    std::vector<QPointer<QAction>> m_shown;
    MadeOf m_madeOf;
    QListWidget* m_list;
};

} // namespace portolan
